// Sending transactions and learning what became of them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "chain/client.hpp"
#include "chain/transaction.hpp"

namespace valetkey {

// What became of a transaction that was given to a node.
struct Outcome {
  Hash transaction;
  std::optional<Receipt> receipt;  // none: unknown, it may still be included
  std::string why_unknown;         // one sentence, where there is no receipt
};

struct SendRequest {
  std::optional<Address> to = {};  // none: creates a contract
  Bytes data = {};
  Word value = {};                        // wei
  std::optional<std::uint64_t> gas = {};  // none: estimated, a fifth more
};

struct WaitOptions {
  std::chrono::milliseconds timeout{120'000};
  std::chrono::milliseconds first_pause{20};  // doubles with every look
  std::chrono::milliseconds longest_pause{2'000};
};

// Signs with the newest fees and nonce of the key's address, sends, and waits for the receipt. A transaction that
// reverted is an Outcome too. Errors (nothing was sent): the client's, call_reverted where the estimate reverts,
// not_sent where the node refused it.
Result<Outcome> send_transaction(Client& client, const SecretKey& key, const SendRequest& request,
                                 const WaitOptions& wait = {});

// Waits for the receipt of a transaction that was sent. A node that does not answer is asked again until the time is
// up.
Outcome wait_for_receipt(Client& client, const Hash& transaction, const WaitOptions& wait = {});

}  // namespace valetkey
