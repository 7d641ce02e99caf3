#include "chain/transaction.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

constexpr Address kTo = "0x3535353535353535353535353535353535353535"_address;

SecretKey key() {
  const Hash bytes = "0x4646464646464646464646464646464646464646464646464646464646464646"_hash;
  return std::move(*SecretKey::from_bytes(SecretBytes<32>(bytes.bytes)));
}

// Expected values: viem 2.57.0's signTransaction.
TEST(Transaction, Transfer) {
  const auto made = sign_transaction({.chain = {8453},
                                      .nonce = 9,
                                      .tip = 1'000'000'000,
                                      .highest = 20'000'000'000,
                                      .gas = 21'000,
                                      .to = kTo,
                                      .value = 1'000'000'000'000'000'000},
                                     key());
  EXPECT_EQ(
      to_hex(made.raw),
      "0x02f87582210509843b9aca008504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080c001"
      "a0a88a97a62984adfd77937dcb54250e0e0ca50d95f62a2b4d512f1f11bbc60e46"
      "a0456cfe42a07bdc63f6437305673886547a7f2e4c014fa308c5670c3fb3ae55b7");
  EXPECT_EQ(to_hex(made.hash), "0xadbc5404e41c854e5b69c32461d5b9c99b0b4e37e9da91350d523110955e02e2");
}

TEST(Transaction, CreationWithLongData) {
  const auto made =
      sign_transaction({.chain = {31337}, .highest = 127, .gas = 14'700'000, .data = Bytes(300, 0x60)}, key());
  EXPECT_EQ(to_hex(made.hash), "0x50543b786dd3a29f41550dc0b74ebdbb29936bb55b35ab6f2e0bb151948b2813");
}

TEST(Transaction, NumbersAndDataOfOneByte) {
  const auto made = sign_transaction(
      {.chain = {1}, .nonce = 128, .tip = 1, .highest = 128, .gas = 65'536, .to = kTo, .data = Bytes{5}}, key());
  EXPECT_EQ(to_hex(made.hash), "0x2a282d2dd1b5f755da360e92d39c4086be5c5d43f516fd1746df3e9abbf4d98e");
}

}  // namespace
}  // namespace valetkey
