#include "policy/explain.hpp"

namespace valetkey {

std::string amount_text(const Word& amount, const std::optional<Unit>& unit) {
  std::string digits = to_decimal(amount);
  if (!unit) return digits;
  const std::size_t decimals = unit->decimals;
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals != 0) {
    digits.insert(digits.size() - decimals, 1, '.');
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  return digits + ' ' + unit->symbol;
}

}  // namespace valetkey
