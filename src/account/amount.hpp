// Amounts as people write them: `150 USDC`, `0.04 WETH`, `2 gwei`.
#pragma once

#include <span>
#include <string_view>

#include "base/result.hpp"
#include "evm/word.hpp"
#include "session/approval.hpp"

namespace valetkey {

// In base units. Digits, at most one point, no sign, no exponent; a text without a unit is base units and has no point.
// `units` are those that may be named; the first of a symbol counts. Errors: amount_form, amount_unit (not among them),
// amount_fraction (more places than the unit has), amount_range.
Result<Word> parse_amount_text(std::string_view text, std::span<const Unit> units);

}  // namespace valetkey
