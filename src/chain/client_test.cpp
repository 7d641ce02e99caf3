#include "chain/client.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "chain/sender.hpp"

namespace valetkey {
namespace {

using namespace std::chrono_literals;

constexpr Address kTo = "0x3535353535353535353535353535353535353535"_address;

// Answers requests one after the other with prepared results; `@` stands for the id of the request.
class Script final : public Transport {
 public:
  explicit Script(std::deque<Result<std::string>> answers, std::vector<std::string>* requests = nullptr)
      : answers_(std::move(answers)), requests_(requests) {}

  Result<std::string> post(const std::string& body) override {
    if (requests_ != nullptr) requests_->push_back(body);
    ++id_;
    if (answers_.empty()) return fail("script_over", "no answer prepared");
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    if (answer) {
      if (const auto place = answer->find('@'); place != std::string::npos)
        answer->replace(place, 1, std::to_string(id_));
    }
    return answer;
  }

 private:
  std::deque<Result<std::string>> answers_;
  std::vector<std::string>* requests_;
  int id_ = 0;
};

std::string result(std::string_view json) {
  return R"({"jsonrpc":"2.0","id":@,"result":)" + std::string(json) + "}";
}

std::string fault(std::string_view json) {
  return R"({"jsonrpc":"2.0","id":@,"error":)" + std::string(json) + "}";
}

Client client_with(std::deque<Result<std::string>> answers, std::vector<std::string>* requests = nullptr) {
  answers.push_front(result("\"0x7a69\""));
  return std::move(*Client::over(std::make_unique<Script>(std::move(answers), requests), "node"));
}

std::string code_of(const auto& answer) {
  return answer ? "no error" : std::string(answer.error().code);
}

Result<Client> connect_with(std::string answer, std::optional<ChainId> expected = {}) {
  return Client::over(std::make_unique<Script>(std::deque<Result<std::string>>{std::move(answer)}), "node", expected);
}

TEST(Client, ChecksTheChain) {
  EXPECT_EQ(connect_with(result("\"0x2105\"")).value().chain(), ChainId{8453});
  EXPECT_TRUE(connect_with(result("\"0x2105\""), ChainId{8453}));
  EXPECT_EQ(code_of(connect_with(result("\"0x2105\""), ChainId{1})), "wrong_chain");
}

TEST(Client, TakesNoWrongAnswer) {
  for (const std::string answer :
       {"", "nonsense", "[]", "{}", R"({"jsonrpc":"2.0","id":7,"result":"0x1"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":"2.0","id":1,"result":5})", R"({"jsonrpc":"2.0","id":1,"result":"5"})",
        R"({"jsonrpc":"2.0","id":1,"result":"0x"})", R"({"jsonrpc":"2.0","id":1,"result":"0x01"})",
        R"({"jsonrpc":"2.0","id":1,"result":null})", R"({"jsonrpc":"2.0","id":1,"result":"0x10000000000000000"})",
        R"({"jsonrpc":"2.0","id":1,"result":{}})"}) {
    EXPECT_EQ(code_of(connect_with(answer)), "rpc_answer") << answer;
  }
}

TEST(Client, ARevertIsAnAnswer) {
  for (const std::string error : {R"({"code":3,"message":"execution reverted","data":"0xc0de"})",
                                  R"({"code":-32000,"message":"execution reverted","data":{"data":"0xc0de"}})",
                                  R"({"code":-32015,"message":"VM execution error","data":"Reverted 0xc0de"})"}) {
    Client client = client_with({fault(error)});
    const auto answer = client.call({.to = kTo});
    ASSERT_TRUE(answer) << error;
    EXPECT_TRUE(answer->reverted);
    EXPECT_EQ(answer->data, "0xc0de"_hex);
  }
  Client client = client_with({fault(R"({"code":-32005,"message":"rate limit"})")});
  EXPECT_EQ(code_of(client.call({.to = kTo})), "rpc_fault");
}

TEST(Client, ReceiptIsNoneUntilMined) {
  const Hash hash = "0x1111111111111111111111111111111111111111111111111111111111111111"_hash;
  const std::string mined =
      R"({"transactionHash":")" + to_hex(hash) +
      R"(","status":"0x0","blockNumber":"0x5","gasUsed":"0x5208","contractAddress":null,"logs":[]})";
  Client client = client_with({result("null"), result(mined), result("{}"), result("[]")});
  EXPECT_FALSE(client.receipt(hash).value());
  const auto receipt = client.receipt(hash).value();
  EXPECT_FALSE(receipt->success);
  EXPECT_EQ(receipt->block, 5u);
  EXPECT_EQ(code_of(client.receipt(hash)), "rpc_answer");
  EXPECT_EQ(code_of(client.receipt(hash)), "rpc_answer");
}

