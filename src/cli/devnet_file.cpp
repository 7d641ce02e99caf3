#include "cli/devnet_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "chain/entry_point.hpp"
#include "keys/private_file.hpp"
#include "userop/user_op.hpp"

namespace valetkey::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path file_of(const fs::path& home) {
  return home / "devnet.json";
}

struct Member {
  const char* name;
  Address DevnetContracts::* place;
};
constexpr std::array kMembers{
    Member{"validator", &DevnetContracts::validator}, Member{"owner_validator", &DevnetContracts::owner_validator},
    Member{"account", &DevnetContracts::account},     Member{"usdc", &DevnetContracts::usdc},
    Member{"weth", &DevnetContracts::weth},           Member{"factory", &DevnetContracts::factory},
    Member{"pool", &DevnetContracts::pool},           Member{"position_manager", &DevnetContracts::position_manager},
    Member{"router", &DevnetContracts::router}};

Failure<> broken(const fs::path& home) {
  return fail("devnet_file", fmt::format("`{}` is not what the devnet wrote", file_of(home).string()),
              "stop the devnet and start it again");
}

// -1 where somebody else holds it.
int try_lock(const fs::path& home) {
  const int file = open((home / "devnet.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  if (file >= 0) close(file);
  return -1;
}

Result<Address> address_member(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return fail("devnet_file", name);
  return parse_address(found->get<std::string>());
}

}  // namespace

Result<DevnetLock> DevnetLock::take(const fs::path& home) {
  VALETKEY_CHECK(make_private_folders(home));
  const int file = try_lock(home);
  if (file >= 0) return DevnetLock(file);
  return fail("devnet_running", fmt::format("a devnet runs already with the home folder `{}`", home.string()),
              "stop it with `valetkey devnet stop`, or choose another folder with VALETKEY_HOME");
}

DevnetLock::~DevnetLock() {
  if (file_ >= 0) close(file_);
}

Result<void> write_devnet_file(const fs::path& home, const DevnetFile& devnet) {
  Json json{{"pid", devnet.pid},
            {"rpc", devnet.rpc},
            {"chain", kDevnetChain.value},
            {"owner", to_checksum(devnet.owner)},
            {"entry_point_v07", to_checksum(kEntryPointV07.address)},
            {"entry_point_v08", to_checksum(kEntryPointV08.address)},
            {"entry_point", devnet.entry_point == kEntryPointV08 ? "v0.8" : "v0.7"}};
  for (const Member& member : kMembers) json["contracts"][member.name] = to_checksum(devnet.contracts.*member.place);
  return write_private_file(file_of(home), json.dump(2) + "\n", Overwrite::yes);
}

void remove_devnet_file(const fs::path& home) {
  std::error_code error;
  fs::remove(file_of(home), error);
}

Result<std::optional<DevnetFile>> find_devnet(const fs::path& home) {
  if (!fs::exists(file_of(home))) return std::nullopt;
  if (const int file = try_lock(home); file >= 0) {
    close(file);
    return std::nullopt;
  }
  VALETKEY_TRY(text, read_private_file(file_of(home)));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("contracts") || !json.contains("pid") || !json["pid"].is_number_integer() ||
      !json.contains("rpc") || !json["rpc"].is_string() || !json.contains("entry_point") ||
      !json["entry_point"].is_string()) {
    return broken(home);
  }
  DevnetFile devnet;
  devnet.pid = json["pid"].get<pid_t>();
  devnet.rpc = json["rpc"].get<std::string>();
  const auto owner = address_member(json, "owner");
  const auto entry_point = parse_entry_point(json["entry_point"].get<std::string>());
  if (!owner || !entry_point) return broken(home);
  devnet.owner = *owner;
  devnet.entry_point = *entry_point;
  for (const Member& member : kMembers) {
    const auto address = address_member(json["contracts"], member.name);
    if (!address) return broken(home);
    devnet.contracts.*member.place = *address;
  }
  return devnet;
}

}  // namespace valetkey::cli
