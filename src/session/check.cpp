// The walk over the bytes is in the order of docs/protocol.md, section 5, "Enabling": the first fault decides.
#include "session/check.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "session/encoding.hpp"
#include "session/form.hpp"
#include "session/function_text.hpp"
#include "session/reader.hpp"
#include "session/targets.hpp"

namespace valetkey {
namespace {

using Refused = std::optional<Refusal>;

Refusal refuse(RefusalCode code, std::size_t call = kNoIndex, std::size_t rule = kNoIndex) {
  return {code, static_cast<std::uint8_t>(call), static_cast<std::uint8_t>(rule)};
}

struct LimitParts {
  LimitKind kind = LimitKind::sum;
  Address token;
};
using Limits = std::array<LimitParts, kMaxLimits>;

bool is_unsigned(std::uint8_t type) {
  return type >> 5U == static_cast<unsigned>(ValueGroup::unsigned_number);
}

bool time_range_is_empty(std::uint64_t from, std::uint64_t until) {
  return until != 0 && until <= from;
}

// Checks 1: keys.
Refused check_keys(const HeaderParts& header, const Address& account) {
  if (header.threshold == 0 || header.threshold > header.key_count()) return refuse(RefusalCode::key_threshold);
  Address before;
  for (std::size_t k = 0; k < header.key_count(); ++k) {
    const ByteView bytes = header.keys.subspan(k * kKeySize, kKeySize);
    if (bytes[0] != 0) return refuse(RefusalCode::key_kind, kNoIndex, k);
    const Address key = read_fixed<Address>(bytes.subspan(1));
    if (key <= before) return refuse(RefusalCode::key_order, kNoIndex, k);
    if (key == account) return refuse(RefusalCode::key_is_account, kNoIndex, k);
    before = key;
  }
  return {};
}

// Checks 2 and 3: times, fees, paymasters.
Refused check_times_and_fees(const HeaderParts& header) {
  const std::uint64_t from = read_big_endian(header.bytes.subspan(13, 5));
  const std::uint64_t until = read_big_endian(header.bytes.subspan(18, 5));
  if (from > kLastSecond || until > kLastSecond) return refuse(RefusalCode::time_over);
  if (time_range_is_empty(from, until)) return refuse(RefusalCode::window_order);

  const std::uint8_t fees = header.bytes[31];
  if (fees > 1) return refuse(RefusalCode::fees_kind);
  Address before;
  for (std::size_t m = 0; m < header.paymaster_count(); ++m) {
    const Address paymaster = read_fixed<Address>(header.paymasters.subspan(m * Address::kSize));
    if (paymaster <= before) return refuse(RefusalCode::paymaster_order, kNoIndex, m);
    before = paymaster;
  }
  if (fees == 0 && header.paymaster_count() == 0) return refuse(RefusalCode::no_payer);
  return {};
}

// Checks 4: limits.
Refused check_limits(const HeaderParts& header, const Address& account, Limits& limits) {
  const bool account_pays = header.bytes[31] == 1;
  for (std::size_t l = 0; l < header.limit_count; ++l) {
    const ByteView bytes = header.limits[l];
    if (bytes[0] > static_cast<std::uint8_t>(LimitKind::fees)) return refuse(RefusalCode::limit_kind, kNoIndex, l);
    limits[l].kind = static_cast<LimitKind>(bytes[0]);
    if (all_zero(bytes.subspan(1, 14))) return refuse(RefusalCode::limit_zero, kNoIndex, l);
    if (limits[l].kind == LimitKind::token) {
      limits[l].token = read_fixed<Address>(bytes.subspan(19));
      if (limits[l].token == Address{} || limits[l].token == account)
        return refuse(RefusalCode::limit_token, kNoIndex, l);
    }
    if (limits[l].kind == LimitKind::fees && !account_pays) return refuse(RefusalCode::limit_fees, kNoIndex, l);
  }
  return {};
}

// What the last checks need of each permission.
struct PermissionSummary {
  PermissionKind kind = PermissionKind::function;
  Address contract;
  std::uint32_t counted_limits = 0;  // one bit each
};

// Checks 5, one permission.
class PermissionChecker {
 public:
  PermissionChecker(const PermissionParts& parts, std::size_t index, const SessionPlace& place,
                    std::span<const LimitParts> limits)
      : reader_(parts.encoded), text_(parts.text), index_(index), place_(place), limits_(limits) {}

