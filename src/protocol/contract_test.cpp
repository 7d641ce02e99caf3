#include "protocol/contract.hpp"

#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "evm/keccak.hpp"

namespace valetkey {
namespace {

constexpr Address kAccount = "0xacc0000000000000000000000000000000000001"_address;
const SessionId kId{keccak256("0x01"_hex).bytes};
const Bytes kFull = "0x0102030405"_hex;

// What the generic ABI code encodes for a declaration.
Bytes abi(std::string_view declaration, std::vector<Value> values) {
  return build_call(parse_function(declaration).value(), values).value();
}

TEST(ContractTest, CallsAreThoseOfTheAbi) {
  const Value id = Word::from_big_endian(kId.bytes);
  EXPECT_EQ(encode_enable(kFull), abi("enable(bytes)", {kFull}));
  EXPECT_EQ(encode_revoke(kId), abi("revoke(bytes32)", {id}));
  EXPECT_EQ(encode_revoke_all(), abi("revokeAll()", {}));
  EXPECT_EQ(encode_account_of(kAccount), abi("accountOf(address)", {kAccount}));
  EXPECT_EQ(encode_words_of(kAccount, kId), abi("wordsOf(address,bytes32)", {kAccount, id}));
  EXPECT_EQ(encode_rest_of(kAccount, kFull, 99), abi("restOf(address,bytes,uint40)", {kAccount, kFull, Word(99)}));
  EXPECT_EQ(encode_describe(kAccount, kFull), abi("describe(address,bytes)", {kAccount, kFull}));
  const Hash hash = keccak256("0x02"_hex);
  EXPECT_EQ(encode_approval_digest({{hash, hash}}),
            abi("approvalDigest(bytes32[])", std::vector<Value>(1, Value::List{hash, hash})));
}

TEST(ContractTest, APolicyIsAskedAsTheAbiSays) {
  const Bytes data = "0x0102030405"_hex;
  PolicyQuestion question;
  question.asked = {kAccount, 9, data};
  question.words = {1, Word::max()};
  const Bytes asked = encode_is_allowed(kAccount, kId, question);
  EXPECT_EQ(asked, abi("isAllowed(address,bytes32,address,uint256,bytes,uint256[])",
                       {kAccount, Word::from_big_endian(kId.bytes), kAccount, 9, data, Value::List{1, Word::max()}}));
  Bytes answer = "0x356981ca"_hex;
  EXPECT_FALSE(is_allowed_answer(answer));
  answer.resize(32);
  EXPECT_TRUE(is_allowed_answer(answer));
  EXPECT_FALSE(is_allowed_answer({}));
  answer[31] = 1;
  EXPECT_FALSE(is_allowed_answer(answer));
  answer[31] = 0;
  answer[0] ^= 1;
  EXPECT_FALSE(is_allowed_answer(answer));
  answer[0] ^= 1;
  answer.resize(64);
  EXPECT_FALSE(is_allowed_answer(answer));
}

TEST(ContractTest, ValidateUserOpIsThatOfTheAbi) {
  PackedUserOp op;
  op.sender = kAccount;
  op.nonce = 5;
  op.init_code = "0x01"_hex;
  op.call_data = Bytes(40, 7);
  op.account_gas_limits = 11;
  op.pre_verification_gas = 12;
  op.gas_fees = 13;
  op.signature = Bytes(32, 9);
  const UserOpHash hash{keccak256("0x03"_hex).bytes};
  const Value::List fields{op.sender,
                           op.nonce,
                           op.init_code,
                           op.call_data,
                           op.account_gas_limits,
                           op.pre_verification_gas,
                           op.gas_fees,
                           op.paymaster_and_data,
                           op.signature};
  EXPECT_EQ(encode_validate_user_op(op, hash),
            abi("validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)",
                {fields, Value(Hash{hash.bytes})}));
}

TEST(ContractTest, InstallDataIsEachSessionBehindItsLength) {
  const std::vector<Bytes> sessions{kFull, Bytes(300, 1)};
  const Bytes data = encode_install_data(sessions);
  EXPECT_EQ(data.size(), 3 + 5 + 3 + 300U);
  EXPECT_EQ(Bytes(data.begin(), data.begin() + 11),
            "0x0000050102030405"
            "00012c"_hex);
}

TEST(ContractTest, AnswersAreReadStrictly) {
  Bytes answer;
  append_word(answer, 7);
  append_word(answer, 1);
  EXPECT_EQ(decode_account_of(answer).value(), (AccountState{7, true}));
  EXPECT_FALSE(decode_account_of(ByteView(answer).first(63)));
  answer[63] = 2;
  EXPECT_FALSE(decode_account_of(answer));
  answer[63] = 1;
  answer[0] = 1;
  EXPECT_FALSE(decode_account_of(answer));

  Bytes description;
  append_word(description, 5);
  append_word(description, 6);
  EXPECT_EQ(decode_describe(description).value(), (SessionDescription{{Word(5).to_big_endian()}, to_hash(Word(6))}));
  EXPECT_FALSE(decode_describe(ByteView(description).first(32)));
  EXPECT_EQ(decode_approval_digest(ByteView(description).first(32)).value(), to_hash(Word(5)));

  Bytes words;
  for (std::uint64_t i = 0; i < kStateWords; ++i) append_word(words, i);
  EXPECT_EQ(decode_words_of(words).value()[16], Word(16));
  EXPECT_FALSE(decode_words_of({}));

  Bytes rests;
  for (const std::uint64_t word : std::vector<std::uint64_t>{32, 2, 5, 6}) append_word(rests, word);
  EXPECT_EQ(decode_rest_of(rests).value(), (std::vector<Word>{5, 6}));
  rests[63] = 3;
  EXPECT_FALSE(decode_rest_of(rests));
}

TEST(ContractTest, EventsAreRead) {
  const Hash account = to_hash(to_word(kAccount));
  const Hash id{kId.bytes};
  Bytes data;
  append_word(data, 32);
  append_word(data, kFull.size());
  append_padded(data, kFull);
  const auto enabled = decode_event({{session_enabled_topic(), account, id}}, data);
  ASSERT_TRUE(enabled);
  EXPECT_EQ(enabled->kind, ContractEvent::Kind::enabled);
  EXPECT_EQ(enabled->account, kAccount);
  EXPECT_EQ(enabled->id, kId);
  EXPECT_EQ(enabled->full, kFull);
  const auto revoked = decode_event({{session_revoked_topic(), account, id}}, {});
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->kind, ContractEvent::Kind::revoked);
  Bytes epoch;
  append_word(epoch, 42);
  const auto moved = decode_event({{epoch_moved_topic(), account}}, epoch);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->epoch, 42U);
  EXPECT_FALSE(decode_event({{id, account, id}}, {}));
  EXPECT_FALSE(decode_event({{session_revoked_topic(), id, id}}, {})) << "no address in the topic";
}

