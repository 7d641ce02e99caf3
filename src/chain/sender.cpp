#include "chain/sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace valetkey {
namespace {

Result<Transaction> prepare(Client& client, const Address& from, const SendRequest& request) {
  VALETKEY_TRY(fees, client.fees());
  VALETKEY_TRY(nonce, client.transaction_count(from));
  Transaction transaction{.chain = client.chain(),
                          .nonce = nonce,
                          .tip = fees.tip,
                          .highest = fees.highest,
                          .to = request.to,
                          .value = request.value,
                          .data = request.data};
  if (request.gas) {
    transaction.gas = *request.gas;
  } else {
    VALETKEY_TRY(gas, client.estimate_gas({from, request.to, request.data, request.value}));
    transaction.gas = gas + gas / 5;
  }
  return transaction;
}

}  // namespace

Outcome wait_for_receipt(Client& client, const Hash& transaction, const WaitOptions& wait) {
  const auto end = std::chrono::steady_clock::now() + wait.timeout;
  std::chrono::milliseconds pause = wait.first_pause;
  Outcome outcome{transaction, {}, {}};
  while (true) {
    auto receipt = client.receipt(transaction);
    if (receipt && *receipt) {
      outcome.receipt = std::move(*receipt);
      outcome.why_unknown.clear();
      return outcome;
    }
    outcome.why_unknown =
        receipt ? fmt::format("no receipt within {} s", wait.timeout.count() / 1000) : receipt.error().message;
    if (std::chrono::steady_clock::now() + pause > end) return outcome;
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, wait.longest_pause);
  }
}

Result<Outcome> send_transaction(Client& client, const SecretKey& key, const SendRequest& request,
                                 const WaitOptions& wait) {
  VALETKEY_TRY(transaction, prepare(client, key.address(), request));
  const SignedTransaction made = sign_transaction(transaction, key);
  const auto sent = client.send_raw(made.raw);
  if (!sent && sent.error().code == "rpc_fault" && sent.error().message.find("already known") == std::string::npos) {
    return fail("not_sent", sent.error().message,
                fmt::format("check that `{}` has enough of the chain's coin for gas", to_checksum(key.address())));
  }
  return wait_for_receipt(client, made.hash, wait);
}

}  // namespace valetkey
