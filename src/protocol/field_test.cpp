#include "protocol/field.hpp"

#include <gtest/gtest.h>

#include "evm/eip712.hpp"
#include "evm/keccak.hpp"
#include "example_session.hpp"
#include "protocol/prepare.hpp"

namespace valetkey {
namespace {

constexpr std::array<std::uint8_t, 2> kChoice{1, kRevokePermission};
constexpr OperationChoice kBoth{kChoice, 77};

class FieldTest : public ::testing::Test {
 protected:
  Bytes use() const {
    Bytes field = encode_use_field(session_, kBoth);
    append_dummy_signatures(field, 1);
    return field;
  }
  Bytes enable() const {
    Bytes field = encode_enable_field(session_, kBoth, {hashes_, 1, as_bytes("owner")});
    append_dummy_signatures(field, 1);
    return field;
  }
  static std::string refusal(const Bytes& field, std::size_t calls = 2) {
    const auto decoded = decode_field(field, calls);
    return decoded ? "accepted" : std::string(refusal_name(decoded.error().code));
  }

  PreparedSession session_ = PreparedSession::make(testing::example_session(), testing::example_place()).value();
  std::vector<Hash> hashes_{Hash{}, session_.struct_hash(),
                            "0x2222222222222222222222222222222222222222222222222222222222222222"_hash};
};

TEST_F(FieldTest, UseCarriesOnlyThePermissionsThatAreUsed) {
  const Bytes field = use();
  const auto decoded = decode_field(field, 2);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->mode, FieldMode::use);
  ASSERT_EQ(decoded->permissions.size(), 2U);
  EXPECT_TRUE(decoded->permissions[0].encoded.empty());
  EXPECT_EQ(decoded->permissions[0].hash, session_.permission_hash(0));
  EXPECT_EQ(to_bytes(decoded->permissions[1].encoded), to_bytes(session_.permission(1)));
  EXPECT_EQ(decoded->permissions[1].hash, session_.permission_hash(1));
  EXPECT_EQ(to_bytes(decoded->permission_of_call), Bytes(kChoice.begin(), kChoice.end()));
  EXPECT_EQ(decoded->time, 77U);
  EXPECT_EQ(decoded->signatures.size(), kKeySignatureSize);
  EXPECT_EQ(decoded->signed_part.size() + kKeySignatureSize, field.size());
}

TEST_F(FieldTest, EnableCarriesTheSessionInFullAndTheOthersHashes) {
  const Bytes field = enable();
  const auto decoded = decode_field(field, 2);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(to_bytes(decoded->full), encode_session(session_.session()));
  EXPECT_EQ(decoded->siblings, (std::vector<Hash>{hashes_[0], hashes_[2]}));
  EXPECT_EQ(decoded->place, 1);
  EXPECT_EQ(as_text(decoded->owner_signature), "owner");
  EXPECT_EQ(decoded->permissions[0].text, "approve(address,uint256)");
}

TEST_F(FieldTest, EveryCutAndEveryTailIsMalformed) {
  for (const Bytes& whole : {use(), enable()}) {
    ASSERT_EQ(refusal(whole), "accepted");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      ASSERT_EQ(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "malformed_field")
          << size;
    }
    Bytes longer = whole;
    longer.push_back(0);
    EXPECT_EQ(refusal(longer), "malformed_field");
    EXPECT_EQ(refusal(whole, 1), "malformed_field");
    EXPECT_EQ(refusal(whole, 3), "malformed_field");
  }
}

TEST_F(FieldTest, Modes) {
  for (const std::uint8_t mode : Bytes{0, 3, 255}) {
    Bytes field = use();
    field[0] = mode;
    EXPECT_EQ(refusal(field), "malformed_field");
  }
  Bytes field = use();
  field[3] = 2;
  EXPECT_EQ(refusal(field), "accepted") << "the header's form is looked at when the session is enabled";
}

// An enabled session's id must have one spelling. With a header cut below its fixed part, its rest could pass as hashes
// of permissions, and the threshold would be read from what follows it.
TEST_F(FieldTest, AShorterHeaderIsMalformed) {
  Session session = testing::example_session();
  session.limits = {{LimitKind::calls_every, 20, 0, {}}, {LimitKind::native_every, 1, 0, {}}};
  session.permissions.resize(1);
  session.permissions[0].counts.clear();
  for (std::uint8_t i = 1; i <= 8; ++i) session.paymasters.push_back({{i}});
  const auto prepared = PreparedSession::make(session, testing::example_place()).value();
  Bytes preimage = to_bytes(prepared.header());
  append(preimage, prepared.permission_hash(0).view());
  ASSERT_EQ(preimage.size(), 32 + 8 * 32U);

  std::vector<Hash> as_hashes;
  for (std::size_t p = 0; p < 8; ++p) as_hashes.push_back(read_fixed<Hash>(ByteView(preimage).subspan(32 + 32 * p)));
  ASSERT_EQ(session_id(ByteView(preimage).first(32), as_hashes), prepared.id())
      << "the id can't tell the two spellings apart";

  Bytes field{1, 0, 32};
  append(field, ByteView(preimage).first(32));
  for (std::size_t p = 0; p < 8; ++p) {
    append(field, Bytes{0, 0});
    append(field, ByteView(preimage).subspan(32 + 32 * p, 32));
  }
  append(field, Bytes(1 + 5, 0));  // one call, its time; as many signatures as a length byte says: none
  EXPECT_EQ(refusal(field, 1), "malformed_field");
}

TEST_F(FieldTest, EnableNeedsAPlaceAmongTheSessions) {
  const std::size_t sessions = 1 + session_.full().size();
  Bytes field = enable();
  field[sessions + 1] = 3;
  EXPECT_EQ(refusal(field), "malformed_field");
  field[sessions + 1] = 2;
  EXPECT_EQ(refusal(field), "accepted");
  field[sessions] = 0;
  EXPECT_EQ(refusal(field), "malformed_field");
}

TEST_F(FieldTest, TheKeyDigestIsThatOfUseSession) {
  const UserOpHash op_hash{keccak256("0x01"_hex).bytes};
  const Hash field_hash = keccak256("0x02"_hex);
  TypedData data;
  data.domain.name = "valetkey";
  data.domain.version = "1";
  data.domain.verifying_contract = testing::kExampleValidator;
  data.types = {{"UseSession", {{"userOpHash", "bytes32"}, {"signatureField", "bytes32"}}}};
  data.primary_type = "UseSession";
  data.message = Value::List{Value(Hash{op_hash.bytes}), Value(field_hash)};
  EXPECT_EQ(key_digest(op_hash, field_hash, session_.domain()), typed_data_digest(data).value());
}

TEST_F(FieldTest, DummySignaturesLookLikeRealOnes) {
  Bytes field;
  append_dummy_signatures(field, 3);
  ASSERT_EQ(field.size(), 3 * kKeySignatureSize);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(field[i * kKeySignatureSize], i);
    EXPECT_TRUE(recover_signer(keccak256("0x03"_hex), ByteView(field).subspan(i * kKeySignatureSize + 1, 65)));
  }
}

}  // namespace
}  // namespace valetkey
