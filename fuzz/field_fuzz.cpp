// Signature fields: of all bytes there are, only the two that the keys signed are accepted; whatever is refused leaves
// the state as it was.
#include "protocol/field.hpp"
#include "protocol/validate.hpp"
#include "require.hpp"
#include "signed_swap.hpp"

namespace {

using namespace valetkey;
using fuzz::require;

// `status` is that of the signed session; no other was ever enabled.
void check(ByteView field, const fuzz::SignedSwap& swap, SessionStatus status) {
  const bool other = session_of_field(field, swap.op.call_data) != swap.session.id();
  const SessionState before = fuzz::state_of(swap.session.session(), other ? SessionStatus::unknown : status);
  const Validation result =
      validate_user_op(swap.op, swap.hash, field, swap.session.place(), before,
                       [&](const Hash&, ByteView signature) { return to_bytes(signature) == swap.owner_signature; });
  if (result.refusal) {
    require(result.state == before && result.validation_data.is_zero() && !result.enabled_now);
    return;
  }
  if (result.validation_data == kSignatureFailed) return;
  const Bytes bytes = to_bytes(field);
  require(bytes == swap.enable || (bytes == swap.use && status == SessionStatus::enabled));
  require(result.id == swap.session.id() && result.state.status() == SessionStatus::enabled && result.state != before);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SignedSwap swap;
  const ByteView field(data, size);
  if (const auto decoded = decode_field(field, 1)) {
    Bytes parts = to_bytes(decoded->signed_part);
    append(parts, decoded->signatures);
    require(parts == to_bytes(field));
  }
  check(field, swap, SessionStatus::enabled);
  check(field, swap, SessionStatus::unknown);
  return 0;
}
