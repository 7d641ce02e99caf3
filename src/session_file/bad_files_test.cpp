// Bad files: where, what and the fix, exactly. Each case is the good file with one edit.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "session_file/session_file.hpp"
#include "session_file/test_files.hpp"

namespace valetkey {
namespace {

using namespace test;

constexpr std::string_view kGood = R"yaml(valetkey: 1
chain: base
account: 0xacc0000000000000000000000000000000000001
keys: [bot]
from: now
for: 3d
contracts:
  usdc: {address: 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, token: USDC, decimals: 6}
  weth: {address: 0x4200000000000000000000000000000000000006, token: WETH, decimals: 18}
  dex:
    address: 0x2626664c2603336E57B271c5C0b26F421741e481
    abi:
      - "function swap(uint256 amountIn, uint256 minimumOut, int24 tick, bytes4 tag, bool direct, address to) payable"
      - "function note(string text, uint8 kind)"
      - "function fill(uint256 amount)"
      - "function fill(uint256 amount, bool all)"
      - "function route((address token, uint256 amount)[2] hops, (bytes path, address to) last)"
limits:
  paid: 100 USDC per 30d
  pace: 5 calls per 1d
gas: {price: 2 gwei, fees: 0.01 ETH}
paymasters: none
permissions:
  - call: usdc.transfer
    where:
      to: dex
      value: {at_most: 10 USDC, counts: paid}
  - call: dex.swap
    where:
      amountIn: any
      others: any
)yaml";

constexpr std::string_view kAmount = "      amountIn: any";
constexpr std::string_view kSwap = "  - call: dex.swap\n    where:\n      amountIn: any\n      others: any\n";

struct BadFile {
  std::string_view find;
  std::string_view put;
  std::string_view code;
  std::string_view message;
  std::string_view fix;
};

std::string edited(std::string_view find, std::string_view put) {
  std::string text(kGood);
  const std::size_t place = text.find(find);
  EXPECT_NE(place, text.npos) << find;
  return place == text.npos ? text : text.replace(place, find.size(), put);
}

void expect_bad(std::span<const BadFile> files) {
  for (const BadFile& file : files) {
    const auto built = compile(edited(file.find, file.put));
    ASSERT_FALSE(built) << file.put;
    EXPECT_EQ(built.error().code, file.code) << file.put;
    EXPECT_EQ(built.error().message, file.message);
    EXPECT_EQ(built.error().fix, file.fix);
  }
}

TEST(BadFiles, TheGoodFileIsGood) {
  const auto built = compile(kGood);
  ASSERT_TRUE(built) << to_string(built.error());
}

TEST(BadFiles, Yaml) {
  const BadFile files[] = {
      {"chain: base", "chain:\tbase", "yaml_feature", "s.yaml:2:7: a tab", "indent and separate with spaces"},
      {"for: 3d", "for: 3d\n  until: 4d", "yaml_syntax", "s.yaml:7:8: this is not YAML: illegal map value",
       "check indentation, brackets, commas and quotes here and on the line before"},
      {"keys: [bot]", "keys: [bot", "yaml_syntax", "s.yaml:5:5: this is not YAML: end of sequence flow not found",
       "check indentation, brackets, commas and quotes here and on the line before"},
      {"  pace: 5 calls per 1d", "  pace: &p 5 calls per 1d", "yaml_feature", "s.yaml:20:9: an anchor (`&`)",
       "write values out where they are needed; a text that begins with `&` needs quotes"},
      {"  pace: 5 calls per 1d", "  pace: *p", "yaml_syntax",
       "s.yaml:20:9: this is not YAML: the referenced anchor is not defined",
       "check indentation, brackets, commas and quotes here and on the line before"},
      {"  pace: 5 calls per 1d", "  <<: {a: 1 call}", "yaml_feature", "s.yaml:20:3: a merge key (`<<`)",
       "write the keys out"},
      {"  pace: 5 calls per 1d", "  pace: !!str 5 calls per 1d", "yaml_feature", "s.yaml:20:9: a tag (`!`)",
       "write the value alone; a text that begins with `!` needs quotes"},
      {"  pace: 5 calls per 1d", "  pace: ! 5 calls per 1d", "yaml_feature", "s.yaml:20:9: a tag (`!`)",
       "write the value alone; a text that begins with `!` needs quotes"},
      {"valetkey: 1\n", "%YAML 1.2\n---\nvaletkey: 1\n", "yaml_feature", "s.yaml:1:1: a YAML directive (`%`)",
       "leave it out"},
      {"      others: any\n", "      others: any\n---\nvaletkey: 1\n", "yaml_feature",
       "s.yaml:32:1: a second document begins", "write one session in one file"},
      {"paymasters: none", "chain: base", "duplicate_key", "s.yaml:22:1: `chain` is there twice", "keep one of them"},
      {"  pace: 5 calls per 1d", "  pace:", "empty_value", "s.yaml:20:3: `pace` has no value",
       "write a value, or leave the key out"},
      {"  pace: 5 calls per 1d", "  pace: ~", "empty_value", "s.yaml:20:3: `pace` has no value",
       "write a value, or leave the key out"},
      {"  pace: 5 calls per 1d", "  pace: null", "empty_value", "s.yaml:20:3: `pace` has no value",
       "write a value, or leave the key out"},
      {"  pace: 5 calls per 1d", "  pace: \"\"", "empty_value", "s.yaml:20:9: an empty text",
       "write a value, or leave the key out"},
      {"  pace: 5 calls per 1d", "  pace: 5 calls per 1d # \342\200\256", "text_encoding",
       "s.yaml:20:26: a character that can't be seen (U+202E)", "take it away"},
      {"  pace: 5 calls per 1d", "  pace: \"5 calls\\u202e\"", "text_encoding",
       "s.yaml:20:9: the text has a line break or a character that can't be seen",
       "write it on one line, in plain characters"},
      {"  pace: 5 calls per 1d", "  pa\321\201e: 5 calls per 1d", "bad_name",
       "s.yaml:20:3: `pa\321\201e` can't be the name of a limit",
       "use up to 64 letters, digits, `_` and `-`, beginning with a letter"},
      {"  pace: 5 calls per 1d", "  \377", "text_encoding", "s.yaml:20:3: the file is not UTF-8 here",
       "save it as UTF-8"},
      {"  pace: 5 calls per 1d", "  pace: |\n    5 calls\n", "text_encoding",
       "s.yaml:20:9: the text has a line break or a character that can't be seen",
       "write it on one line, in plain characters"},
      {"  pace: 5 calls per 1d", "  pace: \"5 calls \"", "wrong_shape",
       "s.yaml:20:9: `5 calls ` begins or ends with a space", "take the space away"},
      {"  pace: 5 calls per 1d", "  {a: b}: 5 calls", "yaml_feature", "s.yaml:20:3: a key that is a list or a map",
       "write a name in front of the `:`; a text with `${…}` inside `{ }` or `[ ]` needs quotes"},
      {"  pace: 5 calls per 1d", "  pace: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "yaml_feature",
       "s.yaml:20:23: more than 16 levels of nesting", "write it flatter"},
  };
  expect_bad(files);
}

TEST(BadFiles, Keys) {
  const BadFile files[] = {
      {"limits:", "limit:", "unknown_key", "s.yaml:18:1: `limit` is not known in a session file",
       "did you mean `limits`?"},
      {"  usdc: {address", "  usdc: {adress", "unknown_key",
       "s.yaml:8:10: `adress` is not known in the contract `usdc`", "did you mean `address`?"},
      {"gas: {price: 2 gwei, fees: 0.01 ETH}", "gas: {price: 2 gwei, fees: 0.01 ETH, limit: 5}", "unknown_key",
       "s.yaml:21:38: `limit` is not known in `gas`", "known here: `price`, `fees`"},
      {"valetkey: 1\n", "valetkey: 2\n", "unknown_version", "s.yaml:1:11: session files of version `2` are not known",
       "write `valetkey: 1`"},
      {"valetkey: 1\n", "valetkey: 1.0\n", "unknown_version",
       "s.yaml:1:11: session files of version `1.0` are not known", "write `valetkey: 1`"},
      {"valetkey: 1\n", "", "missing_key", "s.yaml:1:1: the session has no `valetkey`", "begin with `valetkey: 1`"},
      {"gas: {price: 2 gwei, fees: 0.01 ETH}\n", "", "missing_key", "s.yaml:1:1: the session has no `gas`",
       "write `gas: {price: 2 gwei, fees: 0.01 ETH}`, `gas: none` where a paymaster pays, or `gas: unlimited`"},
      {"from: now\n", "", "missing_key", "s.yaml:1:1: the session has no `from`",
       "write `from: now`, or a time such as `2026-12-01 00:00:00 UTC`"},
      {"for: 3d\n", "", "no_expiry", "s.yaml:1:1: the session does not say when it ends",
       "write `for: 3d`, or `until: 2026-12-01 00:00:00 UTC`, or `for: ever`"},
      {"for: 3d\n", "for: 3d\nuntil: 2026-12-01 00:00:00 UTC\n", "wrong_shape",
       "s.yaml:7:8: both `for` and `until` say when it ends", "keep one of them"},
      {"keys: [bot]", "keys: bot", "wrong_shape", "s.yaml:4:7: `keys` is a single value and has to be a list",
       "write `keys: [NAME]`, or `keys: {any: 2, of: [NAME, NAME, NAME]}`"},
  };
  expect_bad(files);
}

TEST(BadFiles, ChainAccountKeys) {
  const BadFile files[] = {
      {"chain: base", "chain: bsae", "unknown_name", "s.yaml:2:8: the chain `bsae` is not known by name",
       "did you mean `base`?"},
      {"chain: base", "chain: 8453.0", "bad_number", "s.yaml:2:8: `8453.0` is not a whole number",
       "write it without a fraction"},
      {"chain: base", "chain: 08453", "bad_number", "s.yaml:2:8: `08453` begins with a zero",
       "leave the zero in front away"},
      {"chain: base", "chain: 0o20405", "bad_number", "s.yaml:2:8: `0o20405` is not a decimal number",
       "write the number in decimal"},
      {"chain: base", "chain: 1e3", "bad_number", "s.yaml:2:8: `1e3` has an exponent",
       "write all digits, without an exponent"},
      {"chain: base", "chain: .5", "bad_number", "s.yaml:2:8: `.5` has no digit before the point", "write `0.5`"},
      {"chain: base", "chain: 8_453", "bad_number", "s.yaml:2:8: `8_453` has separators",
       "write the digits without separators"},
      {"chain: base", "chain: 0", "bad_number", "s.yaml:2:8: `0` is no chain",
       "write the chain's name or number, such as `chain: base`"},
      {"account: 0xacc0000000000000000000000000000000000001", "account: 0xacc", "hex_length",
       "s.yaml:3:10: `0xacc` has an odd number of hex digits", "write two digits for every byte"},
      {"account: 0xacc0000000000000000000000000000000000001", "account: 0x0000000000000000000000000000000000000000",
       "address_zero", "s.yaml:3:10: the address is zero", "write the address that is meant"},
      {"keys: [bot]", "keys: [nobody]", "unknown_key_name", "s.yaml:4:8: there is no key `nobody`",
       "make it: `valetkey key new nobody`"},
      {"keys: [bot]", "keys: [bot, bot]", "key_threshold",
       "s.yaml:4:7: there are 2 keys, and nothing says how many have to sign", "write `keys: {any: 1, of: […]}`"},
      {"keys: [bot]", "keys: [bot, watchdog]", "key_threshold",
       "s.yaml:4:7: there are 2 keys, and nothing says how many have to sign", "write `keys: {any: 1, of: […]}`"},
      {"keys: [bot]", "keys: []", "session_caps", "s.yaml:4:7: there are 0 keys", "write 1 to 16"},
      {"keys: [bot]", "keys: {any: 3, of: [bot, watchdog]}", "key_threshold", "s.yaml:4:13: `any: 3` of 2 keys",
       "write a number from 1 to 2"},
      {"keys: [bot]", "keys: {any: 1, of: [bot, bot]}", "key_order", "s.yaml:4:26: the key `bot` is there twice",
       "keep one of them"},
      {"keys: [bot]", "keys: [0xacc0000000000000000000000000000000000001]", "key_is_account",
       "s.yaml:4:8: `0xacc0000000000000000000000000000000000001` is the account itself",
       "write a key of its own for the session"},
  };
  expect_bad(files);
}

TEST(BadFiles, Times) {
  const BadFile files[] = {
      {"from: now", "from: 2026-12-01", "bad_time", "s.yaml:5:7: `2026-12-01` is not a time",
       "write date, time and zone in full, such as `2026-12-01 00:00:00 UTC`"},
      {"from: now", "from: 2026-12-01T00:00:00Z", "bad_time", "s.yaml:5:7: `2026-12-01T00:00:00Z` is not a time",
       "write date, time and zone in full, such as `2026-12-01 00:00:00 UTC`"},
      {"from: now", "from: 2027-02-29 00:00:00 UTC", "bad_time",
       "s.yaml:5:7: `2027-02-29 00:00:00 UTC` is not in the calendar", "write a time from 1970 on that exists"},
      {"from: now", "from: tomorrow", "bad_time", "s.yaml:5:7: `tomorrow` is not a time",
       "write date, time and zone in full, such as `2026-12-01 00:00:00 UTC`"},
      {"for: 3d", "for: 3 days", "bad_duration", "s.yaml:6:6: `3 days` is not a duration",
       "write a whole number and its unit, such as `3d`, `12h`, `30m` or `45s`"},
      {"for: 3d", "for: 1.5d", "bad_duration", "s.yaml:6:6: `1.5d` is not a duration",
       "write a whole number and its unit, such as `3d`, `12h`, `30m` or `45s`"},
      {"for: 3d", "for: 0d", "bad_duration", "s.yaml:6:6: `0d` is not a duration",
       "write a whole number and its unit, such as `3d`, `12h`, `30m` or `45s`"},
      {"for: 3d", "for: forever", "bad_duration", "s.yaml:6:6: `forever` is not a duration",
       "write a whole number and its unit, such as `3d`, `12h`, `30m` or `45s`"},
      {"for: 3d", "until: 2026-11-01 00:00:00 UTC", "window_order", "s.yaml:6:8: the end is not after the start",
       "write a later end, or an earlier start"},
      {"for: 3d", "for: 3000000d", "bad_duration", "s.yaml:6:6: `3000000d` is too long",
       "write a duration that ends before the year 10000"},
      {"from: now\nfor: 3d", "from: 2026-01-01 00:00:00 UTC\nfor: 3d", "session_over",
       "s.yaml:6:6: this is already over", "write a later end"},
  };
  expect_bad(files);
}

TEST(BadFiles, VariablesInTheFile) {
  const BadFile files[] = {
      {"      to: dex", "      to: ${merchant}", "variable_unknown",
       "s.yaml:26:11: the variable `merchant` has no value", "give it one: `--set merchant=…`"},
      {"      to: dex", "      to: \"${merchant\"", "variable_syntax",
       "s.yaml:26:11: `${merchant` has a `${` without `}`", "write `${name}`"},
      {"      to: dex", "      ${to}: dex", "variable_syntax",
       "s.yaml:26:7: `${to}` is a key, and variables stand in values only", "write the key out"},
      {"  usdc: {address: 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "  usdc: {address: ${a}", "yaml_syntax",
       "s.yaml:8:20: this is not YAML: end of map flow not found", "put `\"${…}\"` in quotes inside `{ }` and `[ ]`"},
  };
  expect_bad(files);
}

TEST(BadFiles, Contracts) {
  const BadFile files[] = {
      {"  weth: {", "  any: {", "bad_name",
       "s.yaml:9:3: `any` has a meaning of its own and can't be the name of a contract", "choose another name"},
      {"  weth: {", "  2weth: {", "bad_name", "s.yaml:9:3: `2weth` can't be the name of a contract",
       "use up to 64 letters, digits, `_` and `-`, beginning with a letter"},
      {"token: WETH, decimals: 18", "token: ETH, decimals: 18", "bad_name",
       "s.yaml:9:70: `ETH` is the chain's own coin", "write the token's symbol, such as `WETH`"},
      {"token: WETH, decimals: 18", "token: usdc, decimals: 18", "bad_name",
       "s.yaml:9:70: `usdc` is also the name of a contract", "rename that contract"},
      {"token: WETH, decimals: 18", "token: WETH", "missing_key", "s.yaml:9:9: the contract `weth` has no `decimals`",
       "write how many the token has, such as `decimals: 18`"},
      {"token: WETH, decimals: 18", "decimals: 18", "missing_key",
       "s.yaml:9:73: the contract `weth` has `decimals` and no `token`", "write its symbol, such as `token: USDC`"},
      {"token: WETH, decimals: 18", "token: WETH, decimals: 18.0", "bad_number",
       "s.yaml:9:86: `18.0` is not a whole number", "write it without a fraction"},
      {"token: WETH, decimals: 18", "token: WETH, decimals: 100", "number_range", "s.yaml:9:86: `100` is too large",
       "write a number up to 77"},
      {"token: WETH, decimals: 18", "token: WETH, decimals: 18, abi: missing.json", "file_missing",
       "s.yaml:9:95: `missing.json` can't be opened", "check the path"},
      {"token: WETH, decimals: 18", "token: WETH, decimals: 18, abi: broken.json", "json_syntax",
       "s.yaml:9:95: `broken.json` is not JSON", "write the path of a contract's ABI file"},
      {"      - \"function fill(uint256 amount)\"", "      - \"fill(uint256 amount)\"", "abi_syntax",
       "s.yaml:15:9: `fill(uint256 amount)` is not the declaration of a function", "begin with the word `function`"},
      {"      - \"function fill(uint256 amount)\"", "      - \"function fill(uint257 amount)\"", "abi_type",
       "s.yaml:15:9: `uint257` is no ABI type, in `function fill(uint257 amount)`",
       "use uint8 to uint256, int8 to int256, address, bool, bytes1 to bytes32, bytes, string, tuples and arrays"},
      {"  weth: {address: 0x4200000000000000000000000000000000000006, token: WETH, decimals: 18}",
       "  weth: 0x4200000000000000000000000000000000000006", "wrong_shape",
       "s.yaml:9:9: the contract `weth` is a single value and has to be a map", "write `weth: {address: 0x…}`"},
      {"  weth: {address: 0x4200000000000000000000000000000000000006",
       "  weth: {address: 0x4200000000000000000000000000000000000000006", "hex_length",
       "s.yaml:9:19: `0x4200000000000000000000000000000000000000006` has an odd number of hex digits",
       "write two digits for every byte"},
  };
  expect_bad(files);
}

TEST(BadFiles, Limits) {
  const BadFile files[] = {
      {"100 USDC per 30d", "100USDC per 30d", "bad_amount", "s.yaml:19:9: `100USDC per 30d` is not an amount",
       "put a space between number and unit: `100 USDC`"},
      {"100 USDC per 30d", "1e2 USDC per 30d", "bad_number", "s.yaml:19:9: `1e2` has an exponent",
       "write all digits, without an exponent"},
      {"100 USDC per 30d", "100 USD per 30d", "unknown_unit", "s.yaml:19:9: `USD` is no unit here",
       "did you mean `USDC`?"},
      {"100 USDC per 30d", "100 USDC per month", "bad_duration", "s.yaml:19:9: `month` is not a duration",
       "write a whole number and its unit, such as `3d`, `12h`, `30m` or `45s`"},
      {"100 USDC per 30d", "100 USDC per 50000d", "bad_duration", "s.yaml:19:9: the period `50000d` is too long",
       "write at most `49710d`"},
      {"100 USDC per 30d", "100 USDC a day", "bad_amount", "s.yaml:19:9: `100 USDC a day` is not an amount",
       "write `NUMBER UNIT`, or `NUMBER UNIT per DURATION`, such as `10 USDC per 30d`"},
      {"100 USDC per 30d", "0 USDC", "limit_zero", "s.yaml:19:9: `0 USDC` allows nothing",
       "leave the permission out instead"},
      {"100 USDC per 30d", "-5 USDC", "bad_amount", "s.yaml:19:9: `-5 USDC` is negative", "write an amount above 0"},
      {"100 USDC per 30d", "0.0000001 USDC", "amount_fraction",
       "s.yaml:19:9: `0.0000001 USDC` has more than 6 decimal places", "round it to 6 decimal places"},
      {"100 USDC per 30d", "10000000000000000000000000000000000 USDC", "number_range",
       "s.yaml:19:9: `10000000000000000000000000000000000 USDC` is too large for a limit",
       "write an amount below 2^112 base units"},
      {"100 USDC per 30d", "[100 USDC]", "wrong_shape", "s.yaml:19:9: a limit is a list and has to be a single value",
       "write `NUMBER UNIT`, or `NUMBER UNIT per DURATION`, such as `10 USDC per 30d`"},
      {"5 calls per 1d", "1.5 calls", "amount_fraction", "s.yaml:20:9: `1.5 calls` is not a whole number",
       "write a whole number"},
      {"5 calls per 1d", "100 gas", "bad_amount",
       "s.yaml:20:9: `gas` is no unit: gas is bounded by its price and its fees",
       "write `gas: {price: 2 gwei, fees: 0.01 ETH}`"},
      {"5 calls per 1d", "9 WETH", "limit_unused",
       "s.yaml:20:3: nothing counts against `pace`, so it would bound nothing",
       "write `counts: pace` at the argument that it bounds"},
      {"5 calls per 1d", "9", "limit_unused", "s.yaml:20:3: nothing counts against `pace`, so it would bound nothing",
       "write `counts: pace` at the argument that it bounds"},
      {kAmount, "      amountIn: {counts: paid}", "limit_mixed",
       "s.yaml:30:26: `paid` counts amounts of `usdc.transfer` and an argument of `dex.swap`",
       "declare two limits, one for each"},
      {", counts: paid}", "}", "limit_unused", "s.yaml:19:3: nothing counts against `paid`, so it would bound nothing",
       "write `counts: paid` at the argument that it bounds"},
      {"at_most: 10 USDC, counts: paid", "at_most: 10 USDC, counts: piad", "unknown_name",
       "s.yaml:27:41: `piad` is not in `limits`", "did you mean `paid`?"},
      {"at_most: 10 USDC, counts: paid", "at_most: 10 USDC, counts: pace", "count_source",
       "s.yaml:27:41: `pace` counts calls, not amounts", "write `counts: pace` beside `call`, not at an argument"},
      {"at_most: 10 USDC, counts: paid", "at_most: 10 USDC, counts: [paid, paid]", "duplicate_key",
       "s.yaml:27:48: `paid` is there twice", "keep one of them"},
      {kSwap, "  - call: usdc.approve\n    where: {spender: dex, value: any}\n", "limit_incomplete",
       "s.yaml:28:5: `paid` limits USDC, and `usdc.approve` counts against no limit of it",
       "write `counts: paid` at `value`, or declare another limit of USDC for it"},
      {kSwap, "  - call: usdc.decreaseAllowance\n    where: {others: any}\n", "limit_incomplete",
       "s.yaml:28:5: `paid` limits USDC, and `usdc.decreaseAllowance` could move it uncounted",
       "of a limited token allow only `transfer`, `transferFrom`, `approve` and `increaseAllowance`, or leave the "
       "limit out"},
      {kSwap, "  - any_function_of: usdc\n", "limit_incomplete",
       "s.yaml:28:5: `paid` limits USDC, and `any function of usdc` could move it uncounted",
       "of a limited token allow only `transfer`, `transferFrom`, `approve` and `increaseAllowance`, or leave the "
       "limit out"},
      {kSwap, "  - call: ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT\n", "limit_incomplete",
       "s.yaml:28:5: `paid` limits USDC, and this permission may call anything",
       "leave out the limit or this permission"},
      {"      others: any\n", "      others: any\n    counts: paid\n", "count_source",
       "s.yaml:32:13: `paid` counts amounts, and `counts` beside `call` is for calls",
       "write `counts: paid` at the argument"},
      {"      others: any\n", "      others: any\n    value: {at_most: 1 ETH, counts: pace}\n", "count_source",
       "s.yaml:32:37: `pace` does not count native value", "name a limit in ETH"},
  };
  expect_bad(files);
}

TEST(BadFiles, GasAndPaymasters) {
  const BadFile files[] = {
      {"fees: 0.01 ETH}", "fees: 0.01 USDC}", "wrong_unit", "s.yaml:21:28: `0.01 USDC` is no amount of ETH",
       "write fees in ETH, gwei or wei"},
      {"price: 2 gwei, ", "", "missing_key", "s.yaml:21:6: `gas` has no `price`",
       "write the most for one unit of gas, such as `price: 2 gwei`, or `unlimited`"},
      {"price: 2 gwei", "price: 2", "wrong_unit", "s.yaml:21:14: `2` is no gas price",
       "write it in gwei or wei, such as `2 gwei`"},
      {"price: 2 gwei", "price: 100 ETH", "number_range", "s.yaml:21:14: `100 ETH` is too large",
       "write a price below 2^64 - 1 wei, or `unlimited`"},
      {"gas: {price: 2 gwei, fees: 0.01 ETH}", "gas: none", "no_payer",
       "s.yaml:21:6: nobody may pay the fee: the account pays none, and no paymaster is named",
       "name one: `paymasters: [NAME]`, or let the account pay: `gas: {price: 2 gwei, fees: 0.01 ETH}`"},
      {"gas: {price: 2 gwei, fees: 0.01 ETH}", "gas: 0.01 ETH", "wrong_shape",
       "s.yaml:21:6: `gas` is a single value and has to be a map",
       "write `gas: {price: 2 gwei, fees: 0.01 ETH}`, `gas: none` where a paymaster pays, or `gas: unlimited`"},
      {"paymasters: none", "paymasters: []", "session_caps", "s.yaml:22:13: there are 0 paymasters",
       "write `none`, or 1 to 16"},
      {"paymasters: none", "paymasters: [dxe]", "unknown_name",
       "s.yaml:22:14: `dxe` is neither an address nor in `contracts`", "did you mean `dex`?"},
      {"paymasters: none", "paymasters: [dex, dex]", "paymaster_order",
       "s.yaml:22:19: the paymaster `dex` is there twice", "keep one of them"},
  };
  expect_bad(files);
}

TEST(BadFiles, Permissions) {
  const BadFile files[] = {
      {kSwap, "  - where: {others: any}\n", "missing_key",
       "s.yaml:28:5: the permission does not say what may be called",
       "write one of `call`, `transfer`, `any_function_of`, `exact` and `inside`"},
      {kSwap, "  - {call: dex.swap, exact: dex.fill(1)}\n", "wrong_shape",
       "s.yaml:28:29: the permission has `call` and `exact`", "write two permissions"},
      {kSwap, "  - call: dex\n", "bad_call", "s.yaml:28:11: `dex` names no function",
       "write `call: CONTRACT.FUNCTION`"},
      {kSwap, "  - call: dxe.swap\n", "unknown_name", "s.yaml:28:11: `call` names `dxe`, which is not in `contracts`",
       "did you mean `dex`?"},
      {kSwap, "  - call: dex.swp\n", "unknown_name", "s.yaml:28:11: `dex` has no function `swp`",
       "did you mean `swap`?"},
      {kSwap, "  - call: dex.fill\n", "bad_call",
       "s.yaml:28:11: `dex.fill` is several functions: `fill(uint256)`, `fill(uint256,bool)`",
       "write which one: `dex.fill(uint256)`"},
      {kSwap, "  - call: dex.fill(bytes)\n", "unknown_name", "s.yaml:28:11: `dex` has no function `fill(bytes)`",
       "known here: `swap(uint256,uint256,int24,bytes4,bool,address)`, `note(string,uint8)`, `fill(uint256)`, "
       "`fill(uint256,bool)`, `route((address,uint256)[2],(bytes,address))`"},
      {kSwap, "  - call: any call to any contract\n", "bad_call",
       "s.yaml:28:11: `any call to any contract` would allow everything",
       "name a function, or write out `call: ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT`"},
      {kSwap, "  - call: dex.swap\n", "argument_open",
       "s.yaml:28:5: `dex.swap` has arguments without a rule: `amountIn`, `minimumOut`, `tick`, `tag`, `direct`, `to`",
       "write a rule for each, or give it away: `amountIn: any`, or all of them: `others: any`"},
      {kSwap, "  - transfer: dex\n", "missing_key", "s.yaml:28:5: a `transfer` without `value` could move nothing",
       "write the most for one call: `value: 0.1 ETH`"},
      {kSwap, "  - {transfer: dex, value: 5 USDC}\n", "wrong_unit",
       "s.yaml:28:28: `5 USDC` is no amount of ETH, and `value` is the native value", "write it in ETH, gwei or wei"},
      {kSwap, "  - {transfer: dex, value: {counts: paid}}\n", "missing_key", "s.yaml:28:28: `value` has no `at_most`",
       "write the most for one call, such as `at_most: 0.1 ETH`, or `at_most: any`"},
      {kSwap, "  - {transfer: dex, value: 1 ETH, where: {others: any}}\n", "wrong_shape",
       "s.yaml:28:42: `where` stands with a `call` of one function", "leave it out"},
      {kSwap, "  - {any_function_of: dex, for: ever}\n", "wrong_shape",
       "s.yaml:28:33: `for: ever` says nothing in a permission", "leave it out: the permission ends with the session"},
      {kSwap, "  - {any_function_of: dex, until: 2026-11-21 08:00:00 UTC}\n", "window_order",
       "s.yaml:28:35: the end is not after the start", "write a later end, or an earlier start"},
      {kSwap, "  - {any_function_of: 0xacc0000000000000000000000000000000000001}\n", "permission_target",
       "s.yaml:28:5: permission 2: sessions may not call address 0, the account, the validator or an EntryPoint",
       "leave the permission out: no session may call these"},
      {kSwap, "  - {any_function_of: 0x0000000071727De22E5E9d8BAf0edAc6f37da032}\n", "permission_target",
       "s.yaml:28:5: permission 2: sessions may not call address 0, the account, the validator or an EntryPoint",
       "leave the permission out: no session may call these"},
      {"      others: any\n", "", "argument_open",
       "s.yaml:30:7: `dex.swap` has arguments without a rule: `minimumOut`, `tick`, `tag`, `direct`, `to`",
       "write a rule for each, or give it away: `minimumOut: any`, or all of them: `others: any`"},
      {"      others: any", "      others: {at_most: 5}", "wrong_shape",
       "s.yaml:31:15: `others` can only be given away", "write `others: any`"},
      {"  - call: usdc.transfer\n", "  - call: usdc.transfer\n    value: 1 ETH\n", "not_payable",
       "s.yaml:25:12: `usdc.transfer` is not payable, so a call with value fails",
       "leave `value` out, or add `payable` to the function in `abi`"},
      {kSwap, "  - exact: dex.fill(1, true, 3)\n", "bad_call", "s.yaml:28:12: no `dex.fill` takes 3 arguments",
       "known here: `swap(uint256,uint256,int24,bytes4,bool,address)`, `note(string,uint8)`, `fill(uint256)`, "
       "`fill(uint256,bool)`, `route((address,uint256)[2],(bytes,address))`"},
      {kSwap, "  - exact: dex.swap(1, 2)\n", "bad_call",
       "s.yaml:28:12: `dex.swap` takes 6 arguments, and 2 are written",
       "write a value for each of `function swap(uint256 amountIn, uint256 minimumOut, int24 tick, bytes4 tag, bool "
       "direct, address to)`"},
      {kSwap, "  - exact: dex.fill\n", "bad_call", "s.yaml:28:12: `dex.fill` is no call with its values",
       "write `CONTRACT.FUNCTION(VALUE, VALUE)`"},
      {kSwap, "  - exact: dex.note(any, 1)\n", "wrong_shape",
       "s.yaml:28:12: `text` is open, and an exact call has no open arguments", "write `call` with `where` instead"},
      {kSwap, "  - exact: dex.swap(1, 2, any, 0x00000000, true, dex)\n", "wrong_shape",
       "s.yaml:28:12: `tick` is open, and an exact call has no open arguments", "write `call` with `where` instead"},
      {kSwap, "  - exact: dex.fill((1)\n", "bad_call", "s.yaml:28:12: the brackets of `(1` do not close",
       "close every bracket"},
      {kSwap, "  - exact: dex.fill(1,,true)\n", "bad_call", "s.yaml:28:12: an argument is missing",
       "write a value between the commas"},
  };
  expect_bad(files);
}

TEST(BadFiles, Rules) {
  const BadFile files[] = {
      {kAmount, "      amountInn: 5", "unknown_name", "s.yaml:30:7: `amountInn` is no argument of `dex.swap`",
       "did you mean `amountIn`?"},
      {kAmount, "      amountIn: {at_moist: 5}", "unknown_key",
       "s.yaml:30:18: `at_moist` is not known in the rule on `amountIn`", "did you mean `at_most`?"},
      {kAmount, "      amountIn: {}", "wrong_shape", "s.yaml:30:17: the rule on `amountIn` says nothing",
       "write a rule, or `amountIn: any`"},
      {kAmount, "      amountIn: [1, 2]", "wrong_shape", "s.yaml:30:17: `amountIn` is given a list",
       "write `{one_of: […]}`"},
      {kAmount, "      amountIn: {one_of: 1}", "wrong_shape",
       "s.yaml:30:26: `one_of` is a single value and has to be a list", "write `one_of: [VALUE, VALUE]`"},
      {kAmount, "      amountIn: {one_of: []}", "rule_value", "s.yaml:30:26: `one_of` has 0 values",
       "write one or more"},
      {kAmount, "      amountIn: {one_of: [1, 1]}", "rule_value", "s.yaml:30:26: a value for `amountIn` is there twice",
       "write each value once"},
      {kAmount, "      amountIn: {is: 1, one_of: [2, 3]}", "rule_order",
       "s.yaml:30:33: `is` and `one_of` say the same kind of thing about `amountIn`", "keep one of them"},
      {kAmount, "      amountIn: {between: [5, 5]}", "rule_value",
       "s.yaml:30:27: a value for `amountIn` is there twice", "write each value once"},
      {kAmount, "      amountIn: {between: [5]}", "rule_value", "s.yaml:30:27: `between` has 1 values",
       "write two, the smaller first"},
      {kAmount, "      amountIn: 1e3", "bad_number", "s.yaml:30:17: `1e3` has an exponent",
       "write all digits, without an exponent"},
      {kAmount, "      amountIn: 1.5", "amount_fraction", "s.yaml:30:17: `1.5` is not a whole number",
       "write a whole number, or a number and its unit"},
      {kAmount, "      amountIn: -1", "bad_number", "s.yaml:30:17: `-1` is negative, and `amountIn` is uint256",
       "write a number from 0 up"},
      {kAmount, "      amountIn: 017", "bad_number", "s.yaml:30:17: `017` begins with a zero",
       "leave the zero in front away"},
      {kAmount, "      amountIn: 0x10", "bad_number", "s.yaml:30:17: `0x10` is not a decimal number",
       "write the number in decimal"},
      {kAmount, "      amountIn: 5 calls", "bad_amount",
       "s.yaml:30:17: `5 calls` counts calls, and `amountIn` is a number", "write an amount"},
      {kAmount, "      amountIn: lots", "bad_number", "s.yaml:30:17: `lots` is not a number",
       "write digits, such as `10` or `0.5`"},
      {kAmount, "      amountIn: 2026-12-01", "bad_number", "s.yaml:30:17: `2026-12-01` is not a number",
       "write digits, such as `10` or `0.5`"},
      {kAmount, "      tick: 8388608", "number_range",
       "s.yaml:30:13: `8388608` does not fit into `tick`, which is int24", "write a number that the argument can hold"},
      {kAmount, "      tick: {counts: paid}", "count_source",
       "s.yaml:30:22: `tick` is int24, and only unsigned numbers are counted", "leave `counts` out"},
      {kAmount, "      tag: 0x1234", "bad_value", "s.yaml:30:12: `0x1234` does not fit into `tag`, which is bytes4",
       "write `0x` and 8 digits"},
      {kAmount, "      direct: yes", "bad_value",
       "s.yaml:30:15: `yes` is neither `true` nor `false`, and `direct` is a bool", "write `true` or `false`"},
      {kAmount, "      direct: True", "bad_value",
       "s.yaml:30:15: `True` is neither `true` nor `false`, and `direct` is a bool", "write `true` or `false`"},
      {kAmount, "      direct: {is_not: true}", "rule_operator", "s.yaml:30:16: `direct` is a bool",
       "write `true` or `false`"},
      {kAmount, "      direct: {at_least: true}", "rule_operator", "s.yaml:30:16: `direct` is bool, which has no order",
       "write `true` or `false`"},
      {kAmount, "      to: {at_most: dex}", "rule_operator", "s.yaml:30:12: `to` is address, which has no order",
       "use `is`, `is_not`, `one_of` or `none_of`"},
      {kAmount, "      to: dxe", "unknown_name", "s.yaml:30:11: `dxe` is neither an address nor in `contracts`",
       "did you mean `dex`?"},
      {kAmount, "      to: $acount", "unknown_name", "s.yaml:30:11: `$acount` is not known",
       "did you mean `$account`?"},
      {kAmount, "      to: 0xacc0000000000000000000000000000000000001", "account_literal",
       "s.yaml:30:11: `0xacc0000000000000000000000000000000000001` is the account itself", "write `$account`"},
      {kAmount, "      minimumOut: {at_least: 1 WETH per 5 USDC}", "bad_ratio",
       "s.yaml:30:30: `1 WETH per 5 USDC` does not say of what",
       "add `of: ARGUMENT`, or `of: value` for the native value"},
      {kAmount, "      minimumOut: {at_least: 1 WETH per 5 USDC, of: amountinn}", "unknown_name",
       "s.yaml:30:53: `amountinn` is no argument of `dex.swap`", "did you mean `amountIn`?"},
      {kAmount, "      minimumOut: {at_least: 1 WETH per 5 USDC, of: minimumOut}", "bad_ratio",
       "s.yaml:30:53: a ratio of `minimumOut` to itself", "name another argument"},
      {kAmount, "      minimumOut: {at_least: 1 WETH per 5 USDC, of: to}", "bad_ratio",
       "s.yaml:30:53: `to` is address, and ratios are of unsigned numbers", "name an unsigned number"},
      {kAmount, "      minimumOut: {at_least: 1 WETH per 5 USDC, of: value}", "bad_ratio",
       "s.yaml:30:30: `1 WETH per 5 USDC` is a ratio to the native value", "write `per NUMBER ETH`"},
      {kAmount, "      minimumOut: {less_than: 1 WETH per 5 USDC, of: amountIn}", "bad_ratio",
       "s.yaml:30:31: `1 WETH per 5 USDC` is a ratio", "write it with `at_least` or `at_most`"},
      {kAmount, "      minimumOut: {at_least: 1 WETH per 0 USDC, of: amountIn}", "bad_ratio",
       "s.yaml:30:30: `1 WETH per 0 USDC` has a zero in it", "write numbers above 0"},
      {kAmount, "      minimumOut: {at_least: 340282366920938463463374607431768211457 per 1, of: amountIn}",
       "bad_ratio",
       "s.yaml:30:30: `340282366920938463463374607431768211457 per 1` can't be kept exactly as two numbers below 2^128",
       "write it with fewer digits"},
      {kAmount, "      minimumOut: {at_least: 5, of: amountIn}", "bad_ratio",
       "s.yaml:30:37: `of` stands with a ratio, and there is none",
       "write `at_least: NUMBER UNIT per NUMBER UNIT`, or leave `of` out"},
      {"at_most: 10 USDC", "at_most: 10", "wrong_unit",
       "s.yaml:27:24: `value` of `usdc.transfer` is an amount of USDC, and `10` is not", "write it in USDC"},
      {"at_most: 10 USDC", "at_most: 10 WETH", "wrong_unit",
       "s.yaml:27:24: `value` of `usdc.transfer` is an amount of USDC, and `10 WETH` is not", "write it in USDC"},
      {"  - call: dex.swap\n    where:\n      amountIn: any",
       "  - call: dex.route\n    where:\n      last.too: $account", "unknown_name",
       "s.yaml:30:7: `last.too` is no argument of `dex.route`", "did you mean `last.to`?"},
      {"  - call: dex.swap\n    where:\n      amountIn: any", "  - call: dex.route\n    where:\n      hops[0]: usdc",
       "wrong_shape", "s.yaml:30:16: `hops[0]` has parts, and rules are on parts",
       "write `hops[0].token: …`, or `hops[0]: any`"},
      {"  - call: dex.swap\n    where:\n      amountIn: any",
       "  - call: dex.route\n    where:\n      hops[0]: any\n      hops[0].token: usdc", "duplicate_key",
       "s.yaml:31:7: `hops[0].token` is there twice", "keep one of them"},
  };
  expect_bad(files);
}

// What variables do wrong. The message says which variable the text is from.
TEST(BadFiles, Variables) {
  struct Case {
    Variables variables;
    std::string_view code;
    std::string_view message;
  };
  const Case cases[] = {
      {{{"to", {"dex", "--set"}}, {"x", {"1", "--set"}}},
       "variable_unused",
       "s.yaml:1:1: the variable `x` (--set) is nowhere in this file"},
      {{{"to", {"dxe", "users.csv:2, column `to`"}}},
       "unknown_name",
       "s.yaml:26:11: `dxe` is neither an address nor in `contracts` (`${to}` is `dxe` from users.csv:2, column `to`)"},
      {{{"to", {"any", "--set"}}},
       "variable_word",
       "s.yaml:26:11: `any` gives something away and comes from a variable (`${to}` is `any` from --set)"},
      {{{"to", {"$account", "--set"}}},
       "variable_value",
       "s.yaml:26:11: the variable `to` has a value that can't stand in a file (`${to}` is `$account` from --set)"},
      {{{"to", {"{one_of: [dex]}", "--set"}}},
       "variable_value",
       "s.yaml:26:11: the variable `to` has a value that can't stand in a file (`${to}` is `{one_of: [dex]}` from "
       "--set)"},
      {{{"to", {"", "--set"}}},
       "variable_value",
       "s.yaml:26:11: the variable `to` has a value that can't stand in a file (`${to}` is `` from --set)"},
  };
  for (const Case& c : cases) {
    const auto built = compile(edited("to: dex", "to: ${to}"), options("s.yaml", c.variables));
    ASSERT_FALSE(built) << c.message;
    EXPECT_EQ(built.error().code, c.code);
    EXPECT_EQ(built.error().message, c.message);
    EXPECT_FALSE(built.error().fix.empty());
  }
}

// Words that give something away have to be in the file, wherever they stand.
TEST(BadFiles, WordsThatGiveAwayDoNotComeFromVariables) {
  const std::pair<std::string_view, std::string_view> places[] = {{"for: 3d", "ever"},
                                                                  {"price: 2 gwei", "unlimited"},
                                                                  {"fees: 0.01 ETH", "unlimited"},
                                                                  {"gas: {price: 2 gwei, fees: 0.01 ETH}", "unlimited"},
                                                                  {"others: any", "any"},
                                                                  {"amountIn: any", "any"}};
  for (const auto& [find, word] : places) {
    const std::string key(find.substr(0, find.find(':')));
    const auto built =
        compile(edited(find, key + ": \"${x}\""), options("s.yaml", {{"x", {std::string(word), "--set"}}}));
    ASSERT_FALSE(built) << find;
    EXPECT_EQ(built.error().code, "variable_word") << find;
  }
}

std::string repeat(std::size_t times, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    std::string one(text);
    for (std::size_t at = one.find('#'); at != one.npos; at = one.find('#')) one.replace(at, 1, std::to_string(i));
    all += one;
  }
  return all;
}

TEST(BadFiles, TooMuch) {
  const auto code_of = [](const std::string& text) {
    const auto built = compile(text);
    return built ? std::string("fine") : std::string(built.error().code);
  };
  const std::string swap(kSwap);
  EXPECT_EQ(code_of(edited(kSwap, repeat(31, swap))), "fine");
  EXPECT_EQ(code_of(edited(kSwap, repeat(32, swap))), "session_caps");
  EXPECT_EQ(code_of(edited("  pace: 5 calls per 1d\n", repeat(14, "  l#: 5 calls\n"))), "fine");
  EXPECT_EQ(code_of(edited("  pace: 5 calls per 1d\n", repeat(15, "  l#: 5 calls\n"))),
            "session_caps");  // the limit on fees is one too
  EXPECT_EQ(code_of(edited("  pace: 5 calls per 1d\n", repeat(16, "  l#: 5 calls\n"))), "session_caps");
  EXPECT_EQ(code_of(edited("[bot]", "{any: 1, of: [" + repeat(15, "k#x, ") + "last]}")), "fine");
  EXPECT_EQ(code_of(edited("[bot]", "{any: 1, of: [" + repeat(16, "k#x, ") + "last]}")), "session_caps");
  EXPECT_EQ(code_of(edited(kAmount, "      amountIn: {one_of: [" + repeat(31, "#, ") + "99]}")), "fine");
  EXPECT_EQ(code_of(edited(kAmount, "      amountIn: {one_of: [" + repeat(32, "#, ") + "99]}")), "rule_value");
  const std::string many = "      - \"function many(" + repeat(16, "uint256 a#, ") +
                           "uint256 last)\"\n      - \"function fill(uint256 amount)\"";
  const auto with_many = [&](std::string_view permission) {
    std::string text = edited("      - \"function fill(uint256 amount)\"", many);
    return text.replace(text.find(kSwap), kSwap.size(), permission);
  };
  EXPECT_EQ(code_of(with_many("  - {call: dex.many, where: {" + repeat(16, "a#: 1, ") + "others: any}}\n")), "fine");
  EXPECT_EQ(code_of(with_many("  - {call: dex.many, where: {" + repeat(16, "a#: 1, ") + "last: 1}}\n")), "rule_caps");
  EXPECT_EQ(code_of(std::string(kGood) + "#" + std::string(1'000'000, 'x')), "file_size");
}

// What only the check of the whole session finds, at the place in the file.
TEST(BadFiles, RefusalsOfTheWholeSession) {
  // A text ground to share the selector of transfer(address,uint256).
  std::string text =
      edited("      - \"function fill(uint256 amount)\"", "      - \"function many_msg_babbage(bytes1 tag)\"");
  text.replace(text.find(kSwap), kSwap.size(), "  - call: dex.many_msg_babbage\n    where: {tag: any}\n");
  const auto built = compile(text);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, "reserved_selector");
  EXPECT_EQ(built.error().message,
            "s.yaml:28:5: permission 2: the text shares its selector with a function that moves or hands over value");
}

// Amounts in a symbol that two tokens share need the contract's name.
TEST(BadFiles, AmbiguousUnits) {
  std::string text = edited("token: WETH", "token: USDC");
  const auto built = compile(text);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().message, "s.yaml:19:9: `USDC` is the symbol of `usdc` and of `weth`");
  EXPECT_EQ(built.error().fix, "write the contract's name as the unit: `usdc`");
  text = edited("token: WETH", "token: USDC");
  text.replace(text.find("100 USDC"), 8, "100 usdc");
  text.replace(text.find("10 USDC"), 7, "10 usdc");
  EXPECT_TRUE(compile(text));
}

TEST(BadFiles, NothingAndRubbish) {
  for (const std::string text : {"", "\n", "# nothing\n", "---\n", "hello", "[]", "- a", "{}", "\xff\xfe", "valetkey",
                                 ": :", "{{{{", "\"", "? a : b"}) {
    const auto built = compile(text);
    ASSERT_FALSE(built) << text;
    EXPECT_TRUE(built.error().message.starts_with("s.yaml:1:") || built.error().message.starts_with("s.yaml:2:"))
        << built.error().message;
    EXPECT_FALSE(built.error().fix.empty()) << text;
  }
}

}  // namespace
}  // namespace valetkey
