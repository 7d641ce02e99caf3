// ABI JSON, as compilers write it and block explorers serve it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/abi_type.hpp"

namespace valetkey {

// An array of entries, or an object with such an array under `abi` (a compiler's artifact).
// Constructors, fallbacks and receives are skipped; names must match each entry's type tree.
// Errors: json_syntax, abi_json (an entry without what it needs), and those of parse_abi_type.
Result<Abi> parse_abi_json(std::string_view json);

struct FunctionSelector {
  std::string signature;  // `transfer(address,uint256)`
  Selector selector;
};

// Of every function in the order of the text, overloads too: what indexing many ABIs needs, without their types.
// Takes the same texts as parse_abi_json, but skips what it has no use for: outputs, events and errors are not checked.
// Errors: as parse_abi_json.
Result<std::vector<FunctionSelector>> parse_abi_json_selectors(std::string_view json);

}  // namespace valetkey
