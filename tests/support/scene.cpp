#include "scene.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "account/account.hpp"
#include "chain/entry_point.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "session/typed_data.hpp"

namespace valetkey::testing {
namespace {

using nlohmann::json;

constexpr Word kCoin = 10'000'000'000'000'000'000_w;
constexpr std::uint64_t kGasLimit = 1'500'000;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

Bytes word_bytes(const Address& address) {
  Bytes bytes;
  append_word(bytes, to_word(address));
  return bytes;
}

// The gas of the first frame that calls `function` of `to`, in a callTracer's answer.
std::optional<std::uint64_t> frame_gas(const json& frame, const std::string& to, const std::string& function) {
  if (frame.value("to", "") == to && frame.value("input", "").starts_with(function) && frame.value("type", "") == "CALL") {
    return parse_quantity(frame.at("gasUsed").get<std::string>()).value().low_64();
  }
  for (const json& inner : frame.value("calls", json::array())) {
    if (const auto gas = frame_gas(inner, to, function)) return gas;
  }
  return std::nullopt;
}

std::vector<PackedUserOp> packed(std::span<const UserOp> ops) {
  std::vector<PackedUserOp> list;
  for (const UserOp& op : ops) list.push_back(pack_user_op(op));
  return list;
}

}  // namespace

const SecretKey& test_key(std::uint8_t byte) {
  static const std::vector<SecretKey> keys = [] {
    std::vector<SecretKey> list;
    for (unsigned b = 1; b < 256; ++b) {
      std::array<std::uint8_t, 32> bytes;
      bytes.fill(static_cast<std::uint8_t>(b));
      auto key = SecretKey::from_bytes(SecretBytes<32>(bytes));
      if (!key) break;  // 0xff is above the order
      list.push_back(std::move(*key));
    }
    return list;
  }();
  return keys.at(byte - 1U);
}

std::vector<Address> rising(std::vector<Address> addresses) {
  std::ranges::sort(addresses);
  return addresses;
}

Scene::Scene(Node& node, const EntryPoint& entry_point) : node_(node), entry_point_(entry_point) {
  const bool v07 = entry_point.version == EntryPointVersion::v0_7;
  if (node.deploy(v07 ? "EntryPointV07" : "EntryPointV08") != entry_point.address) throw std::runtime_error("another EntryPoint");
  validator_ = node.deploy("Valetkey");
  owner_validator_ = node.deploy("OwnerValidator");
  const AbiFunction create = *parse_function("create(address,(address,bytes)[])");
  const std::vector<Value> arguments{entry_point.address,
                                     Value::List{Value::List{owner_validator_, word_bytes(test_key(kOwnerByte).address())},
                                                 Value::List{validator_, Bytes{}}}};
  account_ = node.deploy("TestAccount", *build_arguments(create.inputs, arguments));
  node.send(account_, {}, kCoin);
}

Address Scene::token(std::uint64_t number) {
  const Address token = node_.deploy("TestToken", {}, number);
  const std::array<Word, 2> arguments{to_word(account_), Word(1'000'000'000'000)};
  node_.send(token, encode_static_call("0x40c10f19"_selector, arguments));
  return token;
}

std::uint64_t Scene::epoch() {
  return must(decode_account_of(must(node_.client().read(validator_, encode_account_of(account_))))).epoch;
}

SessionState Scene::state(const SessionId& id) {
  SessionState state;
  const AccountState account = must(decode_account_of(must(node_.client().read(validator_, encode_account_of(account_)))));
  state.epoch = account.epoch;
  state.installed = account.installed;
  state.words = must(decode_words_of(must(node_.client().read(validator_, encode_words_of(account_, id)))));
  return state;
}

Bytes Scene::approve(std::span<const Hash> session_hashes) const {
  const Hash digest = approval_digest(session_hashes, validator_);
  return openzeppelin_account().wrap_message_signature(owner_validator_, sign_recoverable(test_key(kOwnerByte), digest).view());
}

UserOp Scene::bare(const Use& use) {
  UserOp op;
  op.sender = account_;
  op.nonce = must(read_nonce(node_.client(), entry_point_, account_, openzeppelin_account().nonce_key(validator_, use.lane)));
  op.call_data = openzeppelin_account().encode_calls(use.calls);
  op.call_gas_limit = kGasLimit;
  op.verification_gas_limit = kGasLimit;
  op.pre_verification_gas = 60'000;
  op.max_fee_per_gas = use.max_fee_per_gas;
  op.max_priority_fee_per_gas = 1'000'000;
  return op;
}

namespace {

UserOp signed_op(PreparedUserOp prepared, const Use& use) {
  std::vector<const SecretKey*> keys;
  for (const std::uint8_t byte : use.keys) keys.push_back(&test_key(byte));
  return must(sign(std::move(prepared), keys)).op();
}

}  // namespace

UserOp Scene::use(const PreparedSession& session, const Use& use) {
  return signed_op(must(prepare_use(session, bare(use), entry_point_, {use.permissions, use.time})), use);
}

UserOp Scene::enable(const PreparedSession& session, const Use& use, const EnableProof& proof) {
  return signed_op(must(prepare_enable(session, bare(use), entry_point_, {use.permissions, use.time}, proof)), use);
}

UserOp Scene::enable(const PreparedSession& session, const Use& use) {
  const Bytes signature = approve(std::span(&session.struct_hash(), 1));
  return enable(session, use, {std::span(&session.struct_hash(), 1), 0, signature});
}

UserOp Scene::owner_op(const Call& call) {
  UserOp op = bare({.calls = {call}});
  op.nonce = must(read_nonce(node_.client(), entry_point_, account_, openzeppelin_account().nonce_key(owner_validator_, 0)));
  op.signature = openzeppelin_account().user_op_signature_prefix(owner_validator_);
  append(op.signature, sign_recoverable(test_key(kOwnerByte), Hash{hash_user_op(op, entry_point_, kTestChain).bytes}).view());
  return op;
}

Receipt Scene::submit(std::span<const UserOp> ops) {
  Receipt receipt = node_.send(entry_point_.address, encode_handle_ops(packed(ops), kPayer));
  if (!receipt.success) {
    const auto why = refusal(ops);
    throw std::runtime_error("the bundle reverted: " + (why ? why->reason : std::string("and would pass by itself")));
  }
  return receipt;
}

std::optional<FailedOp> Scene::refusal(std::span<const UserOp> ops) {
  const CallAnswer answer = must(node_.client().call({kPayer, entry_point_.address, encode_handle_ops(packed(ops), kPayer)}));
  if (!answer.reverted) return std::nullopt;
  if (auto failed = decode_failed_op(answer.data)) return failed;
  return FailedOp{0, answer.message + " " + to_hex(answer.data), answer.data, {}};
}

Receipt Scene::as_owner(const Call& call) {
  Receipt receipt = submit(owner_op(call));
  const auto done = results(receipt);
  if (done.size() != 1 || !done.front().success) throw std::runtime_error("the owner's call failed");
  return receipt;
}

std::vector<OperationResult> Scene::results(const Receipt& receipt) const {
  static const Hash topic = topic0(*parse_event(
      "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, uint256 nonce, bool success, "
      "uint256 actualGasCost, uint256 actualGasUsed)"));
  std::vector<OperationResult> list;
  for (const Log& log : receipt.logs) {
    if (log.address != entry_point_.address || log.topics.size() != 4 || log.topics[0] != topic) continue;
    list.push_back({{log.topics[1].bytes}, log.data.at(63) == 1});
  }
  return list;
}

std::uint64_t Scene::validator_gas(const Hash& transaction, const Selector& function) {
  const json trace = node_.ask("debug_traceTransaction", {to_hex(transaction), {{"tracer", "callTracer"}}});
  const auto gas = frame_gas(trace, to_hex(validator_), to_hex(function));
  if (!gas) throw std::runtime_error("the validator was not called");
  return *gas;
}

}  // namespace valetkey::testing
