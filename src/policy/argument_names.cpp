#include "policy/argument_names.hpp"

#include <fmt/core.h>

namespace valetkey {
namespace {

std::string type_text(ValueType type) {
  switch (type.group) {
    case ValueGroup::address:
      return "address";
    case ValueGroup::yes_no:
      return "bool";
    case ValueGroup::signed_number:
      return fmt::format("int{}", 8 * type.bytes);
    case ValueGroup::fixed_bytes:
      return fmt::format("bytes{}", type.bytes);
    case ValueGroup::unsigned_number:
    case ValueGroup::ratio:
      break;
  }
  return fmt::format("uint{}", 8 * type.bytes);
}

class PathNamer {
 public:
  explicit PathNamer(const AbiType& arguments) : type_(&arguments) {}

  // False where the step does not fit.
  bool take(const PathStep& step) {
    switch (step.kind) {
      case StepKind::word:
        return take_word(step.index);
      case StepKind::member:
        name_.whole = false;
        return take_member(fmt::format("[{}]", step.index));
      case StepKind::every_member:
        return take_member("[*]");
      case StepKind::some_member:
        name_.whole = false;
        return take_member("[some]");
      case StepKind::length:
        name_.text += type_->kind == AbiKind::array ? ".length" : " length";
        return true;
      case StepKind::slice:
        name_.text += fmt::format(" {} at {}", type_text(step.type), step.offset);
        return true;
      case StepKind::slice_from_end:
        name_.text += fmt::format(" {} at end{}", type_text(step.type),
                                  step.offset == 0 ? std::string() : fmt::format("-{}", step.offset));
        return true;
      case StepKind::every_slice:
        break;
    }
    name_.text += fmt::format(" {} at {} every {}", type_text(step.type), step.offset, step.stride);
    return true;
  }

  PathName name() && { return std::move(name_); }

 private:
  bool take_member(const std::string& index) {
    if (type_->kind != AbiKind::array) return false;
    name_.text += index;
    name_.leaf += "[*]";
    type_ = &type_->components[0];
    return true;
  }

  // Head word `word` of what is open, through static tuples and arrays.
  bool take_word(std::size_t word) {
    do {
      if (type_->kind == AbiKind::tuple) {
        std::size_t i = 0;
        while (i < type_->components.size() && word >= type_->components[i].head_words())
          word -= type_->components[i++].head_words();
        if (i == type_->components.size()) return false;
        name_.text = member_path(name_.text, type_->components[i].name, i);
        name_.leaf = member_path(name_.leaf, type_->components[i].name, i);
        type_ = &type_->components[i];
      } else if (type_->kind == AbiKind::fixed_array) {
        const std::size_t index = word / type_->components[0].head_words();
        word %= type_->components[0].head_words();
        name_.text = element_path(name_.text, index);
        name_.leaf = element_path(name_.leaf, index);
        type_ = &type_->components[0];
      } else {
        return word == 0;
      }
    } while (!type_->is_dynamic());
    return true;
  }

  const AbiType* type_;
  PathName name_;
};

}  // namespace

std::optional<PathName> name_path(const std::vector<AbiType>& inputs, const Path& path) {
  AbiType arguments;
  arguments.kind = AbiKind::tuple;
  arguments.components = inputs;
  PathNamer namer(arguments);
  for (const PathStep& step : path) {
    if (!namer.take(step)) return std::nullopt;
  }
  return std::move(namer).name();
}

}  // namespace valetkey
