// The types of typed data, resolved. Private to eip712*.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/abi_type.hpp"
#include "evm/eip712.hpp"

namespace valetkey::eip712 {

inline constexpr std::size_t kMaxDepth = 32;  // of values within values

// A field's type: an array, a struct or an elementary type.
struct FieldType {
  std::string_view array_element;           // `Person` of `Person[]`; empty where the type is no array
  std::optional<std::size_t> array_length;  // 2 of `Person[2]`
  const TypedStruct* structure = nullptr;
  AbiType elementary;
};

const TypedStruct* find_struct(const std::vector<TypedStruct>& types, std::string_view name);
Result<FieldType> resolve(const std::vector<TypedStruct>& types, std::string_view type);

// EIP712Domain with the fields that are set.
TypedStruct domain_type(const TypedDomain& domain);

// "`to[1].name`", or "the message" for the empty path.
std::string quoted(const std::string& path);
Failure<> value_error(const std::string& path, std::string_view type);
Failure<> depth_error();

}  // namespace valetkey::eip712
