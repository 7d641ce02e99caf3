// One edit each of an operation that passes.
#pragma once

#include <span>
#include <string_view>

#include "draft.hpp"

namespace valetkey::testing {

struct Edit {
  std::string_view name;
  // What it is for; what it does to the verdict is for both sides to say. None: an edit at random.
  std::optional<RefusalCode> aim;
  // false: the draft has no place for it, and may be spoilt.
  bool (*apply)(Draft& draft, Random& random);
};

// Of the form of what the validator gets, the header, and static arguments.
std::span<const Edit> all_edits();
// Of dynamic arguments, calls inside calls, batches and policies' answers.
std::span<const Edit> rule_edits();
// Of the encoding of such rules.
std::span<const Edit> form_edits();

}  // namespace valetkey::testing
