// Attacks on sessions and accounts that reach the EntryPoint, each named after its row in the collection of attacks that the threat model
// lists.
#include "session/typed_data.hpp"
#include "userop/execution.hpp"
#include "world.hpp"

namespace valetkey::testing {
namespace {

using Attacks = ChainTest;

// The last byte of a transfer's amount in `execute`: selector, mode, offset, length, target, value, then the transfer.
constexpr std::size_t kAmountByte = 4 + 3 * 32 + 20 + 32 + 4 + 2 * 32 - 1;

TEST_F(Attacks, I2_NotEnabledWrongKeyAndGasPrice) {
  const PreparedSession session = prepare(token_session());
  EXPECT_EQ(verdict(scene_.use(session, transfer(1))), "not_enabled(-,-)");
  done(scene_.enable(session, transfer(1)));
  UserOp wrong_key = scene_.use(session, transfer(1));
  wrong_key.signature[wrong_key.signature.size() - 10] ^= 1;
  EXPECT_EQ(verdict(wrong_key), "AA24");
  Use dear = transfer(1);
  dear.max_fee_per_gas = session.session().gas_price + 1;
  EXPECT_EQ(verdict(scene_.use(session, dear)), "gas_price(-,-)");
  dear.max_fee_per_gas = session.session().gas_price;
  EXPECT_EQ(verdict(scene_.use(session, dear)), "accepted");
}

// Every field of the operation is signed for, by each EntryPoint's hash.
void expect_each_field_signed(const UserOp& op, const std::function<std::string(const UserOp&)>& verdict) {
  ASSERT_EQ(verdict(op), "accepted");
  const std::vector<std::pair<std::string, std::function<void(UserOp&)>>> changes{
      {"nonce's lane", [](UserOp& o) { o.nonce = wrapping_add(o.nonce >> 64, 1).value << 64; }},
      {"call data", [](UserOp& o) { o.call_data[kAmountByte] ^= 1; }},
      {"call gas", [](UserOp& o) { o.call_gas_limit = *Uint128::from(wrapping_sub(o.call_gas_limit.word(), 1).value); }},
      {"verification gas", [](UserOp& o) { o.verification_gas_limit = *Uint128::from(wrapping_add(o.verification_gas_limit.word(), 1).value); }},
      {"preVerificationGas", [](UserOp& o) { o.pre_verification_gas = wrapping_add(o.pre_verification_gas, 1).value; }},
      {"fee", [](UserOp& o) { o.max_fee_per_gas = *Uint128::from(wrapping_add(o.max_fee_per_gas.word(), 1).value); }},
      {"tip", [](UserOp& o) { o.max_priority_fee_per_gas = *Uint128::from(wrapping_add(o.max_priority_fee_per_gas.word(), 1).value); }},
  };
  for (const auto& [name, change] : changes) {
    UserOp changed = op;
    change(changed);
    EXPECT_EQ(verdict(changed), "AA24") << name;
  }
}

TEST_F(Attacks, I4_A18_EveryFieldIsSigned) {
  const PreparedSession session = prepare(token_session());
  const auto ask = [&](const UserOp& op) { return verdict(op); };
  // Both modes.
  expect_each_field_signed(scene_.enable(session, transfer(1)), ask);
  done(scene_.enable(session, transfer(1)));
  expect_each_field_signed(scene_.use(session, transfer(1)), ask);
  // A paymaster that nobody signed for does not pass either.
  UserOp op = scene_.use(session, transfer(1));
  op.paymaster = Paymaster{kFriend, 100'000, 100'000, {}};
  EXPECT_NE(verdict(op), "accepted");
}

TEST_F(Attacks, A18_EveryByteOfTheFieldIsSigned) {
  const PreparedSession session = prepare(token_session());
  done(scene_.enable(session, transfer(1)));
  const UserOp op = scene_.use(session, transfer(1));
  ASSERT_EQ(verdict(op), "accepted");
  for (std::size_t i = 0; i < op.signature.size(); ++i) {
    UserOp changed = op;
    changed.signature[i] ^= 1;
    EXPECT_NE(verdict(changed), "accepted") << i;
  }
}

TEST_F(Attacks, I4_NobodyElseExecutes) {
  const Bytes call = encode_execute_single({token_, 0, token_call("transfer(address,uint256)", kFriend, 1)});
  EXPECT_FALSE(node_.send(scene_.account(), call).success);
}

TEST_F(Attacks, A02_TheApprovalBindsEveryByteOfTheSession) {
  const PreparedSession session = prepare(token_session());
  const Bytes approval = scene_.approve(std::span(&session.struct_hash(), 1));
  // Sessions that only differ a little, with the owner's signature of the first.
  const std::vector<std::function<void(Session&)>> changes{
      [](Session& s) { ++s.serial; }, [](Session& s) { s.limits[0].amount = 1001; }, [](Session& s) { s.until = 0; },
      [](Session& s) { s.keys = {test_key(kBotTwo).address()}; }, [](Session& s) { s.permissions[0].most_value = 1; },
      [](Session& s) { s.gas_price = kUnlimitedGasPrice; }, [](Session& s) { s.from -= 1; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Session other = session.session();
    changes[i](other);
    const PreparedSession forged = prepare(other);
    Use use = transfer(1);
    use.keys = {i == 3 ? kBotTwo : kBot};
    EXPECT_EQ(verdict(scene_.enable(forged, use, {std::span(&forged.struct_hash(), 1), 0, approval})), "AA24") << i;
    EXPECT_EQ(scene_.state(forged.id()).status(), SessionStatus::unknown) << i;
  }
  EXPECT_EQ(verdict(scene_.enable(session, transfer(1))), "accepted");
}

TEST_F(Attacks, A03_ASignatureIsForOneModeOnly) {
  const PreparedSession session = prepare(token_session());
  const UserOp enable = scene_.enable(session, transfer(1));
  done(enable);
  UserOp used = scene_.use(session, transfer(1));
  UserOp enabled = scene_.enable(session, transfer(1));
  ASSERT_EQ(verdict(used), "accepted");
  ASSERT_EQ(verdict(enabled), "accepted");
  for (std::size_t i = 1; i <= 66; ++i) std::swap(used.signature[used.signature.size() - i], enabled.signature[enabled.signature.size() - i]);
  EXPECT_EQ(verdict(used), "AA24");
  EXPECT_EQ(verdict(enabled), "AA24");
}

TEST_F(Attacks, A05_EnablingAgainResetsNothing) {
  const PreparedSession session = prepare(token_session());
  const Bytes approval = scene_.approve(std::span(&session.struct_hash(), 1));
  const EnableProof proof{std::span(&session.struct_hash(), 1), 0, approval};
  done(scene_.enable(session, transfer(700), proof));
  EXPECT_EQ(verdict(scene_.enable(session, transfer(301), proof)), "limit_passed(-,0)");
  done(scene_.enable(session, transfer(300), proof));
  scene_.as_owner({scene_.validator(), 0, encode_revoke(session.id())});
  EXPECT_EQ(verdict(scene_.enable(session, transfer(1), proof)), "revoked(-,-)");
  // Also by a call of the account: it fails, and the session stays revoked.
  EXPECT_THROW(scene_.as_owner({scene_.validator(), 0, encode_enable(session.full())}), std::runtime_error);
  EXPECT_EQ(scene_.state(session.id()).status(), SessionStatus::revoked);
}

TEST_F(Attacks, A05_RevokedBeforeItWasEnabled) {
  const PreparedSession session = prepare(token_session());
  scene_.as_owner({scene_.validator(), 0, encode_revoke(session.id())});
  EXPECT_EQ(verdict(scene_.enable(session, transfer(1))), "revoked(-,-)");
}

TEST_F(Attacks, A06_AnApprovalForAnotherChainOrPlaceInTheList) {
  const PreparedSession session = prepare(token_session());
  SessionPlace elsewhere = scene_.place();
  elsewhere.chain.value = 1;
  const Hash there = session_struct_hash(session.session(), elsewhere);
  const std::array approved{there, to_hash(Word(7))};
  const Bytes signature = scene_.approve(approved);
  // The owner approved it for chain 1 only: on this chain no place in the list fits.
  for (const std::uint8_t place : {std::uint8_t{0}, std::uint8_t{1}}) {
    std::array claimed = approved;
    claimed[place] = session.struct_hash();
    EXPECT_EQ(verdict(scene_.enable(session, transfer(1), {claimed, place, signature})), "AA24");
  }
  // Approved for both, at the other place, it fails; at its own it passes.
  const std::array both{there, session.struct_hash()};
  const Bytes right = scene_.approve(both);
  const std::array swapped{session.struct_hash(), there};
  EXPECT_EQ(verdict(scene_.enable(session, transfer(1), {swapped, 0, right})), "AA24");
  EXPECT_EQ(verdict(scene_.enable(session, transfer(1), {both, 1, right})), "accepted");
}

TEST_F(Attacks, A07_AnOperationForAnotherEntryPoint) {
  const PreparedSession session = prepare(token_session());
  done(scene_.enable(session, transfer(1)));
  UserOp op = scene_.use(session, transfer(1));
  // Signed for v0.8, sent to v0.7.
  const std::array<std::uint8_t, 1> permissions{0};
  const std::array keys{&test_key(kBot)};
  const auto other = sign(prepare_use(session, op, kEntryPointV08, {permissions, 0}).value(), keys);
  ASSERT_TRUE(other);
  EXPECT_EQ(verdict(other->op()), "AA24");
  // Sent to v0.8, an account of v0.7 refuses it, whoever it is signed for.
  node_.deploy("EntryPointV08");
  for (const UserOp& one : {op, other->op()}) {
    const PackedUserOp packed = pack_user_op(one);
    EXPECT_FALSE(node_.send(kEntryPointV08.address, encode_handle_ops(std::span(&packed, 1), kPayer)).success);
  }
}

TEST_F(Attacks, A08_WhoeverSubmitsIt) {
  constexpr Address kThief = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"_address;  // anvil's second account
  const PreparedSession session = prepare(token_session());
  const UserOp op = scene_.enable(session, transfer(100));
  const PackedUserOp packed = pack_user_op(op);
  // Straight to the validator, or enabling for oneself: nothing changes for the account.
  EXPECT_FALSE(node_.send(scene_.validator(), encode_validate_user_op(packed, {}), 0, kThief).success);
  node_.send(scene_.validator(), encode_enable(session.full()), 0, kThief);
  node_.send(scene_.validator(), encode_revoke(session.id()), 0, kThief);
  EXPECT_EQ(scene_.state(session.id()).status(), SessionStatus::unknown);
  // A stranger's bundle does what was signed, once.
  EXPECT_TRUE(node_.send(scene_.entry_point().address, encode_handle_ops(std::span(&packed, 1), kThief), 0, kThief).success);
  EXPECT_EQ(spent(session, 0), Word(100));
  EXPECT_EQ(verdict(op), "AA25");
}

TEST_F(Attacks, C02_RefusedOperationsCountNothing) {
  const PreparedSession session = prepare(token_session());
  done(scene_.enable(session, transfer(100)));
  const UserOp over = scene_.use(session, transfer(901));
  EXPECT_THROW(scene_.submit(over), std::runtime_error);
  UserOp wrong = scene_.use(session, transfer(1));
  wrong.signature.back() ^= 7;
  EXPECT_THROW(scene_.submit(wrong), std::runtime_error);
  EXPECT_EQ(spent(session, 0), Word(100));
}

TEST_F(Attacks, C03_TheSameOperationTwice) {
  const PreparedSession session = prepare(token_session());
  const UserOp op = scene_.enable(session, transfer(100));
  done(op);
  EXPECT_EQ(verdict(op), "AA25");
}

TEST_F(Attacks, C08_PeriodsWithoutAClock) {
  Session plain = token_session();
  plain.limits[0].period = 86'400;
  const PreparedSession session = prepare(plain);
  Use use = transfer(1);
  use.time = node_.now();
  EXPECT_EQ(erc7562_violations(done(scene_.enable(session, use))), "");
  EXPECT_EQ(erc7562_violations(done(scene_.use(session, use))), "");
}

TEST_F(Attacks, C11_TheFeeLimitCountsTheMostThatIsPaid) {
  Session plain = token_session();
  plain.limits.push_back({LimitKind::fees, 13'000'000'000'000'000, 0, {}});
  const PreparedSession session = prepare(plain);
  // (1,500,000 + 1,500,000 + 60,000) x 2 gwei = 6.12e15 wei each.
  done(scene_.enable(session, transfer(1)));
  EXPECT_EQ(spent(session, 1), Word(6'120'000'000'000'000));
  done(scene_.use(session, transfer(1)));
  EXPECT_EQ(verdict(scene_.use(session, transfer(1))), "limit_passed(-,1)");
}

TEST_F(Attacks, C13_TwoLanesInOneBundlePassTheLimitTogether) {
  const PreparedSession session = prepare(token_session());
  done(scene_.enable(session, transfer(100)));
  const std::array over{scene_.use(session, transfer(500, 1)), scene_.use(session, transfer(401, 2))};
  EXPECT_EQ(verdict(std::span(over).first(1)), "accepted");
  EXPECT_EQ(verdict(std::span(over).last(1)), "accepted");
  EXPECT_EQ(verdict(over), "1: limit_passed(-,0)");
  EXPECT_THROW(scene_.submit(over), std::runtime_error);
  EXPECT_EQ(spent(session, 0), Word(100));
  const std::array within{scene_.use(session, transfer(500, 1)), scene_.use(session, transfer(400, 2))};
  EXPECT_EQ(scene_.results(scene_.submit(within)).size(), 2u);
  EXPECT_EQ(spent(session, 0), Word(1000));
}

TEST_F(Attacks, C13_EnabledTwiceInOneBundle) {
  const PreparedSession session = prepare(token_session());
  const std::array both{scene_.enable(session, transfer(600, 1)), scene_.enable(session, transfer(600, 2))};
  EXPECT_EQ(verdict(both), "1: limit_passed(-,0)");
}

TEST_F(Attacks, D02_UninstalledAndInstalledAgain) {
  const PreparedSession session = prepare(token_session());
  done(scene_.enable(session, transfer(1)));
  scene_.as_owner({scene_.account(), 0, encode_uninstall_module(ModuleType::validator, scene_.validator(), {})});
  EXPECT_FALSE(scene_.state(session.id()).installed);
  EXPECT_NE(verdict(scene_.use(session, transfer(1))), "accepted");
  scene_.as_owner({scene_.account(), 0, encode_install_module(ModuleType::validator, scene_.validator(), {})});
  EXPECT_EQ(verdict(scene_.use(session, transfer(1))), "epoch_moved(-,-)");
  const PreparedSession fresh = prepare(token_session());
  EXPECT_EQ(verdict(scene_.enable(fresh, transfer(1))), "accepted");
}

TEST_F(Attacks, A16_RevokingAllEndsSessionsAndApprovals) {
  const PreparedSession enabled = prepare(token_session());
  const PreparedSession approved = prepare(token_session());
  done(scene_.enable(enabled, transfer(1)));
  scene_.as_owner({scene_.validator(), 0, encode_revoke_all()});
  EXPECT_EQ(verdict(scene_.use(enabled, transfer(1))), "epoch_moved(-,-)");
  EXPECT_EQ(verdict(scene_.enable(approved, transfer(1))), "epoch_moved(-,-)");
}

TEST_F(Attacks, B04_TheAccountTheValidatorAndTheEntryPoint) {
  Session plain = token_session();
  plain.limits.clear();
  plain.permissions = {Permission{}};
  plain.permissions[0].kind = PermissionKind::anything;
  const PreparedSession session = prepare(plain);
  const auto to = [&](const Address& target) {
    Use use = transfer(1);
    use.calls[0].target = target;
    return verdict(scene_.enable(session, use));
  };
  EXPECT_EQ(to(scene_.account()), "target_account(0,-)");
  EXPECT_EQ(to(scene_.validator()), "target_validator(0,-)");
  EXPECT_EQ(to(kEntryPointV07.address), "target_entry_point(0,-)");
  EXPECT_EQ(to(kEntryPointV08.address), "target_entry_point(0,-)");
  EXPECT_EQ(to({}), "target_zero(0,-)");
  EXPECT_EQ(to(token_), "accepted");
}

}  // namespace
}  // namespace valetkey::testing
