#include "evm/abi_word.hpp"

#include <fmt/core.h>

namespace valetkey {
namespace {

Result<Word> parse_fixed_bytes(const AbiType& type, std::string_view text) {
  std::array<std::uint8_t, 32> bytes{};
  if (auto parsed = parse_hex_exact(text, std::span(bytes).first(type.size)); !parsed) {
    return Failure<>(std::move(parsed.error()));
  }
  return Word::from_big_endian(bytes);
}

}  // namespace

bool is_one_word(const AbiType& type) {
  switch (type.kind) {
    case AbiKind::uint_:
    case AbiKind::int_:
    case AbiKind::address:
    case AbiKind::bool_:
    case AbiKind::fixed_bytes:
      return true;
    default:
      return false;
  }
}

bool is_clean(const AbiType& type, const Word& word) {
  switch (type.kind) {
    case AbiKind::uint_:
      return word.bit_length() <= type.size;
    case AbiKind::int_:
      return (word.is_negative() ? ~word : word).bit_length() < type.size;
    case AbiKind::address:
      return word.bit_length() <= 160;
    case AbiKind::bool_:
      return word.bit_length() <= 1;
    case AbiKind::fixed_bytes:
      return (word << (8u * type.size)).is_zero();
    default:
      return false;
  }
}

Result<Word> parse_abi_word(const AbiType& type, std::string_view text) {
  const auto parse = [&]() -> Result<Word> {
    switch (type.kind) {
      case AbiKind::uint_:
        return text.starts_with("0x") ? parse_quantity(text) : parse_decimal(text);
      case AbiKind::int_:
        return parse_signed_decimal(text);
      case AbiKind::address: {
        VALETKEY_TRY(address, parse_address(text));
        return to_word(address);
      }
      case AbiKind::bool_:
        if (text == "true") return Word(1);
        if (text == "false") return Word(0);
        return fail("word_value", fmt::format("`{}` is no bool", text), "write true or false");
      case AbiKind::fixed_bytes:
        return parse_fixed_bytes(type, text);
      default:
        return fail("word_value", fmt::format("`{}` can't be a value of {}", text, canonical_text(type)),
                    "give a value for each of its members");
    }
  };
  VALETKEY_TRY(word, parse());
  if (!is_clean(type, word)) {
    return fail("word_value", fmt::format("`{}` is out of range for {}", text, canonical_text(type)));
  }
  return word;
}

std::string to_text(const AbiType& type, const Word& word) {
  switch (type.kind) {
    case AbiKind::int_:
      return to_signed_decimal(word);
    case AbiKind::address:
      return to_checksum(read_fixed<Address>(ByteView(word.to_big_endian()).last(20)));
    case AbiKind::bool_:
      return word.is_zero() ? "false" : "true";
    case AbiKind::fixed_bytes:
      return to_hex(ByteView(word.to_big_endian()).first(type.size));
    default:
      return to_decimal(word);
  }
}

}  // namespace valetkey
