// Keccak-256 as Ethereum uses it (the padding before SHA-3's).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "evm/types.hpp"

namespace valetkey {

Hash keccak256(ByteView data);
// Of no bytes: empty lists and missing fields are common.
inline constexpr Hash kKeccakOfNothing = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"_hash;

// The same, fed piece by piece: Keccak256 hasher; hasher.update(a); hasher.update(b); hasher.finish();
class Keccak256 {
 public:
  void update(ByteView data);
  // One 32-byte ABI word.
  void update(const Word& word) { update(word.to_big_endian()); }
  // Ends the hash; the object must not be used again.
  Hash finish();

 private:
  static constexpr std::size_t kRate = 136;  // bytes absorbed per permutation

  std::array<std::uint64_t, 25> state_{};
  std::size_t filled_ = 0;  // bytes of the current block
};

// The permutation twice: plain, and compiled for BMI2. keccak256 picks one when the program starts; tests compare them.
namespace keccak {
using State = std::array<std::uint64_t, 25>;
void permute_plain(State& state);
bool has_bmi2();
// Only where has_bmi2().
void permute_bmi2(State& state);
}  // namespace keccak

}  // namespace valetkey
