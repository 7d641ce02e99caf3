#include "cli/test_program.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace valetkey::cli {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Home::Home() {
  std::string name = (fs::temp_directory_path() / "valetkey-cli-XXXXXX").string();
  folder_ = mkdtemp(name.data());
  write("password", "secret\n");
}

Home::~Home() {
  fs::remove_all(folder_);
}

Ran Home::run(const std::vector<std::string>& arguments) const {
  return run_other(VALETKEY_PROGRAM, arguments);
}

Ran Home::run_other(const std::string& program, const std::vector<std::string>& arguments) const {
  std::string command =
      "cd " + quoted(folder_.string()) +
      " && env -u VALETKEY_RPC -u VALETKEY_PASSWORD VALETKEY_LIGHT_SCRYPT=1 VALETKEY_HOME=" + quoted(home().string()) +
      " setsid -w " + quoted(program);
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  command += " </dev/null >stdout 2>stderr";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(folder_ / "stdout"), content(folder_ / "stderr")};
}

Ran Home::json(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--json", "--password-file", password_file()});
  return run(arguments);
}

std::string Home::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
  return (folder_ / name).string();
}

std::string repository_file(const std::string& path) {
  return VALETKEY_SOURCE_DIR "/" + path;
}

}  // namespace valetkey::cli
