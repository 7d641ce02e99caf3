#include "policy/rule.hpp"

#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"

namespace valetkey {
namespace {

constexpr Address kAccount = "0xacc0000000000000000000000000000000000001"_address;
constexpr Address kOther = "0x00000000000000000000000000000000000000ff"_address;

std::string check(const Rule& rule, std::initializer_list<Word> words, const Word& value = 0) {
  Bytes data = "0x12345678"_hex;
  for (const Word& word : words) append_word(data, word);
  const auto code = check_rule(rule, {kOther, value, data}, kAccount);
  return code ? std::string(refusal_name(*code)) : "passes";
}

Rule rule_of(ValueGroup group, std::uint8_t bytes, Comparison comparison, std::vector<Word> values) {
  Rule rule;
  rule.type = {group, bytes};
  rule.comparison = comparison;
  rule.values = std::move(values);
  return rule;
}

Rule unsigned_rule(Comparison comparison, std::vector<Word> values, std::uint8_t bytes = 32) {
  return rule_of(ValueGroup::unsigned_number, bytes, comparison, std::move(values));
}
Rule signed_rule(Comparison comparison, std::vector<Word> values, std::uint8_t bytes = 32) {
  return rule_of(ValueGroup::signed_number, bytes, comparison, std::move(values));
}

// -number as two's complement.
Word minus(std::uint64_t number) {
  return wrapping_sub(0, number).value;
}

TEST(RuleTest, UnsignedBounds) {
  using enum Comparison;
  const Word bound = 1000;
  EXPECT_EQ(check(unsigned_rule(less_than, {bound}), {999}), "passes");
  EXPECT_EQ(check(unsigned_rule(less_than, {bound}), {1000}), "rule_less_than");
  EXPECT_EQ(check(unsigned_rule(at_most, {bound}), {1000}), "passes");
  EXPECT_EQ(check(unsigned_rule(at_most, {bound}), {1001}), "rule_at_most");
  EXPECT_EQ(check(unsigned_rule(more_than, {bound}), {1001}), "passes");
  EXPECT_EQ(check(unsigned_rule(more_than, {bound}), {1000}), "rule_more_than");
  EXPECT_EQ(check(unsigned_rule(at_least, {bound}), {1000}), "passes");
  EXPECT_EQ(check(unsigned_rule(at_least, {bound}), {999}), "rule_at_least");
  EXPECT_EQ(check(unsigned_rule(between, {10, 20}), {9}), "rule_between");
  EXPECT_EQ(check(unsigned_rule(between, {10, 20}), {10}), "passes");
  EXPECT_EQ(check(unsigned_rule(between, {10, 20}), {20}), "passes");
  EXPECT_EQ(check(unsigned_rule(between, {10, 20}), {21}), "rule_between");
  EXPECT_EQ(check(unsigned_rule(is, {10}), {10}), "passes");
  EXPECT_EQ(check(unsigned_rule(is, {10}), {11}), "rule_is");
  EXPECT_EQ(check(unsigned_rule(is, {10, 12}), {12}), "passes");
  EXPECT_EQ(check(unsigned_rule(is, {10, 12}), {11}), "rule_one_of");
  EXPECT_EQ(check(unsigned_rule(is_not, {10}), {11}), "passes");
  EXPECT_EQ(check(unsigned_rule(is_not, {10}), {10}), "rule_is_not");
  EXPECT_EQ(check(unsigned_rule(is_not, {10, 12}), {12}), "rule_is_not");
  EXPECT_EQ(check(unsigned_rule(at_most, {Word::max()}), {Word::max()}), "passes");
  EXPECT_EQ(check(unsigned_rule(more_than, {Word::max()}), {Word::max()}), "rule_more_than");
}

// Attack B-10: signed numbers compared as unsigned.
TEST(RuleTest, SignedBounds) {
  using enum Comparison;
  const Word least = Word(1) << 255;
  EXPECT_EQ(check(signed_rule(at_least, {0}), {minus(1)}), "rule_at_least");
  EXPECT_EQ(check(signed_rule(at_least, {0}), {least}), "rule_at_least");
  EXPECT_EQ(check(signed_rule(at_least, {0}), {0}), "passes");
  EXPECT_EQ(check(signed_rule(at_most, {0}), {minus(1)}), "passes");
  EXPECT_EQ(check(signed_rule(at_most, {0}), {1}), "rule_at_most");
  EXPECT_EQ(check(signed_rule(less_than, {minus(5)}), {minus(6)}), "passes");
  EXPECT_EQ(check(signed_rule(less_than, {minus(5)}), {minus(5)}), "rule_less_than");
  EXPECT_EQ(check(signed_rule(more_than, {minus(1)}), {0}), "passes");
  EXPECT_EQ(check(signed_rule(between, {minus(2), 2}), {minus(3)}), "rule_between");
  EXPECT_EQ(check(signed_rule(between, {minus(2), 2}), {minus(2)}), "passes");
  EXPECT_EQ(check(signed_rule(between, {minus(2), 2}), {2}), "passes");
  EXPECT_EQ(check(signed_rule(between, {minus(2), 2}), {3}), "rule_between");
  EXPECT_EQ(check(signed_rule(at_least, {least}), {least}), "passes");
}

// Attack B-08: dirty bits.
TEST(RuleTest, DirtyWords) {
  using enum Comparison;
  EXPECT_EQ(check(unsigned_rule(is_not, {1}, 1), {0xff}), "passes");
  EXPECT_EQ(check(unsigned_rule(is_not, {1}, 1), {0x101}), "dirty_word");
  EXPECT_EQ(check(unsigned_rule(is_not, {1}, 31), {Word(1) << 248}), "dirty_word");
  EXPECT_EQ(check(signed_rule(is_not, {1}, 1), {127}), "passes");
  EXPECT_EQ(check(signed_rule(is_not, {1}, 1), {128}), "dirty_word");
  EXPECT_EQ(check(signed_rule(is_not, {1}, 1), {minus(128)}), "passes");
  EXPECT_EQ(check(signed_rule(is_not, {1}, 1), {minus(129)}), "dirty_word");
  EXPECT_EQ(check(signed_rule(is_not, {1}, 1), {Word(0xff)}), "dirty_word") << "-1 without its sign extension";
  const Rule address = rule_of(ValueGroup::address, 1, is_not, {to_word(kOther)});
  EXPECT_EQ(check(address, {to_word(kAccount)}), "passes");
  EXPECT_EQ(check(address, {to_word(kOther) | (Word(1) << 160)}), "dirty_word");
  const Rule yes = rule_of(ValueGroup::yes_no, 1, is, {1});
  EXPECT_EQ(check(yes, {1}), "passes");
  EXPECT_EQ(check(yes, {0}), "rule_is");
  EXPECT_EQ(check(yes, {2}), "dirty_word");
  const Rule bytes4 = rule_of(ValueGroup::fixed_bytes, 4, is_not, {Word(0x11223344) << 224});
  EXPECT_EQ(check(bytes4, {Word(0x11223345) << 224}), "passes");
  EXPECT_EQ(check(bytes4, {Word(0x11223344) << 224}), "rule_is_not");
  EXPECT_EQ(check(bytes4, {(Word(0x11223344) << 224) | Word(1)}), "dirty_word");
  EXPECT_EQ(check(bytes4, {0x11223344}), "dirty_word") << "padded on the wrong side";
  EXPECT_EQ(check(rule_of(ValueGroup::fixed_bytes, 32, is, {Word::max()}), {Word::max()}), "passes");
}

// Attack B-08: the last bit that belongs to a bytesN, and the first that does not.
TEST(RuleTest, TheBitJustPastABytesN) {
  for (std::uint8_t n = 1; n < 32; ++n) {
    const Rule rule = rule_of(ValueGroup::fixed_bytes, n, Comparison::is_not, {Word(0)});
    EXPECT_EQ(check(rule, {Word(1) << (256U - 8U * n)}), "passes") << int{n};
    EXPECT_EQ(check(rule, {Word(1) << (255U - 8U * n)}), "dirty_word") << int{n};
  }
}

TEST(RuleTest, TheAccountIsAValue) {
  Rule rule = rule_of(ValueGroup::address, 1, Comparison::is, {});
  rule.with_account = true;
  EXPECT_EQ(check(rule, {to_word(kAccount)}), "passes");
  EXPECT_EQ(check(rule, {to_word(kOther)}), "rule_is");
  rule.values = {to_word(kOther)};
  EXPECT_EQ(check(rule, {to_word(kOther)}), "passes");
  EXPECT_EQ(check(rule, {Word(1)}), "rule_one_of");
  rule.comparison = Comparison::is_not;
  EXPECT_EQ(check(rule, {to_word(kAccount)}), "rule_is_not");
}

Rule ratio(Comparison comparison, const Word& numerator, const Word& denominator, std::uint8_t base = 1) {
  Rule rule;
  rule.type = {ValueGroup::ratio, 1};
  rule.comparison = comparison;
  rule.numerator = numerator;
  rule.denominator = denominator;
  rule.base = base;
  return rule;
}

TEST(RuleTest, Ratios) {
  using enum Comparison;
  EXPECT_EQ(check(ratio(at_least, 3, 2), {150, 100}), "passes");
  EXPECT_EQ(check(ratio(at_least, 3, 2), {149, 100}), "rule_ratio");
  EXPECT_EQ(check(ratio(at_most, 3, 2), {150, 100}), "passes");
  EXPECT_EQ(check(ratio(at_most, 3, 2), {151, 100}), "rule_ratio");
  EXPECT_EQ(check(ratio(at_least, 1, 1, kBaseValue), {7}, 7), "passes");
  EXPECT_EQ(check(ratio(at_least, 1, 1, kBaseValue), {6}, 7), "rule_ratio");
}

TEST(RuleTest, RatiosAtTheEdgeOf128Bits) {
  using enum Comparison;
  const Word most = Word::max_of_bits(128);
  const Word over = Word(1) << 128;
  EXPECT_EQ(check(ratio(at_least, most, most), {most, most}), "passes");
  EXPECT_EQ(check(ratio(at_most, most, most), {most, most}), "passes");
  EXPECT_EQ(check(ratio(at_least, most, 1), {most, most}), "rule_ratio");
  EXPECT_EQ(check(ratio(at_least, 1, most), {most, most}), "passes");
  EXPECT_EQ(check(ratio(at_least, most, most), {over, most}), "ratio_word_over");
  EXPECT_EQ(check(ratio(at_least, most, most), {most, over}), "ratio_word_over");
  EXPECT_EQ(check(ratio(at_least, 1, 1, kBaseValue), {most}, over), "ratio_word_over");
  EXPECT_EQ(check(ratio(at_most, most, 1), {most, Word(1)}), "passes");
}

TEST(RuleTest, RatiosReadCleanWords) {
  Rule rule = ratio(Comparison::at_least, 1, 1);
  rule.word_type.bytes = 1;
  rule.base_type.bytes = 2;
  EXPECT_EQ(check(rule, {0xff, 0xff}), "passes");
  EXPECT_EQ(check(rule, {0x100, 0xff}), "dirty_word");
  EXPECT_EQ(check(rule, {0xff, 0x10000}), "dirty_word");
}

}  // namespace
}  // namespace valetkey
