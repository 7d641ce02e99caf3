// What is left of a session's limits, as commands print it.
#pragma once

#include <string>

#include "account/limit_rest.hpp"

namespace valetkey::cli {

struct LimitLines {
  std::string text;  // one line each, indented
  std::string json;  // a list
};

LimitLines print_limits(const HeldSession& session, const SessionState& state, Seconds now);

}  // namespace valetkey::cli
