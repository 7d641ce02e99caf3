// Function texts as sessions carry them: what is canonical is what the ABI code reads and writes, with the same words.
#include <algorithm>
#include <string>

#include "evm/abi_type.hpp"
#include "require.hpp"
#include "session/function_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace valetkey;
  using fuzz::require;
  const std::string_view text = fuzz::text_of(data, size);
  const auto layout = parse_function_text(text);
  // With its word in front, since that may also be a name.
  const auto function = parse_function("function " + std::string(text));
  if (!layout) return 0;
  require(text.size() <= 200 && function.has_value());
  require(signature_text(*function) == text && selector(*function) == layout->selector);
  const auto words = head_layout(function->inputs);
  require(words.size() == layout->word_types.size() && words.size() <= 255);
  bool dynamic = false;
  for (std::size_t w = 0; w < words.size(); ++w) {
    dynamic = dynamic || words[w].is_offset();
    require(words[w].is_offset() == (layout->word_types[w] == kDynamicWord));
  }
  require(dynamic == layout->dynamic && dynamic == !layout->layout.empty() && layout->layout.size() <= 255);
  const auto offsets = std::ranges::count(layout->word_types, kDynamicWord);
  require(static_cast<std::size_t>(offsets) == layout->parts.size());
  return 0;
}
