#include "work.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>

#include "crypto/ecdsa.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_json.hpp"
#include "policy/evaluate.hpp"
#include "protocol/prepare.hpp"
#include "session/function_text.hpp"
#include "session/typed_data.hpp"
#include "userop/execution.hpp"

namespace valetkey::bench {
namespace {

constexpr Address kAccount = "0xacc0000000000000000000000000000000000001"_address;
constexpr Address kValidator = "0x7a1e7cef00000000000000000000000000000001"_address;
constexpr Address kToken = "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"_address;
constexpr Seconds kFrom = 1'795'251'600;
constexpr Seconds kTime = kFrom + 3600;
constexpr std::array<std::uint64_t, 3> kChains{8453, 10, 42161};
constexpr std::string_view kTransfer = "transfer(address,uint256)";
constexpr std::size_t kPermissions = 8;

// Keeps a value from being computed for nothing.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

template <class T>
T need(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench: %s\n", to_string(result.error()).c_str());
    std::exit(1);
  }
  return std::move(*result);
}

void need(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

SecretKey secret_key() {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(0x42);
  return need(SecretKey::from_bytes(SecretBytes<32>(bytes)));
}

Address recipient(std::size_t number) {
  Address address = "0xb0b0000000000000000000000000000000000000"_address;
  address.bytes.back() = static_cast<std::uint8_t>(number);
  return address;
}

Permission transfer_permission() {
  const auto layout = parse_function_text(kTransfer);
  Permission permission;
  permission.contract = kToken;
  permission.text = kTransfer;
  permission.selector = layout->selector;
  permission.words = static_cast<std::uint8_t>(layout->word_types.size());
  permission.counts = {{0, 1, {}}, {1, kCountCall, {}}};
  return permission;
}

// An ERC-20 transfer with a limit on the token, a window, and a number of uses.
Session transfer_session(const SecretKey& key) {
  Session session;
  session.epoch = 1;
  session.serial = 1;
  session.from = kFrom;
  session.until = kFrom + 30 * 86'400;
  session.account_pays = true;
  session.keys = {key.address()};
  session.limits = {{LimitKind::token, 1'000'000'000, 0, kToken}, {LimitKind::calls, 100, 0, {}}};
  session.permissions = {transfer_permission()};
  return session;
}

// One permission for each recipient, each with a bound on the amount.
Session recipients_session(const SecretKey& key) {
  Session session = transfer_session(key);
  session.permissions.clear();
  for (std::size_t i = 0; i < kPermissions; ++i) {
    Permission permission = transfer_permission();
    Rule to;
    to.type = {ValueGroup::address, 1};
    to.values = {to_word(recipient(i))};
    Rule amount;
    amount.position = 1;
    amount.comparison = Comparison::at_most;
    amount.values = {50'000'000};
    permission.rules = {to, amount};
    session.permissions.push_back(permission);
  }
  return session;
}

Bytes transfer_call(const Address& to) {
  return encode_static_call("0xa9059cbb"_selector, std::array{to_word(to), Word(25'000'000)});
}

UserOp operation(const Address& to) {
  UserOp op;
  op.sender = kAccount;
  op.nonce = 7;
  op.call_data = encode_execute_single({kToken, 0, transfer_call(to)});
  op.call_gas_limit = 100'000;
  op.verification_gas_limit = 150'000;
  op.pre_verification_gas = 50'000;
  op.max_fee_per_gas = 1'000'000'000;
  op.max_priority_fee_per_gas = 1'000'000;
  return op;
}

SessionPlace place_on(std::uint64_t chain) {
  return {ChainId{chain}, kAccount, kValidator};
}

// What several items use, computed before anything is measured.
struct Fixture {
  SecretKey key = secret_key();
  PreparedSession session = need(PreparedSession::make(transfer_session(key), place_on(kChains[0])));
  PreparedSession recipients = need(PreparedSession::make(recipients_session(key), place_on(kChains[0])));
  SessionState state;
  PackedUserOp last_transfer = pack_user_op(operation(recipient(kPermissions - 1)));
  Hash digest = prepare().digest();
  Signature signature = sign_recoverable(key, digest);
  std::string abi_json;

  explicit Fixture(std::string abi) : abi_json(std::move(abi)) {
    state.epoch = 1;
    state.installed = true;
    state.set_status(SessionStatus::enabled);
  }

  [[nodiscard]] PreparedUserOp prepare() const {
    const std::array<std::uint8_t, 1> first{0};
    return need(prepare_use(session, operation(recipient(1)), kEntryPointV07, {first, kTime}));
  }

  void prepare_and_sign() const {
    const SecretKey* keys[] = {&key};
    keep(need(sign(prepare(), keys)));
  }

  void session_digest_3_chains() const {
    const SessionHasher hasher(session.session(), kAccount);
    std::array<Hash, kChains.size()> hashes;
    for (std::size_t i = 0; i < hashes.size(); ++i) hashes[i] = hasher.on(ChainId{kChains[i]});
    keep(approval_digest(hashes, kValidator));
  }

  void abi_json_to_selectors() const { keep(need(parse_abi_json_selectors(abi_json))); }

  // Finds the permission (the last one is right) and decides.
  void evaluate_8_permissions() const {
    const auto execution = decode_execute(last_transfer.call_data);
    Operation asked{execution->calls, {}, kTime, gas_view(last_transfer)};
    const Session& session_model = recipients.session();
    const auto chosen =
        choose_permissions(session_model, recipients.id(), recipients.place(), state, asked, Clock{kTime});
    asked.permission_of_call = chosen;
    const Verdict verdict = evaluate(session_model, recipients.id(), recipients.place(), state, asked, false);
    need(verdict.allowed() && chosen[0] == kPermissions - 1, "the transfer is refused");
    keep(verdict);
  }
};

}  // namespace

std::vector<Item> items(std::string abi_json) {
  const auto f = std::make_shared<const Fixture>(std::move(abi_json));
  return {
      {"prepare_and_sign", [f] { f->prepare_and_sign(); }},
      {"prepare", [f] { keep(f->prepare()); }},
      {"session_digest_3_chains", [f] { f->session_digest_3_chains(); }},
      {"abi_json_to_selectors", [f] { f->abi_json_to_selectors(); }},
      {"recover_signer", [f] { keep(need(recover_signer(f->digest, f->signature.view()))); }},
      {"evaluate_8_permissions", [f] { f->evaluate_8_permissions(); }},
      {"sign_recoverable", [f] { keep(sign_recoverable(f->key, f->digest)); }},
  };
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  need(file.good(), "can't read the ABI");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace valetkey::bench
