// What makes a session valid: docs/protocol.md, section 5, "Enabling", in exactly that order.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"

namespace valetkey {

// The form (malformed_session, unknown_version), then checks 1 to 7 on the bytes of a session in full.
// The contract refuses the same bytes with the same code and indices.
std::optional<Refusal> check_session(ByteView full, const SessionPlace& place);

// Checks the encoding of the model. A model that its encoding can't hold is malformed_session.
std::optional<Refusal> check_session(const Session& session, const SessionPlace& place);

}  // namespace valetkey
