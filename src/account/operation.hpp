// From calls to an operation that can be signed: which permissions it uses, USE or ENABLE, and whether it would pass.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "account/account.hpp"
#include "account/held_session.hpp"
#include "base/result.hpp"
#include "policy/evaluate.hpp"
#include "policy/state.hpp"
#include "protocol/prepare.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

// Gas units.
struct GasLimits {
  Uint128 verification;
  Uint128 call;
  Word pre_verification;
};

// What the chain says at one time; read_chain_view of the edge asks for it.
struct ChainView {
  EntryPoint entry_point;
  SessionState state;
  Word nonce;       // the next one of the operation's lane
  Uint128 fee;      // most wei per gas
  Uint128 tip;      // wei per gas
  Seconds now = 0;  // the newest block's time
};

// An operation without a signature, with the evaluator's answer.
struct Draft {
  UserOp op;
  std::vector<std::uint8_t> permission_of_call;
  Seconds time = 0;       // names the periods; 0 where none counts
  bool enabling = false;  // the first use carries the owner's approval
  std::optional<Refusal> refusal;
  Error why;        // of the refusal: code, sentence and fix
  Verdict verdict;  // without the clock's say
};

// Pure; time in the order of calls x permissions x rules. One call or more. With `gas` all zero the fee is not counted:
// good for a first look, before an estimate. What external policies answer is `policies`' to say; nullptr: they refuse.
Draft draft_operation(const HeldSession& session, const AccountAdapter& account, const ChainView& view,
                      std::span<const Call> calls, const GasLimits& gas = {}, std::optional<Paymaster> paymaster = {},
                      const PolicyAnswers* policies = nullptr);

// What the keys sign, whether the draft would pass or not. Errors: as prepare_use and prepare_enable.
Result<PreparedUserOp> prepare(const HeldSession& session, const AccountAdapter& account, const ChainView& view,
                               const Draft& draft);

}  // namespace valetkey
