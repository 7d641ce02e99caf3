// The EVM's value types, each a type of its own.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "evm/word.hpp"

namespace valetkey {

// N bytes with a meaning, made by `using Name = FixedBytes<32, struct NameTag>`. Two tags never mix.
template <std::size_t N, class Tag>
struct FixedBytes {
  static constexpr std::size_t kSize = N;

  std::array<std::uint8_t, N> bytes{};

  constexpr ByteView view() const { return bytes; }
  constexpr auto operator<=>(const FixedBytes&) const = default;
};

using Address = FixedBytes<20, struct AddressTag>;
using Hash = FixedBytes<32, struct HashTag>;
using Selector = FixedBytes<4, struct SelectorTag>;

struct ChainId {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const ChainId&) const = default;
};

// 0x and lower-case digits, for every FixedBytes (an Address too: printed for people, use to_checksum).
template <std::size_t N, class Tag>
std::string to_hex(const FixedBytes<N, Tag>& value) {
  return to_hex(value.view());
}

// Strict hex of exactly the type's size. Errors: as parse_hex, hex_size. Addresses: use parse_address.
template <class T>
Result<T> parse_fixed(std::string_view text) {
  T value;
  if (auto parsed = parse_hex_exact(text, value.bytes); !parsed) return Failure<>(std::move(parsed.error()));
  return value;
}

// The first T::kSize bytes of `bytes`, which must hold that many.
template <class T>
constexpr T read_fixed(ByteView bytes) {
  T value;
  std::ranges::copy(bytes.first(T::kSize), value.bytes.begin());
  return value;
}

// EIP-55. Mixed case must carry the right checksum; all lower and all upper case are taken as they are.
// Errors: as parse_hex, hex_size, address_checksum (the fix names the right spelling).
Result<Address> parse_address(std::string_view text);
std::string to_checksum(const Address& address);

// An address in the low 20 bytes of a word; none where the 12 upper bytes are not zero.
Word to_word(const Address& address);
std::optional<Address> to_address(const Word& word);

inline Word to_word(const Hash& hash) {
  return Word::from_big_endian(hash.bytes);
}
inline Hash to_hash(const Word& word) {
  return {word.to_big_endian()};
}

inline namespace literals {
namespace detail {
// std::abort is no constant expression: reaching it is a compile error.
template <class T>
consteval T fixed_literal(const char* text, std::size_t size) {
  T value;
  if (size != 2 + 2 * T::kSize || text[0] != '0' || text[1] != 'x') std::abort();
  for (std::size_t i = 0; i < T::kSize; ++i) {
    const int high = hex_digit(text[2 + 2 * i]);
    const int low = hex_digit(text[3 + 2 * i]);
    if (high < 0 || low < 0) std::abort();
    value.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return value;
}
}  // namespace detail

// "0x…"_address: checked for size and digits when compiled, not for its checksum.
consteval Address operator""_address(const char* text, std::size_t size) {
  return detail::fixed_literal<Address>(text, size);
}
consteval Hash operator""_hash(const char* text, std::size_t size) {
  return detail::fixed_literal<Hash>(text, size);
}
consteval Selector operator""_selector(const char* text, std::size_t size) {
  return detail::fixed_literal<Selector>(text, size);
}
}  // namespace literals

}  // namespace valetkey

// Hashing for unordered containers: the values are hashes or addresses, so any 8 of their bytes spread well.
template <std::size_t N, class Tag>
struct std::hash<valetkey::FixedBytes<N, Tag>> {
  std::size_t operator()(const valetkey::FixedBytes<N, Tag>& value) const noexcept {
    return valetkey::read_big_endian(value.view().last(N < 8 ? N : 8));
  }
};
