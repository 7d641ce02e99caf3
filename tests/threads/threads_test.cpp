#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "example_session.hpp"
#include "protocol/prepare.hpp"
#include "protocol/validate.hpp"
#include "userop/execution.hpp"

namespace valetkey {
namespace {

using testing::example_place;
using testing::example_session;

constexpr std::size_t kThreads = 4;
constexpr int kRounds = 8;
constexpr std::array<std::uint8_t, 1> kSwap{1};
constexpr OperationChoice kChoice{kSwap, testing::kExampleFrom + 100};

UserOp swap_op(std::uint64_t nonce) {
  UserOp op;
  op.sender = testing::kExampleAccount;
  op.nonce = nonce;
  op.call_data = encode_execute_single({testing::kRouter, 0, testing::swap_call(100'000'000, 25'000'000'000'000'000)});
  op.call_gas_limit = 200'000;
  op.verification_gas_limit = 150'000;
  op.max_fee_per_gas = 1'000'000'000;
  return op;
}

SessionState enabled_state(const Session& session) {
  SessionState state;
  state.epoch = session.epoch;
  state.installed = true;
  state.set_status(SessionStatus::enabled);
  return state;
}

// All begin at once, so that what is made at first use is made by several.
TEST(ThreadsTest, OneSessionAndOneKeyServeManyThreads) {
  std::array<std::uint8_t, 32> secret;
  secret.fill(0x42);
  const SecretKey key = SecretKey::from_bytes(SecretBytes<32>(secret)).value();
  std::atomic<bool> go = false;
  std::atomic<unsigned> accepted = 0;
  std::vector<PreparedSession> made;
  made.push_back(PreparedSession::make(example_session(), example_place()).value());
  const PreparedSession& shared = made[0];

  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      while (!go) std::this_thread::yield();
      for (std::uint64_t round = 0; round < kRounds; ++round) {
        auto prepared = prepare_use(shared, swap_op((t << 32U) + round), kEntryPointV07, kChoice);
        const SecretKey* keys[] = {&key};
        const auto signed_op = sign(std::move(prepared.value()), keys);
        const Validation result =
            validate_user_op(pack_user_op(signed_op->op()), signed_op->hash(), signed_op->op().signature,
                             shared.place(), enabled_state(shared.session()), [](const Hash&, ByteView) { return false; });
        const bool own = PreparedSession::make(example_session(), example_place())->struct_hash() == shared.struct_hash();
        if (!result.refusal && result.validation_data != kSignatureFailed && own) ++accepted;
      }
    });
  }
  go = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, kThreads * kRounds);
}

}  // namespace
}  // namespace valetkey
