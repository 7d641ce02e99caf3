// EIP-191 and EIP-712: hashes, and the JSON form read back.
#include "case.hpp"
#include "evm/eip191.hpp"
#include "evm/eip712.hpp"

namespace valetkey::vectors {
namespace {

Outcome check_eip191(const Json& test_case) {
  const Json& input = test_case.at("input");
  const Bytes message =
      input.contains("raw") ? bytes_of(input.at("raw")) : to_bytes(as_bytes(input.at("message").get<std::string>()));
  return {.failed = difference("hash", test_case.at("expected").at("hash"), to_hex(hash_personal_message(message)))};
}

Outcome check_eip712(const Json& test_case) {
  const Json& expected = test_case.at("expected");
  const auto data = parse_typed_data(test_case.at("input").dump());
  if (!data) return {.failed = to_string(data.error())};
  const auto struct_hash = hash_struct(data->types, data->primary_type, data->message);
  const auto digest = typed_data_digest(*data);
  const auto json = to_json(*data);
  if (!struct_hash || !digest || !json) return {.failed = "the typed data that was read can't be hashed and written"};
  Outcome outcome;
  outcome.failed +=
      difference("domainSeparator", expected.at("domainSeparator"), to_hex(domain_separator(data->domain)));
  outcome.failed += difference("structHash", expected.at("structHash"), to_hex(*struct_hash));
  outcome.failed += difference("digest", expected.at("digest"), to_hex(*digest));
  if (parse_typed_data(*json) != *data) outcome.failed += "the JSON that was written reads back differently\n";
  return outcome;
}

}  // namespace

std::optional<Outcome> check_hashing(const Json& test_case) {
  const std::string kind = kind_of(test_case);
  if (kind == "eip191") return check_eip191(test_case);
  if (kind == "eip712") return check_eip712(test_case);
  return std::nullopt;
}

}  // namespace valetkey::vectors
