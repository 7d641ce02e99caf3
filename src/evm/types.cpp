#include "evm/types.hpp"

#include <fmt/core.h>

#include "evm/keccak.hpp"

namespace valetkey {

std::string to_checksum(const Address& address) {
  std::string text = to_hex(address);
  const Hash hash = keccak256(as_bytes(std::string_view(text).substr(2)));
  for (std::size_t i = 0; i < 40; ++i) {
    const unsigned nibble = hash.bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15u;
    char& c = text[2 + i];
    if (nibble >= 8 && c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

Result<Address> parse_address(std::string_view text) {
  VALETKEY_TRY(address, parse_fixed<Address>(text));
  const std::string_view digits = text.substr(2);
  const bool has_lower = std::ranges::any_of(digits, [](char c) { return c >= 'a' && c <= 'f'; });
  const bool has_upper = std::ranges::any_of(digits, [](char c) { return c >= 'A' && c <= 'F'; });
  if (has_lower && has_upper) {
    const std::string checksum = to_checksum(address);
    if (text != checksum) {
      return fail("address_checksum", fmt::format("`{}` has a wrong checksum, a digit may be mistyped", text),
                  fmt::format("compare it with its source; with these digits it is written `{}`", checksum));
    }
  }
  return address;
}

Word to_word(const Address& address) {
  return Word::from_short_big_endian(address.bytes);
}

std::optional<Address> to_address(const Word& word) {
  if (word.bit_length() > 160) return std::nullopt;
  return read_fixed<Address>(ByteView(word.to_big_endian()).last(20));
}

}  // namespace valetkey
