#include "session_file/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <sstream>

#include "session_file/text.hpp"

namespace valetkey::session_file {

namespace {

constexpr std::size_t kMostBytes = 1'000'000;
constexpr std::size_t kMostNesting = 16;

// The code point at the beginning of the text and its size in bytes; nothing where that is no UTF-8.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;
};
std::optional<CodePoint> read_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return CodePoint{first, 1};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return std::nullopt;
  std::uint32_t value = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return std::nullopt;
  return CodePoint{value, size};
}

// Characters that are not seen, or that change how the text around them looks.
bool is_hidden(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff0 && c <= 0xfffd) || c >= 0xe0000;
}

void check_characters(std::string_view text) {
  FilePosition where;
  while (!text.empty()) {
    const auto c = read_code_point(text);
    if (!c) fail_at(where, "text_encoding", "the file is not UTF-8 here", "save it as UTF-8");
    if (c->value == '\t') fail_at(where, "yaml_feature", "a tab", "indent and separate with spaces");
    const bool line_end = c->value == '\n' || text.starts_with("\r\n");
    if (!line_end && is_hidden(c->value)) {
      fail_at(where, "text_encoding", fmt::format("a character that can't be seen (U+{:04X})", c->value),
              "take it away");
    }
    text.remove_prefix(c->size);
    where = c->value == '\n' ? FilePosition{where.line + 1, 1} : FilePosition{where.line, where.column + 1};
  }
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, std::string_view flag) : text_(text), flag_(flag) {
    line_starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') line_starts_.push_back(i + 1);
    }
  }

  // yaml-cpp counts bytes, from 0.
  FilePosition position(const YAML::Mark& mark) const {
    if (mark.is_null()) return {};
    const std::size_t line = std::min(static_cast<std::size_t>(std::max(mark.line, 0)), line_starts_.size() - 1);
    const std::string_view before =
        text_.substr(line_starts_[line]).substr(0, static_cast<std::size_t>(std::max(mark.column, 0)));
    const auto characters =
        std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    return {static_cast<int>(line) + 1, static_cast<int>(characters) + 1};
  }

  std::string_view line_of(FilePosition where) const {
    const std::string_view rest = text_.substr(line_starts_[static_cast<std::size_t>(where.line) - 1]);
    return rest.substr(0, rest.find('\n'));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) fail_at(position(mark), "yaml_feature", "a second document begins", "write one session in one file");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (!open_.empty() && open_.back().node.is_map() && open_.back().key) {
      const Node& key = *open_.back().key;
      if (!flag_.empty() && key.text == flag_) {
        Node yes;
        yes.where = key.where;
        yes.text = "true";
        return add(std::move(yes));
      }
      fail_at(key.where, "empty_value", fmt::format("`{}` has no value", key.text),
              "write a value, or leave the key out");
    }
    if (open_.empty()) fail_at(FilePosition{}, "empty_value", "the file is empty", "begin with `valetkey: 1`");
    fail_at(position(mark), "empty_value", "an empty value", "write a value, or leave it out");
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail_at(position(mark), "yaml_feature", "an alias (`*`)",
            "write the value out; a text that begins with `*` needs quotes");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    refuse_anchor(mark, anchor);
    Node node;
    node.where = position(mark);
    node.text = value;
    check_scalar(node);
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

  std::optional<Node> take_root() { return std::move(root_); }

 private:
  // A list or map that is being read, and in a map the key that waits for its value.
  struct Open {
    Node node;
    std::optional<Node> key;
    std::set<std::string> keys{};
  };

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0)
      fail_at(position(mark), "yaml_feature", "an anchor (`&`)",
              "write values out where they are needed; a text that begins with `&` needs quotes");
  }

  // yaml-cpp gives plain texts the tag `?` and quoted ones `!`, which can also be written out.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    const auto place = static_cast<std::size_t>(std::max(mark.pos, 0));
    const bool written = place < text_.size() && text_[place] == '!';
    if (written || (!tag.empty() && tag != "?" && tag != "!")) {
      fail_at(position(mark), "yaml_feature", "a tag (`!`)",
              "write the value alone; a text that begins with `!` needs quotes");
    }
  }

  void check_scalar(const Node& node) const {
    if (node.text.empty()) fail_at(node, "empty_value", "an empty text", "write a value, or leave the key out");
    for (std::string_view rest = node.text; !rest.empty();) {
      const auto c = read_code_point(rest);
      if (!c || is_hidden(c->value)) {
        fail_at(node.where, "text_encoding", "the text has a line break or a character that can't be seen",
                "write it on one line, in plain characters");
      }
      rest.remove_prefix(c->size);
    }
    if (node.text.front() == ' ' || node.text.back() == ' ') {
      fail_at(node, "wrong_shape", fmt::format("`{}` begins or ends with a space", node.text), "take the space away");
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuse_tag(mark, tag);
    refuse_anchor(mark, anchor);
    const FilePosition where = position(mark);
    if (!open_.empty() && open_.back().node.is_map() && !open_.back().key) {
      fail_at(where, "yaml_feature", "a key that is a list or a map",
              "write a name in front of the `:`; a text with `${…}` inside `{ }` or `[ ]` needs quotes");
    }
    if (open_.size() >= kMostNesting)
      fail_at(where, "yaml_feature", fmt::format("more than {} levels of nesting", kMostNesting), "write it flatter");
    Node node;
    node.kind = kind;
    node.where = where;
    open_.push_back({std::move(node), std::nullopt});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (node.text == "<<") fail_at(node, "yaml_feature", "a merge key (`<<`)", "write the keys out");
      if (node.text.find("${") != std::string::npos)
        fail_at(node, "variable_syntax", fmt::format("`{}` is a key, and variables stand in values only", node.text),
                "write the key out");
      if (!parent.keys.insert(node.text).second)
        fail_at(node, "duplicate_key", fmt::format("`{}` is there twice", node.text), "keep one of them");
      parent.key = std::move(node);
    } else {
      parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  std::string_view text_;
  std::string_view flag_;
  std::vector<std::size_t> line_starts_;
  std::vector<Open> open_;
  std::optional<Node> root_;
};

bool is_variable_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(" _-./:@+").find(c) != std::string_view::npos;
}

