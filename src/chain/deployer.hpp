// Deploying at the same address on every chain, through the deterministic deployment proxy.
// https://github.com/Arachnid/deterministic-deployment-proxy
#pragma once

#include "chain/client.hpp"
#include "chain/sender.hpp"
#include "crypto/ecdsa.hpp"
#include "evm/types.hpp"

namespace valetkey {

inline constexpr Address kDeployer = "0x4e59b44847b379578588920ca78fbf26c0b4956c"_address;

// Where CREATE2 puts the contract (EIP-1014). init_code: creation code and constructor arguments.
Address deployed_address(const Hash& salt, ByteView init_code);

// What the deployer takes as call data.
Bytes encode_deployment(const Hash& salt, ByteView init_code);

// The code that creating the contract at `address` leaves there, immutables filled in. Runs the creation code in an
// eth_call. Errors: the client's, no_override (the node has no state overrides).
Result<Bytes> code_to_be(Client& client, const Address& address, ByteView init_code);

// Whether something is at `address`, and that it is the code of this hash. Error: other_code where another one is
// there.
Result<bool> is_deployed(Client& client, const Address& address, const Hash& code_hash);

}  // namespace valetkey
