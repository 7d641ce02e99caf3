// Names and units for messages, from an approval's annex, which may be missing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evm/abi_leaves.hpp"
#include "session/approval.hpp"
#include "session/model.hpp"

namespace valetkey {

// An argument of a permission's function with all that the permission says of it.
struct ArgumentView {
  AbiLeaf leaf;
  std::string name;                 // of the leaf
  std::vector<Position> positions;  // that rules, counts, calls inside and batch rules look at
  bool open = true;                 // some value of it has no rule
};

class NameBook {
 public:
  // Both must outlive the book; names may be nullptr.
  NameBook(const Session& session, const SessionPlace& place, const SessionNames* names)
      : session_(session), place_(place), names_(names) {}

  // `router (0x2626…)`, `this account`, or the checksummed address.
  [[nodiscard]] std::string address(const Address& address) const;
  // The name alone, or the checksummed address.
  [[nodiscard]] std::string short_address(const Address& address) const;
  [[nodiscard]] std::optional<Unit> token_unit(const Address& token) const;
  [[nodiscard]] Unit coin() const;
  // `params.amountIn`, `orders[*].price`, `params.path address at 0`; without names `word 4`.
  [[nodiscard]] std::string argument(std::size_t permission, Position position) const;
  // All arguments of a permission's function, in order; empty for other permissions.
  [[nodiscard]] std::vector<ArgumentView> arguments(std::size_t permission) const;
  // Of a word, from the annex, or else from a limit that the word counts against.
  [[nodiscard]] std::optional<Unit> word_unit(std::size_t permission, Position position) const;
  // `usdc.transfer`, or the words for the other kinds of permissions.
  [[nodiscard]] std::string permission(std::size_t permission) const;
  // `swap`, `transfer`; empty for other kinds of permissions without a name.
  [[nodiscard]] std::string permission_name(std::size_t permission) const;
  // `limit 1, swapped`, `limit 1`.
  [[nodiscard]] std::string limit(std::size_t limit) const;
  [[nodiscard]] std::optional<Unit> limit_unit(std::size_t limit) const;
  // An amount of a limit with its unit: `1000 USDC`, `20 calls`.
  [[nodiscard]] std::string limit_amount(std::size_t limit, const Word& amount) const;
  // A value of a word of the type.
  [[nodiscard]] std::string value(ValueType type, const Word& word, const std::optional<Unit>& unit) const;
  // `at most 200 USDC`, `is this account`
  [[nodiscard]] std::string bound(std::size_t permission, const Rule& rule) const;
  // `must be at most 200 USDC`, `must be this account`
  [[nodiscard]] std::string requirement(std::size_t permission, const Rule& rule) const;

 private:
  [[nodiscard]] const LimitNames* limit_names(std::size_t limit) const;
  [[nodiscard]] const PermissionNames* permission_names(std::size_t permission) const;

  const Session& session_;
  const SessionPlace& place_;
  const SessionNames* names_;
};

// Whether the permission may move the token of its contract by a token's own function.
bool moves_token(const Permission& permission);
// Permit2's `approve` of some token.
bool is_permit2_approve(const Permission& permission);

}  // namespace valetkey
