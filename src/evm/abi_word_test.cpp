#include "evm/abi_word.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

AbiType type(std::string_view text) {
  return parse_abi_type(text).value();
}

TEST(AbiWord, CleanWordsFillNoMoreThanTheirType) {
  EXPECT_TRUE(is_clean(type("uint24"), Word::max_of_bits(24)));
  EXPECT_FALSE(is_clean(type("uint24"), Word(1) << 24));
  EXPECT_TRUE(is_clean(type("uint256"), Word::max()));
  EXPECT_TRUE(is_clean(type("address"), Word::max_of_bits(160)));
  EXPECT_FALSE(is_clean(type("address"), Word(1) << 160));
  EXPECT_TRUE(is_clean(type("bool"), 1));
  EXPECT_FALSE(is_clean(type("bool"), 2));
  EXPECT_TRUE(is_clean(type("bytes4"), 0xdeadbeef_w << 224));
  EXPECT_FALSE(is_clean(type("bytes4"), (0xdeadbeef_w << 224) | Word(1)));
  EXPECT_TRUE(is_clean(type("bytes32"), Word::max()));
  EXPECT_FALSE(is_clean(type("bytes"), 0));
}

TEST(AbiWord, IntegersAreExtendedWithTheirSign) {
  const AbiType int8 = type("int8");
  EXPECT_TRUE(is_clean(int8, 127));
  EXPECT_FALSE(is_clean(int8, 128));
  EXPECT_TRUE(is_clean(int8, wrapping_sub(0, 128).value));
  EXPECT_FALSE(is_clean(int8, wrapping_sub(0, 129).value));
  EXPECT_FALSE(is_clean(int8, 0xff));
  EXPECT_TRUE(is_clean(type("int256"), Word::max()));
}

TEST(AbiWord, TextRoundTrip) {
  const std::pair<const char*, const char*> samples[] = {
      {"uint24", "3000"},       {"int64", "-5"},
      {"int8", "-128"},         {"bool", "true"},
      {"bool", "false"},        {"address", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
      {"bytes4", "0xdeadbeef"}, {"bytes32", "0x1111111111111111111111111111111111111111111111111111111111111111"}};
  for (const auto& [name, text] : samples) {
    const auto word = parse_abi_word(type(name), text);
    ASSERT_TRUE(word) << text;
    EXPECT_EQ(to_text(type(name), *word), text);
  }
  EXPECT_EQ(parse_abi_word(type("uint8"), "0xff").value(), Word(255));
}

TEST(AbiWord, RefusesValuesOfOtherTypes) {
  EXPECT_EQ(parse_abi_word(type("uint8"), "256").error().code, "word_value");
  EXPECT_EQ(parse_abi_word(type("int8"), "128").error().code, "word_value");
  EXPECT_EQ(parse_abi_word(type("bool"), "1").error().code, "word_value");
  EXPECT_EQ(parse_abi_word(type("bytes4"), "0xdead").error().code, "hex_size");
  EXPECT_EQ(parse_abi_word(type("uint8"), "-1").error().code, "number_digit");
  EXPECT_EQ(parse_abi_word(type("string"), "x").error().code, "word_value");
}

}  // namespace
}  // namespace valetkey
