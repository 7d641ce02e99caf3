#include "session_file/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "evm/abi_leaves.hpp"
#include "session_file/text.hpp"

namespace valetkey::session_file {

namespace {

PathStep length_step() {
  PathStep step;
  step.kind = StepKind::length;
  return step;
}

// A way through the types, one part of a name at a time.
class Walk {
 public:
  explicit Walk(const AbiType& arguments) : type_(&arguments) {}

  const AbiType& type() const { return *type_; }

  void member(std::size_t index) {
    follow();
    for (std::size_t i = 0; i < index; ++i) word_ += type_->components[i].head_words();
    go_to(type_->components[index], false);
  }
  void fixed_element(std::size_t index) {
    follow();
    word_ += index * type_->components[0].head_words();
    go_to(type_->components[0], false);
  }
  void array_member(StepKind kind, std::uint8_t index) {
    follow();
    const AbiType& element = type_->components[0];
    PathStep step;
    step.kind = kind;
    step.index = index;
    step.element_words = element.is_dynamic() ? std::uint8_t{0} : static_cast<std::uint8_t>(element.head_words());
    steps_.push_back(step);
    word_ = 0;
    go_to(element, element.is_dynamic());
    every_ |= kind == StepKind::every_member;
    some_ |= kind == StepKind::some_member;
  }
  Argument length(std::string path) {
    follow();
    Argument argument = finish(std::move(path));
    argument.type = AbiType{};
    argument.type.size = 256;
    argument.steps.push_back(length_step());
    return argument;
  }
  Argument end(std::string path) {
    Argument argument;
    argument.type = *type_;
    if (argument.is_bytes()) {
      follow();
    } else if (argument.is_word()) {
      push_word();
    } else {
      steps_.clear();
    }
    return finish(std::move(path));
  }

  bool every() const { return every_; }
  bool some() const { return some_; }

 private:
  void push_word() {
    PathStep step;
    step.index = static_cast<std::uint8_t>(word_);
    steps_.push_back(step);
  }
  // From a dynamic argument's offset to what it points to.
  void follow() {
    if (at_contents_ || !type_->is_dynamic()) return;
    push_word();
    word_ = 0;
    at_contents_ = true;
  }
  void go_to(const AbiType& type, bool at_contents) {
    type_ = &type;
    at_contents_ = at_contents;
  }
  Argument finish(std::string path) {
    Argument argument;
    argument.path = std::move(path);
    argument.type = *type_;
    argument.steps = steps_;
    argument.every = every_;
    argument.some = some_;
    return argument;
  }

  const AbiType* type_;
  Path steps_;
  std::size_t word_ = 0;     // of the value, or of its offset, in the head that it stands in
  bool at_contents_ = true;  // the offset of the dynamic type was followed; the arguments themselves have none
  bool every_ = false;
  bool some_ = false;
};

AbiType tuple_of(const std::vector<AbiType>& inputs) {
  AbiType tuple;
  tuple.kind = AbiKind::tuple;
  tuple.components = inputs;
  return tuple;
}

std::string name_of(const AbiType& member, std::size_t index) {
  return member.name.empty() ? std::to_string(index) : member.name;
}

Failure<> unknown() {
  return fail("unknown_name", "", "");
}

// `[0]`, `[*]`, `[some]`: what stands in the brackets.
Result<void> take_element(Walk& walk, std::string_view element, std::string_view whole, std::string_view array) {
  const bool word = element == "*" || element == "some";
  const auto index = word ? Result<std::uint64_t>(0) : parse_count(element, std::numeric_limits<std::uint8_t>::max());
  if (walk.type().kind == AbiKind::array) {
    if (!index) {
      return fail("bad_member", fmt::format("`[{}]` is no member of `{}`, in `{}`", element, array, whole),
                  "write `[0]` up to `[255]`, `[*]` for every member, or `[some]` for at least one");
    }
    if (word && walk.some()) {
      return fail("bad_member", fmt::format("`{}` goes to several members after `[some]`", whole),
                  "write `[some]` once, and no `[*]` beside it");
    }
    if (element == "some" && walk.every()) {
      return fail("bad_member", fmt::format("`{}` goes to some member of every one", whole),
                  "write `[some]` once, and no `[*]` beside it");
    }
    const StepKind kind = element == "*"      ? StepKind::every_member
                          : element == "some" ? StepKind::some_member
                                              : StepKind::member;
    walk.array_member(kind, static_cast<std::uint8_t>(*index));
    return {};
  }
  if (walk.type().kind != AbiKind::fixed_array) return unknown();
  if (word || !index || *index >= walk.type().length) {
    return fail("bad_member",
                fmt::format("`{}` has the elements 0 to {}, and `{}` is none of them", array, walk.type().length - 1,
                            whole),
                fmt::format("write `{}[0]`, and each other one likewise", array));
  }
  walk.fixed_element(*index);
  return {};
}

bool is_name_character(char c) {
  return c != '.' && c != '[' && c != ']';
}

std::optional<ValueType> slice_type(const AbiType& type) {
  switch (type.kind) {
    case AbiKind::address:
      return ValueType{ValueGroup::address, 1};
    case AbiKind::bool_:
      return ValueType{ValueGroup::yes_no, 1};
    case AbiKind::uint_:
      return ValueType{ValueGroup::unsigned_number, static_cast<std::uint8_t>(type.size / 8)};
    case AbiKind::int_:
      return ValueType{ValueGroup::signed_number, static_cast<std::uint8_t>(type.size / 8)};
    case AbiKind::fixed_bytes:
      return ValueType{ValueGroup::fixed_bytes, static_cast<std::uint8_t>(type.size)};
    default:
      return std::nullopt;
  }
}

}  // namespace

bool Argument::is_word() const {
  return slice_type(type).has_value();
}

Result<Argument> find_argument(const std::vector<AbiType>& inputs, std::string_view text) {
  const AbiType arguments = tuple_of(inputs);
  Walk walk(arguments);
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '[') {
      const std::size_t close = text.find(']', at);
      if (at == 0 || close == text.npos) return unknown();
      VALETKEY_CHECK(take_element(walk, text.substr(at + 1, close - at - 1), text, text.substr(0, at)));
      at = close + 1;
      continue;
    }
    if (at > 0 && text[at++] != '.') return unknown();
    const auto end = static_cast<std::size_t>(
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_name_character) - text.begin());
    const std::string_view name = text.substr(at, end - at);
    at = end;
    if (walk.type().kind == AbiKind::array && name == "length" && end == text.size())
      return walk.length(std::string(text));
    if (walk.type().kind != AbiKind::tuple) return unknown();
    const auto& members = walk.type().components;
    std::size_t index = 0;
    while (index < members.size() && name_of(members[index], index) != name) ++index;
    if (index == members.size()) return unknown();
    walk.member(index);
  }
  if (text.empty()) return unknown();
  return walk.end(std::string(text));
}

