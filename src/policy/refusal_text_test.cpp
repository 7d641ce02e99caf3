#include "policy/refusal_text.hpp"

#include <gtest/gtest.h>

#include "example_session.hpp"

namespace valetkey {
namespace {

using testing::kRouter;
using testing::kUsdc;

class RefusalTextTest : public ::testing::Test {
 protected:
  RefusalTextTest() {
    state_.epoch = placed_.session.epoch;
    state_.installed = true;
    state_.set_status(SessionStatus::enabled);
  }
  // Chooses, evaluates and explains; the operation must be refused.
  Error explain(const Call& call) {
    const std::vector<CallView> views{{call.target, call.value, call.data}};
    Operation operation{views, {}, time_, {100'000, 100'000, 0, price_, {}, {}}};
    const SessionId id = session_id(placed_.session);
    const auto choice = choose_permissions(placed_.session, id, placed_.place, state_, operation, clock_);
    operation.permission_of_call = choice;
    const Verdict verdict = evaluate(placed_.session, id, placed_.place, state_, operation, false);
    auto refusal = verdict.refusal;
    if (!refusal && clock_) refusal = check_clock(verdict.window, clock_->now, clock_->version);
    EXPECT_TRUE(refusal);
    if (!refusal) return {};
    const Error error = explain_refusal(*refusal, {&placed_, &names_, &state_, operation, clock_});
    EXPECT_FALSE(error.fix.empty());
    return error;
  }
  void spend(std::size_t limit, const Word& amount) {
    write_spent(state_, limit_slots(placed_.session.limits)[limit], {amount, 0});
  }

