#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace valetkey {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) return fail("odd", "`3` is odd", "use an even number");
  return std::make_unique<int>(number / 2);
}

Result<int> quarter(int number) {
  VALETKEY_TRY(first, half(number));
  VALETKEY_TRY(second, half(*first));
  return *second;
}

TEST(Result, TryGivesTheValueOrReturnsTheError) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(5).error().code, "odd");
  EXPECT_EQ(quarter(6).error().code, "odd");
}

TEST(Result, ErrorTextHasTheFixOnALineOfItsOwn) {
  EXPECT_EQ(to_string(half(3).error()), "`3` is odd\nuse an even number");
  EXPECT_EQ(to_string(Error{"code", "message", ""}), "message");
}

}  // namespace
}  // namespace valetkey
