#include "router_sessions.hpp"

#include <string>
#include <string_view>

#include "evm/abi_codec.hpp"
#include "example_session.hpp"

namespace valetkey::testing {
namespace {

constexpr std::string_view kExecute = "execute(bytes,bytes[],uint256)";
constexpr std::string_view kMulticall = "multicall(bytes[])";
constexpr std::string_view kPay = "pay(address,uint256)";
constexpr std::string_view kSwap = "command(address,uint256,uint256,bytes,bool)";
constexpr std::string_view kWrap = "command(address,uint256)";
constexpr Address kRouterItself = "0x0000000000000000000000000000000000000002"_address;
constexpr Address kPayee = "0x00000000000000000000000000000000000a11ce"_address;
constexpr PathStep kFirstWord{};
constexpr PathStep kEveryMember{.kind = StepKind::every_member};

Permission command(std::string_view text, std::uint8_t byte) {
  Permission permission = function_permission(kRouter, text);
  permission.inner = true;
  permission.command = true;
  permission.selector = {{0, 0, 0, byte}};
  return permission;
}

Permission execute() {
  Permission permission = function_permission(kRouter, kExecute);
  const PathStep inputs{.kind = StepKind::word, .index = 1};
  permission.paths = {{kFirstWord}, {kFirstWord, {.kind = StepKind::length}}, {inputs, kEveryMember}};
  permission.rules = {number_rule(kFirstPath + 1, Comparison::at_most, {4})};
  permission.inside = {{.position = kFirstPath + 2, .commands = kFirstPath, .permissions = {1, 2}}};
  return permission;
}

Permission swap() {
  Permission permission = command(kSwap, 0x00);
  const ValueType address{ValueGroup::address, 1};
  const PathStep tokens{.kind = StepKind::word, .index = 3};
  permission.paths = {{tokens, {.kind = StepKind::slice, .type = address}},
                      {tokens, {.kind = StepKind::slice_from_end, .type = address}}};
  permission.rules = {address_rule(0, Comparison::is, {}, true), address_rule(kFirstPath, Comparison::is, {kWeth}),
                      address_rule(kFirstPath + 1, Comparison::is, {kUsdc}),
                      number_rule(1, Comparison::at_most, {100})};
  return permission;
}

Permission wrap() {
  Permission permission = command(kWrap, 0x0b);
  permission.rules = {address_rule(0, Comparison::is, {kRouterItself}), number_rule(1, Comparison::at_most, {100})};
  return permission;
}

Bytes call_data(std::string_view text, const Value::List& values) {
  return build_call(parse_function("function " + std::string(text)).value(), values).value();
}

Bytes without_selector(const Bytes& data) {
  return {data.begin() + Selector::kSize, data.end()};
}

}  // namespace

RouterSession router_of_commands(const Address& account) {
  Bytes tokens = to_bytes(kWeth.view());
  append(tokens, "0x0001f4"_hex);
  append(tokens, kUsdc.view());
  const Value::List inputs{without_selector(call_data(kWrap, {kRouterItself, 100})),
                           without_selector(call_data(kSwap, {account, 100, 1, tokens, Value::boolean(false)}))};
  return {{execute(), swap(), wrap()}, call_data(kExecute, {Value("0x0b00"_hex), Value(inputs), 1})};
}

RouterSession router_of_multicall() {
  Permission outer = function_permission(kRouter, kMulticall);
  outer.paths = {{kFirstWord, kEveryMember}};
  outer.inside = {{.position = kFirstPath, .permissions = {1}}};
  Permission pay = function_permission(kRouter, kPay);
  pay.inner = true;
  pay.rules = {address_rule(0, Comparison::is, {kPayee}), number_rule(1, Comparison::at_most, {100})};
  Value::List calls;
  for (std::uint64_t n = 0; n < 3; ++n) calls.emplace_back(call_data(kPay, {kPayee, n}));
  return {{outer, pay}, call_data(kMulticall, {Value(calls)})};
}

}  // namespace valetkey::testing
