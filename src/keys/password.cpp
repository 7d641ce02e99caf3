#include "keys/password.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace valetkey {
namespace {

// Echo off as long as the object lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(int file) : file_(file) {
    tcgetattr(file_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(file_, TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() { tcsetattr(file_, TCSAFLUSH, &before_); }

 private:
  int file_;
  termios before_{};
};

constexpr std::size_t kLongest = 1024;

// Up to the end of the line or file; false where it is longer than kLongest.
bool read_line(int file, std::array<char, kLongest>& line, std::size_t& size) {
  for (size = 0; size < line.size(); ++size) {
    if (read(file, &line[size], 1) != 1 || line[size] == '\n') {
      if (size > 0 && line[size - 1] == '\r') --size;
      return true;
    }
  }
  return false;
}

std::optional<Password> read_password(int file) {
  std::array<char, kLongest> line{};
  std::size_t size = 0;
  const bool whole = read_line(file, line, size);
  std::optional<Password> password;
  if (whole) password.emplace(std::string_view(line.data(), size));
  wipe({reinterpret_cast<std::uint8_t*>(line.data()), line.size()});
  return password;
}

}  // namespace

Result<Password> read_password_file(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return fail("password_file", fmt::format("can't read the password file `{}`", path.string()),
                "check the path and that you may read it");
  }
  auto password = read_password(file);
  close(file);
  if (!password) {
    return fail("password_file", fmt::format("the first line of `{}` is longer than {} bytes", path.string(), kLongest),
                "put the password alone on the first line");
  }
  return std::move(*password);
}

Result<Password> ask_password(const std::string& prompt) {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) {
    return fail("no_terminal", "there is no terminal to ask for the password",
                "use --password-file FILE, or the variable VALETKEY_PASSWORD");
  }
  const std::string question = prompt + ": ";
  std::optional<Password> password;
  {
    const SilentTerminal silent(terminal);
    if (write(terminal, question.data(), question.size()) > 0) password = read_password(terminal);
  }
  if (write(terminal, "\n", 1) < 0) password.reset();
  close(terminal);
  if (!password) return fail("no_terminal", "can't read the password from the terminal", "use --password-file FILE");
  return std::move(*password);
}

}  // namespace valetkey
