// Rows of variables for `session build --each`: RFC 4180, read strictly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "session_file/session_file.hpp"

namespace valetkey {

// The first row names the variables; each other row gives a value to all of them. Cells may be "quoted", with "" for a
// quote. Message of every error: `path:line: ` or `path:line, column `name`: `. Errors: csv_size (over 16 MB),
// csv_header, csv_row, csv_quote, csv_cell.
Result<std::vector<Variables>> parse_csv(std::string_view text, std::string_view path);

}  // namespace valetkey
