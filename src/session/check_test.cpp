#include "session/check.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "example_session.hpp"
#include "random_rules.hpp"
#include "session/encoding.hpp"
#include "session/function_text.hpp"
#include "session/targets.hpp"

namespace valetkey {
namespace {

using testing::address_rule;
using testing::example_place;
using testing::example_session;
using testing::function_permission;
using testing::kExampleAccount;
using testing::kRouter;
using testing::kUsdc;
using testing::number_rule;

std::string name(const std::optional<Refusal>& refusal) {
  if (!refusal) return "accepted";
  return std::string(refusal_name(refusal->code)) + "(" + std::to_string(refusal->call) + "," +
         std::to_string(refusal->rule) + ")";
}

std::string check(const Session& session) {
  return name(check_session(session, example_place()));
}
std::string check_bytes(const Bytes& full) {
  return name(check_session(full, example_place()));
}

// The example with one edit.
std::string edited(const std::function<void(Session&)>& edit) {
  Session session = example_session();
  edit(session);
  return check(session);
}
// The edit of permission 1, the swap.
std::string edited_swap(const std::function<void(Permission&)>& edit) {
  return edited([&](Session& session) { edit(session.permissions[1]); });
}

// The example with other bytes for a permission; its text is kept.
std::string with_permission_bytes(std::size_t index, const std::function<void(Bytes&)>& edit) {
  const Session session = example_session();
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
  return check_bytes(full);
}

// One permission as the only one, without limits.
std::string check_alone(const Permission& permission) {
  return edited([&](Session& session) {
    session.limits.clear();
    session.permissions = {permission};
  });
}

// A function with one rule on its only word.
std::string check_rule_bytes(std::string_view text, const Bytes& rule) {
  const Permission permission = function_permission(kRouter, text);
  Session session = example_session();
  session.limits.clear();
  session.permissions = {permission};
  const Bytes header = encode_header(session);
  Bytes encoded = encode_permission(permission);
  encoded.resize(encoded.size() - 2);  // without numbers of rules and counts
  encoded.push_back(1);
  append(encoded, rule);
  encoded.push_back(0);
  Bytes full;
  append_big_endian(full, header.size(), 2);
  append(full, header);
  append_big_endian(full, encoded.size(), 2);
  append(full, encoded);
  full.push_back(static_cast<std::uint8_t>(text.size()));
  append(full, as_bytes(text));
  return check_bytes(full);
}

TEST(CheckTest, TheExampleIsValid) {
  EXPECT_EQ(check(example_session()), "accepted");
}

TEST(CheckTest, RandomSessionsAreValid) {
  testing::Random random(20);
  std::set<std::tuple<int, int>> rules;
  std::set<int> limits;
  std::set<int> permissions;
  for (int i = 0; i < 2000; ++i) {
    const PlacedSession placed = testing::random_placed_session(random);
    ASSERT_EQ(name(check_session(placed.session, placed.place)), "accepted") << i;
    for (const Limit& limit : placed.session.limits) limits.insert(static_cast<int>(limit.kind));
    for (const Permission& permission : placed.session.permissions) {
      permissions.insert(static_cast<int>(permission.kind));
      for (const Rule& rule : permission.rules)
        rules.emplace(static_cast<int>(rule.type.group), static_cast<int>(rule.comparison));
    }
  }
  EXPECT_EQ(limits.size(), 7U);
  EXPECT_EQ(permissions.size(), 4U);
  EXPECT_EQ(rules.size(), 2U + 7U + 7U + 1U + 2U + 2U);
}

TEST(CheckTest, RandomSessionsWithRulesOnCallsAreValid) {
  testing::Random random(22);
  for (int i = 0; i < 1000; ++i) {
    const SessionPlace place = testing::random_place(random);
    ASSERT_EQ(name(check_session(testing::random_rich_session(random, place), place)), "accepted") << i;
  }
}

TEST(CheckTest, Form) {
  const Bytes full = encode_session(example_session());
  EXPECT_EQ(check_bytes({}), "malformed_session(255,255)");
  EXPECT_EQ(check_bytes(Bytes(full.begin(), full.end() - 1)), "malformed_session(255,255)");
  Bytes bytes = full;
  bytes.push_back(0);
  EXPECT_EQ(check_bytes(bytes), "malformed_session(255,255)");
  bytes = full;
  bytes[2] = 0;
  EXPECT_EQ(check_bytes(bytes), "unknown_version(255,255)");
  for (const std::size_t count : {33U, 34U, 35U, 36U}) {
    bytes = full;
    bytes[2 + count] = 33;
    EXPECT_EQ(check_bytes(bytes), "malformed_session(255,255)") << count;
  }
  bytes = "0x0024"_hex;  // a header of 36 bytes and nothing after it
  bytes.resize(2 + 36);
  bytes[2] = 2;
  EXPECT_EQ(check_bytes(bytes), "malformed_session(255,255)");
  EXPECT_EQ(with_permission_bytes(1, [](Bytes& b) { b.clear(); }), "malformed_session(255,255)");
}

TEST(CheckTest, CapsComeFirst) {
  EXPECT_EQ(edited([](Session& s) { s.keys.clear(); }), "session_caps(255,255)");
  EXPECT_EQ(edited([](Session& s) { s.permissions.clear(); }), "session_caps(255,255)");
}

TEST(CheckTest, Keys) {
  EXPECT_EQ(edited([](Session& s) { s.threshold = 0; }), "key_threshold(255,255)");
  EXPECT_EQ(edited([](Session& s) { s.threshold = 2; }), "key_threshold(255,255)");
  Bytes full = encode_session(example_session());
  full[2 + 37] = 1;
  EXPECT_EQ(check_bytes(full), "key_kind(255,0)");
  EXPECT_EQ(edited([](Session& s) { s.keys = {Address{}}; }), "key_order(255,0)");
  EXPECT_EQ(edited([](Session& s) { s.keys.push_back(s.keys[0]); }), "key_order(255,1)");
  EXPECT_EQ(edited([](Session& s) {
              s.keys = {"0x00000000000000000000000000000000000000ff"_address,
                        "0x00000000000000000000000000000000000000fe"_address};
            }),
            "key_order(255,1)");
  EXPECT_EQ(edited([](Session& s) { s.keys = {kExampleAccount}; }), "key_is_account(255,0)");
}

TEST(CheckTest, TimesAndFees) {
  EXPECT_EQ(edited([](Session& s) { s.until = kLastSecond; }), "accepted");
  EXPECT_EQ(edited([](Session& s) { s.until = kLastSecond + 1; }), "time_over(255,255)");
  EXPECT_EQ(edited([](Session& s) { s.from = kLastSecond + 1; }), "time_over(255,255)");
  EXPECT_EQ(edited([](Session& s) { s.until = s.from; }), "window_order(255,255)");
  EXPECT_EQ(edited([](Session& s) { s.until = s.from + 1; }), "accepted");
  EXPECT_EQ(edited([](Session& s) { s.until = 0; }), "accepted");
  Bytes full = encode_session(example_session());
  full[2 + 31] = 2;
  EXPECT_EQ(check_bytes(full), "fees_kind(255,255)");
  EXPECT_EQ(edited([](Session& s) { s.paymasters = {Address{}}; }), "paymaster_order(255,0)");
  EXPECT_EQ(edited([](Session& s) { s.paymasters = {kUsdc, kUsdc}; }), "paymaster_order(255,1)");
  EXPECT_EQ(edited([](Session& s) { s.account_pays = false; }), "no_payer(255,255)");
}

TEST(CheckTest, Limits) {
  Bytes full = encode_session(example_session());
  full[2 + 37 + 21] = 7;
  EXPECT_EQ(check_bytes(full), "limit_kind(255,0)");
  EXPECT_EQ(edited([](Session& s) { s.limits[2].amount = 0; }), "limit_zero(255,2)");
  EXPECT_EQ(edited([](Session& s) { s.limits[1].token = {}; }), "limit_token(255,1)");
  EXPECT_EQ(edited([](Session& s) { s.limits[1].token = kExampleAccount; }), "limit_token(255,1)");
  EXPECT_EQ(edited([](Session& s) {
              s.account_pays = false;
              s.paymasters = {kUsdc};
            }),
            "limit_fees(255,3)");
  EXPECT_EQ(edited([](Session& s) { s.limits[0].amount = Word::max_of_bits(112); }), "accepted");
  EXPECT_EQ(edited([](Session& s) { s.limits[0].amount = Word(1) << 112; }), "limit_zero(255,0)");
  EXPECT_EQ(edited([](Session& s) { s.limits[0].amount = (Word(1) << 112) | Word(1); }), "malformed_session(255,255)");
}

TEST(CheckTest, PermissionKindsAndTargets) {
  // Bit 4; a command that is not inner; inner with extras; and what only functions may be.
  for (const std::uint8_t flags : Bytes{0x10, 0x08, 0x24, 0x81, 0x05, 0x0e, 0x07}) {
    EXPECT_EQ(with_permission_bytes(1, [&](Bytes& b) { b[0] = flags; }), "permission_kind(1,255)") << int{flags};
  }
  for (const Address& target : {Address{}, kExampleAccount, testing::kExampleValidator, kEntryPointAddresses[0],
                                kEntryPointAddresses[1], kEntryPointAddresses[2], kEntryPointAddresses[3]}) {
    EXPECT_EQ(edited_swap([&](Permission& p) { p.contract = target; }), "permission_target(1,255)");
  }
}

TEST(CheckTest, PermissionForm) {
  for (const std::size_t size : {1U, 20U, 21U, 25U, 26U, 27U, 30U}) {
    EXPECT_EQ(with_permission_bytes(1, [&](Bytes& b) { b.resize(size); }), "permission_form(1,255)") << size;
  }
  EXPECT_EQ(with_permission_bytes(1, [](Bytes& b) { b.push_back(0); }), "permission_form(1,255)");
  EXPECT_EQ(with_permission_bytes(1, [](Bytes& b) { b.pop_back(); }), "permission_form(1,255)");
}

TEST(CheckTest, TextsAndSelectors) {
  EXPECT_EQ(edited_swap([](Permission& p) { p.text += " "; }), "text(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.text = "exactInputSingle(uint256)"; }), "selector(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.selector.bytes[0] ^= 1; }), "selector(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { ++p.words; }), "layout(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.dynamic = true; }), "layout(1,255)");
  Permission plain;
  plain.kind = PermissionKind::plain_transfer;
  plain.contract = kRouter;
  EXPECT_EQ(check_alone(plain), "accepted");
  plain.text = "f()";
  EXPECT_EQ(check_alone(plain), "text(0,255)");
}

