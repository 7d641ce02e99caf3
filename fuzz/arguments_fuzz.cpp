// Arguments against a layout, and paths followed in them: what is taken is exactly what the generic ABI decoder takes, and a path leads
// to the values that it read. Input: the length of a function text, the text, the length of a path, its steps, the arguments.
#include <optional>
#include <string>

#include "evm/abi_codec.hpp"
#include "policy/layout.hpp"
#include "policy/path.hpp"
#include "reference_path.hpp"
#include "require.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"

namespace {

using namespace valetkey;
using fuzz::require;

// A length and what it measures, or as much as there is.
ByteView take(ByteView& input) {
  if (input.empty()) return {};
  const std::size_t size = std::min<std::size_t>(input[0], input.size() - 1);
  const ByteView taken = input.subspan(1, size);
  input = input.subspan(1 + size);
  return taken;
}

void follow(const Path& path, const PathEnd& end, const testing::PathResult& expected, ByteView arguments) {
  if (end.type) {
    const auto followed = follow_to_values(path, arguments);
    require(followed.found == expected.values && followed.in_range == expected.in_range);
    return;
  }
  const auto followed = follow_to_contents(path, arguments);
  require(followed.found.size() == expected.contents.size() && followed.in_range == expected.in_range);
  for (std::size_t i = 0; i < followed.found.size(); ++i) require(to_bytes(followed.found[i]) == expected.contents[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  const auto text = as_text(take(rest));
  const auto path = decode_path(take(rest));
  // Any bytes as a layout, and any path in bytes that it is not for, end.
  (void)is_canonical(as_bytes(text), rest.size() / 64, rest);
  if (path && rest.size() < 2000) {
    (void)follow_to_values(*path, rest);
    (void)follow_to_contents(*path, rest);
  }
  const auto function = parse_function_text(text);
  if (!function || !function->dynamic || function->layout.empty()) return 0;
  const auto declared = parse_function("function " + std::string(text));
  require(declared.has_value());
  const auto types = testing::with_plain_words(declared->inputs);
  const auto values = decode_arguments(types, rest);
  require(is_canonical(function->layout, function->word_types.size(), rest) == values.has_value());
  if (!values || !path) return 0;
  if (const auto end = path_end(*function, *path)) follow(*path, *end, testing::follow_values(types, *values, *path), rest);
  return 0;
}
