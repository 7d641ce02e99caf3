// The readable message that the owner signs (EIP-712): docs/protocol.md, section 2.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "evm/eip712.hpp"
#include "evm/types.hpp"
#include "session/model.hpp"

namespace valetkey {

struct PlacedSession {
  Session session;
  SessionPlace place;
  bool operator==(const PlacedSession&) const = default;
};

// EIP-712 separator of the domain `valetkey`, `1`, validator. Without a chain: sessions name their own.
Hash validator_domain(const Address& validator);

// The EIP-712 struct hash of a session, straight from the model. It must be valid at its place.
Hash session_struct_hash(const Session& session, const SessionPlace& place);

// The part that costs most. It depends on the account, where a rule names it, and not on the chain: hash it once for
// several chains.
Hash permissions_array_hash(const Session& session, const Address& account);
Hash session_struct_hash(const Session& session, const SessionPlace& place, const Hash& permissions_array_hash);

// What the owner signs: the digest of ApproveSessions.
Hash approval_digest(std::span<const Hash> session_hashes, const Address& validator);

// The same message for the generic EIP-712 code, and as wallets' JSON in one byte-exact form.
// One session or more, all of one validator.
TypedData approval_typed_data(std::span<const PlacedSession> sessions);
std::string approval_typed_data_json(std::span<const PlacedSession> sessions);

}  // namespace valetkey
