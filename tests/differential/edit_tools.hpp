// What the lists of edits share.
#pragma once

#include "edits.hpp"

namespace valetkey::testing {

std::uint8_t byte(Random& random);
void flip_bit(Bytes& bytes, Random& random);
// Inserts, removes, changes or swaps a byte or a few.
void edit_bytes(Bytes& bytes, Random& random);
Address near(const Address& address, Random& random);
// With leading zeros cut off.
Bytes shortest(const Word& word);

// The session is not enabled yet, and is enabled in one of the three ways.
void enable_anew(Draft& draft, Random& random);
// Without rules, counts and all that reads the arguments.
void set_text(Permission& permission, std::string_view text);

// A random permission that is as wanted; nullptr where there is none.
Permission* permission_of(Draft& draft, Random& random, bool (*wanted)(const Permission&));
Permission* function_of(Draft& draft, Random& random);
// Any call that uses a permission; none where all are `revoke`.
std::optional<std::size_t> permitted_call(const Draft& draft, Random& random);
// Sets a value so that the rule of one of these kinds gives that code.
bool break_rule(Draft& draft, Random& random, RefusalCode aim);

// Bytes of an encoded permission before its most native value, and of its dynamic part.
std::size_t most_value_at(const Permission& permission);
inline constexpr std::size_t kDynamicAt = 26;

// An edit of the model, the session not yet enabled.
template <auto change>
bool edit_model(Draft& draft, Random& random) {
  if (!change(draft, random)) return false;
  enable_anew(draft, random);
  return true;
}
// The same for a function permission.
template <auto change>
bool edit_function(Draft& draft, Random& random) {
  Permission* permission = function_of(draft, random);
  if (permission == nullptr || !change(*permission, random)) return false;
  enable_anew(draft, random);
  return true;
}
// For a permission that is as wanted.
template <auto wanted, auto change>
bool edit_permission(Draft& draft, Random& random) {
  Permission* permission = permission_of(draft, random, wanted);
  if (permission == nullptr || !change(*permission, draft, random)) return false;
  enable_anew(draft, random);
  return true;
}
// The bytes of a permission, the session not yet enabled.
template <auto change>
bool edit_permission_bytes(Draft& draft, Random& random) {
  enable_anew(draft, random);
  const std::size_t p = random.below(draft.permissions.size());
  return change(draft.permissions[p], draft.session.permissions[p], random);
}
template <auto wanted, auto change>
bool edit_bytes_of(Draft& draft, Random& random) {
  const Permission* permission = permission_of(draft, random, wanted);
  if (permission == nullptr) return false;
  enable_anew(draft, random);
  return change(draft.permissions[static_cast<std::size_t>(permission - draft.session.permissions.data())], *permission, random);
}

}  // namespace valetkey::testing