  Refused check(PermissionSummary& summary) {
    const auto flags = reader_.take_byte();
    if (!flags) return form();
    kind_ = static_cast<PermissionKind>(*flags & 3U);
    const bool dynamic = (*flags & 0x80U) != 0;
    const bool with_window = (*flags & 0x40U) != 0;
    if ((*flags & 0x3cU) != 0 || (dynamic && !is_function())) return bad(RefusalCode::permission_kind);
    if (kind_ != PermissionKind::anything) {
      const auto contract = reader_.take(Address::kSize);
      if (!contract) return form();
      contract_ = read_fixed<Address>(*contract);
      if (contract_ == Address{} || contract_ == place_.account || contract_ == place_.validator ||
          is_entry_point(contract_)) {
        return bad(RefusalCode::permission_target);
      }
    }
    if (auto refused = check_function(dynamic)) return refused;
    if (auto refused = check_value_and_window(with_window)) return refused;
    if (auto refused = check_rules()) return refused;
    if (auto refused = check_counts()) return refused;
    if (reader_.left() != 0) return form();
    summary = {kind_, contract_, counted_limits_};
    return {};
  }

 private:
  [[nodiscard]] Refusal bad(RefusalCode code, std::size_t rule = kNoIndex) const { return refuse(code, index_, rule); }
  [[nodiscard]] Refusal form() const { return bad(RefusalCode::permission_form); }
  [[nodiscard]] Refusal read_fault(ReadFault fault, RefusalCode code, std::size_t rule = kNoIndex) const {
    return fault == ReadFault::form ? form() : bad(code, rule);
  }
  [[nodiscard]] bool is_function() const { return kind_ == PermissionKind::function; }
  [[nodiscard]] bool word_is(std::size_t position, std::uint8_t type) const {
    return position < layout_.word_types.size() && layout_.word_types[position] == type;
  }

  Refused check_function(bool dynamic) {
    if (!is_function()) {
      if (!text_.empty()) return bad(RefusalCode::text);
      return {};
    }
    const auto function = reader_.take(Selector::kSize + 1);
    if (!function) return form();
    selector_ = read_fixed<Selector>(*function);
    auto layout = parse_function_text(text_);
    if (!layout) return bad(RefusalCode::text);
    if (layout->selector != selector_) return bad(RefusalCode::selector);
    const std::string_view reserved = reserved_text(selector_);
    if (!reserved.empty() && reserved != text_) return bad(RefusalCode::reserved_selector);
    if (layout->word_types.size() != (*function)[Selector::kSize] || layout->dynamic != dynamic)
      return bad(RefusalCode::layout);
    layout_ = std::move(*layout);
    return {};
  }

  Refused check_value_and_window(bool with_window) {
    if (const auto value = read_number(reader_, 32); !value) return read_fault(value.error(), RefusalCode::number_form);
    if (!with_window) return {};
    const auto window = reader_.take(10);
    if (!window) return form();
    const std::uint64_t from = read_big_endian(window->first(5));
    const std::uint64_t until = read_big_endian(window->subspan(5));
    if ((from == 0 && until == 0) || from > kLastSecond || until > kLastSecond || time_range_is_empty(from, until)) {
      return bad(RefusalCode::permission_window);
    }
    return {};
  }

  Refused check_rules() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > (is_function() ? kMaxRules : 0)) return bad(RefusalCode::rule_caps);
    std::tuple<unsigned, unsigned, unsigned> before;
    for (std::size_t j = 0; j < *count; ++j) {
      const auto head = reader_.take(3);
      if (!head) return form();
      const std::uint8_t type = (*head)[0];
      const std::uint8_t position = (*head)[1];
      const std::uint8_t comparison = (*head)[2];
      const std::tuple<unsigned, unsigned, unsigned> order{type >> 5U, position, comparison >> 5U};
      if (j != 0 && order <= before) return bad(RefusalCode::rule_order, j);
      before = order;
      const auto known = value_type(type);
      const bool is_ratio = known && known->group == ValueGroup::ratio;
      if (auto refused = is_ratio ? check_ratio(position, comparison, j) : check_rule(known, position, comparison, j))
        return refused;
    }
    return {};
  }

