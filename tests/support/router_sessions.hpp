// Permissions for routers that take calls in their arguments, and call data that they allow.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "session/model.hpp"

namespace valetkey::testing {

// One contract, kRouter of example_session.hpp; the first permission is the one that a call uses.
struct RouterSession {
  std::vector<Permission> permissions;
  Bytes call;
};

// Universal Router, WRAP_ETH and V3_SWAP_EXACT_IN: to whom, how much, first and last token, at most 4 commands.
RouterSession router_of_commands(const Address& account);
// multicall of three calls of one function with two rules.
RouterSession router_of_multicall();

}  // namespace valetkey::testing
