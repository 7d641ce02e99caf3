#include "session_file/csv.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

TEST(Csv, EachRowGivesEveryVariable) {
  const auto rows = parse_csv("user,most\r\n0xAcc1,\"1\"\n\"a, \"\"b\"\"\",2", "users.csv");
  ASSERT_TRUE(rows) << to_string(rows.error());
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].at("user").value, "0xAcc1");
  EXPECT_EQ((*rows)[0].at("most").value, "1");
  EXPECT_EQ((*rows)[1].at("user").value, "a, \"b\"");
  EXPECT_EQ((*rows)[1].at("most").origin, "users.csv:3, column `most`");
}

TEST(Csv, RefusesWithRowAndColumn) {
  struct Case {
    std::string text;
    std::string_view code;
    std::string message;
  };
  const Case cases[] = {
      {"", "csv_header", "users.csv:1: the file is empty"},
      {"user,user\n1,2\n", "csv_header", "users.csv:1: the column `user` is there twice"},
      {"user name\n1\n", "csv_header", "users.csv:1: `user name` can't be the name of a variable"},
      {"\xef\xbb\xbfuser\n1\n", "csv_header", "users.csv:1: `\xef\xbb\xbfuser` can't be the name of a variable"},
      {"user,most\n1,2\n3\n", "csv_row", "users.csv:3: the row has 1 cells, the first row has 2"},
      {"user,most\n1,2,3\n", "csv_row", "users.csv:2: the row has 3 cells, the first row has 2"},
      {"user,most\n1,2\n\n3,4\n", "csv_row", "users.csv:3: the row has 1 cells, the first row has 2"},
      {"user,most\n1,\n", "csv_cell", "users.csv:2, column `most`: the cell is empty"},
      {"user,most\n1, 2\n", "csv_cell", "users.csv:2, column `most`: the cell begins or ends with a space"},
      {"user\n\"1\n", "csv_quote", "users.csv:2: the cell's closing quote is missing"},
      {"user\n\"1\n2\"\n", "csv_quote", "users.csv:2: the cell's closing quote is missing"},
      {"user\n\"1\"2\n", "csv_quote", "users.csv:2: something follows the closing quote"},
      {"user\n1\"2\n", "csv_quote", "users.csv:2: a quote stands inside a cell without quotes"},
  };
  for (const Case& c : cases) {
    const auto rows = parse_csv(c.text, "users.csv");
    ASSERT_FALSE(rows) << c.text;
    EXPECT_EQ(rows.error().code, c.code) << c.text;
    EXPECT_EQ(rows.error().message, c.message);
    EXPECT_FALSE(rows.error().fix.empty());
  }
}

}  // namespace
}  // namespace valetkey
