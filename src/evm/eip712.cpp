#include "evm/eip712.hpp"

#include <fmt/core.h>

#include <map>

#include "evm/abi_word.hpp"
#include "evm/eip712_types.hpp"
#include "evm/keccak.hpp"

namespace valetkey {
namespace eip712 {

const TypedStruct* find_struct(const std::vector<TypedStruct>& types, std::string_view name) {
  const auto found = std::ranges::find(types, name, &TypedStruct::name);
  return found == types.end() ? nullptr : &*found;
}

Result<FieldType> resolve(const std::vector<TypedStruct>& types, std::string_view type) {
  const auto unknown = [&] {
    return fail("typed_data_type", fmt::format("the type `{}` is not defined", type),
                "define it under `types`, or write elementary types in full, as uint256");
  };
  FieldType result;
  if (type.ends_with(']')) {
    const std::size_t open = type.rfind('[');
    if (open == 0 || open == std::string_view::npos) return unknown();
    result.array_element = type.substr(0, open);
    const std::string_view digits = type.substr(open + 1, type.size() - open - 2);
    if (digits.empty()) return result;
    const auto length = parse_decimal(digits);
    if (!length || !length->fits_64()) return unknown();
    result.array_length = length->low_64();
    return result;
  }
  result.structure = find_struct(types, type);
  if (result.structure != nullptr) return result;
  auto elementary = parse_abi_type(type);
  // The text is hashed as it stands, so `uint` and spaces would make another type of it.
  if (!elementary || elementary->kind == AbiKind::tuple || canonical_text(*elementary) != type) return unknown();
  result.elementary = *std::move(elementary);
  return result;
}

TypedStruct domain_type(const TypedDomain& domain) {
  TypedStruct type{"EIP712Domain", {}};
  if (domain.name) type.fields.push_back({"name", "string"});
  if (domain.version) type.fields.push_back({"version", "string"});
  if (domain.chain_id) type.fields.push_back({"chainId", "uint256"});
  if (domain.verifying_contract) type.fields.push_back({"verifyingContract", "address"});
  if (domain.salt) type.fields.push_back({"salt", "bytes32"});
  return type;
}

std::string quoted(const std::string& path) {
  return path.empty() ? "the message" : '`' + path + '`';
}

Failure<> value_error(const std::string& path, std::string_view type) {
  return fail("typed_data_value", fmt::format("{} is no value of {}", quoted(path), type));
}

Failure<> depth_error() {
  return fail("typed_data_depth", fmt::format("the message nests over {} levels deep", kMaxDepth));
}

}  // namespace eip712

namespace {

using eip712::FieldType;

void append_own_text(std::string& to, const TypedStruct& type) {
  to += type.name;
  to += '(';
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (i > 0) to += ',';
    to += type.fields[i].type + ' ' + type.fields[i].name;
  }
  to += ')';
}

// Adds the structs that `type` uses, itself included.
Result<void> collect(const std::vector<TypedStruct>& types, std::string_view type,
                     std::map<std::string_view, const TypedStruct*>& found) {
  std::vector<std::string_view> open = {type};
  while (!open.empty()) {
    const std::string_view next = open.back();
    open.pop_back();
    VALETKEY_TRY(resolved, eip712::resolve(types, next));
    if (!resolved.array_element.empty()) {
      open.push_back(resolved.array_element);
    } else if (resolved.structure != nullptr && found.emplace(resolved.structure->name, resolved.structure).second) {
      for (const TypedField& field : resolved.structure->fields) open.push_back(field.type);
    }
  }
  return {};
}

// Hashes values; the hash of each struct's type is computed once.
class Hasher {
 public:
  explicit Hasher(const std::vector<TypedStruct>& types) : types_(types) {}

  Result<Hash> hash_struct(const TypedStruct& type, const Value& value, const std::string& path, std::size_t depth) {
    if (depth > eip712::kMaxDepth) return eip712::depth_error();
    const Value::List* const members = value.list();
    if (members == nullptr || members->size() != type.fields.size()) return eip712::value_error(path, type.name);
    VALETKEY_TRY(type_hash, hash_type(type));
    Keccak256 hasher;
    hasher.update(type_hash.view());
    for (std::size_t i = 0; i < members->size(); ++i) {
      const TypedField& field = type.fields[i];
      VALETKEY_TRY(word, encode(field.type, (*members)[i], member_path(path, field.name, i), depth + 1));
      hasher.update(word);
    }
    return hasher.finish();
  }

