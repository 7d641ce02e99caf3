#include "protocol/validate.hpp"

#include <gtest/gtest.h>

#include "evm/keccak.hpp"
#include "example_session.hpp"
#include "protocol/field.hpp"
#include "protocol/prepare.hpp"
#include "session/check.hpp"
#include "userop/execution.hpp"

namespace valetkey {
namespace {

SecretKey secret_key(std::uint8_t fill) {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(fill);
  return SecretKey::from_bytes(SecretBytes<32>(bytes)).value();
}

std::string words(const std::optional<Refusal>& refusal) {
  if (!refusal) return "accepted";
  return std::string(refusal_name(refusal->code)) + "(" + std::to_string(refusal->call) + "," +
         std::to_string(refusal->rule) + ")";
}

// A swap of 100 USDC, built from parts that a test may replace before it is signed.
class ValidateTest : public ::testing::Test {
 protected:
  ValidateTest() {
    op_.sender = testing::kExampleAccount;
    op_.call_data =
        encode_execute_single({testing::kRouter, 0, testing::swap_call(100'000'000, 25'000'000'000'000'000)});
    op_.account_gas_limits = (Word(100'000) << 128) | Word(100'000);
    op_.pre_verification_gas = 50'000;
    op_.gas_fees = 1'000'000'000;
    state_.epoch = session_.session().epoch;
    state_.installed = true;
    state_.set_status(SessionStatus::enabled);
    field_ = encode_use_field(session_, {choice_, time_});
  }
  void use_enable(std::uint8_t place = 0) {
    const std::vector<Hash> hashes{session_.struct_hash(), session_.struct_hash()};
    field_ = encode_enable_field(session_, {choice_, time_}, {hashes, place, as_bytes("owner")});
    state_.set_status(SessionStatus::unknown);
  }
  Validation validate(ByteView field) {
    return validate_user_op(op_, hash_, field, session_.place(), state_, [&](const Hash& digest, ByteView signature) {
      owner_digest_ = digest;
      return owner_approves_ && as_text(signature) == "owner";
    });
  }
  // Signs with the keys at the places, and validates.
  Validation run(std::vector<std::pair<std::uint8_t, const SecretKey*>> signers) {
    Bytes field = field_;
    const Hash digest = key_digest(hash_, keccak256(field_), session_.domain());
    for (const auto& [place, key] : signers) append_key_signature(field, {place, sign_recoverable(*key, digest)});
    return validate(field);
  }
  Validation run() { return run({{0, &key_}}); }

  PreparedSession session_ = PreparedSession::make(testing::example_session(), testing::example_place()).value();
  SecretKey key_ = secret_key(0x42);
  PackedUserOp op_;
  UserOpHash hash_{keccak256("0x01"_hex).bytes};
  SessionState state_;
  Bytes choice_{1};
  Seconds time_ = testing::kExampleFrom;
  Bytes field_;
  bool owner_approves_ = true;
  Hash owner_digest_;
};

TEST_F(ValidateTest, AUseIsAccepted) {
  const Validation result = run();
  EXPECT_EQ(words(result.refusal), "accepted");
  EXPECT_EQ(result.validation_data, pack_validation_data({testing::kExampleFrom, testing::kExampleFrom + 86'399}));
  EXPECT_FALSE(result.enabled_now);
  EXPECT_NE(result.state, state_);
}

TEST_F(ValidateTest, TheChecksComeInThePagesOrder) {
  op_.sender.bytes[0] ^= 1;
  op_.call_data = "0x00"_hex;
  EXPECT_EQ(words(validate({}).refusal), "wrong_sender(255,255)");
  op_.sender.bytes[0] ^= 1;
  EXPECT_EQ(words(validate({}).refusal), "not_execute(255,255)");
  op_.call_data = encode_execute_single({testing::kUsdc, 0, {}});
  EXPECT_EQ(words(validate({}).refusal), "malformed_field(255,255)");
  state_.installed = false;
  state_.epoch = 1;
  EXPECT_EQ(words(run().refusal), "not_installed(255,255)");
  state_.installed = true;
  EXPECT_EQ(words(run().refusal), "epoch_moved(255,255)");
  state_.epoch = session_.session().epoch;
  state_.set_status(SessionStatus::revoked);
  EXPECT_EQ(words(run().refusal), "revoked(255,255)");
  state_.set_status(SessionStatus::unknown);
  op_.gas_fees = Word(1) << 64;
  EXPECT_EQ(words(run().refusal), "not_enabled(255,255)");
  state_.set_status(SessionStatus::enabled);
  EXPECT_EQ(words(run().refusal), "gas_price(255,255)");
  op_.gas_fees = 1;
  EXPECT_EQ(words(run().refusal), "no_permission(0,1)");
}

TEST_F(ValidateTest, Calls) {
  const auto refusal = [&](const Bytes& call_data) {
    const auto calls = decode_calls(call_data);
    return calls ? "accepted" : std::string(refusal_name(calls.error().code));
  };
  const Call call{testing::kUsdc, 1, Bytes(5, 9)};
  const Bytes single = encode_execute_single(call);
  const Bytes batch = encode_execute_batch({{call, call}});
  EXPECT_EQ(refusal(single), "accepted");
  EXPECT_EQ(refusal(batch), "accepted");
  EXPECT_EQ(refusal({}), "not_execute");
  EXPECT_EQ(refusal("0xe9ae5c53"_hex), "malformed_calls");
  EXPECT_EQ(refusal(Bytes(single.begin(), single.begin() + 99)), "malformed_calls");
  EXPECT_EQ(refusal(encode_execute_batch({})), "empty_batch");
  Bytes empty_with_tail = encode_execute_batch({});
  empty_with_tail[4 + 64 + 31] += 32;
  empty_with_tail.resize(empty_with_tail.size() + 32);
  EXPECT_EQ(refusal(empty_with_tail), "malformed_calls");
  for (const std::size_t at : {4U, 5U, 6U, 12U, 35U}) {
    Bytes mode = single;
    mode[at] = 0xff;
    EXPECT_EQ(refusal(mode), "bad_mode") << at;
  }
  EXPECT_EQ(refusal(encode_execute_batch(std::vector<Call>(255, call))), "accepted");
  EXPECT_EQ(refusal(encode_execute_batch(std::vector<Call>(256, call))), "malformed_calls");
  // Attack B-03 and B-08: every bit but those of targets, values and data is fixed, save three of each length (7, 13,
  // 21 bytes, which the padding's zeros then are part of) and the mode's, which makes the batch's bytes a single call.
  int accepted = 0;
  for (std::size_t at = 0; at < batch.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes edited = batch;
      edited[at] ^= static_cast<std::uint8_t>(1U << bit);
      accepted += refusal(edited) == "accepted" ? 1 : 0;
    }
  }
  EXPECT_EQ(accepted, 2 * (8 * (20 + 32 + 5) + 3) + 1);
}

// Attack A-09: every malleable or empty form of a signature is a wrong one.
TEST_F(ValidateTest, WrongKeySignaturesReturnOneAfterTheFullPath) {
  const Hash digest = key_digest(hash_, keccak256(field_), session_.domain());
  const auto with = [&](const std::function<void(Bytes&)>& edit) {
    Bytes signature;
    append_key_signature(signature, {0, sign_recoverable(key_, digest)});
    edit(signature);
    Bytes field = field_;
    append(field, signature);
    return validate(field);
  };
  EXPECT_NE(with([](Bytes&) {}).validation_data, kSignatureFailed);
  for (const std::function<void(Bytes&)>& edit : std::vector<std::function<void(Bytes&)>>{
           [](Bytes& s) { s[10] ^= 1; },                                             // r
           [](Bytes& s) { s[40] ^= 1; },                                             // s
           [](Bytes& s) { s[65] = s[65] == 27 ? 28 : 27; },                          // v
           [](Bytes& s) { s[65] = static_cast<std::uint8_t>(s[65] - 27); },          // v 0 or 1
           [](Bytes& s) { std::fill(s.begin() + 1, s.end(), std::uint8_t{0}); },     // nothing
           [](Bytes& s) { std::fill(s.begin() + 1, s.end(), std::uint8_t{0xff}); },  // out of range
       }) {
    const Validation result = with(edit);
    EXPECT_EQ(words(result.refusal), "accepted");
    EXPECT_EQ(result.validation_data, kSignatureFailed);
    EXPECT_EQ(limit_rests(session_.session(), result.state, time_)[0], Word(900'000'000))
        << "counted as if it were right";
  }
}

TEST_F(ValidateTest, HighSIsWrong) {
  const Hash digest = key_digest(hash_, keccak256(field_), session_.domain());
  Signature signature = sign_recoverable(key_, digest);
  const Word order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_w;
  const Word s = Word::from_big_endian(ByteView(signature.bytes).subspan(32).first<32>());
  const auto high = wrapping_sub(order, s).value.to_big_endian();
  std::ranges::copy(high, signature.bytes.begin() + 32);
  signature.bytes[64] = signature.bytes[64] == 27 ? 28 : 27;
  Bytes field = field_;
  append_key_signature(field, {0, signature});
  EXPECT_EQ(validate(field).validation_data, kSignatureFailed);
}

// Attack A-13: the same credential twice, unsorted, unknown.
TEST_F(ValidateTest, IndicesOfSignaturesRise) {
  Session session = testing::example_session();
  std::array<SecretKey, 3> keys{secret_key(1), secret_key(2), secret_key(3)};
  std::ranges::sort(keys, {}, &SecretKey::address);
  session.keys = {keys[0].address(), keys[1].address(), keys[2].address()};
  session.threshold = 2;
  session_ = PreparedSession::make(session, testing::example_place()).value();
  field_ = encode_use_field(session_, {choice_, time_});
  EXPECT_NE(run({{0, &keys[0]}, {2, &keys[2]}}).validation_data, kSignatureFailed);
  EXPECT_EQ(words(run({{2, &keys[2]}, {0, &keys[0]}}).refusal), "malformed_signatures(255,255)");
  EXPECT_EQ(words(run({{0, &keys[0]}, {0, &keys[0]}}).refusal), "malformed_signatures(255,255)");
  EXPECT_EQ(words(run({{0, &keys[0]}, {3, &keys[2]}}).refusal), "malformed_signatures(255,255)");
  EXPECT_EQ(run({{0, &keys[0]}, {1, &keys[2]}}).validation_data, kSignatureFailed);
  EXPECT_EQ(words(run({{0, &keys[0]}}).refusal), "malformed_field(255,255)");
}

TEST_F(ValidateTest, EnableAsksTheOwnerAndStores) {
  use_enable(1);
  const Validation result = run();
  EXPECT_EQ(words(result.refusal), "accepted");
  EXPECT_TRUE(result.enabled_now);
  EXPECT_EQ(result.state.status(), SessionStatus::enabled);
  EXPECT_EQ(owner_digest_,
            approval_digest({{session_.struct_hash(), session_.struct_hash()}}, testing::kExampleValidator));
}

TEST_F(ValidateTest, AWrongApprovalStoresNothing) {
  use_enable();
  owner_approves_ = false;
  const Validation result = run();
  EXPECT_EQ(words(result.refusal), "accepted");
  EXPECT_EQ(result.validation_data, kSignatureFailed);
  EXPECT_FALSE(result.enabled_now);
  EXPECT_EQ(result.state, state_);
}

TEST_F(ValidateTest, AWrongKeyUnderARightApprovalEnables) {
  use_enable();
  const SecretKey stranger = secret_key(9);
  const Validation result = run({{0, &stranger}});
  EXPECT_EQ(result.validation_data, kSignatureFailed);
  EXPECT_TRUE(result.enabled_now);
}

TEST_F(ValidateTest, EnableOfAnEnabledSessionIsAUse) {
  use_enable();
  state_.set_status(SessionStatus::enabled);
  owner_approves_ = false;
  const Validation result = run();
  EXPECT_EQ(words(result.refusal), "accepted");
  EXPECT_NE(result.validation_data, kSignatureFailed);
  EXPECT_FALSE(result.enabled_now);
}

TEST_F(ValidateTest, EnablingChecksComeBeforeGas) {
  use_enable();
  field_[1 + 2 + 32] = 0;  // the threshold
  op_.gas_fees = Word(1) << 64;
  EXPECT_EQ(words(run({}).refusal), "key_threshold(255,255)");
}

TEST_F(ValidateTest, TheHeadersFormIsLookedAtWhenEnabling) {
  field_[3] = 2;
  state_.set_status(SessionStatus::unknown);
  EXPECT_EQ(words(run().refusal), "not_enabled(255,255)");
  use_enable();
  field_[3] = 2;
  EXPECT_EQ(words(run().refusal), "unknown_version(255,255)");
  use_enable();
  field_[3 + 33] = 17;
  EXPECT_EQ(words(run().refusal), "malformed_session(255,255)");
}

TEST_F(ValidateTest, APermissionThatIsNotCarriedIsMissing) {
  choice_ = {0};
  field_ = encode_use_field(session_, {choice_, time_});
  field_[field_.size() - 6] = 1;
  EXPECT_EQ(words(run().refusal), "permission_missing(0,1)");
}

// Attack A-18: nothing before the keys' signatures can be changed by somebody else.
TEST_F(ValidateTest, EveryBitBeforeTheSignaturesIsSigned) {
  Bytes field = field_;
  append_key_signature(field, {0, sign_recoverable(key_, key_digest(hash_, keccak256(field_), session_.domain()))});
  ASSERT_NE(validate(field).validation_data, kSignatureFailed);
  for (std::size_t at = 0; at < field_.size(); ++at) {
    Bytes edited = field;
    edited[at] ^= 1;
    state_.epoch = at >= 4 && at < 12 ? read_big_endian(ByteView(edited).subspan(4, 8)) : session_.session().epoch;
    const Validation result = validate(edited);
    EXPECT_TRUE(result.refusal || result.validation_data == kSignatureFailed) << at;
  }
}

TEST_F(ValidateTest, TheSessionOfAFieldIsKnownBeforeItsState) {
  EXPECT_EQ(session_of_field(field_, op_.call_data), std::nullopt);
  append_dummy_signatures(field_, 1);
  EXPECT_EQ(session_of_field(field_, op_.call_data), session_.id());
}

TEST_F(ValidateTest, EnablingByACall) {
  const Bytes full = encode_session(session_.session());
  SessionState state = state_;
  state.set_status(SessionStatus::unknown);
  const auto enable = [&](const Bytes& bytes) { return words(enable_by_call(bytes, session_.place(), state)); };
  state.installed = false;
  EXPECT_EQ(enable({}), "malformed_session(255,255)");
  EXPECT_EQ(enable(full), "not_installed(255,255)");
  state.installed = true;
  ++state.epoch;
  EXPECT_EQ(enable(full), "epoch_moved(255,255)");
  --state.epoch;
  state.set_status(SessionStatus::revoked);
  EXPECT_EQ(enable(full), "revoked(255,255)");
  state.set_status(SessionStatus::unknown);
  Bytes broken = full;
  broken[2 + 32] = 0;
  EXPECT_EQ(enable(broken), "key_threshold(255,255)");
  EXPECT_EQ(state.status(), SessionStatus::unknown);
  EXPECT_EQ(enable(full), "accepted");
  EXPECT_EQ(state.status(), SessionStatus::enabled);
  EXPECT_EQ(enable(full), "accepted") << "an enabled one is left as it is";
}

}  // namespace
}  // namespace valetkey
