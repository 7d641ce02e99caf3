// The program without a chain: exit codes, JSON, and what it says when something is wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "account/held_session.hpp"
#include "cli/test_program.hpp"
#include "crypto/ecdsa.hpp"
#include "evm/eip712.hpp"
#include "session/approval.hpp"

namespace valetkey::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kValidator = "0x1111111111111111111111111111111111111111";
constexpr const char* kKey = "0xb07b07b07b07b07b07b07b07b07b07b07b07b07b";

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string error_code(const Ran& ran) {
  const auto json = ran.json();
  return json.is_object() && json.contains("error") ? json["error"]["code"].get<std::string>() : ran.out + ran.err;
}

class CliTest : public testing::Test {
 protected:
  // uniswap.yaml with an address for its key.
  std::string session_file(const std::string& name = "swap.yaml") const {
    std::string text = text_of(repository_file("examples/uniswap.yaml"));
    text.replace(text.find("keys: [bot]"), 11, std::string("keys: [\"") + kKey + "\"]");
    return home_.write(name, text);
  }
  std::vector<std::string> build(const std::string& out, std::vector<std::string> files) const {
    std::vector<std::string> arguments{"session", "build"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    arguments.insert(arguments.end(), {"--validator", kValidator, "--epoch", "0", "--serial", "7301", "--now",
                                       "2026-11-21 09:00:00 UTC", "--out", out});
    return arguments;
  }
  std::string approval() const {
    const std::string out = (home_.folder() / "approval.json").string();
    EXPECT_EQ(home_.json(build(out, {session_file()})).exit, 0);
    return out;
  }

  Home home_;
};

TEST_F(CliTest, HelpAndUsage) {
  EXPECT_EQ(home_.run({"--help"}).exit, 0);
  EXPECT_EQ(home_.run({}).exit, 1);
  const Ran wrong = home_.json({"nonsense"});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_EQ(error_code(wrong), "usage");
}

TEST_F(CliTest, NewKeyIsPrivateAndListed) {
  const Ran made = home_.json({"key", "new", "bot"});
  ASSERT_EQ(made.exit, 0) << made.out << made.err;
  EXPECT_EQ(made.json()["name"], "bot");
  const fs::path file = home_.home() / "keys" / "bot.json";
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const Ran listed = home_.json({"key", "list"});
  EXPECT_EQ(listed.json()["keys"][0]["address"], made.json()["address"]);
  const Ran again = home_.json({"key", "new", "bot"});
  EXPECT_EQ(again.exit, 1);
  EXPECT_EQ(error_code(again), "key_exists");
}

TEST_F(CliTest, WithoutATerminalThereIsNoPrompt) {
  const Ran ran = home_.run({"key", "new", "bot", "--json"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(error_code(ran), "no_terminal");
}

TEST_F(CliTest, ErrorsForPeopleHaveTheFixOnItsOwnLine) {
  const Ran ran = home_.run({"status", "nothing.json"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(ran.out.empty());
  EXPECT_EQ(ran.err, "error: can't read `nothing.json`\n  check the path and its permissions\n");
}

TEST_F(CliTest, SessionTestSaysWhichCasesAreNotAsExpected) {
  session_file();
  const auto cases = [&](const std::string& list) {
    return home_.write("swap.test.yaml", "session: swap.yaml\ncases:\n" + list);
  };
  const std::string first = "  - {at: +1h, call: \"usdc.approve(router, 150 USDC)\", allowed}\n";
  const Ran good = home_.json({"session", "test", cases(first +
      "  - {at: +2h, call: \"usdc.approve(router, 201 USDC)\", refused: rule_at_most, argument: value}\n")});
  EXPECT_EQ(good.exit, 0) << good.out << good.err;
  EXPECT_EQ(good.json()["cases"], 2);
  EXPECT_EQ(good.json()["files"][0]["cases"][1]["got"]["argument"], "value");
  for (const std::string wrong : {"call: \"usdc.approve(router, 1 USDC)\", refused: rule_at_most",
                                  "call: \"usdc.approve(router, 201 USDC)\", allowed",
                                  "call: \"usdc.approve(router, 201 USDC)\", refused: rule_is",
                                  "call: \"usdc.approve(router, 201 USDC)\", refused: rule_at_most, argument: spender",
                                  "call: \"usdc.aprove(router, 1 USDC)\", allowed"}) {
    const Ran ran = home_.json({"session", "test", cases(first + "  - {" + wrong + "}\n")});
    EXPECT_EQ(ran.exit, 1) << wrong;
    EXPECT_EQ(ran.json()["wrong"], 1) << wrong;
  }
}

TEST_F(CliTest, BuildIsByteExactForTheSameInputs) {
  const std::string file = session_file();
  const std::string one = (home_.folder() / "one.json").string();
  const std::string two = (home_.folder() / "two.json").string();
  const Ran first = home_.json(build(one, {file}));
  ASSERT_EQ(first.exit, 0) << first.out;
  ASSERT_EQ(home_.json(build(two, {file})).exit, 0);
  EXPECT_EQ(text_of(one), text_of(two));
  EXPECT_EQ(first.json()["approvals"][0]["sessions"][0]["chain"], 8453);
  const Ran digest = home_.json({"session", "digest", one});
  EXPECT_EQ(digest.json()["digest"], first.json()["approvals"][0]["digest"]);
}

// 1.6 kB: within a bundler's bytes, and not within its gas.
TEST_F(CliTest, WhatCostsTooMuchToEnableIsForACallOfTheAccount) {
  std::string abi;
  std::string permissions;
  for (int i = 0; i < 22; ++i) {
    const std::string name = "move" + std::to_string(i);
    abi += "      - \"function " + name + "(uint256 from, uint256 to, uint256 amount)\"\n";
    permissions += "  - call: vault." + name + "\n    where: {from: any, to: any, amount: {at_most: 5}}\n";
  }
  const std::string file = home_.write(
      "many.yaml", "valetkey: 1\nchain: base\naccount: \"0xAcc0000000000000000000000000000000000001\"\nkeys: [\"" +
                       std::string(kKey) +
                       "\"]\nfrom: now\nfor: 3d\ncontracts:\n  vault:\n    address: "
                       "0x7a01700000000000000000000000000000000001\n    abi:\n" +
                       abi + "gas: {price: 2 gwei, fees: 0.01 ETH}\npermissions:\n" + permissions);
  const std::string out = (home_.folder() / "many.json").string();
  std::vector<std::string> arguments = build(out, {file});
  const Ran refused = home_.json(arguments);
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(error_code(refused), "too_costly_to_enable") << refused.out;
  EXPECT_FALSE(fs::exists(out));
  EXPECT_NE(refused.json()["error"]["fix"].get<std::string>().find("valetkey enable"), std::string::npos);
  arguments.push_back("--enable-by-call");
  EXPECT_EQ(home_.json(arguments).exit, 0);
  EXPECT_TRUE(fs::exists(out));
}

// The leaves of the message that the fields of an ERC-7730 descriptor show. Each must be there, and once.
void add_shown(const nlohmann::json& fields, const std::string& at, std::multiset<std::string>& shown) {
  for (const auto& field : fields) {
    const std::string path = at + "." + field["path"].get<std::string>();
    EXPECT_FALSE(field["label"].get<std::string>().empty()) << path;
    if (field.contains("fields")) {
      add_shown(field["fields"], path, shown);
    } else {
      const std::set<std::string> formats{"raw", "addressName", "chainId"};
      EXPECT_TRUE(formats.contains(field["format"].get<std::string>())) << path;
      shown.insert(path);
    }
  }
}

// All leaves of a struct type, with [] for the elements of a list.
void add_leaves(const nlohmann::json& types, std::string type, std::string at, std::multiset<std::string>& leaves) {
  if (type.ends_with("[]")) {
    type.resize(type.size() - 2);
    at += ".[]";
  }
  if (!types.contains(type)) {
    leaves.insert(at);
    return;
  }
  for (const auto& member : types[type]) {
    add_leaves(types, member["type"].get<std::string>(), at + "." + member["name"].get<std::string>(), leaves);
  }
}

TEST_F(CliTest, TheClearSigningDescriptorShowsTheWholeMessage) {
  const std::string text = home_.run({"session", "typed-data", approval()}).out;
  const auto message = nlohmann::json::parse(text);
  const auto descriptor = nlohmann::json::parse(text_of(repository_file("clear-signing/eip712-valetkey.json")));
  for (const char* member : {"$schema", "context", "metadata", "display"}) EXPECT_TRUE(descriptor.contains(member));
  EXPECT_EQ(descriptor["context"]["eip712"]["domain"]["name"], message["domain"]["name"]);
  EXPECT_EQ(descriptor["context"]["eip712"]["domain"]["version"], message["domain"]["version"]);
  const auto& formats = descriptor["display"]["formats"];
  ASSERT_EQ(formats.size(), 1u);
  const auto typed_data = parse_typed_data(text);
  ASSERT_TRUE(typed_data);
  const std::string type = encode_type_text(typed_data->types, typed_data->primary_type).value();
  ASSERT_TRUE(formats.contains(type)) << "the message's type is " << type;
  EXPECT_TRUE(formats[type]["intent"].is_string());
  std::multiset<std::string> shown;
  add_shown(formats[type]["fields"], "", shown);
  std::multiset<std::string> leaves;
  add_leaves(message["types"], message["primaryType"], "", leaves);
  EXPECT_EQ(shown, leaves);
  EXPECT_GT(leaves.size(), 40u);
}

TEST_F(CliTest, SeveralFilesMakeOneApproval) {
  const std::string out = (home_.folder() / "both.json").string();
  const Ran built = home_.json(build(out, {session_file("one.yaml"), session_file("two.yaml")}));
  ASSERT_EQ(built.exit, 0) << built.out;
  const auto sessions = built.json()["approvals"][0]["sessions"];
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_NE(sessions[0]["id"], sessions[1]["id"]);
}

TEST_F(CliTest, EachRowMakesAnApproval) {
  std::string text = text_of(session_file());
  const std::string account = "0xAcc0000000000000000000000000000000000001";
  text.replace(text.find(account), account.size(), "${user}");
  const std::string file = home_.write("each.yaml", text);
  const std::string rows = home_.write(
      "users.csv", "user\n0xacc0000000000000000000000000000000000002\n0xacc0000000000000000000000000000000000003\n");
  std::vector<std::string> arguments = build((home_.folder() / "out").string(), {file});
  arguments.insert(arguments.end(), {"--each", rows});
  const Ran built = home_.json(arguments);
  ASSERT_EQ(built.exit, 0) << built.out;
  EXPECT_EQ(built.json()["approvals"].size(), 2u);
  EXPECT_TRUE(fs::exists(home_.folder() / "out" / "2.json"));
}

TEST_F(CliTest, ARowThatFailsLeavesNothingWritten) {
  std::string text = text_of(session_file());
  const std::string account = "0xAcc0000000000000000000000000000000000001";
  text.replace(text.find(account), account.size(), "${user}");
  const std::string file = home_.write("each.yaml", text);
  const std::string rows = home_.write("users.csv", "user\n0xacc0000000000000000000000000000000000002\nnobody\n");
  std::vector<std::string> arguments = build((home_.folder() / "out").string(), {file});
  arguments.insert(arguments.end(), {"--each", rows});
  EXPECT_EQ(home_.json(arguments).exit, 1);
  EXPECT_FALSE(fs::exists(home_.folder() / "out"));
}

TEST_F(CliTest, ABadSessionFileIsNamedWithLineAndColumn) {
  std::string text = text_of(session_file());
  text.replace(text.find("limits:"), 7, "limit:");
  const Ran ran = home_.json({"session", "check", home_.write("bad.yaml", text)});
  EXPECT_EQ(ran.exit, 1);
  const std::string message = ran.json()["error"]["message"];
  EXPECT_NE(message.find("bad.yaml:"), std::string::npos) << message;
  EXPECT_FALSE(ran.json()["error"]["fix"].get<std::string>().empty());
}

TEST_F(CliTest, BuildWithoutTheEpochSaysHowToGetIt) {
  const Ran ran = home_.json(
      {"session", "build", session_file(), "--validator", kValidator, "--out", (home_.folder() / "x.json").string()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(error_code(ran), "missing_option");
  EXPECT_FALSE(fs::exists(home_.folder() / "x.json"));
}

TEST_F(CliTest, CheckWarnsOfAStandingAllowance) {
  const Ran ran = home_.json({"session", "check", session_file(), "--validator", kValidator});
  ASSERT_EQ(ran.exit, 0) << ran.out;
  bool found = false;
  const auto json = ran.json();
  for (const auto& warning : json["sessions"][0]["warnings"]) found = found || warning["name"] == "standing_allowance";
  EXPECT_TRUE(found) << ran.out;
}

TEST_F(CliTest, ExplainSaysTheMostThatCanLeave) {
  const Ran ran = home_.run({"session", "explain", approval()});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_NE(ran.out.find("1000 USDC"), std::string::npos);
  const Ran json = home_.json({"session", "explain", approval()});
  EXPECT_TRUE(json.json().is_object());
}

TEST_F(CliTest, TypedDataIsTheWalletsJson) {
  const auto json = home_.run({"session", "typed-data", approval()}).json();
  EXPECT_EQ(json["primaryType"], "ApproveSessions");
  EXPECT_EQ(json["domain"]["verifyingContract"], kValidator);
}

TEST_F(CliTest, ApproveChecksTheSignatureAgainstTheOwner) {
  const std::string file = approval();
  const std::string before = text_of(file);
  ASSERT_EQ(home_.json({"key", "new", "owner"}).exit, 0);
  const std::string owner = home_.json({"key", "list"}).json()["keys"][0]["address"];

  const Ran unchecked = home_.json({"approve", file, "--key", "owner", "--owner-validator", kValidator});
  EXPECT_EQ(error_code(unchecked), "unchecked");
  const Ran stranger =
      home_.json({"approve", file, "--key", "owner", "--owner", kKey, "--owner-validator", kValidator});
  EXPECT_EQ(error_code(stranger), "wrong_signature");
  EXPECT_EQ(text_of(file), before);

  const Ran approved =
      home_.json({"approve", file, "--key", "owner", "--owner", owner, "--owner-validator", kValidator});
  ASSERT_EQ(approved.exit, 0) << approved.out;
  const auto parsed = parse_approval(text_of(file));
  ASSERT_TRUE(parsed);
  const Bytes signature = parsed->owner_signatures.front().value();
  ASSERT_EQ(signature.size(), 85u);
  const auto signer = recover_signer(approval_digest(*parsed), ByteView(signature).subspan(20));
  EXPECT_EQ(to_checksum(signer.value()), owner);
}

TEST_F(CliTest, AWrongPasswordIsSaid) {
  ASSERT_EQ(home_.json({"key", "new", "owner"}).exit, 0);
  home_.write("password", "other\n");
  EXPECT_EQ(error_code(home_.json({"approve", approval(), "--key", "owner", "--owner", kKey})), "wrong_password");
}

TEST_F(CliTest, OwnersActionsPrintThemselves) {
  const std::string file = approval();
  for (const std::vector<std::string>& action : std::vector<std::vector<std::string>>{
           {"install", file, "--calldata"},
           {"enable", file, "--calldata"},
           {"revoke", file, "--calldata"},
           {"revoke", "--all", "--calldata", "--account", "0xAcc0000000000000000000000000000000000001", "--validator",
            kValidator}}) {
    const Ran ran = home_.json(action);
    ASSERT_EQ(ran.exit, 0) << ran.out;
    const auto json = ran.json();
    EXPECT_EQ(json["value"], "0");
    EXPECT_GT(json["data"].get<std::string>().size(), 9u);
    EXPECT_FALSE(json["words"].get<std::string>().empty());
    const bool on_itself = action.front() == "install";
    EXPECT_EQ(json["target"] == json["account"], on_itself);
  }
}

TEST_F(CliTest, RevokeWantsExactlyOneSession) {
  EXPECT_EQ(error_code(home_.json({"revoke"})), "missing_option");
  EXPECT_EQ(error_code(home_.json({"revoke", approval(), "--all"})), "missing_option");
}

TEST_F(CliTest, NoChainIsSaidWithTheWaysToGetOne) {
  const Ran ran = home_.json({"status", approval()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(error_code(ran), "no_rpc");
}

TEST_F(CliTest, AnRpcAddressIsPrintedWithoutItsKey) {
  for (const bool json : {false, true}) {
    std::vector<std::string> arguments{"status", approval(), "--rpc",
                                       "http://user:SECRET@127.0.0.1:1/v2/SECRET?key=SECRET"};
    if (json) arguments.push_back("--json");
    const Ran ran = home_.run(arguments);
    EXPECT_EQ(ran.exit, 1);
    EXPECT_EQ((ran.out + ran.err).find("SECRET"), std::string::npos) << ran.out << ran.err;
  }
}

TEST_F(CliTest, DevnetCommandsNeedADevnet) {
  EXPECT_EQ(error_code(home_.json({"devnet", "stop"})), "no_devnet");
  EXPECT_EQ(error_code(home_.json({"devnet", "time", "+1d"})), "no_devnet");
}

}  // namespace
}  // namespace valetkey::cli
