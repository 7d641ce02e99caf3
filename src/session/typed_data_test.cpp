#include "session/typed_data.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "example_session.hpp"
#include "random_rules.hpp"
#include "session/check.hpp"
#include "session/encoding.hpp"

namespace valetkey {
namespace {

using testing::Random;
using testing::random_placed_session;

// Half of them with rules on dynamic arguments, calls inside, batch rules and policies.
PlacedSession any_placed_session(Random& random, const testing::RandomSessionOptions& options = {}) {
  const SessionPlace place = testing::random_place(random);
  return {random.chance(50) ? testing::random_session(random, place, options)
                            : testing::random_rich_session(random, place, options),
          place};
}

Hash digest_of(const PlacedSession& placed) {
  return approval_digest({{session_struct_hash(placed.session, placed.place)}}, placed.place.validator);
}

TEST(TypedDataTest, TheGenericCodeGivesTheSameDigestForJson) {
  Random random(10);
  for (int i = 0; i < 300; ++i) {
    std::vector<PlacedSession> sessions{any_placed_session(random)};
    const std::size_t more = random.below(4);
    for (std::size_t k = 0; k < more; ++k) {
      sessions.push_back(any_placed_session(random));
      sessions.back().place.validator = sessions[0].place.validator;
      if (check_session(sessions.back().session, sessions.back().place)) sessions.pop_back();
    }
    std::vector<Hash> hashes;
    for (const PlacedSession& placed : sessions) hashes.push_back(session_struct_hash(placed.session, placed.place));
    const Hash digest = approval_digest(hashes, sessions[0].place.validator);

    const auto parsed = parse_typed_data(approval_typed_data_json(sessions));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(typed_data_digest(*parsed).value(), digest) << i;
    EXPECT_EQ(*parsed, approval_typed_data(sessions)) << i;
  }
}

// The struct types of docs/protocol.md, section 2, and those that wallets get.
TEST(TypedDataTest, TheTypesAreThoseOfThePage) {
  Random random(16);
  std::string types;
  for (const TypedStruct& type : approval_typed_data({{any_placed_session(random)}}).types) {
    types += type.name + "(";
    for (const TypedField& field : type.fields)
      types += (types.back() == '(' ? "" : ",") + field.type + " " + field.name;
    types += ")\n";
  }
  std::ifstream file(VALETKEY_PROTOCOL_PAGE);
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(page.find("```\n" + types + "```"), std::string::npos) << types;
}

TEST(TypedDataTest, NoTwoSessionsShareTypedData) {
  Random random(11);
  std::set<Hash> digests;
  std::set<Bytes> encodings;
  SessionPlace place = testing::random_place(random);
  for (int i = 0; i < 2000; ++i) {
    const PlacedSession placed{
        i % 2 == 0 ? testing::random_session(random, place) : testing::random_rich_session(random, place), place};
    encodings.insert(encode_session(placed.session));
    digests.insert(digest_of(placed));
  }
  EXPECT_EQ(digests.size(), encodings.size());
}

TEST(TypedDataTest, ThePlaceIsSigned) {
  Random random(12);
  const PlacedSession placed = random_placed_session(random);
  PlacedSession other = placed;
  ++other.place.chain.value;
  EXPECT_NE(digest_of(other), digest_of(placed));
  other = placed;
  other.place.account.bytes[3] ^= 1;
  EXPECT_NE(digest_of(other), digest_of(placed));
  other = placed;
  other.place.validator.bytes[3] ^= 1;
  EXPECT_NE(digest_of(other), digest_of(placed));
}

// One message, one encoding: an edit of the encoding is refused, or it changes the message.
class OneEncodingTest : public ::testing::Test {
 protected:
  void expect_edit_shows(const Bytes& edited) {
    ++edits_;
    if (check_session(edited, placed_.place)) return;
    ++valid_;
    const auto session = decode_session(edited);
    ASSERT_TRUE(session);
    EXPECT_NE(session_struct_hash(*session, placed_.place), hash_) << to_hex(edited);
  }
  void take(const PlacedSession& placed) {
    placed_ = placed;
    full_ = encode_session(placed.session);
    hash_ = session_struct_hash(placed.session, placed.place);
  }

