// What the contract's validateUserOp answers, computed from the same bytes: docs/protocol.md, section 5, A to L.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "policy/evaluate.hpp"
#include "policy/state.hpp"
#include "session/encoding.hpp"
#include "session/refusal.hpp"
#include "userop/execution.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

inline constexpr Word kSignatureFailed = 1;

// Whether the account's isValidSignature(digest, owner_signature) answers with the magic value.
using OwnerAnswer = std::function<bool(const Hash& digest, ByteView owner_signature)>;

struct Validation {
  std::optional<Refusal> refusal;
  Word validation_data;      // kSignatureFailed, or the window; 0 where refused
  SessionState state;        // after the call; as it was where refused or where the approval is wrong
  bool enabled_now = false;  // SessionEnabled is emitted
  SessionId id;              // where the field could be read
  bool operator==(const Validation&) const = default;
};

// Section 5, B: the calls, in the contract's order of looking. Views are valid as long as the call data is.
// Refusals: not_execute, malformed_calls, bad_mode, empty_batch.
std::expected<std::vector<CallView>, Refusal> decode_calls(ByteView call_data);

// `place.account` is who asks (msg.sender). The field is what the validator gets: op.signature without the account's
// own prefix; op.signature itself is not looked at. `state` is that of the session that the field names: see
// session_of_field. `policies` are as in Operation.
Validation validate_user_op(const PackedUserOp& op, const UserOpHash& hash, ByteView field, const SessionPlace& place,
                            const SessionState& state, const OwnerAnswer& owner_answer,
                            const PolicyAnswers* policies = nullptr);

// The id of the session that the field carries, to look its state up; none where the field can't be read.
std::optional<SessionId> session_of_field(ByteView field, ByteView call_data);

// Enabling by the account's own call or in installation data. none: enabled, or left as it is; `state` is changed.
std::optional<Refusal> enable_by_call(ByteView full, const SessionPlace& place, SessionState& state);

}  // namespace valetkey
