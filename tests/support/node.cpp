#include "node.hpp"

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "chain/artifact.hpp"
#include "chain/deployer.hpp"

namespace valetkey::testing {
namespace {

using nlohmann::json;

std::string environment_or(const char* name, const char* other) {
  const char* value = std::getenv(name);
  return value == nullptr ? other : value;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

constexpr HttpOptions kPatient{.timeout = std::chrono::minutes(3), .most_answer = std::size_t{256} * 1024 * 1024};

}  // namespace

std::string anvil_program() {
  return environment_or("VALETKEY_ANVIL", VALETKEY_TEST_ROOT "/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
}

std::string artifacts_folder() {
  return environment_or("VALETKEY_ARTIFACTS", VALETKEY_TEST_ROOT "/build/artifacts");
}

Node::Node(ChainId chain)
    : anvil_(must(Anvil::start(anvil_program(), chain))),
      transport_(std::make_unique<HttpTransport>(anvil_.url(), kPatient)),
      client_(must(Client::connect(anvil_.url(), chain, kPatient))) {}

Node::~Node() = default;

json Node::ask(std::string_view method, const json& params) {
  const json answer = ask_all(method, {params}).front();
  if (!answer.contains("result")) throw std::runtime_error(std::string(method) + ": " + answer.dump());
  return answer["result"];
}

std::vector<json> Node::ask_all(std::string_view method, const std::vector<json>& params) {
  std::string body = "[";
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (i != 0) body += ',';
    body += json{{"jsonrpc", "2.0"}, {"id", i}, {"method", method}, {"params", params[i]}}.dump();
  }
  body += ']';
  const json answers = json::parse(must(transport_->post(body)));
  if (!answers.is_array() || answers.size() != params.size())
    throw std::runtime_error("batch: " + answers.dump().substr(0, 500));
  std::vector<json> ordered(params.size());
  for (const json& answer : answers) ordered.at(answer.at("id").get<std::size_t>()) = answer;
  return ordered;
}

Receipt Node::send(const Address& to, const Bytes& data, const Word& value, const Address& from) {
  const json sent = ask("eth_sendTransaction", {{{"from", to_hex(from)},
                                                 {"to", to_hex(to)},
                                                 {"data", to_hex(data)},
                                                 {"value", to_quantity(value)},
                                                 {"gas", "0xe00000"}}});
  const Hash hash = must(parse_fixed<Hash>(sent.get<std::string>()));
  for (int i = 0; i < 3000; ++i) {
    if (auto receipt = must(client_.receipt(hash))) return std::move(*receipt);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("no receipt");
}

Address Node::deploy(std::string_view name, const Bytes& arguments, std::uint64_t number) {
  Artifact artifact = must(read_artifact(artifacts_folder(), name));
  if (number != 0) artifact.salt = to_hash(Word(number));
  Bytes init_code = artifact.creation_code;
  append(init_code, arguments);
  const Address address = deployed_address(artifact.salt, init_code);
  if (!must(client_.code(address)).empty()) return address;
  if (!send(kDeployer, encode_deployment(artifact.salt, init_code)).success || must(client_.code(address)).empty()) {
    throw std::runtime_error("can't deploy " + std::string(name));
  }
  return address;
}

void Node::mine_at(std::uint64_t timestamp) {
  ask("evm_setNextBlockTimestamp", {timestamp});
  ask("evm_mine", json::array());
}

std::uint64_t Node::now() {
  return must(client_.newest_block()).timestamp;
}

}  // namespace valetkey::testing
