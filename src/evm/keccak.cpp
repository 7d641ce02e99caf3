#include "evm/keccak.hpp"

#include <bit>
#include <cstring>

namespace valetkey {
namespace keccak {
namespace {

constexpr std::array<std::uint64_t, 24> kRoundConstants = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

// chi: one row of five lanes.
[[gnu::always_inline]] inline void mix_row(std::uint64_t* out, std::uint64_t b0, std::uint64_t b1, std::uint64_t b2,
                                           std::uint64_t b3, std::uint64_t b4) {
  out[0] = b0 ^ (~b1 & b2);
  out[1] = b1 ^ (~b2 & b3);
  out[2] = b2 ^ (~b3 & b4);
  out[3] = b3 ^ (~b4 & b0);
  out[4] = b4 ^ (~b0 & b1);
}

// One round from `a` to `e`; lane (x, y) is at x + 5y. The steps are theta, rho and pi, chi, iota (FIPS 202, 3.2).
[[gnu::always_inline]] inline void round(const State& a, State& e, std::uint64_t constant) {
  using std::rotl;
  const std::uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
  const std::uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
  const std::uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
  const std::uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
  const std::uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
  const std::uint64_t d0 = c4 ^ rotl(c1, 1);
  const std::uint64_t d1 = c0 ^ rotl(c2, 1);
  const std::uint64_t d2 = c1 ^ rotl(c3, 1);
  const std::uint64_t d3 = c2 ^ rotl(c4, 1);
  const std::uint64_t d4 = c3 ^ rotl(c0, 1);
  mix_row(&e[0], a[0] ^ d0, rotl(a[6] ^ d1, 44), rotl(a[12] ^ d2, 43), rotl(a[18] ^ d3, 21), rotl(a[24] ^ d4, 14));
  e[0] ^= constant;
  mix_row(&e[5], rotl(a[3] ^ d3, 28), rotl(a[9] ^ d4, 20), rotl(a[10] ^ d0, 3), rotl(a[16] ^ d1, 45),
          rotl(a[22] ^ d2, 61));
  mix_row(&e[10], rotl(a[1] ^ d1, 1), rotl(a[7] ^ d2, 6), rotl(a[13] ^ d3, 25), rotl(a[19] ^ d4, 8),
          rotl(a[20] ^ d0, 18));
  mix_row(&e[15], rotl(a[4] ^ d4, 27), rotl(a[5] ^ d0, 36), rotl(a[11] ^ d1, 10), rotl(a[17] ^ d2, 15),
          rotl(a[23] ^ d3, 56));
  mix_row(&e[20], rotl(a[2] ^ d2, 62), rotl(a[8] ^ d3, 55), rotl(a[14] ^ d4, 39), rotl(a[15] ^ d0, 41),
          rotl(a[21] ^ d1, 2));
}

// Says that the lanes lie in memory. 25 of them don't fit into 16 registers: left alone, compilers keep them all as
// variables and spend a tenth more instructions on moving them.
[[gnu::always_inline]] inline void keep_in_memory(State& lanes) {
  asm("" : "+m"(lanes));
}

[[gnu::always_inline]] inline void permute(State& state) {
  State other;
  for (std::size_t i = 0; i < 24; i += 2) {
    round(state, other, kRoundConstants[i]);
    keep_in_memory(other);
    round(other, state, kRoundConstants[i + 1]);
    keep_in_memory(state);
  }
}

}  // namespace

void permute_plain(State& state) {
  permute(state);
}

#if defined(__x86_64__)
bool has_bmi2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

[[gnu::target("bmi,bmi2")]] void permute_bmi2(State& state) {
  permute(state);
}
#else
bool has_bmi2() {
  return false;
}

void permute_bmi2(State& state) {
  permute(state);
}
#endif

}  // namespace keccak

namespace {

static_assert(std::endian::native == std::endian::little, "lanes are read as they lie in memory");

// False until this file is initialised: an early hash takes the plain permutation.
const bool kUseBmi2 = keccak::has_bmi2();

void permute(keccak::State& state) {
  if (kUseBmi2) {
    keccak::permute_bmi2(state);
  } else {
    keccak::permute_plain(state);
  }
}

void xor_into(std::uint8_t* to, ByteView from) {
  std::size_t i = 0;
  for (; i + 8 <= from.size(); i += 8) {
    std::uint64_t a;
    std::uint64_t b;
    std::memcpy(&a, to + i, 8);
    std::memcpy(&b, from.data() + i, 8);
    a ^= b;
    std::memcpy(to + i, &a, 8);
  }
  for (; i < from.size(); ++i) to[i] ^= from[i];
}

}  // namespace

void Keccak256::update(ByteView data) {
  auto* const state_bytes = reinterpret_cast<std::uint8_t*>(state_.data());
  while (!data.empty()) {
    const std::size_t size = std::min(kRate - filled_, data.size());
    xor_into(state_bytes + filled_, data.first(size));
    data = data.subspan(size);
    filled_ += size;
    if (filled_ == kRate) {
      permute(state_);
      filled_ = 0;
    }
  }
}

Hash Keccak256::finish() {
  auto* const state_bytes = reinterpret_cast<std::uint8_t*>(state_.data());
  state_bytes[filled_] ^= 0x01;
  state_bytes[kRate - 1] ^= 0x80;
  permute(state_);
  Hash hash;
  std::memcpy(hash.bytes.data(), state_.data(), hash.bytes.size());
  return hash;
}

Hash keccak256(ByteView data) {
  Keccak256 hasher;
  hasher.update(data);
  return hasher.finish();
}

}  // namespace valetkey
