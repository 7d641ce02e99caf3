// ABI JSON, as compilers write it and block explorers serve it.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "evm/abi_type.hpp"

namespace valetkey {

// An array of entries, or an object with such an array under `abi` (a compiler's artifact).
// Constructors, fallbacks and receives are skipped; names must match each entry's type tree.
// Errors: json_syntax, abi_json (an entry without what it needs), and those of parse_abi_type.
Result<Abi> parse_abi_json(std::string_view json);

}  // namespace valetkey
