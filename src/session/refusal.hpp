// Why something is refused: the table of docs/refusals.md, with the numbers and names that the contract uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace valetkey {

enum class RefusalCode : std::uint8_t {
  wrong_sender = 1,
  not_execute = 2,
  malformed_calls = 3,
  bad_mode = 4,
  empty_batch = 5,
  malformed_field = 6,
  unknown_version = 7,
  not_installed = 8,
  epoch_moved = 9,
  revoked = 10,
  not_enabled = 11,
  init_code = 12,
  gas_price = 13,
  paymaster = 14,
  fees_none = 15,
  target_zero = 16,
  target_account = 17,
  target_entry_point = 18,
  target_validator = 19,
  permission_missing = 20,
  no_permission = 21,
  call_data_length = 22,
  value_over = 23,
  dirty_word = 24,
  rule_is = 25,
  rule_one_of = 26,
  rule_is_not = 27,
  rule_less_than = 28,
  rule_at_most = 29,
  rule_more_than = 30,
  rule_at_least = 31,
  rule_between = 32,
  ratio_word_over = 33,
  rule_ratio = 34,
  dirty_count = 35,
  time_before_start = 36,
  period_backwards = 37,
  limit_passed = 38,
  window_empty = 39,
  malformed_signatures = 40,
  malformed_session = 41,
  session_caps = 42,
  key_threshold = 43,
  key_kind = 44,
  key_order = 45,
  key_is_account = 46,
  time_over = 47,
  window_order = 48,
  fees_kind = 49,
  paymaster_order = 50,
  no_payer = 51,
  limit_kind = 52,
  limit_zero = 53,
  limit_token = 54,
  limit_fees = 55,
  permission_form = 56,
  permission_kind = 57,
  permission_target = 58,
  text = 59,
  selector = 60,
  reserved_selector = 61,
  layout = 62,
  number_form = 63,
  permission_window = 64,
  rule_caps = 65,
  rule_order = 66,
  rule_type = 67,
  rule_operator = 68,
  rule_value = 69,
  count_caps = 70,
  count_order = 71,
  count_limit = 72,
  count_source = 73,
  count_token = 74,
  limit_unused = 75,
  limit_incomplete = 76,
  call_data_form = 77,
  path_range = 78,
  inner_call = 79,
  inner_count = 80,
  batch_call = 81,
  batch_rule = 82,
  policy = 83,
  denied_function = 84,
  path_caps = 85,
  path_order = 86,
  path_steps = 87,
  path_unused = 88,
  inside_caps = 89,
  inside_form = 90,
  inside_permission = 91,
  inner_unused = 92,
  inner_value = 93,
  extras_caps = 94,
  batch_form = 95,
  policy_form = 96,
  // Known off the chain only: the EntryPoint says them as AA22.
  window_early = 254,
  window_over = 255,
};

inline constexpr std::uint8_t kNoIndex = 255;

struct Refusal {
  RefusalCode code;
  std::uint8_t call = kNoIndex;  // index of the call; of the permission where a session is refused
  std::uint8_t rule = kNoIndex;  // index of the rule, count, limit, key, path, …: see the table
  bool operator==(const Refusal&) const = default;
};

// Name as in the table, e.g. "limit_passed".
[[nodiscard]] std::string_view refusal_name(RefusalCode code);
// One sentence without indices, lower case, no full stop.
[[nodiscard]] std::string_view refusal_sentence(RefusalCode code);
[[nodiscard]] std::optional<RefusalCode> refusal_code(std::uint8_t number);
[[nodiscard]] std::optional<RefusalCode> refusal_code(std::string_view name);

}  // namespace valetkey
