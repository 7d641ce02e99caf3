// Functions that no session may call: docs/refusals.md, "Reserved selectors".
#pragma once

#include <string_view>

#include "session_file/yaml.hpp"

namespace valetkey::session_file {

// Throws FileFailure with the reason where the canonical text is of a denied function.
void refuse_denied(const Node& node, std::string_view called, std::string_view text);

}  // namespace valetkey::session_file
