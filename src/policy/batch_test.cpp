// Rules between the calls of a batch, and contracts that are asked.
#include "rules_fixture.hpp"

namespace valetkey {
namespace {

using namespace testing;

constexpr Position kNone = BatchRule::kNoPosition;

// Permission 0: approve, only right before a swap of that amount, and with an approval of 0 at the end; 1: the swap;
// 2: approve 0; 3: a swap along a path, for amounts in dynamic arguments.
class BatchTest : public DynamicTest {
 protected:
  static constexpr std::string_view kApprove = "approve(address,uint256)";
  static constexpr std::string_view kSwap = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))";
  static constexpr std::string_view kPathSwap = "exactInput((bytes,address,uint256,uint256))";

  BatchTest() {
    session_.limits = {{LimitKind::token, 1'000, 0, kUsdc}};
    Permission approve = function_permission(kUsdc, kApprove);
    approve.rules = {address_rule(0, Comparison::is, {kRouter})};
    approve.counts = {{0, 1, kUint}};
    approve.batch = {{1, kUint, Comparison::is, 0x01, 1, 4, kUint},
                     {kNone, {}, Comparison::is, BatchRule::kLastCall, 2, kNone, {}}};
    Permission zero = approve;
    zero.rules.push_back(number_rule(1, Comparison::is, {0}));
    zero.batch.clear();
    Permission path_swap = function_permission(kRouter, kPathSwap);
    amount_ = add(path_swap, {word(0), word(2)});
    token_in_ = add(path_swap, {word(0), word(0), slice(StepKind::slice, kAddress, 0)});
    path_swap.rules = {address_rule(token_in_, Comparison::is, {kUsdc}), number_rule(amount_, Comparison::at_most, {900})};
    session_.permissions = {approve, function_permission(kRouter, kSwap), zero, path_swap};
  }
  Permission& approve() { return session_.permissions[0]; }
  void call(std::uint8_t permission, Bytes data) {
    calls_.push_back({session_.permissions[permission].contract, 0, std::move(data)});
    choice_.push_back(permission);
  }
  static Bytes approval(const Word& amount) { return call_data(kApprove, {kRouter, amount}); }
  static Bytes swap_of(const Word& amount) {
    return call_data(kSwap, {Value(Value::List{kUsdc, kWeth, 500, kExampleAccount, amount, 1, 0})});
  }
  static Bytes path_swap_of(const Word& amount, const Bytes& path = joined({of(kUsdc), fee(500), of(kWeth)})) {
    return call_data(kPathSwap, {Value(Value::List{path, kExampleAccount, amount, 1})});
  }
  void approve_swap_approve(const Word& approved, const Word& swapped) {
    calls_.clear();
    choice_.clear();
    call(0, approval(approved));
    call(1, swap_of(swapped));
    call(2, approval(0));
  }

  Position amount_ = 0;
  Position token_in_ = 0;
};

TEST_F(BatchTest, ApproveSwapApproveZero) {
  check();
  approve_swap_approve(100, 100);
  EXPECT_EQ(run(), "passes");
  EXPECT_EQ(rests_[0], Word(900));
  approve_swap_approve(100, 99);
  EXPECT_EQ(run(), "batch_rule(0,0)");
  EXPECT_NE(sentence().find("` is 100, it must be `"), std::string::npos) << sentence();
  EXPECT_NE(sentence().find("of the call right after it ("), std::string::npos) << sentence();
  calls_.pop_back();
  choice_.pop_back();
  EXPECT_EQ(run(), "batch_rule(0,0)") << "rules in order";
  calls_[1].data = swap_of(100);
  EXPECT_EQ(run(), "batch_call(0,1)") << "no approval of 0 at the end";
  EXPECT_NE(sentence().find("the last call of the batch has to be"), std::string::npos) << sentence();
  calls_.pop_back();
  choice_.pop_back();
  EXPECT_EQ(run(), "batch_call(0,0)") << "no swap behind it";
}

TEST_F(BatchTest, OrderMatters) {
  call(0, approval(5));
  call(2, approval(0));
  call(1, swap_of(5));
  call(2, approval(0));
  EXPECT_EQ(run(), "batch_call(0,0)");
  calls_.clear();
  choice_.clear();
  call(1, swap_of(5));
  call(0, approval(5));
  call(2, approval(0));
  EXPECT_EQ(run(), "batch_call(1,0) of 0");
  approve_swap_approve(5, 5);
  call(0, approval(7));
  EXPECT_EQ(run(), "batch_call(0,1)") << "the last call is another one";
  call(1, swap_of(7));
  call(2, approval(0));
  EXPECT_EQ(run(), "passes") << "twice in one batch";
  EXPECT_EQ(rests_[0], Word(988));
}

TEST_F(BatchTest, CallsComeBeforeBatchRulesAndLimitsBehind) {
  approve_swap_approve(2'000, 1);
  EXPECT_EQ(run(), "batch_rule(0,0)");
  approve_swap_approve(2'000, 2'000);
  EXPECT_EQ(run(), "limit_passed(255,0) of 255");
  calls_[2].data = approval(1);
  EXPECT_EQ(run(), "rule_is(2,1) of 2");
}

TEST_F(BatchTest, EveryPlace) {
  session_.permissions[1].batch = {{4, kUint, Comparison::is, 0, 0, 1, kUint}};
  approve().batch.clear();
  const auto at = [&](std::uint8_t where) {
    session_.permissions[1].batch[0].where = where;
    return run();
  };
  call(0, approval(5));
  call(0, approval(6));
  call(1, swap_of(5));
  call(0, approval(7));
  call(0, approval(8));
  call(0, approval(5));
  EXPECT_EQ(at(0x00), "passes");
  EXPECT_EQ(at(0x80), "passes");
  EXPECT_EQ(at(0xff), "batch_rule(2,0) of 1") << "the call before";
  EXPECT_EQ(at(0xfe), "passes");
  EXPECT_EQ(at(0xfd), "batch_call(2,0) of 1") << "before the first";
  EXPECT_EQ(at(0x81), "batch_call(2,0) of 1");
  EXPECT_EQ(at(0x01), "batch_rule(2,0) of 1");
  EXPECT_EQ(at(0x02), "batch_rule(2,0) of 1");
  EXPECT_EQ(at(0x03), "passes");
  EXPECT_EQ(at(0x04), "batch_call(2,0) of 1") << "behind the last";
  EXPECT_EQ(at(0x7f), "batch_call(2,0) of 1");
  EXPECT_NE(sentence().find("the call 127 places after it has to be"), std::string::npos) << sentence();
}

TEST_F(BatchTest, AtMostAndAtLeast) {
  BatchRule& rule = approve().batch[0];
  rule.comparison = Comparison::at_most;
  approve_swap_approve(100, 100);
  EXPECT_EQ(run(), "passes");
  approve_swap_approve(99, 100);
  EXPECT_EQ(run(), "passes");
  approve_swap_approve(101, 100);
  EXPECT_EQ(run(), "batch_rule(0,0)");
  rule.comparison = Comparison::at_least;
  EXPECT_EQ(run(), "passes");
  approve_swap_approve(99, 100);
  EXPECT_EQ(run(), "batch_rule(0,0)");
  EXPECT_NE(sentence().find("it must be at least `"), std::string::npos) << sentence();
}

TEST_F(BatchTest, AmountsInDynamicArguments) {
  const auto with = [&](const Word& amount, const Bytes& path) {
    calls_.clear();
    choice_.clear();
    call(0, approval(100));
    call(3, path_swap_of(amount, path));
    call(2, approval(0));
    return run();
  };
  session_.permissions[3].rules.clear();
  approve().batch[0] = {1, kUint, Comparison::is, 0x01, 3, amount_, kUint};
  session_.permissions[3].batch = {{token_in_, kAddress, Comparison::is, 0x01, 2, 0, kAddress}};
  check();
  EXPECT_EQ(with(100, of(kRouter)), "passes") << "the path begins with the address that is approved last";
  EXPECT_EQ(with(99, of(kRouter)), "batch_rule(0,0)");
  EXPECT_EQ(with(100, of(kUsdc)), "batch_rule(1,0) of 3");
  EXPECT_EQ(with(100, {}), "path_range(1,1) of 3");
  approve().batch[0] = {0, kAddress, Comparison::is, 0x01, 3, token_in_, kAddress};
  session_.permissions[3].batch.clear();
  EXPECT_EQ(with(1, of(kRouter)), "passes");
  EXPECT_EQ(with(1, {}), "path_range(0,1) of 3") << "the other call's path";
}

TEST_F(BatchTest, DirtyWords) {
  approve().batch = {{1, {ValueGroup::unsigned_number, 1}, Comparison::at_most, 0x01, 1, 4, kUint}};
  approve_swap_approve(255, 255);
  EXPECT_EQ(run(), "passes");
  approve_swap_approve(256, 256);
  EXPECT_EQ(run(), "dirty_word(0,0)");
  EXPECT_NE(sentence().find("has bits outside its type"), std::string::npos) << sentence();
  approve().batch = {{1, kUint, Comparison::at_most, 0x01, 1, 4, {ValueGroup::unsigned_number, 1}}};
  EXPECT_EQ(run(), "dirty_word(0,0)");
  EXPECT_NE(sentence().find("of the call right after it has bits"), std::string::npos) << sentence();
}

TEST_F(BatchTest, TheCallItselfIsACallOfTheBatch) {
  approve().batch = {{kNone, {}, Comparison::is, BatchRule::kFirstCall, 0, kNone, {}}};
  check();
  call(0, approval(1));
  EXPECT_EQ(run(), "passes");
  call(0, approval(2));
  EXPECT_EQ(run(), "passes");
}

TEST_F(BatchTest, ARevokeIsNoPermissionsCall) {
  approve_swap_approve(1, 1);
  Bytes revoke = "0xb75c7dc6"_hex;
  append(revoke, session_id(session_).view());
  calls_.push_back({place_.validator, 0, revoke});
  choice_.push_back(kRevokePermission);
  EXPECT_EQ(run(), "batch_call(0,1)");
}

TEST_F(BatchTest, ChoosingHoldsTheRulesTogether) {
  // 0 and 3 are the same function; only 0 wants a swap behind it.
  Permission free = approve();
  free.batch.clear();
  session_.permissions = {approve(), session_.permissions[1], session_.permissions[2], free};
  session_.limits[0].amount = 10'000;
  const auto choose = [&] {
    return choose_permissions(session_, session_id(session_), place_, state_, operation(), {});
  };
  approve_swap_approve(7, 7);
  EXPECT_EQ(choose(), (Bytes{0, 1, 2}));
  approve_swap_approve(7, 8);
  EXPECT_EQ(choose(), (Bytes{3, 1, 2}));
  calls_.resize(1);
  choice_ = {0};
  EXPECT_EQ(choose(), (Bytes{3})) << "one call alone";
  session_.permissions.pop_back();
  EXPECT_EQ(choose(), (Bytes{0}));
  EXPECT_EQ(run(), "batch_call(0,0)");
}

class PolicyTest : public BatchTest {
 protected:
  static constexpr Address kFirst = kWeth;
  static constexpr Address kSecond = kDai;

  PolicyTest() {
    approve().batch.clear();
    approve().policies = {
        {kFirst, {{ValueGroup::address, to_word(kWeth), false}, {ValueGroup::unsigned_number, 7, false}}},
        {kSecond, {{ValueGroup::address, 0, true}}}};
  }
  // Both answer yes but for the contracts named.
  void answer(std::vector<Address> no) {
    answers_ = [this, no](const PolicyQuestion& question) {
      asked_.push_back(question);
      return std::ranges::find(no, question.contract) == no.end();
    };
  }
  std::vector<PolicyQuestion> asked_;
};

TEST_F(PolicyTest, WithoutAnAnswerItIsRefused) {
  check();
  call(0, approval(1));
  EXPECT_EQ(run(), "policy(0,0)");
  EXPECT_NE(sentence().find("was not asked"), std::string::npos) << sentence();
}

TEST_F(PolicyTest, EachHasToAllowEachCall) {
  call(0, approval(1));
  answer({});
  EXPECT_EQ(run(), "passes");
  ASSERT_EQ(asked_.size(), 2U);
  EXPECT_EQ(asked_[0].contract, kFirst);
  EXPECT_EQ(asked_[0].words, (std::vector<Word>{to_word(kWeth), 7}));
  EXPECT_EQ(asked_[1].words, (std::vector<Word>{to_word(kExampleAccount)})) << "the account is asked about as itself";
  EXPECT_EQ(asked_[1].asked.target, kUsdc);
  EXPECT_EQ(to_bytes(asked_[1].asked.data), approval(1));
  EXPECT_EQ(asked_[1].policy, 1);
  answer({kSecond});
  EXPECT_EQ(run(), "policy(0,1)");
  EXPECT_NE(sentence().find("did not allow it"), std::string::npos) << sentence();
  answer({kFirst, kSecond});
  EXPECT_EQ(run(), "policy(0,0)");
}

TEST_F(PolicyTest, ComeAfterAllCallsAndBeforeLimits) {
  answer({kFirst});
  call(0, approval(2'000));
  EXPECT_EQ(run(), "policy(0,0)");
  call(2, approval(1));
  EXPECT_EQ(run(), "rule_is(1,1) of 2");
  calls_.pop_back();
  choice_.pop_back();
  session_.permissions[1].batch = {{kNone, {}, Comparison::is, BatchRule::kLastCall, 2, kNone, {}}};
  call(1, swap_of(1));
  EXPECT_EQ(run(), "policy(0,0)") << "the first call's policies before the second call's batch rules";
  answer({});
  EXPECT_EQ(run(), "batch_call(1,0) of 1");
}

TEST_F(PolicyTest, QuestionsCanBeAskedBefore) {
  call(0, approval(1));
  call(1, swap_of(1));
  call(0, approval(2));
  const auto questions = policy_questions(session_, place_, operation());
  ASSERT_EQ(questions.size(), 4U);
  EXPECT_EQ(questions[2].call, 2);
  EXPECT_EQ(questions[3].policy, 1);
  EXPECT_EQ(questions[3].permission, 0);
  EXPECT_EQ(to_bytes(questions[2].asked.data), approval(2));
}

TEST_F(PolicyTest, ChoosingAsksWhereItCan) {
  Permission other = approve();
  other.policies.clear();
  session_.permissions.push_back(other);
  call(0, approval(1));
  const auto choose = [&] {
    return choose_permissions(session_, session_id(session_), place_, state_, operation(), {});
  };
  EXPECT_EQ(choose(), (Bytes{0})) << "not asked: the first";
  answer({kFirst});
  EXPECT_EQ(choose(), (Bytes{4}));
  answer({});
  EXPECT_EQ(choose(), (Bytes{0}));
}

}  // namespace
}  // namespace valetkey
