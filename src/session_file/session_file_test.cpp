// What good files compile to.
#include "session_file/session_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "session/approval.hpp"
#include "session/check.hpp"
#include "session_file/test_files.hpp"

namespace valetkey {
namespace {

using namespace test;

const Address kUsdc = "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"_address;
const Address kWeth = "0x4200000000000000000000000000000000000006"_address;
const Address kRouter = "0x2626664c2603336e57b271c5c0b26f421741e481"_address;
const ValueType kUint256{ValueGroup::unsigned_number, 32};
const ValueType kAddressType{ValueGroup::address, 1};

// A session with these permissions (and limits), in the middle of what the tests need.
std::string file_with(std::string_view permissions, std::string_view limits = "{}") {
  return R"yaml(valetkey: 1
chain: base
account: 0xacc0000000000000000000000000000000000001
keys: [bot]
from: now
for: 3d
contracts:
  usdc: {address: 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, token: USDC, decimals: 6}
  dex:
    address: 0x2626664c2603336E57B271c5C0b26F421741e481
    abi:
      - "function swap(uint256 amountIn, uint256 minimumOut, int24 tick, bytes4 tag, bool direct, address to) payable"
      - "function fill(uint128[2] amounts, (address maker, (uint8 side, bytes data) extra) order)"
      - "function fill(uint256 amount)"
limits: )yaml" +
         std::string(limits) + R"yaml(
gas: {price: 2 gwei, fees: 0.01 ETH}
permissions:
)yaml" + std::string(permissions);
}

BuiltSession compile_or_fail(const std::string& text, const SessionFileOptions& with = options()) {
  auto built = compile(text, with);
  EXPECT_TRUE(built) << (built ? "" : to_string(built.error())) << "\n" << text;
  return built.value_or(BuiltSession{});
}

Permission first_permission(std::string_view permissions, std::string_view limits = "{}") {
  const auto built = compile_or_fail(file_with(permissions, limits));
  return built.placed.session.permissions.empty() ? Permission{} : built.placed.session.permissions[0];
}

Rule rule(std::uint8_t position, Comparison comparison, std::vector<Word> values, ValueType type = kUint256) {
  Rule rule;
  rule.type = type;
  rule.position = position;
  rule.comparison = comparison;
  rule.values = std::move(values);
  return rule;
}

