#include <fmt/core.h>
#include <simdjson.h>

#include "evm/abi_word.hpp"
#include "evm/eip712.hpp"
#include "evm/eip712_types.hpp"

namespace valetkey {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::uint64_t kMaxJsonNumber = (1ull << 53) - 1;  // what every JSON reader keeps exactly

Failure<> json_error(std::string_view what) {
  return fail("typed_data_json", std::string(what), "give the object that eth_signTypedData_v4 takes");
}

// Reading. Text and whole numbers are both taken as the text of a number.
std::optional<std::string> scalar_text(const element& json) {
  switch (json.type()) {
    case simdjson::dom::element_type::STRING:
      return std::string(json.get_string().value_unsafe());
    case simdjson::dom::element_type::UINT64:
      return std::to_string(json.get_uint64().value_unsafe());
    case simdjson::dom::element_type::INT64:
      return std::to_string(json.get_int64().value_unsafe());
    case simdjson::dom::element_type::BOOL:
      return json.get_bool().value_unsafe() ? "true" : "false";
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  explicit Reader(const std::vector<TypedStruct>& types) : types_(types) {}

  Result<Value> structure(const TypedStruct& type, const element& json, const std::string& path, std::size_t depth) {
    object members;
    if (json.get(members) != simdjson::SUCCESS) return eip712::value_error(path, type.name);
    Value::List values;
    values.reserve(type.fields.size());
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      const TypedField& field = type.fields[i];
      const std::string member = member_path(path, field.name, i);
      element found;
      if (members[field.name].get(found) != simdjson::SUCCESS) {
        return fail("typed_data_value", fmt::format("`{}` is missing", member));
      }
      VALETKEY_TRY(value, read(field.type, found, member, depth + 1));
      values.push_back(std::move(value));
    }
    // Every field was found, so a larger object has unknown or repeated members.
    if (members.size() != type.fields.size()) {
      return fail("typed_data_value",
                  fmt::format("{} has members that {} does not have", eip712::quoted(path), type.name));
    }
    return Value(std::move(values));
  }

 private:
  Result<Value> read(std::string_view type, const element& json, const std::string& path, std::size_t depth) {
    if (depth > eip712::kMaxDepth) return eip712::depth_error();
    VALETKEY_TRY(resolved, eip712::resolve(types_, type));
    if (resolved.structure != nullptr) return structure(*resolved.structure, json, path, depth);
    if (!resolved.array_element.empty()) return array(resolved, type, json, path, depth);
    return elementary(resolved.elementary, json, path);
  }

  Result<Value> array(const eip712::FieldType& type, std::string_view text, const element& json,
                      const std::string& path, std::size_t depth) {
    simdjson::dom::array elements;
    if (json.get(elements) != simdjson::SUCCESS) return eip712::value_error(path, text);
    Value::List values;
    for (const element item : elements) {
      VALETKEY_TRY(value, read(type.array_element, item, element_path(path, values.size()), depth + 1));
      values.push_back(std::move(value));
    }
    if (values.size() != type.array_length.value_or(values.size())) return eip712::value_error(path, text);
    return Value(std::move(values));
  }

  static Result<Value> elementary(const AbiType& type, const element& json, const std::string& path) {
    const auto bad = [&] { return eip712::value_error(path, canonical_text(type)); };
    const auto text = scalar_text(json);
    const bool is_bool = json.is_bool();
    if (!text || is_bool != (type.kind == AbiKind::bool_)) return bad();
    if (type.kind == AbiKind::string) {
      if (!json.is_string()) return bad();
      return Value(std::string_view(*text));
    }
    if (type.kind == AbiKind::bytes) {
      auto bytes = parse_hex(*text);
      if (!bytes) return bad();
      return Value(*std::move(bytes));
    }
    auto word = parse_abi_word(type, *text);
    if (!word) return bad();
    return Value(*word);
  }

  const std::vector<TypedStruct>& types_;
};

Result<std::vector<TypedStruct>> read_types(const object& json) {
  std::vector<TypedStruct> types;
  for (const auto& [name, fields_json] : json) {
    simdjson::dom::array fields;
    if (fields_json.get(fields) != simdjson::SUCCESS) return json_error(fmt::format("the type `{}` is no list", name));
    TypedStruct type{std::string(name), {}};
    for (const element field : fields) {
      std::string_view field_name;
      std::string_view field_type;
      if (field["name"].get(field_name) != simdjson::SUCCESS || field["type"].get(field_type) != simdjson::SUCCESS) {
        return json_error(fmt::format("a field of the type `{}` has no name or no type", name));
      }
      if (std::ranges::find(type.fields, field_name, &TypedField::name) != type.fields.end()) {
        return json_error(fmt::format("the type `{}` has `{}` twice", name, field_name));
      }
      type.fields.push_back({std::string(field_name), std::string(field_type)});
    }
    if (eip712::find_struct(types, name) != nullptr)
      return json_error(fmt::format("the type `{}` is there twice", name));
    types.push_back(std::move(type));
  }
  return types;
}

Result<TypedDomain> read_domain(const object& json) {
  TypedDomain domain;
  for (const auto& [key, value] : json) {
    const auto text = scalar_text(value);
    const auto bad = [&] { return json_error(fmt::format("`domain.{}` is not as EIP-712 has it", key)); };
    if (!text || value.is_bool() || (key != "chainId" && !value.is_string())) return bad();
    if (key == "name" && !domain.name) {
      domain.name = *text;
    } else if (key == "version" && !domain.version) {
      domain.version = *text;
    } else if (key == "chainId" && !domain.chain_id) {
      const auto number = text->starts_with("0x") ? parse_quantity(*text) : parse_decimal(*text);
      if (!number) return bad();
      domain.chain_id = *number;
    } else if (key == "verifyingContract" && !domain.verifying_contract) {
      const auto address = parse_address(*text);
      if (!address) return bad();
      domain.verifying_contract = *address;
    } else if (key == "salt" && !domain.salt) {
      const auto salt = parse_fixed<Hash>(*text);
      if (!salt) return bad();
      domain.salt = *salt;
    } else {
      return bad();
    }
  }
  return domain;
}

// Writing.
void write_string(std::string& to, std::string_view text) {
  to += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        to += "\\\"";
        break;
      case '\\':
        to += "\\\\";
        break;
      case '\b':
        to += "\\b";
        break;
      case '\f':
        to += "\\f";
        break;
      case '\n':
        to += "\\n";
        break;
      case '\r':
        to += "\\r";
        break;
      case '\t':
        to += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          to += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          to += c;
        }
    }
  }
  to += '"';
}

