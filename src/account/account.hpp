// What differs from one kind of smart account to the next. One file per kind beside this one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"
#include "userop/execution.hpp"

namespace valetkey {

// Stateless and thread-safe; a program has one of each kind.
class AccountAdapter {
 public:
  AccountAdapter() = default;
  AccountAdapter(const AccountAdapter&) = delete;
  AccountAdapter& operator=(const AccountAdapter&) = delete;
  virtual ~AccountAdapter() = default;

  // The name that files and commands use, e.g. `openzeppelin`.
  virtual std::string_view name() const = 0;

  // The key for `EntryPoint.getNonce(account, key)`, below 2^192, that has the account ask `validator`.
  // Operations in different lanes don't wait for each other.
  virtual Word nonce_key(const Address& validator, std::uint32_t lane) const = 0;

  // What stands in `userOp.signature` before the validator's signature field; the account strips it.
  virtual Bytes user_op_signature_prefix(const Address& validator) const = 0;

  // What `isValidSignature(hash, ...)` of the account wants for the validator to be asked about `signature` (ERC-1271).
  virtual Bytes wrap_message_signature(const Address& validator, ByteView signature) const = 0;

  // The call data of the operation that makes the calls: single mode for one, batch mode for several. At least one
  // call.
  virtual Bytes encode_calls(std::span<const Call> calls) const = 0;

  // Calls of the account to itself.
  virtual Call install_validator(const Address& account, const Address& validator, ByteView init_data) const = 0;
  virtual Call uninstall_validator(const Address& account, const Address& validator, ByteView deinit_data) const = 0;
};

// OpenZeppelin's AccountERC7579 5.x.
const AccountAdapter& openzeppelin_account();

}  // namespace valetkey
