// An ABI as JSON or as text: each function's signature is read back to the same function, words and selector.
#include <string>

#include "evm/abi_json.hpp"
#include "evm/abi_type.hpp"
#include "require.hpp"

namespace {

using namespace valetkey;

void check(const Abi& abi) {
  for (const AbiFunction& function : abi.functions) {
    const std::string text = signature_text(function);
    fuzz::require(selector(function) == selector_of_text(text));
    // With its word in front, since that may also be a name.
    const auto read = parse_function("function " + text);
    fuzz::require(read && signature_text(*read) == text);
    fuzz::require(head_layout(read->inputs).size() == head_layout(function.inputs).size());
  }
  for (const AbiError& error : abi.errors) fuzz::require(selector(error) == selector_of_text(signature_text(error)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = valetkey::fuzz::text_of(data, size);
  if (const auto abi = valetkey::parse_abi_json(text)) check(*abi);
  if (const auto abi = valetkey::parse_human_readable_abi(text)) check(*abi);
  return 0;
}
