#include "session/paths.hpp"

#include <algorithm>

#include "session/reader.hpp"

namespace valetkey {
namespace {

void append_byte(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value));
}

void append_slice(Bytes& to, const PathStep& step) {
  to.push_back(step.type.code());
  append_big_endian(to, step.offset, 2);
}

std::optional<std::uint16_t> take_number(ByteReader& reader) {
  const auto bytes = reader.take(2);
  if (!bytes) return std::nullopt;
  return static_cast<std::uint16_t>(read_big_endian(*bytes));
}

std::optional<PathStep> take_step(ByteReader& reader) {
  const auto kind = reader.take_byte();
  if (!kind || *kind > static_cast<std::uint8_t>(StepKind::every_slice)) return std::nullopt;
  PathStep step;
  step.kind = static_cast<StepKind>(*kind);
  const auto take_into = [&](std::uint8_t& field) {
    const auto byte = reader.take_byte();
    field = byte.value_or(0);
    return byte.has_value();
  };
  switch (step.kind) {
    case StepKind::word:
      if (!take_into(step.index)) return std::nullopt;
      return step;
    case StepKind::member:
      if (!take_into(step.index) || !take_into(step.element_words)) return std::nullopt;
      return step;
    case StepKind::every_member:
    case StepKind::some_member:
      if (!take_into(step.element_words)) return std::nullopt;
      return step;
    case StepKind::length:
      return step;
    case StepKind::slice:
    case StepKind::slice_from_end:
    case StepKind::every_slice:
      break;
  }
  const auto code = reader.take_byte();
  const auto type = code ? value_type(*code) : std::nullopt;
  const auto offset = type ? take_number(reader) : std::nullopt;
  if (!offset || type->group == ValueGroup::ratio) return std::nullopt;
  step.type = *type;
  step.offset = *offset;
  if (step.kind == StepKind::every_slice) {
    const auto stride = take_number(reader);
    if (!stride) return std::nullopt;
    step.stride = *stride;
  }
  return step;
}

bool is_member(StepKind kind) {
  return kind == StepKind::member || kind == StepKind::every_member || kind == StepKind::some_member;
}

// Follows a path through the types of a function.
class Walk {
 public:
  explicit Walk(const TextLayout& function) : words_(&function.word_types), parts_(&function.parts) {}

  bool go(const PathStep& step) {
    if (value_) return false;
    if (is_member(step.kind)) return to_member(step);
    if (step.kind == StepKind::word) return to_word(step.index);
    if (step.kind == StepKind::length) {
      value_ = ValueType{};
      return at_ != nullptr && (at_->kind == TypeTree::Kind::array || at_->kind == TypeTree::Kind::bytes);
    }
    value_ = step.type;
    return at_ != nullptr && at_->kind == TypeTree::Kind::bytes &&
           (step.kind != StepKind::every_slice || step.stride != 0);
  }

  // Of a value, of contents, or neither.
  [[nodiscard]] std::optional<PathEnd> end(PathReach reach) const {
    if (value_) return PathEnd{value_, reach};
    if (at_ != nullptr && at_->kind == TypeTree::Kind::bytes) return PathEnd{std::nullopt, reach};
    return std::nullopt;
  }

 private:
  void enter(const TypeTree& type) {
    at_ = &type;
    words_ = nullptr;
    parts_ = &type.parts;
    if (type.kind == TypeTree::Kind::tuple || type.kind == TypeTree::Kind::words) words_ = &type.words;
  }

  bool to_member(const PathStep& step) {
    if (at_ == nullptr || at_->kind != TypeTree::Kind::array) return false;
    const TypeTree& element = at_->parts[0];
    const bool is_static = element.kind == TypeTree::Kind::words;
    if (step.element_words != (is_static ? element.words.size() : 0)) return false;
    enter(element);
    return true;
  }

  bool to_word(std::uint8_t index) {
    if (at_ != nullptr && at_->kind == TypeTree::Kind::fixed_array) {
      if (index >= at_->length) return false;
      enter(at_->parts[0]);
      return true;
    }
    if (words_ == nullptr || index >= words_->size()) return false;
    const auto word = words_->begin() + index;
    if (*word == kDynamicWord) {
      enter((*parts_)[static_cast<std::size_t>(std::count(words_->begin(), word, kDynamicWord))]);
    } else {
      value_ = value_type(*word);
    }
    return true;
  }

  const TypeTree* at_ = nullptr;  // nullptr: the arguments
  const std::vector<std::uint8_t>* words_;
  const std::vector<TypeTree>* parts_;
  std::optional<ValueType> value_;
};

}  // namespace

Bytes encode_path(const Path& path) {
  Bytes steps;
  for (const PathStep& step : path) {
    append_byte(steps, static_cast<std::size_t>(step.kind));
    switch (step.kind) {
      case StepKind::word:
        append_byte(steps, step.index);
        break;
      case StepKind::member:
        append_byte(steps, step.index);
        append_byte(steps, step.element_words);
        break;
      case StepKind::every_member:
      case StepKind::some_member:
        append_byte(steps, step.element_words);
        break;
      case StepKind::length:
        break;
      case StepKind::slice:
      case StepKind::slice_from_end:
        append_slice(steps, step);
        break;
      case StepKind::every_slice:
        append_slice(steps, step);
        append_big_endian(steps, step.stride, 2);
        break;
    }
  }
  return steps;
}

std::optional<Path> decode_path(ByteView steps) {
  ByteReader reader(steps);
  Path path;
  while (reader.left() != 0) {
    const auto step = take_step(reader);
    if (!step) return std::nullopt;
    path.push_back(*step);
  }
  return path;
}

bool steps_before(ByteView a, ByteView b) {
  return a.size() != b.size() ? a.size() < b.size() : std::ranges::lexicographical_compare(a, b);
}

bool path_before(const Path& a, const Path& b) {
  return steps_before(encode_path(a), encode_path(b));
}

PathReach path_reach(const Path& path) {
  PathReach reach = PathReach::one;
  for (const PathStep& step : path) {
    if (step.kind == StepKind::some_member) return PathReach::some;
    if (step.kind == StepKind::every_member || step.kind == StepKind::every_slice) reach = PathReach::every;
  }
  return reach;
}

std::optional<PathEnd> path_end(const TextLayout& function, const Path& path) {
  Walk walk(function);
  std::size_t some = 0;
  std::size_t every = 0;
  for (const PathStep& step : path) {
    if (!walk.go(step)) return std::nullopt;
    if (step.kind == StepKind::some_member) ++some;
    if (step.kind == StepKind::every_member || step.kind == StepKind::every_slice) ++every;
  }
  if (some > 1 || (some != 0 && every != 0)) return std::nullopt;
  const auto end = walk.end(path_reach(path));
  // A head word has one position.
  if (end && end->type && path.size() == 1 && path[0].index < kFirstPath) return std::nullopt;
  return end;
}

}  // namespace valetkey