  PlacedSession placed_;
  Bytes full_;
  Hash hash_;
  std::size_t edits_ = 0;
  std::size_t valid_ = 0;
};

TEST_F(OneEncodingTest, EveryBit) {
  Random random(13);
  for (int i = 0; i < 10; ++i) {
    take(any_placed_session(random, {.max_permissions = 3}));
    for (std::size_t at = 0; at < full_.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        Bytes edited = full_;
        edited[at] ^= static_cast<std::uint8_t>(1U << bit);
        expect_edit_shows(edited);
      }
    }
  }
  EXPECT_GT(valid_, edits_ / 50);
}

TEST_F(OneEncodingTest, LengthsAndPairsOfBytes) {
  Random random(14);
  for (int i = 0; i < 200; ++i) {
    take(any_placed_session(random, {.max_permissions = 3}));
    for (int edit = 0; edit < 200; ++edit) {
      Bytes edited = full_;
      const auto at = static_cast<std::ptrdiff_t>(random.below(edited.size()));
      const auto other = random.below(edited.size());
      switch (random.below(5)) {
        case 0:
          edited.insert(edited.begin() + at, static_cast<std::uint8_t>(random.below(3)));
          break;
        case 1:
          edited.erase(edited.begin() + at);
          break;
        case 2:
          edited.push_back(static_cast<std::uint8_t>(random.bits()));
          break;
        case 3:
          ++edited[static_cast<std::size_t>(at)];
          --edited[other];
          break;
        default:
          edited[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random.bits());
          edited[other] = static_cast<std::uint8_t>(random.bits());
      }
      if (edited != full_) expect_edit_shows(edited);
    }
  }
  EXPECT_GT(valid_, 0U);
}

// A length and the byte behind it, so that the whole stays consistent: the shape that catches forms with two spellings.
TEST_F(OneEncodingTest, LongerNumbers) {
  Random random(15);
  for (int i = 0; i < 100; ++i) {
    take(any_placed_session(random, {.max_permissions = 2}));
    const std::size_t header = 2 + encode_header(placed_.session).size();
    const std::size_t size = encode_permission(placed_.session.permissions[0]).size();
    for (std::size_t at = header + 2; at < header + 2 + size; ++at) {
      Bytes edited = full_;
      ++edited[at];
      edited.insert(edited.begin() + static_cast<std::ptrdiff_t>(at) + 1, 0);
      edited[header] = static_cast<std::uint8_t>((size + 1) >> 8U);
      edited[header + 1] = static_cast<std::uint8_t>(size + 1);
      expect_edit_shows(edited);
    }
  }
}

TEST(TypedDataTest, ReadsAsThePageSays) {
  Session session;
  session.epoch = 7;
  session.serial = 9;
  session.from = 1'795'251'600;
  session.keys = {"0x00000000000000000000000000000000000000b1"_address};
  session.account_pays = true;
  session.gas_price = 5;
  session.limits = {{LimitKind::calls_every, 20, 86'400, {}}};
  Permission sudo;
  sudo.kind = PermissionKind::anything;
  session.permissions = {sudo};
  const SessionPlace place{ChainId{8453}, "0x00000000000000000000000000000000000000aa"_address,
                           "0x00000000000000000000000000000000000000bb"_address};
  ASSERT_FALSE(check_session(session, place));
  const std::string json = approval_typed_data_json({{PlacedSession{session, place}}});
  for (const char* part :
       {R"("function":"ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT")", R"("until":"for ever")",
        R"("from":"2026-11-21 09:00:00 UTC")",
        R"("counts":"every call","atMost":"20","period":"per 1 day from the session's start")",
        R"("price":"at most 5 wei","fees":"unlimited")", R"("contract":"0x0000000000000000000000000000000000000000")",
        R"("chain":"8453")", R"("needed":"1")"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
  }
}

TEST(TypedDataTest, RulesOnCallsReadAsThePageSays) {
  Session session;
  session.keys = {"0x00000000000000000000000000000000000000b1"_address};
  session.account_pays = true;
  const Address contract = "0x00000000000000000000000000000000000000c0"_address;
  Permission outer = testing::function_permission(contract, "execute(bytes,bytes[],uint256)");
  PathStep every;
  every.kind = StepKind::every_member;
  PathStep inputs;
  inputs.index = 1;
  outer.paths = {{PathStep{}}, {inputs, every}};
  outer.inside = {{0x81, 0x80, {1}}};
  BatchRule before;
  before.where = 0xff;
  before.permission = 2;
  BatchRule amount;
  amount.position = 2;
  amount.permission = 2;
  amount.comparison = Comparison::at_most;
  amount.other_position = 1;
  outer.batch = {amount, before};
  outer.policies = {{"0x00000000000000000000000000000000000000d0"_address,
                     {{ValueGroup::address, 0, true}, {ValueGroup::signed_number, Word::max(), false}}}};
  Permission inner = testing::function_permission(contract, "command(address,uint256)");
  inner.selector = {{0, 0, 0, 0x0b}};
  inner.inner = inner.command = true;
  session.permissions = {outer, inner, testing::function_permission(contract, "mint(address,uint256)")};
  const SessionPlace place{ChainId{8453}, "0x00000000000000000000000000000000000000aa"_address,
                           "0x00000000000000000000000000000000000000bb"_address};
  ASSERT_FALSE(check_session(session, place));
  const std::string json = approval_typed_data_json({{PlacedSession{session, place}}});
  for (const char* part :
       {R"x("function":"execute(bytes,bytes[],uint256)","place":"a call")x",
        R"x("function":"command 0x0b(address,uint256)","place":"inside other calls only")x",
        R"x("inside":[{"position":"word 1 > every member","by":"command in word 0","permissions":["2"]}])x",
        R"x({"call":"first call","permission":"3","position":"word 2","type":"number","comparison":"at most",)x"
        R"x("of":"word 1"})x",
        R"x({"call":"call -1","permission":"3","position":"","type":"","comparison":"","of":""})x",
        R"x("policies":[{"contract":"0x00000000000000000000000000000000000000d0","addresses":)x"
        R"x(["0x00000000000000000000000000000000000000AA"],"unsignedNumbers":[],"signedNumbers":["-1"],"yesNo":[],)x"
        R"x("fixedBytes":[]}])x"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
  }
}

}  // namespace
}  // namespace valetkey
