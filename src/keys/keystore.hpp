// A folder of key files: one file per name, readable by its owner only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/ecdsa.hpp"
#include "keys/password.hpp"
#include "keys/web3_storage.hpp"

namespace valetkey {

struct StoredKey {
  std::string name;
  Address address;  // as the file says
};

// `$VALETKEY_HOME`, else `~/.valetkey`: where commands keep what is theirs. Keys are in its folder `keys`.
std::filesystem::path home_folder();

// Names are letters, digits, `_`, `-` and `.`, in parts between slashes: `bot`, `billing/0xAcc0`. Key files must not be
// readable by others (mode 0600), folders are made with mode 0700. Errors of all functions: key_name, key_missing,
// key_exists, key_readable, keystore_io, keystore_form.
class Keystore {
 public:
  explicit Keystore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  // Writes a new file, never over an old one. All of it is there or nothing.
  Result<void> save(std::string_view name, const SecretKey& key, const Password& password, ScryptCost cost) const;
  // Also wrong_password, and keystore_form where the key is not that of the file's address.
  Result<SecretKey> open(std::string_view name, const Password& password) const;
  Result<Address> address(std::string_view name) const;
  // By name. A folder that is not there has no keys.
  Result<std::vector<StoredKey>> list() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace valetkey
