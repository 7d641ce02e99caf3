// Canonical function texts, `transfer(address,uint256)`: docs/protocol.md, section 5, "Texts".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "evm/types.hpp"

namespace valetkey {

inline constexpr std::uint8_t kDynamicWord = 0xe0;  // a head word that is an offset

// A dynamic type, or a static element of an array.
struct TypeTree {
  enum class Kind : std::uint8_t {
    words,        // static: words
    bytes,        // bytes or string
    tuple,        // words: its head words; parts: those that an offset leads to, in the order of the offsets
    array,        // parts: the element
    fixed_array,  // of dynamic elements; parts: the element, length of them
  };
  Kind kind = Kind::bytes;
  std::uint8_t length = 0;
  std::vector<std::uint8_t> words;  // as TextLayout::word_types
  std::vector<TypeTree> parts;
};

struct TextLayout {
  Selector selector;
  std::vector<std::uint8_t> word_types;  // ValueType::code() of each head word, or kDynamicWord; at most 255
  bool dynamic = false;                  // some argument is dynamic
  std::vector<TypeTree> parts;           // of the dynamic arguments, in order
  Bytes layout;                          // Permission::layout; empty where nothing is dynamic
};

// None where the text is not canonical.
std::optional<TextLayout> parse_function_text(std::string_view text);

// Functions of a contract that is called by commands and not by selectors have this name.
inline constexpr std::string_view kCommandName = "command(";

// The one text that may use a reserved selector (docs/refusals.md); empty where the selector is not reserved.
std::string_view reserved_text(const Selector& selector);

// Functions that no session may call.
bool is_denied(const Selector& selector);

// The word that holds the amount of transfer, transferFrom, approve and increaseAllowance.
std::optional<std::uint8_t> token_amount_word(const Selector& selector);

}  // namespace valetkey