  Refused check_rule(std::optional<ValueType> type, std::uint8_t position, std::uint8_t comparison, std::size_t j) {
    if (!type || !word_is(position, type->code())) return bad(RefusalCode::rule_type, j);
    const std::size_t values = (comparison & 0x1fU) + 1U;
    if (!comparison_fits(*type, comparison >> 5U, values)) return bad(RefusalCode::rule_operator, j);
    RuleValue before;
    for (std::size_t v = 0; v < values; ++v) {
      const auto value = read_rule_value(reader_, *type);
      if (!value) return read_fault(value.error(), RefusalCode::rule_value, j);
      if (type->group == ValueGroup::address && !value->account && value->word == to_word(place_.account)) {
        return bad(RefusalCode::rule_value, j);
      }
      if (v != 0 && !rises(*type, before, *value)) return bad(RefusalCode::rule_value, j);
      before = *value;
    }
    return {};
  }

  static bool comparison_fits(ValueType type, unsigned comparison, std::size_t values) {
    if (comparison > static_cast<unsigned>(Comparison::between)) return false;
    const auto known = static_cast<Comparison>(comparison);
    switch (type.group) {
      case ValueGroup::address:
      case ValueGroup::fixed_bytes:
        return known == Comparison::is || known == Comparison::is_not;
      case ValueGroup::yes_no:
        return known == Comparison::is && values == 1;
      case ValueGroup::unsigned_number:
      case ValueGroup::signed_number:
        if (known == Comparison::is || known == Comparison::is_not) return true;
        return values == (known == Comparison::between ? 2U : 1U);
      case ValueGroup::ratio:
        break;
    }
    return false;
  }

  static bool rises(ValueType type, const RuleValue& before, const RuleValue& value) {
    if (value.account) return false;
    if (before.account) return true;
    if (type.group == ValueGroup::signed_number) return compare_signed(before.word, value.word) < 0;
    return before.word < value.word;
  }

  Refused check_ratio(std::uint8_t position, std::uint8_t comparison, std::size_t j) {
    const auto head = reader_.take(3);
    if (!head) return form();
    const std::uint8_t type = (*head)[0];
    const std::uint8_t base = (*head)[1];
    const std::uint8_t base_type = (*head)[2];
    const bool base_fits =
        base == kBaseValue ? base_type == ValueType{}.code() : word_is(base, base_type) && is_unsigned(base_type);
    if (!word_is(position, type) || !is_unsigned(type) || !base_fits) return bad(RefusalCode::rule_type, j);
    const bool one_value = (comparison & 0x1fU) == 0;
    const auto known = static_cast<Comparison>(comparison >> 5U);
    if (!one_value || (known != Comparison::at_most && known != Comparison::at_least))
      return bad(RefusalCode::rule_operator, j);
    for (int i = 0; i < 2; ++i) {  // numerator, denominator
      const auto number = read_number(reader_, 16);
      if (!number) return read_fault(number.error(), RefusalCode::rule_value, j);
      if (number->is_zero()) return bad(RefusalCode::rule_value, j);
    }
    return {};
  }

  Refused check_counts() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxCounts) return bad(RefusalCode::count_caps);
    std::tuple<unsigned, unsigned> before;
    for (std::size_t c = 0; c < *count; ++c) {
      const auto head = reader_.take(2);
      if (!head) return form();
      const std::uint8_t limit = (*head)[0];
      const std::uint8_t source = (*head)[1];
      std::optional<std::uint8_t> type;
      if (source < kCountValue) {
        type = reader_.take_byte();
        if (!type) return form();
      }
      const std::tuple<unsigned, unsigned> order{limit, source};
      if (c != 0 && order <= before) return bad(RefusalCode::count_order, c);
      before = order;
      if (limit >= limits_.size()) return bad(RefusalCode::count_limit, c);
      if (!source_fits(limits_[limit].kind, source, type)) return bad(RefusalCode::count_source, c);
      if (limits_[limit].kind == LimitKind::token && !is_amount_of(limits_[limit].token, source))
        return bad(RefusalCode::count_token, c);
      counted_limits_ |= 1U << limit;
    }
    return {};
  }

  [[nodiscard]] bool source_fits(LimitKind kind, std::uint8_t source, std::optional<std::uint8_t> type) const {
    switch (kind) {
      case LimitKind::token:
      case LimitKind::sum:
        return type && word_is(source, *type) && is_unsigned(*type);
      case LimitKind::native:
        return source == kCountValue;
      case LimitKind::calls:
        return source == kCountCall;
      case LimitKind::native_every:
      case LimitKind::calls_every:
      case LimitKind::fees:
        break;
    }
    return false;
  }

  [[nodiscard]] bool is_amount_of(const Address& token, std::uint8_t source) const {
    return contract_ == token && token_amount_word(selector_) == source;
  }

  ByteReader reader_;
  std::string_view text_;
  std::size_t index_;
  const SessionPlace& place_;
  std::span<const LimitParts> limits_;

  PermissionKind kind_ = PermissionKind::function;
  Address contract_;
  Selector selector_;
  TextLayout layout_;
  std::uint32_t counted_limits_ = 0;
};

