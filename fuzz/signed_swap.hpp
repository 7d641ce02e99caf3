// One operation of the example session, with the only two signature fields that the keys signed for it.
#pragma once

#include "base/bytes.hpp"
#include "policy/state.hpp"
#include "protocol/prepare.hpp"
#include "userop/user_op.hpp"

namespace valetkey::fuzz {

struct SignedSwap {
  SignedSwap();

  PreparedSession session;
  PackedUserOp op;
  UserOpHash hash;
  Bytes use;     // field of mode USE
  Bytes enable;  // field of mode ENABLE, with `owner_signature`
  Bytes owner_signature;
};

// State of the account and the session, nothing spent.
SessionState state_of(const Session& session, SessionStatus status);

}  // namespace valetkey::fuzz
