// A 256-bit unsigned number, the EVM's word.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace valetkey {

__extension__ using uint128 = unsigned __int128;

struct Word {
  // The most significant limb first, so that the defaulted comparison is the numeric one.
  std::array<std::uint64_t, 4> limbs{};

  constexpr Word() = default;
  constexpr Word(std::uint64_t value) : limbs{0, 0, 0, value} {}
  constexpr Word(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) : limbs{a, b, c, d} {}

  static constexpr Word max() { return {~0ull, ~0ull, ~0ull, ~0ull}; }
  // 2^bits - 1; bits is 0 to 256.
  static constexpr Word max_of_bits(unsigned bits);

  static constexpr Word from_big_endian(std::span<const std::uint8_t, 32> bytes);
  // At most 32 bytes, as a number (padded on the left).
  static constexpr Word from_short_big_endian(ByteView bytes);
  constexpr std::array<std::uint8_t, 32> to_big_endian() const;

  constexpr bool operator==(const Word&) const = default;
  constexpr auto operator<=>(const Word&) const = default;

  // 0 for 0, else the place of the highest set bit plus one.
  constexpr unsigned bit_length() const;
  constexpr bool is_zero() const { return *this == Word{}; }
  constexpr bool fits_64() const { return bit_length() <= 64; }
  constexpr std::uint64_t low_64() const { return limbs[3]; }
  // The number where it fits into 64 bits.
  constexpr std::optional<std::uint64_t> to_uint64() const {
    return fits_64() ? std::optional(limbs[3]) : std::nullopt;
  }
  // The sign bit of the two's complement reading.
  constexpr bool is_negative() const { return limbs[0] >> 63 != 0; }
};

constexpr Word operator~(const Word& a) {
  return {~a.limbs[0], ~a.limbs[1], ~a.limbs[2], ~a.limbs[3]};
}
constexpr Word operator&(const Word& a, const Word& b) {
  return {a.limbs[0] & b.limbs[0], a.limbs[1] & b.limbs[1], a.limbs[2] & b.limbs[2], a.limbs[3] & b.limbs[3]};
}
constexpr Word operator|(const Word& a, const Word& b) {
  return {a.limbs[0] | b.limbs[0], a.limbs[1] | b.limbs[1], a.limbs[2] | b.limbs[2], a.limbs[3] | b.limbs[3]};
}

// Shifts by 256 or more give 0.
constexpr Word operator<<(const Word& a, unsigned bits) {
  Word result;
  const unsigned limb = bits / 64;
  const unsigned rest = bits % 64;
  for (unsigned i = 0; i + limb < 4; ++i) {
    result.limbs[i] = a.limbs[i + limb] << rest;
    if (rest != 0 && i + limb + 1 < 4) result.limbs[i] |= a.limbs[i + limb + 1] >> (64 - rest);
  }
  return result;
}
constexpr Word operator>>(const Word& a, unsigned bits) {
  Word result;
  const unsigned limb = bits / 64;
  const unsigned rest = bits % 64;
  for (unsigned i = limb; i < 4; ++i) {
    result.limbs[i] = a.limbs[i - limb] >> rest;
    if (rest != 0 && i > limb) result.limbs[i] |= a.limbs[i - limb - 1] << (64 - rest);
  }
  return result;
}

// A sum or difference modulo 2^256, and whether it wrapped.
struct Wrapping {
  Word value;
  bool overflow = false;
};

