// The signature field of an operation: docs/protocol.md, section 3.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "crypto/ecdsa.hpp"
#include "evm/types.hpp"
#include "policy/evaluate.hpp"
#include "session/encoding.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

enum class FieldMode : std::uint8_t { use = 1, enable = 2 };

inline constexpr std::size_t kKeySignatureSize = 66;  // index of the key, r, s, v

// The owner's approval as ENABLE carries it.
struct EnableProof {
  std::span<const Hash> session_hashes;  // of all sessions of the approval, 1 to kMaxSiblings
  std::uint8_t place = 0;                // of this one
  ByteView owner_signature;              // at most 65535 bytes
};

struct KeySignature {
  std::uint8_t key = 0;  // index in the header
  Signature signature;
};

// Appends a key's signature.
void append_key_signature(Bytes& field, const KeySignature& signature);
// Appends signatures that recover to no key, of exactly the final size and of the same cost on chain, for estimating
// gas.
void append_dummy_signatures(Bytes& field, std::uint8_t threshold);

// What the keys sign: the digest of UseSession.
Hash key_digest(const UserOpHash& user_op_hash, const Hash& field_hash, const Hash& validator_domain);

struct CarriedPermission {
  ByteView encoded;       // empty where only the hash is carried (ENABLE: a form fault)
  std::string_view text;  // ENABLE
  Hash hash;              // in either case
};

// A field taken apart. Views are valid as long as the field is.
struct DecodedField {
  FieldMode mode = FieldMode::use;
  ByteView header;  // at least 37 bytes
  std::uint8_t threshold = 0;
  std::vector<CarriedPermission> permissions;
  ByteView full;               // ENABLE: the session in full
  std::vector<Hash> siblings;  // ENABLE: the others' struct hashes, in order
  std::uint8_t place = 0;
  ByteView owner_signature;
  ByteView permission_of_call;
  Seconds time = 0;
  ByteView signed_part;  // everything before the keys' signatures
  ByteView signatures;   // threshold times kKeySignatureSize
};

// Section 5, C, for an operation of so many calls: the walk, not yet the header's form. Refusal: malformed_field.
std::expected<DecodedField, Refusal> decode_field(ByteView field, std::size_t calls);

}  // namespace valetkey
