// What the owner should know before signing. For the folder's own use.
#pragma once

#include <vector>

#include "policy/explain.hpp"
#include "policy/names.hpp"

namespace valetkey {

std::vector<Warning> find_warnings(const Session& session, const NameBook& book);

}  // namespace valetkey
