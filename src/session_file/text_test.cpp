#include "session_file/text.hpp"

#include <gtest/gtest.h>

namespace valetkey::session_file {
namespace {

TEST(Text, Numbers) {
  EXPECT_EQ(parse_number("0"), (Decimal{0_w, 0}));
  EXPECT_EQ(parse_number("0.00025"), (Decimal{25_w, 5}));
  EXPECT_EQ(parse_number("10.500"), (Decimal{105_w, 1}));
  EXPECT_EQ(parse_number("115792089237316195423570985008687907853269984665640564039457584007913129639935"),
            (Decimal{Word::max(), 0}));
  for (const char* bad : {"",
                          "1e3",
                          "1E3",
                          ".5",
                          "5.",
                          "1..2",
                          "017",
                          "0o17",
                          "0x10",
                          "0b1",
                          "1_000",
                          "1,000",
                          "+5",
                          "-5",
                          " 5",
                          "5 ",
                          ".inf",
                          ".nan",
                          "NaN",
                          "٣",
                          "00",
                          "0.5.0",
                          "115792089237316195423570985008687907853269984665640564039457584007913129639936"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
}

TEST(Text, BaseUnitsAreExact) {
  EXPECT_EQ(to_base_units({25_w, 5}, 18, ""), 250'000'000'000'000_w);
  EXPECT_EQ(to_base_units({1_w, 6}, 6, ""), 1_w);
  EXPECT_EQ(to_base_units({1_w, 7}, 6, "0.0000001 USDC").error().code, "amount_fraction");
  EXPECT_EQ(to_base_units({1_w, 0}, 77, "")->bit_length(), 256u);
  EXPECT_EQ(to_base_units({2_w, 0}, 77, "").error().code, "number_range");
}

TEST(Text, Amounts) {
  const auto amount = parse_amount("10.5  USDC per  30d");
  ASSERT_TRUE(amount);
  EXPECT_EQ(amount->number, (Decimal{105_w, 1}));
  EXPECT_EQ(amount->unit, "USDC");
  EXPECT_EQ(amount->per, "30d");
  EXPECT_EQ(parse_amount("1 WETH per 2 USDC")->per, "2 USDC");
  EXPECT_TRUE(parse_amount("-5")->negative);
  for (const char* bad : {"", "USDC", "10USDC", "10 USDC 5", "10 USDC per", "10 per", "per 10", "- 5", "-0", "--5",
                          "10 US DC per 1d", "1e3 USDC"}) {
    EXPECT_FALSE(parse_amount(bad)) << bad;
  }
}

TEST(Text, Durations) {
  EXPECT_EQ(parse_duration("3d"), 259'200u);
  EXPECT_EQ(parse_duration("12h"), 43'200u);
  EXPECT_EQ(parse_duration("30m"), 1'800u);
  EXPECT_EQ(parse_duration("45s"), 45u);
  for (const char* bad : {"", "d", "3", "0d", "03d", "3 d", "-3d", "1.5d", "3w", "3D", "3d12h", "99999999999999999999d",
                          "3000000000d", "ever"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Text, Times) {
  EXPECT_EQ(parse_time("1970-01-01 00:00:00 UTC"), 0u);
  EXPECT_EQ(parse_time("2026-11-21 09:00:00 UTC"), 1'795'251'600u);
  EXPECT_EQ(parse_time("2028-02-29 23:59:59 UTC"), 1'835'481'599u);
  EXPECT_EQ(parse_time("9999-12-31 23:59:59 UTC"), kLastSecond);
  for (const char* bad :
       {"2026-12-01", "2026-12-01 00:00:00", "2026-12-01T00:00:00Z", "2026-12-01 00:00:00 CET",
        "2027-02-29 00:00:00 UTC", "2026-13-01 00:00:00 UTC", "2026-00-01 00:00:00 UTC", "2026-01-00 00:00:00 UTC",
        "2026-12-01 24:00:00 UTC", "2026-12-01 00:60:00 UTC", "2026-12-01 00:00:60 UTC", "1969-12-31 23:59:59 UTC",
        "26-12-01 00:00:00 UTC", " 2026-12-01 00:00:00 UTC"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Text, Names) {
  for (const char* good : {"usdc", "_x", "Router-02", "a"}) EXPECT_TRUE(check_name(good, "a contract")) << good;
  for (const char* bad : {"", "2x", "-x", "a b", "a.b", "usdс", "any", "value", "calls", "gwei", "0x12"})
    EXPECT_FALSE(check_name(bad, "a contract")) << bad;
  EXPECT_FALSE(check_name(std::string(65, 'a'), "a contract"));
}

TEST(Text, SymbolsAndKeyNames) {
  for (const char* good : {"USDC", "USDC.e", "1INCH", "USD+", "st-ETH"}) EXPECT_TRUE(check_symbol(good)) << good;
  for (const char* bad : {"", "123", "USD C", "USD₮", "gwei", "calls", "per", "ABCDEFGHIJKLMNOPQ"}) {
    EXPECT_FALSE(check_symbol(bad)) << bad;
  }
  for (const char* good : {"bot", "billing/0xAcc1", "a@b.c"}) EXPECT_TRUE(check_key_name(good)) << good;
  for (const char* bad : {"", "a b", "bоt", "a\"b"}) EXPECT_FALSE(check_key_name(bad)) << bad;
}

TEST(Text, Suggestions) {
  const std::vector<std::string> known{"limits", "gas", "permissions"};
  EXPECT_EQ(suggest("limit", known), "did you mean `limits`?");
  EXPECT_EQ(suggest("permisions", known), "did you mean `permissions`?");
  EXPECT_EQ(suggest("zzzz", known), "known here: `limits`, `gas`, `permissions`");
  EXPECT_EQ(suggest("x", std::vector<std::string>{}), "");
}

}  // namespace
}  // namespace valetkey::session_file
