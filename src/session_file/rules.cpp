#include "session_file/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evm/abi_word.hpp"
#include "base/hex.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"
#include "session_file/text.hpp"
#include "session_file/vocabulary.hpp"

namespace valetkey::session_file {

namespace {

constexpr unsigned kRatioBits = 128;

std::string type_name(const Argument& word) {
  return canonical_text(word.type);
}

bool is_number(const Argument& word) {
  return word.type.kind == AbiKind::uint_ || word.type.kind == AbiKind::int_;
}

struct Operator {
  std::string_view key;
  Comparison comparison;
  bool many;     // takes a list
  bool ordered;  // numbers only
};
constexpr Operator kOperators[] = {
    {"is", Comparison::is, false, false},
    {"is_not", Comparison::is_not, false, false},
    {"less_than", Comparison::less_than, false, true},
    {"at_most", Comparison::at_most, false, true},
    {"more_than", Comparison::more_than, false, true},
    {"at_least", Comparison::at_least, false, true},
    {"between", Comparison::between, true, true},
    {"one_of", Comparison::is, true, false},
    {"none_of", Comparison::is_not, true, false},
};

const Operator* find_operator(std::string_view key) {
  const auto found = std::ranges::find(kOperators, key, &Operator::key);
  return found == std::end(kOperators) ? nullptr : &*found;
}

Word greatest_common_divisor(Word a, Word b) {
  while (!b.is_zero()) {
    const Word rest = divide(a, b).remainder;
    a = b;
    b = rest;
  }
  return a;
}

// number * 10^places, or nothing where it passes 2^256.
std::optional<Word> shift_decimal(Word number, unsigned places) {
  for (unsigned i = 0; i < places; ++i) {
    const auto shifted = checked_mul(number, 10);
    if (!shifted) return std::nullopt;
    number = *shifted;
  }
  return number;
}

bool is_part_of(std::string_view path, std::string_view whole) {
  return path.size() > whole.size() && path.starts_with(whole) &&
         (path[whole.size()] == '.' || path[whole.size()] == '[');
}

// Where the argument is a word of the head, its place.
std::optional<std::size_t> head_word(const Argument& word) {
  const bool head = word.is_word() && word.steps.size() == 1 && word.steps[0].kind == StepKind::word;
  return head ? std::optional<std::size_t>(word.steps[0].index) : std::nullopt;
}

auto order_of(const Rule& rule) {
  return std::tuple(rule.type.group, rule.position, rule.comparison);
}

}  // namespace

ValueType value_type(const AbiType& type) {
  switch (type.kind) {
    case AbiKind::uint_:
      return {ValueGroup::unsigned_number, static_cast<std::uint8_t>(type.size / 8)};
    case AbiKind::int_:
      return {ValueGroup::signed_number, static_cast<std::uint8_t>(type.size / 8)};
    case AbiKind::bool_:
      return {ValueGroup::yes_no, 1};
    case AbiKind::fixed_bytes:
      return {ValueGroup::fixed_bytes, static_cast<std::uint8_t>(type.size)};
    default:
      return {ValueGroup::address, 1};
  }
}

void RuleReader::note_unit(const Argument& word, const AmountUnit& unit) {
  if (unit.kind != AmountUnit::Kind::token && unit.kind != AmountUnit::Kind::coin) return;
  auto& units = permission_.names.units;
  const Position position = position_of(permission_, word);
  if (std::ranges::find(units, position, &WordUnit::position) == units.end()) units.push_back({position, unit.unit});
}

// The amounts of a token's own functions are in that token.
void RuleReader::check_amount_unit(const Argument& word, const Node& node, std::string_view text,
                                   const AmountUnit& unit, bool zero) const {
  if (unit.kind == AmountUnit::Kind::calls)
    fail_at(node, "bad_amount", fmt::format("`{}` counts calls, and `{}` is a number", text, word.path),
            "write an amount");
  const bool lowers = permission_.permission.text == "decreaseAllowance(address,uint256)";
  const auto place = head_word(word);
  const bool amount = place && (token_amount_word(permission_.permission.selector) == *place || (lowers && *place == 1));
  if (!contract_.token || permission_.permission.command || !amount) return;
  if (unit.kind == AmountUnit::Kind::token ? unit.token == contract_.address
                                           : unit.kind == AmountUnit::Kind::plain && zero)
    return;
  fail_at(node, "wrong_unit",
          fmt::format("`{}` of `{}` is an amount of {}, and `{}` is not", word.path, permission_.label,
                      contract_.token->symbol, text),
          fmt::format("write it in {}", contract_.token->symbol));
}

Word RuleReader::read_number(const Argument& word, const Node& node, std::string_view text) {
  if (text.ends_with(" UTC")) return value_at(node, parse_time(text));
  const Amount amount = read_amount(node, text, scope_.contracts);
  check_amount_unit(word, node, text, amount.unit, amount.units.is_zero());
  note_unit(word, amount.unit);
  const bool is_signed = word.type.kind == AbiKind::int_;
  if (amount.negative && !is_signed)
    fail_at(node, "bad_number", fmt::format("`{}` is negative, and `{}` is {}", text, word.path, type_name(word)),
            "write a number from 0 up");
  // A negative number may be one larger than a positive one.
  const Word most = is_signed ? Word::max_of_bits(word.type.size - 1U) : Word::max_of_bits(word.type.size);
  const Word size = amount.negative ? wrapping_sub(amount.units, 1).value : amount.units;
  if (size > most)
    fail_at(node, "number_range",
            fmt::format("`{}` does not fit into `{}`, which is {}", text, word.path, type_name(word)),
            "write a number that the argument can hold");
  return amount.negative ? ~size : size;
}

RuleReader::RuleValue RuleReader::read_value(const Argument& word, const Node& node, std::string_view text) {
  switch (word.type.kind) {
    case AbiKind::address: {
      if (text == "$account") return {.word = {}, .account = true};
      if (text.starts_with('$'))
        fail_at(node, "unknown_name", fmt::format("`{}` is not known", text), "did you mean `$account`?");
      const Address address = scope_.contracts.address(node, text);
      if (address == scope_.account)
        fail_at(node, "account_literal", fmt::format("`{}` is the account itself", text), "write `$account`");
      return {.word = to_word(address), .account = false};
    }
    case AbiKind::bool_:
      if (text != "true" && text != "false") {
        fail_at(node, "bad_value",
                fmt::format("`{}` is neither `true` nor `false`, and `{}` is a bool", text, word.path),
                "write `true` or `false`");
      }
      return {.word = Word(text == "true" ? 1 : 0), .account = false};
    case AbiKind::fixed_bytes: {
      const auto value = parse_abi_word(word.type, text);
      if (!value) {
        fail_at(node, "bad_value",
                fmt::format("`{}` does not fit into `{}`, which is {}", text, word.path, type_name(word)),
                fmt::format("write `0x` and {} digits", 2 * word.type.size));
      }
      return {.word = *value, .account = false};
    }
    default:
      if (text == "$until") return {.word = {}, .until_end = true};
      return {.word = read_number(word, node, text), .account = false};
  }
}

void RuleReader::check_some_once(const Argument& word, FilePosition where) {
  const auto step = std::ranges::find(word.steps, StepKind::some_member, &PathStep::kind);
  if (step == word.steps.end()) return;
  const Path array(word.steps.begin(), step + 1);
  if (std::ranges::find(some_arrays_, array) != some_arrays_.end()) {
    fail_at(where, "rule_some",
            fmt::format("`{}` is a second rule on `[some]`, and another member could meet it", word.path),
            "write one rule on `[some]`, or rules on `[*]`");
  }
  some_arrays_.push_back(array);
}

void RuleReader::add_rule(FilePosition where, const Argument& word, Comparison comparison,
                          const std::vector<RuleValue>& values, const Node& node) {
  check_some_once(word, where);
  Rule rule;
  rule.type = value_type(word.type);
  rule.position = position_of(permission_, word);
  rule.comparison = comparison;
  const bool until_end = std::ranges::any_of(values, &RuleValue::until_end);
  if (until_end && (values.size() != 1 || word.type.kind != AbiKind::uint_ || word.type.size < 40)) {
    fail_at(node, "bad_value", fmt::format("`$until` does not fit `{}` here", word.path),
            "write it as the one bound of an unsigned number of 40 bits or more: `{at_most: $until}`");
  }
  if (values.size() > kMaxValues)
    fail_at(node, "rule_value", fmt::format("the list has {} values", values.size()),
            fmt::format("write at most {}", kMaxValues));
  for (const RuleValue& value : values) {
    const bool twice =
        value.account ? rule.with_account : std::ranges::find(rule.values, value.word) != rule.values.end();
    if (twice)
      fail_at(node, "rule_value", fmt::format("a value for `{}` is there twice", word.path), "write each value once");
    if (value.account)
      rule.with_account = true;
    else
      rule.values.push_back(value.word);
  }
  const auto below = [&](const Word& a, const Word& b) {
    return rule.type.group == ValueGroup::signed_number ? compare_signed(a, b) < 0 : a < b;
  };
  if (comparison == Comparison::between && !below(rule.values[0], rule.values[1])) {
    fail_at(node, "rule_value", fmt::format("the range of `{}` does not rise", word.path),
            "write the smaller number first");
  }
  std::ranges::sort(rule.values, below);
  const bool twice = std::ranges::any_of(
      permission_.rules, [&](const PlacedRule& other) { return order_of(other.rule) == order_of(rule); });
  if (twice) {
    const bool is = comparison == Comparison::is;
    fail_at(where, "rule_order",
            fmt::format("`{}` and `{}` say the same kind of thing about `{}`", is ? "is" : "is_not",
                        is ? "one_of" : "none_of", word.path),
            "keep one of them");
  }
  permission_.rules.push_back({std::move(rule), where, until_end});
}

void RuleReader::read_counts(const Argument& word, const Node& counts) {
  if (word.type.kind != AbiKind::uint_) {
    fail_at(counts, "count_source",
            fmt::format("`{}` is {}, and only unsigned numbers are counted", word.path, type_name(word)),
            "leave `counts` out");
  }
  if (word.some) {
    fail_at(counts, "count_source", fmt::format("`{}` is some member, and counted are all or one", word.path),
            "write `[*]` instead of `[some]`");
  }
  for (const std::size_t place : scope_.limits.named(counts)) {
    const FileLimit& limit = scope_.limits.all()[place];
    using Kind = AmountUnit::Kind;
    if (limit.unit.kind == Kind::calls) {
      fail_at(counts, "count_source", fmt::format("`{}` counts calls, not amounts", limit.name),
              fmt::format("write `counts: {}` beside `call`, not at an argument", limit.name));
    }
    check_amount_unit(word, counts, limit.name, limit.unit, false);
    const bool own = limit.unit.kind == Kind::token && limit.unit.token == contract_.address;
    if (own && permission_.permission.text == "decreaseAllowance(address,uint256)") {
      fail_at(counts, "count_token",
              fmt::format("`{}` of `{}` is no amount that a limit of {} counts", word.path, permission_.label,
                          limit.unit.unit.symbol),
              "count amounts of `transfer`, `transferFrom`, `approve` and `increaseAllowance` only");
    }
    note_unit(word, limit.unit);
    permission_.counts.push_back(
        {Count{static_cast<std::uint8_t>(place), position_of(permission_, word), value_type(word.type)}, counts.where});
  }
}

// Nothing is the native value.
std::optional<Argument> RuleReader::ratio_base(const Argument& word, const Node& of) const {
  expect_scalar(of, "`of`", "write the name of another argument, or `value` for the native value");
  const auto base = find_argument(permission_.inputs, of.text);
  const bool inner = permission_.permission.inner;
  if (!inner && (of.text == "$value" || (of.text == "value" && !base))) return std::nullopt;
  if (!base && base.error().code != "unknown_name") fail_at(of, base.error());
  if (!base) {
    std::vector<std::string> paths;
    for (const std::string& path : leaves_) {
      const auto other = find_argument(permission_.inputs, path);
      if (other && other->type.kind == AbiKind::uint_ && !other->every && path != word.path) paths.push_back(path);
    }
    if (!inner) paths.emplace_back("$value");
    fail_at(of, "unknown_name", fmt::format("`{}` is no argument of `{}`", of.text, permission_.label),
            suggest(of.text, paths));
  }
  if (of.text == "value" && !inner) {
    fail_at(of, "bad_ratio", "`value` is an argument here and also means the native value",
            "write `$value` for the native value, or rename the argument in `abi`");
  }
  if (base->path == word.path)
    fail_at(of, "bad_ratio", fmt::format("a ratio of `{}` to itself", word.path), "name another argument");
  if (base->type.kind != AbiKind::uint_)
    fail_at(of, "bad_ratio", fmt::format("`{}` is {}, and ratios are of unsigned numbers", of.text, type_name(*base)),
            "name an unsigned number");
  for (const Argument& argument : {word, *base}) {
    if (!argument.every && !argument.some) continue;
    fail_at(of, "bad_ratio", fmt::format("`{}` is several values, and ratios are of one", argument.path),
            "name single members, such as `[0]`");
  }
  return *base;
}

void RuleReader::read_ratio(const Argument& word, Comparison comparison, const Node& node, const Node* of) {
  const auto bad = [&](std::string message, std::string fix) {
    fail_at(node, "bad_ratio", std::move(message), std::move(fix));
  };
  if (comparison != Comparison::at_least && comparison != Comparison::at_most)
    bad(fmt::format("`{}` is a ratio", node.text), "write it with `at_least` or `at_most`");
  if (word.type.kind != AbiKind::uint_)
    bad(fmt::format("`{}` is {}, and ratios are of unsigned numbers", word.path, type_name(word)),
        "write a bound without `per`");
  if (of == nullptr)
    bad(fmt::format("`{}` does not say of what", node.text), "add `of: ARGUMENT`, or `of: value` for the native value");
  const std::optional<Argument> base = ratio_base(word, *of);

  const AmountText over = value_at(node, parse_amount(node.text));
  const AmountText under = value_at(node, parse_amount(*over.per));
  if (under.per || over.negative || under.negative)
    bad(fmt::format("`{}` is not a ratio", node.text),
        "write `NUMBER UNIT per NUMBER UNIT`, such as `0.00025 WETH per 1 USDC`");
  if (over.number.digits.is_zero() || under.number.digits.is_zero())
    bad(fmt::format("`{}` has a zero in it", node.text), "write numbers above 0");
  const AmountUnit over_unit = scope_.contracts.unit(node, over.unit);
  const AmountUnit under_unit = scope_.contracts.unit(node, under.unit);
  check_amount_unit(word, node, node.text, over_unit, false);
  if (base) check_amount_unit(*base, node, node.text, under_unit, false);
  if (!base && under_unit.kind != AmountUnit::Kind::coin) {
    bad(fmt::format("`{}` is a ratio to the native value", node.text),
        fmt::format("write `per NUMBER {}`", scope_.contracts.coin().symbol));
  }
  note_unit(word, over_unit);
  if (base) note_unit(*base, under_unit);

  // (over / 10^places) 10^decimals : (under / 10^places) 10^decimals, as whole numbers in lowest terms.
  const unsigned up = over_unit.decimals + under.number.places;
  const unsigned down = under_unit.decimals + over.number.places;
  const auto numerator = shift_decimal(over.number.digits, up - std::min(up, down));
  const auto denominator = shift_decimal(under.number.digits, down - std::min(up, down));
  Rule rule;
  if (numerator && denominator) {
    const Word divisor = greatest_common_divisor(*numerator, *denominator);
    rule.numerator = divide(*numerator, divisor).quotient;
    rule.denominator = divide(*denominator, divisor).quotient;
  }
  if (rule.numerator.is_zero() || rule.numerator.bit_length() > kRatioBits ||
      rule.denominator.bit_length() > kRatioBits) {
    bad(fmt::format("`{}` can't be kept exactly as two numbers below 2^128", node.text), "write it with fewer digits");
  }
  rule.type = {ValueGroup::ratio, 1};
  rule.position = position_of(permission_, word);
  rule.comparison = comparison;
  rule.word_type = value_type(word.type);
  rule.base = !base ? kBaseValue : position_of(permission_, *base);
  rule.base_type = !base ? ValueType{} : value_type(base->type);
  permission_.rules.push_back({std::move(rule), node.where});
}

void RuleReader::read_comparison(const Argument& word, const Node& key, const Node& node, const Node* of) {
  const Operator& op = *find_operator(key.text);
  if (op.ordered && !is_number(word)) {
    fail_at(key, "rule_operator", fmt::format("`{}` is {}, which has no order", word.path, type_name(word)),
            word.type.kind == AbiKind::bool_ ? "write `true` or `false`" : "use `is`, `is_not`, `one_of` or `none_of`");
  }
  if (word.type.kind == AbiKind::bool_ && op.key != "is")
    fail_at(key, "rule_operator", fmt::format("`{}` is a bool", word.path), "write `true` or `false`");
  if (!op.many) {
    expect_scalar(node, fmt::format("`{}`", key.text),
                  op.ordered                        ? "write one value"
                  : op.comparison == Comparison::is ? "write one value, or `one_of: […]`"
                                                    : "write one value, or `none_of: […]`");
    // Names and bytes can't hold a `per`.
    const auto words = split_words(node.text);
    if (is_number(word) && std::ranges::find(words, "per") != words.end())
      return read_ratio(word, op.comparison, node, of);
    return add_rule(node.where, word, op.comparison, {read_value(word, node, node.text)}, node);
  }
  const bool range = op.comparison == Comparison::between;
  expect_list(node, fmt::format("`{}`", key.text),
              range ? "write `between: [LOW, HIGH]`" : fmt::format("write `{}: [VALUE, VALUE]`", key.text));
  if (node.items.empty() || (range && node.items.size() != 2)) {
    fail_at(node, "rule_value", fmt::format("`{}` has {} values", key.text, node.items.size()),
            range ? "write two, the smaller first" : "write one or more");
  }
  std::vector<RuleValue> values;
  for (const Node& item : node.items) {
    expect_scalar(item, fmt::format("a value of `{}`", key.text), "write one value");
    values.push_back(read_value(word, item, item.text));
  }
  add_rule(node.where, word, op.comparison, values, node);
}

void RuleReader::read_word(const Argument& word, const Node& node) {
  if (node.is_scalar()) return add_rule(node.where, word, Comparison::is, {read_value(word, node, node.text)}, node);
  if (node.is_list())
    fail_at(node, "wrong_shape", fmt::format("`{}` is given a list", word.path), "write `{one_of: […]}`");

  check_keys(node, kRuleKeys, fmt::format("the rule on `{}`", word.path));
  if (node.entries.empty())
    fail_at(node, "wrong_shape", fmt::format("the rule on `{}` says nothing", word.path),
            fmt::format("write a rule, or `{}: any`", word.path));
  const Node* of = find(node, "of");
  const std::size_t rules_before = permission_.rules.size();
  for (const auto& [key, value] : node.entries) {
    if (key.text == "counts")
      read_counts(word, value);
    else if (key.text != "of")
      read_comparison(word, key, value, of);
  }
  const auto is_ratio = [](const PlacedRule& rule) { return rule.rule.type.group == ValueGroup::ratio; };
  if (of != nullptr && std::none_of(permission_.rules.begin() + static_cast<std::ptrdiff_t>(rules_before),
                                    permission_.rules.end(), is_ratio)) {
    fail_at(*of, "bad_ratio", "`of` stands with a ratio, and there is none",
            "write `at_least: NUMBER UNIT per NUMBER UNIT`, or leave `of` out");
  }
}

// The whole of `bytes`: its length, and all its bytes in pieces of up to 32.
void RuleReader::read_whole(const Argument& contents, const Node& node, std::string_view text) {
  if (contents.some) {
    fail_at(node, "rule_some", fmt::format("`{}` as a whole is several rules, and another member could meet each",
                                           contents.path),
            "write a rule on one part, such as `{bytes4 at 0: 0x…}`, or `[*]` instead of `[some]`");
  }
  Bytes bytes = to_bytes(as_bytes(text));
  if (contents.type.kind == AbiKind::bytes) {
    auto hex = parse_hex(text);
    if (!text.starts_with("0x") || !hex) {
      fail_at(node, "bad_value", fmt::format("`{}` is no hex, and `{}` is bytes", text, contents.path),
              "write `0x` and two digits for each byte, or rules on parts: `{length: …, address at 0: …}`");
    }
    bytes = std::move(*hex);
  }
  add_rule(node.where, length_of(contents), Comparison::is, {{.word = Word(bytes.size())}}, node);
  for (std::size_t at = 0; at < bytes.size(); at += 32) {
    const std::size_t size = std::min<std::size_t>(32, bytes.size() - at);
    const auto slice = slice_of(contents, fmt::format("bytes{} at {}", size, at));
    if (!slice || permission_.rules.size() > kMaxRules) {
      fail_at(node, "rule_caps", fmt::format("`{}` is too long: each 32 bytes take a rule", contents.path),
              fmt::format("a permission has at most {} rules: write some parts only", kMaxRules));
    }
    const Bytes piece(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
    add_rule(node.where, *slice, Comparison::is,
             {{.word = value_at(node, parse_abi_word(slice->type, to_hex(ByteView(piece))))}}, node);
  }
}

void RuleReader::read_bytes(const Argument& contents, const Node& node) {
  if (node.is_scalar()) return read_whole(contents, node, node.text);
  expect_map(node, fmt::format("the rule on `{}`", contents.path), "write `{length: …, address at 0: …}`");
  if (find(node, "calls") != nullptr) return read_inside(contents, node);
  if (node.entries.empty())
    fail_at(node, "wrong_shape", fmt::format("the rule on `{}` says nothing", contents.path),
            fmt::format("write a rule, or `{}: any`", contents.path));
  for (const auto& [key, value] : node.entries) {
    if (key.text == "is") {
      read_whole(contents, expect_scalar(value, "`is`", "write one value"), value.text);
      continue;
    }
    if (is_word(value, "any"))
      fail_at(value, "wrong_shape", fmt::format("`{}` says nothing: parts without a rule are open", key.text),
              "leave it out");
    if (find_operator(key.text) != nullptr || key.text == "counts" || key.text == "of") {
      fail_at(key, "rule_operator", fmt::format("`{}` is {}, and `{}` is for words", contents.path, type_name(contents),
                                                key.text),
              "write it on a part: `{length: {at_most: 66}}`, `{uint256 at 4: {at_most: 5}}`");
    }
    read_word(key.text == "length" ? length_of(contents) : value_at(key, slice_of(contents, key.text)), value);
  }
}

void RuleReader::read_inside(const Argument& contents, const Node& node) {
  check_keys(node, kInsideKeys, fmt::format("the calls inside `{}`", contents.path));
  const Node& calls = *find(node, "calls");
  expect_list(calls, "`calls`", "write the names of permissions with `inside`: `calls: [NAME, NAME]`");
  if (calls.items.empty()) {
    fail_at(calls, "inside_form", fmt::format("`{}` allows no call", contents.path),
            "name permissions with `inside`, or write a rule on its length");
  }
  if (contents.some || contents.type.kind != AbiKind::bytes) {
    fail_at(calls, "inside_form", fmt::format("`{}` can't hold calls", contents.path),
            "calls are in `bytes`, or in every member of `bytes[]`");
  }
  Inside inside;
  inside.position = position_of(permission_, contents);
  if (const Node* by = find(node, "by")) {
    expect_scalar(*by, "`by`", "write the name of the argument that holds the commands");
    const Argument commands = argument_of(*by);
    if (commands.type.kind != AbiKind::bytes || commands.every || commands.some) {
      fail_at(*by, "inside_form", fmt::format("`{}` is no list of commands", by->text),
              "name an argument of type bytes: each byte of it is the command of one input");
    }
    inside.commands = position_of(permission_, commands);
    mention(commands.path);
  }
  const bool twice = std::ranges::any_of(
      permission_.insides, [&](const PlacedInside& other) { return other.inside.position == inside.position; });
  if (twice)
    fail_at(calls, "inside_form", fmt::format("the calls inside `{}` are there twice", contents.path),
            "write them in one list");
  permission_.insides.push_back({std::move(inside), &calls});
}

void RuleReader::read_argument(const Argument& argument, const Node& node) {
  if (is_word(node, "any")) return;
  if (argument.is_bytes()) return read_bytes(argument, node);
  if (argument.is_word()) return read_word(argument, node);
  const bool calls = argument.type.kind == AbiKind::array && node.is_map() && find(node, "calls") != nullptr;
  if (calls && argument.type.components[0].kind == AbiKind::bytes)
    return read_inside(every_member(argument, permission_.inputs), node);
  const auto part = std::ranges::find_if(
      leaves_, [&](const std::string& leaf) { return is_part_of(leaf, argument.path); });
  const std::string example = part != leaves_.end() ? *part : argument.path + "[*]";
  fail_at(node, "wrong_shape", fmt::format("`{}` has parts, and rules are on parts", argument.path),
          fmt::format("write `{}: …`, or `{}: any`", example, argument.path));
}

Argument RuleReader::argument_of(const Node& key) const {
  auto argument = find_argument(permission_.inputs, key.text);
  if (argument) return std::move(*argument);
  if (argument.error().code != "unknown_name") fail_at(key, argument.error());
  constexpr std::string_view kLength = ".length";
  if (key.text.ends_with(kLength)) {
    const std::string whole = key.text.substr(0, key.text.size() - kLength.size());
    if (const auto contents = find_argument(permission_.inputs, whole); contents && contents->is_bytes())
      fail_at(key, "unknown_name", fmt::format("`{}` is {}, and its parts stand in a map", whole, type_name(*contents)),
              fmt::format("write `{}: {{length: …}}`", whole));
  }
  fail_at(key, "unknown_name", fmt::format("`{}` is no argument of `{}`", key.text, permission_.label),
          leaves_.empty() ? "leave the rule away: the function has no arguments" : suggest(key.text, leaves_));
}

void RuleReader::mention(std::string_view path) {
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (leaves_[i] == path || is_part_of(leaves_[i], path)) mentioned_[i] = true;
  }
}

void RuleReader::check_all_mentioned(const Node& where) const {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!mentioned_[i]) open.push_back(leaves_[i]);
  }
  if (open.empty()) return;
  fail_at(where, "argument_open",
          fmt::format("`{}` has arguments without a rule: {}", permission_.label, quoted_list(open)),
          fmt::format("write a rule for each, or give it away: `{}: any`, or all of them: `others: any`", open[0]));
}

