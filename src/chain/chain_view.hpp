// What a holder has to know before it makes an operation, asked in one go.
#pragma once

#include <cstdint>

#include "account/operation.hpp"
#include "chain/client.hpp"

namespace valetkey {

// The session's state, the next nonce of the lane, today's gas price (never above the session's), and the newest
// block's time. Errors: the client's, no_validator, no_entry_point.
Result<ChainView> read_chain_view(Client& client, const HeldSession& session, const AccountAdapter& account,
                                  const EntryPoint& entry_point = kEntryPointV07, std::uint32_t lane = 0);

}  // namespace valetkey
