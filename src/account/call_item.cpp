#include "account/call_item.hpp"

#include <algorithm>
#include <string>

namespace valetkey {
namespace {

// The parts between commas that stand in no bracket.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  if (trim(text).empty()) return parts;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    if (text[i] == ',' && depth == 0) {
      parts.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  parts.push_back(trim(text.substr(start)));
  return parts;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::size_t closing(std::string_view text, std::size_t open) {
  std::string expected;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') expected += ')';
    if (text[i] == '[') expected += ']';
    if (text[i] != ')' && text[i] != ']') continue;
    if (expected.empty() || expected.back() != text[i]) return std::string_view::npos;
    expected.pop_back();
    if (expected.empty()) return i;
  }
  return std::string_view::npos;
}

std::size_t nesting(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (const char character : text) {
    if (character == '(' || character == '[') deepest = std::max(deepest, ++depth);
    if ((character == ')' || character == ']') && depth > 0) --depth;
  }
  return deepest;
}

Item parse_item(std::string_view text) {
  Item item{text};
  if (text.empty() || (text.front() != '(' && text.front() != '[') || closing(text, 0) != text.size() - 1) return item;
  item.bracket = text.front();
  for (const std::string_view part : split(text.substr(1, text.size() - 2))) item.items.push_back(parse_item(part));
  return item;
}

}  // namespace valetkey
