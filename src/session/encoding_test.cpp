#include "session/encoding.hpp"

#include <gtest/gtest.h>

#include "evm/keccak.hpp"
#include "random_rules.hpp"
#include "session/check.hpp"

namespace valetkey {
namespace {

using testing::Random;
using testing::random_placed_session;

Session any_session(Random& random) {
  const SessionPlace place = testing::random_place(random);
  return random.chance(50) ? testing::random_session(random, place) : testing::random_rich_session(random, place);
}

TEST(EncodingTest, DecodeIsTheInverseForRandomSessions) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const Session session = any_session(random);
    const Bytes full = encode_session(session);
    const auto decoded = decode_session(full);
    ASSERT_TRUE(decoded) << i << ": " << refusal_name(decoded.error().code);
    EXPECT_EQ(*decoded, session) << i;
    EXPECT_EQ(encode_session(*decoded), full) << i;
  }
}

// Whatever the decoder takes, the encoder writes back.
TEST(EncodingTest, TheDecoderTakesOnlyWhatTheEncoderWrites) {
  Random random(2);
  int taken = 0;
  for (int i = 0; i < 300; ++i) {
    const Bytes full = encode_session(any_session(random));
    for (int edit = 0; edit < 60; ++edit) {
      Bytes bytes = full;
      const std::size_t at = random.below(bytes.size());
      switch (random.below(4)) {
        case 0:
          bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
          break;
        case 1:
          bytes[at] = static_cast<std::uint8_t>(random.bits());
          break;
        case 2:
          bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        default:
          bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(random.bits()));
      }
      const auto decoded = decode_session(bytes);
      if (!decoded) continue;
      ++taken;
      ASSERT_EQ(encode_session(*decoded), bytes);
    }
  }
  EXPECT_GT(taken, 1000);
}

TEST(EncodingTest, NumbersAreShortest) {
  Permission permission;
  permission.kind = PermissionKind::plain_transfer;
  permission.contract = "0x1111111111111111111111111111111111111111"_address;
  permission.most_value = 0x0100;
  EXPECT_EQ(encode_permission(permission),
            "0x01111111111111111111111111111111111111111102010000"
            "00"_hex);
  permission.most_value = 0;
  EXPECT_EQ(encode_permission(permission), "0x011111111111111111111111111111111111111111000000"_hex);
}

TEST(EncodingTest, SignedNumbersCarryMagnitudeAndSign) {
  Permission permission;
  permission.contract = "0x1111111111111111111111111111111111111111"_address;
  permission.selector = "0xaabbccdd"_selector;
  permission.words = 1;
  Rule rule;
  rule.type = {ValueGroup::signed_number, 2};
  rule.comparison = Comparison::is;
  rule.values = {~Word(0x7fff), Word::max(), Word(0), Word(1)};  // -32768, -1, 0, 1
  permission.rules = {rule};
  EXPECT_EQ(encode_permission(permission),
            "0x001111111111111111111111111111111111111111aabbccdd0100"
            "01"
            "410003"
            "827fff"
            "80"
            "00"
            "0101"
            "00"_hex);
}

// docs/protocol.md, section 1, "Dynamic part" and "Extras".
TEST(EncodingTest, TheDynamicPartByteByByte) {
  Permission permission;
  permission.contract = "0x1111111111111111111111111111111111111111"_address;
  permission.text = "execute(bytes,bytes[],uint256)";
  permission.selector = "0x24856bc3"_selector;
  permission.words = 3;
  permission.dynamic = true;
  permission.layout = "0x8082018001"_hex;
  PathStep commands;
  PathStep inputs;
  inputs.index = 1;
  PathStep every;
  every.kind = StepKind::every_member;
  PathStep length;
  length.kind = StepKind::length;
  permission.paths = {{commands}, {inputs, length}, {inputs, every}};
  permission.inside = {{0x82, 0x80, {1, 2}}};
  Rule rule;
  rule.position = 0x81;
  rule.comparison = Comparison::at_most;
  rule.values = {4};
  permission.rules = {rule};
  permission.counts = {{3, 0x81, {}}};
  const Bytes encoded =
      "0x80"
      "1111111111111111111111111111111111111111"
      "24856bc303"
      "058082018001"  // the layout: bytes, an array of bytes, a word
      "03"            // paths
      "020000"        // word 0
      "03000104"      // word 1 > length
      "0400010200"    // word 1 > every member
      "01"            // insides
      "8280"          // of path 2, by the commands of path 0
      "020102"        // permissions 1 and 2
      "00"            // no native value
      "01"            // rules
      "3f81600104"    // uint256, path 1, at most, 4
      "01"            // counts
      "03813f"_hex;   // against limit 3, path 1, uint256
  EXPECT_EQ(encode_permission(permission), encoded);
  EXPECT_EQ(decode_permission(encoded, permission.text, 0), permission);
}

