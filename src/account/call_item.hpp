// Arguments as they are written in the text of a call; for call_text.cpp.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace valetkey {

// Without spaces at its ends.
std::string_view trim(std::string_view text);

// An argument as written: a text, or a list in brackets.
struct Item {
  std::string_view text;
  char bracket = 0;  // '(' or '['
  std::vector<Item> items = {};
};

// Brackets in brackets, at the deepest place.
std::size_t nesting(std::string_view text);

// Never fails; as deep in recursion as the text's nesting: what is no whole list in brackets is a text.
Item parse_item(std::string_view text);

// The place of the bracket that closes the one at `open`; npos where it stays open or crosses another.
std::size_t closing(std::string_view text, std::size_t open);

}  // namespace valetkey