Argument every_member(const Argument& array, const std::vector<AbiType>& inputs) {
  return find_argument(inputs, array.path + "[*]").value();
}

std::vector<std::string> leaf_paths(const std::vector<AbiType>& inputs) {
  std::vector<std::string> paths;
  for (AbiLeaf& leaf : abi_leaves(inputs, kMostLeaves)) paths.push_back(std::move(leaf.path));
  return paths;
}

Argument length_of(const Argument& contents) {
  Argument length = contents;
  length.path += " length";
  length.type = AbiType{};
  length.type.size = 256;
  length.steps.push_back(length_step());
  return length;
}

Result<Argument> slice_of(const Argument& contents, std::string_view text) {
  const auto bad = [&] {
    return fail("bad_slice", fmt::format("`{}` is no part of `{}`", text, contents.path),
                "write `TYPE at OFFSET`, such as `address at 0`, `address at end`, `uint24 at end-20`, or `address at 23 "
                "every 23`; offsets are in bytes");
  };
  const std::vector<std::string_view> words = split_words(text);
  if ((words.size() != 3 && words.size() != 5) || words[1] != "at") return bad();
  const auto type = parse_abi_type(words[0]);
  const auto value = type ? slice_type(*type) : std::nullopt;
  if (!value) return bad();
  PathStep step;
  step.kind = StepKind::slice;
  step.type = *value;
  std::string_view offset = words[2];
  if (offset.starts_with("end")) {
    step.kind = StepKind::slice_from_end;
    offset.remove_prefix(3);
    if (!offset.empty() && !offset.starts_with('-')) return bad();
    offset = offset.empty() ? "0" : offset.substr(1);
  }
  constexpr std::uint64_t kMostOffset = std::numeric_limits<std::uint16_t>::max();
  const auto bytes = parse_count(offset, kMostOffset);
  if (!bytes) return bad();
  step.offset = static_cast<std::uint16_t>(*bytes);
  Argument slice = contents;
  if (words.size() == 5) {
    const auto stride = parse_count(words[4], kMostOffset);
    if (words[3] != "every" || step.kind != StepKind::slice || !stride || *stride == 0) return bad();
    if (contents.some) {
      return fail("bad_slice", fmt::format("`{}` goes to several values after `[some]`", text),
                  "write `[*]` instead of `[some]`, or a part without `every`");
    }
    step.kind = StepKind::every_slice;
    step.stride = static_cast<std::uint16_t>(*stride);
    slice.every = true;
  }
  slice.path += " ";
  slice.path += text;
  slice.type = *type;
  slice.type.name.clear();
  slice.steps.push_back(step);
  return slice;
}

}  // namespace valetkey::session_file