void write_key(std::string& to, std::string_view key) {
  write_string(to, key);
  to += ':';
}

void write_type(std::string& to, const TypedStruct& type) {
  write_key(to, type.name);
  to += '[';
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    to += i == 0 ? "{" : ",{";
    write_key(to, "name");
    write_string(to, type.fields[i].name);
    to += ',';
    write_key(to, "type");
    write_string(to, type.fields[i].type);
    to += '}';
  }
  to += ']';
}

void write_domain(std::string& to, const TypedDomain& domain) {
  const auto begin_member = [&to](std::string_view key) {
    if (to.back() != '{') to += ',';
    write_key(to, key);
  };
  to += '{';
  if (domain.name) {
    begin_member("name");
    write_string(to, *domain.name);
  }
  if (domain.version) {
    begin_member("version");
    write_string(to, *domain.version);
  }
  if (domain.chain_id) {
    begin_member("chainId");
    const std::string number = to_decimal(*domain.chain_id);
    if (*domain.chain_id <= kMaxJsonNumber) {
      to += number;
    } else {
      write_string(to, number);
    }
  }
  if (domain.verifying_contract) {
    begin_member("verifyingContract");
    write_string(to, to_checksum(*domain.verifying_contract));
  }
  if (domain.salt) {
    begin_member("salt");
    write_string(to, to_hex(*domain.salt));
  }
  to += '}';
}