class Substitution {
 public:
  explicit Substitution(const Variables& variables) : variables_(variables) {}

  void apply(Node& node) {
    if (node.is_scalar()) apply_to_text(node);
    for (Node& item : node.items) apply(item);
    for (auto& [key, value] : node.entries) apply(value);
  }

  void check_all_used() const {
    for (const auto& [name, variable] : variables_) {
      if (!used_.contains(name)) {
        fail_at(FilePosition{}, "variable_unused",
                fmt::format("the variable `{}` ({}) is nowhere in this file", name, variable.origin),
                fmt::format("write `${{{}}}` where it belongs, or don't set it", name));
      }
    }
  }

 private:
  void apply_to_text(Node& node) {
    const std::string source = std::move(node.text);
    node.text.clear();
    std::string_view rest = source;
    while (true) {
      const std::size_t begin = rest.find("${");
      node.text += rest.substr(0, begin);
      if (begin == rest.npos) return;
      rest.remove_prefix(begin + 2);
      const std::size_t size = rest.find('}');
      if (size == rest.npos)
        fail_at(node.where, "variable_syntax", fmt::format("`{}` has a `${{` without `}}`", source), "write `${name}`");
      const std::string_view name = rest.substr(0, size);
      rest.remove_prefix(size + 1);
      put(node, name);
    }
  }

  void put(Node& node, std::string_view name) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) {
      fail_at(node.where, "variable_unknown", fmt::format("the variable `{}` has no value", name),
              fmt::format("give it one: `--set {}=…`", name));
    }
    const Variable& variable = found->second;
    const std::string& value = variable.value;
    if (!node.variables.empty()) node.variables += ", ";
    node.variables += fmt::format("`${{{}}}` is `{}` from {}", name, value, variable.origin);
    if (value.empty() || value.front() == ' ' || value.back() == ' ' ||
        !std::ranges::all_of(value, is_variable_character)) {
      fail_at(node, "variable_value", fmt::format("the variable `{}` has a value that can't stand in a file", name),
              "use letters, digits, spaces inside and `_-./:@+` only");
    }
    used_.insert(found->first);
    node.text += value;
  }

  const Variables& variables_;
  std::set<std::string> used_;
};

}  // namespace

