// The estimate of what ENABLE costs against what a chain measures: never less, and for the examples not much more.
#include <fstream>
#include <sstream>

#include "account/call_text.hpp"
#include "account/enable_gas.hpp"
#include "account/operation.hpp"
#include "chain/entry_point.hpp"
#include "random_rules.hpp"
#include "router_sessions.hpp"
#include "session/function_text.hpp"
#include "session_file/session_file.hpp"
#include "world.hpp"

namespace valetkey::testing {
namespace {

constexpr Seconds kNow = 1'795'251'600;  // 2026-11-21 09:00:00 UTC
constexpr std::uint64_t kRandomSessions = 100;

// An example and the costliest call that it allows, so many days after the session's start.
struct Example {
  std::string_view file;
  std::string_view call;
  Seconds days = 0;
};
constexpr std::array kExamples{
    Example{"any-function.yaml", ""},
    Example{"anything.yaml", "0x00000000000000000000000000000000000a11ce"},
    Example{"exact-calls.yaml",
            "vault.setLimits((usdc, 0, -1), 0x656d657267656e63790000000000000000000000000000000000000000000000)"},
    Example{"game.yaml", "game.mint($account, 1) value 0.01 ETH"},
    Example{"payroll.yaml", "alice value 1 ETH"},
    Example{"shop.yaml", "shop.buy(1, 100, $account, note, [1, 2])", 34},
    Example{"subscription.yaml", "usdc.transfer(merchant, 10 USDC)"},
    Example{"uniswap.yaml", "router.exactInputSingle((usdc, weth, 500, $account, 200 USDC, 0.05 WETH, 0))"},
    Example{"vault-rebalance.yaml", "vault.withdraw(100 USDC, $account, $account)"},
};

std::string file_text(std::string_view path) {
  std::ifstream file(std::string(VALETKEY_TEST_ROOT "/examples/") + std::string(path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class EnableGas : public ChainTest {
 protected:
  // The first of so many sessions in one approval; the others are for other chains.
  HeldSession held(const Session& session, SessionNames names = {}, std::size_t sessions = 1) {
    Approval approval;
    approval.validator = scene_.validator();
    for (std::size_t i = 0; i < sessions; ++i) {
      SessionPlace place = scene_.place();
      place.chain.value += i;
      approval.sessions.push_back({session, place});
    }
    approval.names = {std::move(names)};
    approval.owner_signatures = {scene_.approve(session_hashes(approval))};
    auto opened = HeldSession::open(std::move(approval), kTestChain);
    if (!opened) throw std::runtime_error(to_string(opened.error()));
    return std::move(*opened);
  }

  // An example's session, of this account on this chain.
  HeldSession example(std::string_view name) {
    std::string text = file_text(name);
    const std::string account = to_checksum(scene_.account());
    for (const std::string_view stand_in :
         {"account: 0xAcc0000000000000000000000000000000000001", "account: ${user}", "account: ${player}"}) {
      if (const std::size_t place = text.find(stand_in); place != std::string::npos)
        text.replace(place, stand_in.size(), "account: " + account);
    }
    SessionFileOptions options;
    options.path = name;
    if (text.find("${user}") != std::string::npos) options.variables["user"] = {account, "--set"};
    options.find_key = [](std::string_view key) -> Result<Address> {
      return test_key(static_cast<std::uint8_t>(0x30 + key.size())).address();
    };
    options.read_file = [](std::string_view path) -> Result<std::string> { return file_text(path); };
    const auto draft = read_session_file(text, options).value();
    auto built =
        build_session(draft, {.now = kNow, .epoch = scene_.epoch(), .serial = 1, .validator = scene_.validator()})
            .value();
    return held(built.placed.session, std::move(built.names));
  }

  // Gas of the account's validateUserOp for the first use, from the limit that an operation would state.
  std::uint64_t measured(const HeldSession& session, std::span<const Call> calls, Seconds days) {
    ChainView view;
    view.entry_point = scene_.entry_point();
    view.state = scene_.state(session.id());
    view.nonce = read_nonce(node_.client(), scene_.entry_point(), scene_.account(),
                            openzeppelin_account().nonce_key(scene_.validator(), 7))
                     .value();
    view.fee = 1;
    view.now = session.session().from + 1 + days * kDay;
    std::optional<Paymaster> paymaster;
    if (!session.session().account_pays) paymaster = Paymaster{session.session().paymasters.front(), 1, 1, {}};
    Draft draft = draft_operation(session, openzeppelin_account(), view, calls, {}, paymaster);
    if (draft.permission_of_call.empty()) throw std::runtime_error("no call");
    const auto prepared = valetkey::prepare(session, openzeppelin_account(), view, draft);
    const auto limits = estimate_operation(node_.client(), prepared->op(), scene_.entry_point());
    if (!limits) throw std::runtime_error(to_string(limits.error()));
    return (limits->verification.word().low_64() - 80'000) * 10 / 11;
  }

  void expect_between(const HeldSession& session, std::span<const Call> calls, const std::string& what, double most,
                      Seconds days = 0) {
    const std::uint64_t gas = measured(session, calls, days);
    const std::uint64_t estimate = enable_gas(session.session(), session.approval().sessions.size());
    EXPECT_GE(estimate, gas) << what;
    EXPECT_LE(static_cast<double>(estimate), most * static_cast<double>(gas))
        << what << ": " << estimate << " for " << gas;
  }
};

TEST_F(EnableGas, TheExamples) {
  for (const Example& each : kExamples) {
    const HeldSession session = example(each.file);
    Call call{session.session().permissions.front().contract, 0, "0x01020304"_hex};
    if (!each.call.empty()) {
      const auto parsed = parse_call_text(session, each.call);
      ASSERT_TRUE(parsed) << each.file << to_string(parsed.error());
      call = *parsed;
    }
    expect_between(session, std::span(&call, 1), std::string(each.file), 1.5, each.days);
  }
}

TEST_F(EnableGas, RowSixOfTheGasTable) {
  Session plain = token_session();
  plain.limits.push_back({LimitKind::calls_every, 100, 0, {}});
  const HeldSession session = held(plain);
  expect_between(session, transfer(1).calls, "row 6", 1.5);
  expect_between(held(plain, {}, kMaxSiblings), transfer(1).calls, "one of 16", 1.5);
}

// Their first call revokes the session. It counts nothing, while the estimate is for the call that counts most.
TEST_F(EnableGas, RandomSessions) {
  Random random(18);
  for (std::uint64_t i = 0; i < kRandomSessions; ++i) {
    Session plain = random_session(random, scene_.place(),
                                   {.max_permissions = 1 + i % 32,
                                    .max_rules = 1 + i % 15,
                                    .max_limits = i % 17,
                                    .max_keys = 1 + i % 16,
                                    .max_paymasters = i % 17,
                                    .keys = {},
                                    .epoch = scene_.epoch()});
    const HeldSession session = held(plain);
    Bytes data = encode_revoke(session.id());
    const Call call{scene_.validator(), 0, std::move(data)};
    expect_between(session, std::span(&call, 1), "random session " + std::to_string(i), 4);
  }
}

// As above, with rules on dynamic arguments, calls inside calls, batch rules and policies.
TEST_F(EnableGas, RandomSessionsWithDynamicRules) {
  Random random(19);
  for (std::uint64_t i = 0; i < kRandomSessions; ++i) {
    const Session plain = random_rich_session(random, scene_.place(),
                                              {.max_permissions = 1 + i % 12,
                                               .max_rules = 1 + i % 15,
                                               .max_limits = i % 17,
                                               .max_keys = 1 + i % 16,
                                               .max_paymasters = i % 17,
                                               .keys = {},
                                               .epoch = scene_.epoch()});
    const HeldSession session = held(plain);
    const Call call{scene_.validator(), 0, encode_revoke(session.id())};
    expect_between(session, std::span(&call, 1), "random session " + std::to_string(i), 4);
  }
}

TEST_F(EnableGas, CallsInsideCalls) {
  for (const RouterSession& router : {router_of_commands(scene_.account()), router_of_multicall()}) {
    Session plain = token_session();
    plain.limits.clear();
    plain.permissions = router.permissions;
    const Call call{kRouter, 0, router.call};
    expect_between(held(plain), std::span(&call, 1), router.permissions[0].text, 1.5);
  }
}

TEST_F(EnableGas, APolicy) {
  Session plain = token_session();
  plain.permissions[0].policies = {{node_.deploy("GoodValidator"), {{ValueGroup::unsigned_number, 5, false}}}};
  expect_between(held(plain), transfer(1).calls, "policy", 1.5);
}

// The most inner permissions; the most paths, each as long as can be, each named by a rule or an inside; the most
// batch rules and policies.
TEST_F(EnableGas, TheCapsOfDynamicRules) {
  Session plain = token_session();
  plain.limits.clear();
  plain.permissions = router_of_multicall().permissions;
  plain.permissions.pop_back();
  plain.permissions[0].inside[0].permissions.clear();
  for (std::uint8_t p = 1; p < kMaxPermissions; ++p) {
    Permission inner = function_permission(kRouter, "f" + std::to_string(p) + "(uint256)");
    inner.inner = true;
    plain.permissions.push_back(inner);
    plain.permissions[0].inside[0].permissions.push_back(p);
  }
  const auto expect = [&](const std::string& what) {
    const HeldSession session = held(plain);
    const Call call{scene_.validator(), 0, encode_revoke(session.id())};
    expect_between(session, std::span(&call, 1), what, 1.5);
  };
  expect("inner permissions");

  Permission deep = function_permission(kRouter, "deep((((bytes)[])[])[])");
  const PathStep word{};
  const PathStep every{.kind = StepKind::every_member};
  for (std::size_t x = 0; x < kMaxRules; ++x) {
    const PathStep slice{
        .kind = StepKind::slice, .type = {ValueGroup::address, 1}, .offset = static_cast<std::uint16_t>(60'000 + x)};
    deep.paths.push_back({word, every, word, every, word, every, word, slice});
    deep.rules.push_back(address_rule(static_cast<Position>(kFirstPath + x), Comparison::is, {kWeth}));
  }
  for (std::size_t r = 0; r < kMaxBatchRules; ++r)
    deep.batch.push_back({.where = static_cast<std::uint8_t>(r), .permission = 0});
  for (std::uint8_t x = 0; x < kMaxPolicies; ++x) {
    Policy policy;
    policy.contract = kRouter;
    policy.contract.bytes[0] = static_cast<std::uint8_t>(x + 1);
    policy.words.assign(kMaxPolicyWords, {ValueGroup::unsigned_number, ~Word(0), false});
    deep.policies.push_back(policy);
  }
  plain.permissions = {deep};
  expect("paths, batch rules, policies");
}

// The most of everything.
TEST_F(EnableGas, TheCaps) {
  Session plain = token_session();
  plain.keys.clear();
  plain.limits.clear();
  plain.permissions.clear();
  const auto numbered = [](std::uint64_t i) {
    Address address = "0x0b00000000000000000000000000000000000000"_address;
    address.bytes[2] = static_cast<std::uint8_t>(i);
    return address;
  };
  for (std::uint64_t i = 0; i < kMaxKeys; ++i) plain.keys.push_back(numbered(i));
  for (std::uint64_t i = 0; i < kMaxPaymasters; ++i) plain.paymasters.push_back(numbered(i));
  for (std::uint64_t i = 0; i < kMaxLimits; ++i)
    plain.limits.push_back({LimitKind::token, 1000, 86'400U + 61 * static_cast<std::uint32_t>(i), token_});
  std::string text = "transfer(address,uint256)";
  for (std::uint64_t i = 0; i < kMaxPermissions; ++i) {
    Permission permission = function_permission(token_, text);
    for (std::uint64_t r = 0; r < 4; ++r) {
      std::vector<Word> values;
      for (std::uint64_t v = 1; v <= 8; ++v) values.push_back(wrapping_add(Word(1) << 200, v).value);
      if (r != 0)
        permission.rules.push_back(
            number_rule(1, static_cast<Comparison>(r), r == 1 ? values : std::vector<Word>{1000}));
    }
    for (std::uint8_t l = 0; l < kMaxLimits; ++l) permission.counts.push_back({l, 1, {}});
    permission.from = plain.from + 1 + i;
    plain.permissions.push_back(permission);
  }
  const HeldSession session = held(plain);
  const Call call{scene_.validator(), 0, encode_revoke(session.id())};
  expect_between(session, std::span(&call, 1), "caps", 1.5);
}

}  // namespace
}  // namespace valetkey::testing
