#include "account/amount.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

const std::vector<Unit> kUnits{{"USDC", 6}, {"ETH", 18}, {"wei", 0}};

TEST(Amount, IsInBaseUnits) {
  EXPECT_EQ(parse_amount_text("150 USDC", kUnits).value(), Word(150'000'000));
  EXPECT_EQ(parse_amount_text("0.000001 USDC", kUnits).value(), Word(1));
  EXPECT_EQ(parse_amount_text("0 ETH", kUnits).value(), Word(0));
  EXPECT_EQ(parse_amount_text("00.5 ETH", kUnits).value(), Word(500'000'000'000'000'000));
  EXPECT_EQ(parse_amount_text("7", kUnits).value(), Word(7));
  EXPECT_EQ(parse_amount_text("7 wei", kUnits).value(), Word(7));
}

TEST(Amount, TakesNothingElse) {
  for (const auto& [text, code] :
       {std::pair{"", "amount_form"},
        {"-1 USDC", "amount_form"},
        {"1e6 USDC", "amount_form"},
        {". USDC", "amount_form"},
        {"1. USDC", "amount_form"},
        {".5 USDC", "amount_form"},
        {"1.5.5 USDC", "amount_form"},
        {"1,5 USDC", "amount_form"},
        {"0x10", "amount_form"},
        {"1 usdc", "amount_unit"},
        {"1  USDC", "amount_unit"},
        {"0.0000001 USDC", "amount_fraction"},
        {"1.5", "amount_form"},
        {"999999999999999999999999999999999999999999999999999999999999999999 ETH", "amount_range"}}) {
    const auto amount = parse_amount_text(text, kUnits);
    EXPECT_EQ(amount ? "no error" : amount.error().code, code) << text;
  }
}

}  // namespace
}  // namespace valetkey
