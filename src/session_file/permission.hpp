// One permission of a session file: which call, with which rules on its arguments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evm/abi_type.hpp"
#include "session/approval.hpp"
#include "session/model.hpp"
#include "session_file/contracts.hpp"
#include "session_file/limits.hpp"
#include "session_file/yaml.hpp"

namespace valetkey::session_file {

struct PlacedRule {
  Rule rule;
  FilePosition where;
};
struct PlacedCount {
  Count count;
  FilePosition where;
};

struct FilePermission {
  Permission permission;  // without rules and counts
  FilePosition where;
  std::string label;  // "usdc.transfer"
  std::vector<HeadWord> words;
  std::vector<PlacedRule> rules;    // in the encoding's order
  std::vector<PlacedCount> counts;  // in the encoding's order
  std::optional<WindowText> window;
  PermissionNames names;
};

// What permissions refer to.
struct Scope {
  const Contracts& contracts;
  const Limits& limits;
  Address account;
};

// Throws FileFailure.
FilePermission read_permission(const Node& node, const Scope& scope);

// `from`, `for` and `until` of the session or of a permission; nothing where there is none of them.
std::optional<WindowText> read_window(const Node& map);

}  // namespace valetkey::session_file
