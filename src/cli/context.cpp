#include "cli/context.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "chain/artifact.hpp"
#include "chain/deployer.hpp"
#include "chain/entry_point.hpp"

namespace valetkey::cli {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// From --password-file or the variable.
Result<std::optional<Password>> given_password(const std::string& file) {
  if (!file.empty()) {
    VALETKEY_TRY(password, read_password_file(file));
    return std::move(password);
  }
  const char* value = std::getenv("VALETKEY_PASSWORD");
  if (value != nullptr) return Password(value);
  return std::nullopt;
}

}  // namespace

fs::path Context::artifacts() const {
  const std::string folder = variable("VALETKEY_ARTIFACTS");
  return folder.empty() ? fs::path(VALETKEY_DEFAULT_ARTIFACTS) : fs::path(folder);
}

fs::path Context::anvil() const {
  const std::string program = variable("VALETKEY_ANVIL");
  return program.empty() ? fs::path(VALETKEY_DEFAULT_ANVIL) : fs::path(program);
}

ScryptCost Context::scrypt_cost() const {
  return variable("VALETKEY_LIGHT_SCRYPT") == "1" ? kLightScrypt : kStandardScrypt;
}

Result<std::string> Context::rpc_address() const {
  if (!rpc.empty()) return rpc;
  if (const std::string value = variable("VALETKEY_RPC"); !value.empty()) return value;
  VALETKEY_TRY(found, find_devnet(home()));
  return found ? found->rpc : std::string();
}

Result<std::optional<Client>> Context::client_if_any() const {
  VALETKEY_TRY(address, rpc_address());
  if (address.empty()) return std::nullopt;
  VALETKEY_TRY(client, Client::connect(address));
  return std::move(client);
}

Result<Client> Context::client(std::optional<ChainId> expected) const {
  VALETKEY_TRY(address, rpc_address());
  if (address.empty()) {
    return fail("no_rpc", "no chain to speak to",
                "give --rpc ADDRESS, set VALETKEY_RPC, or start a local chain with `valetkey devnet`");
  }
  return Client::connect(address, expected);
}

Result<std::optional<DevnetFile>> Context::devnet() const {
  VALETKEY_TRY(address, rpc_address());
  VALETKEY_TRY(found, find_devnet(home()));
  if (found && found->rpc != address) return std::nullopt;
  return std::move(found);
}

WaitOptions Context::wait() const {
  return {.timeout = std::chrono::seconds(timeout)};
}

Result<Password> Context::password(const std::string& key) const {
  VALETKEY_TRY(given, given_password(password_file));
  if (given) return std::move(*given);
  return ask_password(fmt::format("password of the key {}", key));
}

Result<Password> Context::new_password(const std::string& key) const {
  VALETKEY_TRY(given, given_password(password_file));
  if (given) return std::move(*given);
  VALETKEY_TRY(first, ask_password(fmt::format("new password for the key {}", key)));
  VALETKEY_TRY(second, ask_password("the same again"));
  if (first == second) return std::move(first);
  return fail("password_differs", "the two passwords differ", "try again");
}

Result<SecretKey> Context::key(const std::string& name) const {
  if (name.starts_with("devnet:")) {
    VALETKEY_TRY(running, devnet());
    if (!running)
      return fail("no_devnet", fmt::format("`{}` is a key of the devnet, and none runs", name),
                  "start `valetkey devnet`");
    if (name == "devnet:owner") return devnet_owner_key();
    if (name == "devnet:payer") return devnet_payer_key();
    return fail("key_missing", fmt::format("the devnet has no key `{}`", name), "use `devnet:owner` or `devnet:payer`");
  }
  VALETKEY_TRY(known, keystore().address(name));  // before the password is asked for
  static_cast<void>(known);
  VALETKEY_TRY(secret, password(name));
  return keystore().open(name, secret);
}

Result<Address> Context::key_address(const std::string& name) const {
  if (name.starts_with("0x")) return parse_address(name);
  if (name == "devnet:owner") return devnet_owner_key().address();
  if (name == "devnet:payer") return devnet_payer_key().address();
  return keystore().address(name);
}

Result<SecretKey> Context::payer(const std::string& name) const {
  if (!name.empty()) return key(name);
  VALETKEY_TRY(running, devnet());
  if (running) return devnet_payer_key();
  return fail("missing_option", "who sends the operation and pays for it?",
              "give --payer NAME, a key of the keystore with some of the chain's coin");
}

Result<Address> Context::address_or_devnet(const std::string& text, Address DevnetContracts::* place,
                                           std::string_view option) const {
  if (!text.empty()) return parse_address(text);
  VALETKEY_TRY(running, devnet());
  if (running) return running->contracts.*place;
  return fail("missing_option", fmt::format("{} is missing", option),
              fmt::format("give {} 0x…, or use the devnet", option));
}

Result<EntryPoint> Context::entry_point(const std::string& text) const {
  if (!text.empty()) return parse_entry_point(text);
  VALETKEY_TRY(running, devnet());
  return running ? running->entry_point : kEntryPointV07;
}

Result<Address> Context::validator(const std::string& text) const {
  if (!text.empty()) return parse_address(text);
  VALETKEY_TRY(running, devnet());
  if (running) return running->contracts.validator;
  const auto artifact = read_artifact(artifacts(), "Valetkey");
  if (artifact) return deployed_address(artifact->salt, artifact->creation_code);
  return fail("missing_option", "--validator is missing, and " + artifact.error().message, "give --validator 0x…");
}

}  // namespace valetkey::cli
