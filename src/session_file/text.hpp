// The small texts inside a session file: numbers, amounts, durations, times, names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/word.hpp"
#include "session/model.hpp"

namespace valetkey::session_file {

// digits / 10^places, without zeros at the end of the fraction.
struct Decimal {
  Word digits;
  unsigned places = 0;
  bool operator==(const Decimal&) const = default;
};

// `10`, `0.00025`. No sign, exponent, separator or leading zero. Errors: bad_number.
Result<Decimal> parse_number(std::string_view text);
// As parse_number, without a fraction and at most `most`. Errors: bad_number, number_range.
Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t most);

// The number times 10^decimals. Errors: amount_fraction (more places than decimals), number_range.
Result<Word> to_base_units(const Decimal& number, unsigned decimals, std::string_view text);

// `NUMBER`, `NUMBER UNIT`, each also with `per REST`.
struct AmountText {
  bool negative = false;
  Decimal number;
  std::string unit;                // may be empty
  std::optional<std::string> per;  // what follows `per`
};
// Errors: bad_amount, bad_number.
Result<AmountText> parse_amount(std::string_view text);

// `3d`, `12h`, `30m`, `45s`. In seconds, above 0. Errors: bad_duration.
Result<Seconds> parse_duration(std::string_view text);

// `2026-12-01 00:00:00 UTC`. Errors: bad_time.
Result<Seconds> parse_time(std::string_view text);

// Letters, digits, `_` and `-`, beginning with a letter or `_`; not a reserved word. Errors: bad_name.
Result<void> check_name(std::string_view name, std::string_view what);

// A token's symbol: up to 16 letters, digits and `_-.+`, a letter among them; not a reserved word. Errors: bad_name.
Result<void> check_symbol(std::string_view symbol);

// The name of a key: up to 64 letters, digits and `_-./@:+`. Errors: bad_name.
Result<void> check_key_name(std::string_view name);

std::vector<std::string_view> split_words(std::string_view text);

// "did you mean `limits`?", or "known here: `a`, `b`", or empty where there is nothing known.
std::string suggest(std::string_view word, std::span<const std::string_view> known);
std::string suggest(std::string_view word, const std::vector<std::string>& known);
std::string quoted_list(const std::vector<std::string>& names);  // "`a`, `b`"

}  // namespace valetkey::session_file
