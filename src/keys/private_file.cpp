#include "keys/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace valetkey {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 1u << 20u;

Failure<> io_error(std::string_view what, const fs::path& path) {
  return fail("keystore_io", fmt::format("can't {} `{}`: {}", what, path.string(), std::strerror(errno)),
              "check the path, its permissions and the free space");
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(file) == 0;
}

}  // namespace

Result<void> make_private_folders(const fs::path& folder) {
  if (folder.empty() || fs::exists(folder)) return {};
  VALETKEY_CHECK(make_private_folders(folder.parent_path()));
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return io_error("make the folder", folder);
  return {};
}

Result<void> write_private_file(const fs::path& path, std::string_view text, Overwrite overwrite) {
  VALETKEY_CHECK(make_private_folders(path.parent_path()));
  std::string temporary = path.string() + ".XXXXXX";
  const int file = mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return io_error("write", path);
  const bool written = write_all(file, text);
  close(file);
  // link fails where the name is taken, rename replaces it.
  const bool named = written && (overwrite == Overwrite::yes ? rename(temporary.c_str(), path.c_str())
                                                             : link(temporary.c_str(), path.c_str())) == 0;
  const int reason = errno;
  if (!named || overwrite == Overwrite::no) unlink(temporary.c_str());
  errno = reason;
  if (named) return {};
  if (reason == EEXIST)
    return fail("key_exists", fmt::format("`{}` is there already", path.string()), "choose another name");
  return io_error("write", path);
}

Result<std::string> read_private_file(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return io_error("read", path);
  struct stat status{};
  const bool known = fstat(file, &status) == 0;
  if (!known || (status.st_mode & 077u) != 0) {
    close(file);
    return fail("key_readable", fmt::format("others may read `{}`", path.string()),
                fmt::format("chmod 600 {}", path.string()));
  }
  std::string text;
  char buffer[4096];
  ssize_t size = 0;
  while (text.size() <= kLongest && (size = read(file, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  close(file);
  if (size < 0) return io_error("read", path);
  return text;
}

}  // namespace valetkey
