#include "account/call_text.hpp"

#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"
#include "example_session.hpp"

namespace valetkey {
namespace {

using namespace valetkey::testing;

constexpr Address kStranger = "0xbad0000000000000000000000000000000000001"_address;

HeldSession session() {
  Approval approval{kExampleValidator, {example_placed()}, {}, {example_names()}};
  return std::move(*HeldSession::open(std::move(approval)));
}

std::string code_of(const Result<Call>& call) {
  return call ? "no error" : std::string(call.error().code);
}

TEST(CallText, ATransferWithNamesAndUnits) {
  const auto call = parse_call_text(session(), "usdc.approve(router, 150 USDC)");
  ASSERT_TRUE(call) << to_string(call.error());
  EXPECT_EQ(call->target, kUsdc);
  EXPECT_EQ(call->data, token_call("approve(address,uint256)", kRouter, 150'000'000));
}

TEST(CallText, ATupleIsOneArgument) {
  const auto call =
      parse_call_text(session(), "router.exactInputSingle((usdc, weth, 500, $account, 150 USDC, 0.0375 WETH, 0))");
  ASSERT_TRUE(call) << to_string(call.error());
  EXPECT_EQ(call->data, swap_call(150'000'000, 37'500'000'000'000'000));
}

TEST(CallText, NamedArgumentsGiveTheSameCall) {
  const auto call = build_named_call(session(), "router.exactInputSingle",
                                     {{"params.amountIn", "150 USDC"},
                                      {"params.tokenIn", "usdc"},
                                      {"params.tokenOut", "weth"},
                                      {"params.fee", "500"},
                                      {"params.recipient", "$account"},
                                      {"params.amountOutMinimum", "0.0375 WETH"},
                                      {"params.sqrtPriceLimitX96", "0"}});
  ASSERT_TRUE(call) << to_string(call.error());
  EXPECT_EQ(call->data, swap_call(150'000'000, 37'500'000'000'000'000));
}

TEST(CallText, TokensKnowTheirOwnFunctions) {
  const auto call = parse_call_text(session(), "weth.transfer(0xbad0000000000000000000000000000000000001, 0.01 WETH)");
  ASSERT_TRUE(call) << to_string(call.error());
  EXPECT_EQ(call->target, kWeth);
  EXPECT_EQ(call->data, token_call("transfer(address,uint256)", kStranger, 10'000'000'000'000'000));
}

std::vector<KnownFunction> router_functions() {
  return {{kRouter, *parse_function("multicall(bytes[] data)"), {}},
          {kRouter, *parse_function("unwrapWETH9(uint256 amountMinimum, address recipient)"), {}},
          {kRouter, *parse_function("execute(bytes commands, bytes[] inputs, uint256 deadline)"), {}},
          {kRouter, *parse_function("WRAP_ETH(address recipient, uint256 amount)"), std::uint8_t{0x0b}}};
}

TEST(CallText, CallsStandInPlaceOfTheirBytes) {
  const auto functions = router_functions();
  const auto call = parse_call_text(
      session(), "router.multicall([unwrapWETH9(7, $account), router.exactInputSingle((usdc, weth, 500, $account, 150 USDC, 0.0375 WETH, 0)), 0x1234])",
      functions);
  ASSERT_TRUE(call) << to_string(call.error());
  const Bytes unwrap = *build_call(functions[1].function, Value::List{Value(7), Value(kExampleAccount)});
  const Value::List inner{Value(unwrap), Value(swap_call(150'000'000, 37'500'000'000'000'000)), Value(Bytes{0x12, 0x34})};
  EXPECT_EQ(call->data, *build_call(functions[0].function, Value::List{Value(inner)}));
}

TEST(CallText, CommandsHaveNoSelector) {
  const auto functions = router_functions();
  const auto call = parse_call_text(session(), "router.execute(0x0b, [WRAP_ETH($account, 5)], 9)", functions);
  ASSERT_TRUE(call) << to_string(call.error());
  const Bytes wrap = *build_arguments(functions[3].function.inputs, Value::List{Value(kExampleAccount), Value(5)});
  EXPECT_EQ(wrap.size(), 64u);
  const Value::List inputs{Value(wrap)};
  EXPECT_EQ(call->data, *build_call(functions[2].function, Value::List{Value(Bytes{0x0b}), Value(inputs), Value(9)}));
  EXPECT_EQ(code_of(parse_call_text(session(), "router.execute(0x0b, [WRAP($account, 5)], 9)", functions)),
            "call_function");
}

TEST(CallText, AnyFunctionWithItsTypes) {
  const auto call = parse_call_text(session(), "weth.withdraw(uint256)(1 WETH)");
  ASSERT_TRUE(call) << to_string(call.error());
  EXPECT_EQ(call->data, encode_static_call("0x2e1a7d4d"_selector, std::vector<Word>{1'000'000'000'000'000'000}));
}

TEST(CallText, ListsBytesAndBooleans) {
  const auto call = parse_call_text(
      session(), "weth.f(uint8[],(bool,bytes)[2],string)([1, 2], [(true, 0xc0de), (false, 0x)], hello)");
  ASSERT_TRUE(call) << to_string(call.error());
  const auto function = parse_function("f(uint8[],(bool,bytes)[2],string)");
  const auto values = decode_call(*function, call->data);
  ASSERT_TRUE(values);
  EXPECT_EQ((*values)[0], Value(Value::List{Word(1), Word(2)}));
  EXPECT_EQ((*values)[1],
            Value(Value::List{Value(Value::List{Word(1), "0xc0de"_hex}), Value(Value::List{Word(0), Bytes{}})}));
  EXPECT_EQ((*values)[2], Value("hello"));
}

TEST(CallText, CoinGoesWithACallOrAlone) {
  const auto with = parse_call_text(session(), "weth.deposit() value 1 ETH");
  ASSERT_TRUE(with) << to_string(with.error());
  EXPECT_EQ(with->value, Word(1'000'000'000'000'000'000));
  EXPECT_EQ(with->data.size(), 4u);
  const auto alone = parse_call_text(session(), "0xbad0000000000000000000000000000000000001 value 5 gwei");
  ASSERT_TRUE(alone) << to_string(alone.error());
  EXPECT_EQ(*alone, (Call{kStranger, 5'000'000'000, {}}));
}

TEST(CallText, AnotherTokensUnitIsNotTaken) {
  EXPECT_EQ(code_of(parse_call_text(session(), "usdc.approve(router, 150 WETH)")), "amount_unit");
  EXPECT_EQ(code_of(parse_call_text(session(), "usdc.approve(router, 1.0000001 USDC)")), "amount_fraction");
  EXPECT_EQ(code_of(parse_call_text(session(), "usdc.approve(router, 1.5)")), "amount_form");
}

TEST(CallText, SaysWhatIsWrong) {
  for (const auto& [text, code] : {std::pair{"usdt.approve(router, 1)", "call_contract"},
                                   {"usdc.mint(router, 1)", "call_function"},
                                   {"approve(router, 1)", "call_function"},
                                   {"usdc.approve(router)", "call_argument"},
                                   {"usdc.approve(router, 1, 2)", "call_argument"},
                                   {"usdc.approve(router, 1", "call_argument"},
                                   {"usdc.approve(router, 1]", "call_argument"},
                                   {"usdc.approve(router, 1)) ", "call_argument"},
                                   {"router.exactInputSingle(usdc, weth)", "call_argument"},
                                   {"usdc.approve(nobody, 1)", "call_contract"},
                                   {"usdc.approve(router, -1)", "amount_form"},
                                   {"usdc.approve(router, )", "amount_form"},
                                   {"weth.f(uint8)(256)", "call_argument"}}) {
    EXPECT_EQ(code_of(parse_call_text(session(), text)), code) << text;
  }
}

TEST(CallText, BracketsAreNestedOnlySoDeep) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(code_of(parse_call_text(session(), "router.exactInputSingle(" + deep + ")")), "call_argument");
  EXPECT_EQ(code_of(parse_call_text(session(), "usdc.f(" + deep + ")(1)")), "call_argument");
  EXPECT_EQ(code_of(build_named_call(session(), "router.exactInputSingle", {{"params.tokenIn", deep}})),
            "call_argument");
  EXPECT_EQ(code_of(build_named_call(session(), "router.f(" + deep + ")", {})), "call_argument");
  const auto refused = parse_call_text(session(), "usdc.f(" + std::string(32, '(') + std::string(32, ')') + ")");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("more than 32 deep"), std::string::npos);
  const auto shallow = parse_call_text(session(), "usdc.f(" + std::string(31, '(') + std::string(31, ')') + ")");
  ASSERT_FALSE(shallow);
  EXPECT_EQ(shallow.error().message.find("deep"), std::string::npos);
}

TEST(CallText, NamedArgumentsAreAllThereAndKnown) {
  EXPECT_EQ(code_of(build_named_call(session(), "usdc.approve", {{"spender", "router"}})), "call_argument");
  EXPECT_EQ(
      code_of(build_named_call(session(), "usdc.approve", {{"spender", "router"}, {"value", "1"}, {"extra", "1"}})),
      "call_argument");
  EXPECT_EQ(
      code_of(build_named_call(session(), "usdc.approve", {{"spender", "router"}, {"value", "1"}, {"value", "2"}})),
      "call_argument");
}

}  // namespace
}  // namespace valetkey
