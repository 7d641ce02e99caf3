#include "keys/keystore.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "keys/private_file.hpp"

namespace valetkey {
namespace {

namespace fs = std::filesystem;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

Result<fs::path> file_of(const fs::path& folder, std::string_view name) {
  bool good = !name.empty() && name.size() <= 200;
  bool at_start = true;  // of a part between slashes: no dot, no slash
  for (const char c : name) {
    good = good && (at_start ? is_name_character(c) && c != '.' : is_name_character(c) || c == '/');
    at_start = c == '/';
  }
  if (!good || at_start) {
    return fail("key_name", fmt::format("`{}` is not a name for a key", name),
                "use letters, digits, `_`, `-` and `.`, e.g. `bot`");
  }
  return folder / (std::string(name) + ".json");
}

// The error names the file where its content is wrong.
template <class T>
Result<T> in_file(Result<T> result, const fs::path& path) {
  if (!result && result.error().code == "keystore_form") {
    result.error().message = fmt::format("`{}`: {}", path.string(), result.error().message);
  }
  return result;
}

Result<std::string> read_key_file(const fs::path& path, std::string_view name) {
  if (!fs::exists(path)) {
    return fail("key_missing", fmt::format("there is no key `{}`", name),
                fmt::format("see `valetkey key list`, or make it: `valetkey key new {}`", name));
  }
  return read_private_file(path);
}

}  // namespace

fs::path home_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  const fs::path home = variable("VALETKEY_HOME");
  return home.empty() ? variable("HOME") / ".valetkey" : home;
}

Result<void> Keystore::save(std::string_view name, const SecretKey& key, const Password& password,
                            ScryptCost cost) const {
  VALETKEY_TRY(path, file_of(folder_, name));
  if (fs::exists(path)) {
    return fail("key_exists", fmt::format("there is a key `{}` already", name), "choose another name");
  }
  VALETKEY_TRY(text, seal_key(key, password, cost));
  return write_private_file(path, text, Overwrite::no);
}

Result<SecretKey> Keystore::open(std::string_view name, const Password& password) const {
  VALETKEY_TRY(path, file_of(folder_, name));
  VALETKEY_TRY(text, read_key_file(path, name));
  VALETKEY_TRY(stated, in_file(sealed_address(text), path));
  auto key = in_file(open_key(text, password), path);
  if (key && key->address() != stated) {
    return fail("keystore_form", fmt::format("the file of the key `{}` names another address than its key's", name),
                "somebody changed the file: restore it from a copy");
  }
  return key;
}

Result<Address> Keystore::address(std::string_view name) const {
  VALETKEY_TRY(path, file_of(folder_, name));
  VALETKEY_TRY(text, read_key_file(path, name));
  return in_file(sealed_address(text), path);
}

Result<std::vector<StoredKey>> Keystore::list() const {
  std::vector<StoredKey> keys;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder_, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (!entry->is_regular_file() || entry->path().extension() != ".json") continue;
    const std::string name = fs::relative(entry->path(), folder_).replace_extension().generic_string();
    VALETKEY_TRY(stored, address(name));
    keys.push_back({name, stored});
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail("keystore_io", fmt::format("can't read the folder `{}`: {}", folder_.string(), error.message()));
  }
  std::ranges::sort(keys, {}, &StoredKey::name);
  return keys;
}

}  // namespace valetkey
