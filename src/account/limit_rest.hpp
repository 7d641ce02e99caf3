// What is left of a session's limits, for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "account/held_session.hpp"
#include "policy/state.hpp"

namespace valetkey {

struct LimitRest {
  std::string name;          // the session file's, else what it counts
  Word left;                 // base units
  Word amount;               // base units
  std::uint32_t period = 0;  // seconds; 0: in total
  std::optional<Unit> unit;
  std::string text;  // `swapped: 850 USDC left of 1000 USDC in total`
};

// In the header's order, for the period of `now`.
std::vector<LimitRest> limits_left(const HeldSession& session, const SessionState& state, Seconds now);

// `enabled`, `revoked`, `not enabled`, `ended: the account revoked all`, `the validator is not installed`; also whether
// it begins later or is over.
std::string status_text(const HeldSession& session, const SessionState& state, Seconds now);

}  // namespace valetkey
