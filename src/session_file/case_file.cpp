#include "session_file/case_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "session_file/text.hpp"
#include "session_file/vocabulary.hpp"
#include "session_file/yaml.hpp"

namespace valetkey {

namespace session_file {

namespace {

constexpr std::uint64_t kMostCalls = 255;
constexpr std::uint64_t kMostGas = 1'000'000'000'000;

std::string text_of(const Node& map, std::string_view key, std::string_view fix) {
  const Node* node = find(map, key);
  if (node == nullptr) return {};
  return expect_scalar(*node, fmt::format("`{}`", key), std::string(fix)).text;
}

// `+1h`, `+30d 1h`, `-5m`, `2026-12-01 00:00:00 UTC`
void read_time_of(const Node& node, SessionCase& to) {
  constexpr std::string_view kFix = "write `+1h` after the session's start, or a time such as `2026-12-01 00:00:00 UTC`";
  expect_scalar(node, "`at`", std::string(kFix));
  to.at_text = node.text;
  const bool back = node.text.starts_with('-');
  if (!back && !node.text.starts_with('+')) {
    to.at = static_cast<std::int64_t>(value_at(node, parse_time(node.text)));
    return;
  }
  to.after_start = true;
  const auto words = split_words(std::string_view(node.text).substr(1));
  if (words.empty()) fail_at(node, "bad_duration", fmt::format("`{}` is no time", node.text), std::string(kFix));
  for (const std::string_view word : words) {
    const bool zero = word == "0s" || word == "0";
    to.at += zero ? 0 : static_cast<std::int64_t>(value_at(node, parse_duration(word)));
  }
  if (back) to.at = -to.at;
}

CaseCall read_call(const Node& node) {
  CaseCall call;
  if (node.is_scalar()) {
    call.text = node.text;
    return call;
  }
  expect_map(node, "a call", "write it as text, such as \"usdc.transfer(merchant, 10 USDC)\"");
  check_keys(node, kCaseCallKeys, "a call");
  const Node* text = find(node, "call");
  const Node* to = find(node, "to");
  if ((text == nullptr) == (to == nullptr))
    fail_at(node, "missing_key", "a call is either a text or a target with its data",
            "write `call: …`, or `to: …` with `data: 0x…`");
  call.text = expect_scalar(text != nullptr ? *text : *to, "the call", "write one call").text;
  call.value = text_of(node, "value", "write an amount, such as `0.1 ETH`");
  if (to != nullptr) {
    const Node& data = need(node, "data", "the call", "write the call data: `data: 0x…`");
    call.data = value_at(data, parse_hex(expect_scalar(data, "`data`", "write hex").text));
  } else if (const Node* data = find(node, "data")) {
    fail_at(*data, "wrong_shape", "`call` and `data` both say what is called", "write `to` instead of `call`");
  }
  return call;
}

void read_calls(const Node& node, SessionCase& to) {
  const Node* calls = find(node, "calls");
  if (calls == nullptr) {
    Node single = node;  // the keys of a call stand in the case itself
    std::erase_if(single.entries, [](const Entry& entry) {
      return std::ranges::find(kCaseCallKeys, entry.key.text) == kCaseCallKeys.end();
    });
    to.calls.push_back(read_call(single));
    return;
  }
  for (const std::string_view key : kCaseCallKeys) {
    if (const Node* one = find(node, key))
      fail_at(*one, "wrong_shape", fmt::format("`calls` and `{}` stand together", key), "write it at one of the calls");
  }
  expect_list(*calls, "`calls`", "write a list of calls, which are made in one operation");
  for (const Node& call : calls->items) to.calls.push_back(read_call(call));
  if (to.calls.empty() || to.calls.size() > kMostCalls)
    fail_at(*calls, "wrong_shape", fmt::format("there are {} calls", to.calls.size()), "write 1 to 255");
}

CaseOutcome read_expected(const Node& node) {
  CaseOutcome expected;
  const Node* allowed = find(node, "allowed");
  const Node* refused = find(node, "refused");
  if ((allowed == nullptr) == (refused == nullptr))
    fail_at(node, "missing_key", "the case does not say what becomes of the call",
            "write `allowed`, or `refused: CODE`");
  if (allowed != nullptr && (!allowed->is_scalar() || allowed->text != "true"))
    fail_at(*allowed, "wrong_shape", "`allowed` stands alone", "write `allowed`, or `refused: CODE`");
  if (refused != nullptr) {
    expect_scalar(*refused, "`refused`", "write the name of a refusal, such as `rule_is`");
    expected.refused = refusal_code(refused->text);
    if (!expected.refused)
      fail_at(*refused, "unknown_name", fmt::format("`{}` is no refusal", refused->text), "see docs/refusals.md");
  }
  for (const std::string_view key : {"argument", "limit", "permission", "in"}) {
    const Node* detail = find(node, key);
    if (detail == nullptr) continue;
    if (!expected.refused)
      fail_at(*detail, "wrong_shape", fmt::format("`{}` says where a refusal is, and the call is allowed", key),
              "leave it out");
    expect_scalar(*detail, fmt::format("`{}`", key), "write one");
    if (key == "argument") expected.argument = detail->text;
    if (key == "limit") expected.limit = detail->text;
    if (key == "permission") expected.permission = detail->text;
    if (key == "in") expected.call = value_at(*detail, parse_count(detail->text, kMostCalls));
  }
  return expected;
}

SessionCase read_case(const Node& node) {
  expect_map(node, "a case", "write `{at: +1h, call: \"…\", allowed}`");
  check_keys(node, kCaseKeys, "a case");
  SessionCase result;
  result.where = node.where;
  if (const Node* at = find(node, "at")) read_time_of(*at, result);
  read_calls(node, result);
  result.paymaster = text_of(node, "paymaster", "write a name of the session file, or `none`");
  result.price = text_of(node, "price", "write a gas price, such as `2 gwei`");
  if (const Node* gas = find(node, "gas")) {
    expect_scalar(*gas, "`gas`", "write the operation's units of gas, such as `500000`");
    (void)value_at(*gas, parse_count(gas->text, kMostGas));
    result.gas = gas->text;
  }
  if (const Node* policies = find(node, "policies")) {
    expect_scalar(*policies, "`policies`", "write `allow` or `refuse`");
    if (policies->text != "allow" && policies->text != "refuse")
      fail_at(*policies, "bad_value", fmt::format("`{}` is no answer of policies", policies->text),
              "write `allow` or `refuse`");
    result.policies_allow = policies->text == "allow";
  }
  result.expected = read_expected(node);
  return result;
}

CaseFile read_cases(const Node& root) {
  expect_map(root, "the file", "begin with `session: FILE`");
  check_keys(root, kCaseFileKeys, "a test file");
  CaseFile file;
  file.session = expect_scalar(need(root, "session", "the file", "write the session file: `session: swap.yaml`"),
                               "`session`", "write one path")
                     .text;
  if (const Node* set = find(root, "set")) {
    expect_map(*set, "`set`", "write `set: {name: value}`");
    for (const auto& [key, value] : set->entries)
      file.set[key.text] = {expect_scalar(value, fmt::format("`{}`", key.text), "write one value").text, "`set`"};
  }
  if (const Node* now = find(root, "now"))
    file.now = value_at(*now, parse_time(expect_scalar(*now, "`now`", "write a time").text));
  const Node& cases = need(root, "cases", "the file", "write `cases:` with a list");
  expect_list(cases, "`cases`", "begin each case with `- `");
  for (const Node& node : cases.items) file.cases.push_back(read_case(node));
  if (file.cases.empty()) fail_at(cases, "wrong_shape", "there are no cases", "write one or more");
  return file;
}

}  // namespace

}  // namespace session_file

Result<CaseFile> read_case_file(std::string_view text, std::string_view path) {
  using namespace session_file;
  try {
    return read_cases(parse_yaml(text, "allowed"));
  } catch (FileFailure& failure) {
    return fail(failure.code,
                fmt::format("{}:{}:{}: {}", path, failure.where.line, failure.where.column, failure.message),
                std::move(failure.fix));
  }
}

}  // namespace valetkey
