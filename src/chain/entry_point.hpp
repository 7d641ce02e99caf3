// The EntryPoint: nonces, what an operation costs, sending it by handleOps, and what became of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "account/operation.hpp"
#include "chain/client.hpp"
#include "chain/sender.hpp"
#include "crypto/ecdsa.hpp"
#include "protocol/contract.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

// `v0.7`, `v0.8` at their canonical addresses, or another address with its version: `0x…:v0.8`. Error: entry_point.
Result<EntryPoint> parse_entry_point(std::string_view text);

// The next nonce in the lane that `key` names (below 2^192): AccountAdapter::nonce_key.
Result<Word> read_nonce(Client& client, const EntryPoint& entry_point, const Address& account, const Word& key);

// What an operation of this size and content needs, from a node without any bundler or debug method: the account's
// validateUserOp is measured and the operation's own call is estimated as the EntryPoint would make them, and a margin
// is put on top. `op` has a dummy signature of the final size, and its nonce. Errors: the client's; no_override; those
// of explain_failure where validating reverts; call_reverted where its calls do.
Result<GasLimits> estimate_operation(Client& client, const UserOp& op, const EntryPoint& entry_point);

// preVerificationGas of an operation that is bundled alone. Rollups' fees for data are not in it.
Word pre_verification_gas(const UserOp& op);

// What the chain would make of a signed operation.
struct Simulation {
  std::optional<FailedOp> failed;        // the EntryPoint refuses it
  std::optional<std::string> reverting;  // it would be paid for, and its calls would revert: the node's words
};

// `sender` sends the bundle; no code may stand at its address (EntryPoint v0.8).
Result<Simulation> simulate_operation(Client& client, const UserOp& op, const EntryPoint& entry_point,
                                      const Address& sender);

enum class OperationStatus : std::uint8_t {
  done,      // included, its calls made
  reverted,  // included and paid for, its calls undone
  refused,   // the EntryPoint refused it: the bundle's transaction reverted
  unknown,   // sent, and no receipt
};

struct OperationOutcome {
  OperationStatus status = OperationStatus::unknown;
  Outcome bundle;
  UserOpHash hash;
  Word gas_cost;                   // wei, that the account or its paymaster paid; done and reverted
  std::optional<FailedOp> failed;  // refused, where the node tells
  std::string revert;              // reverted: the reason in words
};

// Sends the operation alone in a bundle that `payer` pays and that the EntryPoint refunds, and waits. Errors: nothing
// was sent.
Result<OperationOutcome> submit_operation(Client& client, const SecretKey& payer, const UserOp& op,
                                          const EntryPoint& entry_point, const WaitOptions& wait = {});

// `refused` with the EntryPoint's reason: the validator's own code and sentence where it is known, else AAxx in words.
Error explain_failure(const FailedOp& failed);

// `code 34, call 0, rule 5`: the numbers of docs/refusals.md, without indices that have no meaning.
std::string numbers_text(const Refusal& refusal);

// A sentence for `AA21 didn't pay prefund` and its like.
std::string_view entry_point_sentence(std::string_view reason);

// `Error(string)`, `Panic(uint256)` or else the bytes.
std::string revert_text(ByteView data);

}  // namespace valetkey
