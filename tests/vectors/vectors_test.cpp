// Reads every vector file of the folder VALETKEY_VECTORS and checks each case of a kind known here, by the case's
// content and not the file's name. Prints what passed and what was skipped.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "case.hpp"

namespace valetkey::vectors {
namespace {

namespace fs = std::filesystem;

struct Count {
  int passed = 0;
  int failed = 0;
  std::map<std::string, int> skipped;  // by reason
};

struct Checker {
  std::string_view group;
  std::optional<Outcome> (*check)(const Json&);
};
constexpr Checker kCheckers[] = {{"hashing", check_hashing},
                                 {"selectors", check_selector},
                                 {"user operations", check_user_op},
                                 {"account calls", check_account_call}};

struct Report {
  std::map<std::string, Count> kinds;      // "file kind" to its count
  std::map<std::string_view, int> groups;  // cases passed
  std::map<std::string, int> unknown;      // cases of no known kind, by file
};

void check_case(const std::string& file, const Json& test_case, Report& report) {
  for (const auto& [group, check] : kCheckers) {
    std::optional<Outcome> outcome;
    try {
      outcome = check(test_case);
    } catch (const std::exception& error) {
      outcome = Outcome{.failed = error.what()};
    }
    if (!outcome) continue;
    Count& count = report.kinds[file + ' ' + kind_of(test_case)];
    if (!outcome->failed.empty()) {
      ++count.failed;
      ADD_FAILURE() << file << ' ' << test_case.value("id", "without id") << ":\n" << outcome->failed;
    } else if (!outcome->skipped.empty()) {
      ++count.skipped[outcome->skipped];
    } else {
      ++count.passed;
      ++report.groups[group];
    }
    return;
  }
  ++report.unknown[file];
}

void print(const Report& report) {
  for (const auto& [name, count] : report.kinds) {
    fmt::print("{}: {} passed, {} failed", name, count.passed, count.failed);
    for (const auto& [reason, number] : count.skipped) fmt::print(", {} skipped ({})", number, reason);
    fmt::print("\n");
  }
  for (const auto& [file, number] : report.unknown) fmt::print("{}: {} skipped (kinds not known here)\n", file, number);
  int passed = 0;
  int skipped = 0;
  for (const auto& [name, count] : report.kinds) {
    passed += count.passed;
    for (const auto& [reason, number] : count.skipped) skipped += number;
  }
  for (const auto& [file, number] : report.unknown) skipped += number;
  fmt::print("in all: {} passed, {} skipped\n", passed, skipped);
}

TEST(Vectors, EveryCaseOfAKnownKind) {
  const char* const chosen = std::getenv("VALETKEY_VECTORS");
  const fs::path folder = chosen != nullptr ? chosen : VALETKEY_DEFAULT_VECTORS;
  ASSERT_TRUE(fs::is_directory(folder)) << folder << " is no folder; set VALETKEY_VECTORS";
  std::set<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.insert(entry.path());
  }
  Report report;
  for (const fs::path& path : files) {
    std::ifstream stream(path);
    const Json json = Json::parse(stream, nullptr, false);
    const std::string file = path.filename();
    if (json.is_discarded()) {
      ADD_FAILURE() << file << " is no JSON";
    } else if (!json.is_object() || !json.contains("cases")) {
      fmt::print("{}: no list of cases\n", file);
    } else {
      for (const Json& test_case : json.at("cases")) check_case(file, test_case, report);
    }
  }
  print(report);
  EXPECT_FALSE(report.groups.empty()) << "no case was checked in " << folder;
  // Our own folder has cases for every group: a lost file must not go unnoticed.
  for (const Checker& checker : kCheckers) {
    if (chosen == nullptr) {
      EXPECT_GT(report.groups[checker.group], 0) << "no case passed for " << checker.group;
    }
  }
}

}  // namespace
}  // namespace valetkey::vectors
