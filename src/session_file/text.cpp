#include "session_file/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "session_file/vocabulary.hpp"

namespace valetkey::session_file {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_reserved(std::string_view name) {
  return std::ranges::find(kReservedNames, name) != kReservedNames.end();
}
bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

Failure<> bad_number(std::string_view text) {
  const bool starts_with_digit = is_digit(text.empty() ? ' ' : text[0]);
  if (text.starts_with('-'))
    return fail("bad_number", fmt::format("`{}` is negative", text), "write a number from 0 up");
  if (text.starts_with('.') && all_digits(text.substr(1))) {
    return fail("bad_number", fmt::format("`{}` has no digit before the point", text),
                fmt::format("write `0{}`", text));
  }
  if (starts_with_digit && text.find_first_of("_,'") != text.npos) {
    return fail("bad_number", fmt::format("`{}` has separators", text), "write the digits without separators");
  }
  if (text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b")) {
    return fail("bad_number", fmt::format("`{}` is not a decimal number", text), "write the number in decimal");
  }
  if (starts_with_digit && text.find_first_of("eE") != text.npos) {
    return fail("bad_number", fmt::format("`{}` has an exponent", text), "write all digits, without an exponent");
  }
  return fail("bad_number", fmt::format("`{}` is not a number", text), "write digits, such as `10` or `0.5`");
}

// How many letters have to be changed, added, left out or swapped with the next to make one word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        rows[i][j] = i + j;
        continue;
      }
      rows[i][j] =
          std::min({rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), rows[i - 1][j] + 1, rows[i][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
}

}  // namespace

Result<Decimal> parse_number(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string_view fraction = dot == text.npos ? std::string_view{} : text.substr(dot + 1);
  if (!all_digits(whole) || (dot != text.npos && !all_digits(fraction))) return bad_number(text);
  if (whole.size() > 1 && whole[0] == '0') {
    return fail("bad_number", fmt::format("`{}` begins with a zero", text), "leave the zero in front away");
  }
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  Decimal result{.digits = {}, .places = static_cast<unsigned>(fraction.size())};
  for (const std::string_view part : {whole, fraction}) {
    for (const char c : part) {
      const auto shifted = checked_mul(result.digits, 10);
      const auto digits = shifted ? checked_add(*shifted, static_cast<std::uint64_t>(c - '0')) : std::nullopt;
      if (!digits) return fail("number_range", fmt::format("`{}` is too large", text), "write a number below 2^256");
      result.digits = *digits;
    }
  }
  return result;
}

Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t most) {
  VALETKEY_TRY(number, parse_number(text));
  if (text.find('.') != text.npos) {
    return fail("bad_number", fmt::format("`{}` is not a whole number", text), "write it without a fraction");
  }
  if (number.digits > Word(most)) {
    return fail("number_range", fmt::format("`{}` is too large", text), fmt::format("write a number up to {}", most));
  }
  return number.digits.low_64();
}

Result<Word> to_base_units(const Decimal& number, unsigned decimals, std::string_view text) {
  if (number.places > decimals) {
    if (decimals > 0) {
      return fail("amount_fraction", fmt::format("`{}` has more than {} decimal places", text, decimals),
                  fmt::format("round it to {} decimal places", decimals));
    }
    return fail(
        "amount_fraction", fmt::format("`{}` is not a whole number", text),
        text.find(' ') == text.npos ? "write a whole number, or a number and its unit" : "write a whole number");
  }
  Word result = number.digits;
  for (unsigned i = number.places; i < decimals; ++i) {
    const auto shifted = checked_mul(result, 10);
    if (!shifted)
      return fail("number_range", fmt::format("`{}` is too large", text), "write an amount below 2^256 base units");
    result = *shifted;
  }
  return result;
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == text.npos) return words;
    text.remove_prefix(begin);
    const std::size_t size = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

Result<AmountText> parse_amount(std::string_view text) {
  const std::vector<std::string_view> words = split_words(text);
  const auto bad = [&](std::string fix) {
    return fail("bad_amount", fmt::format("`{}` is not an amount", text), std::move(fix));
  };
  if (words.empty()) return bad("write a number and its unit, such as `10 USDC`");

  AmountText result;
  std::string_view number = words[0];
  result.negative = number.size() > 1 && number[0] == '-' && is_digit(number[1]);
  if (result.negative) number.remove_prefix(1);
  // `10USDC` and its like: digits, then letters that are no exponent.
  const std::size_t digits = std::min(number.find_first_not_of("0123456789."), number.size());
  const std::string_view rest = number.substr(digits);
  if (digits > 0 && !rest.empty() && std::ranges::all_of(rest, is_letter) && rest != "e" && rest != "E") {
    return bad(fmt::format("put a space between number and unit: `{} {}`",
                           words[0].substr(0, words[0].size() - rest.size()), rest));
  }
  VALETKEY_TRY(value, parse_number(number));
  result.number = value;
  if (result.negative && value.digits.is_zero()) return bad("write `0` without a sign");

  std::size_t next = 1;
  if (next < words.size() && words[next] != "per") result.unit = words[next++];
  if (next == words.size()) return result;
  if (words[next] != "per" || next + 1 == words.size())
    return bad("write `NUMBER UNIT`, or `NUMBER UNIT per DURATION`, such as `10 USDC per 30d`");
  std::string per;
  for (std::size_t i = next + 1; i < words.size(); ++i) {
    if (!per.empty()) per += ' ';
    per += words[i];
  }
  result.per = std::move(per);
  return result;
}

