// Hex and addresses: what is read is written back as the same value, in the one form that the writers have.
#include <string>

#include "base/hex.hpp"
#include "evm/types.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace valetkey;
  using fuzz::require;
  const std::string_view text = fuzz::text_of(data, size);
  require(parse_hex(to_hex(ByteView(data, size))) == to_bytes({data, size}));

  const auto bytes = parse_hex(text);
  if (bytes) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    require(to_hex(*bytes) == lower);
  }
  const auto hash = parse_fixed<Hash>(text);
  require(hash.has_value() == (bytes && bytes->size() == Hash::kSize));

  const auto address = parse_address(text);
  if (!address) return 0;
  require(bytes && bytes->size() == Address::kSize && to_bytes(address->view()) == *bytes);
  require(parse_address(to_checksum(*address)) == *address);
  require(to_address(to_word(*address)) == *address);
  return 0;
}
