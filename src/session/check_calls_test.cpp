// Checks of rules on dynamic arguments, calls inside calls, batch rules, policies and Permit2.
#include <gtest/gtest.h>

#include <functional>

#include "example_session.hpp"
#include "session/check.hpp"
#include "session/encoding.hpp"
#include "session/paths.hpp"
#include "session/targets.hpp"

namespace valetkey {
namespace {

using testing::address_rule;
using testing::example_place;
using testing::example_session;
using testing::function_permission;
using testing::kExampleAccount;
using testing::kExampleValidator;
using testing::kRouter;
using testing::kUsdc;
using testing::number_rule;

constexpr Address kPolicy = "0x00000000000000000000000000000000000000d0"_address;

std::string name(const std::optional<Refusal>& refusal) {
  if (!refusal) return "accepted";
  return std::string(refusal_name(refusal->code)) + "(" + std::to_string(refusal->call) + "," +
         std::to_string(refusal->rule) + ")";
}

Path path_of(std::string_view hex) {
  return decode_path(parse_hex(hex).value()).value();
}

Permission inner_of(std::string_view text) {
  Permission permission = function_permission(kRouter, text);
  permission.inner = true;
  return permission;
}

Permission command_of(std::uint8_t byte, std::string_view text) {
  Permission permission = inner_of(text);
  permission.command = true;
  permission.selector = {{0, 0, 0, byte}};
  return permission;
}

enum : std::size_t { kMulticall, kPay, kWrap, kExecute, kCommand, kNote, kMint };

// One of each: a multicall of two functions, commands, paths to values, batch rules and a policy. No limits.
Session session_of_calls() {
  Session session = example_session();
  session.limits.clear();
  Permission multicall = function_permission(kRouter, "multicall(bytes[])");
  multicall.paths = {path_of("0x00000200")};
  multicall.inside = {{0x80, Inside::kBySelector, {kPay, kWrap}}};
  Permission execute = function_permission(kRouter, "execute(bytes,bytes[],uint256)");
  execute.paths = {path_of("0x0000"), path_of("0x00010200")};
  execute.inside = {{0x81, 0x80, {kCommand}}};
  Permission note = function_permission(kUsdc, "note(string,uint256,address[])");
  note.paths = {path_of("0x000004"), path_of("0x000006000000"), path_of("0x000202010000")};
  note.rules = {address_rule(0x81, Comparison::is, {kRouter}), address_rule(0x82, Comparison::is, {}, true),
                number_rule(0x80, Comparison::at_most, {64})};
  BatchRule amount;
  amount.position = 1;
  amount.where = 0x01;
  amount.permission = kMint;
  amount.other_position = 1;
  BatchRule last;
  last.where = BatchRule::kLastCall;
  last.permission = kExecute;
  note.batch = {amount, last};
  note.policies = {{kPolicy, {{ValueGroup::address, to_word(kUsdc), false}, {ValueGroup::unsigned_number, 5, false}}}};
  session.permissions = {multicall,
                         inner_of("pay(address,uint256)"),
                         inner_of("wrap()"),
                         execute,
                         command_of(0x0b, "command(address,uint256)"),
                         note,
                         function_permission(kUsdc, "mint(address,uint256)")};
  return session;
}

std::string edited(const std::function<void(std::vector<Permission>&)>& edit) {
  Session session = session_of_calls();
  edit(session.permissions);
  return name(check_session(session, example_place()));
}

// The bytes of one permission edited.
std::string with_bytes(std::size_t index, const std::function<void(Bytes&)>& edit) {
  const Session session = session_of_calls();
  const Bytes header = encode_header(session);
  Bytes full;
  append_big_endian(full, header.size(), 2);
  append(full, header);
  for (std::size_t p = 0; p < session.permissions.size(); ++p) {
    Bytes encoded = encode_permission(session.permissions[p]);
    if (p == index) edit(encoded);
    append_big_endian(full, encoded.size(), 2);
    append(full, encoded);
    full.push_back(static_cast<std::uint8_t>(session.permissions[p].text.size()));
    append(full, as_bytes(session.permissions[p].text));
  }
  return name(check_session(full, example_place()));
}

constexpr std::size_t kDynamicPart = 1 + 20 + 4 + 1;

TEST(CheckCallsTest, TheSessionIsValid) {
  EXPECT_EQ(edited([](auto&) {}), "accepted");
}

TEST(CheckCallsTest, DeniedFunctions) {
  for (const char* text : {"setApprovalForAll(address,bool)", "authorizeOperator(address)", "upgradeTo(address)"}) {
    EXPECT_EQ(edited([&](auto& p) { p[kMint] = function_permission(kUsdc, text); }), "denied_function(6,255)") << text;
  }
  EXPECT_EQ(edited([](auto& p) { p[kPay] = inner_of("approveDelegation(address,uint256)"); }),
            "denied_function(1,255)");
}

TEST(CheckCallsTest, Commands) {
  EXPECT_EQ(edited([](auto& p) { p[kCommand] = command_of(0x0b, "commands(address,uint256)"); }), "text(4,255)");
  EXPECT_EQ(edited([](auto& p) { p[kCommand].text = "command(address,uint)"; }), "text(4,255)");
  EXPECT_EQ(edited([](auto& p) { p[kCommand].selector.bytes[2] = 1; }), "selector(4,255)");
  EXPECT_EQ(edited([](auto& p) { ++p[kCommand].words; }), "layout(4,255)");
  EXPECT_EQ(edited([](auto& p) { p[kCommand].selector.bytes[3] = 0xff; }), "accepted");
}

TEST(CheckCallsTest, Layout) {
  // Its length is that of the text's layout before its bytes are asked for.
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kDynamicPart] = 255; }), "layout(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kDynamicPart] = 2; }), "layout(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kDynamicPart + 3] = 0x01; }), "layout(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b.resize(kDynamicPart); }), "permission_form(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b.resize(kDynamicPart + 3); }), "permission_form(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[0] = 0; }), "layout(0,255)");
  EXPECT_EQ(with_bytes(kMint, [](Bytes& b) { b[0] = 0x80; }), "layout(6,255)");
}

