// For the tests: runs the program as people do, in a home folder of its own.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace valetkey::cli {

struct Ran {
  int exit = -1;
  std::string out;
  std::string err;
  // Standard output as JSON; null where it is none.
  nlohmann::json json() const { return nlohmann::json::parse(out, nullptr, false); }
};

// A temporary folder, removed at the end; VALETKEY_HOME is inside it.
class Home {
 public:
  Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home();

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path home() const { return folder_ / "home"; }

  // The program with these arguments, standard input closed and no terminal; without VALETKEY_RPC and
  // VALETKEY_PASSWORD.
  Ran run(const std::vector<std::string>& arguments) const;
  Ran run_other(const std::string& program, const std::vector<std::string>& arguments) const;
  // With --json, and the password `secret`.
  Ran json(std::vector<std::string> arguments) const;

  std::string write(const std::string& name, const std::string& text) const;
  std::string password_file() const { return (folder_ / "password").string(); }

 private:
  std::filesystem::path folder_;
};

std::string repository_file(const std::string& path);

}  // namespace valetkey::cli
