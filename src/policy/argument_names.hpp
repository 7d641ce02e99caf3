// The names of arguments inside dynamic ones, for people. For the folder's own use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evm/abi_type.hpp"
#include "session/model.hpp"

namespace valetkey {

struct PathName {
  std::string text;    // `orders[*].price`, `recipients.length`, `params.path address at 0`
  std::string leaf;    // the argument that it is a part of, as abi_leaves has it; of an array's length the array
  bool whole = true;   // it is about every value of the leaf, and not about single members
};

// Nothing where the path does not fit the arguments.
std::optional<PathName> name_path(const std::vector<AbiType>& inputs, const Path& path);

}  // namespace valetkey
