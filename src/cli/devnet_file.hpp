// The running devnet, as other commands find it: devnet.json in the home folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "chain/devnet.hpp"

namespace valetkey::cli {

struct DevnetFile {
  pid_t pid = 0;
  std::string rpc;
  Address owner;
  EntryPoint entry_point;  // of the account
  DevnetContracts contracts;
};

// Held by the process that runs the devnet, so that nobody takes a file left behind for a devnet.
class DevnetLock {
 public:
  // Error: devnet_running.
  static Result<DevnetLock> take(const std::filesystem::path& home);
  DevnetLock(const DevnetLock&) = delete;
  DevnetLock& operator=(const DevnetLock&) = delete;
  DevnetLock(DevnetLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DevnetLock& operator=(DevnetLock&&) = delete;
  ~DevnetLock();

 private:
  explicit DevnetLock(int file) : file_(file) {}
  int file_;
};

Result<void> write_devnet_file(const std::filesystem::path& home, const DevnetFile& devnet);
void remove_devnet_file(const std::filesystem::path& home);

// None where no devnet runs. Error: devnet_file (the file is broken).
Result<std::optional<DevnetFile>> find_devnet(const std::filesystem::path& home);

}  // namespace valetkey::cli
