// Each item a number of times under callgrind, one profile for each: instructions.py counts them. Without callgrind it
// only runs.
#include <valgrind/callgrind.h>

#include <cstdio>

#include "work.hpp"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: bench_instructions ABI.json [ITEM]\n", stderr);
    return 1;
  }
  constexpr int kTimes = 10;
  for (const auto& item : valetkey::bench::items(valetkey::bench::read_file(argv[1]))) {
    if (argc == 3 && item.name != argv[2]) continue;
    for (int i = 0; i < kTimes; ++i) item.once();  // allocators and tables are warm
    CALLGRIND_ZERO_STATS;
    for (int i = 0; i < kTimes; ++i) item.once();
    CALLGRIND_DUMP_STATS_AT(item.name.data());
  }
}
