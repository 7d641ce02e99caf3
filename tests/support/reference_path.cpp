#include "reference_path.hpp"

#include <algorithm>

#include "evm/abi_word.hpp"
#include "session/paths.hpp"

namespace valetkey::testing {
namespace {

// A value with its type. Nothing in it is owned.
struct Node {
  const AbiType* type = nullptr;
  const Value* value = nullptr;
};

// The head words of a list: a word each for what is static, a node for what an offset stands for.
void add_head(std::vector<Node>& head, const AbiType& type, const Value& value) {
  if (type.is_dynamic() || is_one_word(type)) {
    head.push_back({&type, &value});
    return;
  }
  for (std::size_t i = 0; i < value.list()->size(); ++i)
    add_head(head, type.components[type.kind == AbiKind::tuple ? i : 0], (*value.list())[i]);
}

class Walk {
 public:
  explicit Walk(const Path& path) : path_(path) {}

  PathResult result;

  // At a list of head words.
  bool from_head(std::size_t step, const std::vector<Node>& head) {
    return from_node(step + 1, head.at(path_[step].index));
  }

  bool from_node(std::size_t step, const Node& at) {
    if (step == path_.size()) {
      if (at.value->word() != nullptr) result.values.push_back(*at.value->word());
      else result.contents.push_back(*at.value->bytes());
      return true;
    }
    const bool is_bytes = at.value->bytes() != nullptr;
    const std::size_t length = is_bytes ? at.value->bytes()->size() : at.value->list()->size();
    const PathStep& here = path_[step];
    switch (here.kind) {
      case StepKind::word: {
        std::vector<Node> head;
        for (std::size_t i = 0; i < length; ++i)
          add_head(head, at.type->components[at.type->kind == AbiKind::tuple ? i : 0], (*at.value->list())[i]);
        return from_head(step, head);
      }
      case StepKind::member:
        return here.index < length && from_member(step, at, here.index);
      case StepKind::every_member:
      case StepKind::some_member:
        for (std::size_t n = 0; n < length; ++n) {
          if (!from_member(step, at, n)) return false;
        }
        return true;
      case StepKind::length:
        result.values.emplace_back(length);
        return true;
      default:
        return slices(here, *at.value->bytes());
    }
  }

 private:
  bool from_member(std::size_t step, const Node& array, std::size_t n) {
    const Node member{&array.type->components[0], &(*array.value->list())[n]};
    if (member.type->is_dynamic()) return from_node(step + 1, member);
    std::vector<Node> head;
    add_head(head, *member.type, *member.value);
    return from_head(step + 1, head);
  }

  bool slices(const PathStep& here, const Bytes& bytes) {
    const std::size_t size = packed_size(here.type);
    std::size_t at = here.offset;
    if (here.kind == StepKind::every_slice) {
      for (; at + size <= bytes.size(); at += here.stride) slice(here.type, bytes, at);
      return true;
    }
    if (at + size > bytes.size()) return false;
    if (here.kind == StepKind::slice_from_end) at = bytes.size() - at - size;
    slice(here.type, bytes, at);
    return true;
  }
  // Written byte by byte, unlike the evaluator.
  void slice(ValueType type, const Bytes& bytes, std::size_t at) {
    std::array<std::uint8_t, 32> word{};
    const std::size_t size = packed_size(type);
    if (type.group == ValueGroup::signed_number && (bytes[at] & 0x80U) != 0) word.fill(0xff);
    const std::size_t to = type.group == ValueGroup::fixed_bytes ? 0 : 32 - size;
    for (std::size_t i = 0; i < size; ++i) word[to + i] = bytes[at + i];
    result.values.push_back(Word::from_big_endian(word));
  }

  const Path& path_;
};

AbiType with_plain_words(AbiType type) {
  if (is_one_word(type)) return {AbiKind::fixed_bytes, 32, 0, {}, {}, false};
  for (AbiType& component : type.components) component = with_plain_words(std::move(component));
  return type;
}

Value random_value(Random& random, const AbiType& type) {
  if (is_one_word(type)) return random.chance(50) ? random.word(256) : Word(random.below(100));
  if (type.kind == AbiKind::bytes || type.kind == AbiKind::string) {
    Bytes bytes(random.below(random.chance(50) ? 5 : 80));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.bits());
    return bytes;
  }
  if (type.kind == AbiKind::tuple) return random_values(random, type.components);
  const std::size_t length = type.kind == AbiKind::array ? random.below(4) : type.length;
  return random_values(random, std::vector<AbiType>(length, type.components[0]));
}

}  // namespace

std::vector<AbiType> with_plain_words(std::vector<AbiType> types) {
  for (AbiType& type : types) type = with_plain_words(std::move(type));
  return types;
}

Value::List random_values(Random& random, const std::vector<AbiType>& types) {
  Value::List values;
  for (const AbiType& type : types) values.push_back(random_value(random, type));
  return values;
}

PathResult follow_values(const std::vector<AbiType>& types, const Value::List& values, const Path& path) {
  std::vector<Node> head;
  for (std::size_t i = 0; i < types.size(); ++i) add_head(head, types[i], values[i]);
  Walk walk(path);
  walk.result.in_range = walk.from_head(0, head);
  return std::move(walk.result);
}

}  // namespace valetkey::testing