// Checks 6 and 7: no limit without effect, no limited token that moves uncounted.
Refused check_completeness(std::span<const LimitParts> limits, std::span<const PermissionSummary> permissions) {
  for (std::size_t l = 0; l < limits.size(); ++l) {
    const LimitKind kind = limits[l].kind;
    const bool named =
        kind == LimitKind::token || kind == LimitKind::sum || kind == LimitKind::native || kind == LimitKind::calls;
    const bool used =
        std::ranges::any_of(permissions, [&](const auto& p) { return (p.counted_limits >> l & 1U) != 0; });
    if (named && !used) return refuse(RefusalCode::limit_unused, kNoIndex, l);
  }
  for (std::size_t l = 0; l < limits.size(); ++l) {
    if (limits[l].kind != LimitKind::token) continue;
    const auto counts_token = [&](const PermissionSummary& permission) {
      for (std::size_t other = 0; other < limits.size(); ++other) {
        const bool same = limits[other].kind == LimitKind::token && limits[other].token == limits[l].token;
        if (same && (permission.counted_limits >> other & 1U) != 0) return true;
      }
      return false;
    };
    for (std::size_t p = 0; p < permissions.size(); ++p) {
      const bool anything = permissions[p].kind == PermissionKind::anything;
      if (anything || (permissions[p].contract == limits[l].token && !counts_token(permissions[p]))) {
        return refuse(RefusalCode::limit_incomplete, p, l);
      }
    }
  }
  return {};
}

}  // namespace

std::optional<Refusal> check_session(ByteView full, const SessionPlace& place) {
  const auto walked = walk_whole_session(full);
  if (!walked) return refuse(RefusalCode::malformed_session);
  const auto parts = read_header_parts(walked->header.bytes);
  if (!parts) {
    return refuse(parts.error() == FormFault::unknown_version ? RefusalCode::unknown_version
                                                              : RefusalCode::malformed_session);
  }
  const HeaderParts& header = *parts;
  const std::vector<PermissionParts>& permissions = walked->permissions;
  if (std::ranges::any_of(permissions, [](const PermissionParts& permission) { return permission.encoded.empty(); })) {
    return refuse(RefusalCode::malformed_session);
  }
  if (header.key_count() == 0 || permissions.empty()) return refuse(RefusalCode::session_caps);

  if (auto refused = check_keys(header, place.account)) return refused;
  if (auto refused = check_times_and_fees(header)) return refused;
  Limits all_limits;
  if (auto refused = check_limits(header, place.account, all_limits)) return refused;
  const auto limits = std::span<const LimitParts>(all_limits).first(header.limit_count);

  std::array<PermissionSummary, kMaxPermissions> summaries;
  for (std::size_t p = 0; p < permissions.size(); ++p) {
    if (auto refused = PermissionChecker(permissions[p], p, place, limits).check(summaries[p])) return refused;
  }
  return check_completeness(limits, std::span(summaries).first(permissions.size()));
}

std::optional<Refusal> check_session(const Session& session, const SessionPlace& place) {
  const Bytes full = encode_session(session);
  if (auto refused = check_session(full, place)) return refused;
  const auto decoded = decode_session(full);
  if (!decoded || *decoded != session) return refuse(RefusalCode::malformed_session);
  return {};
}

}  // namespace valetkey
