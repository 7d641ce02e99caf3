// Paths into dynamic arguments: the decoder takes exactly what the encoder writes, and a path that is accepted ends where
// the types say. Input: the length of a function text, the text, then the steps.
#include <algorithm>
#include <optional>
#include <string>

#include "evm/abi_type.hpp"
#include "require.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"
#include "session/texts.hpp"

namespace {

using namespace valetkey;

// The same walk through the types as the generic ABI code has them; none where it leaves them.
std::optional<AbiType> word_at(const std::vector<AbiType>& types, std::size_t index) {
  for (const AbiType& type : types) {
    const std::size_t words = type.head_words();
    if (index >= words) {
      index -= words;
      continue;
    }
    if (type.is_dynamic()) return type;
    if (type.kind == AbiKind::tuple) return word_at(type.components, index);
    if (type.kind == AbiKind::fixed_array) return word_at(type.components, index % type.components[0].head_words());
    return type;
  }
  return std::nullopt;
}

std::optional<AbiType> after(const AbiType& at, const PathStep& step) {
  switch (step.kind) {
    case StepKind::word:
      if (at.kind == AbiKind::tuple) return word_at(at.components, step.index);
      if (at.kind != AbiKind::fixed_array || !at.is_dynamic()) return word_at({at}, step.index);
      return step.index < at.length ? std::optional(at.components[0]) : std::nullopt;
    case StepKind::member:
    case StepKind::every_member:
    case StepKind::some_member:
      return at.kind == AbiKind::array ? std::optional(at.components[0]) : std::nullopt;
    case StepKind::length:
    case StepKind::slice:
    case StepKind::slice_from_end:
    case StepKind::every_slice:
      break;
  }
  return at;
}

std::optional<AbiType> end_of(const AbiFunction& function, const Path& path) {
  std::optional<AbiType> at = AbiType{};
  at->kind = AbiKind::tuple;
  at->components = function.inputs;
  for (const PathStep& step : path) {
    if (at) at = after(AbiType(*at), step);
  }
  return at;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fuzz::require;
  if (size == 0) return 0;
  const std::size_t text_size = std::min<std::size_t>(data[0], size - 1);
  const auto text = as_text(ByteView(data + 1, text_size));
  const ByteView steps(data + 1 + text_size, size - 1 - text_size);
  const auto path = decode_path(steps);
  if (!path) return 0;
  require(encode_path(*path) == to_bytes(steps));
  require(!path_before(*path, *path));
  const auto layout = parse_function_text(text);
  if (!layout) return 0;
  const auto end = path_end(*layout, *path);
  if (!end) return 0;
  require(!path_text(*path).empty() && end->reach == path_reach(*path));
  const auto function = parse_function("function " + std::string(text));
  require(function.has_value());
  const auto type = end_of(*function, *path);
  require(type.has_value());
  const StepKind last = path->back().kind;
  const bool is_bytes = type->kind == AbiKind::bytes || type->kind == AbiKind::string;
  if (last == StepKind::length) {
    require(end->type == ValueType{} && (is_bytes || type->kind == AbiKind::array));
  } else if (last >= StepKind::slice) {
    require(end->type == path->back().type && is_bytes);
  } else {
    require(is_bytes ? !end->type.has_value() : end->type.has_value() && !type->is_dynamic());
  }
  return 0;
}