TEST(CheckCallsTest, Paths) {
  constexpr std::size_t kPaths = kDynamicPart + 4;  // of the multicall, whose layout has three bytes
  const auto with_path = [](std::string_view steps) {
    return with_bytes(kMulticall, [&](Bytes& b) {
      const Bytes path = parse_hex(steps).value();
      b.erase(b.begin() + kPaths + 1, b.begin() + kPaths + 1 + 5);
      b.insert(b.begin() + kPaths + 1, path.begin(), path.end());
      b.insert(b.begin() + kPaths + 1, static_cast<std::uint8_t>(path.size()));
    });
  };
  EXPECT_EQ(with_path("0x00000200"), "accepted");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kPaths] = 33; }), "path_caps(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kPaths + 1] = 0; }), "path_caps(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kPaths + 1] = 33; }), "path_caps(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b[kPaths + 1] = 32; }), "permission_form(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b.resize(kPaths); }), "permission_form(0,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b.resize(kPaths + 1); }), "permission_form(0,255)");
  EXPECT_EQ(with_path("0x00"), "path_steps(0,0)");
  EXPECT_EQ(with_path("0x00000201"), "path_steps(0,0)");
  EXPECT_EQ(with_path("0x0000020008"), "path_steps(0,0)");
  EXPECT_EQ(edited([](auto& p) { std::swap(p[kExecute].paths[0], p[kExecute].paths[1]); }), "path_order(3,1)");
  EXPECT_EQ(edited([](auto& p) { p[kExecute].paths[1] = p[kExecute].paths[0]; }), "path_order(3,1)");
  EXPECT_EQ(edited([](auto& p) { p[kNote].paths[2] = path_of("0x000202020000"); }), "path_steps(5,2)");
  // Every path is read by something: rules, counts, insides, batch rules here and of other permissions.
  EXPECT_EQ(edited([](auto& p) { p[kNote].rules.erase(p[kNote].rules.begin()); }), "path_unused(5,1)");
  EXPECT_EQ(edited([](auto& p) {
              p[kNote].rules.pop_back();
              p[kNote].batch[0].position = 0x80;
            }),
            "accepted");
  EXPECT_EQ(edited([](auto& p) {
              p[kNote].rules.pop_back();
              BatchRule rule;
              rule.position = 1;
              rule.permission = kNote;
              rule.other_position = 0x80;
              p[kMint].batch = {rule};
            }),
            "accepted");
  EXPECT_EQ(edited([](auto& p) {
              p[kNote].rules.back() = number_rule(1, Comparison::is, {1});
              Rule ratio;
              ratio.type = {ValueGroup::ratio, 1};
              ratio.position = 1;
              ratio.comparison = Comparison::at_most;
              ratio.base = 0x80;
              ratio.numerator = ratio.denominator = 1;
              p[kNote].rules.push_back(ratio);
            }),
            "accepted");
}

