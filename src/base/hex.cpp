#include "base/hex.hpp"

#include <fmt/core.h>

#include <cstdlib>

namespace valetkey {
namespace {

Result<std::string_view> parse_digits(std::string_view text) {
  if (!text.starts_with("0x")) {
    return fail("hex_prefix", fmt::format("`{}` is not hex", text), "write it as 0x and hex digits");
  }
  const std::string_view digits = text.substr(2);
  for (const char c : digits) {
    if (hex_digit(c) < 0) {
      return fail("hex_digit", fmt::format("`{}` has a character that is no hex digit", text),
                  "use 0 to 9 and a to f after 0x");
    }
  }
  if (digits.size() % 2 != 0) {
    return fail("hex_length", fmt::format("`{}` has an odd number of hex digits", text),
                "write two digits for every byte");
  }
  return digits;
}

void decode_digits(std::string_view digits, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(hex_digit(digits[2 * i]) << 4 | hex_digit(digits[2 * i + 1]));
  }
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(2 + 2 * bytes.size(), '0');
  text[1] = 'x';
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[2 + 2 * i] = kDigits[bytes[i] >> 4];
    text[3 + 2 * i] = kDigits[bytes[i] & 15];
  }
  return text;
}

Result<Bytes> parse_hex(std::string_view text) {
  VALETKEY_TRY(digits, parse_digits(text));
  Bytes bytes(digits.size() / 2);
  decode_digits(digits, bytes);
  return bytes;
}

Result<void> parse_hex_exact(std::string_view text, std::span<std::uint8_t> out) {
  VALETKEY_TRY(digits, parse_digits(text));
  if (digits.size() != 2 * out.size()) {
    return fail("hex_size", fmt::format("`{}` has {} bytes", text, digits.size() / 2),
                fmt::format("give exactly {} bytes, {} hex digits after 0x", out.size(), 2 * out.size()));
  }
  decode_digits(digits, out);
  return {};
}

inline namespace literals {
Bytes operator""_hex(const char* text, std::size_t size) {
  Result<Bytes> bytes = parse_hex({text, size});
  if (!bytes) std::abort();
  return *std::move(bytes);
}
}  // namespace literals

}  // namespace valetkey
