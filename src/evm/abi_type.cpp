#include "evm/abi_type.hpp"

#include <fmt/core.h>

#include <optional>

#include "evm/keccak.hpp"

namespace valetkey {
namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxStaticWords = 1024;
constexpr std::size_t kMaxListSize = 256;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// A number without leading zeros, at most 9 digits.
std::optional<std::uint32_t> parse_small(std::string_view digits) {
  if (digits.empty() || digits.size() > 9 || digits[0] == '0') return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value;
}

// A type without components.
struct Elementary {
  AbiKind kind;
  std::uint16_t size = 0;
};

std::optional<Elementary> elementary_type(std::string_view text) {
  const auto make = [](AbiKind kind, std::uint32_t size) { return Elementary{kind, static_cast<std::uint16_t>(size)}; };
  if (text == "address") return make(AbiKind::address, 0);
  if (text == "bool") return make(AbiKind::bool_, 0);
  if (text == "string") return make(AbiKind::string, 0);
  if (text == "bytes") return make(AbiKind::bytes, 0);
  if (text == "uint") return make(AbiKind::uint_, 256);
  if (text == "int") return make(AbiKind::int_, 256);
  if (text.starts_with("bytes")) {
    const auto size = parse_small(text.substr(5));
    return size && *size <= 32 ? std::optional(make(AbiKind::fixed_bytes, *size)) : std::nullopt;
  }
  const bool is_int = text.starts_with("int");
  if (!is_int && !text.starts_with("uint")) return std::nullopt;
  const auto bits = parse_small(text.substr(is_int ? 3 : 4));
  if (!bits || *bits > 256 || *bits % 8 != 0) return std::nullopt;
  return make(is_int ? AbiKind::int_ : AbiKind::uint_, *bits);
}

// Reads one declaration from left to right.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool at_end() {
    skip_spaces();
    return position_ == text_.size();
  }

  bool take(char c) {
    skip_spaces();
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  bool take_word(std::string_view word) {
    const std::size_t before = position_;
    if (this->word() == word) return true;
    position_ = before;
    return false;
  }

  // Letters, digits, `_` and `$`; empty where there are none.
  std::string_view word() {
    skip_spaces();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_word_character(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  }

  Result<std::string> name() {
    const std::string_view text = word();
    if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return syntax_error("a name");
    return std::string(text);
  }

  Result<AbiType> type(std::size_t depth) {
    if (depth > kMaxDepth) {
      return fail("abi_depth", fmt::format("`{}` nests types over {} levels deep", text_, kMaxDepth));
    }
    AbiType result;
    const std::size_t before = position_;
    const std::string_view base = word();
    if (base.empty() || base == "tuple") {
      VALETKEY_TRY(components, list(depth + 1));
      if (components.empty()) return syntax_error("at least one type in a tuple");
      result.kind = AbiKind::tuple;
      result.components = std::move(components);
      if (result.head_words() > kMaxStaticWords) return size_error();
    } else if (const auto elementary = elementary_type(base)) {
      result.kind = elementary->kind;
      result.size = elementary->size;
    } else {
      position_ = before;
      return fail(
          "abi_type", fmt::format("`{}` is no ABI type, in `{}`", base, text_),
          "use uint8 to uint256, int8 to int256, address, bool, bytes1 to bytes32, bytes, string, tuples and arrays");
    }
    return array_suffixes(std::move(result), depth);
  }

  Result<AbiType> array_suffixes(AbiType element, std::size_t depth) {
    for (; take('['); ++depth) {
      if (depth > kMaxDepth) {
        return fail("abi_depth", fmt::format("`{}` nests types over {} levels deep", text_, kMaxDepth));
      }
      AbiType array;
      array.kind = AbiKind::array;
      if (const std::string_view digits = word(); !digits.empty()) {
        const auto length = parse_small(digits);
        if (!length) return syntax_error("an array's length, 1 or more");
        if (*length > kMaxStaticWords || *length * element.head_words() > kMaxStaticWords) return size_error();
        array.kind = AbiKind::fixed_array;
        array.length = *length;
      }
      if (!take(']')) return syntax_error("`]`");
      array.components.push_back(std::move(element));
      element = std::move(array);
    }
    return element;
  }

  // `(address to, uint256)`, with names, data locations and `indexed`.
  Result<std::vector<AbiType>> list(std::size_t depth) {
    if (!take('(')) return syntax_error("`(`");
    std::vector<AbiType> types;
    if (take(')')) return types;
    do {
      VALETKEY_TRY(member, type(depth));
      for (std::string_view text = word(); !text.empty(); text = word()) {
        if (text == "memory" || text == "calldata" || text == "storage" || text == "payable") continue;
        if (text == "indexed") {
          member.indexed = true;
        } else if (member.name.empty()) {
          member.name = std::string(text);
        } else {
          return syntax_error("`,` or `)`");
        }
      }
      types.push_back(std::move(member));
      if (types.size() > kMaxListSize) return size_error();
    } while (take(','));
    if (!take(')')) return syntax_error("`,` or `)`");
    return types;
  }

  Failure<> syntax_error(std::string_view wanted) const {
    return fail("abi_syntax",
                fmt::format("`{}` is no declaration: character {} should be {}", text_, position_ + 1, wanted),
                "write it as `function transfer(address to, uint256 value)`");
  }

 private:
  void skip_spaces() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t')) ++position_;
  }

  Failure<> size_error() const {
    return fail(
        "abi_size", fmt::format("`{}` is too large", text_),
        fmt::format("a static type has at most {} words, a list at most {} members", kMaxStaticWords, kMaxListSize));
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

void append_text(std::string& to, const AbiType& type);

void append_text(std::string& to, const std::vector<AbiType>& types) {
  to += '(';
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) to += ',';
    append_text(to, types[i]);
  }
  to += ')';
}

