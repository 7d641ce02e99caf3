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
  const auto place = std::ranges::lower_bound(units, word.position, {}, &WordUnit::position);
  if (place != units.end() && place->position == word.position) return;
  units.insert(place, {static_cast<std::uint8_t>(word.position), unit.unit});
}

// The amounts of a token's own functions are in that token.
void RuleReader::check_amount_unit(const Argument& word, const Node& node, std::string_view text,
                                   const AmountUnit& unit, bool zero) const {
  if (unit.kind == AmountUnit::Kind::calls)
    fail_at(node, "bad_amount", fmt::format("`{}` counts calls, and `{}` is a number", text, word.path),
            "write an amount");
  const bool lowers = permission_.permission.text == "decreaseAllowance(address,uint256)";
  if (!contract_.token ||
      (token_amount_word(permission_.permission.selector) != word.position && !(lowers && word.position == 1)))
    return;
  if (unit.kind == AmountUnit::Kind::token ? unit.token == contract_.address
                                           : unit.kind == AmountUnit::Kind::plain && zero)
    return;
  fail_at(node, "wrong_unit",
          fmt::format("`{}` of `{}` is an amount of {}, and `{}` is not", word.path, permission_.label,
                      contract_.token->symbol, text),
          fmt::format("write it in {}", contract_.token->symbol));
}

Word RuleReader::read_number(const Argument& word, const Node& node, std::string_view text) {
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
      return {.word = read_number(word, node, text), .account = false};
  }
}

void RuleReader::add_rule(FilePosition where, const Argument& word, Comparison comparison,
                          const std::vector<RuleValue>& values, const Node& node) {
  Rule rule;
  rule.type = value_type(word.type);
  rule.position = static_cast<std::uint8_t>(word.position);
  rule.comparison = comparison;
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
  permission_.rules.push_back({std::move(rule), where});
}

void RuleReader::read_counts(const Argument& word, const Node& counts) {
  if (word.type.kind != AbiKind::uint_) {
    fail_at(counts, "count_source",
            fmt::format("`{}` is {}, and only unsigned numbers are counted", word.path, type_name(word)),
            "leave `counts` out");
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
    if (own && token_amount_word(permission_.permission.selector) != word.position) {
      fail_at(counts, "count_token",
              fmt::format("`{}` of `{}` is no amount that a limit of {} counts", word.path, permission_.label,
                          limit.unit.unit.symbol),
              "count amounts of `transfer`, `transferFrom`, `approve` and `increaseAllowance` only");
    }
    note_unit(word, limit.unit);
    permission_.counts.push_back(
        {Count{static_cast<std::uint8_t>(place), static_cast<std::uint8_t>(word.position), value_type(word.type)},
         counts.where});
  }
}

// nullptr is the native value.
const HeadWord* RuleReader::ratio_base(const Argument& word, const Node& of) const {
  expect_scalar(of, "`of`", "write the name of another argument, or `value` for the native value");
  const auto base = std::ranges::find(permission_.words, of.text, &HeadWord::path);
  if (of.text == "$value" || (of.text == "value" && base == permission_.words.end())) return nullptr;
  if (base == permission_.words.end()) {
    std::vector<std::string> paths;
    for (const HeadWord& other : permission_.words) {
      if (other.type.kind == AbiKind::uint_ && other.position != word.position) paths.push_back(other.path);
    }
    paths.emplace_back("$value");
    fail_at(of, "unknown_name", fmt::format("`{}` is no argument of `{}`", of.text, permission_.label),
            suggest(of.text, paths));
  }
  if (of.text == "value") {
    fail_at(of, "bad_ratio", "`value` is an argument here and also means the native value",
            "write `$value` for the native value, or rename the argument in `abi`");
  }
  if (base->position == word.position)
    fail_at(of, "bad_ratio", fmt::format("a ratio of `{}` to itself", word.path), "name another argument");
  if (base->type.kind != AbiKind::uint_)
    fail_at(of, "bad_ratio", fmt::format("`{}` is {}, and ratios are of unsigned numbers", of.text, type_name(*base)),
            "name an unsigned number");
  return &*base;
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
  const HeadWord* base = ratio_base(word, *of);

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
  if (base != nullptr) check_amount_unit(*base, node, node.text, under_unit, false);
  if (base == nullptr && under_unit.kind != AmountUnit::Kind::coin) {
    bad(fmt::format("`{}` is a ratio to the native value", node.text),
        fmt::format("write `per NUMBER {}`", scope_.contracts.coin().symbol));
  }
  note_unit(word, over_unit);
  if (base != nullptr) note_unit(*base, under_unit);

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
  rule.position = static_cast<std::uint8_t>(word.position);
  rule.comparison = comparison;
  rule.word_type = value_type(word.type);
  rule.base = base == nullptr ? kBaseValue : static_cast<std::uint8_t>(base->position);
  rule.base_type = base == nullptr ? ValueType{} : value_type(base->type);
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

void RuleReader::read_argument(const Argument& word, const Node& node) {
  if (is_word(node, "any")) return;
  if (word.is_offset()) {
    fail_at(node, "rule_dynamic",
            fmt::format("`{}` is {}, and rules on dynamic arguments are not supported yet", word.path, type_name(word)),
            fmt::format("write `{}: any`", word.path));
  }
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

}  // namespace valetkey::session_file
