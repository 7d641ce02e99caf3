// For the hand-written JSON of approvals and explanations.
#pragma once

#include <string>
#include <string_view>

namespace valetkey {

// A JSON string with its quotes. What is not printable ASCII is written as \u00XX, byte by byte: names have none of it.
std::string json_quoted(std::string_view text);

// `[a,b]` of what write(element, index) gives; with `lines` each element stands on a line of its own.
template <class List, class Write>
std::string json_array(const List& list, bool lines, Write write) {
  std::string out = "[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) out += ',';
    if (lines) out += '\n';
    out += write(list[i], i);
  }
  return out + (lines ? "\n]" : "]");
}

}  // namespace valetkey
