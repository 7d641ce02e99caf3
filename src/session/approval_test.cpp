#include "session/approval.hpp"

#include <gtest/gtest.h>

#include "evm/eip712.hpp"
#include "example_session.hpp"
#include "random_rules.hpp"
#include "session/paths.hpp"

namespace valetkey {
namespace {

Approval example_approval() {
  Approval approval;
  approval.validator = testing::kExampleValidator;
  approval.sessions = {testing::example_placed(), testing::example_placed()};
  approval.sessions[1].place.chain = ChainId{10};
  approval.owner_signatures = {"0x1234"_hex, std::nullopt};
  approval.names = {testing::example_names(), SessionNames{}};
  return approval;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string code_of(const std::string& json) {
  const auto parsed = parse_approval(json);
  if (parsed) return "accepted";
  EXPECT_FALSE(parsed.error().message.empty());
  EXPECT_FALSE(parsed.error().fix.empty());
  return std::string(parsed.error().code);
}

TEST(ApprovalTest, ReadsBackWhatItWrites) {
  const Approval approval = example_approval();
  const std::string json = write_approval(approval);
  const auto parsed = parse_approval(json);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, approval);
  EXPECT_EQ(write_approval(*parsed), json);
}

TEST(ApprovalTest, RandomApprovals) {
  testing::Random random(40);
  for (int i = 0; i < 100; ++i) {
    Approval approval;
    approval.sessions = {testing::random_placed_session(random)};
    approval.validator = approval.sessions[0].place.validator;
    approval.owner_signatures = {std::nullopt};
    approval.names = {SessionNames{}};
    const auto parsed = parse_approval(write_approval(approval));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, approval);
  }
}

TEST(ApprovalTest, RulesOnCallsReadBack) {
  testing::Random random(42);
  for (int i = 0; i < 60; ++i) {
    const SessionPlace place = testing::random_place(random);
    Approval approval;
    approval.validator = place.validator;
    approval.sessions = {{testing::random_rich_session(random, place), place}};
    approval.owner_signatures = {std::nullopt};
    approval.names = {SessionNames{}};
    for (const Permission& permission : approval.sessions[0].session.permissions) {
      PermissionNames names;
      if (!permission.paths.empty()) names.units = {{kFirstPath, {"USDC", 6}}};
      approval.names[0].permissions.push_back(names);
    }
    const auto parsed = parse_approval(write_approval(approval));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, approval);
  }
}

TEST(ApprovalTest, UnitsAreOfWordsAndPathsThatAreThere) {
  const auto with_unit = [](Position position) {
    Approval approval = example_approval();
    Session& session = approval.sessions[0].session;
    Permission note = testing::function_permission(testing::kRouter, "note(uint8[200],string)");
    note.paths = {decode_path("0x00c804"_hex).value()};
    note.rules = {testing::number_rule(kFirstPath, Comparison::at_most, {10})};
    session.permissions.push_back(note);
    approval.names[0].permissions.push_back({"", {{position, {"USDC", 6}}}, ""});
    return code_of(write_approval(approval));
  };
  EXPECT_EQ(with_unit(0x7f), "accepted");
  EXPECT_EQ(with_unit(kFirstPath), "accepted");
  EXPECT_EQ(with_unit(kFirstPath + 1), "approval_names");
  EXPECT_EQ(with_unit(0xa0), "approval_names");
}

TEST(ApprovalTest, MissingPartsAreWrittenEmpty) {
  Approval approval = example_approval();
  approval.owner_signatures.clear();
  approval.names.clear();
  const auto parsed = parse_approval(write_approval(approval));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->owner_signatures.size(), 2U);
  EXPECT_EQ(parsed->names.size(), 2U);
}

TEST(ApprovalTest, TheTypedDataIsWhatTheOwnerSigns) {
  const Approval approval = example_approval();
  const std::string json = write_approval(approval);
  const std::size_t begin = json.find("\"typedData\":") + 12;
  const std::string typed_data = json.substr(begin, json.find(",\n\"names\"") - begin);
  EXPECT_EQ(typed_data_digest(parse_typed_data(typed_data).value()).value(), approval_digest(approval));
}

TEST(ApprovalTest, AnyChangeIsRefused) {
  const std::string json = write_approval(example_approval());
  testing::Random random(41);
  for (int i = 0; i < 400; ++i) {
    std::string edited = json;
    edited[random.below(edited.size())] ^= static_cast<char>(1U << random.below(7));
    const auto parsed = parse_approval(edited);
    // A digit of the owner's signature or of a name is content, and stays as it was edited.
    if (parsed) {
      EXPECT_EQ(write_approval(*parsed), edited);
      EXPECT_EQ(parsed->sessions, example_approval().sessions);
    }
  }
}

TEST(ApprovalTest, ErrorsNameTheField) {
  const std::string json = write_approval(example_approval());
  EXPECT_EQ(code_of(""), "approval_json");
  EXPECT_EQ(code_of("{"), "approval_json");
  EXPECT_EQ(code_of("{}"), "approval_field");
  EXPECT_EQ(code_of(replaced(json, "\"valetkey\":1", "\"valetkey\":2")), "approval_version");
  EXPECT_EQ(code_of(replaced(json, "\"chain\":8453", "\"chain\":\"8453\"")), "approval_field");
  EXPECT_EQ(code_of(replaced(json, "\"chain\":8453", "\"chain\":8454")), "approval_typed_data");
  EXPECT_EQ(code_of(replaced(json, "0x1234", "0x123")), "approval_field");
  EXPECT_EQ(code_of(replaced(json, "\"id\":\"0x", "\"id\":\"0X")), "approval_id");
  EXPECT_EQ(code_of(replaced(json, R"("atMost":"1000000000")", R"("atMost":"1000000001")")), "approval_typed_data");
  EXPECT_EQ(code_of(replaced(json, "address spender", "address[] spender")), "approval_names");
  EXPECT_EQ(code_of(replaced(json, "\"uniswap\"", "\"uni\\u202eswap\"")), "approval_names");
  EXPECT_EQ(code_of(replaced(json, "\"uniswap\"", "\"uni\\\"swap\"")), "approval_names");
  EXPECT_EQ(code_of(replaced(json, "\"word\":4", "\"word\":7")), "approval_names");
  EXPECT_EQ(code_of(replaced(json, "\"note\"", "\"Note\"")), "approval_form");
  EXPECT_EQ(code_of(replaced(json, "\"valetkey\":1", "\"valetkey\": 1")), "approval_form");
  EXPECT_EQ(code_of(json + " "), "approval_form");
  const auto missing = parse_approval(replaced(json, "\"account\"", "\"acount\""));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("`sessions[0].account`"), std::string::npos) << missing.error().message;
}

TEST(ApprovalTest, AnInvalidSessionIsRefusedWithItsCode) {
  Approval approval = example_approval();
  approval.sessions[1].session.threshold = 2;
  const auto parsed = parse_approval(write_approval(approval));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, "approval_session");
  EXPECT_NE(parsed.error().message.find("key_threshold"), std::string::npos);
}

}  // namespace
}  // namespace valetkey
