#include "session_file/extras.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/hex.hpp"
#include "session_file/rules.hpp"
#include "session_file/text.hpp"
#include "session_file/vocabulary.hpp"

namespace valetkey::session_file {

namespace {

// `$account`, a name or 40 digits: address. 64 digits: bytes32. true, false: bool. With a sign: int256. Else uint256.
PolicyWord read_policy_word(const Node& node, const Scope& scope) {
  expect_scalar(node, "a word of `words`", "write one value");
  PolicyWord word;
  word.group = ValueGroup::address;
  if (node.text == "$account") {
    word.account = true;
    return word;
  }
  if (node.text == "true" || node.text == "false") {
    word.group = ValueGroup::yes_no;
    word.value = Word(node.text == "true" ? 1 : 0);
    return word;
  }
  constexpr std::size_t kHashText = 66;
  if (node.text.starts_with("0x") && node.text.size() == kHashText) {
    word.group = ValueGroup::fixed_bytes;
    word.value = Word::from_short_big_endian(value_at(node, parse_hex(node.text)));
    return word;
  }
  if (node.text.starts_with("0x") || scope.contracts.find(node.text) != nullptr) {
    const Address address = scope.contracts.address(node, node.text);
    if (address == scope.account)
      fail_at(node, "account_literal", fmt::format("`{}` is the account itself", node.text), "write `$account`");
    word.value = to_word(address);
    return word;
  }
  if (node.text.ends_with(" UTC")) {
    word.group = ValueGroup::unsigned_number;
    word.value = Word(value_at(node, parse_time(node.text)));
    return word;
  }
  const bool plus = node.text.starts_with('+');
  const Amount amount = read_amount(node, std::string_view(node.text).substr(plus ? 1 : 0), scope.contracts);
  word.group = plus || amount.negative ? ValueGroup::signed_number : ValueGroup::unsigned_number;
  if (word.group == ValueGroup::signed_number && amount.units > Word::max_of_bits(255))
    fail_at(node, "number_range", fmt::format("`{}` does not fit into an int256", node.text), "write a smaller number");
  word.value = amount.negative ? wrapping_sub(0, amount.units).value : amount.units;
  return word;
}

Policy read_policy(const Node& node, const Scope& scope) {
  expect_map(node, "a policy", "write `{ask: CONTRACT, words: [VALUE, VALUE]}`");
  check_keys(node, kPolicyKeys, "a policy");
  const Node& ask = need(node, "ask", "the policy", "write which contract is asked: `ask: CONTRACT`");
  expect_scalar(ask, "`ask`", "write one contract, and a policy for each");
  Policy policy;
  policy.contract = scope.contracts.address(ask, ask.text);
  const Node* words = find(node, "words");
  if (words == nullptr) return policy;
  expect_list(*words, "`words`", "write `words: [VALUE, VALUE]`");
  if (words->items.size() > kMaxPolicyWords)
    fail_at(*words, "policy_form", fmt::format("the policy has {} words", words->items.size()),
            fmt::format("write at most {}", kMaxPolicyWords));
  for (const Node& item : words->items) {
    policy.words.push_back(read_policy_word(item, scope));
    if (policy.words.size() > 1 && policy.words[policy.words.size() - 2].group > policy.words.back().group) {
      fail_at(item, "policy_form", fmt::format("`{}` comes too late among the words", item.text),
              "write addresses first, then unsigned numbers, signed ones, `true` and `false`, and bytes32 last");
    }
  }
  return policy;
}

std::uint8_t read_where(const Node& call) {
  expect_scalar(call, "`call`", "write `first`, `last`, `next`, `before`, `+2` or `-2`");
  constexpr std::pair<std::string_view, std::uint8_t> kWords[] = {
      {"first", BatchRule::kFirstCall}, {"last", BatchRule::kLastCall}, {"next", 1}, {"before", 0xff}};
  for (const auto& [word, where] : kWords) {
    if (call.text == word) return where;
  }
  const bool back = call.text.starts_with('-');
  constexpr std::uint64_t kFarthest = 127;
  const auto distance = back || call.text.starts_with('+')
                            ? parse_count(std::string_view(call.text).substr(1), kFarthest)
                            : Result<std::uint64_t>(0);
  if (!distance || *distance == 0) {
    fail_at(call, "batch_form", fmt::format("`{}` is no place in a batch", call.text),
            "write `first`, `last`, `next`, `before`, `+2` or `-2`");
  }
  return static_cast<std::uint8_t>(back ? 256 - *distance : *distance);
}

Argument compared(const FilePermission& permission, const Node& node) {
  auto argument = find_argument(permission.inputs, node.text);
  if (!argument && argument.error().code != "unknown_name") fail_at(node, argument.error());
  if (!argument) {
    fail_at(node, "unknown_name", fmt::format("`{}` is no argument of `{}`", node.text, permission.label),
            suggest(node.text, leaf_paths(permission.inputs)));
  }
  const bool one = argument->is_word() && !argument->every && !argument->some;
  const bool fits = one && argument->type.kind != AbiKind::bool_ && argument->type.kind != AbiKind::int_;
  if (!fits) {
    fail_at(node, "batch_form", fmt::format("`{}` of `{}` can't be compared with another call's", node.text,
                                            permission.label),
            "name one address, unsigned number or bytesN of each call");
  }
  return std::move(*argument);
}

BatchRule compare(FilePermission& here, const Node& key, FilePermission& other, const Node& value) {
  BatchRule rule;
  const Node* of = &value;
  if (value.is_map()) {
    check_keys(value, kBatchRuleKeys, "a rule of `batch`");
    if (value.entries.size() != 1)
      fail_at(value, "batch_form", fmt::format("the rule on `{}` has {} comparisons", key.text, value.entries.size()),
              "write one, and another entry of `batch` for another one");
    const auto& [comparison, argument] = value.entries.front();
    if (comparison.text != "is")
      rule.comparison = comparison.text == "at_most" ? Comparison::at_most : Comparison::at_least;
    of = &argument;
  }
  expect_scalar(*of, fmt::format("the rule on `{}`", key.text), "write the name of the other call's argument");
  const Argument mine = compared(here, key);
  const Argument theirs = compared(other, *of);
  rule.type = value_type(mine.type);
  rule.other_type = value_type(theirs.type);
  const bool ordered = rule.comparison != Comparison::is;
  if (rule.type.group != rule.other_type.group || (ordered && rule.type.group != ValueGroup::unsigned_number)) {
    fail_at(value, "batch_form",
            fmt::format("`{}` is {}, and `{}` is {}", key.text, canonical_text(mine.type), of->text,
                        canonical_text(theirs.type)),
            ordered ? "`at_most` and `at_least` compare unsigned numbers" : "compare arguments of one type");
  }
  rule.position = position_of(here, mine);
  rule.other_position = position_of(other, theirs);
  return rule;
}

}  // namespace

std::vector<Policy> read_policies(const Node& policies, const Scope& scope) {
  expect_list(policies, "`policies`", "write `policies: [{ask: CONTRACT, words: [VALUE]}]`");
  if (policies.items.empty() || policies.items.size() > kMaxPolicies) {
    fail_at(policies, "extras_caps", fmt::format("there are {} policies", policies.items.size()),
            fmt::format("write 1 to {}, or leave `policies` out", kMaxPolicies));
  }
  std::vector<Policy> all;
  for (const Node& node : policies.items) {
    Policy policy = read_policy(node, scope);
    if (std::ranges::find(all, policy.contract, &Policy::contract) != all.end())
      fail_at(node, "policy_form", "the same contract is asked twice", "put all words into one policy");
    all.push_back(std::move(policy));
  }
  std::ranges::sort(all, {}, &Policy::contract);
  return all;
}

std::size_t permission_named(std::span<const FilePermission> permissions, const Node& name, std::string_view what,
                             const std::function<bool(const FilePermission&)>& fits) {
  expect_scalar(name, "the name of a permission", "write one name");
  std::optional<std::size_t> found;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    const FilePermission& permission = permissions[i];
    if (!fits(permission) || permission.name.empty()) continue;
    known.push_back(permission.name);
    if (permission.name != name.text) continue;
    if (found) {
      fail_at(name, "unknown_name", fmt::format("several permissions are called `{}`", name.text),
              "give each a `name` of its own");
    }
    found = i;
  }
  if (!found)
    fail_at(name, "unknown_name", fmt::format("`{}` is {}", name.text, what),
            known.empty() ? "give the permission that is meant a `name`" : suggest(name.text, known));
  return *found;
}

