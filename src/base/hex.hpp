// Hexadecimal text, always with 0x.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace valetkey {

// "0x" and two lower-case digits a byte.
std::string to_hex(ByteView bytes);

// Strict: 0x, then an even number of digits of either case. "0x" is no bytes.
// Errors: hex_prefix, hex_length, hex_digit.
Result<Bytes> parse_hex(std::string_view text);

// As parse_hex, and of exactly out.size() bytes; `out` is undefined after an error. Errors: also hex_size.
Result<void> parse_hex_exact(std::string_view text, std::span<std::uint8_t> out);

// -1 where the character is no hex digit.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline namespace literals {
// "0xc0de"_hex, for tests and constants; a literal that is no hex stops the program.
Bytes operator""_hex(const char* text, std::size_t size);
}  // namespace literals

}  // namespace valetkey
