#include "policy/tally.hpp"

namespace valetkey {
namespace {

PolicyQuestion question(const Permission& permission, std::size_t x, const Operation& operation,
                        std::uint8_t call_index, const Address& account) {
  const Policy& policy = permission.policies[x];
  PolicyQuestion question{call_index, operation.permission_of_call[call_index], static_cast<std::uint8_t>(x),
                          policy.contract, operation.calls[call_index], {}};
  question.words.reserve(policy.words.size());
  for (const PolicyWord& word : policy.words) question.words.push_back(word.account ? to_word(account) : word.value);
  return question;
}

}  // namespace

std::optional<Refusal> check_policies(CarriedPermissions permissions, const Operation& operation,
                                      std::uint8_t call_index, const Address& account, Tally& tally) {
  const std::uint8_t p = operation.permission_of_call[call_index];
  if (p == kRevokePermission) return {};
  const Permission& permission = *permissions[p];
  for (std::size_t x = 0; x < permission.policies.size(); ++x) {
    tally.enter(p, {});
    const bool allows = operation.policies != nullptr &&
                        (*operation.policies)(question(permission, x, operation, call_index, account));
    if (!allows) return Refusal{RefusalCode::policy, call_index, static_cast<std::uint8_t>(x)};
  }
  return {};
}

std::vector<PolicyQuestion> policy_questions(const Session& session, const SessionPlace& place,
                                             const Operation& operation) {
  std::vector<PolicyQuestion> questions;
  for (std::size_t i = 0; i < operation.calls.size() && i < kMaxCalls; ++i) {
    const std::uint8_t p = operation.permission_of_call[i];
    if (p >= session.permissions.size()) continue;
    for (std::size_t x = 0; x < session.permissions[p].policies.size(); ++x) {
      questions.push_back(
          question(session.permissions[p], x, operation, static_cast<std::uint8_t>(i), place.account));
    }
  }
  return questions;
}

}  // namespace valetkey