TEST(CheckTest, AStrangerToAReservedSelectorIsRefused) {
  // Ground to share transfer's selector.
  const Permission ground = function_permission(kRouter, "many_msg_babbage(bytes1)");
  ASSERT_EQ(ground.selector, "0xa9059cbb"_selector);
  EXPECT_EQ(check_alone(ground), "reserved_selector(0,255)");
  EXPECT_EQ(check_alone(function_permission(kRouter, "transfer(address,uint256)")), "accepted");
}

TEST(CheckTest, ValueAndWindow) {
  EXPECT_EQ(edited_swap([](Permission& p) { p.most_value = Word::max(); }), "accepted");
  EXPECT_EQ(with_permission_bytes(1,
                                  [](Bytes& b) {
                                    b[26] = 1;
                                    b.insert(b.begin() + 27, 0);
                                  }),
            "number_form(1,255)");
  EXPECT_EQ(with_permission_bytes(1,
                                  [](Bytes& b) {
                                    b[26] = 33;
                                    b.insert(b.begin() + 27, 33, 1);
                                  }),
            "number_form(1,255)");
  EXPECT_EQ(with_permission_bytes(1, [](Bytes& b) { b[26] = 255; }), "number_form(1,255)")
      << "a length is judged before its bytes";
  EXPECT_EQ(edited_swap([](Permission& p) { p.from = 5; }), "accepted");
  EXPECT_EQ(edited_swap([](Permission& p) { p.until = 5; }), "accepted");
  EXPECT_EQ(edited_swap([](Permission& p) { p.from = p.until = 5; }), "permission_window(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.until = kLastSecond + 1; }), "permission_window(1,255)");
  EXPECT_EQ(with_permission_bytes(1,
                                  [](Bytes& b) {
                                    b[0] |= 0x40;
                                    b.insert(b.begin() + 27, 10, 0);
                                  }),
            "permission_window(1,255)");
}

TEST(CheckTest, RuleCapsAndOrder) {
  Permission numbers = function_permission(kRouter, "f(uint8[20])");
  for (std::uint8_t i = 0; i < 16; ++i) numbers.rules.push_back(number_rule(i, Comparison::is, {1}, 1));
  EXPECT_EQ(check_alone(numbers), "accepted");
  numbers.rules.push_back(number_rule(16, Comparison::is, {1}, 1));
  EXPECT_EQ(check_alone(numbers), "rule_caps(0,255)");
  Permission any;
  any.kind = PermissionKind::any_function;
  any.contract = kRouter;
  any.rules = {number_rule(0, Comparison::is, {1})};
  EXPECT_EQ(check_alone(any), "rule_caps(0,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { std::swap(p.rules[0], p.rules[1]); }), "rule_order(1,1)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules.insert(p.rules.begin(), p.rules[0]); }), "rule_order(1,1)");
  EXPECT_EQ(edited_swap(
                [](Permission& p) { p.rules.insert(p.rules.begin() + 5, number_rule(4, Comparison::at_least, {1})); }),
            "accepted");
}

