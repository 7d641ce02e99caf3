// The readable message that the owner signs (EIP-712): docs/protocol.md, section 2.
#pragma once

#include <array>
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

// The same for several chains: all that does not depend on the chain is hashed once.
class SessionHasher {
 public:
  SessionHasher(const Session& session, const Address& account);
  [[nodiscard]] Hash on(ChainId chain) const;

 private:
  std::array<Hash, 10> fields_;  // those behind the chain, each as a word
};

// What the owner signs: the digest of ApproveSessions.
Hash approval_digest(std::span<const Hash> session_hashes, const Address& validator);

// The same message for the generic EIP-712 code, and as wallets' JSON in one byte-exact form.
// One session or more, all of one validator.
TypedData approval_typed_data(std::span<const PlacedSession> sessions);
std::string approval_typed_data_json(std::span<const PlacedSession> sessions);

}  // namespace valetkey
