#include "policy/rule.hpp"

#include <algorithm>

namespace valetkey {
namespace {

// <=> of two values of a type.
std::strong_ordering compare(ValueType type, const Word& a, const Word& b) {
  return type.group == ValueGroup::signed_number ? compare_signed(a, b) : a <=> b;
}

std::optional<RefusalCode> unless(bool holds, RefusalCode code) {
  return holds ? std::nullopt : std::optional(code);
}

std::optional<RefusalCode> check_ratio(const Rule& rule, const CallView& call) {
  const Word word = head_word(call.data, rule.position);
  if (!is_clean(rule.word_type, word)) return RefusalCode::dirty_word;
  const Word base = rule.base == kBaseValue ? call.value : head_word(call.data, rule.base);
  if (!is_clean(rule.base_type, base)) return RefusalCode::dirty_word;
  if (word.bit_length() > 128 || base.bit_length() > 128) return RefusalCode::ratio_word_over;
  const auto order = compare_products(word, rule.denominator, base, rule.numerator);
  return unless(rule.comparison == Comparison::at_most ? order <= 0 : order >= 0, RefusalCode::rule_ratio);
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

Word head_word(ByteView call_data, std::uint8_t position) {
  return Word::from_big_endian(call_data.subspan(Selector::kSize + 32U * position).first<32>());
}

std::optional<RefusalCode> check_rule(const Rule& rule, const CallView& call, const Address& account) {
  if (rule.type.group == ValueGroup::ratio) return check_ratio(rule, call);
  const Word word = head_word(call.data, rule.position);
  if (!is_clean(rule.type, word)) return RefusalCode::dirty_word;
  const auto listed = [&] {
    return (rule.with_account && word == to_word(account)) || std::ranges::find(rule.values, word) != rule.values.end();
  };
  const auto order = [&](std::size_t i) { return compare(rule.type, word, rule.values[i]); };
  switch (rule.comparison) {
    case Comparison::is: {
      const std::size_t values = rule.values.size() + (rule.with_account ? 1 : 0);
      return unless(listed(), values > 1 ? RefusalCode::rule_one_of : RefusalCode::rule_is);
    }
    case Comparison::is_not:
      return unless(!listed(), RefusalCode::rule_is_not);
    case Comparison::less_than:
      return unless(order(0) < 0, RefusalCode::rule_less_than);
    case Comparison::at_most:
      return unless(order(0) <= 0, RefusalCode::rule_at_most);
    case Comparison::more_than:
      return unless(order(0) > 0, RefusalCode::rule_more_than);
    case Comparison::at_least:
      return unless(order(0) >= 0, RefusalCode::rule_at_least);
    case Comparison::between:
      break;
  }
  return unless(order(0) >= 0 && order(1) <= 0, RefusalCode::rule_between);
}

}  // namespace valetkey
