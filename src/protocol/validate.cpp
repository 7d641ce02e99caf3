#include "protocol/validate.hpp"

#include <array>

#include "crypto/ecdsa.hpp"
#include "evm/keccak.hpp"
#include "protocol/field.hpp"
#include "session/check.hpp"
#include "session/form.hpp"
#include "session/typed_data.hpp"

namespace valetkey {
namespace {

SessionId id_of(const DecodedField& field) {
  std::vector<Hash> hashes;
  hashes.reserve(field.permissions.size());
  for (const CarriedPermission& permission : field.permissions) hashes.push_back(permission.hash);
  return session_id(field.header, hashes);
}

std::uint64_t epoch_of(ByteView header) {
  return read_big_endian(header.subspan(1, 8));
}

// J: the indices, then whether every signature is its key's.
std::expected<bool, Refusal> check_key_signatures(const DecodedField& field, const std::vector<Address>& keys,
                                                  const Hash& digest) {
  const auto signature = [&](std::size_t i) {
    return field.signatures.subspan(i * kKeySignatureSize, kKeySignatureSize);
  };
  int before = -1;
  for (std::size_t i = 0; i < field.threshold; ++i) {
    const int key = signature(i)[0];
    if (key <= before || key >= static_cast<int>(keys.size()))
      return std::unexpected(Refusal{RefusalCode::malformed_signatures});
    before = key;
  }
  for (std::size_t i = 0; i < field.threshold; ++i) {
    const auto signer = recover_signer(digest, signature(i).subspan(1));
    if (!signer || *signer != keys[signature(i)[0]]) return false;
  }
  return true;
}

Hash approval_digest_of(const DecodedField& field, const Session& session, const SessionPlace& place) {
  std::vector<Hash> hashes = field.siblings;
  hashes.insert(hashes.begin() + field.place, session_struct_hash(session, place));
  return approval_digest(hashes, place.validator);
}

}  // namespace

Validation validate_user_op(const PackedUserOp& op, const UserOpHash& hash, ByteView field_bytes,
                            const SessionPlace& place, const SessionState& state, const OwnerAnswer& owner_answer,
                            const PolicyAnswers* policies) {
  Validation result;
  result.state = state;
  const auto refuse = [&](const Refusal& refusal) {
    result.refusal = refusal;
    return result;
  };
  // A to C.
  if (op.sender != place.account) return refuse({RefusalCode::wrong_sender});
  const auto calls = decode_calls(op.call_data);
  if (!calls) return refuse(calls.error());
  const auto field = decode_field(field_bytes, calls->size());
  if (!field) return refuse(field.error());
  result.id = id_of(*field);

  // D and E.
  if (const auto refusal = check_state(epoch_of(field->header), state, field->mode == FieldMode::enable))
    return refuse(*refusal);
  const bool enables = state.status() == SessionStatus::unknown;
  if (enables) {
    if (const auto refusal = check_session(field->full, place)) return refuse(*refusal);
  }
  // A session that is enabled was checked, and its id binds all that is carried of it: decoding can't fail on a real
  // chain.
  auto session = decode_header(field->header);
  if (!session || field->permissions.size() > kMaxPermissions) return refuse({RefusalCode::malformed_field});
  std::array<Permission, kMaxPermissions> permissions;
  std::array<const Permission*, kMaxPermissions> carried{};
  for (std::size_t p = 0; p < field->permissions.size(); ++p) {
    const CarriedPermission& permission = field->permissions[p];
    if (permission.encoded.empty()) continue;
    auto decoded = decode_permission(permission.encoded, permission.text, static_cast<std::uint8_t>(p));
    if (!decoded) return refuse({RefusalCode::malformed_field});
    permissions[p] = std::move(*decoded);
    carried[p] = &permissions[p];
  }

  // F to I.
  const GasView gas = gas_view(op);
  if (const auto refusal = check_gas(*session, gas)) return refuse(*refusal);
  const CarriedSession carried_session{&*session, result.id, std::span(carried).first(field->permissions.size())};
  const Verdict verdict =
      evaluate_calls(carried_session, place, state, {*calls, field->permission_of_call, field->time, gas, policies});
  if (verdict.refusal) return refuse(*verdict.refusal);

  // J to L.
  const Hash digest = key_digest(hash, keccak256(field->signed_part), validator_domain(place.validator));
  const auto signed_by_keys = check_key_signatures(*field, session->keys, digest);
  if (!signed_by_keys) return refuse(signed_by_keys.error());
  if (enables) {
    session->permissions.assign(
        std::make_move_iterator(permissions.begin()),
        std::make_move_iterator(permissions.begin() + static_cast<std::ptrdiff_t>(field->permissions.size())));
    if (!owner_answer(approval_digest_of(*field, *session, place), field->owner_signature)) {
      result.validation_data = kSignatureFailed;
      return result;
    }
    result.enabled_now = true;
  }
  result.state = verdict.state;
  result.validation_data = *signed_by_keys ? pack_validation_data(verdict.window) : kSignatureFailed;
  return result;
}

std::optional<SessionId> session_of_field(ByteView field, ByteView call_data) {
  const auto calls = decode_calls(call_data);
  if (!calls) return std::nullopt;
  const auto decoded = decode_field(field, calls->size());
  return decoded ? std::optional(id_of(*decoded)) : std::nullopt;
}

std::optional<Refusal> enable_by_call(ByteView full, const SessionPlace& place, SessionState& state) {
  const auto walked = walk_whole_session(full);
  if (!walked) return Refusal{RefusalCode::malformed_session};
  if (const auto refusal = check_state(epoch_of(walked->header.bytes), state, true)) return refusal;
  if (state.status() == SessionStatus::enabled) return {};
  if (const auto refusal = check_session(full, place)) return refusal;
  state.set_status(SessionStatus::enabled);
  return {};
}

}  // namespace valetkey
