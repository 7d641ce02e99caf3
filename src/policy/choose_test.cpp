#include <gtest/gtest.h>

#include "example_session.hpp"
#include "policy/evaluate.hpp"

namespace valetkey {
namespace {

using testing::address_rule;
using testing::example_place;
using testing::function_permission;
using testing::kRouter;
using testing::kUsdc;
using testing::kWeth;
using testing::number_rule;
using testing::token_call;

constexpr std::string_view kTransfer = "transfer(address,uint256)";

class ChooseTest : public ::testing::Test {
 protected:
  ChooseTest() {
    state_.epoch = session_.epoch;
    state_.installed = true;
    state_.set_status(SessionStatus::enabled);
  }
  std::vector<std::uint8_t> choose(const std::optional<Clock>& clock = {}) {
    views_.clear();
    for (const Call& call : calls_) views_.push_back({call.target, call.value, call.data});
    return choose_permissions(session_, session_id(session_), example_place(), state_, operation(), clock);
  }
  Operation operation() { return {views_, {}, testing::kExampleFrom, {1, 1, 1, 1, {}, {}}}; }
  std::string refusal(const std::vector<std::uint8_t>& choice) {
    Operation chosen = operation();
    chosen.permission_of_call = choice;
    const Verdict verdict = evaluate(session_, session_id(session_), example_place(), state_, chosen, false);
    return verdict.refusal ? std::string(refusal_name(verdict.refusal->code)) : "passes";
  }