  PlacedSession placed_ = testing::example_placed();
  SessionNames names_ = testing::example_names();
  SessionState state_;
  std::optional<Clock> clock_;
  Word price_ = 1;
  Seconds time_ = testing::kExampleFrom;
};

TEST_F(RefusalTextTest, ARuleNamesArgumentValueAndBound) {
  EXPECT_EQ(explain({kRouter, 0, testing::swap_call(150'000'000, 0)}).message,
            "call 1 (router.exactInputSingle): `params.amountOutMinimum` is 0 WETH, it must be at least 0.00025 WETH "
            "for each 1 USDC "
            "of params.amountIn (which is 150 USDC)");
  EXPECT_EQ(explain({kRouter, 0, testing::swap_call(250'000'000, Word(1) << 90)}).message,
            "call 1 (router.exactInputSingle): `params.amountIn` is 250 USDC, it must be at most 200 USDC");
  Bytes recipient = testing::swap_call(1, Word(1) << 90);
  recipient[4 + 127] ^= 1;
  const Error error = explain({kRouter, 0, recipient});
  EXPECT_EQ(error.code, "rule_is");
  EXPECT_NE(error.message.find("`params.recipient` is 0x"), std::string::npos);
  EXPECT_NE(error.message.find("it must be this account"), std::string::npos) << error.message;
}

TEST_F(RefusalTextTest, ALimitSaysWhatIsLeft) {
  spend(0, 900'000'000);
  const Error error = explain({kRouter, 0, testing::swap_call(150'000'000, Word(1) << 90)});
  EXPECT_EQ(error.code, "limit_passed");
  EXPECT_EQ(error.message, "limit 1 `swapped` allows 1000 USDC in total: 100 USDC left, the operation wants 150 USDC");
}

TEST_F(RefusalTextTest, NoPermissionSaysWhatWasCalled) {
  const Error error = explain({kUsdc, 0, testing::token_call("transfer(address,uint256)", kRouter, 1)});
  EXPECT_EQ(error.code, "no_permission");
  EXPECT_EQ(error.message,
            "call 1 (to usdc (0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913), function 0xa9059cbb): the session has no "
            "permission for it");
}

TEST_F(RefusalTextTest, ValueAndGasPrice) {
  EXPECT_EQ(explain({kRouter, 1'000'000'000'000'000'000, testing::swap_call(1, Word(1) << 90)}).message,
            "call 1 (router.exactInputSingle): it sends 1 ETH, allowed are at most 0 ETH");
  price_ = 5'000'000'000;
  EXPECT_EQ(explain({kRouter, 0, testing::swap_call(1, Word(1) << 90)}).message,
            "the gas price is 5000000000 wei, the session allows at most 2000000000 wei");
}

TEST_F(RefusalTextTest, TheClock) {
  clock_ = Clock{testing::kExampleFrom + Seconds{3} * 86'400, EntryPointVersion::v0_7};
  placed_.session.limits.erase(placed_.session.limits.begin() + 2);
  names_.limits.erase(names_.limits.begin() + 2);
  const Error error = explain({kRouter, 0, testing::swap_call(1, Word(1) << 90)});
  EXPECT_EQ(error.code, "window_over");
  EXPECT_NE(error.message.find("the session ends 2026-11-24 09:00:00 UTC, it is 2026-11-24 09:00:00 UTC"),
            std::string::npos)
      << error.message;
}

// The limit `pace` per day has a period that begins when the session is over.
TEST_F(RefusalTextTest, ASessionThatIsOverIsOverAlsoWithAPeriod) {
  clock_ = Clock{testing::kExampleFrom + Seconds{3} * 86'400 + 5, EntryPointVersion::v0_7};
  time_ = clock_->now;
  const Error error = explain({kRouter, 0, testing::swap_call(1, Word(1) << 90)});
  EXPECT_EQ(error.code, "window_empty");
  EXPECT_EQ(error.message, "the session ends 2026-11-24 09:00:00 UTC, it is 2026-11-24 09:00:05 UTC");
  EXPECT_EQ(error.fix, "let the owner approve a new session");
}

TEST_F(RefusalTextTest, WindowsWithoutACommonSecondAreNamed) {
  placed_.session.permissions[1].until = testing::kExampleFrom + 3600;
  clock_ = Clock{testing::kExampleFrom + 90'000, EntryPointVersion::v0_7};
  time_ = clock_->now;
  EXPECT_EQ(explain({kRouter, 0, testing::swap_call(1, Word(1) << 90)}).message,
            "no second is in all windows: permission 2 (router.exactInputSingle) ends 2026-11-21 10:00:00 UTC, and the "
            "running period of limit 3 `pace` begins 2026-11-22 09:00:00 UTC, it is 2026-11-22 10:00:00 UTC");
}

TEST_F(RefusalTextTest, APermissionsOwnWindow) {
  placed_.session.permissions[1].from = testing::kExampleFrom + 3600;
  clock_ = Clock{testing::kExampleFrom + 10, EntryPointVersion::v0_7};
  const Error error = explain({kRouter, 0, testing::swap_call(1, Word(1) << 90)});
  EXPECT_EQ(error.code, "window_early");
  EXPECT_EQ(error.message,
            "permission 2 (router.exactInputSingle) begins 2026-11-21 10:00:00 UTC, it is 2026-11-21 09:00:10 UTC");
  clock_ = Clock{testing::kExampleFrom + 3600, EntryPointVersion::v0_8};
  EXPECT_EQ(
      explain({kRouter, 0, testing::swap_call(1, Word(1) << 90)}).message,
      "permission 2 (router.exactInputSingle) begins 2026-11-21 10:00:00 UTC, it is 2026-11-21 10:00:00 UTC; this "
      "EntryPoint takes it from the next second on");
}

TEST_F(RefusalTextTest, WithoutNamesItSpeaksOfWords) {
  const Bytes data = testing::swap_call(250'000'000, Word(1) << 90);
  const std::vector<CallView> views{{kRouter, 0, data}};
  const std::uint8_t choice[] = {1};
  const Error error =
      explain_refusal({RefusalCode::rule_at_most, 0, 4}, {&placed_, nullptr, &state_, {views, choice, 0, {}}, {}});
  EXPECT_EQ(error.message,
            "call 1 (0x2626664c2603336E57B271c5C0b26F421741e481.exactInputSingle): `word 4` is 250000000, it must be "
            "at most 200000000");
}

TEST(SessionRefusalTest, NamesThePart) {
  const Session session = testing::example_session();
  const SessionNames names = testing::example_names();
  const Error error = explain_session_refusal({RefusalCode::limit_incomplete, 0, 1}, session, &names);
  EXPECT_EQ(
      error.message,
      "permission 1 (usdc.approve) and limit 2 `approved`: the permission could move the limited token uncounted");
  EXPECT_EQ(explain_session_refusal({RefusalCode::rule_value, 1, 2}, session, nullptr).message.substr(0, 12),
            "permission 2");
  for (unsigned code = 41; code <= 76; ++code) {
    const Error any = explain_session_refusal({static_cast<RefusalCode>(code), 0, 0}, session, &names);
    EXPECT_FALSE(any.message.empty());
    EXPECT_FALSE(any.fix.empty());
  }
}

}  // namespace
}  // namespace valetkey
