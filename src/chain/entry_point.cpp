#include "chain/entry_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "account/enable_gas.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"

namespace valetkey {
namespace {

// userOpHash, sender and paymaster are indexed.
const Hash& operation_event() {
  static const Hash topic = topic0(*parse_event(
      "event UserOperationEvent(bytes32 indexed userOpHash, address indexed sender, address indexed paymaster, "
      "uint256 nonce, bool success, uint256 actualGasCost, uint256 actualGasUsed)"));
  return topic;
}

const Hash& revert_reason_event() {
  static const Hash topic =
      topic0(*parse_event("event UserOperationRevertReason(bytes32 indexed userOpHash, address indexed sender, uint256 "
                          "nonce, bytes revertReason)"));
  return topic;
}

// Gas of a transaction's data, EIP-2028.
std::uint64_t data_gas(ByteView data) {
  const auto zeros = static_cast<std::uint64_t>(std::ranges::count(data, 0));
  return 16 * (data.size() - zeros) + 4 * zeros;
}

// The least that a transaction's data cost, EIP-7623.
std::uint64_t floor_gas(ByteView data) {
  const auto zeros = static_cast<std::uint64_t>(std::ranges::count(data, 0));
  return 40 * (data.size() - zeros) + 10 * zeros;
}

// Code that calls the address in its data's first word with the rest of its data, and returns the first word of what
// that returns, the gas that the call took, and whether it succeeded.
const Bytes kMeter =
    "0x602036038060206000375a602060008360006000600035"  // copy the rest; CALL with all gas, answer to memory 0
    "5af15a8203602052604052"                            // gas taken to memory 32, success to memory 64
    "60606000f3"_hex;

// What validating takes when gas is no object. eth_estimateGas would look for the least gas with which the call does
// not revert; but where asking for the owner's approval runs out of gas, validating does not revert: it returns early,
// for less.
Result<std::uint64_t> measure_validation(Client& client, const EntryPoint& entry_point, const CallRequest& validation) {
  Bytes data;
  append_word(data, to_word(*validation.to));
  append(data, validation.data);
  VALETKEY_TRY(answer,
               client.call({validation.from, entry_point.address, std::move(data), 0}, {entry_point.address, kMeter}));
  if (answer.reverted || answer.data.size() != 96 || answer.data.back() != 1) {
    return fail("no_override",
                fmt::format("{} can't run a call with other code (state overrides of eth_call)", client.name()),
                "use another RPC address");
  }
  return Word::from_short_big_endian(ByteView(answer.data).subspan(32, 32)).low_64();
}

// Gas that running the call takes, without what its transaction costs before it runs.
Result<std::uint64_t> running_gas(Client& client, const CallRequest& request) {
  VALETKEY_TRY(gas, client.estimate_gas(request));
  const std::uint64_t before = 21'000 + data_gas(request.data);
  return gas > before ? gas - before : 0;
}

// validateUserOp(PackedUserOperation userOp, bytes32 userOpHash, uint256 missingAccountFunds), as the EntryPoint calls
// it.
Bytes encode_account_validation(const UserOp& op, const UserOpHash& hash) {
  static const AbiFunction function = *parse_function(
      "validateUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32,uint256)");
  const PackedUserOp packed = pack_user_op(op);
  const std::vector<Value> arguments{
      Value::List{packed.sender, packed.nonce, packed.init_code, packed.call_data, packed.account_gas_limits,
                  packed.pre_verification_gas, packed.gas_fees, packed.paymaster_and_data, packed.signature},
      to_word(Hash{hash.bytes}), Word(0)};
  return *build_call(function, arguments);
}

Bytes encode_bundle(const UserOp& op, const Address& beneficiary) {
  const std::array ops{pack_user_op(op)};
  return encode_handle_ops(ops, beneficiary);
}

// Enough for every limit that the operation states, the EntryPoint's own work, and the part that each call keeps back.
std::uint64_t bundle_gas(const UserOp& op, ByteView data) {
  const auto low = [](const Uint128& gas) { return std::min<std::uint64_t>(gas.word().low_64(), 15'000'000); };
  std::uint64_t limits = low(op.verification_gas_limit) + low(op.call_gas_limit);
  if (op.paymaster) limits += low(op.paymaster->verification_gas_limit) + low(op.paymaster->post_op_gas_limit);
  const std::uint64_t running = 150'000 + limits + limits / 32;
  return 21'000 + std::max(data_gas(data) + running, floor_gas(data));
}

const Log* find_log(const Receipt& receipt, const Address& address, const Hash& topic, const UserOpHash& hash) {
  for (const Log& log : receipt.logs) {
    if (log.address == address && log.topics.size() > 1 && log.topics[0] == topic &&
        log.topics[1].bytes == hash.bytes) {
      return &log;
    }
  }
  return nullptr;
}

std::string revert_reason(const Receipt& receipt, const EntryPoint& entry_point, const UserOpHash& hash) {
  const Log* log = find_log(receipt, entry_point.address, revert_reason_event(), hash);
  static const std::vector<AbiType> types{*parse_abi_type("uint256"), *parse_abi_type("bytes")};
  const auto values = log == nullptr ? fail("none", "") : decode_arguments(types, log->data);
  return values ? revert_text(*(*values)[1].bytes()) : "without a reason";
}

// Which of the calls' outcomes a mined bundle shows.
void read_receipt(const Receipt& receipt, const EntryPoint& entry_point, OperationOutcome& outcome) {
  const Log* log = find_log(receipt, entry_point.address, operation_event(), outcome.hash);
  if (log == nullptr || log->data.size() != 128) return;  // not told: status stays unknown
  const auto word = [&](std::size_t i) { return Word::from_short_big_endian(ByteView(log->data).subspan(32 * i, 32)); };
  outcome.gas_cost = word(2);
  outcome.status = word(1).is_zero() ? OperationStatus::reverted : OperationStatus::done;
  if (outcome.status == OperationStatus::reverted) outcome.revert = revert_reason(receipt, entry_point, outcome.hash);
}

struct Sentence {
  std::string_view code;
  std::string_view text;
};
constexpr std::array kSentences{
    Sentence{"AA10", "the account is there already, so the operation must not carry a factory"},
    Sentence{"AA13", "the factory did not make the account, or ran out of gas"},
    Sentence{"AA14", "the factory made another account"},
    Sentence{"AA15", "the factory made no account"},
    Sentence{"AA20", "the account is not deployed"},
    Sentence{"AA21", "the account can't pay for the operation; send it some of the chain's coin"},
    Sentence{"AA22", "the operation is too early or too late for the session"},
    Sentence{"AA23", "the account's validation reverted"},
    Sentence{"AA24", "a signature is wrong"},
    Sentence{"AA25", "the nonce is not the next one of its lane; another operation was faster"},
    Sentence{"AA26", "validating took more gas than the operation's verification gas limit"},
    Sentence{"AA30", "the paymaster is not deployed"},
    Sentence{"AA31", "the paymaster's deposit is too low"},
    Sentence{"AA32", "the operation is too early or too late for the paymaster"},
    Sentence{"AA33", "the paymaster's validation reverted"},
    Sentence{"AA34", "the paymaster's signature is wrong"},
    Sentence{"AA36", "the paymaster took more gas than its limit"},
    Sentence{"AA40", "the operation took more gas than it stated"},
    Sentence{"AA41", "the bundle has too little gas for the operation"},
    Sentence{"AA50", "the paymaster's postOp reverted"},
    Sentence{"AA51", "the operation cost more than was paid for it"},
    Sentence{"AA93", "the paymaster data are too short"},
    Sentence{"AA94", "a gas value is above 120 bits"},
    Sentence{"AA95", "the bundle ran out of gas"},
};

}  // namespace

Result<EntryPoint> parse_entry_point(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view version = colon == std::string_view::npos ? text : text.substr(colon + 1);
  for (const auto& [name, known] : {std::pair{"v0.7", kEntryPointV07}, {"v0.8", kEntryPointV08}}) {
    if (version != name) continue;
    if (colon == std::string_view::npos) return known;
    VALETKEY_TRY(address, parse_address(text.substr(0, colon)));
    return EntryPoint{address, known.version};
  }
  return fail("entry_point", fmt::format("`{}` is no EntryPoint", text), "write `v0.7`, `v0.8`, or `0x…:v0.8`");
}

Result<Word> read_nonce(Client& client, const EntryPoint& entry_point, const Address& account, const Word& key) {
  static const Selector get_nonce = selector_of_text("getNonce(address,uint192)");
  const std::array arguments{to_word(account), key};
  VALETKEY_TRY(answer, client.read(entry_point.address, encode_static_call(get_nonce, arguments)));
  if (answer.size() != 32) {
    return fail("no_entry_point", fmt::format("there is no EntryPoint at `{}`", to_checksum(entry_point.address)),
                "use a chain that has it, name another one with --entry-point, or use `valetkey devnet`");
  }
  return Word::from_short_big_endian(answer);
}

Word pre_verification_gas(const UserOp& op) {
  // The transaction itself, its data, and what handleOps does around validating and running an operation.
  const Bytes data = encode_bundle(op, op.sender);
  const std::uint64_t around = 35'000;
  const std::uint64_t rest_of_floor = floor_gas(data) - std::min(floor_gas(data), data_gas(data) + around);
  return 21'000 + data_gas(data) + around + rest_of_floor / 4;
}

Result<GasLimits> estimate_operation(Client& client, const UserOp& unsized, const EntryPoint& entry_point) {
  UserOp op = unsized;
  if (op.pre_verification_gas.is_zero()) op.pre_verification_gas = 1;  // so that there is a fee to count
  const UserOpHash hash = hash_user_op(op, entry_point, client.chain());
  const CallRequest validation{entry_point.address, op.sender, encode_account_validation(op, hash), 0};
  VALETKEY_TRY(validated, client.call(validation));
  if (validated.reverted) {
    return fail(explain_failure({0, "AA23 reverted", validated.data, decode_refused(validated.data)}));
  }
  VALETKEY_TRY(verification, measure_validation(client, entry_point, validation));
  const CallRequest running{entry_point.address, op.sender, op.call_data, 0};
  VALETKEY_TRY(run, client.call(running));
  if (run.reverted) {
    return fail("call_reverted", fmt::format("the calls would revert: {}", revert_text(run.data)),
                "nothing was sent and nothing counted; change the call");
  }
  VALETKEY_TRY(call, running_gas(client, running));
  return GasLimits{verification_limit(verification), call + call / 10 + 10'000, pre_verification_gas(op)};
}

Result<Simulation> simulate_operation(Client& client, const UserOp& op, const EntryPoint& entry_point,
                                      const Address& sender) {
  Simulation result;
  VALETKEY_TRY(bundle, client.call({sender, entry_point.address, encode_bundle(op, sender), 0}));
  if (bundle.reverted) {
    result.failed = decode_failed_op(bundle.data).value_or(FailedOp{0, bundle.message, bundle.data, {}});
    return result;
  }
  VALETKEY_TRY(run, client.call({entry_point.address, op.sender, op.call_data, 0}));
  if (run.reverted) result.reverting = revert_text(run.data);
  return result;
}

Result<OperationOutcome> submit_operation(Client& client, const SecretKey& payer, const UserOp& op,
                                          const EntryPoint& entry_point, const WaitOptions& wait) {
  const Bytes data = encode_bundle(op, payer.address());
  VALETKEY_TRY(bundle, send_transaction(client, payer, {entry_point.address, data, 0, bundle_gas(op, data)}, wait));
  OperationOutcome outcome;
  outcome.hash = hash_user_op(op, entry_point, client.chain());
  outcome.bundle = std::move(bundle);
  if (!outcome.bundle.receipt) return outcome;
  const Receipt& receipt = *outcome.bundle.receipt;
  if (receipt.success) {
    read_receipt(receipt, entry_point, outcome);
    return outcome;
  }
  outcome.status = OperationStatus::refused;
  // A reverted bundle changed nothing, so the same call at its block reverts for the same reason.
  const auto again = client.call({payer.address(), entry_point.address, data, 0}, receipt.block);
  if (again && again->reverted) outcome.failed = decode_failed_op(again->data);
  return outcome;
}

Error explain_failure(const FailedOp& failed) {
  if (failed.refusal) {
    const Refusal& refusal = *failed.refusal;
    return {refusal_name(refusal.code), fmt::format("{} ({})", refusal_sentence(refusal.code), numbers_text(refusal)),
            "see docs/refusals.md"};
  }
  const std::string inner = failed.inner.empty() ? "" : ": " + revert_text(failed.inner);
  return {
      "entry_point_refused", fmt::format("{}{} (`{}`)", entry_point_sentence(failed.reason), inner, failed.reason), {}};
}

std::string numbers_text(const Refusal& refusal) {
  std::string text = fmt::format("code {}", static_cast<int>(refusal.code));
  if (refusal.call != kNoIndex) text += fmt::format(", call {}", refusal.call);
  if (refusal.rule != kNoIndex) text += fmt::format(", rule {}", refusal.rule);
  return text;
}

std::string_view entry_point_sentence(std::string_view reason) {
  const auto found =
      std::ranges::find_if(kSentences, [&](const Sentence& sentence) { return reason.starts_with(sentence.code); });
  return found == kSentences.end() ? "for a reason of its own" : found->text;
}

std::string revert_text(ByteView data) {
  static const Selector error = selector_of_text("Error(string)");
  static const Selector panic = selector_of_text("Panic(uint256)");
  static const std::vector<AbiType> text{*parse_abi_type("string")};
  if (data.size() < 4) return "without a reason";
  const Selector selector = read_fixed<Selector>(data);
  if (selector == error) {
    if (const auto values = decode_arguments(text, data.subspan(4))) {
      std::string shown;
      for (const char c : as_text(*values->front().bytes())) shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      return fmt::format("`{}`", shown);
    }
  }
  if (selector == panic && data.size() == 36) return fmt::format("panic 0x{:02x}", data.back());
  const ByteView shown = data.first(std::min<std::size_t>(data.size(), 100));
  return fmt::format("`{}{}`", to_hex(shown), shown.size() < data.size() ? "…" : "");
}

}  // namespace valetkey
