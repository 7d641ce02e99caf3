#include "chain/entry_point.hpp"

#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"

namespace valetkey {
namespace {

Bytes error_bytes(std::string_view function, const Value::List& values) {
  return *build_call(*parse_function(function), values);
}

TEST(EntryPoints, ByVersionOrAddressWithVersion) {
  EXPECT_EQ(parse_entry_point("v0.7").value(), kEntryPointV07);
  EXPECT_EQ(parse_entry_point("v0.8").value(), kEntryPointV08);
  const auto own = parse_entry_point("0x00000000000000000000000000000000000a11ce:v0.8");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->address, "0x00000000000000000000000000000000000a11ce"_address);
  EXPECT_EQ(own->version, EntryPointVersion::v0_8);
  for (const char* wrong :
       {"", "v0.6", "0.8", "0x00000000000000000000000000000000000a11ce", "0x12:v0.8", ":v0.8", "v0.8:"})
    EXPECT_FALSE(parse_entry_point(wrong)) << wrong;
}

TEST(EntryPointErrors, CodesAreSentences) {
  EXPECT_NE(entry_point_sentence("AA21 didn't pay prefund").find("can't pay"), std::string::npos);
  EXPECT_NE(entry_point_sentence("AA24 signature error").find("signature"), std::string::npos);
  EXPECT_FALSE(entry_point_sentence("something new").empty());
}

TEST(EntryPointErrors, TheValidatorsRefusalKeepsItsCode) {
  const Refusal refusal{RefusalCode::limit_passed, kNoIndex, 1};
  const Bytes data =
      error_bytes("FailedOpWithRevert(uint256,string,bytes)", {Word(0), "AA23 reverted", encode_refused(refusal)});
  const auto failed = decode_failed_op(data);
  ASSERT_TRUE(failed);
  ASSERT_TRUE(failed->refusal);
  EXPECT_EQ(*failed->refusal, refusal);
  const Error error = explain_failure(*failed);
  EXPECT_EQ(error.code, "limit_passed");
  EXPECT_NE(error.message.find("code 38"), std::string::npos);
}

TEST(EntryPointErrors, OthersNameTheEntryPointsWords) {
  const auto failed =
      decode_failed_op(error_bytes("FailedOp(uint256,string)", {Word(0), "AA25 invalid account nonce"}));
  ASSERT_TRUE(failed);
  EXPECT_EQ(explain_failure(*failed).code, "entry_point_refused");
  EXPECT_NE(explain_failure(*failed).message.find("AA25 invalid account nonce"), std::string::npos);
}

TEST(RevertText, ReadsTheCommonErrors) {
  EXPECT_EQ(revert_text(error_bytes("Error(string)", {"Too little received"})), "`Too little received`");
  EXPECT_EQ(revert_text(error_bytes("Error(string)", {"a\x1b[31mb"})), "`a [31mb`");
  EXPECT_EQ(revert_text(error_bytes("Panic(uint256)", {Word(0x11)})), "panic 0x11");
  EXPECT_EQ(revert_text({}), "without a reason");
  EXPECT_EQ(revert_text("0xdeadbeef"_hex), "`0xdeadbeef`");
  EXPECT_LT(revert_text(Bytes(100'000, 0xab)).size(), 300u);
}

TEST(PreVerificationGas, CoversTheTransactionAndGrowsWithTheOperation) {
  UserOp op;
  const Word small = pre_verification_gas(op);
  op.call_data = Bytes(1000, 0xff);
  EXPECT_GT(small, Word(21'000));
  EXPECT_GE(pre_verification_gas(op), *checked_add(small, 16'000));
}

}  // namespace
}  // namespace valetkey
