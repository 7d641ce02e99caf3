// What valetkey asks an Ethereum node.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "chain/transport.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey {

class Rpc;

struct CallRequest {
  std::optional<Address> from = {};
  std::optional<Address> to = {};  // none: creates a contract
  Bytes data = {};
  Word value = {};  // wei
};

// For one call only, as if this code stood at the address.
struct CodeOverride {
  Address address;
  Bytes code;
};

// A call that the chain would run: what it returns, or what it reverts with.
struct CallAnswer {
  bool reverted = false;
  Bytes data = {};
  std::string message = {};  // the node's words for a revert
};

struct Block {
  std::uint64_t number = 0;
  std::uint64_t timestamp = 0;  // seconds since 1970
  Word base_fee;                // wei per gas
};

// Wei per gas. highest leaves room for the base fee to double.
struct Fees {
  Word base;
  Word tip;
  Word highest;
};

struct Log {
  Address address;
  std::vector<Hash> topics;
  Bytes data;
  std::uint64_t block = 0;
  Hash transaction;
};

struct LogFilter {
  Address address;
  // For each topic in order the values that it may have; none: any.
  std::vector<std::vector<Hash>> topics;
  std::uint64_t from_block = 0;
};

struct Receipt {
  Hash transaction;
  bool success = false;
  std::uint64_t block = 0;
  std::uint64_t gas_used = 0;
  std::optional<Address> contract;  // that the transaction created
  std::vector<Log> logs;
};

// Blocking; not thread-safe. Every answer is checked for its type, none is trusted.
// Errors of every function: the transport's, rpc_answer (not what the method promises), rpc_fault (the node refused,
// with its words).
class Client {
 public:
  // Asks for the chain id at once. Error: wrong_chain where it is not the expected one.
  static Result<Client> connect(std::string url, std::optional<ChainId> expected = {}, HttpOptions options = {});
  static Result<Client> over(std::unique_ptr<Transport> transport, std::string name,
                             std::optional<ChainId> expected = {});
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  ChainId chain() const { return chain_; }
  // The node's address without its keys.
  const std::string& name() const { return name_; }

  // At the end of `block`, or of the newest one.
  Result<CallAnswer> call(const CallRequest& request, std::optional<std::uint64_t> block = {});
  // At the end of the newest block with other code at one address (geth's state overrides, which other nodes have too).
  Result<CallAnswer> call(const CallRequest& request, const CodeOverride& override_code);
  // A call that must not revert: what it returns. Error: call_reverted.
  Result<Bytes> read(const Address& to, Bytes data);
  // Gas of a transaction, its 21,000 included. Error: call_reverted.
  Result<std::uint64_t> estimate_gas(const CallRequest& request);

  Result<Block> newest_block();
  Result<Fees> fees();
  Result<Bytes> code(const Address& address);
  Result<Word> balance(const Address& address);
  Result<std::uint64_t> transaction_count(const Address& address);
  // Up to the newest block, oldest first. Where the node finds the range too long, asks for halves, with at most 200
  // requests in all. Error: too_many_blocks.
  Result<std::vector<Log>> logs(const LogFilter& filter);

  // rpc_fault is certain: the node did not take it. Any other error leaves open whether it did.
  Result<void> send_raw(ByteView transaction);
  // None where it is not in a block.
  Result<std::optional<Receipt>> receipt(const Hash& transaction);

  // For test chains: a method without an answer worth reading. params: JSON text of a list.
  Result<void> control(std::string_view method, std::string_view params);

 private:
  Client(std::unique_ptr<Rpc> rpc, std::string name);
  Result<CallAnswer> ask_call(std::string_view params);

  std::unique_ptr<Rpc> rpc_;
  std::string name_;
  ChainId chain_;
};

}  // namespace valetkey
