// The compact encoding of a session and the hashes made of it: docs/protocol.md, section 1.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"

namespace valetkey {

inline constexpr std::uint8_t kSessionVersion = 1;

// The hash that names a session. Never to be confused with its EIP-712 struct hash.
using SessionId = FixedBytes<32, struct SessionIdTag>;

// Encoders can't fail: a number that is too wide for its place loses its upper bits. Whether the model survives is
// what check_session says.
Bytes encode_header(const Session& session);
Bytes encode_permission(const Permission& permission);
// The session in full: header, permissions and texts.
Bytes encode_session(const Session& session);

Hash permission_hash(const Permission& permission);
Hash permission_hash(ByteView encoded_permission);
SessionId session_id(const Session& session);
SessionId session_id(ByteView header, std::span<const Hash> permission_hashes);

// Decoders check the form only, and take exactly the bytes that an encoder writes for some model: encode(decode(x)) is
// x. Refusals: malformed_session, unknown_version, and those of check_session that a form without a model has.
std::expected<Session, Refusal> decode_session(ByteView full);
// The session without permissions.
std::expected<Session, Refusal> decode_header(ByteView header);
// `index` is the permission's place in its session, for the refusal.
std::expected<Permission, Refusal> decode_permission(ByteView encoded, std::string_view text, std::uint8_t index);

}  // namespace valetkey
