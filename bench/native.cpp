// Times of each item, as one JSON object of nanoseconds. tools/bench runs it beside peer.mjs and prints ratios.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "work.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double nanoseconds(const valetkey::bench::Item& item, int times) {
  const auto start = Clock::now();
  for (int i = 0; i < times; ++i) item.once();
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / times;
}

// The best of many batches of about 2 ms: what disturbs a batch only makes it slower, and short ones fit between two
// disturbances.
double best_of_batches(const valetkey::bench::Item& item) {
  constexpr int kWarmUp = 100;
  constexpr int kBatches = 120;
  const int times = std::max(1, static_cast<int>(2e6 / nanoseconds(item, kWarmUp)));
  double best = nanoseconds(item, times);
  for (int i = 1; i < kBatches; ++i) best = std::min(best, nanoseconds(item, times));
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench_native ABI.json\n", stderr);
    return 1;
  }
  const char* separator = "{";
  for (const auto& item : valetkey::bench::items(valetkey::bench::read_file(argv[1]))) {
    std::printf("%s\"%s\": %.1f", separator, item.name.data(), best_of_batches(item));
    separator = ", ";
  }
  std::puts("}");
}