TEST(CheckTest, RuleTypes) {
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[3].type.bytes = 4; }), "rule_type(1,3)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[4].position = 7; }), "rule_type(1,4)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[5].base = 7; }), "rule_type(1,5)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[5].base = 0; }), "rule_type(1,5)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[5].base = kBaseValue; }), "accepted");
  EXPECT_EQ(edited_swap([](Permission& p) {
              p.rules[5].base = kBaseValue;
              p.rules[5].base_type.bytes = 16;
            }),
            "rule_type(1,5)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[5].word_type.bytes = 20; }), "rule_type(1,5)");
  for (const char* rule : {"0x010000"
                           "00",
                           "0x610000"
                           "00",
                           "0xa10000"
                           "00",
                           "0xc00000"
                           "00",
                           "0xe00000"
                           "00"}) {
    EXPECT_EQ(check_rule_bytes("f(address)", parse_hex(rule).value()), "rule_type(0,0)") << rule;
  }
  // A dynamic argument has no rules.
  EXPECT_EQ(check_rule_bytes("f(bytes)", "0xe0000000"_hex), "rule_type(0,0)");
}

TEST(CheckTest, RuleOperators) {
  EXPECT_EQ(check_rule_bytes("f(uint8)",
                             "0x20006001"
                             "07"_hex),
            "accepted");  // at most
  EXPECT_EQ(check_rule_bytes("f(uint8)",
                             "0x200061"
                             "01070108"_hex),
            "rule_operator(0,0)");  // at most, two values
  EXPECT_EQ(check_rule_bytes("f(uint8)",
                             "0x2000c0"
                             "0107"_hex),
            "rule_operator(0,0)");  // between, one value
  EXPECT_EQ(check_rule_bytes("f(uint8)",
                             "0x2000c1"
                             "01070108"_hex),
            "accepted");
  EXPECT_EQ(check_rule_bytes("f(uint8)",
                             "0x2000c2"
                             "010701080109"_hex),
            "rule_operator(0,0)");
  EXPECT_EQ(check_rule_bytes("f(uint8)",
                             "0x2000e0"
                             "0107"_hex),
            "rule_operator(0,0)");  // unknown
  EXPECT_EQ(check_rule_bytes("f(bool)",
                             "0x600000"
                             "0101"_hex),
            "accepted");
  EXPECT_EQ(check_rule_bytes("f(bool)",
                             "0x600020"
                             "0101"_hex),
            "rule_operator(0,0)");
  EXPECT_EQ(check_rule_bytes("f(bool)",
                             "0x600001"
                             "000101"_hex),
            "rule_operator(0,0)");
  EXPECT_EQ(check_rule_bytes("f(bytes4)",
                             "0x830040"
                             "0411223344"_hex),
            "rule_operator(0,0)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.rules[5].comparison = Comparison::is; }), "rule_operator(1,5)");
}

TEST(CheckTest, RuleValues) {
  const auto value = [](std::string_view text, std::string_view rule) {
    return check_rule_bytes(text, parse_hex(rule).value());
  };
  // uint16
  EXPECT_EQ(value("f(uint16)", "0x21000002ffff"), "accepted");
  EXPECT_EQ(value("f(uint16)", "0x21000003010000"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint16)", "0x210000020001"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint16)", "0x2100000100"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint16)", "0x21000101070107"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint16)", "0x21000101080107"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint16)", "0x21000102"), "permission_form(0,255)");
  // int16: -32768, below it, -1 < 0, order as signed
  EXPECT_EQ(value("f(int16)", "0x410000827fff"), "accepted");
  EXPECT_EQ(value("f(int16)", "0x410000828000"), "rule_value(0,0)");
  EXPECT_EQ(value("f(int16)", "0x410000027fff"), "accepted");
  EXPECT_EQ(value("f(int16)", "0x410000028000"), "rule_value(0,0)");
  EXPECT_EQ(value("f(int16)", "0x41000281028000"), "accepted");  // -3, -1, 0
  EXPECT_EQ(value("f(int16)", "0x4100018000"), "accepted");
  EXPECT_EQ(value("f(int16)", "0x4100010080"), "rule_value(0,0)");
  EXPECT_EQ(value("f(int16)", "0x410001808102"), "rule_value(0,0)");
  EXPECT_EQ(value("f(int16)", "0x410001810280"), "accepted");
  EXPECT_EQ(value("f(int16)", "0x4100008100"), "rule_value(0,0)");  // -1 in a second spelling
  // bool
  EXPECT_EQ(value("f(bool)", "0x60000000"), "accepted");
  EXPECT_EQ(value("f(bool)", "0x6000000102"), "rule_value(0,0)");
  // bytes4
  EXPECT_EQ(value("f(bytes4)", "0x8300000411223344"), "accepted");
  EXPECT_EQ(value("f(bytes4)", "0x83000003112233"), "rule_value(0,0)");
  // address: the account's literal, the marker twice, the marker second, another length
  EXPECT_EQ(value("f(address)",
                  "0x000000"
                  "14acc0000000000000000000000000000000000001"),
            "rule_value(0,0)");
  EXPECT_EQ(value("f(address)", "0x00000000"), "accepted");
  EXPECT_EQ(value("f(address)", "0x0000010000"), "rule_value(0,0)");
  EXPECT_EQ(value("f(address)",
                  "0x000001"
                  "00"
                  "140000000000000000000000000000000000000001"),
            "accepted");
  EXPECT_EQ(value("f(address)",
                  "0x000001"
                  "140000000000000000000000000000000000000001"
                  "00"),
            "rule_value(0,0)");
  EXPECT_EQ(value("f(address)",
                  "0x000000"
                  "0101"),
            "rule_value(0,0)");
  // ratio: zero, 17 bytes
  EXPECT_EQ(value("f(uint256)", "0xa000603fff3f01010101"), "accepted");
  EXPECT_EQ(value("f(uint256)", "0xa000603fff3f000101"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint256)", "0xa000603fff3f010100"), "rule_value(0,0)");
  EXPECT_EQ(value("f(uint256)",
                  "0xa000603fff3f11"
                  "0101010101010101010101010101010101"
                  "0101"),
            "rule_value(0,0)");
  EXPECT_EQ(value("f(uint256)", "0xa000613fff3f01010101"), "rule_operator(0,0)");
}

TEST(CheckTest, Counts) {
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.assign(17, Count{}); }), "count_caps(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.push_back(p.counts[0]); }), "count_order(1,1)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.push_back({0, 3, {}}); }), "count_order(1,1)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.push_back({4, 4, {}}); }), "count_limit(1,1)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts[0].source = 0; }), "count_source(1,0)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts[0].type.bytes = 31; }), "count_source(1,0)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts[0].source = kCountCall; }), "count_source(1,0)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts[0].source = kCountValue; }), "count_source(1,0)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.push_back({2, kCountCall, {}}); }), "count_source(1,1)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.push_back({3, kCountValue, {}}); }), "count_source(1,1)");
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.push_back({1, 4, {}}); }), "count_token(1,1)");
  EXPECT_EQ(edited([](Session& s) { s.permissions[0].contract = kRouter; }), "count_token(0,0)");
}

