// A local chain: anvil as a child process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "chain/client.hpp"

namespace valetkey {

// Ends with its object, and with the process that started it.
class Anvil {
 public:
  // Waits until it answers. port 0: a free one. Errors: anvil_missing, anvil_start, and the client's.
  static Result<Anvil> start(const std::filesystem::path& binary, ChainId chain, std::uint16_t port = 0);
  Anvil(const Anvil&) = delete;
  Anvil& operator=(const Anvil&) = delete;
  Anvil(Anvil&& other) noexcept;
  Anvil& operator=(Anvil&&) = delete;
  ~Anvil();

  const std::string& url() const { return url_; }
  bool is_alive();

 private:
  Anvil(pid_t pid, std::string url) : pid_(pid), url_(std::move(url)) {}

  pid_t pid_;
  std::string url_;
};

}  // namespace valetkey
