#include "account/operation.hpp"

#include <gtest/gtest.h>

#include "account/limit_rest.hpp"
#include "example_session.hpp"
#include "protocol/field.hpp"
#include "protocol/validate.hpp"

namespace valetkey {
namespace {

using namespace valetkey::testing;

SecretKey key() {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(0x42);
  return std::move(*SecretKey::from_bytes(SecretBytes<32>(bytes)));
}

Approval approval(bool signed_by_owner) {
  Approval made{kExampleValidator, {example_placed()}, {}, {example_names()}};
  if (signed_by_owner) made.owner_signatures = {"0x0123"_hex};
  return made;
}

HeldSession session(bool signed_by_owner = true) {
  return std::move(*HeldSession::open(approval(signed_by_owner)));
}

ChainView view(SessionStatus status) {
  ChainView made;
  made.entry_point = kEntryPointV07;
  made.state.epoch = example_session().epoch;
  made.state.installed = true;
  made.state.set_status(status);
  made.fee = 1'000'000'000;
  made.now = kExampleFrom + 100;
  return made;
}

Call approve_call(std::uint64_t amount) {
  return {kUsdc, 0, token_call("approve(address,uint256)", kRouter, amount)};
}

Draft draft_of(const HeldSession& held, const ChainView& at, std::vector<Call> calls) {
  return draft_operation(held, openzeppelin_account(), at, calls, {100'000, 100'000, 50'000});
}

TEST(Draft, FirstUseCarriesTheApproval) {
  EXPECT_TRUE(draft_of(session(), view(SessionStatus::unknown), {approve_call(1)}).enabling);
  EXPECT_FALSE(draft_of(session(), view(SessionStatus::enabled), {approve_call(1)}).enabling);
}

TEST(Draft, WithoutTheOwnersSignatureItMustBeEnabled) {
  const Draft draft = draft_of(session(false), view(SessionStatus::unknown), {approve_call(1)});
  ASSERT_TRUE(draft.refusal);
  EXPECT_EQ(draft.refusal->code, RefusalCode::not_enabled);
}

TEST(Draft, NamesAPermissionForEachCall) {
  const Draft draft = draft_of(session(), view(SessionStatus::enabled),
                               {approve_call(1), {kRouter, 0, swap_call(1'000'000, 250'000'000'000'000)}});
  EXPECT_FALSE(draft.refusal) << draft.why.message;
  EXPECT_EQ(draft.permission_of_call, (std::vector<std::uint8_t>{0, 1}));
}

TEST(Draft, ARefusalIsAValueWithCodeAndSentence) {
  const Draft draft = draft_of(session(), view(SessionStatus::enabled), {approve_call(200'000'001)});
  ASSERT_TRUE(draft.refusal);
  EXPECT_EQ(*draft.refusal, (Refusal{RefusalCode::rule_at_most, 0, 1}));
  EXPECT_EQ(draft.why.code, "rule_at_most");
  EXPECT_FALSE(draft.why.message.empty());
  EXPECT_FALSE(draft.why.fix.empty());
}

TEST(Draft, KnowsTheClock) {
  ChainView late = view(SessionStatus::enabled);
  late.now = example_session().until;
  EXPECT_TRUE(draft_of(session(), late, {approve_call(1)}).refusal);
  ChainView early = view(SessionStatus::enabled);
  early.now = kExampleFrom - 1;
  EXPECT_TRUE(draft_of(session(), early, {approve_call(1)}).refusal);
}

TEST(Draft, PreparedAndSignedItPassesTheContractsOwnCheck) {
  const HeldSession held = session();
  for (const SessionStatus status : {SessionStatus::unknown, SessionStatus::enabled}) {
    const ChainView at = view(status);
    const Draft draft = draft_of(held, at, {approve_call(5)});
    auto prepared = prepare(held, openzeppelin_account(), at, draft);
    ASSERT_TRUE(prepared) << prepared.error().message;
    const std::size_t size = prepared->op().signature.size();
    const SecretKey holder = key();
    const auto operation = sign(std::move(*prepared), std::array<const SecretKey*, 1>{&holder});
    ASSERT_TRUE(operation) << operation.error().message;
    EXPECT_EQ(operation->op().signature.size(), size);
    const auto accept = [](const Hash&, ByteView signature) { return to_bytes(signature) == "0x0123"_hex; };
    const Validation validation = validate_user_op(pack_user_op(operation->op()), operation->hash(),
                                                   operation->op().signature, held.place(), at.state, accept);
    EXPECT_FALSE(validation.refusal);
    EXPECT_NE(validation.validation_data, kSignatureFailed);
    EXPECT_EQ(validation.state, draft.verdict.state);
    EXPECT_EQ(validation.enabled_now, status == SessionStatus::unknown);
  }
}

TEST(HeldSession, WantsOneSessionToFit) {
  EXPECT_TRUE(HeldSession::open(approval(false), ChainId{8453}));
  const auto other = HeldSession::open(approval(false), ChainId{1});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "approval_choice");
  Approval both = approval(false);
  both.sessions.push_back(both.sessions.front());
  both.sessions.back().place.chain = ChainId{10};
  both.names.push_back(both.names.front());
  EXPECT_FALSE(HeldSession::open(both));
  const auto second = HeldSession::open(both, ChainId{10});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->index(), 1u);
}

TEST(LimitRest, SaysWhatIsLeftWithUnits) {
  const HeldSession held = session();
  const Draft draft = draft_of(held, view(SessionStatus::enabled), {approve_call(150'000'000)});
  const auto limits = limits_left(held, draft.verdict.state, kExampleFrom + 100);
  ASSERT_EQ(limits.size(), 4u);
  EXPECT_EQ(limits[1].left, Word(850'000'000));
  EXPECT_NE(limits[1].text.find("850 USDC left of 1000 USDC in total"), std::string::npos) << limits[1].text;
  EXPECT_EQ(limits[2].left, Word(19));
  EXPECT_EQ(limits_left(held, draft.verdict.state, kExampleFrom + 86'400)[2].left, Word(20));
}

TEST(StatusText, OneForEachState) {
  const HeldSession held = session();
  const Seconds now = kExampleFrom;
  SessionState state = view(SessionStatus::enabled).state;
  EXPECT_EQ(status_text(held, state, now), "enabled");
  EXPECT_EQ(status_text(held, state, now - 1), "enabled, begins later");
  EXPECT_EQ(status_text(held, state, example_session().until), "enabled, over");
  state.epoch = 7;
  EXPECT_EQ(status_text(held, state, now), "ended: the account revoked all");
  state.installed = false;
  EXPECT_EQ(status_text(held, state, now), "the validator is not installed");
  state.set_status(SessionStatus::revoked);
  EXPECT_EQ(status_text(held, state, now), "revoked");
}

}  // namespace
}  // namespace valetkey
