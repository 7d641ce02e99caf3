// User operation hashes of EntryPoint v0.6, v0.7 and v0.8, and the packed fields of the latter two.
#include <stdexcept>

#include "case.hpp"
#include "evm/eip191.hpp"
#include "userop/user_op.hpp"

namespace valetkey::vectors {
namespace {

Uint128 uint128_at(const Json& json, const char* key) {
  const auto number = Uint128::from(word_of(json.at(key)));
  if (!number) throw std::runtime_error(std::string(key) + " is over 128 bits");
  return *number;
}

Bytes bytes_at(const Json& json, const char* key) {
  return json.contains(key) && !json.at(key).is_null() ? bytes_of(json.at(key)) : Bytes();
}

UserOp read_common(const Json& json) {
  UserOp op;
  op.sender = address_of(json.at("sender"));
  op.nonce = word_of(json.at("nonce"));
  op.call_data = bytes_of(json.at("callData"));
  op.call_gas_limit = uint128_at(json, "callGasLimit");
  op.verification_gas_limit = uint128_at(json, "verificationGasLimit");
  op.pre_verification_gas = word_of(json.at("preVerificationGas"));
  op.max_fee_per_gas = uint128_at(json, "maxFeePerGas");
  op.max_priority_fee_per_gas = uint128_at(json, "maxPriorityFeePerGas");
  op.signature = bytes_at(json, "signature");
  return op;
}

// v0.6 has the factory and the paymaster in front of their data, without gas limits.
UserOp read_v0_6(const Json& json) {
  UserOp op = read_common(json);
  const Bytes init_code = bytes_of(json.at("initCode"));
  const Bytes paymaster_and_data = bytes_of(json.at("paymasterAndData"));
  const auto rest = [](const Bytes& bytes) { return to_bytes(ByteView(bytes).subspan(20)); };
  if (!init_code.empty()) op.factory = Factory{read_fixed<Address>(init_code), rest(init_code)};
  if (!paymaster_and_data.empty()) {
    op.paymaster = Paymaster{read_fixed<Address>(paymaster_and_data), 0, 0, rest(paymaster_and_data)};
  }
  return op;
}

UserOp read_unpacked(const Json& json) {
  UserOp op = read_common(json);
  if (json.contains("factory") && !json.at("factory").is_null()) {
    const auto factory = json.at("factory").get<std::string>();
    if (factory.starts_with("0x7702")) {
      op.eip7702 = Eip7702Init{address_of(json.at("authorization").at("address")), bytes_at(json, "factoryData")};
    } else {
      op.factory = Factory{address_of(json.at("factory")), bytes_at(json, "factoryData")};
    }
  }
  if (json.contains("paymaster") && !json.at("paymaster").is_null()) {
    op.paymaster = Paymaster{address_of(json.at("paymaster")), uint128_at(json, "paymasterVerificationGasLimit"),
                             uint128_at(json, "paymasterPostOpGasLimit"), bytes_at(json, "paymasterData")};
  }
  return op;
}

std::string check_packed(const UserOp& op, const Json& expected) {
  const PackedUserOp packed = pack_user_op(op);
  const auto unpacked = unpack_user_op(packed, op.eip7702 ? std::optional(op.eip7702->delegate) : std::nullopt);
  std::string failed;
  failed += difference("initCode", expected.at("initCode"), to_hex(packed.init_code));
  failed += difference("accountGasLimits", expected.at("accountGasLimits"), to_hex(to_hash(packed.account_gas_limits)));
  failed += difference("gasFees", expected.at("gasFees"), to_hex(to_hash(packed.gas_fees)));
  failed += difference("paymasterAndData", expected.at("paymasterAndData"), to_hex(packed.paymaster_and_data));
  if (!unpacked || pack_user_op(*unpacked) != packed) failed += "the packed operation unpacks differently\n";
  return failed;
}

}  // namespace

std::optional<Outcome> check_user_op(const Json& test_case) {
  const std::string kind = kind_of(test_case);
  const Json input = test_case.value("input", Json::object());
  if ((kind != "v0.6" && kind != "v0.7" && kind != "v0.8") || !input.contains("userOp")) return std::nullopt;
  const EntryPointVersion version = kind == "v0.6"   ? EntryPointVersion::v0_6
                                    : kind == "v0.7" ? EntryPointVersion::v0_7
                                                     : EntryPointVersion::v0_8;
  const Json& json = input.at("userOp");
  const Json& expected = test_case.at("expected");
  const UserOp op = version == EntryPointVersion::v0_6 ? read_v0_6(json) : read_unpacked(json);
  const EntryPoint entry_point{address_of(input.at("entryPoint")), version};
  const UserOpHash hash = hash_user_op(op, entry_point, ChainId{word_of(input.at("chainId")).low_64()});
  Outcome outcome;
  outcome.failed += difference("userOpHash", expected.at("userOpHash"), to_hex(hash));
  if (expected.contains("ethSignedHash")) {
    outcome.failed +=
        difference("ethSignedHash", expected.at("ethSignedHash"), to_hex(hash_personal_message(hash.view())));
  }
  if (expected.contains("packed")) outcome.failed += check_packed(op, expected.at("packed"));
  return outcome;
}

}  // namespace valetkey::vectors
