// The program, and examples/bot, against a devnet: from approval to refusal.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "chain/client.hpp"
#include "cli/test_program.hpp"

namespace valetkey::cli {
namespace {

using namespace std::chrono_literals;

const std::string kThief = "0xBaD0000000000000000000000000000000000001";

std::string swap(int usdc, const std::string& least, const std::string& token = "weth",
                 const std::string& to = "$account") {
  return "router.exactInputSingle((usdc, " + token + ", 500, " + to + ", " + std::to_string(usdc) + " USDC, " + least +
         ", 0))";
}

void wait_for_devnet(const Home& home) {
  const std::filesystem::path file = home.home() / "devnet.json";
  for (int i = 0; i < 1500 && !std::filesystem::exists(file); ++i) std::this_thread::sleep_for(20ms);
  ASSERT_TRUE(std::filesystem::exists(file));
}

// One devnet for the tests of this file; each test has a session of its own.
class DevnetTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = new Home;
    thread_ = new std::jthread([] { ended_ = home_->run({"devnet"}).exit; });
    wait_for_devnet(*home_);
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(command({"devnet", "stop"}).exit, 0);
    delete thread_;
    EXPECT_EQ(ended_, 0);
    EXPECT_FALSE(std::filesystem::exists(home_->home() / "devnet.json"));
    delete home_;
  }