std::vector<BatchRule> read_batch(std::span<FilePermission> permissions, FilePermission& permission) {
  std::vector<BatchRule> rules;
  const Node& batch = *permission.batch;
  expect_list(batch, "`batch`", "write `batch: [{call: next, is: NAME}]`");
  if (batch.items.empty())
    fail_at(batch, "extras_caps", "`batch` says nothing", "write `{call: next, is: NAME}`, or leave `batch` out");
  for (const Node& node : batch.items) {
    expect_map(node, "a rule of `batch`", "write `{call: next, is: NAME}`");
    check_keys(node, kBatchKeys, "a rule of `batch`");
    BatchRule rule;
    rule.where = read_where(need(node, "call", "the rule of `batch`", "write which call: `call: next`"));
    const Node& name = need(node, "is", "the rule of `batch`", "write which permission that call uses: `is: NAME`");
    rule.permission = static_cast<std::uint8_t>(permission_named(
        permissions, name, "no permission that a call can use", [](const FilePermission& other) {
          return !other.permission.inner;
        }));
    const Node* where = find(node, "where");
    if (where == nullptr) {
      rules.push_back(rule);
      continue;
    }
    expect_map(*where, "`where`", "write `ARGUMENT: ARGUMENT OF THE OTHER CALL`");
    if (where->entries.empty())
      fail_at(*where, "batch_form", "`where` compares nothing", "write `ARGUMENT: OTHER`, or leave it out");
    for (const auto& [key, value] : where->entries) {
      BatchRule compared = compare(permission, key, permissions[rule.permission], value);
      compared.where = rule.where;
      compared.permission = rule.permission;
      rules.push_back(compared);
    }
  }
  if (rules.size() > kMaxBatchRules)
    fail_at(batch, "extras_caps", fmt::format("there are {} batch rules", rules.size()),
            fmt::format("write at most {}: each compared argument is one", kMaxBatchRules));
  return rules;
}

}  // namespace valetkey::session_file
