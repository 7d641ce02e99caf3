// Selectors, topics and type hashes: from the signature's text, and from the ABI JSON entry.
#include "case.hpp"
#include "evm/abi_json.hpp"
#include "evm/abi_type.hpp"
#include "evm/keccak.hpp"

namespace valetkey::vectors {
namespace {

struct Answer {
  std::string signature;
  std::string id;
};

template <class T>
Answer answer_of(const Result<T>& parsed) {
  if (!parsed) return {parsed.error().message, ""};
  if constexpr (std::is_same_v<T, AbiEvent>) {
    return {signature_text(*parsed), to_hex(topic0(*parsed))};
  } else {
    return {signature_text(*parsed), to_hex(selector(*parsed))};
  }
}

Answer answer_from_text(const std::string& kind, const std::string& signature) {
  if (kind == "function") return answer_of(parse_function(signature));
  if (kind == "error") return answer_of(parse_error(signature));
  return answer_of(parse_event(signature));
}

Answer answer_from_json(const std::string& kind, const Json& test_case) {
  const auto signature = test_case.at("signature").get<std::string>();
  Json entry = {{"type", kind}, {"name", signature.substr(0, signature.find('('))}};
  for (const char* const key : {"inputs", "outputs", "stateMutability"}) {
    if (test_case.contains(key)) entry[key] = test_case.at(key);
  }
  const auto abi = parse_abi_json(Json::array({entry}).dump());
  if (!abi) return {abi.error().message, ""};
  if (kind == "function") return answer_of(Result<AbiFunction>(abi->functions.at(0)));
  if (kind == "error") return answer_of(Result<AbiError>(abi->errors.at(0)));
  return answer_of(Result<AbiEvent>(abi->events.at(0)));
}

}  // namespace

std::optional<Outcome> check_selector(const Json& test_case) {
  const std::string kind = kind_of(test_case);
  if (!test_case.contains("signature")) return std::nullopt;
  const auto signature = test_case.at("signature").get<std::string>();
  const Json& expected = test_case.at("expected");
  if (kind == "typehash") {
    return Outcome{.failed = difference("hash", expected.at("hash"), to_hex(keccak256(as_bytes(signature))))};
  }
  if (kind != "function" && kind != "error" && kind != "event") return std::nullopt;
  const std::string id = expected.at(kind == "event" ? "topic0" : "selector");
  Outcome outcome;
  const Answer from_text = answer_from_text(kind, signature);
  outcome.failed += difference("signature", signature, from_text.signature);
  outcome.failed += difference("id from the text", id, from_text.id);
  if (test_case.contains("inputs")) {
    const Answer from_json = answer_from_json(kind, test_case);
    outcome.failed += difference("signature from JSON", signature, from_json.signature);
    outcome.failed += difference("id from JSON", id, from_json.id);
  }
  return outcome;
}

}  // namespace valetkey::vectors
