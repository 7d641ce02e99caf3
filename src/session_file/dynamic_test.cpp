// Rules on dynamic arguments, calls inside calls, batches and policies: what they become, and what is wrong.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "session/paths.hpp"
#include "session/texts.hpp"
#include "session_file/session_file.hpp"
#include "session_file/test_files.hpp"

namespace valetkey {
namespace {

using namespace test;

constexpr std::string_view kHead = R"yaml(valetkey: 1
chain: base
account: 0xacc0000000000000000000000000000000000001
keys: [bot]
from: now
for: 3d
contracts:
  usdc: {address: 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, token: USDC, decimals: 6}
  weth: {address: 0x4200000000000000000000000000000000000006, token: WETH, decimals: 18}
  oracle: {address: 0x0aac1e0000000000000000000000000000000001}
  permit2: {address: 0x000000000022D473030F116dDEE9F6B43aC78BA3, abi: ["function approve(address token, address spender, uint160 amount, uint48 expiration)", "function lockdown((address token, address spender)[] approvals)"]}
  nft: {address: 0x0f70000000000000000000000000000000000001, abi: ["function setApprovalForAll(address operator, bool approved)"]}
  router:
    address: 0x2626664c2603336E57B271c5C0b26F421741e481
    abi:
      - "function exactInput((bytes path, address recipient, uint256 amountIn, uint256 amountOutMinimum) params) payable"
      - "function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable"
      - "function unwrapWETH9(uint256 amountMinimum, address recipient) payable"
      - "function multicall(bytes[] data) payable"
      - "function execute(bytes commands, bytes[] inputs, uint256 deadline) payable"
      - "function pay(address[] recipients, uint256[] amounts, string note)"
      - "function fill((address maker, uint256 price, (bytes32 tag, uint8 kind)[] legs)[] orders, uint256[2] ends)"
      - "command 0x0b WRAP_ETH(address recipient, uint256 amount)"
      - "command 0x00 SWAP(address recipient, uint256 amountIn, uint256 amountOutMin, bytes path, bool payerIsUser)"
)yaml";

std::string file(std::string_view limits, std::string_view permissions) {
  std::string text(kHead);
  if (!limits.empty()) text += "limits: {" + std::string(limits) + "}\n";
  return text + "gas: {price: 2 gwei, fees: 0.01 ETH}\npermissions:\n" + std::string(permissions);
}

Session built(std::string_view limits, std::string_view permissions) {
  const auto result = compile(file(limits, permissions));
  EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
  return result ? result->placed.session : Session{};
}

// Of each rule its position's steps in hex and its values.
std::vector<std::string> rules_of(const Permission& permission) {
  std::vector<std::string> rules;
  for (const Rule& rule : permission.rules) {
    const auto path = path_index(rule.position);
    std::string text = path ? to_hex(encode_path(permission.paths.at(*path))) : std::to_string(rule.position);
    text += " " + std::string(comparison_text(rule.comparison, rule.values.size()));
    for (const Word& value : rule.values) text += " " + to_decimal(value);
    rules.push_back(std::move(text));
  }
  return rules;
}

TEST(DynamicRules, PartsOfBytesInsideATuple) {
  const Session session = built("", R"yaml(
  - call: router.exactInput
    where:
      params.path:
        length: {one_of: [43, 66]}
        uint24 at 20: {one_of: [500, 3000]}
        uint24 at end-20: 500
        uint8 at 23 every 23: {less_than: 9}
      params.recipient: $account
      params.amountIn: {at_most: 5 USDC}
      params.amountOutMinimum: {at_least: 0.0003 WETH per 1 USDC, of: params.amountIn}
)yaml");
  const Permission& permission = session.permissions.at(0);
  EXPECT_TRUE(permission.dynamic);
  EXPECT_EQ(to_hex(permission.layout), "0x8104028003");
  std::vector<std::string> found = rules_of(permission);
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<std::string>{
                       "0x00000000" "04 one of 43 66",              // length
                       "0x00000000" "05220014 one of 500 3000",     // uint24 at 20
                       "0x00000000" "06220014 is 500",              // uint24 at end-20
                       "0x00000000" "0720" "00170017 less than 9",  // uint8 at 23 every 23
                       "0x00000001 is",                            // the account
                       "0x00000002 at most 5000000", "0x00000003 at least"}));
  ASSERT_EQ(permission.paths.size(), 7u);
}