TEST(Client, ReceiptOfAnotherTransactionIsWrong) {
  const std::string other = R"({"transactionHash":"0x2222222222222222222222222222222222222222222222222222222222222222",
    "status":"0x1","blockNumber":"0x5","gasUsed":"0x1","logs":[]})";
  Client client = client_with({result(other)});
  EXPECT_EQ(code_of(client.receipt(Hash{})), "rpc_answer");
}

TEST(Client, AsksForLogsInHalvesWhereTheNodeMustHaveIt) {
  const std::string block = R"({"number":"0x3","timestamp":"0x1","baseFeePerGas":"0x1"})";
  std::vector<std::string> requests;
  Client client = client_with(
      {result(block), fault(R"({"code":-32005,"message":"range too large"})"), result("[]"), result("[]")}, &requests);
  EXPECT_TRUE(client.logs({.address = kTo, .topics = {}, .from_block = 0}));
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_NE(requests[3].find(R"("fromBlock":"0x0")"), std::string::npos);
  EXPECT_NE(requests[3].find(R"("toBlock":"0x1")"), std::string::npos);
  EXPECT_NE(requests[4].find(R"("fromBlock":"0x2")"), std::string::npos);
  EXPECT_NE(requests[4].find(R"("toBlock":"0x3")"), std::string::npos);
}

TEST(Client, GivesUpOnALongChainInSmallPieces) {
  std::deque<Result<std::string>> answers{result(R"({"number":"0xffffffff","timestamp":"0x1","baseFeePerGas":"0x1"})")};
  for (int i = 0; i < 22; ++i) answers.push_back(fault(R"({"code":-32005,"message":"range too large"})"));
  for (int i = 0; i < 300; ++i) answers.push_back(result("[]"));
  Client client = client_with(std::move(answers));
  EXPECT_EQ(code_of(client.logs({.address = kTo, .topics = {}, .from_block = 0})), "too_many_blocks");
}

TEST(Client, LogsThatNeverComeAreAnError) {
  const std::string block = R"({"number":"0x0","timestamp":"0x1","baseFeePerGas":"0x1"})";
  Client client = client_with({result(block), fault(R"({"code":-32005,"message":"no"})")});
  EXPECT_EQ(code_of(client.logs({.address = kTo, .topics = {}, .from_block = 0})), "rpc_fault");
}

SecretKey key() {
  const Hash bytes = "0x4646464646464646464646464646464646464646464646464646464646464646"_hash;
  return std::move(*SecretKey::from_bytes(SecretBytes<32>(bytes.bytes)));
}

const std::string kBlock = R"({"number":"0x3","timestamp":"0x1","baseFeePerGas":"0x1"})";
constexpr WaitOptions kShort{.timeout = 30ms, .first_pause = 10ms, .longest_pause = 10ms};

TEST(SendTransaction, ALostAnswerIsAnUnknownOutcome) {
  Client client = client_with({result(kBlock), result("\"0x1\""), result("\"0x0\""), fail("rpc_timeout", "no answer")});
  const auto outcome = send_transaction(client, key(), {.to = kTo, .gas = 21'000}, kShort);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->receipt);
  EXPECT_FALSE(outcome->why_unknown.empty());
}

TEST(SendTransaction, ARefusalIsCertain) {
  Client client = client_with({result(kBlock), result("\"0x1\""), result("\"0x0\""),
                               fault(R"({"code":-32000,"message":"insufficient funds"})")});
  EXPECT_EQ(code_of(send_transaction(client, key(), {.to = kTo, .gas = 21'000}, kShort)), "not_sent");
}

TEST(SendTransaction, NoReceiptInTimeIsUnknown) {
  Client client =
      client_with({result(kBlock), result("\"0x1\""), result("\"0x0\""), result("\"0x" + std::string(64, '1') + "\""),
                   result("null"), result("null"), result("null"), result("null"), result("null")});
  const auto outcome = send_transaction(client, key(), {.to = kTo, .gas = 21'000}, kShort);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->receipt);
}

}  // namespace
}  // namespace valetkey
