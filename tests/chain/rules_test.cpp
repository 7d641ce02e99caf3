// Rules on dynamic arguments, calls inside calls, batch rules and policies on a chain, each traced for ERC-7562.
#include "router_sessions.hpp"
#include "world.hpp"

namespace valetkey::testing {
namespace {

class Rules : public BothEntryPoints {
 protected:
  PreparedSession session_of(std::vector<Permission> permissions) {
    Session session = token_session();
    session.limits.clear();
    session.permissions = std::move(permissions);
    return prepare(session);
  }
  static Use use_of(std::vector<Call> calls, std::vector<std::uint8_t> permissions) {
    return {.calls = std::move(calls), .permissions = std::move(permissions), .time = 0, .keys = {kBot}};
  }
  // What the tracer says of the first use and of the next.
  std::string violations(const PreparedSession& session, const Use& use) {
    const std::string first = erc7562_violations(done(scene_.enable(session, use)));
    return first + erc7562_violations(done(scene_.use(session, use)));
  }
  // A session that asks this policy, and what the tracer says.
  std::string violations_of_policy(const Address& policy) {
    Permission permission = function_permission(token_, "transfer(address,uint256)");
    permission.policies = {{policy, {{ValueGroup::unsigned_number, 5, false}}}};
    return violations(session_of({permission}), transfer(1));
  }
};

TEST_P(Rules, CommandsInsideACall) {
  RouterSession router = router_of_commands(scene_.account());
  const PreparedSession session = session_of(router.permissions);
  EXPECT_EQ(violations(session, use_of({{kRouter, 0, router.call}}, {0})), "");
  router.call[4 + 32 * 4] = 0x0c;  // the first command
  EXPECT_EQ(verdict(scene_.use(session, use_of({{kRouter, 0, router.call}}, {0}))), "inner_call(0,0)");
}

TEST_P(Rules, FunctionsInsideACall) {
  RouterSession router = router_of_multicall();
  const PreparedSession session = session_of(router.permissions);
  EXPECT_EQ(violations(session, use_of({{kRouter, 0, router.call}}, {0})), "");
  router.call.pop_back();
  EXPECT_EQ(verdict(scene_.use(session, use_of({{kRouter, 0, router.call}}, {0}))), "call_data_form(0,0)");
}

TEST_P(Rules, ABatchWhoseCallsAreCompared) {
  Permission approve = function_permission(token_, "approve(address,uint256)");
  approve.batch = {{.where = 0x01, .permission = 1}};
  Permission deposit = function_permission(kRouter, "deposit(address,uint256)");
  const ValueType amount{ValueGroup::unsigned_number, 32};
  deposit.batch = {{.position = 1,
                    .type = amount,
                    .comparison = Comparison::at_most,
                    .where = 0xff,
                    .permission = 0,
                    .other_position = 1,
                    .other_type = amount}};
  const PreparedSession session = session_of({approve, deposit});
  const auto batch = [&](const Word& deposited) {
    return use_of({{token_, 0, token_call("approve(address,uint256)", kRouter, 100)},
                   {kRouter, 0, token_call("deposit(address,uint256)", kFriend, deposited)}},
                  {0, 1});
  };
  EXPECT_EQ(violations(session, batch(100)), "");
  EXPECT_EQ(verdict(scene_.use(session, batch(101))), "batch_rule(1,0)");
}

// A policy is a part of the account's validation: it may read what is associated with the account.
TEST_P(Rules, APolicyThatKeepsToTheAccountsStorage) {
  EXPECT_EQ(violations_of_policy(node_.deploy("GoodValidator")), "");
}

TEST_P(Rules, APolicyThatReadsTheClock) {
  const Address policy = node_.deploy("ClockValidator");
  EXPECT_NE(violations_of_policy(policy).find("OP-011 " + to_hex(policy) + " uses TIMESTAMP"), std::string::npos);
}

TEST_P(Rules, APolicyThatReadsASharedSlot) {
  const Address policy = node_.deploy("SharedSlotValidator");
  EXPECT_NE(violations_of_policy(policy).find("STO-021 " + to_hex(policy) + " reads slot 0x00"), std::string::npos);
}

TEST_P(Rules, APolicyThatCallsAnAddressWithoutCode) {
  const std::string found = violations_of_policy(node_.deploy("CodelessCallValidator"));
  EXPECT_NE(found.find("uses STATICCALL on 0x000000000000000000000000000000000000dead, which has no code"),
            std::string::npos)
      << found;
}

INSTANTIATE_TEST_SUITE_P(EntryPoint, Rules, ::testing::Values(EntryPointVersion::v0_7, EntryPointVersion::v0_8),
                         [](const auto& one) { return one.param == EntryPointVersion::v0_7 ? "v07" : "v08"; });

}  // namespace
}  // namespace valetkey::testing
