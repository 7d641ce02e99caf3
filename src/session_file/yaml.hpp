// The part of YAML that session files use, as a tree that knows its places. What could be read in two ways is an error:
// tabs, anchors, aliases, tags, merge keys, directives, several documents, duplicate keys, empty values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "session_file/session_file.hpp"

namespace valetkey::session_file {

struct Entry;

struct Node {
  enum class Kind { scalar, list, map };
  Kind kind = Kind::scalar;
  FilePosition where;
  std::string text;            // scalar; quotes make no difference
  std::string variables;       // which variables are in the text, for error messages
  std::vector<Node> items;     // list
  std::vector<Entry> entries;  // map; keys are scalars, each once

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }
};

struct Entry {
  Node key;
  Node value;
};

// Thrown inside this folder only: read_session_file and build_session make it an Error.
struct FileFailure {
  FilePosition where;
  std::string_view code;
  std::string message;
  std::string fix;
};

[[noreturn]] void fail_at(FilePosition where, std::string_view code, std::string message, std::string fix = {});
// Also says which variables the text of the node is from.
[[noreturn]] void fail_at(const Node& node, std::string_view code, std::string message, std::string fix = {});
[[noreturn]] void fail_at(const Node& node, Error error);

// The value of a result, or its error at the node.
template <class T>
T value_at(const Node& node, Result<T> result) {
  if (!result) fail_at(node, std::move(result.error()));
  return std::move(*result);
}

// The key `flag` may stand without a value, which is then `true`.
// Throws FileFailure: file_size, text_encoding, yaml_syntax, yaml_feature, duplicate_key, empty_value.
Node parse_yaml(std::string_view text, std::string_view flag = {});

// Puts the variables into all scalar values (not into keys). Throws FileFailure: variable_syntax, variable_unknown,
// variable_value, variable_unused.
void substitute(Node& root, const Variables& variables);

// What a node has to be; `what` names it: "`limits`". Throws FileFailure: wrong_shape, unknown_key, missing_key.
const Node& expect_scalar(const Node& node, std::string_view what, std::string fix);
const Node& expect_list(const Node& node, std::string_view what, std::string fix);
const Node& expect_map(const Node& node, std::string_view what, std::string fix);
void check_keys(const Node& map, std::span<const std::string_view> known, std::string_view what);
const Node* find(const Node& map, std::string_view key);
const Node& need(const Node& map, std::string_view key, std::string_view what, std::string fix);

// Whether the text is this word. Throws where a variable says it: words that give something away stand in the file.
bool is_word(const Node& node, std::string_view word);

}  // namespace valetkey::session_file