TEST(CheckTest, ATokenLimitCountsTheAmountOfTheTokensOwnFunctions) {
  const auto with = [](std::string_view text, std::uint8_t word) {
    return edited([&](Session& s) {
      s.limits = {{LimitKind::token, 1, 0, kUsdc}};
      s.permissions = {function_permission(kUsdc, text)};
      s.permissions[0].counts = {{0, word, {}}};
    });
  };
  EXPECT_EQ(with("transfer(address,uint256)", 1), "accepted");
  EXPECT_EQ(with("approve(address,uint256)", 1), "accepted");
  EXPECT_EQ(with("increaseAllowance(address,uint256)", 1), "accepted");
  EXPECT_EQ(with("transferFrom(address,address,uint256)", 2), "accepted");
  EXPECT_EQ(with("mint(address,uint256)", 1), "count_token(0,0)");
  EXPECT_EQ(with("decreaseAllowance(address,uint256)", 1), "count_token(0,0)");
}

TEST(CheckTest, LimitsThatNothingCountsAgainst) {
  EXPECT_EQ(edited_swap([](Permission& p) { p.counts.clear(); }), "limit_unused(255,0)");
  EXPECT_EQ(edited([](Session& s) { s.limits.push_back({LimitKind::calls, 1, 0, {}}); }), "limit_unused(255,4)");
  EXPECT_EQ(edited([](Session& s) { s.limits.push_back({LimitKind::native, 1, 0, {}}); }), "limit_unused(255,4)");
  EXPECT_EQ(edited([](Session& s) { s.limits.push_back({LimitKind::native_every, 1, 0, {}}); }), "accepted");
}

