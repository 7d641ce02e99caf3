// What the chain says of an account's sessions.
#pragma once

#include <optional>
#include <vector>

#include "chain/client.hpp"
#include "policy/state.hpp"
#include "protocol/contract.hpp"
#include "session/encoding.hpp"
#include "session/model.hpp"

namespace valetkey {

// Errors of all: the client's, no_validator (there is none at that address).
Result<AccountState> read_account_state(Client& client, const Address& validator, const Address& account);
Result<SessionState> read_session_state(Client& client, const SessionPlace& place, const SessionId& id);

// A session that an account enabled, from the chain's events alone.
struct ListedSession {
  SessionId id;
  Bytes full;  // as the event carries it; empty for one that was revoked without having been enabled
  std::uint64_t block = 0;
  bool revoked = false;
};

struct SessionList {
  std::vector<ListedSession> sessions;  // oldest first
  std::uint64_t epoch = 0;              // the account's; sessions of another one are over
  bool installed = false;
};
Result<SessionList> list_sessions(Client& client, const Address& validator, const Address& account,
                                  std::uint64_t from_block);

// The validators that the account has, by its ModuleInstalled and ModuleUninstalled events (ERC-7579). Each of them may
// sign for the account by ERC-1271, so each may approve sessions.
Result<std::vector<Address>> list_validators(Client& client, const Address& account, std::uint64_t from_block);

// ERC-1271: whether the account takes `signature` (with its prefix for the validator) for the hash.
Result<bool> accepts_signature(Client& client, const Address& account, const Hash& hash, ByteView signature);

}  // namespace valetkey