  Session session_ = testing::example_session();
  SessionState state_;
  std::vector<Call> calls_;
  std::vector<CallView> views_;
};

TEST_F(ChooseTest, TakesTheFirstThatPasses) {
  Permission small = function_permission(kUsdc, kTransfer);
  small.rules = {address_rule(0, Comparison::is, {kWeth}), number_rule(1, Comparison::at_most, {10})};
  Permission large = small;
  large.rules = {address_rule(0, Comparison::is, {kRouter}), number_rule(1, Comparison::at_most, {100})};
  session_.limits.clear();
  session_.permissions = {small, large, large};
  calls_ = {{kUsdc, 0, token_call(kTransfer, kWeth, 10)}, {kUsdc, 0, token_call(kTransfer, kRouter, 100)}};
  EXPECT_EQ(choose(), (std::vector<std::uint8_t>{0, 1}));
  EXPECT_EQ(refusal({0, 1}), "passes");
}

TEST_F(ChooseTest, ARefusalOfTheSameFunctionTellsMostAndTheFurthestOfThem) {
  Permission other = function_permission(kWeth, kTransfer);
  Permission small = function_permission(kUsdc, kTransfer);
  small.rules = {address_rule(0, Comparison::is, {kWeth}), number_rule(1, Comparison::at_most, {10})};
  Permission large = small;
  large.rules = {address_rule(0, Comparison::is, {kRouter}), number_rule(1, Comparison::at_most, {100})};
  session_.limits.clear();
  session_.permissions = {other, small, large};
  calls_ = {{kUsdc, 0, token_call(kTransfer, kRouter, 101)}};
  EXPECT_EQ(choose(), std::vector<std::uint8_t>{2});
  EXPECT_EQ(refusal({2}), "rule_at_most");
  calls_ = {{testing::kExampleValidator, 0, {}}};
  EXPECT_EQ(choose(), std::vector<std::uint8_t>{0});
}

TEST_F(ChooseTest, AFullLimitMovesOnToThePermissionWithRoom) {
  Permission first = function_permission(kUsdc, kTransfer);
  first.counts = {{0, 1, {}}};
  Permission second = first;
  second.counts = {{1, 1, {}}};
  session_.limits = {{LimitKind::token, 100, 0, kUsdc}, {LimitKind::token, 100, 0, kUsdc}};
  session_.permissions = {first, second};
  const Call call{kUsdc, 0, token_call(kTransfer, kRouter, 60)};
  calls_ = {call, call};
  EXPECT_EQ(choose(), (std::vector<std::uint8_t>{0, 1}));
  EXPECT_EQ(refusal({0, 1}), "passes");
  EXPECT_EQ(refusal({0, 0}), "limit_passed");
  calls_ = {call, call, call};
  EXPECT_EQ(refusal(choose()), "limit_passed");
}

// The first call would take the room that only the second one needs.
TEST_F(ChooseTest, ACallMakesRoomForALaterOne) {
  Permission anybody = function_permission(kUsdc, kTransfer);
  anybody.counts = {{0, 1, {}}};
  Permission router_only = anybody;
  router_only.rules = {address_rule(0, Comparison::is, {kRouter})};
  router_only.counts = {{1, 1, {}}};
  session_.limits = {{LimitKind::token, 100, 0, kUsdc}, {LimitKind::token, 100, 0, kUsdc}};
  session_.permissions = {anybody, router_only};
  calls_ = {{kUsdc, 0, token_call(kTransfer, kRouter, 60)}, {kUsdc, 0, token_call(kTransfer, kWeth, 60)}};
  EXPECT_EQ(choose(), (std::vector<std::uint8_t>{1, 0}));
  EXPECT_EQ(refusal({1, 0}), "passes");
  EXPECT_EQ(refusal({0, 0}), "limit_passed");
  // Two calls further back, and a revoke between.
  Bytes revoke = "0xb75c7dc6"_hex;
  append(revoke, session_id(session_).view());
  calls_ = {{kUsdc, 0, token_call(kTransfer, kRouter, 40)},
            {kUsdc, 0, token_call(kTransfer, kRouter, 60)},
            {testing::kExampleValidator, 0, revoke},
            {kUsdc, 0, token_call(kTransfer, kWeth, 60)},
            {kUsdc, 0, token_call(kTransfer, kWeth, 40)}};
  EXPECT_EQ(choose(), (std::vector<std::uint8_t>{1, 1, kRevokePermission, 0, 0}));
}

TEST_F(ChooseTest, NoMixGivesTheRefusalOfTheFirstInOrder) {
  Permission first = function_permission(kUsdc, kTransfer);
  first.counts = {{0, 1, {}}};
  Permission second = first;
  second.counts = {{1, 1, {}}};
  session_.limits = {{LimitKind::token, 100, 0, kUsdc}, {LimitKind::token, 100, 0, kUsdc}};
  session_.permissions = {first, second};
  const Call call{kUsdc, 0, token_call(kTransfer, kRouter, 60)};
  calls_ = {call, call, call};
  EXPECT_EQ(choose(), (std::vector<std::uint8_t>{0, 1, 0}));
}

// 2^40 mixes, none of which passes: the search ends.
TEST_F(ChooseTest, ALargeBatchIsNotSearchedForEver) {
  Permission first = function_permission(kUsdc, kTransfer);
  first.counts = {{0, 1, {}}};
  Permission second = first;
  second.counts = {{1, 1, {}}};
  session_.limits = {{LimitKind::token, 20, 0, kUsdc}, {LimitKind::token, 20, 0, kUsdc}};
  session_.permissions = {first, second};
  calls_.assign(41, {kUsdc, 0, token_call(kTransfer, kRouter, 1)});
  EXPECT_EQ(refusal(choose()), "limit_passed");
}

TEST_F(ChooseTest, AShutWindowIsPassedOver) {
  Permission over = function_permission(kUsdc, kTransfer);
  over.until = testing::kExampleFrom + 10;
  session_.limits.clear();
  session_.permissions = {over, function_permission(kUsdc, kTransfer)};
  calls_ = {{kUsdc, 0, token_call(kTransfer, kRouter, 60)}};
  EXPECT_EQ(choose(Clock{testing::kExampleFrom + 9, EntryPointVersion::v0_7}), std::vector<std::uint8_t>{0});
  EXPECT_EQ(choose(Clock{testing::kExampleFrom + 10, EntryPointVersion::v0_7}), std::vector<std::uint8_t>{1});
  EXPECT_EQ(choose(), std::vector<std::uint8_t>{0});
}

TEST_F(ChooseTest, RevokeNeedsNoPermission) {
  Bytes revoke = "0xb75c7dc6"_hex;
  append(revoke, session_id(session_).view());
  calls_ = {{testing::kExampleValidator, 0, revoke}};
  EXPECT_EQ(choose(), std::vector<std::uint8_t>{kRevokePermission});
  EXPECT_EQ(refusal({kRevokePermission}), "passes");
}

}  // namespace
}  // namespace valetkey
