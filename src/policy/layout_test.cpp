#include "policy/layout.hpp"

#include <gtest/gtest.h>

#include <string>

#include "evm/abi_codec.hpp"
#include "policy/path.hpp"
#include "random_rules.hpp"
#include "reference_path.hpp"
#include "session/function_text.hpp"

namespace valetkey {
namespace {

using testing::PathResult;
using testing::Random;

constexpr std::array<std::string_view, 9> kTexts{
    "f(bytes)",
    "f(string,uint256,address[])",
    "exactInput((bytes,address,uint256,uint256))",
    "order((address,(uint96,bytes)[],bytes4[2])[],uint8)",
    "path(bytes[2],(uint256,bool)[],int64)",
    "many(uint128[][],string[])",
    "execute(bytes,bytes[],uint256)",
    "deep(((bytes,uint8[2][])[2][],uint256)[1])",
    "wide(uint256[130],bytes,uint256[120])",
};

// A function's arguments, from its text.
struct Function {
  explicit Function(std::string_view text)
      : layout(parse_function_text(text).value()),
        types(testing::with_plain_words(parse_function("function " + std::string(text)).value().inputs)) {}

  [[nodiscard]] bool takes(ByteView arguments) const {
    return is_canonical(layout.layout, layout.word_types.size(), arguments);
  }
  [[nodiscard]] Bytes encode(const Value::List& values) const { return build_arguments(types, values).value(); }

