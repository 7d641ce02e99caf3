#include "policy/explain.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

#include "example_session.hpp"
#include "policy/evaluate.hpp"
#include "random_rules.hpp"
#include "random_session.hpp"
#include "session/check.hpp"

namespace valetkey {
namespace {

using testing::function_permission;
using testing::kRouter;
using testing::kUsdc;

constexpr std::uint32_t kDay = 86'400;

std::set<std::string> warnings_of(const Session& session, const SessionNames* names = nullptr) {
  std::set<std::string> found;
  for (const Warning& warning : exposure(session, testing::example_place(), names).warnings)
    found.emplace(warning_name(warning.code));
  return found;
}

const Outflow* find(const Exposure& figures, Outflow::Kind kind) {
  for (const Outflow& outflow : figures.outflows) {
    if (outflow.kind == kind) return &outflow;
  }
  return nullptr;
}

// 10 USDC to one merchant every 30 days for a year.
Session subscription() {
  Session session = testing::example_session();
  session.until = session.from + Seconds{360} * kDay;
  session.account_pays = false;
  session.paymasters = {kRouter};
  session.limits = {{LimitKind::token, 10'000'000, 30 * kDay, kUsdc}, {LimitKind::calls_every, 2, 30 * kDay, {}}};
  Permission transfer = function_permission(kUsdc, "transfer(address,uint256)");
  transfer.rules = {testing::address_rule(0, Comparison::is, {kRouter}),
                    testing::number_rule(1, Comparison::at_most, {10'000'000})};
  transfer.counts = {{0, 1, {}}};
  session.permissions = {transfer};
  return session;
}

TEST(ExposureTest, TheExample) {
  const SessionNames names = testing::example_names();
  const Exposure figures = exposure(testing::example_session(), testing::example_place(), &names);
  EXPECT_FALSE(figures.everything);
  const Outflow* usdc = find(figures, Outflow::Kind::token);
  ASSERT_TRUE(usdc);
  EXPECT_EQ(usdc->token, kUsdc);
  EXPECT_EQ(usdc->in_all, Word(1'000'000'000));
  EXPECT_EQ(usdc->limits, std::vector<std::uint8_t>{1});
  EXPECT_EQ(find(figures, Outflow::Kind::sum)->in_all, Word(1'000'000'000));
  EXPECT_EQ(find(figures, Outflow::Kind::coin)->in_all, Word(0));
  EXPECT_EQ(find(figures, Outflow::Kind::fees)->in_all, Word(10'000'000'000'000'000));
  EXPECT_EQ(figures.calls, Word(60));
}

TEST(ExposureTest, PeriodsTimesAmount) {
  Session session = subscription();
  const auto token = [&] { return *find(exposure(session, testing::example_place(), nullptr), Outflow::Kind::token); };
  EXPECT_EQ(token().in_all, Word(120'000'000));
  EXPECT_EQ(token().per_period, Word(10'000'000));
  EXPECT_EQ(token().periods, 12U);
  ++session.until;
  EXPECT_EQ(token().periods, 13U) << "a period that begins in the last second counts";
  EXPECT_EQ(token().in_all, Word(130'000'000));
  session.until = 0;
  EXPECT_EQ(token().in_all, std::nullopt);
  EXPECT_EQ(token().per_period, Word(10'000'000));
  EXPECT_EQ(token().periods, std::nullopt);
}

// Attack I-1: a leaked key takes all it can get, each day as often as it passes. What `explain` prints is what it gets.
TEST(ExposureTest, I1_ALeakedKeyTakesWhatTheFiguresSay) {
  const Session session = subscription();
  const SessionPlace place = testing::example_place();
  SessionState state;
  state.epoch = session.epoch;
  state.installed = true;
  state.set_status(SessionStatus::enabled);
  Bytes paymaster(52, 0);
  std::ranges::copy(kRouter.bytes, paymaster.begin());
  Word taken = 0;
  Word calls = 0;
  for (Seconds now = session.from; now < session.until; now += kDay) {
    for (const std::uint64_t amount : {10'000'000U, 5'000'000U, 1U, 10'000'000U}) {
      const Bytes data = testing::token_call("transfer(address,uint256)", kRouter, amount);
      const CallView call{kUsdc, 0, data};
      const std::uint8_t permission = 0;
      const GasView gas{100'000, 100'000, 50'000, 1, {}, paymaster};
      const Verdict verdict = evaluate(session, session_id(session), place, state, {{&call, 1}, {&permission, 1}, now, gas}, false);
      if (!verdict.allowed()) continue;
      state = verdict.state;
      taken = wrapping_add(taken, amount).value;
      calls = wrapping_add(calls, 1).value;
    }
  }
  const Exposure figures = exposure(session, place, nullptr);
  EXPECT_EQ(taken, find(figures, Outflow::Kind::token)->in_all);
  EXPECT_LE(calls, *figures.calls);
}

TEST(ExposureTest, PermissionsWithLimitsOfTheirOwnAddUp) {
  Session session = subscription();
  session.limits.push_back({LimitKind::token, 5'000'000, 0, kUsdc});
  Permission approve = function_permission(kUsdc, "approve(address,uint256)");
  approve.counts = {{2, 1, {}}};
  session.permissions.push_back(approve);
  ASSERT_FALSE(check_session(session, testing::example_place()));
  EXPECT_EQ(find(exposure(session, testing::example_place(), nullptr), Outflow::Kind::token)->in_all,
            Word(125'000'000));
}

TEST(ExposureTest, AnUncountedTokenHasNoBound) {
  Session session = subscription();
  session.limits = {{LimitKind::calls_every, 2, 0, {}}};
  session.permissions[0].counts.clear();
  const Exposure figures = exposure(session, testing::example_place(), nullptr);
  EXPECT_EQ(find(figures, Outflow::Kind::token)->in_all, std::nullopt);
  EXPECT_TRUE(warnings_of(session).contains("uncounted_token"));
}

TEST(ExposureTest, TheCoinIsBoundedByLimitsOrByCalls) {
  Session session = testing::example_session();
  Permission plain;
  plain.kind = PermissionKind::plain_transfer;
  plain.contract = kRouter;
  plain.most_value = 100;
  session.limits.clear();
  session.permissions = {plain};
  const auto coin = [&] {
    return find(exposure(session, testing::example_place(), nullptr), Outflow::Kind::coin)->in_all;
  };
  EXPECT_EQ(coin(), std::nullopt);
  session.limits = {{LimitKind::calls_every, 3, 0, {}}};
  EXPECT_EQ(coin(), Word(300));
  session.limits.push_back({LimitKind::native_every, 250, 0, {}});
  EXPECT_EQ(coin(), Word(250));
  session.limits.push_back({LimitKind::native, 50, kDay, {}});
  session.permissions[0].counts = {{2, kCountValue, {}}};
  EXPECT_EQ(coin(), Word(150));
  session.permissions.push_back(plain);
  EXPECT_EQ(coin(), Word(250)) << "the second transfer does not count against limit 3";
}

TEST(WarningTest, OurExamplesAreFreeOfSevereOnes) {
  const SessionNames names = testing::example_names();
  EXPECT_EQ(warnings_of(testing::example_session(), &names), std::set<std::string>{"standing_allowance"});
  EXPECT_EQ(warnings_of(subscription()), std::set<std::string>{"token_paymaster"});
}

// Attack E-13: no floor for what a swap gives.
TEST(WarningTest, NoPriceFloor) {
  const SessionNames names = testing::example_names();
  Session session = testing::example_session();
  session.permissions[1].rules.pop_back();
  EXPECT_TRUE(warnings_of(session, &names).contains("no_price_floor"));
  EXPECT_TRUE(warnings_of(session).contains("no_price_floor")) << "also without names";
  session.permissions[1].rules.push_back(testing::number_rule(5, Comparison::at_least, {0}));
  EXPECT_TRUE(warnings_of(session, &names).contains("no_price_floor")) << "0 is no floor";
  session.permissions[1].rules.back().values = {1};
  EXPECT_FALSE(warnings_of(session, &names).contains("no_price_floor"));
}

TEST(WarningTest, RecipientNotPinned) {
  const SessionNames names = testing::example_names();
  Session session = testing::example_session();
  session.permissions[1].rules.erase(session.permissions[1].rules.begin() + 2);
  EXPECT_TRUE(warnings_of(session, &names).contains("recipient_not_pinned"));
  session = testing::example_session();
  session.permissions[0].rules.erase(session.permissions[0].rules.begin());
  EXPECT_TRUE(warnings_of(session, &names).contains("recipient_not_pinned"));
}

TEST(WarningTest, TheSessionAsAWhole) {
  Session session = testing::example_session();
  session.until = 0;
  session.gas_price = kUnlimitedGasPrice;
  Permission sudo;
  sudo.kind = PermissionKind::anything;
  Permission any;
  any.kind = PermissionKind::any_function;
  any.contract = kRouter;
  session.limits.clear();
  session.permissions = {sudo, any};
  EXPECT_EQ(warnings_of(session),
            (std::set<std::string>{"no_expiry", "gas_price_unlimited", "fees_unlimited", "sudo", "any_function"}));
  EXPECT_TRUE(exposure(session, testing::example_place(), nullptr).everything);
}

TEST(ExplainTest, SaysItInWords) {
  const SessionNames names = testing::example_names();
  const std::string text = explain(testing::example_placed(), &names);
  for (const char* part : {
           "session `uniswap` on base (chain 8453), account 0xAcc0000000000000000000000000000000000001",
           "works from 2026-11-21 09:00:00 UTC until 2026-11-24 09:00:00 UTC (3 days)",
           "2. router.exactInputSingle",
           "params.recipient: is this account",
           "params.fee: one of 500, 3000",
           "params.amountIn: at most 200 USDC, counts against limit 1 `swapped`",
           "params.amountOutMinimum: at least 0.00025 WETH for each 1 USDC of params.amountIn",
           "limit 3 `pace`: every call at most 20 calls per 1 day from the session's start",
           "usdc (0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913): 1000 USDC in total, until 2026-11-24 09:00:00 UTC",
           "counted by limit 1 `swapped`: 1000 USDC in total",
           "ETH sent with calls: none",
           "gas fees: 0.01 ETH in total",
           "in at most 60 calls",
           "standing_allowance",
           "are not signed",
       }) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

PathStep step(StepKind kind, std::uint8_t index = 0) {
  PathStep result;
  result.kind = kind;
  result.index = index;
  return result;
}

// A multicall with two functions inside, one of them with a rule on a path; a batch rule; a policy.
PlacedSession rich_session() {
  PlacedSession placed = testing::example_placed();
  Session& session = placed.session;
  session.limits.resize(1);
  Permission outer = function_permission(kRouter, "multicall(bytes[])");
  outer.paths = {{step(StepKind::word), step(StepKind::length)}, {step(StepKind::word), step(StepKind::every_member)}};
  outer.rules = {testing::number_rule(kFirstPath, Comparison::at_most, {3})};
  outer.inside = {{.position = kFirstPath + 1, .commands = Inside::kBySelector, .permissions = {1}}};
  BatchRule last;
  last.where = BatchRule::kLastCall;
  last.permission = 2;
  outer.batch = {last};
  outer.policies = {{kUsdc, {{ValueGroup::address, {}, true}, {ValueGroup::unsigned_number, 5, false}}}};
  Permission inner = function_permission(kRouter, "pay(address[],uint256[])");
  inner.inner = true;
  PathStep amounts = step(StepKind::every_member);
  amounts.element_words = 1;
  inner.paths = {{step(StepKind::word, 1), amounts, step(StepKind::word)}};
  inner.rules = {testing::number_rule(kFirstPath, Comparison::at_most, {5'000'000})};
  inner.counts = {{0, kFirstPath, {}}};
  Permission approve = session.permissions[0];
  approve.counts = {};
  session.permissions = {outer, inner, approve};
  return placed;
}

SessionNames rich_names() {
  SessionNames names = testing::example_names();
  names.limits.resize(1);
  names.permissions = {{"function multicall(bytes[] data)", {}, ""},
                       {"function pay(address[] recipients, uint256[] amounts)", {{kFirstPath, {"USDC", 6}}}, ""},
                       {"function approve(address spender, uint256 value)", {}, "reset"}};
  return names;
}

TEST(ExplainTest, SaysWhatIsInsideCallsAndBesideThem) {
  const PlacedSession placed = rich_session();
  ASSERT_FALSE(check_session(placed.session, placed.place));
  const SessionNames names = rich_names();
  const std::string text = explain(placed, &names);
  for (const std::string_view words :
       {"    data.length: at most 3\n",
        "    data[*]: calls of permission 2 only, told apart by their selectors\n        2. router.pay\n",
        "            recipients[*]: anything\n", "            amounts[*]: at most 5 USDC, counts against limit 1 `swapped`\n",
        "in its batch the last call uses permission 3 (usdc.approve)\n", "is asked about each call, with this account, 5\n",
        "most public bundlers won't carry an operation that asks a contract (external_policy)\n",
        "`recipients[*]` of router.pay may be any address (recipient_not_pinned)"}) {
    EXPECT_NE(text.find(words), text.npos) << words << "\nnot in\n" << text;
  }
  EXPECT_EQ(text.find("  2. router.pay"), text.rfind("  2. router.pay")) << "the inner permission is there once";
  const std::string json = explain_json(placed, &names);
  for (const std::string_view part :
       {"\"insideOtherCallsOnly\":true", "\"path\":\"word 0 > every member\",\"name\":\"data[*]\"",
        "\"by\":\"selector\",\"permissions\":[2]", "\"call\":\"last call\",\"permission\":3"})
    EXPECT_NE(json.find(part), json.npos) << part << "\nnot in\n" << json;
  simdjson::dom::parser parser;
  EXPECT_EQ(parser.parse(json).error(), simdjson::SUCCESS);
  EXPECT_NE(explain(placed, nullptr).find("word 1 > every member > word 0: at most 5000000"), std::string::npos);
}

TEST(ExplainTest, RandomSessionsAreExplainedInWordsAndJson) {
  testing::Random random(50);
  for (int i = 0; i < 200; ++i) {
    PlacedSession placed = testing::random_placed_session(random);
    if (i % 2 == 1) placed.session = testing::random_rich_session(random, placed.place);
    EXPECT_FALSE(explain(placed, nullptr).empty());
    simdjson::dom::parser parser;
    EXPECT_FALSE(parser.parse(explain_json(placed, nullptr)).error()) << explain_json(placed, nullptr);
  }
}

TEST(AmountTextTest, Units) {
  const Unit usdc{"USDC", 6};
  EXPECT_EQ(amount_text(0, usdc), "0 USDC");
  EXPECT_EQ(amount_text(1, usdc), "0.000001 USDC");
  EXPECT_EQ(amount_text(150'000'000, usdc), "150 USDC");
  EXPECT_EQ(amount_text(1'500'000, usdc), "1.5 USDC");
  EXPECT_EQ(amount_text(100, Unit{"POINTS", 0}), "100 POINTS");
  EXPECT_EQ(amount_text(100, std::nullopt), "100");
}

}  // namespace
}  // namespace valetkey
