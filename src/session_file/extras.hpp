// `batch` and `policies` of a permission, and how permissions call each other.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "session_file/permission.hpp"

namespace valetkey::session_file {

// Contracts that are asked, in rising order. Throws FileFailure.
std::vector<Policy> read_policies(const Node& policies, const Scope& scope);

// The rules of `batch`. Other permissions are named by their places, and get the paths that are compared. Throws
// FileFailure.
std::vector<BatchRule> read_batch(std::span<FilePermission> permissions, FilePermission& permission);

// The place of the permission that a name means, among those that fit; `what` they are: "no inner permission". Throws
// FileFailure.
std::size_t permission_named(std::span<const FilePermission> permissions, const Node& name, std::string_view what,
                             const std::function<bool(const FilePermission&)>& fits);

}  // namespace valetkey::session_file