// What is given away as a whole has no rule on a part of it.
void RuleReader::check_once(const Node& where) const {
  for (const auto& [whole, value] : where.entries) {
    if (!value.is_scalar() || value.text != "any") continue;
    for (const auto& [part, rule] : where.entries) {
      if (is_part_of(part.text, whole.text))
        fail_at(std::max(part.where.line, whole.where.line) == whole.where.line ? whole : part, "duplicate_key",
                fmt::format("`{}` is there twice", part.text), "keep one of them");
    }
  }
}

void RuleReader::read_where(const Node& permission, const Node* where) {
  leaves_ = leaf_paths(permission_.inputs);
  mentioned_.assign(leaves_.size(), false);
  if (leaves_.size() >= kMostLeaves) {
    fail_at(permission, "layout", fmt::format("`{}` has too many arguments", permission_.label),
            fmt::format("only functions of up to {} arguments and elements can be allowed", kMostLeaves));
  }
  if (where == nullptr) return check_all_mentioned(permission);
  expect_map(*where, "`where`", "write `ARGUMENT: VALUE` on lines of their own");
  const Node* others = nullptr;
  for (const auto& [key, value] : where->entries) {
    if (key.text == "others") {
      if (!is_word(value, "any"))
        fail_at(value, "wrong_shape", "`others` can only be given away", "write `others: any`");
      others = &value;
      continue;
    }
    const Argument argument = argument_of(key);
    mention(argument.path);
    read_argument(argument, value);
  }
  check_once(*where);
  if (others == nullptr) check_all_mentioned(*where);
}

void RuleReader::read_exact(const Node& node, const Argument& argument, std::string_view text) {
  if (text == "any") {
    fail_at(node, "wrong_shape", fmt::format("`{}` is open, and an exact call has no open arguments", argument.path),
            "write `call` with `where` instead");
  }
  if (argument.is_bytes()) return read_whole(argument, node, text);
  add_rule(node.where, argument, Comparison::is, {read_value(argument, node, text)}, node);
}

}  // namespace valetkey::session_file
