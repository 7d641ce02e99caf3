#include "cli/case_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "account/amount.hpp"
#include "policy/names.hpp"

namespace valetkey::cli {
namespace {

// Where the argument of a refusal stands, of the permission that refused.
std::optional<Position> position_of(const Permission& permission, const Refusal& refusal) {
  const std::size_t index = refusal.rule;
  switch (refusal.code) {
    case RefusalCode::dirty_count:
      if (index < permission.counts.size()) return permission.counts[index].source;
      return std::nullopt;
    case RefusalCode::path_range:
      if (index < permission.paths.size()) return static_cast<Position>(kFirstPath + index);
      return std::nullopt;
    case RefusalCode::inner_call:
    case RefusalCode::inner_count:
      if (index < permission.inside.size()) return permission.inside[index].position;
      return std::nullopt;
    case RefusalCode::batch_rule:
      if (index < permission.batch.size()) return permission.batch[index].position;
      return std::nullopt;
    default:
      break;
  }
  const bool rule = refusal.code >= RefusalCode::dirty_word && refusal.code <= RefusalCode::rule_ratio;
  return rule && index < permission.rules.size() ? std::optional(permission.rules[index].position) : std::nullopt;
}

bool is_of_limit(RefusalCode code) {
  return code == RefusalCode::time_before_start || code == RefusalCode::period_backwards ||
         code == RefusalCode::limit_passed;
}

// Test files may spell addresses as they like: mixed case that is no checksum is taken, as in session files.
std::string with_plain_addresses(std::string text) {
  constexpr std::size_t kDigits = 40;
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  for (std::size_t at = text.find("0x"); at != text.npos; at = text.find("0x", at + 2)) {
    const std::size_t end = std::min(text.find_first_not_of(kHex, at + 2), text.size());
    if (end - at != kDigits + 2) continue;
    for (std::size_t i = at + 2; i < end; ++i) text[i] = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] + 32) : text[i];
  }
  return text;
}

Result<Call> make_call(const HeldSession& session, std::span<const KnownFunction> functions, const CaseCall& one) {
  const std::string text = one.value.empty() ? one.text : fmt::format("{} value {}", one.text, one.value);
  VALETKEY_TRY(call, parse_call_text(session, with_plain_addresses(text), functions));
  if (one.data) call.data = *one.data;
  return std::move(call);
}

Result<Uint128> read_price(const HeldSession& session, const std::string& text) {
  const std::vector<Unit> units{{"gwei", 9}, {"wei", 0}, session.names().coin};
  VALETKEY_TRY(price, parse_amount_text(text, units));
  if (price.bit_length() > 128) return fail("amount_range", fmt::format("`{}` is no gas price", text));
  return *Uint128::from(price);
}

std::string outcome(std::string_view refused, const RefusalPlace& place, const std::optional<std::size_t>& call) {
  std::string details;
  const auto add = [&](std::string_view what, const std::string& name) {
    if (!name.empty()) details += fmt::format("{}{} {}", details.empty() ? "" : ", ", what, name);
  };
  add("argument", place.argument);
  add("limit", place.limit);
  add("permission", place.permission);
  if (call) add("call", std::to_string(*call));
  return details.empty() ? std::string(refused) : fmt::format("{} ({})", refused, details);
}

}  // namespace

EvaluatorJudge::EvaluatorJudge(const HeldSession& session) : session_(session) {
  state_.epoch = session.session().epoch;
  state_.installed = true;
}

Result<CaseAnswer> EvaluatorJudge::decide(const CaseOperation& operation) {
  const Draft draft = draft_case(session_, state_, operation);
  if (!draft.refusal) state_ = draft.verdict.state;
  return answer_of(draft);
}

Draft draft_case(const HeldSession& session, const SessionState& state, const CaseOperation& operation) {
  ChainView view;
  view.entry_point = kEntryPointV07;
  view.state = state;
  view.fee = operation.price;
  view.now = operation.now;
  const PolicyAnswers policies = [&](const PolicyQuestion&) { return operation.policies_allow; };
  return draft_operation(session, openzeppelin_account(), view, operation.calls,
                         {.verification = {}, .call = operation.gas, .pre_verification = {}}, operation.paymaster,
                         &policies);
}

