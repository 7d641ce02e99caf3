// Random paths, calls inside calls, batch rules and policies, valid by construction, for tests.
#pragma once

#include "random_session.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"

namespace valetkey::testing {

// A path that fits the function, which has dynamic arguments.
Path random_path(Random& random, const TextLayout& function);

// A random session with rules on dynamic arguments, calls inside calls, batch rules and policies.
// check_session accepts it at the place.
Session random_rich_session(Random& random, const SessionPlace& place, const RandomSessionOptions& options = {});

}  // namespace valetkey::testing