TEST(CheckCallsTest, RulesAtPaths) {
  EXPECT_EQ(edited([](auto& p) { p[kNote].rules[2].type.bytes = 31; }), "rule_type(5,2)");
  EXPECT_EQ(edited([](auto& p) { p[kNote].rules[2].position = 0x83; }), "rule_type(5,2)") << "no such path";
  EXPECT_EQ(edited([](auto& p) { p[kExecute].rules = {number_rule(0x80, Comparison::is, {1})}; }), "rule_type(3,0)")
      << "contents have no rules";
  EXPECT_EQ(edited([](auto& p) { p[kMint].rules = {number_rule(0x80, Comparison::is, {1})}; }), "rule_type(6,0)");
  // A ratio is between single numbers.
  const auto ratio = [](Position position, Position base) {
    return edited([&](auto& p) {
      p[kNote] = function_permission(kUsdc, "sum(uint256[],uint256)");
      p[kNote].paths = {path_of("0x000004"), path_of("0x000002010000")};
      Rule rule;
      rule.type = {ValueGroup::ratio, 1};
      rule.comparison = Comparison::at_most;
      rule.position = position;
      rule.base = base;
      rule.numerator = rule.denominator = 1;
      p[kNote].rules = {number_rule(0x80, Comparison::is, {1}), number_rule(0x81, Comparison::is, {1}), rule};
    });
  };
  EXPECT_EQ(ratio(0x80, 1), "accepted");
  EXPECT_EQ(ratio(1, 0x80), "accepted");
  EXPECT_EQ(ratio(0x81, 1), "rule_type(5,2)");
  EXPECT_EQ(ratio(1, 0x81), "rule_type(5,2)");
}

// Head words from 128 on are reached by paths only.
TEST(CheckCallsTest, LateHeadWords) {
  const auto with = [](std::string_view text, Position position, std::vector<Path> paths) {
    return edited([&](auto& p) {
      p[kNote].batch.clear();
      p[kMint] = function_permission(kUsdc, text);
      p[kMint].paths = paths;
      p[kMint].rules = {number_rule(position, Comparison::is, {1}, 1)};
    });
  };
  EXPECT_EQ(with("f(uint8[200])", 0x7f, {}), "accepted");
  EXPECT_EQ(with("f(uint8[200])", 0x80, {}), "rule_type(6,0)");
  EXPECT_EQ(with("f(uint8[200])", 0xa0, {}), "rule_type(6,0)");
  EXPECT_EQ(with("f(uint8[200],bytes)", 0x80, {path_of("0x0080")}), "accepted");
  EXPECT_EQ(with("f(uint8[200],bytes)", 0x80, {path_of("0x007f")}), "path_steps(6,0)");
}

