#include "session/texts.hpp"

#include <gtest/gtest.h>

#include <set>

namespace valetkey {
namespace {

TEST(TextsTest, Times) {
  EXPECT_EQ(time_text(0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(time_text(951'782'400), "2000-02-29 00:00:00 UTC");
  EXPECT_EQ(time_text(1'795'251'600), "2026-11-21 09:00:00 UTC");
  EXPECT_EQ(time_text(4'107'542'399), "2100-02-28 23:59:59 UTC");
  EXPECT_EQ(time_text(4'107'542'400), "2100-03-01 00:00:00 UTC");
  EXPECT_EQ(time_text(kLastSecond), "9999-12-31 23:59:59 UTC");
  EXPECT_EQ(session_until_text(0), "for ever");
  EXPECT_EQ(permission_from_text(0), "the session's start");
  EXPECT_EQ(permission_until_text(0), "the session's end");
}

TEST(TextsTest, PeriodsUseTheLargestUnit) {
  EXPECT_EQ(period_text(0), "in total");
  EXPECT_EQ(period_text(1), "per 1 second from the session's start");
  EXPECT_EQ(period_text(59), "per 59 seconds from the session's start");
  EXPECT_EQ(period_text(60), "per 1 minute from the session's start");
  EXPECT_EQ(period_text(3600), "per 1 hour from the session's start");
  EXPECT_EQ(period_text(5400), "per 90 minutes from the session's start");
  EXPECT_EQ(period_text(86'400), "per 1 day from the session's start");
  EXPECT_EQ(period_text(2'592'000), "per 30 days from the session's start");
  EXPECT_EQ(period_text(86'401), "per 86401 seconds from the session's start");
  EXPECT_EQ(period_text(4'294'967'295), "per 4294967295 seconds from the session's start");
}

TEST(TextsTest, ComparisonsTellOneFromSeveral) {
  EXPECT_EQ(comparison_text(Comparison::is, 1), "is");
  EXPECT_EQ(comparison_text(Comparison::is, 2), "one of");
  EXPECT_EQ(comparison_text(Comparison::is_not, 1), "is not");
  EXPECT_EQ(comparison_text(Comparison::is_not, 2), "none of");
  EXPECT_EQ(comparison_text(Comparison::between, 2), "between");
}

TEST(TextsTest, Sources) {
  EXPECT_EQ(source_text(0), "word 0");
  EXPECT_EQ(source_text(253), "word 253");
  EXPECT_EQ(source_text(kCountValue), "native value");
  EXPECT_EQ(source_text(kCountCall), "call");
}

TEST(TextsTest, PositionsOfAPermission) {
  Permission permission;
  PathStep length;
  length.kind = StepKind::length;
  permission.paths = {{PathStep{}, length}, {PathStep{}, PathStep{}}};
  EXPECT_EQ(position_text(permission, 5), "word 5");
  EXPECT_EQ(position_text(permission, 0x80), "word 0 > length");
  EXPECT_EQ(position_text(permission, 0x81), "word 0 > word 0");
  EXPECT_EQ(base_text(permission, 0x80), "word 0 > length");
  EXPECT_EQ(base_text(permission, kBaseValue), "native value");
  EXPECT_EQ(source_text(permission, 0x81), "word 0 > word 0");
  EXPECT_EQ(source_text(permission, kCountValue), "native value");
  EXPECT_EQ(inside_by_text(permission, {0x81, Inside::kBySelector, {1}}), "selector");
  EXPECT_EQ(inside_by_text(permission, {0x80, 0x81, {1}}), "command in word 0 > word 0");
}

TEST(TextsTest, FunctionsAndPlaces) {
  Permission permission;
  permission.text = "command(address,uint256)";
  EXPECT_EQ(function_text(permission), "command(address,uint256)");
  EXPECT_EQ(place_text(permission), "a call");
  permission.inner = permission.command = true;
  permission.selector = {{0, 0, 0, 0x0b}};
  EXPECT_EQ(function_text(permission), "command 0x0b(address,uint256)");
  EXPECT_EQ(place_text(permission), "inside other calls only");
}

TEST(TextsTest, CallsOfABatch) {
  EXPECT_EQ(batch_call_text(0x00), "first call");
  EXPECT_EQ(batch_call_text(0x80), "last call");
  EXPECT_EQ(batch_call_text(0x01), "call +1");
  EXPECT_EQ(batch_call_text(0x7f), "call +127");
  EXPECT_EQ(batch_call_text(0xfe), "call -2");
  EXPECT_EQ(batch_call_text(0x81), "call -127");
}

TEST(TextsTest, Gas) {
  EXPECT_EQ(price_text(0), "at most 0 wei");
  EXPECT_EQ(price_text(kUnlimitedGasPrice - 1), "at most 18446744073709551614 wei");
  EXPECT_EQ(price_text(kUnlimitedGasPrice), "unlimited");
  Session session;
  EXPECT_EQ(fees_text(session), "none, a paymaster pays");
  session.account_pays = true;
  EXPECT_EQ(fees_text(session), "unlimited");
  session.limits = {{LimitKind::fees, 1, 0, {}}};
  EXPECT_EQ(fees_text(session), "limited");
}

TEST(TextsTest, LimitKindsDiffer) {
  std::set<std::string_view> texts;
  for (unsigned kind = 0; kind <= 6; ++kind) texts.insert(limit_text(static_cast<LimitKind>(kind)));
  EXPECT_EQ(texts.size(), 7U);
}

}  // namespace
}  // namespace valetkey
