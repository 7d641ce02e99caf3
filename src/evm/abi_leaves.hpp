// The arguments of a function as a flat list, also those inside dynamic ones.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evm/abi_type.hpp"

namespace valetkey {

struct AbiLeaf {
  std::string path;  // as in HeadWord; members of `T[]` are `xs[*]`
  AbiType type;      // one word, `bytes` or `string`
  std::optional<std::size_t> head_word;  // where it is a word of the head
};

// In the order of the arguments; elements of fixed arrays each. No more than `most`: nested arrays can have very many.
std::vector<AbiLeaf> abi_leaves(const std::vector<AbiType>& inputs, std::size_t most);

}  // namespace valetkey