  // Beside the running devnet: output goes to files of its own folder.
  static Ran command(std::vector<std::string> arguments) {
    static const Home elsewhere;
    arguments.insert(arguments.end(), {"--json", "--password-file", home_->password_file()});
    arguments.insert(arguments.begin(), {"VALETKEY_HOME=" + home_->home().string(), VALETKEY_PROGRAM});
    return elsewhere.run_other("/usr/bin/env", arguments);
  }

  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    static const Ran key = command({"key", "new", "bot"});
    ASSERT_EQ(key.exit, 0) << key.out << key.err;
    approval_ = (home_->folder() / (name + ".json")).string();
    const Ran built =
        command({"session", "build", repository_file("examples/devnet/swap.yaml"), "--devnet", "--out", approval_});
    ASSERT_EQ(built.exit, 0) << built.out << built.err;
  }

  void approve() const {
    const Ran approved = command({"approve", approval_, "--key", "devnet:owner"});
    ASSERT_EQ(approved.exit, 0) << approved.out << approved.err;
    EXPECT_EQ(approved.json()["checked_on_chain"], 1);
  }
  Ran send(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"send", approval_, "--key", "bot"});
    return command(arguments);
  }
  // Refused by the evaluator, and by the chain with the same code and indices.
  void expect_refused(const std::string& name, std::vector<std::string> arguments) const {
    const Ran evaluated = send(arguments);
    EXPECT_EQ(evaluated.exit, 2) << evaluated.out << evaluated.err;
    EXPECT_EQ(evaluated.json()["by"], "evaluator");
    EXPECT_EQ(evaluated.json()["refused"]["name"], name);
    arguments.push_back("--anyway");
    const Ran sent = send(arguments);
    EXPECT_EQ(sent.exit, 2) << sent.out << sent.err;
    EXPECT_EQ(sent.json()["outcome"], "refused");
    for (const char* member : {"name", "code", "call", "rule"}) {
      EXPECT_EQ(sent.json()["refused"][member], evaluated.json()["refused"][member]) << name << " " << member;
      EXPECT_EQ(sent.json()["evaluator"][member], evaluated.json()["refused"][member]) << name << " " << member;
    }
  }
  std::string approval_text() const {
    std::ifstream file(approval_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string rpc() { return nlohmann::json::parse(std::ifstream(home_->home() / "devnet.json"))["rpc"]; }
  std::string status() const { return command({"status", approval_}).json()["status"]; }

  static inline Home* home_ = nullptr;
  static inline std::jthread* thread_ = nullptr;
  static inline int ended_ = -1;
  std::string approval_;
};

TEST_F(DevnetTest, FromApprovalToRefusal) {
  expect_refused("not_enabled", {swap(150, "0.0375 WETH")});
  approve();
  EXPECT_EQ(status(), "not enabled");
  const Ran first = send({"usdc.approve(router, 1000 USDC)", swap(150, "0.0375 WETH")});
  ASSERT_EQ(first.exit, 0) << first.out << first.err;
  EXPECT_EQ(first.json()["outcome"], "done");
  EXPECT_EQ(first.json()["enabled"], true);
  EXPECT_EQ(status(), "enabled");
  for (int i = 0; i < 2; ++i) {
    const Ran next = send({swap(300, "0.075 WETH")});
    ASSERT_EQ(next.exit, 0) << next.out << next.err;
    EXPECT_EQ(next.json()["enabled"], false);
  }
  expect_refused("limit_passed", {swap(300, "0.075 WETH")});
  expect_refused("rule_ratio", {swap(100, "0 WETH")});
  expect_refused("rule_is", {swap(100, "0.025 WETH", "usdc")});
  expect_refused("rule_is", {swap(100, "0.025 WETH", "weth", kThief)});
  expect_refused("no_permission", {"usdc.transfer(" + kThief + ", 100 USDC)"});
  expect_refused("no_permission", {"weth.transfer(" + kThief + ", 0.01 WETH)"});
  expect_refused("gas_price", {swap(100, "0.025 WETH"), "--gas-price", "5 gwei"});
  EXPECT_EQ(command({"status", approval_}).json()["limits"][0]["left"], "250000000");
  ASSERT_EQ(command({"revoke", approval_, "--key", "devnet:owner"}).exit, 0);
  EXPECT_EQ(status(), "revoked");
  expect_refused("revoked", {swap(100, "0.025 WETH")});
}

TEST_F(DevnetTest, WhatWouldRevertIsNotSent) {
  approve();
  ASSERT_EQ(send({"usdc.approve(router, 300 USDC)"}).exit, 0);
  const Ran ran = send({swap(200, "1 WETH")});  // more than the pool gives
  EXPECT_EQ(ran.exit, 1) << ran.out << ran.err;
  const Ran after = command({"status", approval_});
  EXPECT_EQ(after.json()["limits"][0]["left"], "1000000000");
}

TEST_F(DevnetTest, EnabledByTheAccountsOwnCall) {
  const Ran enabled = command({"enable", approval_});
  ASSERT_EQ(enabled.exit, 0) << enabled.out << enabled.err;
  EXPECT_EQ(status(), "enabled");
  EXPECT_EQ(send({"usdc.approve(router, 1 USDC)"}).exit, 0);
}

TEST_F(DevnetTest, RevokedBeforeItWasEnabled) {
  approve();
  ASSERT_EQ(command({"revoke", approval_}).exit, 0);
  expect_refused("revoked", {"usdc.approve(router, 1 USDC)"});
}

TEST_F(DevnetTest, ListComesFromTheChainAlone) {
  approve();
  ASSERT_EQ(send({"usdc.approve(router, 1 USDC)"}).exit, 0);
  const std::string id = command({"status", approval_}).json()["id"];
  const auto state_of = [&]() -> std::string {
    const auto json = command({"list"}).json();
    for (const auto& session : json["sessions"]) {
      if (session["id"] == id) return session["state"];
    }
    return "missing";
  };
  EXPECT_EQ(state_of(), "enabled");
  ASSERT_EQ(command({"revoke", approval_}).exit, 0);
  EXPECT_EQ(state_of(), "revoked");
}

TEST_F(DevnetTest, TheValidatorIsFoundWhereItIs) {
  const Ran ran = command({"deploy", "--chain", "31337"});
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_EQ(ran.json()["state"], "there already");
  EXPECT_EQ(command({"deploy", "--chain", "1"}).json()["error"]["code"], "wrong_chain");
}

TEST_F(DevnetTest, TheExampleBotSwaps) {
  approve();
  const Home elsewhere;
  const auto bot = [&] {
    return elsewhere.run_other("/usr/bin/env", {"VALETKEY_HOME=" + home_->home().string(), VALETKEY_BOT, approval_,
                                                "bot", home_->password_file(), rpc()});
  };
  const Ran first = bot();
  EXPECT_EQ(first.exit, 0) << first.out << first.err;
  EXPECT_NE(first.out.find("swapped: 850 USDC left"), std::string::npos) << first.out;
  ASSERT_EQ(command({"revoke", approval_}).exit, 0);
  const Ran second = bot();
  EXPECT_EQ(second.exit, 2);
  EXPECT_NE(second.out.find("refused: revoked"), std::string::npos) << second.out;
}

TEST_F(DevnetTest, TwoOfThreeKeys) {
  for (const char* name : {"anna", "ben"}) ASSERT_EQ(command({"key", "new", name}).exit, 0);
  std::ifstream original(repository_file("examples/devnet/swap.yaml"));
  std::string text{std::istreambuf_iterator<char>(original), {}};
  text.replace(text.find("keys: [bot]"), 11, "keys: {any: 2, of: [bot, anna, ben]}");
  const std::string file = home_->write("two.yaml", text);
  ASSERT_EQ(command({"session", "build", file, "--devnet", "--out", approval_}).exit, 0);
  approve();
  const std::string call = "usdc.approve(router, 1 USDC)";
  EXPECT_EQ(command({"send", approval_, "--key", "bot", call}).json()["error"]["code"], "sign_threshold");
  const Ran two = command({"send", approval_, "--key", "ben", "--key", "bot", call});
  EXPECT_EQ(two.exit, 0) << two.out << two.err;
}

TEST_F(DevnetTest, AnotherOwnerCantApprove) {
  const std::string before = approval_text();
  const Ran ran = command({"approve", approval_, "--key", "bot"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.json()["error"]["code"], "wrong_signature");
  EXPECT_EQ(approval_text(), before);
}

TEST_F(DevnetTest, SentWithoutReceiptIsUnknown) {
  approve();
  Client client = std::move(*Client::connect(rpc()));
  ASSERT_TRUE(client.control("evm_setAutomine", "[false]"));
  const Ran ran = send({"usdc.approve(router, 1 USDC)", "--timeout", "1"});
  ASSERT_TRUE(client.control("evm_setAutomine", "[true]"));
  ASSERT_TRUE(client.control("evm_mine", "[]"));
  EXPECT_EQ(ran.exit, 3) << ran.out << ran.err;
  EXPECT_EQ(ran.json()["outcome"], "unknown");
  EXPECT_EQ(status(), "enabled");
}

TEST(BareDevnetTest, InstallingEnablesTheApprovalsSession) {
  const Home home;
  std::jthread thread([&home] {
    const Home elsewhere;
    elsewhere.run_other("/usr/bin/env",
                        {"VALETKEY_HOME=" + home.home().string(), VALETKEY_PROGRAM, "devnet", "--bare"});
  });
  wait_for_devnet(home);
  ASSERT_EQ(home.json({"key", "new", "bot"}).exit, 0);
  const std::string approval = (home.folder() / "swap.json").string();
  ASSERT_EQ(
      home.json({"session", "build", repository_file("examples/devnet/swap.yaml"), "--devnet", "--out", approval}).exit,
      0);
  EXPECT_EQ(home.json({"status", approval}).json()["status"], "the validator is not installed");
  const Ran installed = home.json({"install", approval});
  EXPECT_EQ(installed.exit, 0) << installed.out << installed.err;
  EXPECT_EQ(home.json({"status", approval}).json()["status"], "enabled");
  const Ran sent = home.json({"send", approval, "--key", "bot", "usdc.approve(router, 1 USDC)"});
  EXPECT_EQ(sent.exit, 0) << sent.out << sent.err;
  EXPECT_EQ(home.json({"devnet", "stop"}).exit, 0);
}

// Last: they move what all sessions of the devnet share.
TEST_F(DevnetTest, YPeriodsBeginAnewAndTheSessionEnds) {
  approve();
  ASSERT_EQ(send({"usdc.approve(router, 1 USDC)"}).exit, 0);
  const auto calls_left = [&] { return command({"status", approval_}).json()["limits"][2]["left"]; };
  EXPECT_EQ(calls_left(), "19");
  ASSERT_EQ(command({"devnet", "time", "+1d"}).exit, 0);
  EXPECT_EQ(calls_left(), "20");
  EXPECT_EQ(send({"usdc.approve(router, 1 USDC)"}).exit, 0);
  ASSERT_EQ(command({"devnet", "time", "+2d"}).exit, 0);
  EXPECT_EQ(status(), "enabled, over");
  // The day that the operation would be counted in is after the session's end.
  expect_refused("window_empty", {"usdc.approve(router, 1 USDC)"});
}

TEST_F(DevnetTest, ZRevokeAllEndsWhatWasApproved) {
  approve();
  ASSERT_EQ(command({"revoke", "--all"}).exit, 0);
  expect_refused("epoch_moved", {"usdc.approve(router, 1 USDC)"});
}

}  // namespace
}  // namespace valetkey::cli
