// A refusal in words, with names: which argument, its value, its bound; which limit, and what is left.
#pragma once

#include <optional>
#include <string>

#include "policy/evaluate.hpp"
#include "session/approval.hpp"

namespace valetkey {

struct RefusedOperation {
  const PlacedSession* session = nullptr;
  const SessionNames* names = nullptr;  // nullptr: without names
  const SessionState* state = nullptr;
  Operation operation;
  std::optional<Clock> clock;
};

// code: the refusal's name. message: one sentence or two. fix: what to do, never empty.
Error explain_refusal(const Refusal& refusal, const RefusedOperation& refused);

// A refusal of a session itself (its indices are permissions, rules, keys, limits).
Error explain_session_refusal(const Refusal& refusal, const Session& session, const SessionNames* names);

}  // namespace valetkey