TEST(CheckCallsTest, CountsAtPaths) {
  const auto with = [](Position source, ValueType type) {
    Session session = session_of_calls();
    session.limits = {{LimitKind::sum, 100, 0, {}}};
    Permission& sum = session.permissions[kNote];
    sum = function_permission(kUsdc, "sum(uint96[],address[])");
    sum.paths = {path_of("0x000002010000"), path_of("0x000003010000"), path_of("0x000102010000")};
    sum.rules = {address_rule(0x82, Comparison::is, {kRouter}), number_rule(0x80, Comparison::is, {1}, 12),
                 number_rule(0x81, Comparison::is, {1}, 12)};
    sum.counts = {{0, source, type}};
    return name(check_session(session, example_place()));
  };
  EXPECT_EQ(with(0x80, {ValueGroup::unsigned_number, 12}), "accepted");
  EXPECT_EQ(with(0x80, {ValueGroup::unsigned_number, 13}), "count_source(5,0)");
  EXPECT_EQ(with(0x81, {ValueGroup::unsigned_number, 12}), "count_source(5,0)") << "some member is not counted";
  EXPECT_EQ(with(0x82, {ValueGroup::address, 1}), "count_source(5,0)");
  EXPECT_EQ(with(0x83, {}), "count_source(5,0)");
  EXPECT_EQ(with(0xa0, {}), "count_source(5,0)");
  EXPECT_EQ(with(0xfd, {}), "count_source(5,0)");
}

TEST(CheckCallsTest, ACountIsAUseOfAPath) {
  Session session = session_of_calls();
  session.limits = {{LimitKind::sum, 100, 0, {}}};
  session.permissions[kNote].rules.pop_back();
  EXPECT_EQ(name(check_session(session, example_place())), "path_unused(5,0)");
  session.permissions[kNote].counts = {{0, 0x80, {}}};
  EXPECT_EQ(name(check_session(session, example_place())), "accepted");
}

TEST(CheckCallsTest, Insides) {
  const auto inside = [](const Inside& one) { return edited([&](auto& p) { p[kExecute].inside = {one}; }); };
  EXPECT_EQ(inside({0x81, 0x80, {kCommand}}), "accepted");
  EXPECT_EQ(inside({0x82, 0x80, {kCommand}}), "inside_form(3,0)");
  EXPECT_EQ(inside({0x02, 0x80, {kCommand}}), "inside_form(3,0)");
  EXPECT_EQ(inside({0x81, 0x81, {kCommand}}), "inside_form(3,0)") << "commands are one";
  EXPECT_EQ(inside({0x81, 0x82, {kCommand}}), "inside_form(3,0)");
  EXPECT_EQ(inside({0x81, 0x80, {}}), "inside_form(3,0)");
  EXPECT_EQ(inside({0x81, 0x80, Bytes(32, kCommand)}), "inside_form(3,0)");
  EXPECT_EQ(inside({0x81, 0x80, {kExecute}}), "inside_permission(3,0)") << "behind this one";
  EXPECT_EQ(inside({0x81, 0x80, {kPay}}), "inside_permission(3,0)");
  EXPECT_EQ(inside({0x81, 0x80, {7}}), "inside_permission(3,0)");
  EXPECT_EQ(inside({0x81, 0x80, {kCommand, kCommand}}), "inside_permission(3,0)");
  EXPECT_EQ(inside({0x81, 0x80, {kCommand, kMint}}), "inside_permission(3,0)") << "not inner";
  EXPECT_EQ(inside({0x81, Inside::kBySelector, {kCommand}}), "inside_permission(3,0)") << "a command has no selector";
  EXPECT_EQ(edited([](auto& p) { p[kMulticall].inside[0].permissions.push_back(kCommand); }), "inside_permission(0,0)");
  EXPECT_EQ(edited([](auto& p) { p[kNote].inside = {{0x80, Inside::kBySelector, {kMint}}}; }), "inside_form(5,0)")
      << "a length is no contents";
  EXPECT_EQ(edited([](auto& p) { p[kMulticall].paths = {path_of("0x00000300")}; }), "inside_form(0,0)")
      << "some member";
  EXPECT_EQ(edited([](auto& p) { p[kExecute].inside.push_back(p[kExecute].inside[0]); }), "inside_form(3,1)");
  EXPECT_EQ(edited([](auto& p) { p[kMulticall].inside.assign(9, p[kMulticall].inside[0]); }), "inside_caps(0,255)");
  EXPECT_EQ(edited([](auto& p) { p[kPay].contract = kUsdc; }), "inside_permission(0,0)");
  EXPECT_EQ(edited([](auto& p) {
              p[kPay] = inner_of("multicall(bytes[])");
              p[kPay].paths = p[kMulticall].paths;
              p[kPay].inside = {{0x80, Inside::kBySelector, {kPay}}};
            }),
            "inside_permission(1,0)")
      << "no call holds itself";
  EXPECT_EQ(edited([](auto& p) {
              p[kPay] = inner_of("multicall(bytes[])");
              p[kPay].paths = p[kMulticall].paths;
              p[kPay].inside = {{0x80, Inside::kBySelector, {kWrap}}};
            }),
            "accepted")
      << "calls inside calls inside calls";
  EXPECT_EQ(edited([](auto& p) { p[kWrap] = p[kPay]; }), "inside_permission(0,0)") << "twice the same function";
  EXPECT_EQ(edited([](auto& p) { p[kMulticall].inside[0].permissions = {kPay}; }), "inner_unused(2,255)");
  EXPECT_EQ(edited([](auto& p) {
              p.erase(p.begin() + kExecute);
              p[kNote - 1].batch.clear();
            }),
            "inner_unused(3,255)");
  EXPECT_EQ(with_bytes(kMulticall, [](Bytes& b) { b.resize(kDynamicPart + 4 + 6 + 3); }), "permission_form(0,255)");
}

