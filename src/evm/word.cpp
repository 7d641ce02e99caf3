#include "evm/word.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/hex.hpp"

namespace valetkey {
namespace {

struct SmallDivision {
  Word quotient;
  std::uint64_t remainder;
};

SmallDivision divide_small(const Word& dividend, std::uint64_t divisor) {
  Word quotient;
  uint128 rest = 0;
  for (unsigned i = 0; i < 4; ++i) {
    rest = rest << 64 | dividend.limbs[i];
    quotient.limbs[i] = static_cast<std::uint64_t>(rest / divisor);
    rest %= divisor;
  }
  return {quotient, static_cast<std::uint64_t>(rest)};
}

Failure<> range_error(std::string_view text) {
  return fail("number_range", fmt::format("`{}` is too large", text), "the largest number here has 256 bits");
}

Failure<> leading_zero_error(std::string_view text) {
  return fail("number_leading_zero", fmt::format("`{}` has a leading zero", text), "leave the leading zeros out");
}

}  // namespace

Division divide(const Word& dividend, const Word& divisor) {
  if (divisor.fits_64()) {
    const SmallDivision small = divide_small(dividend, divisor.low_64());
    return {small.quotient, small.remainder};
  }
  // Long division by bits: the quotient has at most 192 of them.
  Division result{.quotient = {}, .remainder = dividend};
  if (dividend < divisor) return result;
  for (unsigned shift = dividend.bit_length() - divisor.bit_length() + 1; shift-- > 0;) {
    const Word shifted = divisor << shift;
    if (shifted > result.remainder) continue;
    result.remainder = wrapping_sub(result.remainder, shifted).value;
    result.quotient = result.quotient | Word(1) << shift;
  }
  return result;
}

Result<Word> parse_decimal(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !std::ranges::all_of(text, is_digit)) {
    return fail("number_digit", fmt::format("`{}` is not a whole number", text), "write decimal digits only");
  }
  if (text.size() > 1 && text[0] == '0') return leading_zero_error(text);
  Word value;
  for (const char c : text) {
    const auto times_ten = checked_mul(value, 10);
    const auto next = times_ten ? checked_add(*times_ten, static_cast<std::uint64_t>(c - '0')) : std::nullopt;
    if (!next) return range_error(text);
    value = *next;
  }
  return value;
}

std::string to_decimal(const Word& word) {
  std::string digits;
  Word rest = word;
  do {
    const SmallDivision step = divide_small(rest, 10);
    digits.push_back(static_cast<char>('0' + step.remainder));
    rest = step.quotient;
  } while (!rest.is_zero());
  std::ranges::reverse(digits);
  return digits;
}

Result<Word> parse_signed_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  VALETKEY_TRY(magnitude, parse_decimal(negative ? text.substr(1) : text));
  const Word limit = Word(1) << 255;
  if (negative && magnitude.is_zero()) {
    return fail("number_digit", fmt::format("`{}` is not a whole number", text), "write 0");
  }
  if (negative ? magnitude > limit : magnitude >= limit) {
    return fail("number_range", fmt::format("`{}` is out of range", text),
                "signed numbers have 256 bits with the sign");
  }
  return negative ? wrapping_sub(0, magnitude).value : magnitude;
}

std::string to_signed_decimal(const Word& word) {
  return word.is_negative() ? '-' + to_decimal(wrapping_sub(0, word).value) : to_decimal(word);
}

Result<Word> parse_quantity(std::string_view text) {
  if (!text.starts_with("0x")) {
    return fail("hex_prefix", fmt::format("`{}` is not hex", text), "write it as 0x and hex digits");
  }
  const std::string_view digits = text.substr(2);
  if (digits.empty() || !std::ranges::all_of(digits, [](char c) { return hex_digit(c) >= 0; })) {
    return fail("hex_digit", fmt::format("`{}` is not a hex number", text), "use 0 to 9 and a to f after 0x");
  }
  if (digits.size() > 1 && digits[0] == '0') return leading_zero_error(text);
  if (digits.size() > 64) return range_error(text);
  Word value;
  for (const char c : digits) value = value << 4 | Word(static_cast<std::uint64_t>(hex_digit(c)));
  return value;
}

std::string to_quantity(const Word& word) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  const unsigned count = std::max(1u, (word.bit_length() + 3) / 4);
  for (unsigned i = count; i-- > 0;) text.push_back(kDigits[(word >> (4 * i)).low_64() & 15]);
  return text;
}

}  // namespace valetkey