TEST(DynamicRules, ArraysAndTuplesInThem) {
  const Session session = built("paid: 20 USDC", R"yaml(
  - call: router.pay
    where:
      recipients.length: {at_most: 5}
      recipients[*]: {one_of: [$account, usdc]}
      recipients[0]: usdc
      amounts[*]: {at_most: 5 USDC, counts: paid}
      note: hi
)yaml");
  const Permission& permission = session.permissions.at(0);
  EXPECT_EQ(to_hex(permission.layout), "0x82010182010180");
  const std::vector<std::string> expected{
      "0x0000" "010001" "0000 is 749071750893463290574776461331093852760741783827",  // recipients[0]
      "0x0000" "0201" "0000 is 749071750893463290574776461331093852760741783827",
      "0x0000" "04 at most 5",
      "0x0002" "04 is 2",
      "0x0001" "0201" "0000 at most 5000000",
      "0x0002" "05810000 is " + to_decimal(Word::from_short_big_endian(Bytes{'h', 'i'}) << 240)};
  std::vector<std::string> found = rules_of(permission);
  std::vector<std::string> wanted = expected;
  std::ranges::sort(found);
  std::ranges::sort(wanted);
  EXPECT_EQ(found, wanted);
  ASSERT_EQ(permission.counts.size(), 1u);
  EXPECT_EQ(path_index(permission.counts[0].source).has_value(), true);
}

TEST(DynamicRules, NestedArraysFixedArraysAndSome) {
  const Session session = built("", R"yaml(
  - call: router.fill
    where:
      orders.length: 1
      orders[*].maker: any
      orders[*].price: {at_most: 100}
      orders[0].legs[some].kind: 7
      orders[*].legs[*].kind: any
      orders[*].legs[*].tag: any
      ends[0]: 3
      ends[1]: any
)yaml");
  std::vector<std::string> found = rules_of(session.permissions.at(0));
  std::ranges::sort(found);
  EXPECT_EQ(found, (std::vector<std::string>{"0x0000" "0100" "00" "0002" "0302" "0001 is 7", "0x0000" "0200" "0001 at most 100",
                                             "0x0000" "04 is 1", "1 is 3"}));
}

constexpr std::string_view kMulticall = R"yaml(
  - name: unwrap
    inside: router.unwrapWETH9
    where: {amountMinimum: any, recipient: $account}
  - call: router.multicall
    where:
      data: {calls: [exactInputSingle, unwrap]}
      data.length: {at_most: 3}
  - inside: router.exactInputSingle
    where:
      params.amountIn: {at_most: 5 USDC, counts: swapped}
      params.recipient: {one_of: [$account, 0x0000000000000000000000000000000000000002]}
      others: any
  - call: usdc.approve
    where: {spender: router, value: {at_most: 5 USDC}}
)yaml";

TEST(CallsInside, InnerPermissionsComeBehindTheirOuterOne) {
  const auto result = compile(file("swapped: 20 USDC", kMulticall));
  ASSERT_TRUE(result) << to_string(result.error());
  const auto& permissions = result->placed.session.permissions;
  ASSERT_EQ(permissions.size(), 4u);
  EXPECT_EQ(permissions[0].text, "multicall(bytes[])");
  EXPECT_EQ(permissions[1].text, "unwrapWETH9(uint256,address)");
  EXPECT_EQ(permissions[2].text.substr(0, 17), "exactInputSingle(");
  EXPECT_FALSE(permissions[3].inner);
  ASSERT_EQ(permissions[0].inside.size(), 1u);
  EXPECT_EQ(permissions[0].inside[0].commands, Inside::kBySelector);
  EXPECT_EQ(permissions[0].inside[0].permissions, (std::vector<std::uint8_t>{1, 2}));
  EXPECT_EQ(to_hex(encode_path(permissions[0].paths.at(*path_index(permissions[0].inside[0].position)))), "0x00000200");
  EXPECT_EQ(result->names.permissions[1].name, "unwrap");
}

