#include "session/function_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <functional>
#include <regex>
#include <string>

#include "evm/abi_type.hpp"
#include "random_session.hpp"

namespace valetkey {
namespace {

bool accepted(std::string_view text) {
  return parse_function_text(text).has_value();
}

// Types as hex, one byte a word, with a final `d` where the function has dynamic arguments.
std::string layout(std::string_view text) {
  const auto parsed = parse_function_text(text);
  if (!parsed) return "refused";
  return to_hex(parsed->word_types).substr(2) + (parsed->dynamic ? "d" : "");
}

TEST(FunctionTextTest, LayoutOfStaticTypes) {
  EXPECT_EQ(layout("f()"), "");
  EXPECT_EQ(layout("transfer(address,uint256)"), "003f");
  EXPECT_EQ(layout("f(bool,uint8,int8,int256,bytes1,bytes32)"), "6020405f809f");
  EXPECT_EQ(layout("f(uint256[2],address)"), "3f3f00");
  EXPECT_EQ(layout("f((uint256,uint8),address)"), "3f2000");
  EXPECT_EQ(layout("f((uint256,(bool,address)[2])[2],uint16)"), "3f600060003f6000600021");
  EXPECT_EQ(layout("f(uint8[2][3])"), "202020202020");
}

TEST(FunctionTextTest, DynamicArgumentsTakeOneWord) {
  EXPECT_EQ(layout("f(bytes,uint256)"), "e03fd");
  EXPECT_EQ(layout("f(uint256[],address)"), "e000d");
  EXPECT_EQ(layout("f((bytes,address,uint256),bool)"), "e060d");
  EXPECT_EQ(layout("f(string[3],bool)"), "e060d");
  EXPECT_EQ(layout("f((address,uint256)[][2],bool)"), "e060d");
}

std::string layout_bytes(std::string_view text) {
  const auto parsed = parse_function_text(text);
  return parsed ? to_hex(parsed->layout) : "refused";
}

TEST(FunctionTextTest, LayoutBytes) {
  EXPECT_EQ(layout_bytes("f(uint256,bool)"), "0x") << "static functions have none";
  EXPECT_EQ(layout_bytes("f(bytes,uint256)"), "0x8001");
  EXPECT_EQ(layout_bytes("f(uint256,uint256[],address,bool)"), "0x0182010102");
  EXPECT_EQ(layout_bytes("multicall(bytes[])"), "0x820180");
  EXPECT_EQ(layout_bytes("f(bytes[][])"), "0x8203820180");
  EXPECT_EQ(layout_bytes("f(string[3],bool)"), "0x8303018001");
  EXPECT_EQ(layout_bytes("f((address,uint256)[][2],bool)"), "0x83020382010201");
  EXPECT_EQ(layout_bytes("exactInput((bytes,address,uint256,uint256))"), "0x8104028003");
  EXPECT_EQ(layout_bytes("f((uint8[2],(bool,bytes)),(int8,int8))"),
            "0x8103060281020201800"
            "2");
  EXPECT_EQ(layout_bytes("f(uint8[127],bytes)"), "0x7f80");
  EXPECT_EQ(layout_bytes("f(uint8[128],bytes)"), "0x7f0180");
  EXPECT_EQ(layout_bytes("f(bytes,uint8[254])"), "0x807f7f");
  EXPECT_EQ(layout_bytes("f(uint8[127][])"), "0x82017f");
  EXPECT_EQ(layout_bytes("f(uint8[128][])"), "refused") << "an element of an array is one item";
}

TEST(FunctionTextTest, OnlyCanonicalTypes) {
  for (const char* text : {"f(uint)",
                           "f(int)",
                           "f(byte)",
                           "f(uint7)",
                           "f(uint0)",
                           "f(uint264)",
                           "f(uint08)",
                           "f(int512)",
                           "f(bytes0)",
                           "f(bytes33)",
                           "f(bytes01)",
                           "f(Address)",
                           "f(function)",
                           "f(address payable)",
                           "f(address )",
                           "f( address)",
                           "f(address,)",
                           "f(,address)",
                           "f(())",
                           "f((address)",
                           "f(address))",
                           "f(address",
                           "f",
                           "f(",
                           "f)",
                           "()",
                           "(address)",
                           "1f()",
                           "f()()",
                           "f()x",
                           "f[]()",
                           "f(uint256[0])",
                           "f(uint256[01])",
                           "f(uint256[256])",
                           "f(uint256[)",
                           "f(uint256])",
                           "f(uint256[-1])",
                           "f(uint256[1)",
                           "f(uint256[1]x)",
                           "f-g()",
                           "f(uint256 a)",
                           "f((address,uint256)x)",
                           "f\xc3\xa9()",
                           "uint256",
                           "f([])",
                           "f((,))"}) {
    EXPECT_FALSE(accepted(text)) << text;
  }
  for (const char* text : {"f()", "_()", "$()", "a1_$Z()", "f(uint256[255])", "f(uint256[][])"}) {
    EXPECT_TRUE(accepted(text)) << text;
  }
}

TEST(FunctionTextTest, NestingIsAtMostEight) {
  const auto brackets = [](std::size_t depth) {
    return "f" + std::string(depth, '(') + "bool" + std::string(depth, ')');
  };
  EXPECT_TRUE(accepted(brackets(8)));
  EXPECT_FALSE(accepted(brackets(9)));
  const auto arrays = [](std::size_t depth) {
    std::string text = "f(bool";
    for (std::size_t i = 0; i < depth; ++i) text += "[]";
    return text + ")";
  };
  EXPECT_TRUE(accepted(arrays(7)));
  EXPECT_FALSE(accepted(arrays(8)));
  // The list 1, six arrays, the tuple: 8. One more array around it is too deep.
  EXPECT_TRUE(accepted("f((bool)[1][1][1][1][1][1])"));
  EXPECT_FALSE(accepted("f((bool)[1][1][1][1][1][1][1])"));
  EXPECT_FALSE(accepted("f((bool[1])[1][1][1][1][1][1])"));
}

TEST(FunctionTextTest, AtMost255WordsInAllAndInEveryPart) {
  EXPECT_TRUE(accepted("f(uint8[255])"));
  EXPECT_FALSE(accepted("f(uint8[255],bool)"));
  EXPECT_TRUE(accepted("f(uint8[15][17])"));
  EXPECT_FALSE(accepted("f(uint8[16][16])"));
  EXPECT_FALSE(accepted("f(uint8[16][16][])"));
  EXPECT_FALSE(accepted("f(bytes,(uint8[200],uint8[200],bytes))"));
  EXPECT_TRUE(accepted("f(uint8[200],(uint8[200],bytes))"));
  EXPECT_TRUE(accepted("f(bytes[255])"));
}

TEST(FunctionTextTest, AtMost200Bytes) {
  EXPECT_TRUE(accepted(std::string(198, 'a') + "()"));
  EXPECT_FALSE(accepted(std::string(199, 'a') + "()"));
}

Bytes items_of(const std::vector<AbiType>& types);

// One item, and what it measures.
Bytes item_of(const AbiType& type) {
  if (type.kind == AbiKind::bytes || type.kind == AbiKind::string) return {0x80};
  const bool tuple = type.kind == AbiKind::tuple;
  const Bytes inner = items_of(type.components);
  Bytes item{0x82};
  if (tuple) {
    std::size_t words = 0;
    for (const AbiType& member : type.components) words += member.head_words();
    item = {0x81, static_cast<std::uint8_t>(words)};
  } else if (type.kind == AbiKind::fixed_array) {
    item = {0x83, static_cast<std::uint8_t>(type.length)};
  }
  item.push_back(static_cast<std::uint8_t>(inner.size()));
  append(item, inner);
  return item;
}

// Runs of static words are short here: below 128.
Bytes items_of(const std::vector<AbiType>& types) {
  Bytes items;
  std::size_t run = 0;
  for (const AbiType& type : types) {
    if (!type.is_dynamic()) {
      run += type.head_words();
      continue;
    }
    if (run != 0) items.push_back(static_cast<std::uint8_t>(run));
    run = 0;
    append(items, item_of(type));
  }
  if (run != 0) items.push_back(static_cast<std::uint8_t>(run));
  return items;
}

// The generic ABI code reads the same layout.
TEST(FunctionTextTest, AgreesWithTheAbiCode) {
  testing::Random random(30);
  constexpr std::array<std::string_view, 12> kPlain{"address", "bool",    "uint256", "uint8",  "int24",  "int256",
                                                    "bytes4",  "bytes32", "bytes",   "string", "uint96", "bytes1"};
  const std::function<std::string(int)> type = [&](int depth) {
    std::string text;
    if (depth > 0 && random.chance(30)) {
      text = "(";
      const std::size_t members = random.between(1, 3);
      for (std::size_t i = 0; i < members; ++i) text += (i == 0 ? "" : ",") + type(depth - 1);
      text += ")";
    } else {
      text = random.pick(kPlain);
    }
    if (random.chance(25)) text += random.chance(50) ? "[]" : "[" + std::to_string(random.between(1, 4)) + "]";
    return text;
  };
  for (int i = 0; i < 2000; ++i) {
    std::string text = "f(";
    const std::size_t arguments = random.below(4);
    for (std::size_t a = 0; a < arguments; ++a) text += (a == 0 ? "" : ",") + type(2);
    text += ")";
    const auto layout = parse_function_text(text);
    if (!layout) continue;  // over 200 bytes or 255 words
    const auto function = parse_function(text);
    ASSERT_TRUE(function) << text;
    const auto words = head_layout(function->inputs);
    ASSERT_EQ(words.size(), layout->word_types.size()) << text;
    for (std::size_t w = 0; w < words.size(); ++w)
      EXPECT_EQ(words[w].is_offset(), layout->word_types[w] == kDynamicWord) << text;
    EXPECT_EQ(selector(*function), layout->selector);
    EXPECT_EQ(layout->layout, layout->dynamic ? items_of(function->inputs) : Bytes()) << text;
  }
}

// The table of docs/refusals.md and ours are the same, and each text gives its selector.
TEST(FunctionTextTest, ReservedSelectorsAreThoseOfThePage) {
  std::ifstream page(VALETKEY_REFUSALS_PAGE);
  ASSERT_TRUE(page);
  const std::regex row("\\| `([0-9a-f]{8})` \\| `(.*)` \\| (never)? ?\\|");
  std::size_t rows = 0;
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    ++rows;
    const auto selector = parse_fixed<Selector>("0x" + match[1].str()).value();
    EXPECT_EQ(reserved_text(selector), match[2].str()) << line;
    EXPECT_EQ(is_denied(selector), match[3].matched) << line;
    const auto layout = parse_function_text(match[2].str());
    ASSERT_TRUE(layout) << line;
    EXPECT_EQ(layout->selector, selector) << line;
  }
  EXPECT_EQ(rows, 44U);
  EXPECT_EQ(reserved_text("0x12345678"_selector), "");
  EXPECT_FALSE(is_denied("0x12345678"_selector));
}

}  // namespace
}  // namespace valetkey
