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

// Never fails: what is no whole list in brackets is a text.
Item parse_item(std::string_view text);

// The place of the bracket that closes the one at `open`; npos where it stays open or crosses another.
std::size_t closing(std::string_view text, std::size_t open);

}  // namespace valetkey