TEST(CheckCallsTest, InnerPermissionsHaveNoNativeValue) {
  EXPECT_EQ(edited([](auto& p) { p[kPay].most_value = 1; }), "inner_value(1,255)");
  EXPECT_EQ(edited([](auto& p) {
              Rule rule;
              rule.type = {ValueGroup::ratio, 1};
              rule.comparison = Comparison::at_most;
              rule.position = 1;
              rule.base = kBaseValue;
              rule.numerator = rule.denominator = 1;
              p[kPay].rules = {rule};
            }),
            "rule_type(1,0)");
  const auto counted = [](LimitKind kind, Position source) {
    Session session = session_of_calls();
    session.limits = {{kind, 100, 0, {}}};
    session.permissions[kPay].counts = {{0, source, {}}};
    return name(check_session(session, example_place()));
  };
  EXPECT_EQ(counted(LimitKind::native, kCountValue), "count_source(1,0)");
  EXPECT_EQ(counted(LimitKind::calls, kCountCall), "accepted");
  EXPECT_EQ(counted(LimitKind::sum, 1), "accepted");
  EXPECT_EQ(edited([](auto& p) { p[kPay].until = 5; }), "accepted");
}

TEST(CheckCallsTest, BatchRules) {
  const auto with = [](const std::function<void(BatchRule&)>& edit) {
    return edited([&](auto& p) { edit(p[kNote].batch[0]); });
  };
  for (const Comparison comparison : {Comparison::is, Comparison::at_most, Comparison::at_least}) {
    EXPECT_EQ(with([&](BatchRule& r) { r.comparison = comparison; }), "accepted");
  }
  for (const Comparison comparison :
       {Comparison::is_not, Comparison::less_than, Comparison::more_than, Comparison::between}) {
    EXPECT_EQ(with([&](BatchRule& r) { r.comparison = comparison; }), "batch_form(5,0)");
  }
  for (const int where : {0x00, 0x01, 0x7f, 0x80, 0x81, 0xff}) {
    EXPECT_EQ(with([&](BatchRule& r) { r.where = static_cast<std::uint8_t>(where); }), "accepted");
  }
  EXPECT_EQ(with([](BatchRule& r) { r.type.bytes = 31; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) { r.position = 3; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) { r.other_type.bytes = 31; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) { r.other_type = {ValueGroup::address, 1}; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) { r.other_position = 2; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) {
              r.other_position = 0;
              r.other_type = {ValueGroup::address, 1};
            }),
            "batch_form(5,0)")
      << "a number is no address";
  EXPECT_EQ(with([](BatchRule& r) { r.other_position = BatchRule::kNoPosition; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) { r.permission = 7; }), "batch_form(5,0)");
  EXPECT_EQ(with([](BatchRule& r) { r.permission = kPay; }), "batch_form(5,0)") << "an inner one is no call";
  EXPECT_EQ(edited([](auto& p) { p[kNote].batch[1].permission = kPay; }), "batch_form(5,1)");
  EXPECT_EQ(edited([](auto& p) { p[kNote].batch[1].permission = 7; }), "batch_form(5,1)");
  EXPECT_EQ(edited([](auto& p) { p[kNote].batch[1] = p[kNote].batch[0]; }), "batch_form(5,1)");
  // Addresses only by `is`; several values not at all.
  EXPECT_EQ(edited([](auto& p) {
              BatchRule rule;
              rule.permission = kMint;
              rule.other_position = 0;
              rule.position = 0x81;
              rule.type = rule.other_type = {ValueGroup::address, 1};
              p[kNote].batch = {rule};
            }),
            "accepted");
  EXPECT_EQ(edited([](auto& p) {
              BatchRule rule;
              rule.permission = kMint;
              rule.other_position = 0;
              rule.position = 0x81;
              rule.type = rule.other_type = {ValueGroup::address, 1};
              rule.comparison = Comparison::at_most;
              p[kNote].batch = {rule};
            }),
            "batch_form(5,0)");
  EXPECT_EQ(edited([](auto& p) {
              BatchRule rule;
              rule.permission = kMint;
              rule.other_position = 0;
              rule.position = 0x82;
              rule.type = rule.other_type = {ValueGroup::address, 1};
              p[kNote].batch = {rule};
            }),
            "batch_form(5,0)");
  EXPECT_EQ(edited([](auto& p) {
              BatchRule rule;
              rule.permission = kNote;
              rule.position = 0;
              rule.other_position = 0x82;
              rule.type = rule.other_type = {ValueGroup::address, 1};
              p[kMint].batch = {rule};
            }),
            "batch_form(6,0)");
  EXPECT_EQ(edited([](auto& p) {
              const BatchRule last = p[kNote].batch[1];
              p[kNote].batch.assign(9, last);
            }),
            "extras_caps(5,255)");
  // Nothing compared has one spelling.
  const std::size_t policies = 1 + 1 + 20 + 1 + 1 + 21 + 1 + 2;
  for (const std::size_t at : {1U, 2U, 5U, 6U}) {
    EXPECT_EQ(with_bytes(kNote, [&](Bytes& b) { b[b.size() - policies - 7 + 1 + at] ^= 1; }), "batch_form(5,1)") << at;
  }
}

