#include "chain/rpc.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace valetkey {
namespace {

using nlohmann::json;

Failure<> wrong_answer(std::string_view where, std::string_view what) {
  return fail("rpc_answer", fmt::format("the node's answer to {} is wrong: {}", where, what),
              "use another RPC address, or ask whoever runs this node");
}

const std::string* text_of(const json& value) {
  return value.get_ptr<const std::string*>();
}

// Nodes differ in where they put a revert's data: `data`, `data.data`, or with words in front.
std::optional<Bytes> revert_data(const json& data) {
  const json& inner = data.is_object() ? member(data, "data") : data;
  const std::string* text = text_of(inner);
  if (text == nullptr) return std::nullopt;
  const std::size_t start = text->find("0x");
  if (start == std::string::npos) return std::nullopt;
  auto bytes = parse_hex(std::string_view(*text).substr(start));
  return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

// What a node says, in a length and characters that a terminal can take.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 300)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return result;
}

RpcFault read_fault(const json& error) {
  RpcFault fault;
  if (const json& code = member(error, "code"); code.is_number_integer()) fault.code = code.get<std::int64_t>();
  if (const std::string* message = text_of(member(error, "message"))) fault.message = printable(*message);
  fault.data = revert_data(member(error, "data"));
  return fault;
}

template <class T>
Result<T> parsed(Result<T> value, std::string_view where, std::string_view wanted) {
  if (!value) return wrong_answer(where, fmt::format("not {}", wanted));
  return value;
}

}  // namespace

const json& member(const json& object, const char* name) {
  static const json missing;
  if (!object.is_object()) return missing;
  const auto found = object.find(name);
  return found == object.end() ? missing : *found;
}

Rpc::Rpc(std::unique_ptr<Transport> transport, std::string name)
    : transport_(std::move(transport)), name_(std::move(name)) {}

Rpc::~Rpc() = default;

std::expected<json, RpcFailure> Rpc::ask(std::string_view method, const json& params) {
  const std::uint64_t id = next_id_++;
  const json request{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
  auto body = transport_->post(request.dump());
  if (!body) return Failure<RpcFailure>(std::move(body.error()));
  const json answer = json::parse(*body, nullptr, false);
  const auto wrong = [&](std::string_view what) {
    return Failure<RpcFailure>(wrong_answer(fmt::format("{} ({})", method, name_), what).error());
  };
  if (answer.is_discarded() || !answer.is_object()) return wrong("it is not a JSON object");
  if (const json& error = member(answer, "error"); !error.is_null()) return Failure<RpcFailure>(read_fault(error));
  if (member(answer, "id") != json(id)) return wrong("it belongs to another request");
  const auto result = answer.find("result");
  if (result == answer.end()) return wrong("it has neither result nor error");
  return *result;
}

Result<json> Rpc::get(std::string_view method, const json& params) {
  auto answer = ask(method, params);
  if (answer) return std::move(*answer);
  if (const auto* fault = std::get_if<RpcFault>(&answer.error())) return fail(fault_error(method, *fault));
  return fail(std::get<Error>(std::move(answer.error())));
}

Error fault_error(std::string_view method, const RpcFault& fault) {
  return {"rpc_fault", fmt::format("the node refused {}: {} (code {})", method, fault.message, fault.code),
          fault.code == -32601 ? "use a node that knows this method" : ""};
}

Result<Word> read_quantity(const json& value, std::string_view where) {
  const std::string* text = text_of(value);
  if (text == nullptr) return wrong_answer(where, "no number");
  return parsed(parse_quantity(*text), where, "a number");
}

Result<std::uint64_t> read_uint64(const json& value, std::string_view where) {
  VALETKEY_TRY(word, read_quantity(value, where));
  const auto number = word.to_uint64();
  if (!number) return wrong_answer(where, "a number above 2^64");
  return *number;
}

Result<Bytes> read_bytes(const json& value, std::string_view where) {
  const std::string* text = text_of(value);
  if (text == nullptr) return wrong_answer(where, "no bytes");
  return parsed(parse_hex(*text), where, "bytes in hex");
}

Result<Address> read_address(const json& value, std::string_view where) {
  const std::string* text = text_of(value);
  if (text == nullptr) return wrong_answer(where, "no address");
  return parsed(parse_fixed<Address>(*text), where, "an address");
}

Result<Hash> read_hash(const json& value, std::string_view where) {
  const std::string* text = text_of(value);
  if (text == nullptr) return wrong_answer(where, "no hash");
  return parsed(parse_fixed<Hash>(*text), where, "a hash");
}

}  // namespace valetkey
