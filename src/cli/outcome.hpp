// What became of an operation, as commands report it.
#pragma once

#include <string>

#include "chain/entry_point.hpp"
#include "cli/report.hpp"

namespace valetkey::cli {

// `done` is the line for people where all went well; `members` are added to the JSON object, JSON text of an object or
// empty.
Report report_outcome(const OperationOutcome& outcome, const std::string& done, const std::string& members = {});

}  // namespace valetkey::cli
