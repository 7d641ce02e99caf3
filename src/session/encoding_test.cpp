#include "session/encoding.hpp"

#include <gtest/gtest.h>

#include "evm/keccak.hpp"
#include "random_session.hpp"
#include "session/check.hpp"

namespace valetkey {
namespace {

using testing::Random;
using testing::random_placed_session;

TEST(EncodingTest, DecodeIsTheInverseForRandomSessions) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const Session session = random_placed_session(random).session;
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
    const Bytes full = encode_session(random_placed_session(random).session);
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
