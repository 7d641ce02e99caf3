#include "session/refusal.hpp"

#include <algorithm>
#include <array>

namespace valetkey {
namespace {

struct Entry {
  RefusalCode code;
  std::string_view name;
  std::string_view sentence;
};

// docs/refusals.md.
constexpr std::array kTable = std::to_array<Entry>({
    {RefusalCode::wrong_sender, "wrong_sender", "the user operation's sender is not the account that asks"},
    {RefusalCode::not_execute, "not_execute", "the call data are not `execute(bytes32,bytes)`"},
    {RefusalCode::malformed_calls, "malformed_calls", "the call data are not in the one canonical ABI form"},
    {RefusalCode::bad_mode, "bad_mode", "the execution mode is not single or batch in default mode"},
    {RefusalCode::empty_batch, "empty_batch", "the batch has no call"},
    {RefusalCode::malformed_field, "malformed_field", "the signature field does not have the form of USE or ENABLE"},
    {RefusalCode::unknown_version, "unknown_version", "the session's encoding is of another version"},
    {RefusalCode::not_installed, "not_installed", "the validator is not installed on the account"},
    {RefusalCode::epoch_moved, "epoch_moved", "all sessions of that epoch were revoked"},
    {RefusalCode::revoked, "revoked", "the session was revoked"},
    {RefusalCode::not_enabled, "not_enabled",
     "the session was never enabled; enable it, or use ENABLE with the owner's approval"},
    {RefusalCode::init_code, "init_code", "init code of an EIP-7702 account carries more than its marker"},
    {RefusalCode::gas_price, "gas_price", "the gas price is above the session's"},
    {RefusalCode::paymaster, "paymaster", "the paymaster is not one that the session names"},
    {RefusalCode::fees_none, "fees_none", "the account would pay the fee, the session lets only a paymaster pay"},
    {RefusalCode::target_zero, "target_zero", "the call goes to address 0"},
    {RefusalCode::target_account, "target_account", "the call goes to the account itself"},
    {RefusalCode::target_entry_point, "target_entry_point", "the call goes to an EntryPoint"},
    {RefusalCode::target_validator, "target_validator",
     "the call goes to the validator and is not `revoke` of this very session"},
    {RefusalCode::permission_missing, "permission_missing",
     "the permission named for the call is not carried in the signature field"},
    {RefusalCode::no_permission, "no_permission",
     "the permission named for the call is not for this contract and function"},
    {RefusalCode::call_data_length, "call_data_length",
     "the call's arguments are shorter or longer than the function's"},
    {RefusalCode::value_over, "value_over", "the call sends more native value than the permission allows"},
    {RefusalCode::dirty_word, "dirty_word", "a word that a rule reads has bits outside its type"},
    {RefusalCode::rule_is, "rule_is", "the argument is not what it must be"},
    {RefusalCode::rule_one_of, "rule_one_of", "the argument is none of those allowed"},
    {RefusalCode::rule_is_not, "rule_is_not", "the argument is one that is not allowed"},
    {RefusalCode::rule_less_than, "rule_less_than", "the argument is not less than its bound"},
    {RefusalCode::rule_at_most, "rule_at_most", "the argument is above its bound"},
    {RefusalCode::rule_more_than, "rule_more_than", "the argument is not more than its bound"},
    {RefusalCode::rule_at_least, "rule_at_least", "the argument is below its bound"},
    {RefusalCode::rule_between, "rule_between", "the argument is outside its range"},
    {RefusalCode::ratio_word_over, "ratio_word_over", "a word of a ratio is 2^128 or more"},
    {RefusalCode::rule_ratio, "rule_ratio", "the argument breaks its ratio to another word or to the native value"},
    {RefusalCode::dirty_count, "dirty_count", "a word that is counted has bits outside its type"},
    {RefusalCode::time_before_start, "time_before_start", "the operation's time is before the session's start"},
    {RefusalCode::period_backwards, "period_backwards", "a later period of the limit was used already"},
    {RefusalCode::limit_passed, "limit_passed", "the operation would pass the limit"},
    {RefusalCode::window_empty, "window_empty", "the time windows that the operation needs have no second in common"},
    {RefusalCode::malformed_signatures, "malformed_signatures", "the keys' signatures are not in rising order of key"},
    {RefusalCode::malformed_session, "malformed_session", "the session is not whole, or something follows it"},
    {RefusalCode::session_caps, "session_caps", "the session has no key or no permission"},
    {RefusalCode::key_threshold, "key_threshold", "the threshold is 0 or above the number of keys"},
    {RefusalCode::key_kind, "key_kind", "the key is of an unknown kind"},
    {RefusalCode::key_order, "key_order", "the key is zero, twice, or out of order"},
    {RefusalCode::key_is_account, "key_is_account", "the key is the account itself"},
    {RefusalCode::time_over, "time_over", "a time is after the year 9999"},
    {RefusalCode::window_order, "window_order", "the session ends before it starts"},
    {RefusalCode::fees_kind, "fees_kind", "the fees are neither `none` nor paid by the account"},
    {RefusalCode::paymaster_order, "paymaster_order", "the paymaster is zero, twice, or out of order"},
    {RefusalCode::no_payer, "no_payer", "nobody may pay the fee: fees are `none` and no paymaster is named"},
    {RefusalCode::limit_kind, "limit_kind", "the limit is of an unknown kind"},
    {RefusalCode::limit_zero, "limit_zero", "the limit is 0; leave the permission out instead"},
    {RefusalCode::limit_token, "limit_token", "the limit's token is zero or the account"},
    {RefusalCode::limit_fees, "limit_fees", "a limit on fees in a session that lets only a paymaster pay"},
    {RefusalCode::permission_form, "permission_form", "the permission is shorter or longer than it says"},
    {RefusalCode::permission_kind, "permission_kind", "the permission is of an unknown kind"},
    {RefusalCode::permission_target, "permission_target",
     "sessions may not call address 0, the account, the validator or an EntryPoint"},
    {RefusalCode::text, "text", "the function text is not in canonical form"},
    {RefusalCode::selector, "selector", "the function text does not give the selector"},
    {RefusalCode::reserved_selector, "reserved_selector",
     "the text shares its selector with a function that moves or hands over value"},
    {RefusalCode::layout, "layout", "the number of words is not that of the function text"},
    {RefusalCode::number_form, "number_form", "a number is not in its shortest form"},
    {RefusalCode::permission_window, "permission_window", "the permission's window is empty, over, or says nothing"},
    {RefusalCode::rule_caps, "rule_caps", "too many rules, or rules where there are no arguments"},
    {RefusalCode::rule_order, "rule_order", "the rule is twice or out of order"},
    {RefusalCode::rule_type, "rule_type", "the rule's type is not that of the word, or the word has no rules"},
    {RefusalCode::rule_operator, "rule_operator", "the comparison does not fit the type or the number of values"},
    {RefusalCode::rule_value, "rule_value",
     "a value is too wide, out of order, not shortest, or the account's literal address"},
    {RefusalCode::count_caps, "count_caps", "too many counts"},
    {RefusalCode::count_order, "count_order", "the count is twice or out of order"},
    {RefusalCode::count_limit, "count_limit", "the count names a limit that is not there"},
    {RefusalCode::count_source, "count_source", "the limit does not count that"},
    {RefusalCode::count_token, "count_token",
     "a token limit counts only the amount of the token's own transfer, transferFrom, approve, increaseAllowance"},
    {RefusalCode::limit_unused, "limit_unused", "nothing counts against the limit, so it would bound nothing"},
    {RefusalCode::limit_incomplete, "limit_incomplete", "the permission could move the limited token uncounted"},
    {RefusalCode::call_data_form, "call_data_form", "the call's arguments are not in the one canonical ABI form"},
    {RefusalCode::path_range, "path_range", "the call has no such member or bytes"},
    {RefusalCode::inner_call, "inner_call", "an inner call is none of those allowed"},
    {RefusalCode::inner_count, "inner_count", "there are more or fewer commands than inputs"},
    {RefusalCode::batch_call, "batch_call", "the other call that has to be in the batch is not at its place"},
    {RefusalCode::batch_rule, "batch_rule", "the argument does not stand in the right relation to the other call's"},
    {RefusalCode::policy, "policy", "the policy contract did not allow the call"},
    {RefusalCode::denied_function, "denied_function", "no session may call that function, or only by name"},
    {RefusalCode::path_caps, "path_caps", "too many paths, or one too long"},
    {RefusalCode::path_order, "path_order", "the path is twice or out of order"},
    {RefusalCode::path_steps, "path_steps", "the path does not fit the function's types"},
    {RefusalCode::path_unused, "path_unused", "no rule or count reads the path"},
    {RefusalCode::inside_caps, "inside_caps", "too many arguments with calls inside"},
    {RefusalCode::inside_form, "inside_form", "the argument is no call data, or out of order"},
    {RefusalCode::inside_permission, "inside_permission",
     "the permission inside is not an inner one of the same contract, comes before its outer one, or is twice the same "
     "function"},
    {RefusalCode::inner_unused, "inner_unused", "no permission lets the inner call be made"},
    {RefusalCode::inner_value, "inner_value", "an inner permission has no native value of its own"},
    {RefusalCode::extras_caps, "extras_caps", "too many batch rules or policies, or none"},
    {RefusalCode::batch_form, "batch_form", "the batch rule is out of order, or does not fit the arguments"},
    {RefusalCode::policy_form, "policy_form", "the policy's contract or words are not in order"},
    {RefusalCode::window_early, "window_early", "the session, or the permission, does not work yet"},
    {RefusalCode::window_over, "window_over", "the session, or the permission, is over"},
});

const Entry* find(auto member, const auto& value) {
  const auto found = std::ranges::find(kTable, value, member);
  return found == kTable.end() ? nullptr : &*found;
}

}  // namespace

std::string_view refusal_name(RefusalCode code) {
  const Entry* entry = find(&Entry::code, code);
  return entry != nullptr ? entry->name : "unknown_refusal";
}

std::string_view refusal_sentence(RefusalCode code) {
  const Entry* entry = find(&Entry::code, code);
  return entry != nullptr ? entry->sentence : "a refusal that this version does not know";
}

std::optional<RefusalCode> refusal_code(std::uint8_t number) {
  const auto code = static_cast<RefusalCode>(number);
  return find(&Entry::code, code) != nullptr ? std::optional(code) : std::nullopt;
}

std::optional<RefusalCode> refusal_code(std::string_view name) {
  const Entry* entry = find(&Entry::name, name);
  return entry != nullptr ? std::optional(entry->code) : std::nullopt;
}

}  // namespace valetkey
