#include "session/paths.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/hex.hpp"
#include "random_rules.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

constexpr std::string_view kSwap = "exactInput((bytes,address,uint256,uint256))";
constexpr std::string_view kOrder = "order((address,(uint96,bytes)[],bytes4[2])[],uint8,bytes[2])";

Path path_of(std::string_view hex) {
  return decode_path(parse_hex(hex).value()).value();
}

// Where a path ends: `address`-like codes as hex, `contents`, with `*` for every and `?` for some; `refused`.
std::string end_of(std::string_view text, std::string_view hex) {
  const auto path = decode_path(parse_hex(hex).value());
  const auto end = path ? path_end(parse_function_text(text).value(), *path) : std::nullopt;
  if (!end) return "refused";
  const std::string type = end->type ? to_hex(Bytes{end->type->code()}) : "contents";
  return type + (end->reach == PathReach::one ? "" : end->reach == PathReach::every ? "*" : "?");
}

TEST(PathsTest, StepsByteByByte) {
  Path path(8);
  path[0].index = 7;
  path[1] = {StepKind::member, 3, 2, {}, 0, 0};
  path[2] = {StepKind::every_member, 0, 4, {}, 0, 0};
  path[3] = {StepKind::some_member, 0, 0, {}, 0, 0};
  path[4].kind = StepKind::length;
  path[5] = {StepKind::slice, 0, 0, {ValueGroup::address, 1}, 0x0102, 0};
  path[6] = {StepKind::slice_from_end, 0, 0, {ValueGroup::fixed_bytes, 4}, 3, 0};
  path[7] = {StepKind::every_slice, 0, 0, {ValueGroup::unsigned_number, 3}, 20, 23};
  const Bytes bytes =
      "0x0007"
      "010302"
      "0204"
      "0300"
      "04"
      "05000102"
      "06830003"
      "072200140017"_hex;
  EXPECT_EQ(encode_path(path), bytes);
  EXPECT_EQ(decode_path(bytes), path);
}

TEST(PathsTest, StepsThatAreNone) {
  for (const char* hex : {"0x00", "0x0100", "0x02", "0x03", "0x05", "0x0500", "0x050000", "0x0722000000", "0x08",
                          "0xff", "0x05010000", "0x05a00000", "0x05c00000", "0x05e00000"}) {
    EXPECT_FALSE(decode_path(parse_hex(hex).value())) << hex;
  }
}

TEST(PathsTest, ATupleIsBehindItsOffset) {
  EXPECT_EQ(end_of(kSwap, "0x00000001"), "0x00");
  EXPECT_EQ(end_of(kSwap, "0x00000002"), "0x3f");
  EXPECT_EQ(end_of(kSwap, "0x00000000"), "contents");
  EXPECT_EQ(end_of(kSwap, "0x0000000004"), "0x3f");
  EXPECT_EQ(end_of(kSwap, "0x0000000005000000"), "0x00");
  EXPECT_EQ(end_of(kSwap, "0x0000000006000000"), "0x00");
  EXPECT_EQ(end_of(kSwap,
                   "0x0000000007000000"
                   "0017"),
            "0x00*");
  EXPECT_EQ(end_of(kSwap, "0x00000004"), "refused") << "no such word";
  EXPECT_EQ(end_of(kSwap, "0x0000"), "refused") << "a tuple is no value";
  EXPECT_EQ(end_of(kSwap, "0x000004"), "refused") << "a tuple has no length";
  EXPECT_EQ(end_of(kSwap, "0x0000000100"), "refused");
  EXPECT_EQ(end_of(kSwap, "0x000000010000"), "refused") << "a value is the end";
  EXPECT_EQ(end_of(kSwap, "0x000000000404"), "refused");
  EXPECT_EQ(end_of(kSwap, "0x000000000500000005000000"), "refused");
  EXPECT_EQ(end_of(kSwap,
                   "0x0000000007000000"
                   "0000"),
            "refused")
      << "a stride of 0";
  EXPECT_EQ(end_of(kSwap, "0x04"), "refused");
  EXPECT_EQ(end_of(kSwap, "0x0200"), "refused");
  EXPECT_EQ(end_of(kSwap, "0x"), "refused");
}

