#include "chain/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chain/rpc.hpp"

namespace valetkey {
namespace {

using nlohmann::json;

constexpr int kMostLogRequests = 200;

std::string quantity(std::uint64_t number) {
  return to_quantity(Word(number));
}

json block_tag(std::optional<std::uint64_t> block) {
  return block ? json(quantity(*block)) : json("latest");
}

json to_json(const CallRequest& request) {
  json call{{"data", to_hex(request.data)}};
  if (request.to) call["to"] = to_hex(*request.to);
  if (request.from) call["from"] = to_hex(*request.from);
  if (!request.value.is_zero()) call["value"] = to_quantity(request.value);
  return call;
}

// 3 is geth's code for a revert; older nodes say it in words only.
bool is_revert(const RpcFault& fault) {
  return fault.code == 3 || fault.data || fault.message.find("revert") != std::string::npos;
}

Result<Log> read_log(const json& value, std::string_view where) {
  Log log;
  VALETKEY_TRY(address, read_address(member(value, "address"), where));
  VALETKEY_TRY(data, read_bytes(member(value, "data"), where));
  VALETKEY_TRY(block, read_uint64(member(value, "blockNumber"), where));
  VALETKEY_TRY(transaction, read_hash(member(value, "transactionHash"), where));
  const json& topics = member(value, "topics");
  if (!topics.is_array())
    return fail("rpc_answer", fmt::format("the node's answer to {} is wrong: a log without topics", where));
  for (const json& topic : topics) {
    VALETKEY_TRY(hash, read_hash(topic, where));
    log.topics.push_back(hash);
  }
  log.address = address;
  log.data = std::move(data);
  log.block = block;
  log.transaction = transaction;
  return log;
}

Result<std::vector<Log>> read_logs(const json& value, std::string_view where) {
  if (!value.is_array())
    return fail("rpc_answer", fmt::format("the node's answer to {} is wrong: no list of logs", where));
  std::vector<Log> logs;
  for (const json& entry : value) {
    VALETKEY_TRY(log, read_log(entry, where));
    logs.push_back(std::move(log));
  }
  return logs;
}

json filter_json(const LogFilter& filter, std::uint64_t from, std::uint64_t to) {
  json topics = json::array();
  for (const std::vector<Hash>& choices : filter.topics) {
    json list = json::array();
    for (const Hash& choice : choices) list.push_back(to_hex(choice));
    topics.push_back(choices.empty() ? json() : list);
  }
  return {{"address", to_hex(filter.address)},
          {"topics", topics},
          {"fromBlock", quantity(from)},
          {"toBlock", quantity(to)}};
}

}  // namespace

Client::Client(std::unique_ptr<Rpc> rpc, std::string name) : rpc_(std::move(rpc)), name_(std::move(name)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(std::string url, std::optional<ChainId> expected, HttpOptions options) {
  std::string name = redact_url(url);
  return over(std::make_unique<HttpTransport>(std::move(url), options), std::move(name), expected);
}

Result<Client> Client::over(std::unique_ptr<Transport> transport, std::string name, std::optional<ChainId> expected) {
  Client client(std::make_unique<Rpc>(std::move(transport), name), name);
  VALETKEY_TRY(answer, client.rpc_->get("eth_chainId", json::array()));
  VALETKEY_TRY(chain, read_uint64(answer, "eth_chainId"));
  client.chain_ = ChainId{chain};
  if (expected && *expected != client.chain_) {
    return fail("wrong_chain", fmt::format("{} is on chain {}, wanted is chain {}", name, chain, expected->value),
                fmt::format("give the RPC address of a node of chain {}", expected->value));
  }
  return client;
}

Result<CallAnswer> Client::call(const CallRequest& request, std::optional<std::uint64_t> block) {
  return ask_call(json::array({to_json(request), block_tag(block)}).dump());
}

Result<CallAnswer> Client::call(const CallRequest& request, const CodeOverride& override_code) {
  const json overrides{{to_hex(override_code.address), {{"code", to_hex(override_code.code)}}}};
  return ask_call(json::array({to_json(request), block_tag({}), overrides}).dump());
}

Result<CallAnswer> Client::ask_call(std::string_view params) {
  auto answer = rpc_->ask("eth_call", json::parse(params));
  if (answer) {
    VALETKEY_TRY(data, read_bytes(*answer, "eth_call"));
    return CallAnswer{.data = std::move(data)};
  }
  auto* fault = std::get_if<RpcFault>(&answer.error());
  if (fault == nullptr) return fail(std::get<Error>(std::move(answer.error())));
  if (!is_revert(*fault)) return fail(fault_error("eth_call", *fault));
  return CallAnswer{.reverted = true, .data = fault->data.value_or(Bytes{}), .message = fault->message};
}

Result<Bytes> Client::read(const Address& to, Bytes data) {
  VALETKEY_TRY(answer, call({.to = to, .data = std::move(data)}));
  if (answer.reverted) {
    return fail("call_reverted", fmt::format("a call to `{}` reverted: {}", to_checksum(to), answer.message));
  }
  return std::move(answer.data);
}

Result<std::uint64_t> Client::estimate_gas(const CallRequest& request) {
  auto answer = rpc_->ask("eth_estimateGas", json::array({to_json(request)}));
  if (answer) return read_uint64(*answer, "eth_estimateGas");
  auto* fault = std::get_if<RpcFault>(&answer.error());
  if (fault == nullptr) return fail(std::get<Error>(std::move(answer.error())));
  if (!is_revert(*fault)) return fail(fault_error("eth_estimateGas", *fault));
  return fail("call_reverted", fmt::format("the call would revert: {}", fault->message));
}

Result<Block> Client::newest_block() {
  const std::string_view method = "eth_getBlockByNumber";
  VALETKEY_TRY(answer, rpc_->get(method, json::array({"latest", false})));
  VALETKEY_TRY(number, read_uint64(member(answer, "number"), method));
  VALETKEY_TRY(timestamp, read_uint64(member(answer, "timestamp"), method));
  const json& base_fee = member(answer, "baseFeePerGas");
  Block block{number, timestamp, {}};
  if (!base_fee.is_null()) {  // chains without EIP-1559 have none
    VALETKEY_TRY(fee, read_quantity(base_fee, method));
    block.base_fee = fee;
  }
  return block;
}

Result<Fees> Client::fees() {
  VALETKEY_TRY(block, newest_block());
  VALETKEY_TRY(answer, rpc_->get("eth_maxPriorityFeePerGas", json::array()));
  VALETKEY_TRY(tip, read_quantity(answer, "eth_maxPriorityFeePerGas"));
  const auto twice = checked_add(block.base_fee, block.base_fee);
  const auto highest = twice ? checked_add(*twice, tip) : std::nullopt;
  if (!highest) return fail("rpc_answer", "the node's gas prices are above 2^256");
  return Fees{block.base_fee, tip, *highest};
}

Result<Bytes> Client::code(const Address& address) {
  VALETKEY_TRY(answer, rpc_->get("eth_getCode", json::array({to_hex(address), "latest"})));
  return read_bytes(answer, "eth_getCode");
}

Result<Word> Client::balance(const Address& address) {
  VALETKEY_TRY(answer, rpc_->get("eth_getBalance", json::array({to_hex(address), "latest"})));
  return read_quantity(answer, "eth_getBalance");
}

Result<std::uint64_t> Client::transaction_count(const Address& address) {
  VALETKEY_TRY(answer, rpc_->get("eth_getTransactionCount", json::array({to_hex(address), "pending"})));
  return read_uint64(answer, "eth_getTransactionCount");
}

Result<std::vector<Log>> Client::logs(const LogFilter& filter) {
  VALETKEY_TRY(newest, newest_block());
  std::vector<Log> found;
  std::uint64_t from = filter.from_block;
  std::uint64_t size = newest.number + 1;
  for (int requests = 0; from <= newest.number; ++requests) {
    if (requests == kMostLogRequests) {
      return fail("too_many_blocks",
                  fmt::format("{} gives logs of {} blocks at a time, which is too few for blocks {} to {}", name_, size,
                              filter.from_block, newest.number),
                  "begin at a later block, or use another RPC address");
    }
    const std::uint64_t to = from + std::min(size - 1, newest.number - from);
    auto answer = rpc_->ask("eth_getLogs", json::array({filter_json(filter, from, to)}));
    if (!answer) {
      auto* fault = std::get_if<RpcFault>(&answer.error());
      if (fault == nullptr) return fail(std::get<Error>(std::move(answer.error())));
      if (to == from) return fail(fault_error("eth_getLogs", *fault));
      size = (to - from + 1) / 2;
      continue;
    }
    VALETKEY_TRY(part, read_logs(*answer, "eth_getLogs"));
    std::ranges::move(part, std::back_inserter(found));
    from = to + 1;
  }
  return found;
}

Result<void> Client::send_raw(ByteView transaction) {
  VALETKEY_TRY(answer, rpc_->get("eth_sendRawTransaction", json::array({to_hex(transaction)})));
  VALETKEY_TRY(hash, read_hash(answer, "eth_sendRawTransaction"));
  static_cast<void>(hash);  // the sender knows it already
  return {};
}

Result<std::optional<Receipt>> Client::receipt(const Hash& transaction) {
  const std::string_view method = "eth_getTransactionReceipt";
  VALETKEY_TRY(answer, rpc_->get(method, json::array({to_hex(transaction)})));
  if (answer.is_null()) return std::nullopt;
  VALETKEY_TRY(hash, read_hash(member(answer, "transactionHash"), method));
  if (hash != transaction) return fail("rpc_answer", "the node answered with another transaction's receipt");
  VALETKEY_TRY(status, read_uint64(member(answer, "status"), method));
  VALETKEY_TRY(block, read_uint64(member(answer, "blockNumber"), method));
  VALETKEY_TRY(gas_used, read_uint64(member(answer, "gasUsed"), method));
  VALETKEY_TRY(logs, read_logs(member(answer, "logs"), method));
  Receipt receipt{hash, status == 1, block, gas_used, {}, std::move(logs)};
  if (const json& created = member(answer, "contractAddress"); !created.is_null()) {
    VALETKEY_TRY(contract, read_address(created, method));
    receipt.contract = contract;
  }
  return receipt;
}

Result<void> Client::control(std::string_view method, std::string_view params) {
  const json parsed = json::parse(params, nullptr, false);
  VALETKEY_TRY(answer, rpc_->get(method, parsed));
  static_cast<void>(answer);
  return {};
}

}  // namespace valetkey
