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
  bool until_end = false;  // its value is the session's end
};
struct PlacedCount {
  Count count;
  FilePosition where;
};
// `calls: […]`: names of inner permissions.
struct PlacedInside {
  Inside inside;  // without permissions
  const Node* calls = nullptr;
};

// Positions of paths are kFirstPath + place in `permission.paths` in the order of reading, until settle_permissions.
struct FilePermission {
  Permission permission;  // without rules and counts
  FilePosition where;
  std::string label;  // "usdc.transfer"
  std::string name;   // what other permissions call it: `name`, else the function's
  std::vector<AbiType> inputs;
  std::vector<HeadWord> words;
  std::vector<PlacedRule> rules;    // in the encoding's order once settled
  std::vector<PlacedCount> counts;  // likewise
  std::vector<PlacedInside> insides;
  const Node* batch = nullptr;
  std::optional<WindowText> window;
  PermissionNames names;
};

// What permissions refer to.
struct Scope {
  const Contracts& contracts;
  const Limits& limits;
  Address account;
};

// Throws FileFailure. What `node` is made of has to outlive the permission.
FilePermission read_permission(const Node& node, const Scope& scope);

struct Argument;
// The position of a head word, or of a path, which is added where it is not there. Throws FileFailure.
Position position_of(FilePermission& permission, const Argument& argument);

// Binds the names that permissions call each other by, puts inner permissions behind their outer ones and everything
// into the encoding's order. Throws FileFailure.
void settle_permissions(std::vector<FilePermission>& permissions);

// `from`, `for` and `until` of the session or of a permission; nothing where there is none of them.
std::optional<WindowText> read_window(const Node& map);

}  // namespace valetkey::session_file
