#include "cli/contract_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "account/operation.hpp"
#include "chain/deployer.hpp"
#include "chain/session_state.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "protocol/contract.hpp"

namespace valetkey::cli {
namespace {

constexpr std::string_view kGas = "0xe00000";                 // osaka refuses transactions above 2^24
constexpr std::string_view kCoin = "0xd3c21bcecceda1000000";  // 10^24 wei, for the account's gas

// The keys with the numbers 1, 2, …, which everybody knows; addresses rising.
Result<std::vector<SecretKey>> known_keys(std::size_t count) {
  std::vector<SecretKey> keys;
  for (std::size_t i = 0; i < count; ++i) {
    std::array<std::uint8_t, 32> number{};
    number.back() = static_cast<std::uint8_t>(i + 1);
    VALETKEY_TRY(key, SecretKey::from_bytes(SecretBytes<32>(number)));
    keys.push_back(std::move(key));
  }
  std::ranges::sort(keys, {}, &SecretKey::address);
  return keys;
}

Result<HeldSession> with_keys(const HeldSession& session, const std::vector<SecretKey>& keys) {
  Approval approval = session.approval();
  std::ranges::transform(keys, approval.sessions[session.index()].session.keys.begin(), &SecretKey::address);
  return HeldSession::open(std::move(approval), session.chain(), session.place().account);
}

// Code that answers every call with one word.
Bytes code_that_answers(const Word& word) {
  Bytes code{0x7f};  // PUSH32
  append_word(code, word);
  append(code, Bytes{0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3});  // PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
  return code;
}

std::string refusal_text(const Refusal& refusal) {
  return fmt::format("refuses it, {} {}.{}", refusal_name(refusal.code), refusal.call, refusal.rule);
}

std::string pass_text(const Word& validation_data) {
  return "lets it pass with the validation data " + to_hex(to_hash(validation_data));
}

std::string decision_text(const Verdict& verdict) {
  return verdict.refusal ? refusal_text(*verdict.refusal) : pass_text(pack_validation_data(verdict.window));
}

std::string decision_text(const CallAnswer& answer) {
  if (!answer.reverted && answer.data.size() == 32) return pass_text(Word::from_short_big_endian(answer.data));
  if (const auto refusal = answer.reverted ? decode_refused(answer.data) : std::nullopt) return refusal_text(*refusal);
  return fmt::format("{} {}", answer.reverted ? "reverts with" : "answers", to_hex(answer.data));
}

// Empty where they are the same.
std::string state_difference(const SessionState& evaluator, const SessionState& contract) {
  for (std::size_t i = 0; i < kStateWords; ++i) {
    if (evaluator.words[i] == contract.words[i]) continue;
    return fmt::format("word {} afterwards: the evaluator has {}, the contract {}", i,
                       to_hex(to_hash(evaluator.words[i])), to_hex(to_hash(contract.words[i])));
  }
  return evaluator == contract ? "" : "the contract has moved the account's epoch";
}

}  // namespace

Result<std::unique_ptr<ContractJudge>> ContractJudge::start(const std::filesystem::path& anvil,
                                                            const Artifact& contract, const HeldSession& session) {
  VALETKEY_TRY(keys, known_keys(session.session().keys.size()));
  VALETKEY_TRY(held, with_keys(session, keys));
  keys.erase(keys.begin() + session.session().threshold, keys.end());
  VALETKEY_TRY(chain, Anvil::start(anvil, session.chain()));
  VALETKEY_TRY(client, Client::connect(chain.url(), session.chain()));
  std::unique_ptr<ContractJudge> judge(
      new ContractJudge(std::move(held), std::move(keys), std::move(chain), std::move(client)));
  VALETKEY_CHECK(judge->prepare_chain(contract));
  VALETKEY_CHECK(judge->enable());
  return judge;
}

Result<CaseAnswer> ContractJudge::decide(const CaseOperation& operation) {
  const SessionPlace& place = session_.place();
  VALETKEY_CHECK(set_policies(operation.policies_allow));
  VALETKEY_TRY(before, read_session_state(client_, place, session_.id()));
  const Draft draft = draft_case(session_, before, operation);
  VALETKEY_TRY(data, validation_call(draft));
  VALETKEY_TRY(asked, client_.call({place.account, place.validator, data}));
  CaseAnswer answer = answer_of(draft);
  const std::string evaluator = decision_text(draft.verdict);
  const std::string contract = decision_text(asked);
  if (evaluator != contract) {
    answer.difference = fmt::format("the evaluator {}; the contract {}", evaluator, contract);
    return answer;
  }
  if (draft.refusal) return answer;
  VALETKEY_CHECK(send(place.validator, data));
  VALETKEY_TRY(after, read_session_state(client_, place, session_.id()));
  answer.difference = state_difference(draft.verdict.state, after);
  return answer;
}

Result<void> ContractJudge::prepare_chain(const Artifact& contract) {
  const std::string account = to_hex(session_.place().account);
  VALETKEY_CHECK(client_.control("evm_setAutomine", "[false]"));
  VALETKEY_CHECK(client_.control("anvil_setBalance", fmt::format(R"(["{}","{}"])", account, kCoin)));
  VALETKEY_CHECK(client_.control("anvil_impersonateAccount", fmt::format(R"(["{}"])", account)));
  VALETKEY_CHECK(send(kDeployer, encode_deployment(contract.salt, contract.creation_code)));
  VALETKEY_TRY(code, client_.code(session_.place().validator));
  if (!code.empty()) return {};
  return fail("case_chain", "the validator is not at its address", "compile the contracts again");
}

Result<void> ContractJudge::enable() {
  static const AbiFunction install = *parse_function("onInstall(bytes)");
  const SessionPlace& place = session_.place();
  const std::array sessions{to_bytes(session_.prepared().full())};
  const Bytes data = *build_call(install, Value::List{encode_install_data(sessions)});
  VALETKEY_TRY(answer, client_.call({place.account, place.validator, data}));
  if (!answer.reverted) return send(place.validator, data);
  return fail("case_chain", fmt::format("asked to enable the session, the contract {}", decision_text(answer)),
              "please report this: the session's check passed");
}

Result<void> ContractJudge::set_policies(bool allow) {
  static const Selector allowed = selector_of_text("isAllowed(address,bytes32,address,uint256,bytes,uint256[])");
  Bytes answer(32);
  if (allow) std::ranges::copy(allowed.view(), answer.begin());
  const std::string code = to_hex(code_that_answers(Word::from_short_big_endian(answer)));
  for (const Permission& permission : session_.session().permissions) {
    for (const Policy& policy : permission.policies) {
      VALETKEY_CHECK(client_.control("anvil_setCode", fmt::format(R"(["{}","{}"])", to_hex(policy.contract), code)));
    }
  }
  return {};
}

Result<void> ContractJudge::send(const Address& to, ByteView data) {
  VALETKEY_CHECK(client_.control("eth_sendTransaction",
                                 fmt::format(R"([{{"from":"{}","to":"{}","gas":"{}","data":"{}"}}])",
                                             to_hex(session_.place().account), to_hex(to), kGas, to_hex(data))));
  return client_.control("evm_mine", "[]");
}

Result<Bytes> ContractJudge::validation_call(const Draft& draft) const {
  VALETKEY_TRY(prepared,
               prepare_use(session_.prepared(), draft.op, kEntryPointV07, {draft.permission_of_call, draft.time}));
  std::vector<const SecretKey*> keys;
  for (const SecretKey& key : keys_) keys.push_back(&key);
  VALETKEY_TRY(op, sign(std::move(prepared), keys));
  return encode_validate_user_op(pack_user_op(op.op()), op.hash());
}

}  // namespace valetkey::cli
