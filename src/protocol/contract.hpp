// The validator's functions, views, events and errors: docs/protocol.md, sections 5 and 7.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evm/types.hpp"
#include "policy/evaluate.hpp"
#include "policy/state.hpp"
#include "session/encoding.hpp"
#include "session/refusal.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

// Calls that the account makes to the validator.
Bytes encode_enable(ByteView full);        // enable(bytes session)
Bytes encode_revoke(const SessionId& id);  // revoke(bytes32 id)
Bytes encode_revoke_all();                 // revokeAll()
// onInstall's data: sessions in full, each behind its length in 3 bytes.
Bytes encode_install_data(std::span<const Bytes> sessions);

// Views, and what they answer. Decoders' error: contract_answer (not of the view's form).
Bytes encode_account_of(const Address& account);
struct AccountState {
  std::uint64_t epoch = 0;
  bool installed = false;
  bool operator==(const AccountState&) const = default;
};
Result<AccountState> decode_account_of(ByteView answer);
Bytes encode_words_of(const Address& account, const SessionId& id);
Result<std::array<Word, kStateWords>> decode_words_of(ByteView answer);
Bytes encode_rest_of(const Address& account, ByteView full, Seconds time);
Result<std::vector<Word>> decode_rest_of(ByteView answer);
Bytes encode_describe(const Address& account, ByteView full);
struct SessionDescription {
  SessionId id;
  Hash struct_hash;
  bool operator==(const SessionDescription&) const = default;
};
Result<SessionDescription> decode_describe(ByteView answer);
Bytes encode_approval_digest(std::span<const Hash> session_hashes);
Result<Hash> decode_approval_digest(ByteView answer);

// validateUserOp(PackedUserOperation,bytes32), for asking the contract directly.
Bytes encode_validate_user_op(const PackedUserOp& op, const UserOpHash& hash);

// What the validator asks a policy's contract, by a static call:
// isAllowed(address account, bytes32 session, address target, uint256 value, bytes data, uint256[] words).
Bytes encode_is_allowed(const Address& account, const SessionId& session, const PolicyQuestion& question);
// Whether the answer is the one that allows the call.
bool is_allowed_answer(ByteView answer);

// Events: the topics to ask for, and their reading.
Hash session_enabled_topic();
Hash session_revoked_topic();
Hash epoch_moved_topic();
struct ContractEvent {
  enum class Kind : std::uint8_t { enabled, revoked, epoch_moved } kind = Kind::enabled;
  Address account;
  SessionId id;             // enabled, revoked
  Bytes full;               // enabled: the session in full
  std::uint64_t epoch = 0;  // epoch_moved
};
// Error: contract_event (none of the validator's events, or not of its form).
Result<ContractEvent> decode_event(std::span<const Hash> topics, ByteView data);

// Refused(uint8,uint8,uint8); none where the data are something else.
std::optional<Refusal> decode_refused(ByteView revert_data);
Bytes encode_refused(const Refusal& refusal);

// Why an EntryPoint refused an operation.
struct FailedOp {
  std::uint64_t op_index = 0;
  std::string reason;              // `AA23 reverted`
  Bytes inner;                     // FailedOpWithRevert: the account's or paymaster's own revert data
  std::optional<Refusal> refusal;  // where `inner` is the validator's
};
// FailedOp(uint256,string) and FailedOpWithRevert(uint256,string,bytes); none where the data are something else.
std::optional<FailedOp> decode_failed_op(ByteView revert_data);

}  // namespace valetkey