void append_text(std::string& to, const AbiType& type) {
  switch (type.kind) {
    case AbiKind::uint_:
      to += "uint" + std::to_string(type.size);
      break;
    case AbiKind::int_:
      to += "int" + std::to_string(type.size);
      break;
    case AbiKind::address:
      to += "address";
      break;
    case AbiKind::bool_:
      to += "bool";
      break;
    case AbiKind::fixed_bytes:
      to += "bytes" + std::to_string(type.size);
      break;
    case AbiKind::bytes:
      to += "bytes";
      break;
    case AbiKind::string:
      to += "string";
      break;
    case AbiKind::array:
      append_text(to, type.components[0]);
      to += "[]";
      break;
    case AbiKind::fixed_array:
      append_text(to, type.components[0]);
      to += '[' + std::to_string(type.length) + ']';
      break;
    case AbiKind::tuple:
      append_text(to, type.components);
      break;
  }
}

void append_head(std::vector<HeadWord>& words, const AbiType& type, const std::string& path) {
  if (!type.is_dynamic() && type.kind == AbiKind::tuple) {
    for (std::size_t i = 0; i < type.components.size(); ++i) {
      append_head(words, type.components[i], member_path(path, type.components[i].name, i));
    }
  } else if (!type.is_dynamic() && type.kind == AbiKind::fixed_array) {
    for (std::size_t i = 0; i < type.length; ++i) append_head(words, type.components[0], element_path(path, i));
  } else {
    words.push_back({words.size(), type, path});
  }
}

}  // namespace

bool AbiType::is_dynamic() const {
  switch (kind) {
    case AbiKind::bytes:
    case AbiKind::string:
    case AbiKind::array:
      return true;
    case AbiKind::fixed_array:
      return components[0].is_dynamic();
    case AbiKind::tuple:
      return std::ranges::any_of(components, [](const AbiType& member) { return member.is_dynamic(); });
    default:
      return false;
  }
}

std::size_t AbiType::head_words() const {
  if (is_dynamic()) return 1;
  if (kind == AbiKind::fixed_array) return length * components[0].head_words();
  if (kind != AbiKind::tuple) return 1;
  std::size_t words = 0;
  for (const AbiType& member : components) words += member.head_words();
  return words;
}

Result<AbiType> parse_abi_type(std::string_view text) {
  if (const auto elementary = elementary_type(text)) {
    AbiType type;
    type.kind = elementary->kind;
    type.size = elementary->size;
    return type;
  }
  Parser parser(text);
  auto type = parser.type(0);
  if (type && !parser.at_end()) return parser.syntax_error("the end");
  return type;
}

Result<AbiType> add_array_suffixes(AbiType element, std::string_view suffixes) {
  Parser parser(suffixes);
  auto type = parser.array_suffixes(std::move(element), 0);
  if (type && !parser.at_end()) return parser.syntax_error("the end");
  return type;
}

