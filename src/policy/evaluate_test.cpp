#include "policy/evaluate.hpp"

#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"
#include "example_session.hpp"
#include "session/check.hpp"

namespace valetkey {
namespace {

using testing::example_place;
using testing::function_permission;
using testing::kExampleAccount;
using testing::kExampleFrom;
using testing::kRouter;
using testing::kUsdc;
using testing::swap_call;
using testing::token_call;

constexpr Seconds kDay = 86'400;
constexpr Word kPrice = 25'000'000'000'000'000;  // at the floor for 100 USDC

// The example session, one state, calls built up call by call.
class EvaluateTest : public ::testing::Test {
 protected:
  EvaluateTest() { reset(); }

  void reset() {
    state_ = {};
    state_.epoch = session_.epoch;
    state_.installed = true;
    state_.set_status(SessionStatus::enabled);
  }
  void call(const Address& target, Bytes data, std::uint8_t permission, const Word& value = 0) {
    calls_.push_back({target, value, std::move(data)});
    choice_.push_back(permission);
  }
  Verdict evaluate_now(bool enabling = false) {
    std::vector<CallView> views;
    for (const Call& one : calls_) views.push_back({one.target, one.value, one.data});
    return evaluate(session_, session_id(session_), place_, state_, {views, choice_, time_, gas_}, enabling);
  }
  // Name and indices, or "passes"; a passing operation is taken over into the state.
  std::string run(bool enabling = false) {
    const Verdict verdict = evaluate_now(enabling);
    calls_.clear();
    choice_.clear();
    if (verdict.refusal) {
      EXPECT_EQ(verdict.state, state_) << "a refusal stores nothing";
      return std::string(refusal_name(verdict.refusal->code)) + "(" + std::to_string(verdict.refusal->call) + "," +
             std::to_string(verdict.refusal->rule) + ")";
    }
    state_ = verdict.state;
    window_ = verdict.window;
    return "passes";
  }
  std::string swap(const Word& amount_in, const Word& amount_out) {
    call(kRouter, swap_call(amount_in, amount_out), 1);
    return run();
  }

