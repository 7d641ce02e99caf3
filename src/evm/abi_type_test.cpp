#include "evm/abi_type.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

std::string canonical(std::string_view declaration) {
  const auto function = parse_function(declaration);
  return function ? signature_text(*function) : std::string(function.error().code);
}

constexpr std::string_view kSwap = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))";

TEST(AbiFunction, CanonicalTextStaysAsItIs) {
  for (const std::string_view text : {kSwap, std::string_view("f()"), std::string_view("transfer(address,uint256)"),
                                      std::string_view("g((bytes,(string,int8[3])[])[2][],bytes32)")}) {
    EXPECT_EQ(canonical(text), text);
  }
}

TEST(AbiFunction, DeclarationsLoseNamesAndModifiers) {
  EXPECT_EQ(canonical("function transfer(address to, uint256 value) returns (bool)"), "transfer(address,uint256)");
  EXPECT_EQ(canonical("transfer(address to,uint value)"), "transfer(address,uint256)");
  EXPECT_EQ(canonical("function f(tuple(address a, uint24 fee) params, int[] calldata xs) external payable;"),
            "f((address,uint24),int256[])");
  EXPECT_EQ(canonical("function f((address tokenIn, uint24 fee) params, address payable to) view"),
            "f((address,uint24),address)");
  EXPECT_EQ(canonical("function f ( bytes memory data ) public pure returns (uint256 a, (bool b) c)"), "f(bytes)");
}

TEST(AbiFunction, KeepsNamesOutputsAndMutability) {
  const auto function =
      parse_function("function quote((address tokenIn, uint24 fee) params, uint256) view returns (uint256 amount)");
  ASSERT_TRUE(function);
  EXPECT_EQ(function->inputs[0].name, "params");
  EXPECT_EQ(function->inputs[0].components[1].name, "fee");
  EXPECT_EQ(function->inputs[1].name, "");
  EXPECT_EQ(function->outputs[0].name, "amount");
  EXPECT_EQ(function->mutability, StateMutability::view);
}

TEST(AbiFunction, RefusesWhatIsNoDeclaration) {
  EXPECT_EQ(canonical("transfer"), "abi_syntax");
  EXPECT_EQ(canonical("transfer(address"), "abi_syntax");
  EXPECT_EQ(canonical("transfer(address,)"), "abi_syntax");
  EXPECT_EQ(canonical("transfer(address)x(uint256)"), "abi_syntax");
  EXPECT_EQ(canonical("transfer(address to from)"), "abi_syntax");
  EXPECT_EQ(canonical("1f()"), "abi_syntax");
  EXPECT_EQ(canonical("f(())"), "abi_syntax");
  EXPECT_EQ(canonical("f(uint7)"), "abi_type");
  EXPECT_EQ(canonical("f(uint264)"), "abi_type");
  EXPECT_EQ(canonical("f(uint08)"), "abi_type");
  EXPECT_EQ(canonical("f(bytes33)"), "abi_type");
  EXPECT_EQ(canonical("f(bytes0)"), "abi_type");
  EXPECT_EQ(canonical("f(adress)"), "abi_type");
  EXPECT_EQ(canonical("f(uint256[0])"), "abi_syntax");
  EXPECT_EQ(canonical("f(uint256[1025])"), "abi_size");
  EXPECT_EQ(canonical("f(uint256[100][100])"), "abi_size");
  EXPECT_EQ(canonical("f(" + std::string(40, '(') + "uint8" + std::string(40, ')') + ")"), "abi_depth");
  std::string arrays = "f(uint8";
  for (int i = 0; i < 40; ++i) arrays += "[]";
  EXPECT_EQ(canonical(arrays + ")"), "abi_depth");
}

TEST(AbiFunction, Selectors) {
  EXPECT_EQ(selector(parse_function("transfer(address,uint256)").value()), "0xa9059cbb"_selector);
  EXPECT_EQ(selector(parse_function(kSwap).value()), "0x04e45aaf"_selector);
  EXPECT_EQ(selector_of_text("execute(bytes32,bytes)"), "0xe9ae5c53"_selector);
  EXPECT_EQ(selector(parse_error("error Error(string reason)").value()), "0x08c379a0"_selector);
  EXPECT_EQ(topic0(parse_event("event Transfer(address indexed from, address indexed to, uint256 value)").value()),
            "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"_hash);
}

TEST(AbiEvent, KeepsIndexed) {
  const auto event = parse_event("event Transfer(address indexed from, uint256 value) anonymous");
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->inputs[0].indexed);
  EXPECT_EQ(event->inputs[0].name, "from");
  EXPECT_FALSE(event->inputs[1].indexed);
  EXPECT_TRUE(event->anonymous);
}

TEST(Abi, HumanReadableLinesAndOverloads) {
  const auto abi = parse_human_readable_abi(
      "function mint(address to)\n\n  function mint(address to, uint256 id)\r\nerror Bad()\nevent Done(bool ok)\n");
  ASSERT_TRUE(abi);
  EXPECT_EQ(find_functions(*abi, "mint").size(), 2u);
  ASSERT_EQ(find_functions(*abi, "mint(address recipient, uint)").size(), 1u);
  EXPECT_EQ(find_functions(*abi, "mint(address,uint256)")[0]->inputs[1].name, "id");
  EXPECT_TRUE(find_functions(*abi, "burn").empty());
  EXPECT_EQ(abi->errors.size(), 1u);
  EXPECT_EQ(abi->events.size(), 1u);
  EXPECT_EQ(parse_human_readable_abi("mint(address)").error().code, "abi_syntax");
}

std::vector<std::string> layout(std::string_view declaration) {
  std::vector<std::string> lines;
  for (const HeadWord& word : head_layout(parse_function(declaration).value().inputs)) {
    lines.push_back(std::to_string(word.position) + ' ' + word.path + ' ' + canonical_text(word.type) +
                    (word.is_offset() ? " offset" : ""));
  }
  return lines;
}

TEST(HeadLayout, StaticTuplesAndArraysTakeTheirFullSize) {
  EXPECT_EQ(layout("f((address tokenIn, uint24 fee) params, uint8[3] xs, bytes data, (int8 a, bool)[2] grid, bytes4)"),
            (std::vector<std::string>{"0 params.tokenIn address", "1 params.fee uint24", "2 xs[0] uint8",
                                      "3 xs[1] uint8", "4 xs[2] uint8", "5 data bytes offset", "6 grid[0].a int8",
                                      "7 grid[0].1 bool", "8 grid[1].a int8", "9 grid[1].1 bool", "10 4 bytes4"}));
}

TEST(HeadLayout, DynamicTypesTakeOneWord) {
  EXPECT_EQ(layout("f((address to, bytes data) call, uint256[] xs, string[2] names, uint256 last)"),
            (std::vector<std::string>{"0 call (address,bytes) offset", "1 xs uint256[] offset",
                                      "2 names string[2] offset", "3 last uint256"}));
  EXPECT_TRUE(layout("f()").empty());
}

}  // namespace
}  // namespace valetkey
