// Web3 Secret Storage, version 3: one private key under a password.
// https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/ecdsa.hpp"
#include "keys/password.hpp"

namespace valetkey {

// How hard a password is to guess: scrypt's N, r, p.
struct ScryptCost {
  std::uint32_t n = 0;
  std::uint32_t r = 0;
  std::uint32_t p = 0;
};

inline constexpr ScryptCost kStandardScrypt{1u << 18u, 8, 1};  // 256 MiB, about a second
inline constexpr ScryptCost kLightScrypt{1u << 12u, 8, 6};     // 4 MiB, for tests and local chains

// Errors: no_randomness, keystore_crypto.
Result<std::string> seal_key(const SecretKey& key, const Password& password, ScryptCost cost);

// scrypt and pbkdf2 files, up to 1 GiB of memory. Errors: keystore_form (what is wrong with the file), wrong_password.
Result<SecretKey> open_key(std::string_view json, const Password& password);

// The address that the file names; nobody vouches for it before the key is opened. Error: keystore_form.
Result<Address> sealed_address(std::string_view json);

// From the kernel's getrandom. Error: no_randomness.
Result<SecretKey> new_key();

}  // namespace valetkey
