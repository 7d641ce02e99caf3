// Sessions with calls inside calls and policies, through the bytes of the signature field.
#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"
#include "evm/keccak.hpp"
#include "example_session.hpp"
#include "protocol/prepare.hpp"
#include "protocol/validate.hpp"
#include "userop/execution.hpp"

namespace valetkey {
namespace {

using testing::function_permission;
using testing::kExampleAccount;
using testing::kRouter;
using testing::number_rule;

Bytes call_data(std::string_view text, const std::vector<Value>& values) {
  return build_call(parse_function("function " + std::string(text)).value(), values).value();
}

Permission inner(std::string_view text) {
  Permission permission = function_permission(kRouter, text);
  permission.inner = true;
  return permission;
}

// 0: multicall of 1 and 2, asks a policy; 3: a function by itself.
Session multicall_session() {
  Session session = testing::example_session();
  session.limits.clear();
  Permission outer = function_permission(kRouter, "multicall(bytes[])");
  PathStep every;
  every.kind = StepKind::every_member;
  outer.paths.push_back({PathStep{}, every});
  Inside inside;
  inside.permissions = {1, 2};
  outer.inside.push_back(inside);
  Policy policy;
  policy.contract = testing::kWeth;
  policy.words.push_back({ValueGroup::address, 0, true});
  outer.policies.push_back(policy);
  Permission amount = inner("pay(uint256)");
  amount.rules = {number_rule(0, Comparison::at_most, {100})};
  session.permissions = {outer, amount, inner("refundETH()"), function_permission(kRouter, "note(bytes)")};
  return session;
}

class InsideTest : public ::testing::Test {
 protected:
  InsideTest() {
    state_.epoch = session_.session().epoch;
    state_.installed = true;
    state_.set_status(SessionStatus::enabled);
  }
  static Bytes pay(std::uint64_t amount) { return call_data("pay(uint256)", {amount}); }
  static Bytes refund() { return call_data("refundETH()", {}); }
  void make(const Value::List& inner_calls) {
    const Bytes data = call_data("multicall(bytes[])", {Value(inner_calls)});
    op_ = {};
    op_.sender = kExampleAccount;
    op_.call_data = encode_execute_single({kRouter, 0, data});
    op_.max_fee_per_gas = 1;
  }
  SignedUserOp signed_op() const {
    auto prepared = prepare_use(session_, op_, kEntryPointV07, {choice_, 0}).value();
    const SecretKey* keys[] = {&key_};
    return sign(std::move(prepared), keys).value();
  }
  std::string validate(const SignedUserOp& op) const {
    const Validation result =
        validate_user_op(pack_user_op(op.op()), op.hash(), op.op().signature, session_.place(), state_,
                         [](const Hash&, ByteView) { return false; }, policies_);
    if (!result.refusal) return result.validation_data == kSignatureFailed ? "wrong signature" : "accepted";
    return std::string(refusal_name(result.refusal->code)) + "(" + std::to_string(result.refusal->call) + "," +
           std::to_string(result.refusal->rule) + ")";
  }
  // Of each permission, whether the field carries it in full.
  std::vector<bool> carried(const SignedUserOp& op) const {
    std::vector<bool> list;
    const auto field = decode_field(op.op().signature, 1);
    for (const CarriedPermission& permission : field.value().permissions) list.push_back(!permission.encoded.empty());
    return list;
  }

  SecretKey key_ = [] {
    std::array<std::uint8_t, 32> bytes;
    bytes.fill(0x42);
    return SecretKey::from_bytes(SecretBytes<32>(bytes)).value();
  }();
  PreparedSession session_ = PreparedSession::make(multicall_session(), testing::example_place()).value();
  SessionState state_;
  UserOp op_;
  std::array<std::uint8_t, 1> choice_{0};
  PolicyAnswers yes_ = [](const PolicyQuestion&) { return true; };
  const PolicyAnswers* policies_ = &yes_;
};

TEST_F(InsideTest, UseCarriesTheInnerPermissionsThatAreUsed) {
  make({pay(100), refund()});
  EXPECT_EQ(carried(signed_op()), (std::vector<bool>{true, true, true, false}));
  EXPECT_EQ(validate(signed_op()), "accepted");
  make({pay(1)});
  EXPECT_EQ(carried(signed_op()), (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(validate(signed_op()), "accepted");
  make({});
  EXPECT_EQ(carried(signed_op()), (std::vector<bool>{true, false, false, false}));
  EXPECT_EQ(validate(signed_op()), "accepted");
}

TEST_F(InsideTest, ARefusalIsTheSameWithWhatIsCarried) {
  make({pay(101), refund()});
  EXPECT_EQ(carried(signed_op()), (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(validate(signed_op()), "rule_at_most(0,0)");
  make({"0x12345678"_hex, refund()});
  EXPECT_EQ(validate(signed_op()), "inner_call(0,0)");
}

TEST_F(InsideTest, AFieldWithoutAnInnerPermissionIsRefused) {
  make({pay(1), refund()});
  const auto run = [&](std::uint32_t inside) {
    const Bytes unsigned_field = encode_use_field(session_, {choice_, 0}, inside);
    const PackedUserOp packed = pack_user_op(op_);
    const UserOpHash hash = hash_user_op(op_, kEntryPointV07, session_.place().chain);
    Bytes field = unsigned_field;
    append_key_signature(field, {0, sign_recoverable(key_, key_digest(hash, keccak256(unsigned_field), session_.domain()))});
    const Validation result = validate_user_op(packed, hash, field, session_.place(), state_,
                                               [](const Hash&, ByteView) { return false; }, policies_);
    return result.refusal ? refusal_name(result.refusal->code) : "accepted";
  };
  EXPECT_EQ(run(0b0110), "accepted");
  EXPECT_EQ(run(0b1110), "accepted") << "more may be carried";
  EXPECT_EQ(run(0b0010), "inner_call");
  EXPECT_EQ(run(0b0100), "inner_call");
}

TEST_F(InsideTest, PoliciesAreAskedThroughTheAnswers) {
  make({pay(1)});
  policies_ = nullptr;
  EXPECT_EQ(validate(signed_op()), "policy(0,0)");
  const PolicyAnswers no = [](const PolicyQuestion& question) {
    EXPECT_EQ(question.contract, testing::kWeth);
    EXPECT_EQ(question.words, (std::vector<Word>{to_word(kExampleAccount)}));
    return false;
  };
  policies_ = &no;
  EXPECT_EQ(validate(signed_op()), "policy(0,0)");
}

}  // namespace
}  // namespace valetkey