// Writes a value whose shape and ranges hash_struct has checked.
Result<void> write_value(std::string& to, const std::vector<TypedStruct>& types, std::string_view type,
                         const Value& value, const std::string& path) {
  VALETKEY_TRY(resolved, eip712::resolve(types, type));
  const bool is_struct = resolved.structure != nullptr;
  if (is_struct || !resolved.array_element.empty()) {
    const Value::List& members = *value.list();
    to += is_struct ? '{' : '[';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) to += ',';
      std::string_view member_type = resolved.array_element;
      std::string member = element_path(path, i);
      if (is_struct) {
        const TypedField& field = resolved.structure->fields[i];
        write_key(to, field.name);
        member_type = field.type;
        member = member_path(path, field.name, i);
      }
      if (auto written = write_value(to, types, member_type, members[i], member); !written) return written;
    }
    to += is_struct ? '}' : ']';
    return {};
  }
  const AbiType& elementary = resolved.elementary;
  if (elementary.kind == AbiKind::string) {
    const std::string_view text = as_text(*value.bytes());
    if (!simdjson::validate_utf8(text.data(), text.size())) return eip712::value_error(path, "UTF-8 text");
    write_string(to, text);
  } else if (elementary.kind == AbiKind::bytes) {
    write_string(to, to_hex(*value.bytes()));
  } else if (elementary.kind == AbiKind::bool_) {
    to += to_text(elementary, *value.word());
  } else {
    write_string(to, to_text(elementary, *value.word()));
  }
  return {};
}

}  // namespace

Result<TypedData> parse_typed_data(std::string_view json) {
  simdjson::dom::parser parser;
  object root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS) {
    return fail("json_syntax", fmt::format("the typed data is no JSON object: {}", simdjson::error_message(error)));
  }
  object types_json;
  object domain_json;
  std::string_view primary_type;
  element message_json;
  if (root["types"].get(types_json) != simdjson::SUCCESS || root["domain"].get(domain_json) != simdjson::SUCCESS ||
      root["primaryType"].get(primary_type) != simdjson::SUCCESS ||
      root["message"].get(message_json) != simdjson::SUCCESS || root.size() != 4) {
    return json_error("typed data has the members `types`, `domain`, `primaryType` and `message`, each once");
  }
  TypedData data;
  VALETKEY_TRY(types, read_types(types_json));
  VALETKEY_TRY(domain, read_domain(domain_json));
  data.domain = std::move(domain);
  if (const TypedStruct* const domain_type = eip712::find_struct(types, "EIP712Domain")) {
    if (*domain_type != eip712::domain_type(data.domain)) {
      return json_error("`types.EIP712Domain` does not list exactly the members of `domain`");
    }
    std::erase_if(types, [](const TypedStruct& type) { return type.name == "EIP712Domain"; });
  }
  data.types = std::move(types);
  data.primary_type = std::string(primary_type);
  const TypedStruct* const primary = eip712::find_struct(data.types, primary_type);
  if (primary == nullptr) return json_error(fmt::format("the primary type `{}` is not defined", primary_type));
  VALETKEY_TRY(message, Reader(data.types).structure(*primary, message_json, "", 0));
  data.message = std::move(message);
  return data;
}

Result<std::string> to_json(const TypedData& data) {
  if (auto checked = typed_data_digest(data); !checked) return Failure<>(std::move(checked.error()));
  std::string json = "{\"types\":{";
  write_type(json, eip712::domain_type(data.domain));
  for (const TypedStruct& type : data.types) {
    json += ',';
    write_type(json, type);
  }
  json += "},\"primaryType\":";
  write_string(json, data.primary_type);
  json += ",\"domain\":";
  write_domain(json, data.domain);
  json += ",\"message\":";
  if (auto written = write_value(json, data.types, data.primary_type, data.message, ""); !written) {
    return Failure<>(std::move(written.error()));
  }
  json += '}';
  return json;
}

}  // namespace valetkey