TEST(CheckCallsTest, Policies) {
  const auto with = [](const std::function<void(std::vector<Policy>&)>& edit) {
    return edited([&](auto& p) { edit(p[kNote].policies); });
  };
  for (const Address& contract : {Address{}, kExampleAccount, kExampleValidator}) {
    EXPECT_EQ(with([&](auto& policies) { policies[0].contract = contract; }), "policy_form(5,0)");
  }
  EXPECT_EQ(with([](auto& policies) { policies.push_back({kUsdc, {}}); }), "accepted");
  EXPECT_EQ(with([](auto& policies) { policies.push_back(policies[0]); }), "policy_form(5,1)");
  EXPECT_EQ(with([](auto& policies) { policies.insert(policies.begin(), {kUsdc, {}}); }), "policy_form(5,1)");
  EXPECT_EQ(with([](auto& policies) { policies.assign(5, policies[0]); }), "extras_caps(5,255)");
  EXPECT_EQ(with([](auto& policies) { policies[0].words.assign(9, {}); }), "policy_form(5,0)");
  EXPECT_EQ(with([](auto& policies) { policies[0].words.assign(8, {}); }), "accepted");
  EXPECT_EQ(with([](auto& policies) { std::swap(policies[0].words[0], policies[0].words[1]); }), "policy_form(5,0)");
  EXPECT_EQ(with([](auto& policies) { policies[0].words[0].value = to_word(kExampleAccount); }), "policy_form(5,0)");
  EXPECT_EQ(with([](auto& policies) { policies[0].words[0] = {ValueGroup::address, 0, true}; }), "accepted");
  EXPECT_EQ(with([](auto& policies) { policies[0].words = {{ValueGroup::yes_no, 2, false}}; }), "policy_form(5,0)");
  EXPECT_EQ(with_bytes(kNote, [](Bytes& b) { b[b.size() - 3] = 5; }), "policy_form(5,0)");
  EXPECT_EQ(with_bytes(kNote, [](Bytes& b) { b.pop_back(); }), "permission_form(5,255)");
  EXPECT_EQ(with_bytes(kNote, [](Bytes& b) { b.push_back(0); }), "permission_form(5,255)");
  // Extras that are none.
  EXPECT_EQ(with_bytes(kMint,
                       [](Bytes& b) {
                         b[0] |= 0x20;
                         append(b, "0x0000"_hex);
                       }),
            "extras_caps(6,255)");
}

