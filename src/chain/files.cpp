#include "chain/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace valetkey {
namespace {

Failure<> write_error(const std::filesystem::path& path) {
  return fail("file_write", fmt::format("can't write `{}`: {}", path.string(), std::strerror(errno)),
              "check the path, its permissions and the free space");
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> read_text(const std::filesystem::path& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    return fail("file_read", fmt::format("can't read `{}`", path.string()), "check the path and its permissions");
  }
  if (size > kLargestFile) {
    return fail("file_read", fmt::format("`{}` is larger than {} bytes", path.string(), kLargestFile),
                "is it the right file?");
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<void> write_text(const std::filesystem::path& path, std::string_view text) {
  if (path == "-") {
    if (write_all(STDOUT_FILENO, text)) return {};
    return write_error(path);
  }
  std::string temporary = path.string() + ".XXXXXX";
  const int file = mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return write_error(path);
  const mode_t mask = umask(0);
  umask(mask);
  const bool written = write_all(file, text) && fchmod(file, 0666u & ~mask) == 0 && fsync(file) == 0;
  close(file);
  if (written && rename(temporary.c_str(), path.c_str()) == 0) return {};
  const auto failure = write_error(path);
  unlink(temporary.c_str());
  return failure;
}

Result<Approval> read_approval(const std::filesystem::path& path) {
  VALETKEY_TRY(text, read_text(path));
  auto approval = parse_approval(text);
  if (!approval) approval.error().message = fmt::format("`{}`: {}", path.string(), approval.error().message);
  return approval;
}

}  // namespace valetkey
