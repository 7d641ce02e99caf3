#include "policy/rule.hpp"
#include "policy/tally.hpp"

namespace valetkey {
namespace {

bool holds(Comparison comparison, const Word& here, const Word& other) {
  switch (comparison) {
    case Comparison::at_most:
      return here <= other;
    case Comparison::at_least:
      return here >= other;
    default:
      return here == other;
  }
}

}  // namespace

std::optional<std::size_t> other_call(std::uint8_t where, std::size_t i, std::size_t calls) {
  if (where == BatchRule::kFirstCall) return 0;
  if (where == BatchRule::kLastCall) return calls - 1;
  const std::size_t other = i + static_cast<std::size_t>(static_cast<std::int8_t>(where));
  return other < calls ? std::optional(other) : std::nullopt;
}

std::optional<Refusal> check_batch_rules(CarriedPermissions permissions, const Operation& operation,
                                         std::uint8_t call_index, Tally& tally) {
  const std::uint8_t p = operation.permission_of_call[call_index];
  if (p == kRevokePermission) return {};
  const CallView& call = operation.calls[call_index];
  const Permission& permission = *permissions[p];
  for (std::size_t r = 0; r < permission.batch.size(); ++r) {
    const BatchRule& rule = permission.batch[r];
    const auto refuse = [&](RefusalCode code) { return Refusal{code, call_index, static_cast<std::uint8_t>(r)}; };
    const Arguments here = arguments_of(permission, call);
    tally.enter(p, here.data);
    const auto other_index = other_call(rule.where, call_index, operation.calls.size());
    if (!other_index || operation.permission_of_call[*other_index] != rule.permission)
      return refuse(RefusalCode::batch_call);
    if (rule.position == BatchRule::kNoPosition) continue;

    const auto value = value_at(here, rule.position);
    if (!value) return range_refusal(call_index, rule.position);
    const Arguments other = arguments_of(*permissions[rule.permission], operation.calls[*other_index]);
    const auto other_value = value_at(other, rule.other_position);
    if (!other_value) {
      tally.enter(rule.permission, other.data);
      return range_refusal(call_index, rule.other_position);
    }
    if (!is_clean(rule.type, *value) || !is_clean(rule.other_type, *other_value))
      return refuse(RefusalCode::dirty_word);
    if (!holds(rule.comparison, *value, *other_value)) return refuse(RefusalCode::batch_rule);
  }
  return {};
}

}  // namespace valetkey
