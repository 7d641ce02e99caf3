#include "protocol/prepare.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "evm/keccak.hpp"
#include "example_session.hpp"
#include "protocol/validate.hpp"
#include "session/approval.hpp"
#include "userop/execution.hpp"

namespace valetkey {
namespace {

using testing::example_place;
using testing::example_session;

// Misuse does not compile: neither type can be made from an operation, and nothing unsigned passes for signed.
static_assert(!std::is_default_constructible_v<PreparedUserOp>);
static_assert(!std::is_constructible_v<PreparedUserOp, UserOp>);
static_assert(!std::is_default_constructible_v<SignedUserOp>);
static_assert(!std::is_constructible_v<SignedUserOp, UserOp>);
static_assert(!std::is_constructible_v<SignedUserOp, PreparedUserOp>);
static_assert(!std::is_convertible_v<PreparedUserOp, SignedUserOp>);
static_assert(!std::is_default_constructible_v<PreparedSession>);

SecretKey secret_key(std::uint8_t fill) {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(fill);
  return SecretKey::from_bytes(SecretBytes<32>(bytes)).value();
}

UserOp swap_op() {
  UserOp op;
  op.sender = testing::kExampleAccount;
  op.nonce = 5;
  op.call_data = encode_execute_single({testing::kRouter, 0, testing::swap_call(100'000'000, 25'000'000'000'000'000)});
  op.call_gas_limit = 200'000;
  op.verification_gas_limit = 150'000;
  op.pre_verification_gas = 50'000;
  op.max_fee_per_gas = 1'000'000'000;
  op.max_priority_fee_per_gas = 1;
  return op;
}

SessionState fresh_state(const Session& session, SessionStatus status) {
  SessionState state;
  state.epoch = session.epoch;
  state.installed = true;
  state.set_status(status);
  return state;
}

constexpr std::array<std::uint8_t, 1> kSecondPermission{1};

class PrepareTest : public ::testing::Test {
 protected:
  Validation validate(const SignedUserOp& signed_op, SessionStatus status, std::size_t prefix = 0) {
    const PackedUserOp packed = pack_user_op(signed_op.op());
    return validate_user_op(packed, signed_op.hash(), ByteView(signed_op.op().signature).subspan(prefix),
                            session_.place(), fresh_state(session_.session(), status),
                            [&](const Hash& digest, ByteView signature) {
                              owner_digest_ = digest;
                              return as_text(signature) == "the owner's";
                            });
  }

  PreparedSession session_ = PreparedSession::make(example_session(), example_place()).value();
  SecretKey key_ = secret_key(0x42);
  OperationChoice choice_{kSecondPermission, testing::kExampleFrom + 100};
  Hash owner_digest_;
};

TEST_F(PrepareTest, UseIsAcceptedAsTheContractWould) {
  auto prepared = prepare_use(session_, swap_op(), kEntryPointV07, choice_);
  ASSERT_TRUE(prepared);
  const SecretKey* keys[] = {&key_};
  const auto signed_op = sign(std::move(*prepared), keys);
  ASSERT_TRUE(signed_op);
  const Validation result = validate(*signed_op, SessionStatus::enabled);
  ASSERT_FALSE(result.refusal) << refusal_name(result.refusal->code);
  const Window day{testing::kExampleFrom, testing::kExampleFrom + 86'399};
  EXPECT_EQ(result.validation_data, pack_validation_data(day));
  EXPECT_EQ(result.id, session_.id());
  EXPECT_EQ(limit_rests(session_.session(), result.state, choice_.time)[0], Word(900'000'000));
}

TEST_F(PrepareTest, EnableAsksTheOwnerForTheApprovalsDigest) {
  const std::vector<Hash> hashes{"0x1111111111111111111111111111111111111111111111111111111111111111"_hash,
                                 session_.struct_hash()};
  const EnableProof proof{hashes, 1, as_bytes("the owner's")};
  auto prepared = prepare_enable(session_, swap_op(), kEntryPointV07, choice_, proof);
  ASSERT_TRUE(prepared);
  const SecretKey* keys[] = {&key_};
  const auto signed_op = sign(std::move(*prepared), keys);
  ASSERT_TRUE(signed_op);
  const Validation result = validate(*signed_op, SessionStatus::unknown);
  ASSERT_FALSE(result.refusal) << refusal_name(result.refusal->code);
  EXPECT_NE(result.validation_data, kSignatureFailed);
  EXPECT_TRUE(result.enabled_now);
  EXPECT_EQ(result.state.status(), SessionStatus::enabled);
  EXPECT_EQ(owner_digest_, approval_digest(hashes, testing::kExampleValidator));
}

TEST_F(PrepareTest, SiblingsStandOnBothSidesOfTheSession) {
  std::vector<Hash> hashes;
  for (std::uint8_t i = 0; i < 5; ++i) hashes.push_back(to_hash(Word(i + 1U)));
  for (std::uint8_t place = 0; place < hashes.size(); ++place) {
    std::vector<Hash> approved = hashes;
    approved[place] = session_.struct_hash();
    auto prepared = prepare_enable(session_, swap_op(), kEntryPointV07, choice_, {approved, place, as_bytes("the owner's")});
    ASSERT_TRUE(prepared);
    const SecretKey* keys[] = {&key_};
    const auto signed_op = sign(std::move(*prepared), keys);
    ASSERT_TRUE(signed_op);
    EXPECT_TRUE(validate(*signed_op, SessionStatus::unknown).enabled_now);
    EXPECT_EQ(owner_digest_, approval_digest(approved, testing::kExampleValidator)) << int{place};
  }
}

TEST_F(PrepareTest, TheDummySignatureHasTheFinalSize) {
  const Bytes prefix = "0xaabb"_hex;
  auto prepared = prepare_use(session_, swap_op(), kEntryPointV08, choice_, prefix);
  ASSERT_TRUE(prepared);
  const Bytes dummy = prepared->op().signature;
  const SecretKey* keys[] = {&key_};
  const auto signed_op = sign(std::move(*prepared), keys);
  ASSERT_TRUE(signed_op);
  EXPECT_EQ(signed_op->op().signature.size(), dummy.size());
  EXPECT_EQ(Bytes(dummy.begin(), dummy.begin() + 2), prefix);
  EXPECT_FALSE(validate(*signed_op, SessionStatus::enabled, 2).refusal);
}

TEST_F(PrepareTest, ADummySignatureIsAWrongSignatureOnTheFullPath) {
  const auto prepared = prepare_use(session_, swap_op(), kEntryPointV07, choice_);
  const Validation result = validate_user_op(pack_user_op(prepared->op()), prepared->hash(), prepared->op().signature,
                                             session_.place(), fresh_state(session_.session(), SessionStatus::enabled),
                                             [](const Hash&, ByteView) { return false; });
  EXPECT_FALSE(result.refusal);
  EXPECT_EQ(result.validation_data, kSignatureFailed);
}

TEST_F(PrepareTest, KeysSignInAnyOrderAndStandInTheHeaders) {
  Session session = example_session();
  const SecretKey a = secret_key(0x11);
  const SecretKey b = secret_key(0x22);
  session.keys = {a.address(), b.address(), key_.address()};
  std::ranges::sort(session.keys);
  session.threshold = 2;
  session_ = PreparedSession::make(session, example_place()).value();
  for (const auto& pair : {std::array{&a, &b}, std::array{&b, &a}, std::array<const SecretKey*, 2>{&key_, &a}}) {
    const auto signed_op = sign(prepare_use(session_, swap_op(), kEntryPointV07, choice_).value(), pair);
    ASSERT_TRUE(signed_op);
    const Validation result = validate(*signed_op, SessionStatus::enabled);
    EXPECT_FALSE(result.refusal);
    EXPECT_NE(result.validation_data, kSignatureFailed);
  }
}

TEST_F(PrepareTest, SignaturesFromElsewhereAreAttached) {
  auto prepared = prepare_use(session_, swap_op(), kEntryPointV07, choice_).value();
  const Signature signature = sign_recoverable(key_, prepared.digest());
  const auto signed_op = attach_signatures(std::move(prepared), {{signature}});
  ASSERT_TRUE(signed_op);
  EXPECT_NE(validate(*signed_op, SessionStatus::enabled).validation_data, kSignatureFailed);
}

TEST_F(PrepareTest, MisuseIsAnError) {
  const SecretKey stranger = secret_key(0x33);
  const SecretKey* wrong[] = {&stranger};
  EXPECT_EQ(sign(prepare_use(session_, swap_op(), kEntryPointV07, choice_).value(), wrong).error().code, "sign_key");
  EXPECT_EQ(sign(prepare_use(session_, swap_op(), kEntryPointV07, choice_).value(), {}).error().code, "sign_threshold");
  const SecretKey* twice[] = {&key_, &key_};
  EXPECT_EQ(sign(prepare_use(session_, swap_op(), kEntryPointV07, choice_).value(), twice).error().code, "sign_key");

  UserOp other = swap_op();
  other.sender.bytes[0] ^= 1;
  EXPECT_EQ(prepare_use(session_, other, kEntryPointV07, choice_).error().code, "prepare_sender");
  EXPECT_EQ(prepare_use(session_, swap_op(), kEntryPointV07, {}).error().code, "prepare_choice");
  const std::uint8_t unknown[] = {2};
  EXPECT_EQ(prepare_use(session_, swap_op(), kEntryPointV07, {unknown, 0}).error().code, "prepare_choice");
  UserOp no_calls = swap_op();
  no_calls.call_data = "0x12345678"_hex;
  EXPECT_EQ(prepare_use(session_, no_calls, kEntryPointV07, choice_).error().code, "prepare_calls");
  const std::vector<Hash> hashes(1);
  EXPECT_EQ(prepare_enable(session_, swap_op(), kEntryPointV07, choice_, {hashes, 0, {}}).error().code,
            "prepare_proof");

  Session broken = example_session();
  broken.threshold = 2;
  EXPECT_EQ(PreparedSession::make(broken, example_place()).error().code, "key_threshold");
}

TEST_F(PrepareTest, TheSameOperationElsewhereIsAnotherDigest) {
  const Hash digest = prepare_use(session_, swap_op(), kEntryPointV07, choice_)->digest();
  EXPECT_NE(prepare_use(session_, swap_op(), kEntryPointV08, choice_)->digest(), digest);
  SessionPlace elsewhere = example_place();
  ++elsewhere.chain.value;
  EXPECT_NE(prepare_use(PreparedSession::make(example_session(), elsewhere).value(), swap_op(), kEntryPointV07, choice_)
                ->digest(),
            digest);
  elsewhere = example_place();
  elsewhere.validator.bytes[5] ^= 1;
  EXPECT_NE(prepare_use(PreparedSession::make(example_session(), elsewhere).value(), swap_op(), kEntryPointV07, choice_)
                ->digest(),
            digest);
  const OperationChoice later{kSecondPermission, choice_.time + 1};
  EXPECT_NE(prepare_use(session_, swap_op(), kEntryPointV07, later)->digest(), digest);
  const std::vector<Hash> hashes{session_.struct_hash()};
  EXPECT_NE(prepare_enable(session_, swap_op(), kEntryPointV07, choice_, {hashes, 0, {}})->digest(), digest);
}

}  // namespace
}  // namespace valetkey
