// From approval to refusal through a real EntryPoint, each scenario checked for ERC-7562.
#include "world.hpp"

namespace valetkey::testing {
namespace {

TEST_P(BothEntryPoints, EnableInTheFirstUseThenUse) {
  const PreparedSession session = prepare(token_session());
  EXPECT_EQ(verdict(scene_.use(session, transfer(400))), "not_enabled(-,-)");
  const Receipt enabled = done(scene_.enable(session, transfer(400)));
  EXPECT_EQ(erc7562_violations(enabled), "");
  const Receipt used = done(scene_.use(session, transfer(600)));
  EXPECT_EQ(erc7562_violations(used), "");
  EXPECT_EQ(spent(session, 0), Word(1000));
  EXPECT_EQ(verdict(scene_.use(session, transfer(1))), "limit_passed(-,0)");
  EXPECT_EQ(verdict(scene_.use(session, transfer(0))), "accepted");
}

TEST_P(BothEntryPoints, A20_TheFirstAndLastSecond) {
  Session plain = token_session();
  plain.from = node_.now() + 1000;
  plain.until = plain.from + 1000;
  const PreparedSession session = prepare(plain);
  const UserOp op = scene_.enable(session, transfer(1));
  EXPECT_FALSE(passes_at(plain.from - 1, op));
  // v0.7 lets the first second pass, v0.8 does not.
  EXPECT_EQ(passes_at(plain.from, op), GetParam() == EntryPointVersion::v0_7);
  EXPECT_TRUE(passes_at(plain.from + 1, op));
  EXPECT_TRUE(passes_at(plain.until - 2, op));
  EXPECT_TRUE(passes_at(plain.until - 1, op));
  EXPECT_FALSE(passes_at(plain.until, op));
}

TEST_P(BothEntryPoints, C09_APeriodsFirstAndLastSecond) {
  Session plain = token_session();
  plain.limits[0].period = 500;
  plain.from = node_.now() + 1000;
  const PreparedSession session = prepare(plain);
  Use use = transfer(1000);
  use.time = plain.from + 700;  // the second period
  const UserOp op = scene_.enable(session, use);
  EXPECT_FALSE(passes_at(plain.from + 499, op));
  EXPECT_EQ(passes_at(plain.from + 500, op), GetParam() == EntryPointVersion::v0_7);
  EXPECT_TRUE(passes_at(plain.from + 501, op));
  EXPECT_TRUE(passes_at(plain.from + 999, op));
  EXPECT_FALSE(passes_at(plain.from + 1000, op));
}

TEST_P(BothEntryPoints, C09_PeriodsCountAnewAndNeverGoBack) {
  Session plain = token_session();
  plain.limits[0].period = 10'000;
  const PreparedSession session = prepare(plain);
  Use use = transfer(1000);
  use.time = node_.now();
  const Receipt first = done(scene_.enable(session, use));
  EXPECT_EQ(erc7562_violations(first), "");
  EXPECT_EQ(verdict(scene_.use(session, use)), "limit_passed(-,0)");
  node_.mine_at(node_.now() + 10'000);
  Use next = transfer(1000);
  next.time = node_.now();
  done(scene_.use(session, next));
  EXPECT_EQ(verdict(scene_.use(session, use)), "period_backwards(-,0)");
  EXPECT_EQ(verdict(scene_.use(session, next)), "limit_passed(-,0)");
}

TEST_P(BothEntryPoints, TwoOfThreeKeys) {
  Session plain = token_session();
  plain.keys = rising({test_key(kBot).address(), test_key(kBotTwo).address(), test_key(kBotThree).address()});
  plain.threshold = 2;
  const PreparedSession session = prepare(plain);
  Use use = transfer(1);
  use.keys = {kBotThree, kBot};
  done(scene_.enable(session, use));
  const Receipt used = done(scene_.use(session, use));
  EXPECT_EQ(erc7562_violations(used), "");
}

TEST_P(BothEntryPoints, ABatchOfThreeTokens) {
  Session plain = token_session();
  Use use;
  use.keys = {kBot};
  plain.limits.clear();
  plain.permissions.clear();
  for (std::uint8_t t = 0; t < 3; ++t) {
    const Address token = scene_.token(t + 1U);
    plain.limits.push_back({LimitKind::token, 10, 0, token});
    plain.permissions.push_back(function_permission(token, "transfer(address,uint256)"));
    plain.permissions[t].counts = {{t, 1, {}}};
    use.calls.push_back({token, 0, token_call("transfer(address,uint256)", kFriend, 10)});
    use.permissions.push_back(t);
  }
  const PreparedSession session = prepare(plain);
  const Receipt receipt = done(scene_.enable(session, use));
  EXPECT_EQ(erc7562_violations(receipt), "");
  EXPECT_EQ(verdict(scene_.use(session, use)), "limit_passed(-,0)");
}

TEST_P(BothEntryPoints, C10_SixteenLimitsStayInTheAccountsStorage) {
  Session plain = token_session();
  for (std::uint32_t l = 1; l < kMaxLimits; ++l) {
    const bool calls = l % 2 == 0;
    plain.limits.push_back({calls ? LimitKind::calls_every : LimitKind::fees, calls ? Word(100) : Word(1) << 100, l % 3 == 0 ? 100'000U : 0U, {}});
  }
  const PreparedSession session = prepare(plain);
  Use use = transfer(1);
  use.time = node_.now();
  EXPECT_EQ(erc7562_violations(done(scene_.enable(session, use))), "");
  EXPECT_EQ(erc7562_violations(done(scene_.use(session, use))), "");
}

TEST_P(BothEntryPoints, ASessionRevokesItself) {
  const PreparedSession session = prepare(token_session());
  done(scene_.enable(session, transfer(1)));
  const PreparedSession other = prepare(token_session());
  Use foreign = own_revoke(other);
  EXPECT_EQ(verdict(scene_.use(session, foreign)), "target_validator(0,-)");
  EXPECT_EQ(erc7562_violations(done(scene_.use(session, own_revoke(session)))), "");
  EXPECT_EQ(verdict(scene_.use(session, transfer(1))), "revoked(-,-)");
}

TEST_P(BothEntryPoints, EnabledByTheAccountsOwnCall) {
  const PreparedSession session = prepare(token_session());
  scene_.as_owner({scene_.validator(), 0, encode_enable(session.full())});
  done(scene_.use(session, transfer(1000)));
  // Enabling again leaves the counters.
  scene_.as_owner({scene_.validator(), 0, encode_enable(session.full())});
  EXPECT_EQ(verdict(scene_.use(session, transfer(1))), "limit_passed(-,0)");
}

INSTANTIATE_TEST_SUITE_P(EntryPoint, BothEntryPoints, ::testing::Values(EntryPointVersion::v0_7, EntryPointVersion::v0_8),
                         [](const auto& one) { return one.param == EntryPointVersion::v0_7 ? "v07" : "v08"; });

}  // namespace
}  // namespace valetkey::testing
