// EIP-712: typed structured data, its hashes and the JSON that wallets take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/types.hpp"
#include "evm/value.hpp"

namespace valetkey {

// The fields that are set are the fields of EIP712Domain, in this order.
struct TypedDomain {
  std::optional<std::string> name;
  std::optional<std::string> version;
  std::optional<Word> chain_id;
  std::optional<Address> verifying_contract;
  std::optional<Hash> salt;

  bool operator==(const TypedDomain&) const = default;
};

struct TypedField {
  std::string name;
  std::string type;  // as EIP-712 writes it: `uint256`, `Person[]`, `bytes32[2]`

  bool operator==(const TypedField&) const = default;
};

struct TypedStruct {
  std::string name;
  std::vector<TypedField> fields;

  bool operator==(const TypedStruct&) const = default;
};

struct TypedData {
  TypedDomain domain;
  std::vector<TypedStruct> types;  // without EIP712Domain
  std::string primary_type;
  Value message;  // a struct is a list of its fields' values in order, a string its UTF-8 bytes

  bool operator==(const TypedData&) const = default;
};

// keccak256(0x1901 || domain_separator || struct_hash).
Hash hash_typed_data(const Hash& domain_separator, const Hash& struct_hash);

Hash domain_separator(const TypedDomain& domain);

// `Mail(Person from,Person to)Person(string name,address wallet)`: the type, then those it uses, by name.
// Errors of this and the functions below: typed_data_type (a type that is not there or not known),
// typed_data_value (a value that is not of its field's shape or range, with its path), typed_data_depth.
Result<std::string> encode_type_text(const std::vector<TypedStruct>& types, std::string_view type);
Result<Hash> hash_struct(const std::vector<TypedStruct>& types, std::string_view type, const Value& value);
Result<Hash> typed_data_digest(const TypedData& data);

// Reads wallets' JSON. EIP712Domain may be left out of the types; where it is there it must name exactly the domain's
// fields. Numbers: JSON numbers up to 2^64, or text in decimal or 0x hex. Unknown or missing members are errors.
// Errors: json_syntax, typed_data_json, and those above.
Result<TypedData> parse_typed_data(std::string_view json);

// The one byte-exact form: no spaces; types (EIP712Domain first), primaryType, domain, message; members in the types'
// order; integers as decimal text (chainId as a number where it is below 2^53), addresses with checksum, bytes in lower
// case. Errors: as typed_data_digest.
Result<std::string> to_json(const TypedData& data);

}  // namespace valetkey
