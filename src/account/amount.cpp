#include "account/amount.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace valetkey {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<Word> parse_scaled(std::string_view number, const Unit& unit, std::string_view text) {
  const std::size_t point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "" : number.substr(point + 1);
  if (!is_digits(whole) || (point != std::string_view::npos && !is_digits(fraction))) {
    return fail("amount_form", fmt::format("`{}` is not an amount", text),
                "write digits and a unit, e.g. `150 USDC` or `0.04 WETH`");
  }
  if (fraction.size() > unit.decimals) {
    return fail("amount_fraction", fmt::format("`{}` has more places than {}'s {}", text, unit.symbol, unit.decimals),
                "round the amount");
  }
  std::string digits = std::string(whole) + std::string(fraction) + std::string(unit.decimals - fraction.size(), '0');
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  auto word = parse_decimal(digits);
  if (!word) return fail("amount_range", fmt::format("`{}` is above 2^256", text), "write a smaller amount");
  return word;
}

}  // namespace

Result<Word> parse_amount_text(std::string_view text, std::span<const Unit> units) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) {
    if (text.find('.') != std::string_view::npos) {
      return fail("amount_form", fmt::format("`{}` has a point and no unit", text), "write the unit, e.g. `150 USDC`");
    }
    return parse_scaled(text, {"base units", 0}, text);
  }
  const std::string_view symbol = text.substr(space + 1);
  const auto unit = std::ranges::find(units, symbol, &Unit::symbol);
  if (unit != units.end()) return parse_scaled(text.substr(0, space), *unit, text);
  std::string known;
  for (const Unit& each : units) known += fmt::format("{}`{}`", known.empty() ? "" : ", ", each.symbol);
  return fail("amount_unit", fmt::format("`{}` is not a unit that fits here", symbol),
              known.empty() ? "write the number alone, in base units" : fmt::format("units that fit: {}", known));
}

}  // namespace valetkey
