#include "evm/types.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace valetkey {
namespace {

static_assert(!std::is_convertible_v<Hash, FixedBytes<32, struct OtherTag>>);

// The examples of EIP-55.
const char* const kChecksummed[] = {
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"};

TEST(Address, ChecksumRoundTrip) {
  for (const char* const text : kChecksummed) EXPECT_EQ(to_checksum(parse_address(text).value()), text);
}

TEST(Address, MixedCaseNeedsTheRightChecksum) {
  const auto wrong = parse_address("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "address_checksum");
  EXPECT_NE(wrong.error().fix.find("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), std::string::npos);
  EXPECT_TRUE(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
  EXPECT_TRUE(parse_address("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"));
}

TEST(Address, HasTwentyBytes) {
  EXPECT_EQ(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea").error().code, "hex_size");
  EXPECT_EQ(parse_address("vitalik.eth").error().code, "hex_prefix");
}

TEST(Address, WordRoundTrip) {
  constexpr Address address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"_address;
  EXPECT_EQ(to_word(address), 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed_w);
  EXPECT_EQ(to_address(to_word(address)), address);
  EXPECT_EQ(to_address(Word(1) << 160), std::nullopt);
}

TEST(Hash, WordRoundTrip) {
  const Word word = 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20_w;
  EXPECT_EQ(to_word(to_hash(word)), word);
  EXPECT_EQ(to_hex(to_hash(1)), "0x0000000000000000000000000000000000000000000000000000000000000001");
}

TEST(FixedBytes, ParsesExactlyItsSize) {
  EXPECT_EQ(parse_fixed<Selector>("0xe9ae5c53").value(), "0xe9ae5c53"_selector);
  EXPECT_EQ(parse_fixed<Selector>("0xe9ae5c").error().code, "hex_size");
}

}  // namespace
}  // namespace valetkey