constexpr Wrapping wrapping_add(const Word& a, const Word& b) {
  Wrapping result;
  uint128 carry = 0;
  for (unsigned i = 4; i-- > 0;) {
    carry += static_cast<uint128>(a.limbs[i]) + b.limbs[i];
    result.value.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  result.overflow = carry != 0;
  return result;
}
constexpr Wrapping wrapping_sub(const Word& a, const Word& b) {
  const Wrapping sum = wrapping_add(a, ~b);
  const Wrapping plus_one = wrapping_add(sum.value, 1);
  return {plus_one.value, a < b};
}

// The number, or nothing where it doesn't fit into 256 bits.
constexpr std::optional<Word> checked_add(const Word& a, const Word& b) {
  const Wrapping sum = wrapping_add(a, b);
  return sum.overflow ? std::nullopt : std::optional(sum.value);
}
constexpr std::optional<Word> checked_sub(const Word& a, const Word& b) {
  return a < b ? std::nullopt : std::optional(wrapping_sub(a, b).value);
}

// A 512-bit product.
struct WideWord {
  Word high;
  Word low;
  constexpr auto operator<=>(const WideWord&) const = default;
};

constexpr WideWord multiply_wide(const Word& a, const Word& b) {
  std::array<std::uint64_t, 8> digits{};  // the least significant first
  for (unsigned i = 0; i < 4; ++i) {
    uint128 carry = 0;
    for (unsigned j = 0; j < 4; ++j) {
      carry += static_cast<uint128>(a.limbs[3 - i]) * b.limbs[3 - j] + digits[i + j];
      digits[i + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    digits[i + 4] = static_cast<std::uint64_t>(carry);
  }
  return {{digits[7], digits[6], digits[5], digits[4]}, {digits[3], digits[2], digits[1], digits[0]}};
}
constexpr std::optional<Word> checked_mul(const Word& a, const Word& b) {
  const WideWord product = multiply_wide(a, b);
  return product.high.is_zero() ? std::optional(product.low) : std::nullopt;
}

// a * b <=> c * d, without wrapping.
constexpr std::strong_ordering compare_products(const Word& a, const Word& b, const Word& c, const Word& d) {
  return multiply_wide(a, b) <=> multiply_wide(c, d);
}

// a <=> b as two's complement numbers.
constexpr std::strong_ordering compare_signed(const Word& a, const Word& b) {
  if (a.is_negative() != b.is_negative()) return b.is_negative() <=> a.is_negative();
  return a <=> b;
}

struct Division {
  Word quotient;
  Word remainder;
};
// The divisor must not be zero.
Division divide(const Word& dividend, const Word& divisor);

// Strict: digits only, no sign, no leading zero but "0" itself. Errors: number_digit, number_leading_zero,
// number_range.
Result<Word> parse_decimal(std::string_view text);
std::string to_decimal(const Word& word);
// As above with an optional '-', read and written as two's complement. "-0" is an error.
Result<Word> parse_signed_decimal(std::string_view text);
std::string to_signed_decimal(const Word& word);

// JSON-RPC quantity: 0x and 1 to 64 digits. Leading zeros are an error. Errors: as parse_hex, number_range,
// number_leading_zero.
Result<Word> parse_quantity(std::string_view text);
std::string to_quantity(const Word& word);

// A number that fits into 128 bits, as gas limits and fees do.
class Uint128 {
 public:
  constexpr Uint128() = default;
  constexpr Uint128(std::uint64_t value) : value_(value) {}
  static constexpr std::optional<Uint128> from(const Word& word) {
    if (word.bit_length() > 128) return std::nullopt;
    Uint128 result;
    result.value_ = word;
    return result;
  }
  constexpr const Word& word() const { return value_; }
  constexpr auto operator<=>(const Uint128&) const = default;

 private:
  Word value_;
};

constexpr unsigned Word::bit_length() const {
  for (unsigned i = 0; i < 4; ++i) {
    if (limbs[i] != 0) return 64 * (4 - i) - static_cast<unsigned>(__builtin_clzll(limbs[i]));
  }
  return 0;
}

constexpr Word Word::max_of_bits(unsigned bits) {
  return bits == 0 ? Word{} : max() >> (256 - bits);
}

static_assert(std::endian::native == std::endian::little, "limbs are byte-swapped to and from big-endian");

constexpr Word Word::from_big_endian(std::span<const std::uint8_t, 32> bytes) {
  std::array<std::uint8_t, 32> copy{};
  std::ranges::copy(bytes, copy.begin());
  Word word;
  word.limbs = std::bit_cast<std::array<std::uint64_t, 4>>(copy);
  for (std::uint64_t& limb : word.limbs) limb = std::byteswap(limb);
  return word;
}

constexpr Word Word::from_short_big_endian(ByteView bytes) {
  std::array<std::uint8_t, 32> padded{};
  std::ranges::copy(bytes, padded.end() - static_cast<std::ptrdiff_t>(bytes.size()));
  return from_big_endian(padded);
}

constexpr std::array<std::uint8_t, 32> Word::to_big_endian() const {
  std::array<std::uint64_t, 4> swapped = limbs;
  for (std::uint64_t& limb : swapped) limb = std::byteswap(limb);
  return std::bit_cast<std::array<std::uint8_t, 32>>(swapped);
}

inline namespace literals {
// 1000_w, 0xff_w, 115792089237316195423570985008687907853269984665640564039457584007913129639935_w.
// Checked when compiled; digit separators are allowed.
consteval Word operator""_w(const char* text) {
  const std::string_view view(text);
  const bool is_hex = view.starts_with("0x");
  const Word base = is_hex ? 16 : 10;
  Word value;
  for (const char c : view.substr(is_hex ? 2 : 0)) {
    if (c == '\'') continue;
    const bool letter = c >= 'a' || (c >= 'A' && c <= 'F');
    const int digit = letter ? (c | 0x20) - 'a' + 10 : c - '0';
    value = checked_add(checked_mul(value, base).value(), static_cast<std::uint64_t>(digit)).value();
  }
  return value;
}
}  // namespace literals

}  // namespace valetkey
