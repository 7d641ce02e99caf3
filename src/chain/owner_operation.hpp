// What the account does at its owner's word: an operation that another validator of the account checks.
#pragma once

#include <span>

#include "account/account.hpp"
#include "chain/client.hpp"
#include "chain/entry_point.hpp"
#include "crypto/ecdsa.hpp"

namespace valetkey {

// The owner's validator takes 65 bytes r, s, v over the bare hash (an Ownable validator with one owner does).
struct OwnerSigner {
  Address validator;
  const SecretKey* key = nullptr;
};

// Estimates, simulates, signs and sends the calls as one operation of the account, and waits. Errors: nothing was sent.
Result<OperationOutcome> send_as_owner(Client& client, const AccountAdapter& adapter, const Address& account,
                                       const OwnerSigner& owner, std::span<const Call> calls, const SecretKey& payer,
                                       const WaitOptions& wait = {}, const EntryPoint& entry_point = kEntryPointV07);

}  // namespace valetkey
