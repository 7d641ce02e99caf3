#include "protocol/contract.hpp"

#include "evm/abi_codec.hpp"
#include "evm/keccak.hpp"

namespace valetkey {
namespace {

constexpr Selector kEnable = "0x0c959556"_selector;              // enable(bytes)
constexpr Selector kRevoke = "0xb75c7dc6"_selector;              // revoke(bytes32)
constexpr Selector kRevokeAll = "0xa340fff4"_selector;           // revokeAll()
constexpr Selector kAccountOf = "0x8086b8ba"_selector;           // accountOf(address)
constexpr Selector kWordsOf = "0x36139403"_selector;             // wordsOf(address,bytes32)
constexpr Selector kRestOf = "0x87fe7a24"_selector;              // restOf(address,bytes,uint40)
constexpr Selector kDescribe = "0x60681daf"_selector;            // describe(address,bytes)
constexpr Selector kApprovalDigest = "0x2c10d01a"_selector;      // approvalDigest(bytes32[])
constexpr Selector kValidateUserOp = "0x97003203"_selector;      // validateUserOp(PackedUserOperation,bytes32)
constexpr Selector kIsAllowed = "0x356981ca"_selector;           // isAllowed(address,bytes32,address,uint256,bytes,…)
constexpr Selector kRefused = "0x3b0312db"_selector;             // Refused(uint8,uint8,uint8)
constexpr Selector kFailedOp = "0x220266b6"_selector;            // FailedOp(uint256,string)
constexpr Selector kFailedOpWithRevert = "0x65c8fd4d"_selector;  // FailedOpWithRevert(uint256,string,bytes)

const AbiType kUint{AbiKind::uint_, 256, 0, {}, {}, false};
const AbiType kBytesType{AbiKind::bytes, 0, 0, {}, {}, false};
const AbiType kStringType{AbiKind::string, 0, 0, {}, {}, false};

Word id_word(const SessionId& id) {
  return Word::from_big_endian(id.bytes);
}

Bytes begin(const Selector& selector) {
  return to_bytes(selector.view());
}

void append_bytes(Bytes& to, ByteView bytes) {
  append_word(to, bytes.size());
  append_padded(to, bytes);
}

Failure<> answer_error() {
  return fail("contract_answer", "the validator's answer is not of the form it has to have",
              "check the validator's address with `valetkey deploy`");
}

// The words of an answer that is that many.
template <std::size_t N>
Result<std::array<Word, N>> read_words(ByteView answer) {
  if (answer.size() != 32 * N) return answer_error();
  std::array<Word, N> words;
  for (std::size_t i = 0; i < N; ++i) words[i] = Word::from_big_endian(answer.subspan(32 * i).first<32>());
  return words;
}

bool has_selector(ByteView data, const Selector& selector) {
  return data.size() >= Selector::kSize && read_fixed<Selector>(data) == selector;
}

}  // namespace

Bytes encode_enable(ByteView full) {
  Bytes data = begin(kEnable);
  append_word(data, 32);
  append_bytes(data, full);
  return data;
}

Bytes encode_revoke(const SessionId& id) {
  return encode_static_call(kRevoke, {{id_word(id)}});
}

Bytes encode_revoke_all() {
  return begin(kRevokeAll);
}

Bytes encode_install_data(std::span<const Bytes> sessions) {
  Bytes data;
  for (const Bytes& full : sessions) {
    append_big_endian(data, full.size(), 3);
    append(data, full);
  }
  return data;
}

Bytes encode_account_of(const Address& account) {
  return encode_static_call(kAccountOf, {{to_word(account)}});
}

Result<AccountState> decode_account_of(ByteView answer) {
  VALETKEY_TRY(words, read_words<2>(answer));
  const auto epoch = words[0].to_uint64();
  if (!epoch || words[1] > Word(1)) return answer_error();
  return AccountState{*epoch, words[1] == Word(1)};
}

Bytes encode_words_of(const Address& account, const SessionId& id) {
  return encode_static_call(kWordsOf, {{to_word(account), id_word(id)}});
}

Result<std::array<Word, kStateWords>> decode_words_of(ByteView answer) {
  return read_words<kStateWords>(answer);
}

Bytes encode_rest_of(const Address& account, ByteView full, Seconds time) {
  Bytes data = encode_static_call(kRestOf, {{to_word(account), Word(96), Word(time)}});
  append_bytes(data, full);
  return data;
}

Result<std::vector<Word>> decode_rest_of(ByteView answer) {
  if (answer.size() < 64 || answer.size() % 32 != 0) return answer_error();
  std::vector<Word> words;
  for (std::size_t i = 0; i < answer.size(); i += 32)
    words.push_back(Word::from_big_endian(answer.subspan(i).first<32>()));
  if (words[0] != Word(32) || words[1] != Word(words.size() - 2)) return answer_error();
  words.erase(words.begin(), words.begin() + 2);
  return words;
}

Bytes encode_describe(const Address& account, ByteView full) {
  Bytes data = encode_static_call(kDescribe, {{to_word(account), Word(64)}});
  append_bytes(data, full);
  return data;
}

Result<SessionDescription> decode_describe(ByteView answer) {
  VALETKEY_TRY(words, read_words<2>(answer));
  return SessionDescription{{words[0].to_big_endian()}, to_hash(words[1])};
}

Bytes encode_approval_digest(std::span<const Hash> session_hashes) {
  Bytes data = begin(kApprovalDigest);
  append_word(data, 32);
  append_word(data, session_hashes.size());
  for (const Hash& hash : session_hashes) append(data, hash.view());
  return data;
}

Result<Hash> decode_approval_digest(ByteView answer) {
  VALETKEY_TRY(words, read_words<1>(answer));
  return to_hash(words[0]);
}

Bytes encode_validate_user_op(const PackedUserOp& op, const UserOpHash& hash) {
  Bytes data = begin(kValidateUserOp);
  append_word(data, 64);
  append(data, hash.view());
  // The operation: nine words, then its four byte strings.
  std::size_t offset = std::size_t{9} * 32;
  const auto next_offset = [&](const Bytes& bytes) {
    const std::size_t at = offset;
    offset += 32 + padded_size(bytes.size());
    return Word(at);
  };
  append_word(data, to_word(op.sender));
  append_word(data, op.nonce);
  append_word(data, next_offset(op.init_code));
  append_word(data, next_offset(op.call_data));
  append_word(data, op.account_gas_limits);
  append_word(data, op.pre_verification_gas);
  append_word(data, op.gas_fees);
  append_word(data, next_offset(op.paymaster_and_data));
  append_word(data, next_offset(op.signature));
  for (const Bytes* bytes : {&op.init_code, &op.call_data, &op.paymaster_and_data, &op.signature})
    append_bytes(data, *bytes);
  return data;
}

Bytes encode_is_allowed(const Address& account, const SessionId& session, const PolicyQuestion& question) {
  constexpr std::size_t kHead = 6 * 32;
  const CallView& call = question.asked;
  Bytes data = begin(kIsAllowed);
  append_word(data, to_word(account));
  append_word(data, id_word(session));
  append_word(data, to_word(call.target));
  append_word(data, call.value);
  append_word(data, kHead);
  append_word(data, kHead + 32 + padded_size(call.data.size()));
  append_bytes(data, call.data);
  append_word(data, question.words.size());
  for (const Word& word : question.words) append_word(data, word);
  return data;
}

bool is_allowed_answer(ByteView answer) {
  return answer.size() == 32 && has_selector(answer, kIsAllowed) && all_zero(answer.subspan(Selector::kSize));
}

Hash session_enabled_topic() {
  return keccak256(as_bytes("SessionEnabled(address,bytes32,bytes)"));
}

Hash session_revoked_topic() {
  return keccak256(as_bytes("SessionRevoked(address,bytes32)"));
}

Hash epoch_moved_topic() {
  return keccak256(as_bytes("EpochMoved(address,uint64)"));
}

Result<ContractEvent> decode_event(std::span<const Hash> topics, ByteView data) {
  const auto error = [] {
    return fail("contract_event", "the log is none of the validator's events",
                "ask for the validator's address and topics only");
  };
  if (topics.size() < 2) return error();
  const auto account = to_address(to_word(topics[1]));
  if (!account) return error();
  ContractEvent event;
  event.account = *account;
  if (topics[0] == epoch_moved_topic()) {
    const auto words = read_words<1>(data);
    if (topics.size() != 2 || !words || !(*words)[0].fits_64()) return error();
    event.kind = ContractEvent::Kind::epoch_moved;
    event.epoch = (*words)[0].low_64();
    return event;
  }
  if (topics.size() != 3) return error();
  event.id = {topics[2].bytes};
  if (topics[0] == session_revoked_topic()) {
    if (!data.empty()) return error();
    event.kind = ContractEvent::Kind::revoked;
    return event;
  }
  if (topics[0] != session_enabled_topic()) return error();
  const auto values = decode_arguments({{kBytesType}}, data);
  if (!values) return error();
  event.kind = ContractEvent::Kind::enabled;
  event.full = *(*values)[0].bytes();
  return event;
}

std::optional<Refusal> decode_refused(ByteView revert_data) {
  if (!has_selector(revert_data, kRefused)) return std::nullopt;
  const auto words = read_words<3>(revert_data.subspan(Selector::kSize));
  if (!words) return std::nullopt;
  for (const Word& word : *words) {
    if (word > Word(255)) return std::nullopt;
  }
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>((*words)[i].low_64()); };
  const auto code = refusal_code(byte(0));
  return code ? std::optional(Refusal{*code, byte(1), byte(2)}) : std::nullopt;
}

Bytes encode_refused(const Refusal& refusal) {
  return encode_static_call(kRefused,
                            {{Word(static_cast<std::uint8_t>(refusal.code)), Word(refusal.call), Word(refusal.rule)}});
}

std::optional<FailedOp> decode_failed_op(ByteView revert_data) {
  const bool with_revert = has_selector(revert_data, kFailedOpWithRevert);
  if (!with_revert && !has_selector(revert_data, kFailedOp)) return std::nullopt;
  const ByteView data = revert_data.subspan(Selector::kSize);
  const auto values = with_revert ? decode_arguments({{kUint, kStringType, kBytesType}}, data)
                                  : decode_arguments({{kUint, kStringType}}, data);
  if (!values) return std::nullopt;
  FailedOp failed;
  failed.op_index = (*values)[0].word()->to_uint64().value_or(0);
  failed.reason = as_text(*(*values)[1].bytes());
  if (with_revert) {
    failed.inner = *(*values)[2].bytes();
    // AA23 is the account; another reason would be the paymaster's own data.
    if (failed.reason.starts_with("AA23")) failed.refusal = decode_refused(failed.inner);
  }
  return failed;
}

}  // namespace valetkey