TEST(EncodingTest, InnerPermissionsAndCommandsAreMarked) {
  Permission permission;
  permission.contract = "0x1111111111111111111111111111111111111111"_address;
  permission.text = "command(address)";
  permission.selector = {{0, 0, 0, 0x0b}};
  permission.words = 1;
  permission.inner = true;
  permission.command = true;
  const Bytes encoded =
      "0x0c"
      "1111111111111111111111111111111111111111"
      "0000000b01"
      "000000"_hex;
  EXPECT_EQ(encode_permission(permission), encoded);
  EXPECT_EQ(decode_permission(encoded, permission.text, 0), permission);
}

TEST(EncodingTest, ExtrasByteByByte) {
  Permission permission;
  permission.kind = PermissionKind::plain_transfer;
  permission.contract = "0x1111111111111111111111111111111111111111"_address;
  BatchRule order;
  order.where = 0xff;
  order.permission = 2;
  BatchRule amounts;
  amounts.position = 1;
  amounts.type = {ValueGroup::unsigned_number, 20};
  amounts.comparison = Comparison::at_least;
  amounts.where = BatchRule::kLastCall;
  amounts.permission = 3;
  amounts.other_position = 0x80;
  permission.batch = {amounts, order};
  Policy policy;
  policy.contract = "0x2222222222222222222222222222222222222222"_address;
  policy.words = {{ValueGroup::address, 0, true},
                  {ValueGroup::address, to_word(permission.contract), false},
                  {ValueGroup::unsigned_number, 0x0100, false},
                  {ValueGroup::signed_number, Word::max(), false},
                  {ValueGroup::yes_no, 1, false},
                  {ValueGroup::fixed_bytes, Word(0xab) << 248, false}};
  permission.policies = {policy};
  const Bytes encoded =
      "0x21"
      "1111111111111111111111111111111111111111"
      "000000"
      "02"              // batch rules
      "0133a08003803f"  // word 1, uint160, at least, in the last call, permission 3: path 0, uint256
      "ff0000ff02ff00"  // the call before uses permission 2
      "01"              // policies
      "2222222222222222222222222222222222222222"
      "06"
      "0000"                                          // address: the account
      "00141111111111111111111111111111111111111111"  // address
      "01020100"                                      // uint256
      "0280"                                          // int256: -1
      "030101"                                        // bool
      "0420ab00000000000000000000000000000000000000000000000000000000000000"_hex;
  EXPECT_EQ(encode_permission(permission), encoded);
  EXPECT_EQ(decode_permission(encoded, "", 0), permission);
}

TEST(EncodingTest, HashesAreDomainSeparated) {
  const Bytes permission = "0x03000000"_hex;
  EXPECT_EQ(permission_hash(permission), keccak256("0x5003000000"_hex));
  const Hash inner = permission_hash(permission);
  Bytes preimage = "0x53aabb"_hex;
  append(preimage, inner.view());
  EXPECT_EQ(session_id("0xaabb"_hex, {{inner}}).bytes, keccak256(preimage).bytes);
}

TEST(EncodingTest, TextsAreNotInTheId) {
  Random random(3);
  Session session = random_placed_session(random).session;
  const SessionId id = session_id(session);
  session.permissions[0].text += "x";
  EXPECT_EQ(session_id(session), id);
  ++session.serial;
  EXPECT_NE(session_id(session), id);
}

TEST(EncodingTest, BrokenFormsAreRefused) {
  Random random(4);
  const Bytes full = encode_session(random_placed_session(random).session);
  const auto code = [](const Bytes& bytes) { return decode_session(bytes).error().code; };
  EXPECT_EQ(code({}), RefusalCode::malformed_session);
  EXPECT_EQ(code(Bytes(full.begin(), full.end() - 1)), RefusalCode::malformed_session);
  Bytes longer = full;
  longer.push_back(0);
  EXPECT_EQ(code(longer), RefusalCode::malformed_session);
  Bytes version = full;
  version[2] = 2;
  EXPECT_EQ(code(version), RefusalCode::unknown_version);
}

TEST(EncodingTest, AModelThatItsEncodingCantHoldIsRefused) {
  Random random(5);
  const PlacedSession placed = random_placed_session(random);
  ASSERT_FALSE(check_session(placed.session, placed.place));
  Session session = placed.session;
  session.from += Seconds{1} << 40U;
  EXPECT_EQ(check_session(session, placed.place), Refusal{RefusalCode::malformed_session});
}

}  // namespace
}  // namespace valetkey
