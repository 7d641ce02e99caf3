#include "chain/anvil.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

namespace valetkey {
namespace {

// A port of the loopback interface that nobody listens at; 0 where there is none.
std::uint16_t free_port() {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = std::bit_cast<sockaddr*>(&address);
  const bool found = bind(file, plain, size) == 0 && getsockname(file, plain, &size) == 0;
  close(file);
  return found ? ntohs(address.sin_port) : std::uint16_t{0};
}

// In the child: never returns. 127 tells the parent that there is no such program.
[[noreturn]] void run(const std::vector<std::string>& arguments) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDWR);
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, file);
  std::vector<char*> plain;
  for (const std::string& argument : arguments) plain.push_back(const_cast<char*>(argument.c_str()));
  plain.push_back(nullptr);
  execv(plain.front(), plain.data());
  _exit(127);
}

}  // namespace

Result<Anvil> Anvil::start(const std::filesystem::path& binary, ChainId chain, std::uint16_t port) {
  if (access(binary.c_str(), X_OK) != 0) {
    return fail("anvil_missing", fmt::format("there is no program `{}`", binary.string()),
                "install it with tools/setup, or name it with VALETKEY_ANVIL");
  }
  const std::string port_text = std::to_string(port == 0 ? free_port() : port);
  const std::vector<std::string> arguments{binary.string(), "--hardfork", "osaka",      "--silent",
                                           "--port",        port_text,    "--chain-id", std::to_string(chain.value)};
  const pid_t child = fork();
  if (child == 0) run(arguments);
  if (child < 0) return fail("anvil_start", "can't start a process", "check the memory and process limits");
  Anvil anvil(child, fmt::format("http://127.0.0.1:{}", port_text));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end && anvil.is_alive()) {
    if (Client::connect(anvil.url_, chain)) return anvil;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fail("anvil_start", fmt::format("anvil does not answer at {}", anvil.url_),
              "is the port taken? choose another one with --port");
}

Anvil::Anvil(Anvil&& other) noexcept : pid_(std::exchange(other.pid_, -1)), url_(std::move(other.url_)) {}

Anvil::~Anvil() {
  if (!is_alive()) return;
  kill(pid_, SIGTERM);
  for (int i = 0; i < 100 && is_alive(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (!is_alive()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Anvil::is_alive() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
  return pid_ > 0;
}

}  // namespace valetkey
