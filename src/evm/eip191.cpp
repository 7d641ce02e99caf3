#include "evm/eip191.hpp"

#include <string>

#include "evm/keccak.hpp"

namespace valetkey {

Hash hash_personal_message(ByteView message) {
  const std::string prefix =
      "\x19"
      "Ethereum Signed Message:\n" +
      std::to_string(message.size());
  Keccak256 hasher;
  hasher.update(as_bytes(prefix));
  hasher.update(message);
  return hasher.finish();
}

}  // namespace valetkey
