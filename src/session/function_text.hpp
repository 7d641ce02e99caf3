// Canonical function texts, `transfer(address,uint256)`: docs/protocol.md, section 5, "Texts".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "evm/types.hpp"

namespace valetkey {

inline constexpr std::uint8_t kDynamicWord = 0xe0;  // a head word that is an offset

struct TextLayout {
  Selector selector;
  std::vector<std::uint8_t> word_types;  // ValueType::code() of each head word, or kDynamicWord; at most 255
  bool dynamic = false;                  // some argument is dynamic
};

// None where the text is not canonical.
std::optional<TextLayout> parse_function_text(std::string_view text);

// The one text that may use a reserved selector (docs/refusals.md); empty where the selector is not reserved.
std::string_view reserved_text(const Selector& selector);

// The word that holds the amount of transfer, transferFrom, approve and increaseAllowance.
std::optional<std::uint8_t> token_amount_word(const Selector& selector);

}  // namespace valetkey