// Complete or refused: nothing moves a limited token uncounted.
TEST(CheckTest, LimitedTokensAreCompletelyCounted) {
  const auto with = [](const Permission& permission) {
    return edited([&](Session& s) { s.permissions.push_back(permission); });
  };
  EXPECT_EQ(with(function_permission(kUsdc, "transfer(address,uint256)")), "limit_incomplete(2,1)");
  EXPECT_EQ(with(function_permission(kUsdc, "push(address,uint256)")), "limit_incomplete(2,1)");
  Permission any;
  any.contract = kUsdc;
  any.kind = PermissionKind::any_function;
  EXPECT_EQ(with(any), "limit_incomplete(2,1)");
  any.kind = PermissionKind::plain_transfer;
  EXPECT_EQ(with(any), "limit_incomplete(2,1)");
  any = {};
  any.kind = PermissionKind::anything;
  EXPECT_EQ(with(any), "limit_incomplete(2,1)");
  Permission sum = function_permission(kUsdc, "transfer(address,uint256)");
  sum.counts = {{0, 1, {}}};
  EXPECT_EQ(with(sum), "limit_incomplete(2,1)") << "a sum is no limit of the token";
  sum.counts = {{1, 1, {}}};
  EXPECT_EQ(with(sum), "accepted");
}