TEST(SessionFile, CompilesTheSwapOfTheDesign) {
  const auto built = compile_or_fail(repository_file("examples/uniswap.yaml"), options("uniswap.yaml"));
  const Session& session = built.placed.session;
  EXPECT_EQ(built.placed.place, (SessionPlace{ChainId{8453}, kAccount, kValidator}));
  EXPECT_EQ(session.epoch, 0x51c3u);
  EXPECT_EQ(session.serial, 7301u);
  EXPECT_EQ(session.from, kNow);
  EXPECT_EQ(session.until, kNow + 3 * 86'400);
  EXPECT_EQ(session.gas_price, 2'000'000'000u);
  EXPECT_TRUE(session.account_pays);
  EXPECT_EQ(session.threshold, 1);
  EXPECT_EQ(session.keys, std::vector{key_address("bot")});
  EXPECT_TRUE(session.paymasters.empty());
  EXPECT_EQ(session.limits, (std::vector<Limit>{
                                {LimitKind::sum, 1'000'000'000_w, 0, {}},
                                {LimitKind::token, 1'000'000'000_w, 0, kUsdc},
                                {LimitKind::calls_every, 20_w, 86'400, {}},
                                {LimitKind::fees, 10'000'000'000'000'000_w, 0, {}},
                            }));
  ASSERT_EQ(session.permissions.size(), 2u);

  const Permission& approve = session.permissions[0];
  EXPECT_EQ(approve.contract, kUsdc);
  EXPECT_EQ(approve.text, "approve(address,uint256)");
  EXPECT_EQ(approve.selector, "0x095ea7b3"_selector);
  EXPECT_EQ(approve.words, 2);
  EXPECT_FALSE(approve.dynamic);
  EXPECT_TRUE(approve.most_value.is_zero());
  EXPECT_EQ(approve.rules, (std::vector<Rule>{rule(0, Comparison::is, {to_word(kRouter)}, kAddressType),
                                              rule(1, Comparison::at_most, {200'000'000_w})}));
  EXPECT_EQ(approve.counts, (std::vector<Count>{{1, 1, kUint256}}));

  const Permission& swap = session.permissions[1];
  EXPECT_EQ(swap.selector, "0x04e45aaf"_selector);
  EXPECT_EQ(swap.words, 7);
  Rule recipient = rule(3, Comparison::is, {}, kAddressType);
  recipient.with_account = true;
  Rule price;
  price.type = {ValueGroup::ratio, 1};
  price.position = 5;
  price.comparison = Comparison::at_least;
  price.word_type = price.base_type = kUint256;
  price.base = 4;
  price.numerator = 250'000'000_w;
  price.denominator = 1_w;
  EXPECT_EQ(swap.rules, (std::vector<Rule>{rule(0, Comparison::is, {to_word(kUsdc)}, kAddressType),
                                           rule(1, Comparison::is, {to_word(kWeth)}, kAddressType), recipient,
                                           rule(2, Comparison::is, {500_w, 3000_w}, {ValueGroup::unsigned_number, 3}),
                                           rule(4, Comparison::at_most, {200'000'000_w}), price}));
  EXPECT_EQ(swap.counts, (std::vector<Count>{{0, 4, kUint256}}));

  const SessionNames& names = built.names;
  ASSERT_EQ(names.permissions.size(), 2u);
  EXPECT_EQ(names.chain, "base");
  EXPECT_EQ(names.coin, (Unit{"ETH", 18}));
  ASSERT_NE(names.find(kUsdc), nullptr);
  EXPECT_EQ(*names.find(kUsdc), (AddressName{kUsdc, "usdc", Unit{"USDC", 6}}));
  ASSERT_NE(names.find(key_address("bot")), nullptr);
  EXPECT_EQ(names.find(key_address("bot"))->name, "bot");
  EXPECT_EQ(names.limits,
            (std::vector<LimitNames>{{"swapped", Unit{"USDC", 6}}, {"approved", {}}, {"pace", {}}, {"gas fees", {}}}));
  EXPECT_EQ(names.permissions[0].declaration, "function approve(address spender, uint256 value)");
  EXPECT_EQ(names.permissions[1].declaration,
            "function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 "
            "amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)");
  EXPECT_EQ(names.permissions[1].units, (std::vector<WordUnit>{{4, {"USDC", 6}}, {5, {"WETH", 18}}}));
}

TEST(SessionFile, CompilesTheSubscription) {
  const auto built = compile_or_fail(repository_file("examples/subscription.yaml"),
                                     options("subscription.yaml", {{"user", {to_hex(kAccount), "--set"}}}));
  const Session& session = built.placed.session;
  EXPECT_EQ(session.keys, std::vector{key_address("billing/" + to_hex(kAccount))});
  EXPECT_EQ(session.from, 1'796'083'200u);  // 2026-12-01 00:00:00 UTC
  EXPECT_EQ(session.until, session.from + 360 * 86'400);
  EXPECT_FALSE(session.account_pays);
  EXPECT_EQ(session.gas_price, kUnlimitedGasPrice);
  EXPECT_EQ(session.paymasters, std::vector{"0x9a57e70000000000000000000000000000000002"_address});
  EXPECT_EQ(session.limits, (std::vector<Limit>{{LimitKind::token, 10'000'000_w, 30 * 86'400, kUsdc},
                                                {LimitKind::calls, 2_w, 30 * 86'400, {}}}));
  ASSERT_EQ(session.permissions.size(), 1u);
  EXPECT_EQ(session.permissions[0].counts, (std::vector<Count>{{0, 1, kUint256}, {1, kCountCall, {}}}));
}

// Every example compiles, and its names stand in an approval that can be read back.
TEST(SessionFile, WarnsOfAWrongChecksum) {
  std::string text = file_with("  - {transfer: dex, value: 1 wei}\n");
  const auto good = read_session_file(text, options());
  ASSERT_TRUE(good) << to_string(good.error());
  EXPECT_TRUE(good->warnings.empty());

  text.replace(text.find("0xacc0"), 6, "0xaCc0");
  const auto draft = read_session_file(text, options());
  ASSERT_TRUE(draft) << to_string(draft.error());
  ASSERT_EQ(draft->warnings.size(), 1U);
  EXPECT_EQ(draft->warnings[0].where, (FilePosition{3, 10}));
  EXPECT_EQ(draft->warnings[0].what.message,
            "`0xaCc0000000000000000000000000000000000001` has a wrong checksum, a digit may be mistyped");
}

TEST(SessionFile, CompilesEveryExample) {
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VALETKEY_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".test.yaml")) continue;
    SCOPED_TRACE(name);
    ++examples;
    const std::string text = repository_file("examples/" + name);
    Variables variables;
    for (const char* variable : {"user", "player"}) {
      if (text.find(std::string("${") + variable + "}") != text.npos) variables[variable] = {to_hex(kAccount), "--set"};
    }
    const auto built = compile_or_fail(text, options(name, variables));
    Approval approval;
    approval.validator = kValidator;
    approval.sessions = {built.placed};
    approval.owner_signatures = {std::nullopt};
    approval.names = {built.names};
    const auto read = parse_approval(write_approval(approval));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, approval);
  }
  EXPECT_GE(examples, 8u);
}

TEST(SessionFile, ReadsEveryComparison) {
  const Permission swap = first_permission(R"yaml(
  - call: dex.swap
    where:
      amountIn: {more_than: 5, less_than: 100 USDC, is_not: 7}
      minimumOut: {between: [1, 2 USDC]}
      tick: {one_of: [-5, 3, -887272, 0]}
      tag: {none_of: [0x00000002, 0x00000001]}
      direct: true
      to: {one_of: [dex, $account, usdc]}
)yaml");
  const ValueType int24{ValueGroup::signed_number, 3};
  const auto negative = [](std::uint64_t size) { return wrapping_sub({}, size).value; };
  Rule to = rule(5, Comparison::is, {to_word(kRouter), to_word(kUsdc)}, kAddressType);
  to.with_account = true;
  const auto tag = [](std::uint64_t value) { return Word(value) << 224; };
  EXPECT_EQ(swap.rules, (std::vector<Rule>{
                            to,
                            rule(0, Comparison::is_not, {7_w}),
                            rule(0, Comparison::less_than, {100'000'000_w}),
                            rule(0, Comparison::more_than, {5_w}),
                            rule(1, Comparison::between, {1_w, 2'000'000_w}),
                            rule(2, Comparison::is, {negative(887272), negative(5), 0_w, 3_w}, int24),
                            rule(4, Comparison::is, {1_w}, {ValueGroup::yes_no, 1}),
                            rule(3, Comparison::is_not, {tag(1), tag(2)}, {ValueGroup::fixed_bytes, 4}),
                        }));
}

TEST(SessionFile, TakesTheEdgesOfSignedNumbers) {
  const Permission swap =
      first_permission("  - {call: dex.swap, where: {tick: {between: [-8388608, 8388607]}, others: any}}\n");
  ASSERT_EQ(swap.rules.size(), 1u);
  EXPECT_EQ(swap.rules[0].values, (std::vector<Word>{wrapping_sub({}, 8'388'608).value, 8'388'607_w}));
  for (const char* outside : {"-8388609", "8388608"}) {
    const auto built =
        compile(file_with(std::string("  - {call: dex.swap, where: {tick: ") + outside + ", others: any}}\n"));
    ASSERT_FALSE(built) << outside;
    EXPECT_EQ(built.error().code, "number_range");
  }
}

TEST(SessionFile, RatiosAreInLowestTerms) {
  const auto ratio = [](std::string_view text, std::string_view of) {
    const Permission swap = first_permission("  - {call: dex.swap, where: {minimumOut: {at_most: " + std::string(text) +
                                             ", of: " + std::string(of) + "}, others: any}, value: any}\n");
    return swap.rules.empty() ? Rule{} : swap.rules[0];
  };
  const Rule plain = ratio("6 per 4", "amountIn");
  EXPECT_EQ(plain.comparison, Comparison::at_most);
  EXPECT_EQ(std::pair(plain.numerator, plain.denominator), std::pair(3_w, 2_w));
  // 1990.5 USDC per ETH: 1990.5e6 / 1e18 = 3981 / 2e12.
  const Rule value = ratio("1990.5 USDC per 1 ETH", "value");
  EXPECT_EQ(value.base, kBaseValue);
  EXPECT_EQ(value.base_type.code(), 0x3f);
  EXPECT_EQ(std::pair(value.numerator, value.denominator), std::pair(3981_w, 2'000'000'000'000_w));
  const Rule widest = ratio("340282366920938463463374607431768211455 per 1", "amountIn");
  EXPECT_EQ(widest.numerator, Word::max_of_bits(128));
}

TEST(SessionFile, ReachesStaticPartsAndGivesDynamicOnesAway) {
  const Permission fill = first_permission(R"yaml(
  - call: dex.fill(uint128[2],(address,(uint8,bytes)))
    where: {"amounts[0]": {at_most: 3 USDC}, "amounts[1]": any, order: any}
)yaml");
  EXPECT_EQ(fill.text, "fill(uint128[2],(address,(uint8,bytes)))");
  EXPECT_EQ(fill.words, 3);
  EXPECT_TRUE(fill.dynamic);
  EXPECT_EQ(fill.rules, std::vector{rule(0, Comparison::at_most, {3'000'000_w}, {ValueGroup::unsigned_number, 16})});
  EXPECT_EQ(first_permission("  - {call: 'dex.fill(uint256 amount)', where: {amount: 9}}\n").text, "fill(uint256)");
  // A whole static array is given away by its name.
  EXPECT_TRUE(first_permission(
                  "  - {call: 'dex.fill(uint128[2],(address,(uint8,bytes)))', where: {amounts: any, order: any}}\n")
                  .rules.empty());
}

TEST(SessionFile, ExactCallsHaveARuleOnEveryWord) {
  const Permission approve = first_permission("  - {exact: 'usdc.approve(dex, 0 USDC)'}\n");
  EXPECT_EQ(approve.rules, (std::vector<Rule>{rule(0, Comparison::is, {to_word(kRouter)}, kAddressType),
                                              rule(1, Comparison::is, {0_w})}));
  // A limited token: the amount counts.
  const Permission counted = first_permission("  - {exact: 'usdc.transfer(dex, 5 USDC)', counts: [paid, often]}\n",
                                              "{paid: 20 USDC, often: 3 calls}");
  EXPECT_EQ(counted.counts, (std::vector<Count>{{0, 1, kUint256}, {1, kCountCall, {}}}));
  EXPECT_EQ(first_permission("  - exact: dex.fill(7)\n").text, "fill(uint256)");
}

TEST(SessionFile, OtherKindsOfCalls) {
  const Permission transfer = first_permission("  - {transfer: dex, value: 0.5 ETH}\n");
  EXPECT_EQ(transfer.kind, PermissionKind::plain_transfer);
  EXPECT_EQ(transfer.contract, kRouter);
  EXPECT_EQ(transfer.most_value, 500'000'000'000'000'000_w);
  EXPECT_EQ(first_permission("  - any_function_of: 0x5109000000000000000000000000000000000001\n").kind,
            PermissionKind::any_function);
  const Permission sudo =
      first_permission("  - {call: 'ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT', value: any}\n");
  EXPECT_EQ(sudo.kind, PermissionKind::anything);
  EXPECT_EQ(sudo.most_value, Word::max());
}

TEST(SessionFile, LimitKindsFollowFromWhoCounts) {
  const auto kind = [](std::string_view limit, std::string_view permission) {
    const auto built =
        compile_or_fail(file_with("  - " + std::string(permission) + "\n", "{it: " + std::string(limit) + "}"));
    return built.placed.session.limits.empty() ? LimitKind::fees : built.placed.session.limits[0].kind;
  };
  EXPECT_EQ(kind("9 USDC", "{call: usdc.transfer, where: {to: any, value: {counts: it}}}"), LimitKind::token);
  EXPECT_EQ(kind("9 usdc", "{call: usdc.transferFrom, where: {from: any, to: any, value: {counts: it}}}"),
            LimitKind::token);
  EXPECT_EQ(kind("9 USDC", "{call: dex.swap, where: {amountIn: {counts: it}, others: any}}"), LimitKind::sum);
  EXPECT_EQ(kind("9", "{call: dex.swap, where: {amountIn: {counts: it}, others: any}}"), LimitKind::sum);
  EXPECT_EQ(kind("9 ETH", "{call: dex.swap, where: {amountIn: {counts: it}, others: any}}"), LimitKind::sum);
  EXPECT_EQ(kind("9 ETH", "{call: dex.swap, where: {others: any}, value: {at_most: 1 ETH, counts: it}}"),
            LimitKind::native);
  EXPECT_EQ(kind("9 ETH", "{call: dex.swap, where: {others: any}, value: 1 ETH}"), LimitKind::native_every);
  EXPECT_EQ(kind("9 calls", "{call: dex.swap, where: {others: any}, counts: it}"), LimitKind::calls);
  EXPECT_EQ(kind("1 call per 45s", "{call: dex.swap, where: {others: any}}"), LimitKind::calls_every);
}

TEST(SessionFile, PermissionsHaveWindowsOfTheirOwn) {
  const auto window = [](std::string_view text) {
    const Permission permission = first_permission("  - {any_function_of: dex, " + std::string(text) + "}\n");
    return std::pair(permission.from, permission.until);
  };
  EXPECT_EQ(window("for: 1h"), std::pair(Seconds{0}, kNow + 3600));
  EXPECT_EQ(window("from: 2026-11-22 00:00:00 UTC, for: 1h"),
            std::pair(Seconds{1'795'305'600}, Seconds{1'795'309'200}));
  EXPECT_EQ(window("from: 2026-11-22 00:00:00 UTC"), std::pair(Seconds{1'795'305'600}, Seconds{0}));
  EXPECT_EQ(window("until: 2026-11-22 00:00:00 UTC"), std::pair(Seconds{0}, Seconds{1'795'305'600}));
}

TEST(SessionFile, SameFileSameTimeSameSession) {
  const std::string text = repository_file("examples/uniswap.yaml");
  EXPECT_EQ(compile_or_fail(text).placed, compile_or_fail(text).placed);
  const auto draft = read_session_file(text, options());
  ASSERT_TRUE(draft);
  auto later = inputs();
  later.now += 1;
  EXPECT_NE(build_session(*draft, later)->placed, build_session(*draft, inputs())->placed);
}

TEST(SessionFile, CommentsLineEndsAndAMarkerAtTheTopAreFine) {
  std::string text = "---\n# é, 世界\n" + file_with("  - any_function_of: dex\n");
  EXPECT_TRUE(compile(text));
  std::string windows;
  for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_TRUE(compile(windows));
}

TEST(SessionFile, VariablesAreValuesOnly) {
  const std::string text =
      file_with("  - {call: usdc.transfer, where: {to: '${merchant}', value: {at_most: '${most} USDC'}}}\n");
  const auto built = compile(text, options("s.yaml", {{"merchant", {"dex", "--set"}}, {"most", {"12.5", "--set"}}}));
  ASSERT_TRUE(built) << to_string(built.error());
  EXPECT_EQ(built->placed.session.permissions[0].rules[1].values, std::vector{12'500'000_w});
  // A variable can't give away what the file does not.
  for (const char* value : {"any", "$account", "dex, x: any", "{one_of: [dex]}", "dex}", "dex\nothers: any", ""}) {
    EXPECT_FALSE(compile(text, options("s.yaml", {{"merchant", {value, "--set"}}, {"most", {"1", "--set"}}}))) << value;
  }
}

TEST(SessionFile, ChainsByNumberAndOwnRegistry) {
  auto with = options();
  with.chains.push_back({"home", ChainId{4242}, "HOM"});
  std::string text = file_with("  - {transfer: dex, value: 1 HOM}\n");
  text.replace(text.find("chain: base"), 11, "chain: home");
  text.replace(text.find("0.01 ETH"), 8, "0.01 HOM");
  const auto built = compile(text, with);
  ASSERT_TRUE(built) << to_string(built.error());
  EXPECT_EQ(built->placed.place.chain, ChainId{4242});
  EXPECT_EQ(built->names.coin.symbol, "HOM");

  text = file_with("  - any_function_of: dex\n");
  text.replace(text.find("chain: base"), 11, "chain: 8453");
  EXPECT_EQ(compile(text)->names.chain, "base");
}

}  // namespace
}  // namespace valetkey