TEST(CallsInside, CommandsAreDeclaredInTheAbi) {
  const Session session = built("", R"yaml(
  - call: router.execute
    value: 1 ETH
    where:
      commands: {length: {at_most: 4}}
      inputs: {calls: [SWAP, WRAP_ETH], by: commands}
      deadline: {at_most: $until}
  - inside: router.WRAP_ETH
    where: {recipient: any, amount: {at_most: 1 ETH}}
  - inside: router.SWAP
    where: {path: {address at 0: usdc, address at end: weth}, others: any}
)yaml");
  ASSERT_EQ(session.permissions.size(), 3u);
  const Permission& outer = session.permissions[0];
  ASSERT_EQ(outer.inside.size(), 1u);
  EXPECT_EQ(to_hex(encode_path(outer.paths.at(*path_index(outer.inside[0].commands)))), "0x0000");
  EXPECT_EQ(to_hex(encode_path(outer.paths.at(*path_index(outer.inside[0].position)))), "0x00010200");
  EXPECT_EQ(session.permissions[1].text, "command(address,uint256)");
  EXPECT_EQ(to_hex(session.permissions[1].selector), "0x0000000b");
  EXPECT_TRUE(session.permissions[1].command);
  const auto& rules = outer.rules;
  const auto deadline = std::ranges::find(rules, Position{2}, &Rule::position);
  ASSERT_NE(deadline, rules.end());
  EXPECT_EQ(deadline->values.at(0), Word(session.until));
}

constexpr std::string_view kBatch = R"yaml(
  - call: usdc.approve
    where: {spender: router, value: {at_most: 5 USDC}}
    batch:
      - {call: next, is: swap, where: {value: {at_most: params.amountIn}, spender: params.recipient}}
      - {call: last, is: reset}
  - name: reset
    exact: usdc.approve(router, 0 USDC)
  - name: swap
    call: router.exactInput
    where: {params.amountIn: {at_most: 5 USDC}, others: any}
)yaml";

TEST(Batch, RulesCompareArgumentsOfOtherCalls) {
  const Session session = built("", kBatch);
  const Permission& approve = session.permissions.at(0);
  ASSERT_EQ(approve.batch.size(), 3u);
  EXPECT_EQ(approve.batch[0].position, 0);  // spender
  EXPECT_EQ(approve.batch[0].where, 1);
  EXPECT_EQ(approve.batch[0].permission, 2);
  EXPECT_EQ(approve.batch[1].position, 1);  // value
  EXPECT_EQ(approve.batch[1].comparison, Comparison::at_most);
  const Permission& swap = session.permissions.at(2);
  EXPECT_EQ(to_hex(encode_path(swap.paths.at(*path_index(approve.batch[1].other_position)))), "0x00000002");
  EXPECT_EQ(approve.batch[2].position, BatchRule::kNoPosition);
  EXPECT_EQ(approve.batch[2].where, BatchRule::kLastCall);
  EXPECT_EQ(approve.batch[2].permission, 1);
}

TEST(Policies, WordsAreTypedByTheirForm) {
  const Session session = built("", R"yaml(
  - call: usdc.transfer
    where: {to: any, value: {at_most: 5 USDC}}
    policies:
      - {ask: oracle, words: [$account, weth, 5 USDC, 7, -5, +5, true, 0x1100000000000000000000000000000000000000000000000000000000000022]}
      - {ask: 0x0000000000000000000000000000000000000abc}
)yaml");
  const auto& policies = session.permissions.at(0).policies;
  ASSERT_EQ(policies.size(), 2u);
  EXPECT_TRUE(policies[0].words.empty());
  const auto& words = policies[1].words;
  ASSERT_EQ(words.size(), 8u);
  EXPECT_TRUE(words[0].account);
  EXPECT_EQ(words[2].value, Word(5'000'000));
  EXPECT_EQ(words[4].group, ValueGroup::signed_number);
  EXPECT_EQ(words[4].value, ~Word(4));
  EXPECT_EQ(words[5].group, ValueGroup::signed_number);
  EXPECT_EQ(words[7].group, ValueGroup::fixed_bytes);
}