TEST(CheckTest, EarlierFaultsComeFirst) {
  EXPECT_EQ(edited([](Session& s) {
              s.threshold = 9;
              s.until = 1;
              s.limits[0].amount = 0;
            }),
            "key_threshold(255,255)");
  EXPECT_EQ(edited([](Session& s) {
              s.permissions[1].text = "x";
              s.permissions[0].counts.clear();
            }),
            "text(1,255)");
  EXPECT_EQ(edited_swap([](Permission& p) {
              p.contract = kExampleAccount;
              p.text = "";
            }),
            "permission_target(1,255)");
}

// At every cut and with every wrong byte the walk stays inside and answers.
TEST(CheckTest, AnyBytesAreAnswered) {
  testing::Random random(21);
  for (int i = 0; i < 3000; ++i) {
    PlacedSession placed = testing::random_placed_session(random);
    if (random.chance(50)) placed.session = testing::random_rich_session(random, placed.place);
    Bytes full = encode_session(placed.session);
    for (int edit = 0; edit < 3; ++edit) full[random.below(full.size())] = static_cast<std::uint8_t>(random.bits());
    if (random.chance(30)) full.resize(random.below(full.size()));
    const bool accepted = !check_session(full, placed.place);
    if (accepted) {
      EXPECT_TRUE(decode_session(full)) << to_hex(full);
    }
  }
}

}  // namespace
}  // namespace valetkey