CaseAnswer answer_of(const Draft& draft) {
  CaseAnswer answer;
  answer.refusal = draft.refusal;
  if (!draft.refusal) return answer;
  answer.message = draft.why.message;
  if (draft.verdict.permission != kNoIndex) answer.permission = draft.verdict.permission;
  return answer;
}

Result<CaseOperation> make_operation(const HeldSession& session, std::span<const KnownFunction> functions,
                                     const SessionCase& one, Seconds now) {
  CaseOperation operation;
  operation.now = now;
  operation.policies_allow = one.policies_allow;
  for (const CaseCall& call : one.calls) {
    VALETKEY_TRY(made, make_call(session, functions, call));
    operation.calls.push_back(std::move(made));
  }
  if (!one.price.empty()) {
    VALETKEY_TRY(price, read_price(session, one.price));
    operation.price = price;
  }
  if (!one.gas.empty()) {
    VALETKEY_TRY(gas, parse_decimal(one.gas));
    operation.gas = Uint128(gas.low_64());
  }
  if (one.paymaster.empty()) {
    if (!session.session().account_pays) operation.paymaster = Paymaster{session.session().paymasters.front(), {}, {}, {}};
  } else if (one.paymaster != "none") {
    VALETKEY_TRY(paymaster, parse_call_text(session, one.paymaster));
    operation.paymaster = Paymaster{paymaster.target, {}, {}, {}};
  }
  return operation;
}

RefusalPlace place_of(const HeldSession& session, const CaseAnswer& answer) {
  RefusalPlace place;
  if (!answer.refusal) return place;
  const Refusal& refusal = *answer.refusal;
  const SessionNames& names = session.names();
  if (is_of_limit(refusal.code) && refusal.rule < names.limits.size()) place.limit = names.limits[refusal.rule].name;
  if (!answer.permission || *answer.permission >= session.session().permissions.size()) return place;
  const std::size_t p = *answer.permission;
  const NameBook book(session.session(), session.place(), &names);
  if (refusal.code != RefusalCode::no_permission) place.permission = book.permission_name(p);
  const auto position = position_of(session.session().permissions[p], refusal);
  if (position) place.argument = book.argument(p, *position);
  return place;
}

std::string outcome_text(const HeldSession& session, const CaseAnswer& answer) {
  if (!answer.refusal) return "allowed";
  RefusalPlace place = place_of(session, answer);
  if (!place.argument.empty()) place.permission.clear();
  return outcome(refusal_name(answer.refusal->code), place, std::nullopt);
}

std::string outcome_text(const CaseOutcome& expected) {
  if (!expected.refused) return "allowed";
  return outcome(refusal_name(*expected.refused), {expected.argument, expected.limit, expected.permission},
                 expected.call);
}

bool as_expected(const HeldSession& session, const CaseOutcome& expected, const CaseAnswer& answer) {
  if (answer.refusal.has_value() != expected.refused.has_value()) return false;
  if (!answer.refusal) return true;
  const RefusalPlace place = place_of(session, answer);
  const auto is_or_has = [](const std::string& found, const std::string& wanted) {
    return found == wanted || (found.starts_with(wanted) && found.size() > wanted.size() &&
                               std::string_view(" .[").find(found[wanted.size()]) != std::string_view::npos);
  };
  return answer.refusal->code == *expected.refused &&
         (expected.argument.empty() || is_or_has(place.argument, expected.argument)) &&
         (expected.limit.empty() || place.limit == expected.limit) &&
         (expected.permission.empty() || place.permission == expected.permission) &&
         (!expected.call || (answer.refusal->call != kNoIndex && answer.refusal->call + std::size_t{1} == *expected.call));
}

}  // namespace valetkey::cli
