#include "evm/keccak.hpp"

#include <gtest/gtest.h>

#include <random>

namespace valetkey {
namespace {

Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 3);
  return bytes;
}

TEST(Keccak, KnownAnswers) {
  EXPECT_EQ(keccak256({}), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"_hash);
  EXPECT_EQ(keccak256({}), kKeccakOfNothing);
  EXPECT_EQ(keccak256(as_bytes("abc")), "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"_hash);
}

// Around the 136-byte block. Computed with viem 2.57.
TEST(Keccak, EveryPlaceOfThePadding) {
  const std::pair<std::size_t, Hash> answers[] = {
      {1, "0x69c322e3248a5dfc29d73c5b0553b0185a35cd5bb6386747517ef7e53b15e287"_hash},
      {8, "0xad894215c2106b9dfa2c04022025509974a5eb20b9f4cd27ca716967542ecf6e"_hash},
      {135, "0x00ef96af9cf4b24c7f269d922294444a197d0a33638c2e56634c57e892103a8f"_hash},
      {136, "0x742061bcad767ed4c4f5883b1dcb1aad11afdcc140dc469d953759b127b9f9ed"_hash},
      {137, "0xe3371f61e770abf254c34239c3b0099ad90594507415bc81dd0a10b9692bbf2a"_hash},
      {271, "0x4401c4afbe16ff911bdbf2d38e556e5b861f3fdf0f9d4306b1c46f6ae4f73584"_hash},
      {272, "0xac141fd7b0a0ffcd2e967254d508da3ec616596493c36fa304425647d90e6de5"_hash},
      {273, "0x16192ea86793083e47731cb3c970600f04768414d92bc0540e54ce8607a0fce0"_hash},
      {1000, "0x80cdc8dd52cbb3dbaea8f383209893fa2bb52efbd5aedbb4b26dcfe307fcdc9b"_hash}};
  for (const auto& [size, hash] : answers) EXPECT_EQ(keccak256(pattern(size)), hash) << size;
}

TEST(Keccak, PiecesHashAsTheWhole) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    const Bytes data = pattern(random() % 600);
    Keccak256 hasher;
    for (ByteView rest = data; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), random() % 150);
      hasher.update(rest.first(size));
      rest = rest.subspan(size);
    }
    EXPECT_EQ(hasher.finish(), keccak256(data));
  }
}

TEST(Keccak, BothPermutationsAgree) {
  if (!keccak::has_bmi2()) GTEST_SKIP() << "this processor has no BMI2";
  std::mt19937_64 random(3);
  for (int i = 0; i < 100; ++i) {
    keccak::State plain;
    for (std::uint64_t& lane : plain) lane = random();
    keccak::State bmi2 = plain;
    keccak::permute_plain(plain);
    keccak::permute_bmi2(bmi2);
    EXPECT_EQ(plain, bmi2);
  }
}

}  // namespace
}  // namespace valetkey
