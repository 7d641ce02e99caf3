// The program, and examples/bot, against a devnet: from approval to refusal.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "cli/test_program.hpp"

namespace valetkey::cli {
namespace {

using namespace std::chrono_literals;

const std::string kThief = "0xBaD0000000000000000000000000000000000001";

std::string swap(int usdc, const std::string& least, const std::string& token = "weth", const std::string& to = "$account") {
  return "router.exactInputSingle((usdc, " + token + ", 500, " + to + ", " + std::to_string(usdc) + " USDC, " + least + ", 0))";
}

// One devnet for the tests of this file; each test has a session of its own.
class DevnetTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    home_ = new Home;
    thread_ = new std::jthread([] { ended_ = home_->run({"devnet"}).exit; });
    for (int i = 0; i < 1500 && !std::filesystem::exists(home_->home() / "devnet.json"); ++i) std::this_thread::sleep_for(20ms);
    ASSERT_TRUE(std::filesystem::exists(home_->home() / "devnet.json"));
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
    const Ran built = command({"session", "build", repository_file("examples/devnet/swap.yaml"), "--devnet", "--out", approval_});
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
  const std::string rpc = nlohmann::json::parse(std::ifstream(home_->home() / "devnet.json"))["rpc"];
  const Home elsewhere;
  const auto bot = [&] {
    return elsewhere.run_other("/usr/bin/env", {"VALETKEY_HOME=" + home_->home().string(), VALETKEY_BOT, approval_, "bot", home_->password_file(), rpc});
  };
  const Ran first = bot();
  EXPECT_EQ(first.exit, 0) << first.out << first.err;
  EXPECT_NE(first.out.find("swapped: 850 USDC left"), std::string::npos) << first.out;
  ASSERT_EQ(command({"revoke", approval_}).exit, 0);
  const Ran second = bot();
  EXPECT_EQ(second.exit, 2);
  EXPECT_NE(second.out.find("refused: revoked"), std::string::npos) << second.out;
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
