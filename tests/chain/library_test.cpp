// The library's own path from calls to an outcome, as `send` goes it: each EntryPoint, and with a paymaster.
#include <nlohmann/json.hpp>

#include "account/operation.hpp"
#include "chain/chain_view.hpp"
#include "chain/devnet.hpp"
#include "chain/entry_point.hpp"
#include "chain/owner_operation.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "world.hpp"

namespace valetkey::testing {
namespace {

class Library : public BothEntryPoints {
 protected:
  HeldSession held(const Session& session) {
    Approval approval{scene_.validator(), {{session, scene_.place()}}, {}, {}};
    approval.owner_signatures = {scene_.approve(session_hashes(approval))};
    return HeldSession::open(std::move(approval)).value();
  }

  // Of a contract that pays for those who greet it, with a deposit.
  Address paymaster() {
    const Address address = node_.deploy("TestPaymaster");
    const std::array arguments{to_word(address)};
    node_.send(scene_.entry_point().address, encode_static_call(selector_of_text("depositTo(address)"), arguments),
               1'000'000'000'000'000'000);
    return address;
  }

  // Estimated, signed, simulated and sent; refused by the evaluator or by the EntryPoint it is the refusal's code.
  std::string send(const HeldSession& session, std::span<const Call> calls,
                   const std::optional<Paymaster>& paymaster = {}) {
    Client& client = node_.client();
    const AccountAdapter& account = openzeppelin_account();
    const ChainView view = read_chain_view(client, session, account, scene_.entry_point()).value();
    const Draft first = draft_operation(session, account, view, calls, {}, paymaster);
    if (first.refusal) return std::string(first.why.code);
    const auto gas =
        estimate_operation(client, valetkey::prepare(session, account, view, first)->op(), view.entry_point);
    if (!gas) return std::string(gas.error().code);
    const Draft draft = draft_operation(session, account, view, calls, *gas, paymaster);
    if (draft.refusal) return std::string(draft.why.code);
    const SecretKey* keys[] = {&test_key(kBot)};
    const auto op = sign(valetkey::prepare(session, account, view, draft).value(), keys).value();
    const SecretKey payer = devnet_payer_key();
    const auto simulation = simulate_operation(client, op.op(), op.entry_point(), payer.address()).value();
    if (simulation.failed) return simulation.failed->reason.substr(0, 4);
    const auto outcome = submit_operation(client, payer, op.op(), op.entry_point()).value();
    return outcome.status == OperationStatus::done ? "done" : "not done";
  }

  Word balance(const Address& address) {
    return parse_quantity(node_.ask("eth_getBalance", nlohmann::json::array({to_hex(address), "latest"})).get<std::string>()).value();
  }
};

TEST_P(Library, TheAccountPays) {
  const HeldSession session = held(token_session());
  const Word before = balance(scene_.account());
  EXPECT_EQ(send(session, transfer(400).calls), "done");
  EXPECT_EQ(send(session, transfer(600).calls), "done");
  EXPECT_EQ(send(session, transfer(1).calls), "limit_passed");
  EXPECT_LT(balance(scene_.account()), before);
}

TEST_P(Library, APaymasterPays) {
  const Address pays = paymaster();
  Session plain = token_session();
  plain.account_pays = false;
  plain.paymasters = {pays};
  const HeldSession session = held(plain);
  const Word before = balance(scene_.account());
  const auto with = [&](std::string_view data) { return Paymaster{pays, 100'000, 50'000, to_bytes(as_bytes(data))}; };
  EXPECT_EQ(send(session, transfer(1).calls), "fees_none");
  Paymaster stranger = with("hello");
  stranger.address = kFriend;
  EXPECT_EQ(send(session, transfer(1).calls, stranger), "paymaster");
  EXPECT_EQ(send(session, transfer(1).calls, with("hell")), "AA33");
  EXPECT_EQ(send(session, transfer(1).calls, with("hello")), "done");
  EXPECT_EQ(send(session, transfer(1).calls, with("hello")), "done");
  EXPECT_EQ(balance(scene_.account()), before);
  // postOp ran within its gas.
  const Bytes paid = node_.client().read(pays, to_bytes(selector_of_text("paid()").view())).value();
  EXPECT_EQ(Word::from_short_big_endian(paid), Word(2));
}

TEST_P(Library, TheOwnersOperation) {
  const HeldSession session = held(token_session());
  const std::array calls{Call{scene_.validator(), 0, encode_enable(session.prepared().full())}};
  const OwnerSigner owner{scene_.owner_validator(), &test_key(kOwnerByte)};
  const auto outcome = send_as_owner(node_.client(), openzeppelin_account(), scene_.account(), owner, calls,
                                     devnet_payer_key(), {}, scene_.entry_point());
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_EQ(outcome->status, OperationStatus::done);
  EXPECT_EQ(scene_.state(session.id()).status(), SessionStatus::enabled);
}

INSTANTIATE_TEST_SUITE_P(EntryPoint, Library, ::testing::Values(EntryPointVersion::v0_7, EntryPointVersion::v0_8),
                         [](const auto& one) { return one.param == EntryPointVersion::v0_7 ? "v07" : "v08"; });

}  // namespace
}  // namespace valetkey::testing
