// The arguments of a function by the names that session files use, and the way to each: docs/protocol.md, section 1,
// "Dynamic part".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/abi_type.hpp"
#include "session/model.hpp"

namespace valetkey::session_file {

// An argument, or a part of one.
struct Argument {
  std::string path;  // `params.amountIn`, `orders[*].price`, `recipients.length`
  AbiType type;      // of its value
  Path steps;        // from the arguments; of `bytes` and `string` to their contents; empty for arrays and tuples
  bool every = false;  // of several values
  bool some = false;

  // A value of one word, which rules are on.
  [[nodiscard]] bool is_word() const;
  [[nodiscard]] bool is_bytes() const { return type.kind == AbiKind::bytes || type.kind == AbiKind::string; }
};

// `params.amountIn`, `recipients[0]`, `recipients[*]`, `recipients[some]`, `recipients.length`. Errors: unknown_name
// (no such argument: message and fix are empty), bad_member (an index or a word that the array does not have).
Result<Argument> find_argument(const std::vector<AbiType>& inputs, std::string_view text);

// The members of a `T[]`: as `path[*]`.
Argument every_member(const Argument& array, const std::vector<AbiType>& inputs);

// Everything that has to be mentioned: words, `bytes` and `string`; members of `T[]` as `[*]`, elements of fixed arrays
// each. At most kMostLeaves.
inline constexpr std::size_t kMostLeaves = 1000;
std::vector<std::string> leaf_paths(const std::vector<AbiType>& inputs);

// The length of `bytes`, as an argument of its own.
Argument length_of(const Argument& contents);
// `TYPE at OFFSET`, `TYPE at end-OFFSET`, `TYPE at OFFSET every STRIDE` of `bytes`. Errors: bad_slice.
Result<Argument> slice_of(const Argument& contents, std::string_view text);

}  // namespace valetkey::session_file
