// Follows paths through values that the generic ABI decoder read: a second, slower way to hold the evaluator's to.
#pragma once

#include <vector>

#include "evm/abi_type.hpp"
#include "evm/value.hpp"
#include "random_session.hpp"
#include "session/model.hpp"

namespace valetkey::testing {

// The types with every word a bytes32, so that any word is a value.
std::vector<AbiType> with_plain_words(std::vector<AbiType> types);
// Of such types. Arrays and bytes are short.
Value::List random_values(Random& random, const std::vector<AbiType>& types);

struct PathResult {
  std::vector<Word> values;
  std::vector<Bytes> contents;
  bool in_range = true;  // false: the path leads nowhere after these
  bool operator==(const PathResult&) const = default;
};
// A path that fits the types.
PathResult follow_values(const std::vector<AbiType>& types, const Value::List& values, const Path& path);

}  // namespace valetkey::testing