TEST(CheckCallsTest, EarlierFaultsComeFirst) {
  // Over all permissions only when each is right alone; insides before batch rules of the same permission.
  EXPECT_EQ(edited([](auto& p) {
              p[kPay].contract = kUsdc;
              p[kMint].text = "x";
            }),
            "text(6,255)");
  EXPECT_EQ(edited([](auto& p) {
              p[kNote].batch[0].permission = 7;
              p[kCommand].contract = kUsdc;
            }),
            "inside_permission(3,0)");
  EXPECT_EQ(edited([](auto& p) {
              p[kNote].rules.erase(p[kNote].rules.begin());
              p[kMulticall].inside[0].permissions = {kPay};
            }),
            "inner_unused(2,255)");
}

TEST(CheckCallsTest, Permit2CountsOrIsRefused) {
  constexpr std::string_view kApprove = "approve(address,address,uint160,uint48)";
  constexpr Address kOther = "0x00000000000000000000000000000000000000e0"_address;
  const auto with = [](const Permission& permission) {
    Session session = example_session();
    session.permissions.push_back(permission);
    return name(check_session(session, example_place()));
  };
  const Count amount{1, 2, {ValueGroup::unsigned_number, 20}};
  Permission approve = function_permission(kPermit2, kApprove);
  EXPECT_EQ(with(approve), "limit_incomplete(2,1)");
  approve.rules = {address_rule(0, Comparison::is, {kUsdc})};
  EXPECT_EQ(with(approve), "limit_incomplete(2,1)");
  approve.counts = {amount};
  EXPECT_EQ(with(approve), "accepted");
  approve.contract = kRouter;
  EXPECT_EQ(with(approve), "count_token(2,0)");
  approve.contract = kPermit2;
  approve.rules = {address_rule(0, Comparison::is, {kOther, kUsdc})};
  EXPECT_EQ(with(approve), "count_token(2,0)");
  approve.rules = {address_rule(0, Comparison::is, {kUsdc}, true)};
  EXPECT_EQ(with(approve), "count_token(2,0)");
  approve.rules = {address_rule(0, Comparison::is_not, {kUsdc})};
  EXPECT_EQ(with(approve), "count_token(2,0)");
  approve.rules = {address_rule(1, Comparison::is, {kUsdc})};
  EXPECT_EQ(with(approve), "count_token(2,0)");
  approve.counts.clear();
  EXPECT_EQ(with(approve), "limit_incomplete(2,1)");
  approve.rules = {address_rule(0, Comparison::is, {kOther})};
  EXPECT_EQ(with(approve), "accepted");
  approve.rules = {address_rule(0, Comparison::is, {kOther, kRouter}, true)};
  EXPECT_EQ(with(approve), "accepted");
  approve.rules = {address_rule(0, Comparison::is, {kOther, kUsdc})};
  EXPECT_EQ(with(approve), "limit_incomplete(2,1)");
  approve.rules = {address_rule(0, Comparison::is_not, {kUsdc})};
  EXPECT_EQ(with(approve), "limit_incomplete(2,1)") << "only a rule that names other tokens";
  EXPECT_EQ(with(function_permission(kPermit2, "lockdown((address,address)[])")), "accepted");
  EXPECT_EQ(with(function_permission(kPermit2, "transferFrom(address,address,uint160,address)")),
            "limit_incomplete(2,1)");
  Permission any;
  any.kind = PermissionKind::any_function;
  any.contract = kPermit2;
  EXPECT_EQ(with(any), "limit_incomplete(2,1)");
}

}  // namespace
}  // namespace valetkey
