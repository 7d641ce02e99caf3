// Recomputes docs/protocol.md, section 8, from the page's own text.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>

#include "evm/eip712.hpp"
#include "evm/keccak.hpp"
#include "example_session.hpp"
#include "protocol/prepare.hpp"
#include "protocol/validate.hpp"
#include "session/approval.hpp"
#include "session/check.hpp"

namespace valetkey {
namespace {

// Section 8, read: the byte tables by their heading, and the lines `name  value` of the code blocks.
struct Page {
  std::map<std::string, Bytes> tables;
  std::map<std::string, std::string> values;
};

Page read_page() {
  Page page;
  std::ifstream file(VALETKEY_PROTOCOL_PAGE);
  const std::regex row("\\| `([^`]+)` \\| .*\\|");
  const std::regex value("(\\w[\\w' ]*\\w)  +([0-9a-f]+)");
  bool in_section = false;
  std::string heading;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) in_section = line.starts_with("## 8.");
    if (!in_section) continue;
    std::smatch match;
    if (line.starts_with("### ")) {
      heading = line.substr(4);
    } else if (std::regex_match(line, match, row)) {
      // A cell names an earlier part, or holds its bytes.
      const std::string cell = match[1].str();
      Bytes bytes;
      if (cell == "header") {
        bytes = page.tables["Header"];
      } else if (cell == "permission 1") {
        bytes = page.tables["Permission 1"];
      } else {
        bytes = parse_hex("0x" + (page.values.contains(cell) ? page.values[cell] : cell)).value();
      }
      append(page.tables[heading], bytes);
    } else if (std::regex_match(line, match, value)) {
      page.values[match[1].str()] = match[2].str();
    }
  }
  return page;
}

class ProtocolExampleTest : public ::testing::Test {
 protected:
  static std::string hex(ByteView bytes) { return to_hex(bytes).substr(2); }
  Bytes full() const {
    const auto texts = std::array<std::string_view, 2>{
        "approve(address,uint256)", "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))"};
    Bytes bytes;
    append_big_endian(bytes, page_.tables.at("Header").size(), 2);
    append(bytes, page_.tables.at("Header"));
    for (const std::size_t p : {0U, 1U}) {
      const Bytes& permission = page_.tables.at("Permission " + std::to_string(p));
      append_big_endian(bytes, permission.size(), 2);
      append(bytes, permission);
      bytes.push_back(static_cast<std::uint8_t>(texts[p].size()));
      append(bytes, as_bytes(texts[p]));
    }
    return bytes;
  }
  std::uint64_t number(const std::string& name) const { return parse_decimal(page_.values.at(name)).value().low_64(); }
  UserOp operation() const {
    UserOp op;
    op.sender = testing::kExampleAccount;
    op.nonce = number("nonce");
    op.call_data = parse_hex("0x" + page_.values.at("call data")).value();
    op.call_gas_limit = number("callGasLimit");
    op.verification_gas_limit = number("verificationGasLimit");
    op.pre_verification_gas = number("preVerificationGas");
    op.max_fee_per_gas = number("maxFeePerGas");
    op.max_priority_fee_per_gas = number("maxPriorityFeePerGas");
    return op;
  }

  Page page_ = read_page();
  SessionPlace place_ = testing::example_place();
};

TEST_F(ProtocolExampleTest, TheBytesAreTheExampleSession) {
  ASSERT_FALSE(check_session(full(), place_));
  EXPECT_EQ(decode_session(full()).value(), testing::example_session());
}

TEST_F(ProtocolExampleTest, Hashes) {
  const Hash permission0 = permission_hash(page_.tables.at("Permission 0"));
  const Hash permission1 = permission_hash(page_.tables.at("Permission 1"));
  EXPECT_EQ(hex(permission0.view()), page_.values.at("permission hash 0"));
  EXPECT_EQ(hex(permission1.view()), page_.values.at("permission hash 1"));
  EXPECT_EQ(hex(session_id(page_.tables.at("Header"), {{permission0, permission1}}).view()), page_.values.at("id"));
  EXPECT_EQ(hex(validator_domain(place_.validator).view()), page_.values.at("domain separator"));
  const PlacedSession placed{decode_session(full()).value(), place_};
  const Hash struct_hash = session_struct_hash(placed.session, place_);
  EXPECT_EQ(hex(struct_hash.view()), page_.values.at("struct hash"));
  EXPECT_EQ(hex(approval_digest({{struct_hash}}, place_.validator).view()), page_.values.at("approval digest"));
  const auto wallet = parse_typed_data(approval_typed_data_json({{placed}}));
  EXPECT_EQ(hex(typed_data_digest(wallet.value())->view()), page_.values.at("approval digest"));
}

TEST_F(ProtocolExampleTest, TheOperation) {
  const auto prepared_session = PreparedSession::make(decode_session(full()).value(), place_).value();
  const std::uint8_t choice[] = {1};
  const OperationChoice operation_choice{choice, testing::kExampleFrom + 3600};
  const Bytes field = encode_use_field(prepared_session, operation_choice);
  EXPECT_EQ(field, page_.tables.at("An operation"));
  EXPECT_EQ(hex(keccak256(field).view()), page_.values.at("signature field hash"));
  auto prepared = prepare_use(prepared_session, operation(), kEntryPointV07, operation_choice).value();
  EXPECT_EQ(hex(prepared.hash().view()), page_.values.at("user operation hash"));
  EXPECT_EQ(hex(prepared.digest().view()), page_.values.at("key digest"));

  std::array<std::uint8_t, 32> secret;
  secret.fill(0x42);
  const SecretKey key = SecretKey::from_bytes(SecretBytes<32>(secret)).value();
  const SecretKey* keys[] = {&key};
  const SignedUserOp signed_op = sign(std::move(prepared), keys).value();
  EXPECT_EQ(hex(ByteView(signed_op.op().signature).last(kKeySignatureSize)), page_.values.at("key signature"));

  SessionState state;
  state.epoch = prepared_session.session().epoch;
  state.installed = true;
  state.set_status(SessionStatus::enabled);
  const Validation result = validate_user_op(pack_user_op(signed_op.op()), signed_op.hash(), signed_op.op().signature,
                                             place_, state, [](const Hash&, ByteView) { return false; });
  ASSERT_FALSE(result.refusal);
  const auto word = [&](const std::string& name) {
    return Word::from_short_big_endian(parse_hex("0x" + page_.values.at(name)).value());
  };
  EXPECT_EQ(result.validation_data, word("validation data"));
  for (std::size_t i = 0; i < kStateWords; ++i) {
    const std::string name = "word " + std::to_string(i);
    EXPECT_EQ(result.state.words[i], page_.values.contains(name) ? word(name) : Word(0)) << i;
  }
}

}  // namespace
}  // namespace valetkey
