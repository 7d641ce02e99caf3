// Whether a session lets an operation pass, and why not: docs/protocol.md, section 5, D to I, and section 6.
// The contract decides the same with the same codes and indices.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "policy/state.hpp"
#include "session/encoding.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"
#include "userop/execution.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

inline constexpr Seconds kNoEnd = ~Seconds{0};
inline constexpr std::size_t kMaxCalls = 255;
inline constexpr std::uint8_t kRevokePermission = 0xff;  // index of the permission for a call of `revoke`

// Seconds, both included.
struct Window {
  Seconds after = 0;
  Seconds until = kNoEnd;
  bool operator==(const Window&) const = default;
};

// What is checked of an operation's gas, paymaster and init code.
struct GasView {
  Word verification_gas_limit;
  Word call_gas_limit;
  Word pre_verification_gas;
  Word max_fee_per_gas;
  ByteView init_code;           // as in the packed operation
  ByteView paymaster_and_data;  // likewise
};
// Valid as long as the operation is.
GasView gas_view(const PackedUserOp& op);

// A session as an operation carries it. Valid as long as what it points to is.
struct CarriedSession {
  const Session* header = nullptr;  // its own permissions are not looked at
  SessionId id;
  std::span<const Permission* const> permissions;  // nullptr: only the hash is carried
};

// Everything that a decision hangs on beside the session and its state.
struct Operation {
  std::span<const CallView> calls;                   // at most kMaxCalls
  std::span<const std::uint8_t> permission_of_call;  // one for each call
  Seconds time = 0;                                  // names the period of every period limit
  GasView gas;
};

struct Verdict {
  std::optional<Refusal> refusal;
  Window window;
  SessionState state;  // after the operation; as it was where it is refused

  [[nodiscard]] bool allowed() const { return !refusal; }
};

// validationData of ERC-4337 without an aggregator: until (6 bytes), after (6 bytes), each above 20 bytes.
Word pack_validation_data(const Window& window);

// D and the status of E. A session that was never enabled passes where `enabling`.
std::optional<Refusal> check_state(std::uint64_t session_epoch, const SessionState& state, bool enabling);
// F.
std::optional<Refusal> check_gas(const Session& header, const GasView& gas);
// The fee of F, at most 2^112.
Word operation_fee(const GasView& gas);
// G, H and I.
Verdict evaluate_calls(const CarriedSession& session, const SessionPlace& place, const SessionState& state,
                       const Operation& operation);

// D to I for a session carried whole: what a holder asks before signing. Enabling adds the checks of check_session,
// which the caller has made by having the session.
Verdict evaluate(const Session& session, const SessionId& id, const SessionPlace& place, const SessionState& state,
                 const Operation& operation, bool enabling);

// window_early or window_over at this second. EntryPoint v0.7 lets the first second pass, v0.8 does not.
std::optional<Refusal> check_clock(const Window& window, Seconds now, EntryPointVersion version);

// When the operation will be validated.
struct Clock {
  Seconds now = 0;
  EntryPointVersion version = EntryPointVersion::v0_7;
};

// For each call the index of a permission, so that all calls pass together; the first mix of permissions that does, in
// their order. Where none does, or none is found in 10,000 looks at a permission for a call (8 calls with 3 permissions
// each are never too many): for each call the first that passes together with the calls before it, else the one whose
// refusal tells most (one of the same contract and function before any other). kRevokePermission for `revoke` of this
// session. With a clock, permissions whose window is shut are passed over. `evaluate` with the
// answer gives the verdict. `operation.permission_of_call` is not looked at.
std::vector<std::uint8_t> choose_permissions(const Session& session, const SessionId& id, const SessionPlace& place,
                                             const SessionState& state, const Operation& operation,
                                             const std::optional<Clock>& clock);

// Whether the operation must name a time: one of the permissions counts, or every call does, against a limit with a
// period.
bool needs_time(const Session& session, std::span<const std::uint8_t> permission_of_call, bool account_pays);

// What is left of each limit in the period of `time`, in the header's order (the contract's view `restOf`).
std::vector<Word> limit_rests(const Session& session, const SessionState& state, Seconds time);

}  // namespace valetkey