void fail_at(FilePosition where, std::string_view code, std::string message, std::string fix) {
  throw FileFailure{where, code, std::move(message), std::move(fix)};
}

void fail_at(const Node& node, std::string_view code, std::string message, std::string fix) {
  if (!node.variables.empty()) message += fmt::format(" ({})", node.variables);
  fail_at(node.where, code, std::move(message), std::move(fix));
}

void fail_at(const Node& node, Error error) {
  fail_at(node, error.code, std::move(error.message), std::move(error.fix));
}

Node parse_yaml(std::string_view text, std::string_view flag) {
  if (text.size() > kMostBytes)
    fail_at(FilePosition{}, "file_size", "the file is larger than 1 MB", "write one session in one file");
  check_characters(text);
  if (const std::size_t percent = text.starts_with('%') ? 0 : text.find("\n%"); percent != text.npos) {
    const auto line = static_cast<int>(std::ranges::count(text.substr(0, percent + 1), '\n')) + 1;
    fail_at(FilePosition{line, 1}, "yaml_feature", "a YAML directive (`%`)", "leave it out");
  }
  TreeBuilder builder(text, flag);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    const FilePosition where = builder.position(error.mark);
    const bool variable = builder.line_of(where).find("${") != std::string_view::npos;
    fail_at(where, "yaml_syntax", fmt::format("this is not YAML: {}", error.msg),
            variable ? "put `\"${…}\"` in quotes inside `{ }` and `[ ]`"
                     : "check indentation, brackets, commas and quotes here and on the line before");
  }
  auto root = builder.take_root();
  if (!root) fail_at(FilePosition{}, "empty_value", "the file is empty", "begin with `valetkey: 1`");
  return std::move(*root);
}

void substitute(Node& root, const Variables& variables) {
  Substitution substitution(variables);
  substitution.apply(root);
  substitution.check_all_used();
}

namespace {
std::string_view shape(const Node& node) {
  return node.is_scalar() ? "a single value" : node.is_list() ? "a list" : "a map";
}
const Node& expect(const Node& node, Node::Kind kind, std::string_view wanted, std::string_view what, std::string fix) {
  if (node.kind != kind)
    fail_at(node, "wrong_shape", fmt::format("{} is {} and has to be {}", what, shape(node), wanted), std::move(fix));
  return node;
}
}  // namespace

const Node& expect_scalar(const Node& node, std::string_view what, std::string fix) {
  return expect(node, Node::Kind::scalar, "a single value", what, std::move(fix));
}
const Node& expect_list(const Node& node, std::string_view what, std::string fix) {
  return expect(node, Node::Kind::list, "a list", what, std::move(fix));
}
const Node& expect_map(const Node& node, std::string_view what, std::string fix) {
  return expect(node, Node::Kind::map, "a map", what, std::move(fix));
}

void check_keys(const Node& map, std::span<const std::string_view> known, std::string_view what) {
  for (const auto& [key, value] : map.entries) {
    if (std::ranges::find(known, key.text) == known.end()) {
      fail_at(key, "unknown_key", fmt::format("`{}` is not known in {}", key.text, what), suggest(key.text, known));
    }
  }
}

const Node* find(const Node& map, std::string_view key) {
  const auto entry = std::ranges::find_if(map.entries, [&](const Entry& other) { return other.key.text == key; });
  return entry == map.entries.end() ? nullptr : &entry->value;
}

const Node& need(const Node& map, std::string_view key, std::string_view what, std::string fix) {
  const Node* node = find(map, key);
  if (node == nullptr) fail_at(map, "missing_key", fmt::format("{} has no `{}`", what, key), std::move(fix));
  return *node;
}

bool is_word(const Node& node, std::string_view word) {
  if (!node.is_scalar() || node.text != word) return false;
  if (!node.variables.empty())
    fail_at(node, "variable_word", fmt::format("`{}` gives something away and comes from a variable", word),
            "write the word into the file itself");
  return true;
}

}  // namespace valetkey::session_file
