#include "policy/rule.hpp"

#include <algorithm>

#include "session/paths.hpp"

namespace valetkey {
namespace {

// <=> of two values of a type.
std::strong_ordering compare(ValueType type, const Word& a, const Word& b) {
  return type.group == ValueGroup::signed_number ? compare_signed(a, b) : a <=> b;
}

std::optional<RefusalCode> unless(bool holds, RefusalCode code) {
  return holds ? std::nullopt : std::optional(code);
}

RefusalCode comparison_code(const Rule& rule) {
  switch (rule.comparison) {
    case Comparison::is:
      return rule.values.size() + (rule.with_account ? 1 : 0) > 1 ? RefusalCode::rule_one_of : RefusalCode::rule_is;
    case Comparison::is_not:
      return RefusalCode::rule_is_not;
    case Comparison::less_than:
      return RefusalCode::rule_less_than;
    case Comparison::at_most:
      return RefusalCode::rule_at_most;
    case Comparison::more_than:
      return RefusalCode::rule_more_than;
    case Comparison::at_least:
      return RefusalCode::rule_at_least;
    case Comparison::between:
      break;
  }
  return RefusalCode::rule_between;
}

// Of a clean value.
bool holds(const Rule& rule, const Word& value, const Address& account) {
  const auto listed = [&] {
    return (rule.with_account && value == to_word(account)) ||
           std::ranges::find(rule.values, value) != rule.values.end();
  };
  const auto order = [&](std::size_t i) { return compare(rule.type, value, rule.values[i]); };
  switch (rule.comparison) {
    case Comparison::is:
      return listed();
    case Comparison::is_not:
      return !listed();
    case Comparison::less_than:
      return order(0) < 0;
    case Comparison::at_most:
      return order(0) <= 0;
    case Comparison::more_than:
      return order(0) > 0;
    case Comparison::at_least:
      return order(0) >= 0;
    case Comparison::between:
      break;
  }
  return order(0) >= 0 && order(1) <= 0;
}

std::optional<RefusalCode> check_ratio(const Rule& rule, const Word& word, const Word& base) {
  if (!is_clean(rule.word_type, word) || !is_clean(rule.base_type, base)) return RefusalCode::dirty_word;
  if (word.bit_length() > 128 || base.bit_length() > 128) return RefusalCode::ratio_word_over;
  const auto order = compare_products(word, rule.denominator, base, rule.numerator);
  return unless(rule.comparison == Comparison::at_most ? order <= 0 : order >= 0, RefusalCode::rule_ratio);
}

// The value at a position that has one.
std::optional<Word> value_at(const Arguments& arguments, Position position) {
  if (position < kFirstPath) return head_word(arguments.data, position);
  const auto followed = values_at(arguments, position);
  return followed.in_range && followed.found.size() == 1 ? std::optional(followed.found[0]) : std::nullopt;
}

}  // namespace

bool is_clean(ValueType type, const Word& word) {
  switch (type.group) {
    case ValueGroup::address:
      return word.bit_length() <= 160;
    case ValueGroup::unsigned_number:
      return word.bit_length() <= 8U * type.bytes;
    case ValueGroup::signed_number:
      return (word.is_negative() ? ~word : word).bit_length() < 8U * type.bytes;
    case ValueGroup::yes_no:
      return word <= Word(1);
    case ValueGroup::fixed_bytes:
      return (word << (8U * type.bytes)).is_zero();
    case ValueGroup::ratio:
      break;
  }
  return false;
}
