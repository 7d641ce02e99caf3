// A target without libFuzzer: its seeds, then mutations of them, the same ones on every run and machine.
//   TARGET_replay TARGET CORPUS MUTATIONS
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "seeds.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMaxSize = 20'000;
constexpr const char* kFailedInput = "failed_input";

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string next() {
    std::string input = pick();
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) edit(input);
    if (input.size() > kMaxSize) input.resize(kMaxSize);
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_()) % end; }
  char byte() { return static_cast<char>(below(256)); }
  const std::string& pick() { return seeds_[below(seeds_.size())]; }
  std::size_t place(const std::string& input) { return below(input.size()); }

  void edit(std::string& input) {
    if (input.empty()) {
      input = pick();
      return;
    }
    const std::size_t at = place(input);
    const std::size_t length = 1 + below(std::min<std::size_t>(32, input.size() - at));
    switch (below(7)) {
      case 0:
        input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 1:
        input[at] = byte();
        break;
      case 2:
        input[at] = static_cast<char>(input[at] + (below(2) == 0 ? 1 : -1));
        break;
      case 3:
        input.erase(at, length);
        break;
      case 4:
        input.insert(at, input.substr(place(input), length));
        break;
      case 5:
        input.insert(at, std::string(length, byte()));
        break;
      default: {
        const std::string& other = pick();
        if (!other.empty()) input.replace(at, length, other.substr(place(other), length));
      }
    }
  }

  std::vector<std::string> seeds_;
  std::mt19937_64 random_{1};
};

std::vector<std::string> read_seeds(const char* target, const char* corpus) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(corpus)) {
    std::ranges::copy(std::filesystem::directory_iterator(corpus), std::back_inserter(paths));
  }
  std::ranges::sort(paths);
  std::vector<std::string> seeds = valetkey::fuzz::seeds_of(target);
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

std::string current_input;  // written where the target aborts

extern "C" void keep_failed_input(int) {
  std::ofstream(kFailedInput, std::ios::binary) << current_input;
  std::fprintf(stderr, "fuzz: this input fails: ./%s\n", kFailedInput);
  std::_Exit(1);
}

void run(std::string input) {
  current_input = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: TARGET_replay TARGET CORPUS MUTATIONS\n", stderr);
    return 1;
  }
  const auto seeds = read_seeds(argv[1], argv[2]);
  if (seeds.empty()) {
    std::fprintf(stderr, "fuzz: no seeds for %s in %s\n", argv[1], argv[2]);
    return 1;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, keep_failed_input);
  for (const std::string& seed : seeds) run(seed);
  Mutator mutator(seeds);
  const long mutations = std::atol(argv[3]);
  for (long i = 0; i < mutations; ++i) run(mutator.next());
  std::printf("fuzz: %s: %zu seeds, %ld mutations\n", argv[1], seeds.size(), mutations);
}
