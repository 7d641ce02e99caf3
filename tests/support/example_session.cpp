#include "example_session.hpp"

#include <array>
#include <span>

#include "crypto/ecdsa.hpp"
#include "evm/abi_codec.hpp"
#include "session/function_text.hpp"

namespace valetkey::testing {
namespace {

constexpr std::string_view kSwapText = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))";

}  // namespace

Address example_key() {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(0x42);
  return SecretKey::from_bytes(SecretBytes<32>(bytes)).value().address();
}

Permission function_permission(const Address& contract, std::string_view text) {
  const TextLayout layout = parse_function_text(text).value();
  Permission permission;
  permission.contract = contract;
  permission.text = text;
  permission.selector = layout.selector;
  permission.words = static_cast<std::uint8_t>(layout.word_types.size());
  permission.dynamic = layout.dynamic;
  permission.layout = layout.layout;
  return permission;
}

Rule number_rule(std::uint8_t position, Comparison comparison, std::vector<Word> values, std::uint8_t bytes) {
  Rule rule;
  rule.type = {ValueGroup::unsigned_number, bytes};
  rule.position = position;
  rule.comparison = comparison;
  rule.values = std::move(values);
  return rule;
}

Rule address_rule(std::uint8_t position, Comparison comparison, std::vector<Address> values, bool with_account) {
  Rule rule;
  rule.type = {ValueGroup::address, 1};
  rule.position = position;
  rule.comparison = comparison;
  rule.with_account = with_account;
  for (const Address& value : values) rule.values.push_back(to_word(value));
  return rule;
}

Session example_session() {
  Session session;
  session.epoch = 0x51c3'0000'0000'0001;
  session.serial = 7301;
  session.from = kExampleFrom;
  session.until = kExampleFrom + Seconds{3} * 86'400;
  session.gas_price = 2'000'000'000;
  session.account_pays = true;
  session.threshold = 1;
  session.keys = {example_key()};
  session.limits = {
      {LimitKind::sum, 1'000'000'000, 0, {}},
      {LimitKind::token, 1'000'000'000, 0, kUsdc},
      {LimitKind::calls_every, 20, 86'400, {}},
      {LimitKind::fees, 10'000'000'000'000'000, 0, {}},
  };

  Permission approve = function_permission(kUsdc, "approve(address,uint256)");
  approve.rules = {address_rule(0, Comparison::is, {kRouter}), number_rule(1, Comparison::at_most, {200'000'000})};
  approve.counts = {{1, 1, {}}};

  Permission swap = function_permission(kRouter, kSwapText);
  Rule price;
  price.type = {ValueGroup::ratio, 1};
  price.position = 5;
  price.comparison = Comparison::at_least;
  price.base = 4;
  price.numerator = 250'000'000;  // 0.00025 WETH for each USDC
  price.denominator = 1;
  swap.rules = {address_rule(0, Comparison::is, {kUsdc}),           address_rule(1, Comparison::is, {kWeth}),
                address_rule(3, Comparison::is, {}, true),          number_rule(2, Comparison::is, {500, 3000}, 3),
                number_rule(4, Comparison::at_most, {200'000'000}), price};
  swap.counts = {{0, 4, {}}};
  session.permissions = {approve, swap};
  return session;
}

SessionPlace example_place() {
  return {ChainId{8453}, kExampleAccount, kExampleValidator};
}

PlacedSession example_placed() {
  return {example_session(), example_place()};
}

SessionNames example_names() {
  const Unit usdc{"USDC", 6};
  const Unit weth{"WETH", 18};
  SessionNames names;
  names.name = "uniswap";
  names.chain = "base";
  names.addresses = {{kRouter, "router", {}}, {kWeth, "weth", weth}, {kUsdc, "usdc", usdc}};
  names.permissions = {
      {"function approve(address spender, uint256 value) returns (bool)", {{1, usdc}}},
      {"function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, "
       "uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable returns (uint256)",
       {{4, usdc}, {5, weth}}},
  };
  names.limits = {{"swapped", usdc}, {"approved", {}}, {"pace", {}}, {"fees", {}}};
  return names;
}

Bytes token_call(std::string_view text, const Address& to, const Word& amount) {
  return encode_static_call(parse_function_text(text)->selector, {{to_word(to), amount}});
}

Bytes swap_call(const Word& amount_in, const Word& amount_out_minimum) {
  return encode_static_call(
      parse_function_text(kSwapText)->selector,
      {{to_word(kUsdc), to_word(kWeth), Word(500), to_word(kExampleAccount), amount_in, amount_out_minimum, Word(0)}});
}

}  // namespace valetkey::testing
