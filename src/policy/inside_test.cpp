// Calls inside calls: multicall by selector, the Universal Router by command; functions that `any function` leaves out.
#include "rules_fixture.hpp"

namespace valetkey {
namespace {

using namespace testing;

Permission inner_permission(const Address& contract, std::string_view text) {
  Permission permission = function_permission(contract, text);
  permission.inner = true;
  return permission;
}

// Permission 0: multicall; inside it 1: a swap, 2: refundETH, 3: a multicall again, which may hold 2 and 4 only; 4: sweep.
class MulticallTest : public DynamicTest {
 protected:
  static constexpr std::string_view kMulticall = "multicall(bytes[])";
  static constexpr std::string_view kSwap =
      "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))";

  MulticallTest() {
    session_.limits = {{LimitKind::sum, 1'000, 0, {}}, {LimitKind::calls, 3, 86'400, {}}};
    Permission outer = function_permission(kRouter, kMulticall);
    outer.most_value = 10;
    outer.inside = {{add(outer, {word(0), every()}), Inside::kBySelector, {1, 2, 3}}};
    Permission swap = inner_permission(kRouter, kSwap);
    swap.rules = {address_rule(3, Comparison::is, {}, true), number_rule(4, Comparison::at_most, {500})};
    swap.counts = {{0, 4, kUint}, {1, kCountCall, {}}};
    Permission again = inner_permission(kRouter, kMulticall);
    again.inside = {{add(again, {word(0), every()}), Inside::kBySelector, {4, 5}}};
    Permission refund_deep = inner_permission(kRouter, "refundETH()");
    Permission sweep = inner_permission(kRouter, "sweepToken(address,uint256)");
    sweep.rules = {number_rule(1, Comparison::is, {0})};
    session_.permissions = {outer, swap, inner_permission(kRouter, "refundETH()"), again, refund_deep, sweep};
  }
  static Bytes swap_of(const Word& amount, const Address& recipient = kExampleAccount) {
    return call_data(kSwap, {Value(Value::List{kUsdc, kWeth, 500, recipient, amount, 1, 0})});
  }
  static Bytes multicall(const Value::List& calls) { return call_data(kMulticall, {Value(calls)}); }
  static Bytes refund() { return call_data("refundETH()", {}); }
  static Bytes sweep(std::uint64_t least) { return call_data("sweepToken(address,uint256)", {kUsdc, least}); }
};

TEST_F(MulticallTest, InnerCallsPassAndCount) {
  check();
  EXPECT_EQ(run(multicall({swap_of(100), refund(), swap_of(200)}), 0, 10), "passes");
  EXPECT_EQ(rests_, (std::vector<Word>{700, 1}));
  EXPECT_EQ(run(multicall({})), "passes") << "no call inside";
  EXPECT_EQ(run(multicall({swap_of(500), swap_of(500)})), "passes");
  EXPECT_EQ(run(multicall({swap_of(500), swap_of(500), swap_of(1)})), "limit_passed(255,0) of 255");
  EXPECT_EQ(run(multicall({swap_of(1), swap_of(1), swap_of(1), swap_of(1)})), "limit_passed(255,1) of 255");
  EXPECT_EQ(run(multicall({}), 0, 11), "value_over(0,0)");
}

TEST_F(MulticallTest, WhatIsNotNamedIsRefused) {
  EXPECT_EQ(run(multicall({swap_of(100), "0x12345678"_hex})), "inner_call(0,0)");
  EXPECT_NE(sentence().find("has function 0x12345678 inside; allowed are "), std::string::npos) << sentence();
  EXPECT_EQ(run(multicall({Bytes{}})), "inner_call(0,0)");
  EXPECT_EQ(run(multicall({"0x12210e"_hex})), "inner_call(0,0)");
  EXPECT_NE(sentence().find("less than a function's selector"), std::string::npos) << sentence();
  EXPECT_EQ(run(multicall({sweep(0)})), "inner_call(0,0)") << "only inside the inner multicall";
  EXPECT_EQ(run(swap_of(1), 1), "no_permission(0,1)") << "an inner permission is for no call by itself";
}

TEST_F(MulticallTest, InnerRefusalsAreOfTheInnerPermission) {
  EXPECT_EQ(run(multicall({swap_of(100, kRouter)})), "rule_is(0,0) of 1");
  EXPECT_NE(sentence().find("in its call inside ("), std::string::npos) << sentence();
  EXPECT_EQ(run(multicall({swap_of(501)})), "rule_at_most(0,1) of 1");
  Bytes longer = swap_of(1);
  longer.resize(longer.size() + 32);
  EXPECT_EQ(run(multicall({longer})), "call_data_length(0,1) of 1");
  longer.resize(longer.size() - 33);
  EXPECT_EQ(run(multicall({longer})), "call_data_length(0,1) of 1");
  Bytes dirty = swap_of(1);
  dirty[4 + 32 * 3] = 1;
  EXPECT_EQ(run(multicall({dirty})), "dirty_word(0,0) of 1");
  EXPECT_EQ(run(multicall({swap_of(1), swap_of(501), "0x12345678"_hex})), "rule_at_most(0,1) of 1") << "in order";
  EXPECT_EQ(run(multicall({"0x12345678"_hex, swap_of(501)})), "inner_call(0,0)");
}

TEST_F(MulticallTest, CallsInsideCallsInside) {
  EXPECT_EQ(run(multicall({multicall({refund(), sweep(0)}), refund()})), "passes");
  EXPECT_EQ(run(multicall({multicall({sweep(1)})})), "rule_is(0,0) of 5");
  EXPECT_EQ(run(multicall({multicall({swap_of(1)})})), "inner_call(0,0) of 3");
  EXPECT_EQ(run(multicall({multicall({multicall({})})})), "inner_call(0,0) of 3");
  Bytes loose = multicall({});
  loose.resize(loose.size() + 32);
  EXPECT_EQ(run(multicall({loose})), "call_data_form(0,3) of 3");
  EXPECT_EQ(run(multicall({multicall({sweep(0)}), "0x12345678"_hex})), "inner_call(0,0)")
      << "the refusal after an inner multicall is the outer one's again";
}

TEST_F(MulticallTest, TheWindowOfAnInnerPermissionCounts) {
  session_.permissions[2].from = kExampleFrom + 3600;
  session_.limits[1].period = 0;
  EXPECT_EQ(run(multicall({swap_of(1)})), "passes");
  EXPECT_EQ(verdict().window.after, kExampleFrom);
  EXPECT_EQ(run(multicall({swap_of(1), refund()})), "passes");
  EXPECT_EQ(verdict().window.after, kExampleFrom + 3600);
}

TEST_F(MulticallTest, OnlyCarriedInnerPermissionsAreUsed) {
  calls_ = {{kRouter, 0, multicall({swap_of(1), refund()})}};
  choice_ = {0};
  const auto used = [&] {
    (void)operation();
    return used_permissions(session_, place_, views_, choice_);
  };
  EXPECT_EQ(used(), 0b000111U);
  calls_[0].data = multicall({multicall({sweep(0)})});
  EXPECT_EQ(used(), 0b101001U);
  calls_[0].data = multicall({refund(), swap_of(501), multicall({})});
  EXPECT_EQ(used(), 0b000111U) << "what stands behind a refusal is not looked at";
  choice_ = {kRevokePermission};
  EXPECT_EQ(used(), 0U);
  choice_ = {0};

  calls_[0].data = multicall({swap_of(1), refund()});
  std::vector<const Permission*> carried;
  for (const Permission& permission : session_.permissions) carried.push_back(&permission);
  const auto with = [&] {
    const Verdict decided =
        evaluate_calls({&session_, session_id(session_), carried}, place_, state_, operation());
    return decided.refusal ? fmt_refusal(*decided.refusal) : "passes";
  };
  EXPECT_EQ(with(), "passes");
  carried[3] = carried[4] = carried[5] = nullptr;
  EXPECT_EQ(with(), "passes");
  carried[2] = nullptr;
  EXPECT_EQ(with(), "inner_call(0,0)");
}

TEST_F(MulticallTest, ChoosingAndTheTime) {
  calls_ = {{kRouter, 0, multicall({swap_of(1)})}, {kRouter, 0, swap_of(1)}};
  const auto chosen = choose_permissions(session_, session_id(session_), place_, state_, operation(), {});
  EXPECT_EQ(chosen, (std::vector<std::uint8_t>{0, 0})) << "never an inner one";
  EXPECT_TRUE(needs_time(session_, std::array<std::uint8_t, 1>{0}, false)) << "an inner permission counts per day";
  session_.limits[1].period = 0;
  EXPECT_FALSE(needs_time(session_, std::array<std::uint8_t, 1>{0}, false));
}

// Permission 0: execute; inside it by command 1: wrap, 2: swap.
class UniversalRouterTest : public DynamicTest {
 protected:
  static constexpr std::string_view kExecute = "execute(bytes,bytes[],uint256)";
  static constexpr std::uint8_t kSwapCommand = 0x00;
  static constexpr std::uint8_t kWrapCommand = 0x0b;

