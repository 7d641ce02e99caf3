// ECDSA over secp256k1 as Ethereum uses it. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "evm/types.hpp"

namespace valetkey {

// r (32 bytes), s (32 bytes, never above half the order), v (27 or 28).
struct Signature {
  std::array<std::uint8_t, 65> bytes{};

  ByteView view() const { return bytes; }
  bool operator==(const Signature&) const = default;
};

// A private key and its address. A key that exists is valid.
class SecretKey {
 public:
  // The number 1 to n-1, big-endian; 32 random bytes make a new key. Error: key_range (practically never for random
  // bytes).
  static Result<SecretKey> from_bytes(SecretBytes<32> bytes);

  const Address& address() const { return address_; }
  std::span<const std::uint8_t, 32> expose(ExposeSecret token) const { return bytes_.expose(token); }

 private:
  SecretKey(SecretBytes<32> bytes, const Address& address) : bytes_(std::move(bytes)), address_(address) {}

  SecretBytes<32> bytes_;
  Address address_;
};

// RFC 6979: the same key and digest give the same signature. The digest is signed as it is.
Signature sign_recoverable(const SecretKey& key, const Hash& digest);

// Who signed the digest. Errors: signature_size (not 65 bytes), signature_v (not 27 or 28), signature_high_s,
// signature_invalid.
Result<Address> recover_signer(const Hash& digest, ByteView signature);

}  // namespace valetkey