TEST(ContractTest, RefusalsAreReadBackFromRevertData) {
  const Refusal refusal{RefusalCode::limit_passed, 255, 3};
  EXPECT_EQ(decode_refused(encode_refused(refusal)), refusal);
  EXPECT_EQ(Bytes(encode_refused(refusal)), abi("Refused(uint8,uint8,uint8)", {Word(38), Word(255), Word(3)}));
  EXPECT_FALSE(decode_refused({}));
  EXPECT_FALSE(decode_refused(encode_refused({static_cast<RefusalCode>(200), 0, 0})));
}

TEST(ContractTest, TheEntryPointsErrorsAreRead) {
  const Refusal refusal{RefusalCode::rule_ratio, 1, 5};
  const Bytes with_revert =
      abi("FailedOpWithRevert(uint256,string,bytes)", {Word(2), "AA23 reverted", encode_refused(refusal)});
  const auto failed = decode_failed_op(with_revert);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->op_index, 2U);
  EXPECT_EQ(failed->reason, "AA23 reverted");
  EXPECT_EQ(failed->refusal, refusal);
  const auto paymaster = decode_failed_op(
      abi("FailedOpWithRevert(uint256,string,bytes)", {Word(2), "AA33 reverted", encode_refused(refusal)}));
  ASSERT_TRUE(paymaster);
  EXPECT_FALSE(paymaster->refusal) << "a paymaster's revert is not the validator's";
  const auto plain = decode_failed_op(abi("FailedOp(uint256,string)", {Word(0), "AA24 signature error"}));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->reason, "AA24 signature error");
  EXPECT_FALSE(decode_failed_op("0x01020304"_hex));
}

}  // namespace
}  // namespace valetkey
