// The pieces of work that are measured, by time (native.cpp) and by instructions (instructions.cpp).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace valetkey::bench {

struct Item {
  std::string_view name;
  std::function<void()> once;  // does all of it once; stops the program where a step fails
};

// `abi_json` is the text of router_abi.json.
std::vector<Item> items(std::string abi_json);

// The text of a file; stops the program where it can't be read.
std::string read_file(const char* path);

}  // namespace valetkey::bench