TEST(PathsTest, ArraysTuplesInArraysAndStaticElements) {
  EXPECT_EQ(end_of(kOrder, "0x000004"), "0x3f");
  EXPECT_EQ(end_of(kOrder, "0x000002000000"), "0x00*");
  EXPECT_EQ(end_of(kOrder, "0x000003000000"), "0x00?");
  EXPECT_EQ(end_of(kOrder, "0x00000105000000"), "0x00");
  EXPECT_EQ(end_of(kOrder, "0x000002000003"), "0x83*");
  EXPECT_EQ(end_of(kOrder, "0x000002000004"), "refused");
  EXPECT_EQ(end_of(kOrder, "0x000002010000"), "refused") << "the element is dynamic";
  EXPECT_EQ(end_of(kOrder, "0x0000020000010100000000"), "0x2b*");
  EXPECT_EQ(end_of(kOrder, "0x0000020000010200000104"), "0x3f*");
  EXPECT_EQ(end_of(kOrder, "0x0000030000010100000000"), "0x2b?");
  EXPECT_EQ(end_of(kOrder, "0x00000300000102000000"), "refused") << "some and every";
  EXPECT_EQ(end_of(kOrder, "0x00000300000103000000"), "refused") << "some twice";
  EXPECT_EQ(end_of(kOrder, "0x0000030000010100000001072200000001"), "refused") << "some and every part";
  EXPECT_EQ(end_of(kOrder, "0x0000020000010100000001072200000001"), "0x22*");
  EXPECT_EQ(end_of(kOrder, "0x00020001"), "contents") << "a fixed array is gone into by words";
  EXPECT_EQ(end_of(kOrder, "0x00020002"), "refused");
  EXPECT_EQ(end_of(kOrder, "0x0002010100"), "refused");
  EXPECT_EQ(end_of(kOrder, "0x000204"), "refused");
  // Static elements: their size, then a word of their own.
  constexpr std::string_view kStatic = "f((uint256,bool)[],int64[])";
  EXPECT_EQ(end_of(kStatic, "0x000002020001"), "0x60*");
  EXPECT_EQ(end_of(kStatic, "0x000002020002"), "refused");
  EXPECT_EQ(end_of(kStatic, "0x000002010001"), "refused");
  EXPECT_EQ(end_of(kStatic, "0x000002000001"), "refused");
  EXPECT_EQ(end_of(kStatic, "0x00000202"), "refused") << "an element is no value";
  EXPECT_EQ(end_of(kStatic, "0x000101ff010000"), "0x47");
  EXPECT_EQ(end_of(kStatic, "0x000101ff010001"), "refused");
}

// A head word below 128 has a position of its own.
TEST(PathsTest, AHeadWordHasOnePosition) {
  EXPECT_EQ(end_of("f(uint8[200],bytes)", "0x007f"), "refused");
  EXPECT_EQ(end_of("f(uint8[200],bytes)", "0x0080"), "0x20");
  EXPECT_EQ(end_of("f(uint8[200],bytes)", "0x00c8"), "contents");
  EXPECT_EQ(end_of("f(uint8,bytes)", "0x0001"), "contents");
}

TEST(PathsTest, ShorterPathsComeFirst) {
  EXPECT_TRUE(path_before(path_of("0x00ff"), path_of("0x000004")));
  EXPECT_TRUE(path_before(path_of("0x0001"), path_of("0x0002")));
  EXPECT_FALSE(path_before(path_of("0x0002"), path_of("0x0002")));
  EXPECT_FALSE(path_before(path_of("0x0002"), path_of("0x0001")));
}

TEST(PathsTest, Positions) {
  EXPECT_FALSE(path_index(0x7f));
  EXPECT_EQ(path_index(0x80), 0U);
  EXPECT_EQ(path_index(0x9f), 31U);
  EXPECT_FALSE(path_index(0xa0));
  EXPECT_FALSE(path_index(0xff));
}

TEST(PathsTest, RandomPathsReadBack) {
  testing::Random random(60);
  const TextLayout function = parse_function_text(kOrder).value();
  std::set<StepKind> kinds;
  for (int i = 0; i < 3000; ++i) {
    const Path path = testing::random_path(random, function);
    EXPECT_EQ(decode_path(encode_path(path)), path);
    for (const PathStep& step : path) kinds.insert(step.kind);
  }
  EXPECT_EQ(kinds.size(), 8U);
}

TEST(PathsTest, Texts) {
  EXPECT_EQ(path_text(path_of("0x0002"
                              "010000"
                              "0200"
                              "0303"
                              "04")),
            "word 2 > member 0 > every member > some member > length");
  EXPECT_EQ(path_text(path_of("0x05000000")), "bytes 0 to 19");
  EXPECT_EQ(path_text(path_of("0x06000000")), "bytes 20 to 1 from the end");
  EXPECT_EQ(path_text(path_of("0x070000000017")), "bytes 0 to 19, every 23 bytes");
  EXPECT_EQ(path_text(path_of("0x0522ffff")), "bytes 65535 to 65537");
  EXPECT_EQ(path_text(path_of("0x0660ffff")), "bytes 65536 to 65536 from the end");
}

}  // namespace
}  // namespace valetkey
