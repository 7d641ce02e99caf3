#include "session/refusal.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>

namespace valetkey {
namespace {

// Numbers, names and sentences are those of docs/refusals.md.
TEST(RefusalTest, TheTableIsThatOfThePage) {
  std::ifstream page(VALETKEY_REFUSALS_PAGE);
  ASSERT_TRUE(page);
  const std::regex row(R"(\| (\d+) \| `(\w+)` \| [^|]* \| (.*) \|)");
  const std::regex unnumbered(R"(\| `(window_\w+)` \| (.*) \|)");
  int rows = 0;
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (std::regex_match(line, match, row)) {
      const auto code = refusal_code(match[2].str());
      ASSERT_TRUE(code) << line;
      EXPECT_EQ(std::to_string(static_cast<int>(*code)), match[1].str());
      EXPECT_EQ(refusal_sentence(*code), match[3].str());
      EXPECT_EQ(refusal_code(static_cast<std::uint8_t>(*code)), *code);
      EXPECT_EQ(refusal_name(*code), match[2].str());
      ++rows;
    } else if (std::regex_match(line, match, unnumbered)) {
      const auto code = refusal_code(match[1].str());
      ASSERT_TRUE(code) << line;
      EXPECT_EQ(refusal_sentence(*code), match[2].str());
      ++rows;
    }
  }
  EXPECT_EQ(rows, 98);
}

TEST(RefusalTest, UnknownNumbersAndNamesAreNone) {
  EXPECT_FALSE(refusal_code(std::uint8_t{0}));
  EXPECT_FALSE(refusal_code(std::uint8_t{97}));
  EXPECT_FALSE(refusal_code(std::uint8_t{253}));
  EXPECT_FALSE(refusal_code("nothing"));
}

}  // namespace
}  // namespace valetkey
