#include "evm/abi_json.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

constexpr std::string_view kAbi = R"([
  {"type":"constructor","inputs":[{"name":"owner","type":"address"}]},
  {"type":"function","name":"exactInputSingle","stateMutability":"payable",
   "inputs":[{"name":"params","type":"tuple","internalType":"struct P","components":[
      {"name":"tokenIn","type":"address"},{"name":"fee","type":"uint24"}]}],
   "outputs":[{"name":"amountOut","type":"uint256"}]},
  {"type":"function","name":"mint","inputs":[],"outputs":[],"constant":true},
  {"type":"function","name":"mint","inputs":[{"name":"to","type":"tuple[2][]","components":[{"name":"a","type":"int8"}]}]},
  {"type":"error","name":"Bad","inputs":[{"name":"code","type":"uint16"}]},
  {"type":"event","name":"Done","inputs":[{"name":"by","type":"address","indexed":true}],"anonymous":false},
  {"type":"receive","stateMutability":"payable"}])";

TEST(AbiJson, ReadsFunctionsErrorsAndEvents) {
  const auto abi = parse_abi_json(kAbi);
  ASSERT_TRUE(abi) << abi.error().message;
  ASSERT_EQ(abi->functions.size(), 3u);
  EXPECT_EQ(signature_text(abi->functions[0]), "exactInputSingle((address,uint24))");
  EXPECT_EQ(abi->functions[0].mutability, StateMutability::payable);
  EXPECT_EQ(abi->functions[0].outputs[0].name, "amountOut");
  EXPECT_EQ(head_layout(abi->functions[0].inputs)[1].path, "params.fee");
  EXPECT_EQ(abi->functions[1].mutability, StateMutability::view);
  EXPECT_EQ(signature_text(abi->functions[2]), "mint((int8)[2][])");
  EXPECT_EQ(signature_text(abi->errors.at(0)), "Bad(uint16)");
  EXPECT_TRUE(abi->events.at(0).inputs[0].indexed);
}

TEST(AbiJson, ReadsACompilersArtifact) {
  const auto abi = parse_abi_json(R"({"bytecode":"0x","abi":)" + std::string(kAbi) + "}");
  ASSERT_TRUE(abi);
  EXPECT_EQ(abi->functions.size(), 3u);
}

std::string code_of(std::string_view json) {
  const auto abi = parse_abi_json(json);
  return abi ? "ok" : std::string(abi.error().code);
}

TEST(AbiJson, RefusesWhatIsNoAbi) {
  EXPECT_EQ(code_of(""), "json_syntax");
  EXPECT_EQ(code_of("[{]"), "json_syntax");
  EXPECT_EQ(code_of("{}"), "abi_json");
  EXPECT_EQ(code_of("[1]"), "abi_json");
  EXPECT_EQ(code_of(R"([{"type":"function"}])"), "abi_json");
  EXPECT_EQ(code_of(R"([{"type":"function","name":" f"}])"), "abi_json");
  EXPECT_EQ(code_of(R"([{"type":"thing","name":"x"}])"), "abi_json");
  EXPECT_EQ(code_of(R"([{"type":"function","name":"f","inputs":5}])"), "abi_json");
  EXPECT_EQ(code_of(R"([{"type":"function","name":"f","inputs":[{"type":"uint7"}]}])"), "abi_type");
  EXPECT_EQ(code_of(R"([{"type":"function","name":"f","inputs":[{"type":"tuple"}]}])"), "abi_json");
  EXPECT_EQ(code_of(R"([{"type":"function","name":"f","inputs":[{"type":"uint8[2"}]}])"), "abi_syntax");
}

TEST(AbiJson, RefusesDeepNesting) {
  std::string json = R"([{"type":"function","name":"f","inputs":[)";
  for (int i = 0; i < 40; ++i) json += R"({"type":"tuple","components":[)";
  json += R"({"type":"bool"})";
  for (int i = 0; i < 40; ++i) json += "]}";
  EXPECT_EQ(code_of(json + "]}]"), "abi_depth");
}

std::string selectors_code(std::string_view json) {
  const auto found = parse_abi_json_selectors(json);
  return found ? "ok" : std::string(found.error().code);
}

void expect_same_selectors(std::string_view json) {
  const auto abi = parse_abi_json(json);
  const auto found = parse_abi_json_selectors(json);
  ASSERT_TRUE(abi && found);
  ASSERT_EQ(found->size(), abi->functions.size());
  for (std::size_t i = 0; i < found->size(); ++i) {
    EXPECT_EQ((*found)[i].signature, signature_text(abi->functions[i]));
    EXPECT_EQ((*found)[i].selector, selector(abi->functions[i]));
  }
}

TEST(AbiJsonSelectors, AreThoseOfTheFunctions) {
  expect_same_selectors(kAbi);
  expect_same_selectors(R"({"bytecode":"0x","abi":)" + std::string(kAbi) + R"(,"name":"A"})");
  expect_same_selectors("[]");
}

TEST(AbiJsonSelectors, MembersStandInAnyOrder) {
  const auto found = parse_abi_json_selectors(R"([
    {"inputs":[{"components":[{"name":"a","type":"uint"},{"type":"int[]"}],"name":"type","type":"tuple[2][]"},
               {"internalType":"bytes32","type":"bytes32"}],"outputs":[{"type":"bool"}],"name":"f","type":"function"},
    {"inputs":[{"type":"address"}],"type":"error","name":"E"},
    {"type":"function","name":"g"}])");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].signature, "f((uint256,int256[])[2][],bytes32)");
  EXPECT_EQ((*found)[0].selector, selector_of_text((*found)[0].signature));
  EXPECT_EQ((*found)[1].signature, "g()");
}

TEST(AbiJsonSelectors, RefuseWhatIsNoAbi) {
  for (const std::string_view json :
       {"", "[{]", "{}", "1", "[1]", R"([{"type":"function"}])", R"([{"type":"function","name":" f"}])",
        R"([{"type":"thing","name":"x"}])", R"([{"type":"function","name":"f","inputs":5}])",
        R"([{"type":"function","name":"f","inputs":[{"type":"uint7"}]}])",
        R"([{"type":"function","name":"f","inputs":[{"name":"a"}]}])",
        R"([{"type":"function","name":"f","inputs":[{"type":"tuple"}]}])",
        R"([{"type":"function","name":"f","inputs":[{"type":"tuple","components":[]}]}])",
        R"([{"type":"function","name":"f","inputs":[{"type":"tuple[x]","components":[{"type":"bool"}]}]}])",
        R"([{"type":"function","name":"f","inputs":[{"type":"uint8[2"}]}])", R"([{"type":"function","name":"f"}] x)",
        R"([{"type":"function","name":"f","inputs":[{"type":"bool"})"}) {
    EXPECT_NE(code_of(json), "ok") << json;
    EXPECT_EQ(selectors_code(json), code_of(json)) << json;
  }
}

TEST(AbiJsonSelectors, RefuseDeepNesting) {
  std::string json = R"([{"type":"function","name":"f","inputs":[)";
  for (int i = 0; i < 40; ++i) json += R"({"type":"tuple","components":[)";
  json += R"({"type":"bool"})";
  for (int i = 0; i < 40; ++i) json += "]}";
  EXPECT_EQ(selectors_code(json + "]}]"), "abi_depth");
}

}  // namespace
}  // namespace valetkey