Result<AbiFunction> parse_function(std::string_view text) {
  Parser parser(text);
  parser.take_word("function");
  AbiFunction function;
  VALETKEY_TRY(name, parser.name());
  VALETKEY_TRY(inputs, parser.list(0));
  function.name = std::move(name);
  function.inputs = std::move(inputs);
  for (std::string_view word = parser.word(); !word.empty(); word = parser.word()) {
    if (word == "pure") {
      function.mutability = StateMutability::pure;
    } else if (word == "view") {
      function.mutability = StateMutability::view;
    } else if (word == "payable") {
      function.mutability = StateMutability::payable;
    } else if (word == "returns") {
      VALETKEY_TRY(outputs, parser.list(0));
      function.outputs = std::move(outputs);
      break;
    } else if (word != "external" && word != "public" && word != "nonpayable" && word != "virtual" &&
               word != "override") {
      return parser.syntax_error("`external`, `payable`, `view`, `returns` or the end");
    }
  }
  parser.take(';');
  if (!parser.at_end()) return parser.syntax_error("the end");
  return function;
}

Result<AbiError> parse_error(std::string_view text) {
  Parser parser(text);
  parser.take_word("error");
  VALETKEY_TRY(name, parser.name());
  VALETKEY_TRY(inputs, parser.list(0));
  parser.take(';');
  if (!parser.at_end()) return parser.syntax_error("the end");
  return AbiError{std::move(name), std::move(inputs)};
}

Result<AbiEvent> parse_event(std::string_view text) {
  Parser parser(text);
  parser.take_word("event");
  VALETKEY_TRY(name, parser.name());
  VALETKEY_TRY(inputs, parser.list(0));
  const bool anonymous = parser.take_word("anonymous");
  parser.take(';');
  if (!parser.at_end()) return parser.syntax_error("the end");
  return AbiEvent{std::move(name), std::move(inputs), anonymous};
}

Result<Abi> parse_human_readable_abi(std::string_view text) {
  Abi abi;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    Parser parser(line);
    if (parser.at_end()) continue;
    const std::string_view word = parser.word();
    if (word == "function") {
      VALETKEY_TRY(function, parse_function(line));
      abi.functions.push_back(std::move(function));
    } else if (word == "error") {
      VALETKEY_TRY(error, parse_error(line));
      abi.errors.push_back(std::move(error));
    } else if (word == "event") {
      VALETKEY_TRY(event, parse_event(line));
      abi.events.push_back(std::move(event));
    } else {
      return fail("abi_syntax", fmt::format("`{}` is no declaration", line),
                  "begin each line with `function`, `error` or `event`");
    }
  }
  return abi;
}

Result<void> append_canonical(std::string& to, std::string_view type) {
  if (elementary_type(type)) {
    to += type;
    if (type == "uint" || type == "int") to += "256";
    return {};
  }
  VALETKEY_TRY(parsed, parse_abi_type(type));
  append_text(to, parsed);
  return {};
}

std::string canonical_text(const AbiType& type) {
  std::string text;
  append_text(text, type);
  return text;
}

std::string canonical_text(const std::vector<AbiType>& types) {
  std::string text;
  append_text(text, types);
  return text;
}

std::string signature_text(const AbiFunction& function) {
  return function.name + canonical_text(function.inputs);
}

std::string signature_text(const AbiError& error) {
  return error.name + canonical_text(error.inputs);
}

std::string signature_text(const AbiEvent& event) {
  return event.name + canonical_text(event.inputs);
}

Selector selector_of_text(std::string_view signature) {
  return read_fixed<Selector>(keccak256(as_bytes(signature)).view());
}

Selector selector(const AbiFunction& function) {
  return selector_of_text(signature_text(function));
}

Selector selector(const AbiError& error) {
  return selector_of_text(signature_text(error));
}

Hash topic0(const AbiEvent& event) {
  return keccak256(as_bytes(signature_text(event)));
}

std::vector<const AbiFunction*> find_functions(const Abi& abi, std::string_view name_or_signature) {
  std::string signature;
  if (name_or_signature.contains('(')) {
    const auto wanted = parse_function(name_or_signature);
    if (!wanted) return {};
    signature = signature_text(*wanted);
  }
  std::vector<const AbiFunction*> found;
  for (const AbiFunction& function : abi.functions) {
    const bool matches = signature.empty() ? function.name == name_or_signature : signature_text(function) == signature;
    if (matches) found.push_back(&function);
  }
  return found;
}

std::string member_path(std::string_view parent, std::string_view name, std::size_t index) {
  std::string path(parent);
  if (!path.empty()) path += '.';
  return path + (name.empty() ? std::to_string(index) : std::string(name));
}

std::string element_path(std::string_view parent, std::size_t index) {
  return std::string(parent) + '[' + std::to_string(index) + ']';
}

std::vector<HeadWord> head_layout(const std::vector<AbiType>& inputs) {
  std::vector<HeadWord> words;
  for (std::size_t i = 0; i < inputs.size(); ++i) append_head(words, inputs[i], member_path("", inputs[i].name, i));
  return words;
}

}  // namespace valetkey