TEST(Permit2, ApproveOfAPinnedTokenCountsAgainstItsLimit) {
  const Session session = built("paid: 20 USDC", R"yaml(
  - call: permit2.approve
    where:
      token: usdc
      spender: router
      amount: {at_most: 10 USDC, counts: paid}
      expiration: {at_most: 2026-11-21 10:00:00 UTC}
  - call: permit2.lockdown
    where: {approvals: any}
)yaml");
  EXPECT_EQ(session.limits.at(0).kind, LimitKind::token);
}

struct Wrong {
  std::string_view permissions;
  std::string_view code;
  std::string_view message;  // without the place
  std::string_view fix;
};

TEST(DynamicRules, MistakesHaveAPlaceAndAFix) {
  const Wrong files[] = {
      {"  - call: router.pay\n    where: {'recipients[0]': usdc, amounts: any, note: any}\n", "argument_open",
       "`router.pay` has arguments without a rule: `recipients[*]`",
       "write a rule for each, or give it away: `recipients[*]: any`, or all of them: `others: any`"},
      {"  - call: router.fill\n    where: {'orders[*].maker': any, ends: any}\n", "argument_open",
       "`router.fill` has arguments without a rule: `orders[*].price`, `orders[*].legs[*].tag`, `orders[*].legs[*].kind`",
       "write a rule for each, or give it away: `orders[*].price: any`, or all of them: `others: any`"},
      {"  - call: router.pay\n    where: {others: any, recipients: usdc}\n", "wrong_shape",
       "`recipients` has parts, and rules are on parts", "write `recipients[*]: …`, or `recipients: any`"},
      {"  - call: router.pay\n    where: {others: any, 'recipients[x]': usdc}\n", "bad_member",
       "`[x]` is no member of `recipients`, in `recipients[x]`",
       "write `[0]` up to `[255]`, `[*]` for every member, or `[some]` for at least one"},
      {"  - call: router.fill\n    where: {others: any, 'ends[*]': 5}\n", "bad_member",
       "`ends` has the elements 0 to 1, and `ends[*]` is none of them", "write `ends[0]`, and each other one likewise"},
      {"  - call: router.pay\n    where: {others: any, 'recipients[some]': usdc, 'amounts[some]': {at_least: 5, at_most: 9}}\n",
       "rule_some", "`amounts[some]` is a second rule on `[some]`, and another member could meet it",
       "write one rule on `[some]`, or rules on `[*]`"},
      {"  - call: router.pay\n    where: {others: any, note.length: 5}\n", "unknown_name",
       "`note` is string, and its parts stand in a map", "write `note: {length: …}`"},
      {"  - call: router.exactInput\n    where: {others: any, params.path: {address from 0: usdc}}\n", "bad_slice",
       "`address from 0` is no part of `params.path`",
       "write `TYPE at OFFSET`, such as `address at 0`, `address at end`, `uint24 at end-20`, or `address at 23 every 23`; "
       "offsets are in bytes"},
      {"  - call: router.exactInput\n    where: {others: any, params.path: {at_most: 5}}\n", "rule_operator",
       "`params.path` is bytes, and `at_most` is for words",
       "write it on a part: `{length: {at_most: 66}}`, `{uint256 at 4: {at_most: 5}}`"},
      {"  - call: router.exactInput\n    where: {others: any, params.path: usdc}\n", "bad_value",
       "`usdc` is no hex, and `params.path` is bytes",
       "write `0x` and two digits for each byte, or rules on parts: `{length: …, address at 0: …}`"},
  };
  for (const Wrong& wrong : files) {
    const auto result = compile(file("", wrong.permissions));
    ASSERT_FALSE(result) << wrong.permissions;
    EXPECT_EQ(result.error().code, wrong.code) << wrong.permissions;
    EXPECT_NE(result.error().message.find(wrong.message), std::string::npos) << result.error().message;
    EXPECT_EQ(result.error().fix, wrong.fix);
  }
}