Result<Seconds> parse_duration(std::string_view text) {
  const auto bad = [&](std::string fix) {
    return fail("bad_duration", fmt::format("`{}` is not a duration", text), std::move(fix));
  };
  constexpr std::string_view kFix = "write a whole number and its unit, such as `3d`, `12h`, `30m` or `45s`";
  if (text.size() < 2 || !all_digits(text.substr(0, text.size() - 1)) || text[0] == '0') return bad(std::string(kFix));
  Seconds unit = 0;
  switch (text.back()) {
    case 'd':
      unit = 86'400;
      break;
    case 'h':
      unit = 3'600;
      break;
    case 'm':
      unit = 60;
      break;
    case 's':
      unit = 1;
      break;
    default:
      return bad(std::string(kFix));
  }
  const auto count = parse_count(text.substr(0, text.size() - 1), kLastSecond / unit);
  if (!count)
    return fail("bad_duration", fmt::format("`{}` is too long", text),
                "write a duration that ends before the year 10000");
  return *count * unit;
}

Result<Seconds> parse_time(std::string_view text) {
  const auto bad = [&] {
    return fail("bad_time", fmt::format("`{}` is not a time", text),
                "write date, time and zone in full, such as `2026-12-01 00:00:00 UTC`");
  };
  constexpr std::string_view kForm = "dddd-dd-dd dd:dd:dd UTC";
  if (text.size() != kForm.size()) return bad();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[i]) : text[i] != kForm[i]) return bad();
  }
  const auto two = [&](std::size_t at) { return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0')); };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(two(0) * 100 + two(2))),
                                         std::chrono::month(two(5)), std::chrono::day(two(8))};
  const std::chrono::sys_days days{date};
  if (!date.ok() || days.time_since_epoch().count() < 0 || two(11) > 23 || two(14) > 59 || two(17) > 59) {
    return fail("bad_time", fmt::format("`{}` is not in the calendar", text), "write a time from 1970 on that exists");
  }
  return static_cast<Seconds>(days.time_since_epoch().count()) * 86'400 + two(11) * 3'600 + two(14) * 60 + two(17);
}

Result<void> check_name(std::string_view name, std::string_view what) {
  const bool form =
      !name.empty() && name.size() <= 64 && !is_digit(name[0]) && name[0] != '-' &&
      std::ranges::all_of(name, [](char c) { return is_digit(c) || is_letter(c) || c == '_' || c == '-'; });
  if (!form) {
    return fail("bad_name", fmt::format("`{}` can't be the name of {}", name, what),
                "use up to 64 letters, digits, `_` and `-`, beginning with a letter");
  }
  if (is_reserved(name)) {
    return fail("bad_name", fmt::format("`{}` has a meaning of its own and can't be the name of {}", name, what),
                "choose another name");
  }
  return {};
}

Result<void> check_symbol(std::string_view symbol) {
  constexpr std::size_t kMostSymbol = 16;  // as in an approval
  const auto allowed = [](char c) {
    return is_digit(c) || is_letter(c) || std::string_view("_-.+").find(c) != std::string_view::npos;
  };
  if (symbol.size() > kMostSymbol || !std::ranges::all_of(symbol, allowed) || std::ranges::none_of(symbol, is_letter)) {
    return fail("bad_name", fmt::format("`{}` can't be the symbol of a token", symbol),
                "use up to 16 letters, digits and `_-.+`, such as `USDC.e`");
  }
  if (is_reserved(symbol)) {
    return fail("bad_name", fmt::format("`{}` has a meaning of its own and can't be the symbol of a token", symbol),
                "choose another one");
  }
  return {};
}

Result<void> check_key_name(std::string_view name) {
  const auto allowed = [](char c) {
    return is_digit(c) || is_letter(c) || std::string_view("_-./@:+").find(c) != std::string_view::npos;
  };
  if (name.empty() || name.size() > 64 || !std::ranges::all_of(name, allowed)) {
    return fail("bad_name", fmt::format("`{}` can't be the name of a key", name),
                "use up to 64 letters, digits and `_-./@:+`");
  }
  return {};
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ", ";
    list += fmt::format("`{}`", name);
  }
  return list;
}

std::string suggest(std::string_view word, const std::vector<std::string>& known) {
  if (known.empty()) return {};
  constexpr std::size_t kLongest = 64;  // of a word that is compared
  const auto distance = [&](const std::string& name) {
    return name.size() > kLongest ? kLongest : edit_distance(word, name);
  };
  if (word.size() <= kLongest) {
    const auto nearest = std::ranges::min_element(known, {}, distance);
    if (distance(*nearest) <= std::max<std::size_t>(1, word.size() / 3))
      return fmt::format("did you mean `{}`?", *nearest);
  }
  return fmt::format("known here: {}", quoted_list(known));
}

std::string suggest(std::string_view word, std::span<const std::string_view> known) {
  return suggest(word, std::vector<std::string>(known.begin(), known.end()));
}

}  // namespace valetkey::session_file