  UniversalRouterTest() {
    session_.limits = {{LimitKind::sum, 1'000, 0, {}}};
    Permission outer = function_permission(kRouter, kExecute);
    const Position commands = add(outer, {word(0)});
    const Position inputs = add(outer, {word(1), every()});
    outer.most_value = 1'000;
    outer.inside = {{inputs, commands, {1, 2}}};
    Permission wrap = command(kWrapCommand, "command(address,uint256)");
    wrap.rules = {address_rule(0, Comparison::is, {Address{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}}})};
    wrap.counts = {{0, 1, kUint}};
    Permission swap = command(kSwapCommand, "command(address,uint256,uint256,bytes,bool)");
    const Position token_out = add(swap, {word(3), slice(StepKind::slice_from_end, kAddress, 0)});
    swap.rules = {address_rule(0, Comparison::is, {}, true), address_rule(token_out, Comparison::is, {kUsdc})};
    session_.permissions = {outer, wrap, swap};
  }
  static Permission command(std::uint8_t byte, std::string_view text) {
    Permission permission = inner_permission(kRouter, text);
    permission.command = true;
    permission.selector = {{0, 0, 0, byte}};
    return permission;
  }
  static Bytes wrap(const Word& amount) { return without_selector(call_data("command(address,uint256)", {Value(2), amount})); }
  static Bytes swap(const Address& token_out, const Address& recipient = kExampleAccount) {
    return without_selector(call_data("command(address,uint256,uint256,bytes,bool)",
                                      {recipient, 5, 1, joined({of(kWeth), fee(500), of(token_out)}), Value(0)}));
  }
  static Bytes execute(Bytes commands, const Value::List& inputs) {
    return call_data(kExecute, {std::move(commands), inputs, 1'800'000'000});
  }
};

TEST_F(UniversalRouterTest, CommandsPassAndCount) {
  check();
  EXPECT_EQ(run(execute({kWrapCommand, kSwapCommand}, {wrap(100), swap(kUsdc)}), 0, 100), "passes");
  EXPECT_EQ(rests_[0], Word(900));
  EXPECT_EQ(run(execute({kWrapCommand, kWrapCommand}, {wrap(500), wrap(501)})), "limit_passed(255,0) of 255");
  EXPECT_EQ(run(execute({}, {})), "passes");
}

TEST_F(UniversalRouterTest, RefusesByCommand) {
  EXPECT_EQ(run(execute({kWrapCommand, 0x0c}, {wrap(1), swap(kUsdc)})), "inner_call(0,0)");
  EXPECT_NE(sentence().find("has command 0x0c inside"), std::string::npos) << sentence();
  EXPECT_EQ(run(execute({kWrapCommand | 0x80}, {wrap(1)})), "inner_call(0,0)") << "the flag that allows a revert is no part";
  EXPECT_EQ(run(execute({kSwapCommand}, {swap(kDai)})), "rule_is(0,1) of 2");
  EXPECT_EQ(run(execute({kSwapCommand}, {swap(kUsdc, kRouter)})), "rule_is(0,0) of 2");
  EXPECT_EQ(run(execute({kWrapCommand}, {swap(kUsdc)})), "call_data_length(0,1) of 1") << "another command's input";
  EXPECT_EQ(run(execute({kSwapCommand}, {wrap(1)})), "call_data_length(0,2) of 2");
  Bytes loose = swap(kUsdc);
  loose.resize(loose.size() + 32);
  EXPECT_EQ(run(execute({kSwapCommand}, {loose})), "call_data_form(0,2) of 2");
}

TEST_F(UniversalRouterTest, AsManyInputsAsCommands) {
  EXPECT_EQ(run(execute({kWrapCommand}, {wrap(1), wrap(1)})), "inner_count(0,0)");
  EXPECT_NE(sentence().find("has 1 commands, "), std::string::npos) << sentence();
  EXPECT_NE(sentence().find("has 2 members"), std::string::npos) << sentence();
  EXPECT_EQ(run(execute({kWrapCommand, kWrapCommand}, {wrap(1)})), "inner_count(0,0)");
  EXPECT_EQ(run(execute({0x0c}, {})), "inner_count(0,0)");
}

TEST_F(UniversalRouterTest, PathsOfInsidesGoOutOfRange) {
  Permission& outer = session_.permissions[0];
  outer.paths[1] = {word(1), member(1)};
  EXPECT_EQ(run(execute({kWrapCommand}, {wrap(1), wrap(2)})), "passes") << "the second input is the only one looked at";
  EXPECT_EQ(rests_[0], Word(998));
  EXPECT_EQ(run(execute({kWrapCommand}, {wrap(1)})), "path_range(0,1)");
}

class AnyFunctionTest : public DynamicTest {};

TEST_F(AnyFunctionTest, LeavesOutWhatMovesValue) {
  Permission any;
  any.kind = PermissionKind::any_function;
  any.contract = kRouter;
  Permission sudo;
  sudo.kind = PermissionKind::anything;
  Permission withdraw = function_permission(kRouter, "withdraw(uint256)");
  session_.permissions = {any, withdraw, sudo};
  check();
  EXPECT_EQ(run("0x12345678"_hex), "passes");
  for (const char* selector : {"0x2e1a7d4d", "0xa9059cbb", "0xac9650d8", "0xe9ae5c53", "0x1626ba7e", "0xf551e2ee"})
    EXPECT_EQ(run(parse_hex(selector).value()), "denied_function(0,0)") << selector;
  EXPECT_NE(sentence().find("`any function` does not cover it"), std::string::npos) << sentence();
  EXPECT_EQ(run("0x2e1a7d4e"_hex), "passes");
  const Bytes withdrawal = call_data("withdraw(uint256)", {1});
  EXPECT_EQ(run(withdrawal), "denied_function(0,0)");
  EXPECT_EQ(run(withdrawal, 1), "passes") << "by name";
  calls_ = {{kRouter, 0, withdrawal}};
  EXPECT_EQ(choose_permissions(session_, session_id(session_), place_, state_, operation(), {}), (Bytes{1}));
  choice_ = {2};
  EXPECT_EQ(run(), "passes") << "sudo leaves nothing out";
}

}  // namespace
}  // namespace valetkey
