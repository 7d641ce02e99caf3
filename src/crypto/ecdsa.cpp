#include "crypto/ecdsa.hpp"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <cstdlib>

#include "evm/keccak.hpp"

namespace valetkey {
namespace {

// One context for the program: it is only read after this.
const secp256k1_context* context() {
  static const secp256k1_context* const kContext = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
  return kContext;
}

Address address_of(const secp256k1_pubkey& key) {
  std::array<std::uint8_t, 65> point{};
  std::size_t size = point.size();
  secp256k1_ec_pubkey_serialize(context(), point.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
  // The hash of x and y, without the leading 0x04.
  return read_fixed<Address>(keccak256(ByteView(point).subspan(1)).view().last(20));
}

// Half of the group's order: the largest s of EIP-2.
constexpr Word kHalfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0_w;

}  // namespace

Result<SecretKey> SecretKey::from_bytes(SecretBytes<32> bytes) {
  secp256k1_pubkey key;
  if (secp256k1_ec_pubkey_create(context(), &key, bytes.expose(ExposeSecret{}).data()) == 0) {
    return fail("key_range", "these 32 bytes are no private key: zero, or not below the curve's order",
                "make a new key");
  }
  return SecretKey(std::move(bytes), address_of(key));
}

Signature sign_recoverable(const SecretKey& key, const Hash& digest) {
  secp256k1_ecdsa_recoverable_signature raw;
  // It fails only for an invalid key, and a SecretKey is valid.
  if (secp256k1_ecdsa_sign_recoverable(context(), &raw, digest.bytes.data(), key.expose(ExposeSecret{}).data(), nullptr,
                                       nullptr) == 0) {
    std::abort();
  }
  Signature signature;
  int recovery_id = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), signature.bytes.data(), &recovery_id, &raw);
  signature.bytes[64] = static_cast<std::uint8_t>(27 + recovery_id);
  return signature;
}

Result<Address> recover_signer(const Hash& digest, ByteView signature) {
  if (signature.size() != 65) {
    return fail("signature_size", "an ECDSA signature has 65 bytes, this one has " + std::to_string(signature.size()));
  }
  const std::uint8_t v = signature[64];
  if (v != 27 && v != 28) {
    return fail("signature_v", "the signature's last byte is " + std::to_string(v), "it must be 27 or 28");
  }
  if (Word::from_big_endian(signature.subspan<32, 32>()) > kHalfOrder) {
    return fail("signature_high_s", "the signature's s is above half of the curve's order",
                "replace s by the order minus s and flip the last byte between 27 and 28");
  }
  const auto invalid = [] { return fail("signature_invalid", "the signature belongs to no key"); };
  secp256k1_ecdsa_recoverable_signature raw;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &raw, signature.data(), v - 27) == 0) {
    return invalid();
  }
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(context(), &key, &raw, digest.bytes.data()) == 0) return invalid();
  return address_of(key);
}

}  // namespace valetkey
