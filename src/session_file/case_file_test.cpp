#include "session_file/case_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "session_file/test_files.hpp"

namespace valetkey {
namespace {

using namespace test;

std::string one(std::string_view entry) {
  return "session: a.yaml\ncases:\n  - {" + std::string(entry) + "}\n";
}

TEST(CaseFile, ReadsEveryExample) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VALETKEY_SOURCE_DIR "/examples")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".test.yaml")) continue;
    ++files;
    const auto file = read_case_file(repository_file("examples/" + name), name);
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_FALSE(file->cases.empty());
  }
  EXPECT_GE(files, 12u);
}

TEST(CaseFile, TimesCallsAndOutcomes) {
  const auto file = read_case_file(one(R"y(at: +30d 1h, call: "a.b(1, 2)", value: 1 ETH, refused: rule_is, argument: to, limit: paid)y"), "t");
  ASSERT_TRUE(file) << to_string(file.error());
  const SessionCase& found = file->cases.at(0);
  EXPECT_TRUE(found.after_start);
  EXPECT_EQ(found.at, 30 * 86'400 + 3'600);
  EXPECT_EQ(found.calls.at(0).text, "a.b(1, 2)");
  EXPECT_EQ(found.calls.at(0).value, "1 ETH");
  EXPECT_EQ(found.expected.refused, RefusalCode::rule_is);
  EXPECT_EQ(found.expected.argument, "to");
  EXPECT_EQ(found.expected.limit, "paid");

  const auto batch = read_case_file(
      one(R"y(at: 2026-12-01 00:00:00 UTC, calls: ["a.b()", {call: "c.d()", value: 2 wei}, {to: a, data: 0x00ff}], allowed)y"), "t");
  ASSERT_TRUE(batch) << to_string(batch.error());
  EXPECT_FALSE(batch->cases.at(0).after_start);
  ASSERT_EQ(batch->cases.at(0).calls.size(), 3u);
  EXPECT_EQ(batch->cases.at(0).calls[1].value, "2 wei");
  EXPECT_EQ(batch->cases.at(0).calls[2].data, (Bytes{0x00, 0xff}));
  EXPECT_FALSE(batch->cases.at(0).expected.refused);
}

TEST(CaseFile, SaysWhatIsWrongAndWhere) {
  struct Wrong {
    std::string text;
    std::string_view code;
    std::string_view message;
  };
  const Wrong files[] = {
      {one("at: +1h, call: a.b"), "missing_key", "t:3:5: the case does not say what becomes of the call"},
      {one("at: +1h, call: a.b, allowed, refused: rule_is"), "missing_key",
       "t:3:5: the case does not say what becomes of the call"},
      {one("at: +1h, call: a.b, refused: rule_was"), "unknown_name", "t:3:35: `rule_was` is no refusal"},
      {one("at: 1h, call: a.b, allowed"), "bad_time", "t:3:10: `1h` is not a time"},
      {one("at: +1x, call: a.b, allowed"), "bad_duration", "t:3:10: `1x` is not a duration"},
      {one("at: +1h, call: a.b, calls: [a.b], allowed"), "wrong_shape", "t:3:21: `calls` and `call` stand together"},
      {one("at: +1h, allowed"), "missing_key", "t:3:5: a call is either a text or a target with its data"},
      {one("at: +1h, call: a.b, allowed, argument: to"), "wrong_shape",
       "t:3:45: `argument` says where a refusal is, and the call is allowed"},
      {one("at: +1h, call: a.b, alowed: true"), "unknown_key", "t:3:26: `alowed` is not known in a case"},
      {"session: a.yaml\ncases:\n", "empty_value", "t:2:1: `cases` has no value"},
  };
  for (const Wrong& wrong : files) {
    const auto file = read_case_file(wrong.text, "t");
    ASSERT_FALSE(file) << wrong.text;
    EXPECT_EQ(file.error().code, wrong.code) << to_string(file.error());
    EXPECT_EQ(file.error().message, wrong.message);
  }
}

}  // namespace
}  // namespace valetkey