  TextLayout layout;
  std::vector<AbiType> types;
};

void set_word(Bytes& data, std::size_t word, const Word& value) {
  std::ranges::copy(value.to_big_endian(), data.begin() + static_cast<std::ptrdiff_t>(32 * word));
}

TEST(LayoutTest, WhatTheEncoderWritesIsCanonicalAndNothingAroundIt) {
  Random random(1);
  for (const std::string_view text : kTexts) {
    const Function function(text);
    for (int i = 0; i < 40; ++i) {
      Bytes data = function.encode(testing::random_values(random, function.types));
      EXPECT_TRUE(function.takes(data)) << text;
      data.resize(data.size() + 32);
      EXPECT_FALSE(function.takes(data)) << text;
      data.resize(data.size() - 31);
      EXPECT_FALSE(function.takes(data)) << text;
      data.resize(data.size() - 2);
      EXPECT_FALSE(function.takes(data)) << text;
    }
  }
}

// A word of the data becomes a neighbour's, a huge one, or one that wraps; words come and go.
void mutate(Random& random, Bytes& data) {
  const std::size_t words = data.size() / 32;
  if (words == 0) return;
  const std::size_t word = random.below(words);
  const auto at = data.begin() + static_cast<std::ptrdiff_t>(32 * word);
  const Word before = Word::from_big_endian(ByteView(data).subspan(32 * word).first<32>());
  const std::array<Word, 12> values{0,
                                    32,
                                    64,
                                    wrapping_add(before, 32).value,
                                    wrapping_sub(before, 32).value,
                                    wrapping_add(before, 1).value,
                                    wrapping_sub(before, 1).value,
                                    Word(1) << 255,
                                    wrapping_sub(0, 32).value,
                                    before | Word(1) << 64,
                                    data.size(),
                                    ~std::uint64_t{0}};
  switch (random.below(5)) {
    case 0:
      data.insert(at, 32, 0);
      break;
    case 1:
      data.erase(at, at + 32);
      break;
    case 2:
      data[random.below(data.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
      break;
    default:
      set_word(data, word, random.pick(values));
  }
}

// The generic ABI decoder, which knows no layouts, takes the same bytes.
TEST(LayoutTest, TakesWhatTheDecoderTakes) {
  Random random(2);
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 30'000; ++i) {
    const Function function(random.pick(kTexts));
    Bytes data = function.encode(testing::random_values(random, function.types));
    for (std::size_t edits = random.below(4); edits > 0; --edits) mutate(random, data);
    const bool decodes = decode_arguments(function.types, data).has_value();
    ++(decodes ? taken : refused);
    ASSERT_EQ(function.takes(data), decodes) << to_hex(data);
  }
  EXPECT_GT(taken, 5000U);
  EXPECT_GT(refused, 5000U);
}

TEST(LayoutTest, HostileOffsetsLengthsAndPadding) {
  const Function function("f(bytes,uint256,bytes[])");
  const Bytes good = function.encode({Bytes(33, 0xaa), 7, Value::List{Bytes(1, 0xbb), Bytes{}}});
  // 0 offset 96, 1 number, 2 offset 192, 3 length 33, 4-5 bytes, 6 length 2, 7 offset 64, 8 offset 128, 9 length 1,
  // 10 byte, 11 length 0
  ASSERT_EQ(good.size(), 12U * 32);
  ASSERT_TRUE(function.takes(good));
  const auto with = [&](std::size_t word, const Word& value) {
    Bytes data = good;
    set_word(data, word, value);
    return function.takes(data);
  };
  EXPECT_TRUE(with(1, Word::max())) << "static words are not looked at";
  EXPECT_FALSE(with(0, 192)) << "re-pointed";
  EXPECT_FALSE(with(2, 96)) << "two offsets to one tail";
  EXPECT_FALSE(with(2, 191));
  EXPECT_FALSE(with(0, Word(96) | Word(1) << 64));
  EXPECT_FALSE(with(7, 128)) << "swapped";
  EXPECT_FALSE(with(8, 64)) << "overlap";
  EXPECT_FALSE(with(11, 1)) << "cut off";
  for (const Word& huge : {Word(1) << 255, wrapping_sub(0, 32).value, wrapping_sub(0, 1).value, Word(1) << 64,
                           Word(~std::uint64_t{0}), Word(~std::uint64_t{0} - 31), Word(1) << 59}) {
    for (const std::size_t word : {0U, 2U, 3U, 6U, 7U, 8U, 9U, 11U}) EXPECT_FALSE(with(word, huge)) << word;
  }
  Bytes dirty = good;
  dirty[32 * 5 + 1] = 1;
  EXPECT_FALSE(function.takes(dirty)) << "padding behind 33 bytes";
  dirty = good;
  dirty[32 * 10 + 31] = 1;
  EXPECT_FALSE(function.takes(dirty));
  Bytes gap = good;
  gap.insert(gap.begin() + 32 * 3, 32, 0);
  set_word(gap, 0, 128);
  set_word(gap, 2, 224);
  EXPECT_FALSE(function.takes(gap)) << "a word behind the head words that nothing points to";
}

TEST(LayoutTest, BytesThatAreNoLayoutTakeNothing) {
  Bytes data(32 * 8, 0);
  for (std::size_t first = 0; first < 256; ++first) {
    for (std::size_t second = 0; second < 256; ++second) {
      const Bytes layout{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)};
      EXPECT_EQ(is_canonical(layout, 8, data), first + second == 8) << to_hex(layout);
    }
  }
  data[31] = 32;
  data.resize(64);
  EXPECT_TRUE(is_canonical("0x80"_hex, 1, data));
  for (const char* layout : {"0x", "0x81", "0x8100", "0x8201", "0x8202010180", "0x820100", "0x83010180ff", "0x84"})
    EXPECT_FALSE(is_canonical(parse_hex(layout).value(), 1, data)) << layout;
}

// Every head word an offset to the same place would be read again and again without the order.
TEST(LayoutTest, TimeIsLinearInTheData) {
  const Function function("f(uint256[][][][])");
  constexpr std::size_t kWords = 100'000;
  Bytes data(32 * kWords, 0);
  set_word(data, 0, 32);
  set_word(data, 1, kWords / 2);
  for (std::size_t i = 2; i < kWords; ++i) set_word(data, i, 32 * (kWords / 2));
  EXPECT_FALSE(function.takes(data));
}

TEST(PathTest, FollowsAsTheValuesSay) {
  Random random(3);
  std::size_t values = 0;
  std::size_t contents = 0;
  std::size_t out_of_range = 0;
  for (int i = 0; i < 30'000; ++i) {
    const Function function(random.pick(kTexts));
    const Value::List arguments = testing::random_values(random, function.types);
    Path path = testing::random_path(random, function.layout);
    for (PathStep& step : path) {
      // Indices and strides as they come are mostly out of range.
      if (step.kind == StepKind::member) step.index = static_cast<std::uint8_t>(step.index % 4);
      step.offset = static_cast<std::uint16_t>(step.offset % 64);
      if (step.kind == StepKind::every_slice) step.stride = static_cast<std::uint16_t>(1 + step.stride % 40);
    }
    const auto end = path_end(function.layout, path);
    ASSERT_TRUE(end);
    const Bytes data = function.encode(arguments);
    const PathResult expected = testing::follow_values(function.types, arguments, path);
    PathResult followed;
    if (end->type) {
      const auto found = follow_to_values(path, data);
      followed = {found.found, {}, found.in_range};
    } else {
      const auto found = follow_to_contents(path, data);
      followed.in_range = found.in_range;
      for (const ByteView each : found.found) followed.contents.push_back(to_bytes(each));
    }
    ASSERT_EQ(followed, expected) << to_hex(encode_path(path)) << " in " << to_hex(data);
    values += expected.values.size();
    contents += expected.contents.size();
    out_of_range += expected.in_range ? 0 : 1;
  }
  EXPECT_GT(values, 10'000U);
  EXPECT_GT(contents, 1000U);
  EXPECT_GT(out_of_range, 1000U);
}

TEST(PathTest, BytesThatAreNotCanonicalAreAnsweredInBoundedTime) {
  Path path(16, PathStep{StepKind::every_member});
  constexpr std::size_t kWords = 1000;
  Bytes data(32 * kWords, 0);
  for (std::size_t i = 0; i < kWords; ++i) set_word(data, i, 32);
  EXPECT_FALSE(follow_to_contents(path, data).in_range) << "32 members, each the same array, 16 deep";
  EXPECT_FALSE(follow_to_values({PathStep{StepKind::every_slice}}, data).in_range) << "a stride of 0";
  Random random(4);
  for (int i = 0; i < 20'000; ++i) {
    const Function function(random.pick(kTexts));
    Bytes noise = function.encode(testing::random_values(random, function.types));
    for (int edits = 0; edits < 4; ++edits) mutate(random, noise);
    const Function other(random.pick(kTexts));
    const Path any = testing::random_path(random, other.layout);
    (void)follow_to_values(any, noise);
    (void)follow_to_contents(any, noise);
  }
}

}  // namespace
}  // namespace valetkey
