#include "protocol/field.hpp"

#include "evm/eip712.hpp"
#include "evm/keccak.hpp"
#include "session/form.hpp"
#include "session/reader.hpp"

namespace valetkey {
namespace {

// keccak256("UseSession(bytes32 userOpHash,bytes32 signatureField)")
const Hash& use_session_type() {
  static const Hash hash = keccak256(as_bytes("UseSession(bytes32 userOpHash,bytes32 signatureField)"));
  return hash;
}

std::unexpected<Refusal> malformed() {
  return std::unexpected(Refusal{RefusalCode::malformed_field});
}

// USE: header, and each permission whole or as its hash. False where it is cut off.
bool walk_use(ByteReader& reader, DecodedField& field) {
  const auto header = walk_header(reader);
  if (!header) return false;
  field.header = header->bytes;
  field.threshold = header->threshold;
  field.permissions.reserve(header->permissions);
  for (std::size_t p = 0; p < header->permissions; ++p) {
    const auto size = reader.take(2);
    if (!size) return false;
    const auto length = static_cast<std::size_t>(read_big_endian(*size));
    const auto content = reader.take(length != 0 ? length : Hash::kSize);
    if (!content) return false;
    if (length != 0) {
      field.permissions.push_back({*content, {}, permission_hash(*content)});
    } else {
      field.permissions.push_back({{}, {}, read_fixed<Hash>(*content)});
    }
  }
  return true;
}

// ENABLE: the session in full and the owner's approval. `rest` is what the reader began with.
bool walk_enable(ByteReader& reader, ByteView rest, DecodedField& field) {
  const auto session = walk_session(reader);
  if (!session) return false;
  field.full = rest.first(rest.size() - reader.left());
  field.header = session->header.bytes;
  field.threshold = session->header.threshold;
  field.permissions.reserve(session->permissions.size());
  for (const PermissionParts& parts : session->permissions) {
    field.permissions.push_back({parts.encoded, parts.text, permission_hash(parts.encoded)});
  }
  const auto numbers = reader.take(2);
  if (!numbers) return false;
  const std::size_t sessions = (*numbers)[0];
  field.place = (*numbers)[1];
  if (sessions == 0 || sessions > kMaxSiblings || field.place >= sessions) return false;
  for (std::size_t i = 1; i < sessions; ++i) {
    const auto sibling = reader.take(Hash::kSize);
    if (!sibling) return false;
    field.siblings.push_back(read_fixed<Hash>(*sibling));
  }
  const auto size = reader.take(2);
  if (!size) return false;
  const auto signature = reader.take(static_cast<std::size_t>(read_big_endian(*size)));
  if (!signature) return false;
  field.owner_signature = *signature;
  return true;
}

}  // namespace

void append_key_signature(Bytes& field, const KeySignature& signature) {
  field.push_back(signature.key);
  append(field, signature.signature.view());
}

void append_dummy_signatures(Bytes& field, std::uint8_t threshold) {
  // r is the generator's x, s is below half the order, no byte is zero.
  static constexpr Hash kR = "0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"_hash;
  for (std::uint8_t key = 0; key < threshold; ++key) {
    field.push_back(key);
    append(field, kR.view());
    field.insert(field.end(), 32, 0x55);
    field.push_back(27);
  }
}

Hash key_digest(const UserOpHash& user_op_hash, const Hash& field_hash, const Hash& validator_domain) {
  Keccak256 hasher;
  hasher.update(use_session_type().view());
  hasher.update(user_op_hash.view());
  hasher.update(field_hash.view());
  return hash_typed_data(validator_domain, hasher.finish());
}

std::expected<DecodedField, Refusal> decode_field(ByteView field, std::size_t calls) {
  ByteReader reader(field);
  const auto mode = reader.take_byte();
  if (!mode || (*mode != 1 && *mode != 2)) return malformed();
  DecodedField decoded;
  decoded.mode = static_cast<FieldMode>(*mode);
  const bool walked =
      decoded.mode == FieldMode::use ? walk_use(reader, decoded) : walk_enable(reader, field.subspan(1), decoded);
  if (!walked) return malformed();

  const auto permission_of_call = reader.take(calls);
  if (!permission_of_call) return malformed();
  decoded.permission_of_call = *permission_of_call;
  const auto time = reader.take(5);
  if (!time) return malformed();
  decoded.time = read_big_endian(*time);
  decoded.signed_part = field.first(field.size() - reader.left());
  decoded.signatures = field.last(reader.left());
  if (decoded.signatures.size() != decoded.threshold * kKeySignatureSize) return malformed();
  return decoded;
}

}  // namespace valetkey