 private:
  Result<Hash> hash_type(const TypedStruct& type) {
    if (const auto known = type_hashes_.find(type.name); known != type_hashes_.end()) return known->second;
    VALETKEY_TRY(text, encode_type_text(types_, type.name));
    return type_hashes_[type.name] = keccak256(as_bytes(text));
  }

  // encodeData of one value: its word, or the hash that stands for it.
  Result<Word> encode(std::string_view type, const Value& value, const std::string& path, std::size_t depth) {
    if (depth > eip712::kMaxDepth) return eip712::depth_error();
    VALETKEY_TRY(resolved, eip712::resolve(types_, type));
    if (resolved.structure != nullptr) {
      VALETKEY_TRY(hash, hash_struct(*resolved.structure, value, path, depth));
      return to_word(hash);
    }
    if (!resolved.array_element.empty()) return encode_array(resolved, type, value, path, depth);
    if (!is_one_word(resolved.elementary)) {
      if (value.bytes() == nullptr) return eip712::value_error(path, type);
      return to_word(keccak256(*value.bytes()));
    }
    if (value.word() == nullptr || !is_clean(resolved.elementary, *value.word())) {
      return eip712::value_error(path, type);
    }
    return *value.word();
  }

  Result<Word> encode_array(const FieldType& array, std::string_view type, const Value& value, const std::string& path,
                            std::size_t depth) {
    if (value.list() == nullptr || value.list()->size() != array.array_length.value_or(value.list()->size())) {
      return eip712::value_error(path, type);
    }
    Keccak256 hasher;
    for (std::size_t i = 0; i < value.list()->size(); ++i) {
      VALETKEY_TRY(word, encode(array.array_element, (*value.list())[i], element_path(path, i), depth + 1));
      hasher.update(word);
    }
    return to_word(hasher.finish());
  }

  const std::vector<TypedStruct>& types_;
  std::map<std::string_view, Hash> type_hashes_;
};

}  // namespace

Hash hash_typed_data(const Hash& domain_separator, const Hash& struct_hash) {
  Keccak256 hasher;
  hasher.update(std::array<std::uint8_t, 2>{0x19, 0x01});
  hasher.update(domain_separator.view());
  hasher.update(struct_hash.view());
  return hasher.finish();
}

Hash domain_separator(const TypedDomain& domain) {
  std::string type_text;
  append_own_text(type_text, eip712::domain_type(domain));
  Keccak256 hasher;
  hasher.update(keccak256(as_bytes(type_text)).view());
  if (domain.name) hasher.update(keccak256(as_bytes(*domain.name)).view());
  if (domain.version) hasher.update(keccak256(as_bytes(*domain.version)).view());
  if (domain.chain_id) hasher.update(*domain.chain_id);
  if (domain.verifying_contract) hasher.update(to_word(*domain.verifying_contract));
  if (domain.salt) hasher.update(domain.salt->view());
  return hasher.finish();
}

Result<std::string> encode_type_text(const std::vector<TypedStruct>& types, std::string_view type) {
  const TypedStruct* const primary = eip712::find_struct(types, type);
  if (primary == nullptr) {
    return fail("typed_data_type", fmt::format("the type `{}` is not defined", type), "define it under `types`");
  }
  std::map<std::string_view, const TypedStruct*> used;
  if (auto collected = collect(types, type, used); !collected) return Failure<>(std::move(collected.error()));
  std::string text;
  append_own_text(text, *primary);
  for (const auto& [name, other] : used) {
    if (other != primary) append_own_text(text, *other);
  }
  return text;
}

Result<Hash> hash_struct(const std::vector<TypedStruct>& types, std::string_view type, const Value& value) {
  const TypedStruct* const primary = eip712::find_struct(types, type);
  if (primary == nullptr) {
    return fail("typed_data_type", fmt::format("the type `{}` is not defined", type), "define it under `types`");
  }
  return Hasher(types).hash_struct(*primary, value, "", 0);
}

Result<Hash> typed_data_digest(const TypedData& data) {
  VALETKEY_TRY(message_hash, hash_struct(data.types, data.primary_type, data.message));
  return hash_typed_data(domain_separator(data.domain), message_hash);
}

}  // namespace valetkey
