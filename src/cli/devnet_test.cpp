// The program, and examples/bot, against a devnet: from approval to refusal.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "chain/artifact.hpp"
#include "chain/client.hpp"
#include "chain/deployer.hpp"
#include "chain/devnet.hpp"
#include "chain/sender.hpp"
#include "cli/test_program.hpp"
#include "evm/abi_codec.hpp"
#include "userop/user_op.hpp"

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
  // As `list` shows the session.
  static std::string listed_state(const std::string& id) {
    const auto json = command({"list"}).json();
    for (const auto& session : json["sessions"]) {
      if (session["id"] == id) return session["state"];
    }
    return "missing";
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
  EXPECT_EQ(listed_state(id), "enabled");
  ASSERT_EQ(command({"revoke", approval_}).exit, 0);
  EXPECT_EQ(listed_state(id), "revoked");
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

class BareDevnetTest : public testing::TestWithParam<std::string> {};

TEST_P(BareDevnetTest, InstallingEnablesTheApprovalsSession) {
  const Home home;
  std::jthread thread([&home] {
    const Home elsewhere;
    elsewhere.run_other("/usr/bin/env", {"VALETKEY_HOME=" + home.home().string(), VALETKEY_PROGRAM, "devnet", "--bare",
                                         "--entry-point", GetParam()});
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
  // EntryPoint v0.8 does not take operations in the session's first second.
  ASSERT_EQ(home.json({"devnet", "time", "+1m"}).exit, 0);
  const Ran sent = home.json({"send", approval, "--key", "bot", "usdc.approve(router, 1 USDC)"});
  EXPECT_EQ(sent.exit, 0) << sent.out << sent.err;
  // The account takes operations from its own EntryPoint only.
  const std::string other = GetParam() == "v0.7" ? "v0.8" : "v0.7";
  EXPECT_NE(home.json({"send", approval, "--key", "bot", "usdc.approve(router, 1 USDC)", "--entry-point", other}).exit,
            0);
  const std::string written = GetParam() == "v0.7" ? "0x0000000071727De22E5E9d8BAf0edAc6f37da032:v0.7"
                                                   : "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108:v0.8";
  EXPECT_EQ(
      home.json({"send", approval, "--key", "bot", "usdc.approve(router, 1 USDC)", "--entry-point", written}).exit, 0);
  EXPECT_EQ(home.json({"devnet", "stop"}).exit, 0);
}

INSTANTIATE_TEST_SUITE_P(EntryPoint, BareDevnetTest, testing::Values("v0.7", "v0.8"),
                         [](const auto& one) { return one.param == "v0.7" ? "v07" : "v08"; });

TEST_F(DevnetTest, APaymasterPays) {
  Client client = std::move(*Client::connect(rpc()));
  const auto artifact = read_artifact(std::getenv("VALETKEY_ARTIFACTS") != nullptr
                                          ? std::filesystem::path(std::getenv("VALETKEY_ARTIFACTS"))
                                          : std::filesystem::path(repository_file("build/artifacts")),
                                      "TestPaymaster");
  ASSERT_TRUE(artifact);
  const Address paymaster = deployed_address(artifact->salt, artifact->creation_code);
  const SecretKey payer = devnet_payer_key();
  ASSERT_TRUE(send_transaction(client, payer, {kDeployer, encode_deployment(artifact->salt, artifact->creation_code)}));
  const std::array arguments{to_word(paymaster)};
  ASSERT_TRUE(
      send_transaction(client, payer,
                       {kEntryPointV07.address, encode_static_call(selector_of_text("depositTo(address)"), arguments),
                        1'000'000'000'000'000'000}));
  std::ifstream original(repository_file("examples/devnet/swap.yaml"));
  std::string text{std::istreambuf_iterator<char>(original), {}};
  const auto replace_line = [&](std::string_view begin, const std::string& line) {
    const std::size_t start = text.find("\n" + std::string(begin)) + 1;
    text.replace(start, text.find('\n', start) - start, line);
  };
  replace_line("gas:", "gas: none");
  replace_line("paymasters:", "paymasters: [sponsor]");
  replace_line("contracts:", "contracts:\n  sponsor: {address: \"" + to_checksum(paymaster) + "\"}");
  const std::string file = home_->write("sponsored.yaml", text);
  const Ran built = command({"session", "build", file, "--devnet", "--out", approval_});
  ASSERT_EQ(built.exit, 0) << built.out << built.err << text;
  approve();
  const std::string call = "usdc.approve(router, 1 USDC)";
  expect_refused("fees_none", {call});
  expect_refused("paymaster", {call, "--paymaster", kThief});
  EXPECT_EQ(send({call, "--paymaster-data", "0x68656c6c6f"}).json()["error"]["code"], "missing_option");
  const Ran rude = send({call, "--paymaster", to_checksum(paymaster)});
  EXPECT_EQ(rude.exit, 2) << rude.out;
  EXPECT_EQ(rude.json()["by"], "simulation");
  const Ran sent = send({call, "--paymaster", to_checksum(paymaster), "--paymaster-data", "0x68656c6c6f"});
  EXPECT_EQ(sent.exit, 0) << sent.out << sent.err;
  EXPECT_EQ(sent.json()["outcome"], "done");
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
  // The evaluator knows the clock; to the chain the day that the operation would be counted in is after the session's end.
  const Ran evaluated = send({"usdc.approve(router, 1 USDC)"});
  EXPECT_EQ(evaluated.exit, 2) << evaluated.out << evaluated.err;
  EXPECT_EQ(evaluated.json()["refused"]["name"], "window_over");
  EXPECT_EQ(send({"usdc.approve(router, 1 USDC)", "--anyway"}).json()["refused"]["name"], "window_empty");
}

TEST_F(DevnetTest, ZRevokeAllEndsWhatWasApproved) {
  approve();
  const std::string call = "usdc.approve(router, 1 USDC)";
  ASSERT_EQ(send({call}).exit, 0);
  const std::string before = command({"status", approval_}).json()["id"];
  EXPECT_EQ(listed_state(before), "enabled");
  ASSERT_EQ(command({"revoke", "--all"}).exit, 0);
  expect_refused("epoch_moved", {call});
  EXPECT_EQ(listed_state(before), "ended");
  // A session of the new epoch stands beside it.
  ASSERT_EQ(
      command({"session", "build", repository_file("examples/devnet/swap.yaml"), "--devnet", "--out", approval_}).exit,
      0);
  approve();
  ASSERT_EQ(send({call}).exit, 0);
  EXPECT_EQ(listed_state(command({"status", approval_}).json()["id"]), "enabled");
  EXPECT_EQ(listed_state(before), "ended");
}

}  // namespace
}  // namespace valetkey::cli
