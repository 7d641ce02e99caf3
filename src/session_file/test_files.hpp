// What the tests of this folder share: a small valid file, options with a few keys, and reading files of the
// repository.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "session_file/session_file.hpp"

namespace valetkey::test {

inline constexpr Address kAccount = "0xacc0000000000000000000000000000000000001"_address;
inline constexpr Address kValidator = "0x7a1e7e0000000000000000000000000000000001"_address;
inline constexpr Seconds kNow = 1'795'251'600;  // 2026-11-21 09:00:00 UTC

inline std::string repository_file(const std::string& path) {
  std::ifstream file(VALETKEY_SOURCE_DIR "/" + path);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Keys of any name: the name's first letters decide the address.
inline Address key_address(std::string_view name) {
  Address address = "0xb070000000000000000000000000000000000000"_address;
  for (std::size_t i = 0; i < name.size(); ++i)
    address.bytes[2 + i % 18] = static_cast<std::uint8_t>(address.bytes[2 + i % 18] * 31 + name[i]);
  return address;
}

inline SessionFileOptions options(std::string path = "s.yaml", Variables variables = {}) {
  SessionFileOptions options;
  options.path = std::move(path);
  options.variables = std::move(variables);
  options.find_key = [](std::string_view name) -> Result<Address> {
    if (name == "nobody")
      return fail("unknown_key_name", "there is no key `nobody`", "make it: `valetkey key new nobody`");
    return key_address(name);
  };
  options.read_file = [](std::string_view file) -> Result<std::string> {
    if (file == "abi/Shop.json") return repository_file("examples/abi/Shop.json");
    if (file == "broken.json") return std::string("[{");
    return fail("file_missing", "`" + std::string(file) + "` can't be opened", "check the path");
  };
  return options;
}

inline BuildInputs inputs() {
  return {.now = kNow, .epoch = 0x51c3, .serial = 7301, .validator = kValidator};
}

// Read and built; the error is of either.
inline Result<BuiltSession> compile(std::string_view text, const SessionFileOptions& with = options()) {
  VALETKEY_TRY(draft, read_session_file(text, with));
  return build_session(draft, inputs());
}

}  // namespace valetkey::test
