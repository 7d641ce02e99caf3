// Passwords: text that is wiped when it goes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace valetkey {

class Password {
 public:
  explicit Password(std::string_view text) : bytes_(to_bytes(as_bytes(text))) {}
  Password(const Password&) = delete;
  Password& operator=(const Password&) = delete;
  Password(Password&&) noexcept = default;
  Password& operator=(Password&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Password() { wipe(bytes_); }

  ByteView expose(ExposeSecret) const { return bytes_; }
  bool operator==(const Password& other) const { return equal_constant_time(bytes_, other.bytes_); }

 private:
  Bytes bytes_;
};

// The first line of the file. Errors: password_file.
Result<Password> read_password_file(const std::filesystem::path& path);

// Asks on the terminal, without showing what is typed. Error: no_terminal.
Result<Password> ask_password(const std::string& prompt);

}  // namespace valetkey
