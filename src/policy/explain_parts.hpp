// The parts of a permission in words, for both forms of the explanation. For the folder's own use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/names.hpp"

namespace valetkey {

// `a, b`
std::string joined(const std::vector<std::string>& parts, std::string_view between);

struct ArgumentLine {
  std::string name;
  std::optional<Position> position;  // none: an argument inside a dynamic one that nothing is said of
  std::vector<std::string> rules;    // `at most 200 USDC`; empty: anything
  std::vector<std::uint8_t> limits;  // that it counts against
  const Inside* inside = nullptr;    // the calls in it
  std::string note;                  // instead of `anything` where there is no rule
};
// Every argument of a function, in order.
std::vector<ArgumentLine> argument_lines(const Session& session, const NameBook& book, std::size_t permission);

// `calls of permissions 3, 4 only, told apart by their selectors`
std::string inside_words(const NameBook& book, std::size_t permission, const Inside& inside);
// `the last call uses permission 3 (usdc.approve)`, `…, and value is at most its params.amountIn`
std::string batch_words(const NameBook& book, std::size_t permission, const BatchRule& rule);
// `oracle (0x…) is asked about each call, with this account, 5`
std::string policy_words(const NameBook& book, const Policy& policy);

}  // namespace valetkey
