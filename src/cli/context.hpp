// What every command has at hand: the options that all share, keys, the chain, the running devnet.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "account/held_session.hpp"
#include "base/result.hpp"
#include "chain/client.hpp"
#include "chain/sender.hpp"
#include "cli/devnet_file.hpp"
#include "cli/report.hpp"
#include "crypto/ecdsa.hpp"
#include "keys/keystore.hpp"

namespace valetkey::cli {

class Context {
 public:
  // Set from the command line.
  bool json = false;
  std::string rpc;
  std::string password_file;
  std::uint64_t timeout = 120;  // seconds to wait for a receipt
  // The command that was chosen.
  std::function<Result<Report>()> action;

  std::filesystem::path home() const { return home_folder(); }
  Keystore keystore() const { return Keystore(home() / "keys"); }
  // $VALETKEY_ARTIFACTS, else the build's own.
  std::filesystem::path artifacts() const;
  std::filesystem::path anvil() const;
  ScryptCost scrypt_cost() const;

  // --rpc, $VALETKEY_RPC, or the running devnet. Error: no_rpc.
  Result<Client> client(std::optional<ChainId> expected = {}) const;
  // None where no address is given and no devnet runs.
  Result<std::optional<Client>> client_if_any() const;
  // The running devnet where it is also the chain that is used.
  Result<std::optional<DevnetFile>> devnet() const;
  WaitOptions wait() const;

  // From --password-file, $VALETKEY_PASSWORD or the terminal.
  Result<Password> password(const std::string& key) const;
  Result<Password> new_password(const std::string& key) const;
  // A name of the keystore, `devnet:owner` or `devnet:payer`.
  Result<SecretKey> key(const std::string& name) const;
  // Also an address itself.
  Result<Address> key_address(const std::string& name) const;
  // Who sends bundles and pays for them: --payer, else the devnet's.
  Result<SecretKey> payer(const std::string& name) const;

  // `text`, or where it is empty what the devnet has. `option` is named in the error missing_option.
  Result<Address> address_or_devnet(const std::string& text, Address DevnetContracts::* place,
                                    std::string_view option) const;
  // As parse_entry_point; where `text` is empty that of the devnet's account, else v0.7.
  Result<EntryPoint> entry_point(const std::string& text) const;
  // `text`, else the running devnet's, else that of the compiled contract, which is the same on every chain. Error:
  // missing_option.
  Result<Address> validator(const std::string& text) const;

 private:
  Result<std::string> rpc_address() const;  // empty where there is none
};

// The wallet's kind that commands speak to.
inline const AccountAdapter& adapter() {
  return openzeppelin_account();
}

}  // namespace valetkey::cli
