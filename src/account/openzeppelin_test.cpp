#include <gtest/gtest.h>

#include "account/account.hpp"

namespace valetkey {
namespace {

constexpr Address kAccount = "0xacc0000000000000000000000000000000000001"_address;
constexpr Address kValidator = "0x1111222233334444555566667777888899990000"_address;

TEST(OpenZeppelinAccount, NonceKeyNamesValidatorAndLane) {
  const Word nonce = openzeppelin_account().nonce_key(kValidator, 7) << 64 | Word(5);
  EXPECT_EQ(to_hex(nonce.to_big_endian()), "0x1111222233334444555566667777888899990000000000070000000000000005");
}

TEST(OpenZeppelinAccount, SignatureOfAnOperationIsTheFieldAlone) {
  EXPECT_EQ(openzeppelin_account().user_op_signature_prefix(kValidator), Bytes{});
}

TEST(OpenZeppelinAccount, MessageSignatureBeginsWithTheValidator) {
  EXPECT_EQ(openzeppelin_account().wrap_message_signature(kValidator, "0xc0de"_hex),
            "0x1111222233334444555566667777888899990000c0de"_hex);
}

TEST(OpenZeppelinAccount, OneCallIsSingleSeveralAreABatch) {
  const std::vector<Call> one{{kValidator, 3, "0x01"_hex}};
  const std::vector<Call> two{{kValidator, 3, "0x01"_hex}, {kAccount, 0, {}}};
  const Bytes single = openzeppelin_account().encode_calls(one);
  const Bytes batch = openzeppelin_account().encode_calls(two);
  EXPECT_EQ(decode_execute(single)->type, CallType::single);
  const auto decoded = decode_execute(batch);
  EXPECT_EQ(decoded->type, CallType::batch);
  EXPECT_EQ(decoded->calls.size(), 2u);
}

TEST(OpenZeppelinAccount, InstallingIsACallToItself) {
  const Call call = openzeppelin_account().install_validator(kAccount, kValidator, "0xaa"_hex);
  EXPECT_EQ(call.target, kAccount);
  EXPECT_EQ(call.data, encode_install_module(ModuleType::validator, kValidator, "0xaa"_hex));
  const Call back = openzeppelin_account().uninstall_validator(kAccount, kValidator, {});
  EXPECT_EQ(back.data, encode_uninstall_module(ModuleType::validator, kValidator, {}));
}

}  // namespace
}  // namespace valetkey
