// What the first use of a session costs, before there is an operation to measure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "session/model.hpp"

namespace valetkey {

// The most verification gas that bundlers take for an operation (ERC-7562, MAX_VERIFICATION_GAS).
inline constexpr std::uint64_t kMostVerificationGas = 500'000;

// Gas of the account's validateUserOp for an ENABLE operation of one call, the costliest that the session allows, in an
// approval of so many sessions, the owner's signature being one ECDSA key's. A linear model: so much for each part of
// the session. Its numbers are fitted to what sessions cost on a chain and rounded up, so that it answers rather too
// much; tests/chain/enable_gas_test holds it. Of a call with dynamic arguments: one whose arrays have a few members,
// with one call inside by each inner permission, and policies that take 5,000 gas each. The session is valid.
std::uint64_t enable_gas(const Session& session, std::size_t sessions_in_approval);

// The verification gas limit that an operation should state whose validation takes so much gas. Inside the limit the
// account also pays what is missing, and the EntryPoint reads and writes the nonce and the deposit.
constexpr std::uint64_t verification_limit(std::uint64_t validation_gas) {
  return validation_gas + validation_gas / 10 + 80'000;
}

}  // namespace valetkey
