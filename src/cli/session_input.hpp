// Session files and approvals as the session commands take them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "chain/client.hpp"
#include "cli/context.hpp"
#include "session/approval.hpp"
#include "session_file/session_file.hpp"

namespace valetkey::cli {

struct BuildOptions {
  std::vector<std::string> files;
  std::vector<std::string> set;  // name=value
  bool devnet = false;           // account, usdc, weth and router are the devnet's
  std::string validator;         // address; empty: that of the compiled contract
  std::string epoch;             // empty: asked from the chain
  std::string serial;            // empty: random
  std::string now;               // empty: the chain's time, else the clock's
};

// One approval of all the files, in their order. `row` adds to the variables of --set.
// Where a chain is at hand, the tokens' decimals are held against it. Errors: those of session files, and
// missing_option, token_decimals.
Result<Approval> build_approval(const Context& context, const BuildOptions& options, const Variables& row = {});

// As build_approval, where a file may be an approval too (it begins with a brace). Without a chain the epoch is 0: good
// for reading, not for signing.
Result<Approval> read_for_people(const Context& context, BuildOptions options);

}  // namespace valetkey::cli
