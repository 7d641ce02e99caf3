#include "evm/abi_json.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>

namespace valetkey {
namespace {

using simdjson::dom::element;
namespace ondemand = simdjson::ondemand;

constexpr std::size_t kMaxDepth = 16;
constexpr std::string_view kTuple = "tuple";

Failure<> syntax_error(simdjson::error_code error) {
  return fail("json_syntax", fmt::format("the ABI is no JSON: {}", simdjson::error_message(error)));
}

Failure<> no_list_error() {
  return fail("abi_json", "the ABI is no list of entries", "give the JSON array, or an object with it under `abi`");
}

Failure<> depth_error() {
  return fail("abi_depth", fmt::format("the ABI nests types over {} levels deep", kMaxDepth));
}

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
  if (depth > kMaxDepth) return depth_error();
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

bool is_unnamed_kind(std::string_view kind) {
  return kind == "constructor" || kind == "fallback" || kind == "receive";
}

bool is_named_kind(std::string_view kind) {
  return kind == "function" || kind == "error" || kind == "event";
}

Failure<> kind_error(std::string_view kind) {
  return entry_error(fmt::format("the type `{}`", kind));
}

Failure<> name_error(std::string_view name) {
  return entry_error(name.empty() ? "no name" : fmt::format("the name `{}`", name));
}

Result<void> read_entry(const element& entry, Abi& abi) {
  if (!entry.is_object()) return entry_error("no members");
  const std::string_view kind = text_at(entry, "type");
  if (is_unnamed_kind(kind)) return {};
  if (!is_named_kind(kind)) return kind_error(kind);
  std::string name(text_at(entry, "name"));
  if (!is_identifier(name)) return name_error(name);
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

// Signatures straight from the text, without a tree of types.
class SignatureReader {
 public:
  Result<std::vector<FunctionSelector>> read(ondemand::array& entries) {
    for (auto item : entries) {
      ondemand::object entry;
      if (const auto error = item.get(entry); error == simdjson::INCORRECT_TYPE) {
        return entry_error("no members");
      } else if (error != simdjson::SUCCESS) {
        return syntax_error(error);
      }
      if (auto read = read_entry(entry); !read) return Failure<>(std::move(read.error()));
    }
    return std::move(found_);
  }

 private:
  // What is read of an entry, next to types_.
  struct Heading {
    std::string_view kind;
    std::string_view name;
  };

  // The members in the order of the text: looking them up by name would go over the lists of types again and again.
  Result<void> read_entry(ondemand::object& entry) {
    Heading heading;
    types_ = "()";
    for (auto member : entry) {
      if (member.error() != simdjson::SUCCESS) return syntax_error(member.error());
      ondemand::field&& field = std::move(member).value_unsafe();  // a copy of it is slow
      if (auto read = read_member(field.key(), field.value(), heading); !read) return read;
    }
    if (is_unnamed_kind(heading.kind)) return {};
    if (!is_named_kind(heading.kind)) return kind_error(heading.kind);
    if (!is_identifier(heading.name)) return name_error(heading.name);
    if (heading.kind != "function") return {};
    std::string signature;
    signature.reserve(heading.name.size() + types_.size());
    signature.append(heading.name).append(types_);
    const Selector selector = selector_of_text(signature);
    found_.push_back({std::move(signature), selector});
    return {};
  }

  Result<void> read_member(const ondemand::raw_json_string& key, ondemand::value& value, Heading& heading) {
    if (key == "type") return read_text(value, heading.kind);
    if (key == "name") return read_text(value, heading.name);
    if (key != "inputs") return {};
    types_.clear();
    return append_types(value, 0);
  }

  // `(address,uint256)`
  Result<void> append_types(ondemand::value& value, std::size_t depth) {
    if (depth > kMaxDepth) return depth_error();
    ondemand::array list;
    if (const auto error = value.get(list); error == simdjson::INCORRECT_TYPE) {
      return entry_error("types that are no list");
    } else if (error != simdjson::SUCCESS) {
      return syntax_error(error);
    }
    types_ += '(';
    for (auto item : list) {
      ondemand::object argument;
      if (const auto error = item.get(argument); error == simdjson::INCORRECT_TYPE) {
        return entry_error("a type that is no object");
      } else if (error != simdjson::SUCCESS) {
        return syntax_error(error);
      }
      if (types_.back() != '(') types_ += ',';
      if (auto appended = append_type(argument, depth); !appended) return appended;
    }
    types_ += ')';
    return {};
  }

  Result<void> append_type(ondemand::object& argument, std::size_t depth) {
    ondemand::value value;
    std::string_view text;
    if (const auto error = argument["type"].get(value); error == simdjson::SUCCESS) {
      if (auto read = read_text(value, text); !read) return read;
    } else if (error != simdjson::NO_SUCH_FIELD) {
      return syntax_error(error);
    }
    if (!text.starts_with(kTuple)) return append_canonical(types_, text);
    const auto error = argument["components"].get(value);
    if (error == simdjson::NO_SUCH_FIELD) return entry_error("a tuple without components");
    if (error != simdjson::SUCCESS) return syntax_error(error);
    const std::size_t begin = types_.size();
    if (auto appended = append_types(value, depth + 1); !appended) return appended;
    if (types_.size() == begin + 2) return entry_error("a tuple without components");
    const std::string_view suffixes = text.substr(kTuple.size());
    if (suffixes.empty()) return {};
    if (auto checked = add_array_suffixes({}, suffixes); !checked) return Failure<>(std::move(checked.error()));
    types_ += suffixes;
    return {};
  }

  // As text_at: what is no text leaves `text` as it is.
  static Result<void> read_text(ondemand::value& value, std::string_view& text) {
    const auto error = value.get(text);
    if (error != simdjson::SUCCESS && error != simdjson::INCORRECT_TYPE) return syntax_error(error);
    return {};
  }

  std::vector<FunctionSelector> found_;
  std::string types_;  // of the entry that is read
};

}  // namespace

Result<std::vector<FunctionSelector>> parse_abi_json_selectors(std::string_view json) {
  const simdjson::padded_string text(json);
  ondemand::parser parser;
  ondemand::document document;
  if (const auto error = parser.iterate(text).get(document); error != simdjson::SUCCESS) return syntax_error(error);
  ondemand::array entries;
  auto error = document.get(entries);
  if (error == simdjson::INCORRECT_TYPE) error = document["abi"].get(entries);
  if (error == simdjson::INCORRECT_TYPE || error == simdjson::NO_SUCH_FIELD) return no_list_error();
  if (error != simdjson::SUCCESS) return syntax_error(error);
  return SignatureReader().read(entries);
}

Result<Abi> parse_abi_json(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS) {
    return syntax_error(error);
  }
  if (root.is_object()) {
    element inner;
    if (root["abi"].get(inner) == simdjson::SUCCESS) root = inner;
  }
  simdjson::dom::array entries;
  if (root.get(entries) != simdjson::SUCCESS) return no_list_error();
  Abi abi;
  for (const element entry : entries) {
    if (auto read = read_entry(entry, abi); !read) return Failure<>(std::move(read.error()));
  }
  return abi;
}

}  // namespace valetkey
