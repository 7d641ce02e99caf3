// session test --chain: the cases of test files, asked of the contract too.
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/test_program.hpp"

namespace valetkey::cli {
namespace {

const std::string kSession = R"(valetkey: 1
chain: base
account: 0xAcc0000000000000000000000000000000000001
keys: {any: 2, of: [anna, ben, carl]}
from: now
for: 3d
contracts:
  usdc: {address: 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, token: USDC, decimals: 6}
  shop: {address: 0x0000000000000000000000000000000000005109}
limits:
  paid: 10 USDC
gas: none
paymasters: [0x0000000000000000000000000000000000005905]
permissions:
  - call: usdc.transfer
    where: {to: shop, value: {at_most: 6 USDC, counts: paid}}
)";

const std::string kFirst = "  - {at: +1h, call: \"usdc.transfer(shop, 6 USDC)\", allowed}\n";

// Lets every operation pass in the session's time, counts nothing, and says that every session is enabled.
const std::string kCarelessContract =
    "0x60498060095f395ff3"  // its creation
    "36602414603557"        // 36 bytes of call data: accountOf
    "36604414603f57"        // 68: wordsOf
    "7f00006b015d9000006b05520f00000000000000000000000000000000000000005f5260205ff3"
    "5b600160205260405ff3"
    "5b60015f526103005ff3";

class ContractJudgeTest : public testing::Test {
 protected:
  ContractJudgeTest() { home_.write("paying.yaml", kSession); }
  std::string cases(const std::string& list) {
    return home_.write("paying.test.yaml", "session: paying.yaml\ncases:\n" + list);
  }

  Home home_;
};

TEST_F(ContractJudgeTest, TheExamplesAreDecidedAsTheEvaluatorDoes) {
  std::vector<std::string> arguments{"session", "test", "--chain"};
  for (const auto& entry : std::filesystem::directory_iterator(repository_file("examples"))) {
    if (entry.path().string().ends_with(".test.yaml")) arguments.push_back(entry.path().string());
  }
  ASSERT_GT(arguments.size(), 3U);
  const Ran ran = home_.json(arguments);
  EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
  EXPECT_EQ(ran.json()["by"], "contract");
  EXPECT_GT(ran.json()["cases"], 200);
}

TEST_F(ContractJudgeTest, StateCarriesOnAndAWrongExpectationFails) {
  const std::string full = "call: \"usdc.transfer(shop, 5 USDC)\", ";
  const Ran good = home_.run(
      {"session", "test", "--chain", cases(kFirst + "  - {" + full + "refused: limit_passed, limit: paid}\n")});
  EXPECT_EQ(good.exit, 0) << good.out << good.err;
  EXPECT_NE(good.out.find("(contract)"), std::string::npos) << good.out;
  const Ran wrong = home_.json({"session", "test", "--chain", cases(kFirst + "  - {" + full + "allowed}\n")});
  EXPECT_EQ(wrong.exit, 1) << wrong.out << wrong.err;
  EXPECT_EQ(wrong.json()["wrong"], 1);
  EXPECT_EQ(wrong.json()["files"][0]["cases"][1]["got"]["refused"], "limit_passed");
}

TEST_F(ContractJudgeTest, AContractThatDecidesOrCountsOtherwiseFailsTheCases) {
  home_.write("Valetkey.json", "{\"creationCode\": \"" + kCarelessContract + "\"}");
  const std::string file =
      cases(kFirst + "  - {at: +1h, call: \"usdc.transfer(shop, 7 USDC)\", refused: rule_at_most}\n");
  const Ran ran = home_.run_other("/usr/bin/env", {"VALETKEY_ARTIFACTS=" + home_.folder().string(), VALETKEY_PROGRAM,
                                                   "session", "test", "--chain", "--json", file});
  EXPECT_EQ(ran.exit, 1) << ran.out << ran.err;
  const auto json = ran.json();
  ASSERT_EQ(json["wrong"], 2) << ran.out << ran.err;
  const auto difference = [&](std::size_t i) { return json["files"][0]["cases"][i].value("difference", ""); };
  EXPECT_TRUE(difference(0).starts_with("word ")) << difference(0);
  EXPECT_TRUE(difference(1).starts_with("the evaluator refuses it, rule_at_most 0.1; the contract lets it pass"))
      << difference(1);
}

}  // namespace
}  // namespace valetkey::cli
