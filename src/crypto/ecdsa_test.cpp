#include "crypto/ecdsa.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace valetkey {
namespace {

std::array<std::uint8_t, 32> filled(std::uint8_t byte) {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(byte);
  return bytes;
}

SecretKey key(std::uint8_t byte = 0x46) {
  return SecretKey::from_bytes(SecretBytes<32>(filled(byte))).value();
}

constexpr Hash kDigest = "0xabababababababababababababababababababababababababababababababab"_hash;

// Computed with viem 2.57.
TEST(Ecdsa, KnownKeyAndSignature) {
  EXPECT_EQ(to_checksum(key().address()), "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
  EXPECT_EQ(to_hex(sign_recoverable(key(), kDigest).view()),
            "0xca8359e55297b5b15f7f4473cb0c547ce4226702113f5811128e6c947c79feda0807231778752c9ee5f929bc28fa75cdec7a2c43"
            "0f5beca7fc920e5ce36539751b");
}

TEST(Ecdsa, RecoversTheSigner) {
  for (std::uint8_t i = 1; i < 60; ++i) {
    const Hash digest{filled(static_cast<std::uint8_t>(2 * i + 1))};
    const Signature signature = sign_recoverable(key(i), digest);
    EXPECT_EQ(recover_signer(digest, signature.view()).value(), key(i).address());
    EXPECT_NE(recover_signer(kDigest, signature.view()), key(i).address());
  }
}

TEST(Ecdsa, KeysAreFromOneToTheOrderMinusOne) {
  const auto code = [](std::string_view hex) {
    std::array<std::uint8_t, 32> bytes{};
    EXPECT_TRUE(parse_hex_exact(hex, bytes));
    const auto made = SecretKey::from_bytes(SecretBytes<32>(bytes));
    return made ? "ok" : std::string(made.error().code);
  };
  EXPECT_EQ(code("0x0000000000000000000000000000000000000000000000000000000000000000"), "key_range");
  EXPECT_EQ(code("0x0000000000000000000000000000000000000000000000000000000000000001"), "ok");
  EXPECT_EQ(code("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"), "ok");
  EXPECT_EQ(code("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"), "key_range");
}

std::string recover_code(ByteView signature) {
  const auto signer = recover_signer(kDigest, signature);
  return signer ? "ok" : std::string(signer.error().code);
}

TEST(Ecdsa, RefusesMalleableAndMalformedSignatures) {
  const Signature good = sign_recoverable(key(), kDigest);
  EXPECT_EQ(recover_code(good.view()), "ok");

  // The same signature with the order minus s: valid mathematics, another text.
  constexpr Word kOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_w;
  Signature high_s = good;
  const Word s = Word::from_big_endian(good.view().subspan<32, 32>());
  std::ranges::copy(checked_sub(kOrder, s)->to_big_endian(), high_s.bytes.begin() + 32);
  high_s.bytes[64] = static_cast<std::uint8_t>(27 + 28 - good.bytes[64]);
  EXPECT_EQ(recover_code(high_s.view()), "signature_high_s");

  for (const int v : {0, 1, 26, 29, 31}) {
    Signature bad_v = good;
    bad_v.bytes[64] = static_cast<std::uint8_t>(v);
    EXPECT_EQ(recover_code(bad_v.view()), "signature_v");
  }
  EXPECT_EQ(recover_code(good.view().first(64)), "signature_size");
  EXPECT_EQ(recover_code({}), "signature_size");

  Signature zero_r = good;
  std::fill_n(zero_r.bytes.begin(), 32, std::uint8_t{0});
  EXPECT_EQ(recover_code(zero_r.view()), "signature_invalid");
  Signature zero_s = good;
  std::fill_n(zero_s.bytes.begin() + 32, 32, std::uint8_t{0});
  EXPECT_EQ(recover_code(zero_s.view()), "signature_invalid");
  Signature large_r = good;
  std::fill_n(large_r.bytes.begin(), 32, std::uint8_t{0xff});
  EXPECT_EQ(recover_code(large_r.view()), "signature_invalid");
}

TEST(Ecdsa, HalfOrderIsTheLastSAllowed) {
  Signature signature = sign_recoverable(key(), kDigest);
  const auto set_s = [&](const Word& s) { std::ranges::copy(s.to_big_endian(), signature.bytes.begin() + 32); };
  constexpr Word kHalfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0_w;
  set_s(kHalfOrder);
  EXPECT_NE(recover_code(signature.view()), "signature_high_s");
  set_s(*checked_add(kHalfOrder, 1));
  EXPECT_EQ(recover_code(signature.view()), "signature_high_s");
}

}  // namespace
}  // namespace valetkey
