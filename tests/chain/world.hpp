// What the tests of this folder share: an account on a chain, and a session that may send a token.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "example_session.hpp"
#include "scene.hpp"

namespace valetkey::testing {

inline constexpr std::uint8_t kBot = 0x21;
inline constexpr std::uint8_t kBotTwo = 0x22;
inline constexpr std::uint8_t kBotThree = 0x23;
inline constexpr Address kFriend = "0x00000000000000000000000000000000000a11ce"_address;
inline constexpr Seconds kDay = 86'400;

class ChainTest : public ::testing::TestWithParam<EntryPointVersion> {
 protected:
  explicit ChainTest(const EntryPoint& entry_point) : scene_(node_, entry_point), token_(scene_.token(1)) {}
  ChainTest() : ChainTest(kEntryPointV07) {}

  // One key, 1000 of the token in total, for 30 days from an hour ago.
  Session token_session() {
    Session session;
    session.epoch = scene_.epoch();
    session.serial = ++serial_;
    session.from = node_.now() - 3600;
    session.until = session.from + 30 * kDay;
    session.gas_price = 100'000'000'000;
    session.account_pays = true;
    session.keys = {test_key(kBot).address()};
    session.limits = {{LimitKind::token, 1000, 0, token_}};
    session.permissions = {function_permission(token_, "transfer(address,uint256)")};
    session.permissions[0].counts = {{0, 1, {}}};
    return session;
  }

  PreparedSession prepare(const Session& session) { return PreparedSession::make(session, scene_.place()).value(); }

  Use transfer(const Word& amount, std::uint32_t lane = 0) {
    return {.calls = {{token_, 0, token_call("transfer(address,uint256)", kFriend, amount)}}, .permissions = {0}, .time = 0, .keys = {kBot}, .lane = lane};
  }
  Use own_revoke(const PreparedSession& session) {
    return {.calls = {{scene_.validator(), 0, encode_revoke(session.id())}}, .permissions = {kRevokePermission}, .time = 0, .keys = {kBot}};
  }

  // `accepted`, the validator's refusal `name(call,rule)`, or the EntryPoint's code such as `AA24`.
  std::string verdict(std::span<const UserOp> ops) {
    const auto failed = scene_.refusal(ops);
    if (!failed) return "accepted";
    const std::string at = ops.size() > 1 ? std::to_string(failed->op_index) + ": " : "";
    if (!failed->refusal) return at + failed->reason.substr(0, 4);
    const auto index = [](std::uint8_t i) { return i == kNoIndex ? std::string("-") : std::to_string(i); };
    return at + std::string(refusal_name(failed->refusal->code)) + "(" + index(failed->refusal->call) + "," + index(failed->refusal->rule) + ")";
  }
  std::string verdict(const UserOp& op) { return verdict(std::span(&op, 1)); }

  // Sends it; its calls are made too.
  Receipt done(const UserOp& op) {
    Receipt receipt = scene_.submit(op);
    EXPECT_TRUE(scene_.results(receipt).at(0).success);
    return receipt;
  }

  // Whether the EntryPoint takes the operation in a block of that time; where it does not, it is for the time alone.
  bool passes_at(Seconds time, const UserOp& op);
  // tools/erc7562.mjs on the bundle's transaction.
  std::string erc7562_violations(const Receipt& receipt);

  Word spent(const PreparedSession& session, std::size_t limit) {
    const auto slots = limit_slots(session.session().limits);
    return read_spent(scene_.state(session.id()), slots[limit]).amount;
  }

  Node node_;
  Scene scene_;
  Address token_;

 private:
  std::uint32_t serial_ = 0;
};

class BothEntryPoints : public ChainTest {
 protected:
  BothEntryPoints() : ChainTest(GetParam() == EntryPointVersion::v0_7 ? kEntryPointV07 : kEntryPointV08) {}
};

}  // namespace valetkey::testing