TEST(CallsInside, MistakesHaveAPlaceAndAFix) {
  const std::string inner = "  - inside: router.unwrapWETH9\n    where: {others: any}\n";
  const std::string wrap = "  - inside: router.WRAP_ETH\n    where: {others: any}\n";
  const std::string outer = "  - call: router.multicall\n    where: {data: {calls: [";
  const std::string outer_and_inner = outer + "unwrapWETH9, SWAP]}}\n" + inner;
  const std::string by_selector = outer + "WRAP_ETH]}}\n" + wrap;
  const std::string with_value = outer + "unwrapWETH9]}}\n" + inner + "    value: 1 ETH\n";
  const std::string twice = outer + "unwrapWETH9, other]}}\n" + inner + inner + "    name: other\n";
  const std::string itself =
      "  - inside: router.multicall\n    name: more\n    where: {data: {calls: [more]}}\n" + outer + "more]}}\n";
  const Wrong files[] = {
      {inner, "inner_unused", "`unwrapWETH9` is called inside others only, and nothing lets it be",
       "name it at an argument of the outer call: `{calls: [unwrapWETH9]}`"},
      {outer_and_inner, "unknown_name", "`SWAP` is no permission that is called inside others",
       "known here: `unwrapWETH9`"},
      {by_selector, "inside_permission", "`WRAP_ETH` is a command", "say where the commands are: `by: ARGUMENT`"},
      {with_value, "inner_value", "`router.unwrapWETH9` is called inside another call, which sends the value",
       "leave `value` out, and write it at the outer call"},
      {twice, "inside_permission", "`unwrapWETH9` and `other` are the same function",
       "keep one of them: the first of them would decide"},
      {itself, "inside_permission", "`more` would be called inside itself",
       "give the inner call a permission of its own"},
      {"  - call: nft.setApprovalForAll\n    where: {operator: router, approved: true}\n", "denied_function",
       "no session may call `nft.setApprovalForAll`: it hands over every token of the collection, those of later too",
       "allow `approve` of single tokens, or the functions that use them"},
  };
  for (const Wrong& wrong : files) {
    const auto result = compile(file("", wrong.permissions));
    ASSERT_FALSE(result) << wrong.permissions;
    EXPECT_EQ(result.error().code, wrong.code) << wrong.permissions << to_string(result.error());
    EXPECT_NE(result.error().message.find(wrong.message), std::string::npos) << result.error().message;
    EXPECT_EQ(result.error().fix, wrong.fix);
  }
}

TEST(Batch, MistakesHaveAPlaceAndAFix) {
  const std::string swap = "  - name: swap\n    call: router.exactInput\n    where: {others: any, params.amountIn: 1}\n";
  const std::string approve = "  - call: usdc.approve\n    where: {others: any}\n    batch: ";
  const std::string place = approve + "[{call: then, is: swap}]\n" + swap;
  const std::string name = approve + "[{call: next, is: swop}]\n" + swap;
  const std::string types = approve + "[{call: next, is: swap, where: {spender: params.amountIn}}]\n" + swap;
  const std::string words = "  - call: usdc.approve\n    where: {others: any}\n    policies: [{ask: oracle, words: [5, weth]}]\n";
  const Wrong files[] = {
      {place, "batch_form", "`then` is no place in a batch", "write `first`, `last`, `next`, `before`, `+2` or `-2`"},
      {name, "unknown_name", "`swop` is no permission that a call can use", "did you mean `swap`?"},
      {types, "batch_form", "`spender` is address, and `params.amountIn` is uint256", "compare arguments of one type"},
      {words, "policy_form", "`weth` comes too late among the words",
       "write addresses first, then unsigned numbers, signed ones, `true` and `false`, and bytes32 last"},
  };
  for (const Wrong& wrong : files) {
    const auto result = compile(file("", wrong.permissions));
    ASSERT_FALSE(result) << wrong.permissions;
    EXPECT_EQ(result.error().code, wrong.code) << wrong.permissions;
    EXPECT_NE(result.error().message.find(wrong.message), std::string::npos) << result.error().message;
    EXPECT_EQ(result.error().fix, wrong.fix);
  }
}

}  // namespace
}  // namespace valetkey
