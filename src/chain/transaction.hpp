// EIP-1559 transactions, signed.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "crypto/ecdsa.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey {

struct Transaction {
  ChainId chain = {};
  std::uint64_t nonce = 0;
  Word tip = {};      // maxPriorityFeePerGas, wei
  Word highest = {};  // maxFeePerGas, wei
  std::uint64_t gas = 0;
  std::optional<Address> to = {};  // none: creates a contract
  Word value = {};                 // wei
  Bytes data = {};
};

struct SignedTransaction {
  Bytes raw;  // what eth_sendRawTransaction takes
  Hash hash;
};

// https://eips.ethereum.org/EIPS/eip-1559 (type 2, empty access list).
SignedTransaction sign_transaction(const Transaction& transaction, const SecretKey& key);

}  // namespace valetkey
