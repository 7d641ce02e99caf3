#include "evm/abi_json.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>

namespace valetkey {
namespace {

using simdjson::dom::element;

constexpr std::size_t kMaxDepth = 16;

Failure<> entry_error(std::string_view what) {
  return fail("abi_json", fmt::format("an entry of the ABI has {}", what),
              "give the JSON array that the compiler or the block explorer writes");
}

// The text under a key; empty where there is none.
std::string_view text_at(const element& entry, std::string_view key) {
  std::string_view text;
  return entry[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool true_at(const element& entry, std::string_view key) {
  bool value = false;
  return entry[key].get(value) == simdjson::SUCCESS && value;
}

Result<std::vector<AbiType>> read_types(const element& entry, std::string_view key, std::size_t depth);

Result<AbiType> read_tuple(const element& entry, std::string_view suffixes, std::size_t depth) {
  VALETKEY_TRY(components, read_types(entry, "components", depth + 1));
  if (components.empty()) return entry_error("a tuple without components");
  AbiType tuple;
  tuple.kind = AbiKind::tuple;
  tuple.components = std::move(components);
  return add_array_suffixes(std::move(tuple), suffixes);
}

Result<AbiType> read_type(const element& entry, std::size_t depth) {
  constexpr std::string_view kTuple = "tuple";
  const std::string_view text = text_at(entry, "type");
  auto type = text.starts_with(kTuple) ? read_tuple(entry, text.substr(kTuple.size()), depth) : parse_abi_type(text);
  if (!type) return type;
  type->name = text_at(entry, "name");
  type->indexed = true_at(entry, "indexed");
  return type;
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  };
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// A missing list is an empty one, as old compilers write it.
Result<std::vector<AbiType>> read_types(const element& entry, std::string_view key, std::size_t depth) {
  if (depth > kMaxDepth) {
    return fail("abi_depth", fmt::format("the ABI nests types over {} levels deep", kMaxDepth));
  }
  std::vector<AbiType> types;
  simdjson::dom::array list;
  const auto error = entry[key].get(list);
  if (error == simdjson::NO_SUCH_FIELD) return types;
  if (error != simdjson::SUCCESS) return entry_error(fmt::format("`{}` that is no list", key));
  types.reserve(list.size());
  for (const element item : list) {
    VALETKEY_TRY(type, read_type(item, depth));
    types.push_back(std::move(type));
  }
  return types;
}

StateMutability read_mutability(const element& entry) {
  const std::string_view text = text_at(entry, "stateMutability");
  if (text == "pure") return StateMutability::pure;
  // `constant` and `payable` are how compilers before 0.5 say it.
  if (text == "view" || true_at(entry, "constant")) return StateMutability::view;
  if (text == "payable" || true_at(entry, "payable")) return StateMutability::payable;
  return StateMutability::nonpayable;
}

Result<void> read_entry(const element& entry, Abi& abi) {
  if (!entry.is_object()) return entry_error("no members");
  const std::string_view kind = text_at(entry, "type");
  if (kind == "constructor" || kind == "fallback" || kind == "receive") return {};
  if (kind != "function" && kind != "error" && kind != "event") return entry_error(fmt::format("the type `{}`", kind));
  std::string name(text_at(entry, "name"));
  if (!is_identifier(name)) return entry_error(name.empty() ? "no name" : fmt::format("the name `{}`", name));
  VALETKEY_TRY(inputs, read_types(entry, "inputs", 0));
  if (kind == "function") {
    VALETKEY_TRY(outputs, read_types(entry, "outputs", 0));
    abi.functions.push_back({std::move(name), std::move(inputs), std::move(outputs), read_mutability(entry)});
  } else if (kind == "error") {
    abi.errors.push_back({std::move(name), std::move(inputs)});
  } else {
    abi.events.push_back({std::move(name), std::move(inputs), true_at(entry, "anonymous")});
  }
  return {};
}

}  // namespace

Result<Abi> parse_abi_json(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS) {
    return fail("json_syntax", fmt::format("the ABI is no JSON: {}", simdjson::error_message(error)));
  }
  if (root.is_object()) {
    element inner;
    if (root["abi"].get(inner) == simdjson::SUCCESS) root = inner;
  }
  simdjson::dom::array entries;
  if (root.get(entries) != simdjson::SUCCESS) {
    return fail("abi_json", "the ABI is no list of entries", "give the JSON array, or an object with it under `abi`");
  }
  Abi abi;
  for (const element entry : entries) {
    if (auto read = read_entry(entry, abi); !read) return Failure<>(std::move(read.error()));
  }
  return abi;
}

}  // namespace valetkey
