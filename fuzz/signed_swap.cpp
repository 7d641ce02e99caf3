#include "signed_swap.hpp"

#include <array>
#include <vector>

#include "example_session.hpp"
#include "userop/execution.hpp"

namespace valetkey::fuzz {
namespace {

SecretKey secret_key() {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(0x42);
  return SecretKey::from_bytes(SecretBytes<32>(bytes)).value();
}

UserOp swap_op() {
  UserOp op;
  op.sender = testing::kExampleAccount;
  op.nonce = 5;
  op.call_data = encode_execute_single({testing::kRouter, 0, testing::swap_call(100'000'000, 25'000'000'000'000'000)});
  op.call_gas_limit = 200'000;
  op.verification_gas_limit = 150'000;
  op.pre_verification_gas = 50'000;
  op.max_fee_per_gas = 1'000'000'000;
  op.max_priority_fee_per_gas = 1;
  return op;
}

}  // namespace

SignedSwap::SignedSwap()
    : session(PreparedSession::make(testing::example_session(), testing::example_place()).value()),
      owner_signature(65, 0x11) {
  const SecretKey key = secret_key();
  const SecretKey* keys[] = {&key};
  const std::array<std::uint8_t, 1> second_permission{1};
  const OperationChoice choice{second_permission, testing::kExampleFrom + 100};
  const auto signed_use = sign(prepare_use(session, swap_op(), kEntryPointV07, choice).value(), keys).value();
  const std::vector<Hash> hashes{Hash{}, session.struct_hash()};
  const auto signed_enable =
      sign(prepare_enable(session, swap_op(), kEntryPointV07, choice, {hashes, 1, owner_signature}).value(), keys)
          .value();
  op = pack_user_op(signed_use.op());
  hash = signed_use.hash();
  use = signed_use.op().signature;
  enable = signed_enable.op().signature;
}

SessionState state_of(const Session& session, SessionStatus status) {
  SessionState state;
  state.epoch = session.epoch;
  state.installed = true;
  state.set_status(status);
  return state;
}

}  // namespace valetkey::fuzz
