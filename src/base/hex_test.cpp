#include "base/hex.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

TEST(Hex, WritesLowerCaseWithPrefix) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0xab, 0x7f}), "0x00ab7f");
  EXPECT_EQ(to_hex({}), "0x");
}

TEST(Hex, ReadsBothCases) {
  EXPECT_EQ(parse_hex("0x00aB7F").value(), (Bytes{0x00, 0xab, 0x7f}));
  EXPECT_TRUE(parse_hex("0x").value().empty());
}

TEST(Hex, RefusesWhatIsNotStrict) {
  EXPECT_EQ(parse_hex("00ab").error().code, "hex_prefix");
  EXPECT_EQ(parse_hex("").error().code, "hex_prefix");
  EXPECT_EQ(parse_hex("0X00").error().code, "hex_prefix");
  EXPECT_EQ(parse_hex("0x0").error().code, "hex_length");
  EXPECT_EQ(parse_hex("0x0g").error().code, "hex_digit");
  EXPECT_EQ(parse_hex("0x 0").error().code, "hex_digit");
}

TEST(Hex, ExactSize) {
  std::array<std::uint8_t, 2> out{};
  ASSERT_TRUE(parse_hex_exact("0x0102", out));
  EXPECT_EQ(out[1], 2);
  EXPECT_EQ(parse_hex_exact("0x01", out).error().code, "hex_size");
  EXPECT_EQ(parse_hex_exact("0x010203", out).error().code, "hex_size");
}

TEST(Bytes, BigEndianNumbers) {
  Bytes bytes;
  append_big_endian(bytes, 0x0102030405060708, 8);
  append_big_endian(bytes, 0xffee, 1);
  EXPECT_EQ(to_hex(bytes), "0x0102030405060708ee");
  EXPECT_EQ(read_big_endian(ByteView(bytes).first(3)), 0x010203u);
}

}  // namespace
}  // namespace valetkey
