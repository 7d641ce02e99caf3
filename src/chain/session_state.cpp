#include "chain/session_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "userop/execution.hpp"

namespace valetkey {
namespace {

Result<Bytes> ask_validator(Client& client, const Address& validator, Bytes data) {
  VALETKEY_TRY(answer, client.read(validator, std::move(data)));
  if (answer.empty()) {
    return fail("no_validator",
                fmt::format("there is no validator at `{}` on chain {}", to_checksum(validator), client.chain().value),
                "deploy it with `valetkey deploy`, or use the RPC address of the approval's chain");
  }
  return std::move(answer);
}

void add(std::vector<ListedSession>& sessions, ContractEvent event, std::uint64_t block) {
  const auto known = std::ranges::find(sessions, event.id, &ListedSession::id);
  const bool revoked = event.kind == ContractEvent::Kind::revoked;
  if (known == sessions.end()) {
    sessions.push_back({event.id, std::move(event.full), block, revoked});
  } else if (revoked) {
    known->revoked = true;
  }
}

}  // namespace

Result<AccountState> read_account_state(Client& client, const Address& validator, const Address& account) {
  VALETKEY_TRY(answer, ask_validator(client, validator, encode_account_of(account)));
  return decode_account_of(answer);
}

Result<SessionState> read_session_state(Client& client, const SessionPlace& place, const SessionId& id) {
  VALETKEY_TRY(account, read_account_state(client, place.validator, place.account));
  VALETKEY_TRY(answer, ask_validator(client, place.validator, encode_words_of(place.account, id)));
  VALETKEY_TRY(words, decode_words_of(answer));
  return SessionState{account.epoch, account.installed, words};
}

Result<SessionList> list_sessions(Client& client, const Address& validator, const Address& account,
                                  std::uint64_t from_block) {
  VALETKEY_TRY(state, read_account_state(client, validator, account));
  const Hash account_topic = to_hash(to_word(account));
  VALETKEY_TRY(
      logs,
      client.logs({validator, {{session_enabled_topic(), session_revoked_topic()}, {account_topic}}, from_block}));
  SessionList list{{}, state.epoch, state.installed};
  for (const Log& log : logs) {
    VALETKEY_TRY(event, decode_event(log.topics, log.data));
    if (log.address != validator || event.account != account) {
      return fail("rpc_answer", "the node answered with events that were not asked for", "use another RPC address");
    }
    add(list.sessions, std::move(event), log.block);
  }
  return list;
}

Result<std::vector<Address>> list_validators(Client& client, const Address& account, std::uint64_t from_block) {
  static const Hash installed = topic0(*parse_event("event ModuleInstalled(uint256 moduleTypeId, address module)"));
  static const Hash uninstalled = topic0(*parse_event("event ModuleUninstalled(uint256 moduleTypeId, address module)"));
  VALETKEY_TRY(logs, client.logs({account, {{installed, uninstalled}}, from_block}));
  std::vector<Address> validators;
  for (const Log& log : logs) {
    if (log.data.size() != 64 || log.topics.size() != 1 || log.address != account) continue;
    const Word type = Word::from_short_big_endian(ByteView(log.data).first(32));
    const auto module = to_address(Word::from_short_big_endian(ByteView(log.data).last(32)));
    if (!module || type != Word(static_cast<std::uint64_t>(ModuleType::validator))) continue;
    std::erase(validators, *module);
    if (log.topics.front() == installed) validators.push_back(*module);
  }
  return validators;
}

Result<bool> accepts_signature(Client& client, const Address& account, const Hash& hash, ByteView signature) {
  static const AbiFunction function = *parse_function("isValidSignature(bytes32,bytes)");
  const std::vector<Value> arguments{hash, to_bytes(signature)};
  VALETKEY_TRY(answer, client.call({.to = account, .data = *build_call(function, arguments)}));
  const Bytes magic = "0x1626ba7e00000000000000000000000000000000000000000000000000000000"_hex;
  return !answer.reverted && answer.data == magic;
}

}  // namespace valetkey
