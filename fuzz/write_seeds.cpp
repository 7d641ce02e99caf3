// Writes the seeds made from the model as files, for libFuzzer: fuzz_seeds TARGET FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "seeds.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: fuzz_seeds TARGET FOLDER\n", stderr);
    return 1;
  }
  std::size_t number = 0;
  for (const std::string& seed : valetkey::fuzz::seeds_of(argv[1])) {
    const auto path = std::filesystem::path(argv[2]) / ("model_" + std::to_string(number++));
    if (!(std::ofstream(path, std::ios::binary) << seed)) return 1;
  }
}
