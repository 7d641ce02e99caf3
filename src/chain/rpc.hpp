// JSON-RPC 2.0 over a transport; for the .cpp files of this folder.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "chain/transport.hpp"
#include "evm/types.hpp"

namespace valetkey {

// The node understood the request and answered with an error.
struct RpcFault {
  std::int64_t code = 0;
  std::string message;
  std::optional<Bytes> data;  // of a revert
};

using RpcFailure = std::variant<Error, RpcFault>;

class Rpc {
 public:
  Rpc(std::unique_ptr<Transport> transport, std::string name);
  ~Rpc();

  // `result` of the answer. Error: as the transport's, and rpc_answer where the answer is not JSON-RPC or not to this
  // request.
  std::expected<nlohmann::json, RpcFailure> ask(std::string_view method, const nlohmann::json& params);

  // The same with a fault as an Error, rpc_fault.
  Result<nlohmann::json> get(std::string_view method, const nlohmann::json& params);

 private:
  std::unique_ptr<Transport> transport_;
  std::string name_;  // of the node, for messages
  std::uint64_t next_id_ = 1;
};

Error fault_error(std::string_view method, const RpcFault& fault);

// Members of an answer, checked. `where` names the method for the message. Error: rpc_answer.
Result<Word> read_quantity(const nlohmann::json& value, std::string_view where);
Result<std::uint64_t> read_uint64(const nlohmann::json& value, std::string_view where);
Result<Bytes> read_bytes(const nlohmann::json& value, std::string_view where);
Result<Address> read_address(const nlohmann::json& value, std::string_view where);
Result<Hash> read_hash(const nlohmann::json& value, std::string_view where);
// A member of an object; null where it is missing.
const nlohmann::json& member(const nlohmann::json& object, const char* name);

}  // namespace valetkey
