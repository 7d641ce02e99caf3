// An account with an owner and the validator behind an EntryPoint on a local chain, and operations of its sessions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/ecdsa.hpp"
#include "node.hpp"
#include "policy/state.hpp"
#include "protocol/contract.hpp"
#include "protocol/prepare.hpp"
#include "session/model.hpp"
#include "userop/user_op.hpp"

namespace valetkey::testing {

// A key whose secret is 32 times this byte.
const SecretKey& test_key(std::uint8_t byte);
inline constexpr std::uint8_t kOwnerByte = 0x0f;
// Addresses of such keys as a session wants them, rising.
std::vector<Address> rising(std::vector<Address> addresses);

// How an operation uses a session.
struct Use {
  std::vector<Call> calls;
  std::vector<std::uint8_t> permissions;  // one for each call
  Seconds time = 0;
  std::vector<std::uint8_t> keys;         // bytes of test_key
  std::uint32_t lane = 0;
  Uint128 max_fee_per_gas = 2'000'000'000;
};

// What became of one operation of a bundle that was included.
struct OperationResult {
  UserOpHash hash;
  bool success = false;
};

class Scene {
 public:
  // Deploys what is not there; the account has 10 ETH, its owner is test_key(kOwnerByte).
  Scene(Node& node, const EntryPoint& entry_point);

  Node& node() { return node_; }
  [[nodiscard]] const EntryPoint& entry_point() const { return entry_point_; }
  [[nodiscard]] const Address& validator() const { return validator_; }
  [[nodiscard]] const Address& owner_validator() const { return owner_validator_; }
  [[nodiscard]] const Address& account() const { return account_; }
  [[nodiscard]] SessionPlace place() const { return {kTestChain, account_, validator_}; }
  Address token(std::uint64_t number);  // a TestToken of which the account has 10^12

  SessionState state(const SessionId& id);
  std::uint64_t epoch();

  // The owner's signature over an approval of these sessions, as the account's ERC-1271 wants it.
  [[nodiscard]] Bytes approve(std::span<const Hash> session_hashes) const;

  // Operations, signed. The nonce is the chain's next one in the lane.
  UserOp use(const PreparedSession& session, const Use& use);
  UserOp enable(const PreparedSession& session, const Use& use);
  UserOp enable(const PreparedSession& session, const Use& use, const EnableProof& proof);
  UserOp owner_op(const Call& call);

  // One bundle from kPayer. Throws where the transaction reverts.
  Receipt submit(std::span<const UserOp> ops);
  Receipt submit(const UserOp& op) { return submit(std::span(&op, 1)); }
  // What the EntryPoint answers to the bundle now, without sending it; none where it takes it.
  std::optional<FailedOp> refusal(std::span<const UserOp> ops);
  std::optional<FailedOp> refusal(const UserOp& op) { return refusal(std::span(&op, 1)); }
  // The owner has the account make the call; throws where it fails.
  Receipt as_owner(const Call& call);

  std::vector<OperationResult> results(const Receipt& receipt) const;

  // Gas that the validator's frame used in this transaction: of the call of this function to it, with what it calls.
  std::uint64_t validator_gas(const Hash& transaction, const Selector& function);

 private:
  UserOp bare(const Use& use);

  Node& node_;
  EntryPoint entry_point_;
  Address validator_;
  Address owner_validator_;
  Address account_;
};

}  // namespace valetkey::testing