  Session session_ = testing::example_session();
  SessionPlace place_ = example_place();
  SessionState state_;
  std::vector<Call> calls_;
  std::vector<std::uint8_t> choice_;
  Seconds time_ = kExampleFrom;
  GasView gas_{100'000, 100'000, 50'000, 1'000'000'000, {}, {}};
  Window window_;
};

TEST_F(EvaluateTest, ASwapInsideTheBoundsPasses) {
  EXPECT_EQ(swap(100'000'000, kPrice), "passes");
  EXPECT_EQ(window_, (Window{kExampleFrom, kExampleFrom + kDay - 1}));
  const auto rests = limit_rests(session_, state_, time_);
  EXPECT_EQ(rests, (std::vector<Word>{900'000'000, 1'000'000'000, 19, 10'000'000'000'000'000 - 250'000'000'000'000}));
}

TEST_F(EvaluateTest, EveryRuleRefuses) {
  EXPECT_EQ(swap(100'000'000, wrapping_sub(kPrice, 1).value), "rule_ratio(0,5)");
  EXPECT_EQ(swap(200'000'001, Word(1) << 100), "rule_at_most(0,4)");
  Bytes other_token = swap_call(100'000'000, kPrice);
  other_token[4 + 63] ^= 1;
  call(kRouter, other_token, 1);
  EXPECT_EQ(run(), "rule_is(0,1)");
  Bytes other_recipient = swap_call(100'000'000, kPrice);
  other_recipient[4 + 32 * 3 + 31] ^= 1;
  call(kRouter, other_recipient, 1);
  EXPECT_EQ(run(), "rule_is(0,2)");
  Bytes other_fee = swap_call(100'000'000, kPrice);
  other_fee[4 + 32 * 2 + 31] ^= 1;
  call(kRouter, other_fee, 1);
  EXPECT_EQ(run(), "rule_one_of(0,3)");
}

TEST_F(EvaluateTest, StateComesFirst) {
  state_.installed = false;
  EXPECT_EQ(swap(1, kPrice), "not_installed(255,255)");
  reset();
  ++state_.epoch;
  EXPECT_EQ(swap(1, kPrice), "epoch_moved(255,255)");
  reset();
  state_.set_status(SessionStatus::revoked);
  EXPECT_EQ(swap(1, kPrice), "revoked(255,255)");
  call(kRouter, swap_call(1, kPrice), 1);
  EXPECT_EQ(run(true), "revoked(255,255)");
  reset();
  state_.set_status(SessionStatus::unknown);
  EXPECT_EQ(swap(1, kPrice), "not_enabled(255,255)");
  call(kRouter, swap_call(1, kPrice), 1);
  EXPECT_EQ(run(true), "passes");
  EXPECT_EQ(state_.status(), SessionStatus::enabled);
}

TEST_F(EvaluateTest, AnEpochBelowOrAboveTheAccountsIsOver) {
  session_.epoch = 7;
  for (const std::uint64_t epoch : {std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{8}, ~std::uint64_t{0}}) {
    reset();
    state_.epoch = epoch;
    EXPECT_EQ(swap(1, kPrice), "epoch_moved(255,255)") << epoch;
    call(kRouter, swap_call(1, kPrice), 1);
    EXPECT_EQ(run(true), "epoch_moved(255,255)") << epoch;
  }
  reset();
  EXPECT_EQ(swap(1, kPrice), "passes");
}

TEST_F(EvaluateTest, GasPriceAndPayer) {
  gas_.max_fee_per_gas = 2'000'000'000;
  EXPECT_EQ(swap(1, kPrice), "passes");
  gas_.max_fee_per_gas = 2'000'000'001;
  EXPECT_EQ(swap(1, kPrice), "gas_price(255,255)");
  session_.gas_price = kUnlimitedGasPrice;
  gas_.max_fee_per_gas = Word::max_of_bits(128);
  EXPECT_EQ(swap(1, kPrice), "limit_passed(255,3)");
  gas_.max_fee_per_gas = 1;

  Bytes paymaster(52, 0);
  std::ranges::copy(kUsdc.bytes, paymaster.begin());
  gas_.paymaster_and_data = paymaster;
  EXPECT_EQ(swap(1, kPrice), "paymaster(255,255)");
  session_.paymasters = {kUsdc};
  EXPECT_EQ(swap(1, kPrice), "passes");
  gas_.paymaster_and_data = ByteView(paymaster).first(51);
  EXPECT_EQ(swap(1, kPrice), "paymaster(255,255)");
  session_.account_pays = false;
  gas_.paymaster_and_data = {};
  EXPECT_EQ(swap(1, kPrice), "fees_none(255,255)");
}

TEST_F(EvaluateTest, InitCodeOfA7702Account) {
  Bytes marker(20, 0);
  marker[0] = 0x77;
  marker[1] = 0x02;
  gas_.init_code = marker;
  EXPECT_EQ(swap(1, kPrice), "passes");
  marker.push_back(1);
  gas_.init_code = marker;
  EXPECT_EQ(swap(1, kPrice), "init_code(255,255)");
  marker[0] = 0x78;
  EXPECT_EQ(swap(1, kPrice), "passes");
}

TEST_F(EvaluateTest, FeesCountAtTheirMost) {
  gas_ = {100'000, 100'000, 50'000, 1'000'000'000, {}, {}};
  EXPECT_EQ(swap(1, kPrice), "passes");
  EXPECT_EQ(limit_rests(session_, state_, time_)[3], Word(10'000'000'000'000'000 - 250'000'000'000'000));
  gas_.pre_verification_gas = Word::max();
  EXPECT_EQ(swap(1, kPrice), "limit_passed(255,3)");
  EXPECT_EQ(operation_fee(gas_), Word(1) << 112);
  gas_.max_fee_per_gas = 0;
  EXPECT_EQ(operation_fee(gas_), Word(1) << 112) << "the sum passes 2^256";
}

TEST_F(EvaluateTest, TargetsThatNoSessionMayCall) {
  Permission sudo;
  sudo.kind = PermissionKind::anything;
  sudo.most_value = Word::max();
  session_.limits.clear();
  session_.permissions = {sudo};
  call({}, {}, 0);
  EXPECT_EQ(run(), "target_zero(0,255)");
  call(kUsdc, {}, 0);
  call(kExampleAccount, {}, 0);
  EXPECT_EQ(run(), "target_account(1,255)");
  call(kEntryPointV06.address, {}, 0);
  EXPECT_EQ(run(), "target_entry_point(0,255)");
  call(kEntryPointV09Address, {}, 0);
  EXPECT_EQ(run(), "target_entry_point(0,255)");
  call(place_.validator, {}, 0);
  EXPECT_EQ(run(), "target_validator(0,255)");
  call(kUsdc, "0x010203"_hex, 0);
  EXPECT_EQ(run(), "passes");
}

TEST_F(EvaluateTest, ASessionMayRevokeItselfAndNothingElse) {
  const Bytes revoke = [&] {
    Bytes data = "0xb75c7dc6"_hex;
    append(data, session_id(session_).view());
    return data;
  }();
  call(place_.validator, revoke, kRevokePermission);
  EXPECT_EQ(run(), "passes");
  EXPECT_EQ(limit_rests(session_, state_, time_)[2], Word(20)) << "counts no call";
  call(place_.validator, revoke, 0);
  EXPECT_EQ(run(), "target_validator(0,255)");
  call(place_.validator, revoke, kRevokePermission, 1);
  EXPECT_EQ(run(), "target_validator(0,255)");
  Bytes longer = revoke;
  longer.push_back(0);
  call(place_.validator, longer, kRevokePermission);
  EXPECT_EQ(run(), "target_validator(0,255)");
  Bytes other = revoke;
  other[10] ^= 1;
  call(place_.validator, other, kRevokePermission);
  EXPECT_EQ(run(), "target_validator(0,255)");
}

TEST_F(EvaluateTest, PermissionsFit) {
  call(kRouter, swap_call(1, kPrice), 2);
  EXPECT_EQ(run(), "permission_missing(0,2)");
  call(kRouter, swap_call(1, kPrice), kRevokePermission);
  EXPECT_EQ(run(), "permission_missing(0,255)");
  call(kRouter, swap_call(1, kPrice), 0);
  EXPECT_EQ(run(), "no_permission(0,0)");
  call(kUsdc, swap_call(1, kPrice), 1);
  EXPECT_EQ(run(), "no_permission(0,1)");
  call(kRouter, "0x04e45a"_hex, 1);
  EXPECT_EQ(run(), "no_permission(0,1)");
  Bytes data = swap_call(1, kPrice);
  data.push_back(0);
  call(kRouter, data, 1);
  EXPECT_EQ(run(), "call_data_length(0,1)");
  data.resize(data.size() - 2);
  call(kRouter, data, 1);
  EXPECT_EQ(run(), "call_data_length(0,1)");
  call(kRouter, swap_call(1, kPrice), 1, 1);
  EXPECT_EQ(run(), "value_over(0,1)");
}

TEST_F(EvaluateTest, KindsOfPermissions) {
  session_.limits.clear();
  Permission plain;
  plain.kind = PermissionKind::plain_transfer;
  plain.contract = kRouter;
  plain.most_value = 5;
  Permission any = plain;
  any.kind = PermissionKind::any_function;
  Permission dynamic = function_permission(kRouter, "note(bytes,uint256)");
  session_.permissions = {plain, any, dynamic};
  call(kRouter, {}, 0, 5);
  EXPECT_EQ(run(), "passes");
  call(kRouter, {}, 0, 6);
  EXPECT_EQ(run(), "value_over(0,0)");
  call(kRouter, "0x00"_hex, 0);
  EXPECT_EQ(run(), "no_permission(0,0)");
  call(kRouter, {}, 1);
  EXPECT_EQ(run(), "no_permission(0,1)");
  call(kRouter, "0x010203"_hex, 1);
  EXPECT_EQ(run(), "no_permission(0,1)");
  call(kRouter, "0x01020304"_hex, 1);
  EXPECT_EQ(run(), "passes");
  Bytes note = to_bytes(dynamic.selector.view());
  note.resize(4 + 64 + 17);
  call(kRouter, note, 2);
  EXPECT_EQ(run(), "passes");
  note.resize(4 + 63);
  call(kRouter, note, 2);
  EXPECT_EQ(run(), "call_data_length(0,2)");
}

TEST_F(EvaluateTest, LimitsInTotal) {
  session_.limits[2].amount = 1000;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(swap(200'000'000, Word(1) << 100), "passes");
  EXPECT_EQ(limit_rests(session_, state_, time_)[0], Word(0));
  EXPECT_EQ(swap(1, Word(1) << 100), "limit_passed(255,0)");
  EXPECT_EQ(swap(0, 0), "passes");
}

TEST_F(EvaluateTest, CallsOfABatchAddUp) {
  session_.limits[0].amount = 300;
  call(kRouter, swap_call(150, Word(1) << 100), 1);
  call(kRouter, swap_call(151, Word(1) << 100), 1);
  EXPECT_EQ(run(), "limit_passed(255,0)");
  call(kRouter, swap_call(150, Word(1) << 100), 1);
  call(kRouter, swap_call(150, Word(1) << 100), 1);
  EXPECT_EQ(run(), "passes");
}

// Attack C-07: sums that overflow.
TEST_F(EvaluateTest, HugeAmountsDontWrap) {
  session_.permissions[1].rules.clear();
  session_.limits[0].amount = Word::max_of_bits(112);
  call(kRouter, swap_call(Word::max(), 0), 1);
  call(kRouter, swap_call(2, 0), 1);
  EXPECT_EQ(run(), "limit_passed(255,0)");
  call(kRouter, swap_call(Word::max_of_bits(112), 0), 1);
  EXPECT_EQ(run(), "passes");
  EXPECT_EQ(swap(1, 0), "limit_passed(255,0)");
}

// Attack C-07: two counted words of one call whose sum is 2^256, or half of it, and a sum that wraps what was spent.
TEST_F(EvaluateTest, CountedWordsOfOneCallDontWrap) {
  Permission pair = function_permission(kRouter, "f(uint256,uint256)");
  const ValueType number{ValueGroup::unsigned_number, 32};
  pair.counts = {{0, 0, number}, {0, 1, number}};
  session_.permissions = {pair};
  session_.limits = {{LimitKind::sum, 100, 0, {}}};
  ASSERT_FALSE(check_session(session_, place_));
  const auto count = [&](const Word& a, const Word& b) {
    call(kRouter, encode_static_call(pair.selector, {{a, b}}), 0);
    return run();
  };
  EXPECT_EQ(count(50, 10), "passes");
  const Word half = Word(1) << 255;
  for (const Word& word : {Word(1), Word(40), Word(1) << 112, half, Word::max()}) {
    EXPECT_EQ(count(word, wrapping_sub(0, word).value), "limit_passed(255,0)");
    EXPECT_EQ(count(wrapping_sub(half, word).value, word), "limit_passed(255,0)");
  }
  for (const std::uint64_t less : {1U, 60U, 100U}) EXPECT_EQ(count(wrapping_sub(0, less).value, 0), "limit_passed(255,0)");
  EXPECT_EQ(count(40, 0), "passes");
}

TEST_F(EvaluateTest, DirtyCountedWords) {
  Permission narrow = function_permission(kRouter, "f(uint96)");
  narrow.counts = {{0, 0, {ValueGroup::unsigned_number, 12}}};
  session_.permissions = {narrow};
  session_.limits = {{LimitKind::sum, 100, 0, {}}};
  ASSERT_FALSE(check_session(session_, place_));
  call(kRouter, encode_static_call(narrow.selector, {{Word(100)}}), 0);
  EXPECT_EQ(run(), "passes");
  call(kRouter, encode_static_call(narrow.selector, {{Word(1) << 96}}), 0);
  EXPECT_EQ(run(), "dirty_count(0,0)");
}

TEST_F(EvaluateTest, LimitsOnValueAndCalls) {
  Permission plain;
  plain.kind = PermissionKind::plain_transfer;
  plain.contract = kRouter;
  plain.most_value = 100;
  Permission free = plain;
  plain.counts = {{0, kCountValue, {}}, {2, kCountCall, {}}};
  session_.permissions = {plain, free};
  session_.limits = {{LimitKind::native, 50, 0, {}},
                     {LimitKind::native_every, 120, 0, {}},
                     {LimitKind::calls, 2, 0, {}},
                     {LimitKind::calls_every, 4, 0, {}}};
  ASSERT_FALSE(check_session(session_, place_));
  call(kRouter, {}, 0, 51);
  EXPECT_EQ(run(), "limit_passed(255,0)");
  call(kRouter, {}, 0, 50);
  EXPECT_EQ(run(), "passes");
  call(kRouter, {}, 0, 1);
  EXPECT_EQ(run(), "limit_passed(255,0)");
  call(kRouter, {}, 1, 71);
  EXPECT_EQ(run(), "limit_passed(255,1)");
  call(kRouter, {}, 1, 70);
  EXPECT_EQ(run(), "passes");
  call(kRouter, {}, 0, 0);
  EXPECT_EQ(run(), "passes");
  call(kRouter, {}, 0, 0);
  EXPECT_EQ(run(), "limit_passed(255,2)");
  call(kRouter, {}, 1, 0);
  call(kRouter, {}, 1, 0);
  EXPECT_EQ(run(), "limit_passed(255,3)");
  call(kRouter, {}, 1, 0);
  EXPECT_EQ(run(), "passes");
}

// Attack C-09: periods p-1, p, p+1, named by the operation's time.
TEST_F(EvaluateTest, PeriodsComeFromTheTimeAndNeverGoBack) {
  session_.limits[2].amount = 1;
  session_.until = 0;
  const auto at = [&](Seconds time) {
    time_ = time;
    return swap(0, 0);
  };
  EXPECT_EQ(at(kExampleFrom - 1), "time_before_start(255,2)");
  EXPECT_EQ(at(kExampleFrom + kDay - 1), "passes");
  EXPECT_EQ(window_, (Window{kExampleFrom, kExampleFrom + kDay - 1}));
  EXPECT_EQ(at(kExampleFrom), "limit_passed(255,2)");
  EXPECT_EQ(at(kExampleFrom + kDay), "passes");
  EXPECT_EQ(window_, (Window{kExampleFrom + kDay, kExampleFrom + 2 * kDay - 1}));
  EXPECT_EQ(at(kExampleFrom + kDay - 1), "period_backwards(255,2)");
  EXPECT_EQ(at(kExampleFrom + 5 * kDay), "passes");
  EXPECT_EQ(at(kExampleFrom + 4 * kDay), "period_backwards(255,2)");
  EXPECT_EQ(at((Seconds{1} << 40U) - 1), "passes");
}

TEST_F(EvaluateTest, RestsAreThoseOfThePeriod) {
  EXPECT_EQ(swap(0, 0), "passes");
  EXPECT_EQ(limit_rests(session_, state_, kExampleFrom)[2], Word(19));
  EXPECT_EQ(limit_rests(session_, state_, kExampleFrom - 5)[2], Word(19));
  EXPECT_EQ(limit_rests(session_, state_, kExampleFrom + kDay)[2], Word(20));
  time_ += 2 * kDay;
  EXPECT_EQ(swap(0, 0), "passes");
  EXPECT_EQ(limit_rests(session_, state_, kExampleFrom + kDay)[2], Word(0)) << "that period is over";
}

// Attack: the window is the intersection, both seconds included.
TEST_F(EvaluateTest, WindowsIntersect) {
  session_.limits.clear();
  for (auto& permission : session_.permissions) permission.counts.clear();
  EXPECT_EQ(swap(0, 0), "passes");
  EXPECT_EQ(window_, (Window{kExampleFrom, kExampleFrom + 3 * kDay - 1}));
  session_.permissions[1].from = kExampleFrom + 10;
  session_.permissions[1].until = kExampleFrom + 20;
  EXPECT_EQ(swap(0, 0), "passes");
  EXPECT_EQ(window_, (Window{kExampleFrom + 10, kExampleFrom + 19}));
  session_.permissions[0].from = kExampleFrom + 19;
  call(kRouter, swap_call(0, 0), 1);
  call(kUsdc, token_call("approve(address,uint256)", kRouter, 0), 0);
  EXPECT_EQ(run(), "passes");
  EXPECT_EQ(window_, (Window{kExampleFrom + 19, kExampleFrom + 19}));
  session_.permissions[0].from = kExampleFrom + 20;
  call(kRouter, swap_call(0, 0), 1);
  call(kUsdc, token_call("approve(address,uint256)", kRouter, 0), 0);
  EXPECT_EQ(run(), "window_empty(255,255)");
}

TEST_F(EvaluateTest, AWindowThatEndsAtSecondZeroIsEmptyNotEndless) {
  session_.limits.clear();
  for (auto& permission : session_.permissions) permission.counts.clear();
  session_.from = 0;
  session_.until = 1;
  ASSERT_FALSE(check_session(session_, place_));
  EXPECT_EQ(swap(0, 0), "window_empty(255,255)");
  session_.until = 2;
  EXPECT_EQ(swap(0, 0), "passes");
  session_.until = 0;
  session_.permissions[1].until = 1;
  EXPECT_EQ(swap(0, 0), "window_empty(255,255)");
}

TEST_F(EvaluateTest, ValidationData) {
  EXPECT_EQ(pack_validation_data({0, kNoEnd}), Word(0));
  EXPECT_EQ(pack_validation_data({1, kNoEnd}), Word(1) << 208);
  EXPECT_EQ(pack_validation_data({1, 2}), (Word(1) << 208) | (Word(2) << 160));
}

TEST_F(EvaluateTest, TheClockAtTheEdges) {
  const Window window{100, 200};
  const auto at = [&](Seconds now, EntryPointVersion version) {
    const auto refusal = check_clock(window, now, version);
    return refusal ? refusal_name(refusal->code) : "open";
  };
  EXPECT_EQ(at(99, EntryPointVersion::v0_7), "window_early");
  EXPECT_EQ(at(100, EntryPointVersion::v0_7), "open");
  EXPECT_EQ(at(100, EntryPointVersion::v0_8), "window_early");
  EXPECT_EQ(at(101, EntryPointVersion::v0_8), "open");
  EXPECT_EQ(at(200, EntryPointVersion::v0_8), "open");
  EXPECT_EQ(at(201, EntryPointVersion::v0_7), "window_over");
  EXPECT_FALSE(check_clock({0, kNoEnd}, 0, EntryPointVersion::v0_8));
}

TEST_F(EvaluateTest, NeedsTime) {
  const std::uint8_t swap_choice[] = {1};
  EXPECT_TRUE(needs_time(session_, swap_choice, true));
  const std::uint8_t revoke_choice[] = {kRevokePermission};
  EXPECT_FALSE(needs_time(session_, revoke_choice, true));
  session_.limits[3].period = 60;
  EXPECT_TRUE(needs_time(session_, revoke_choice, true));
  EXPECT_FALSE(needs_time(session_, revoke_choice, false));
  session_.limits[2].period = 0;
  EXPECT_FALSE(needs_time(session_, swap_choice, false));
  session_.limits[0].period = 60;
  EXPECT_TRUE(needs_time(session_, swap_choice, false));
}

}  // namespace
}  // namespace valetkey
