// EIP-191, version 0x45: personal messages.
#pragma once

#include "base/bytes.hpp"
#include "evm/types.hpp"

namespace valetkey {

// keccak256("\x19Ethereum Signed Message:\n" + decimal size + message).
Hash hash_personal_message(ByteView message);

}  // namespace valetkey
