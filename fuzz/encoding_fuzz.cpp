// The compact encoding: the decoder takes exactly what the encoder writes, and a session that is accepted has one id
// and one readable message, which the generic EIP-712 code hashes to the same digest.
#include <array>
#include <span>

#include "evm/eip712.hpp"
#include "example_session.hpp"
#include "require.hpp"
#include "session/check.hpp"
#include "session/encoding.hpp"
#include "session/typed_data.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace valetkey;
  using fuzz::require;
  const ByteView full(data, size);
  const SessionPlace place = testing::example_place();
  const auto session = decode_session(full);
  const auto refusal = check_session(full, place);
  if (session) {
    require(encode_session(*session) == to_bytes(full));
    require(check_session(*session, place) == refusal);
  }
  if (refusal) {
    require(refusal_code(static_cast<std::uint8_t>(refusal->code)).has_value());
    return 0;
  }
  require(session.has_value());
  const std::array<Hash, 1> hashes{session_struct_hash(*session, place)};
  const std::array placed{PlacedSession{*session, place}};
  const auto generic = typed_data_digest(approval_typed_data(placed));
  require(generic && *generic == approval_digest(hashes, place.validator));
  return 0;
}
