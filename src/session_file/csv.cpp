#include "session_file/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace valetkey {

namespace {

constexpr std::size_t kMostCsvBytes = 16'000'000;

struct Row {
  std::size_t line = 1;
  std::vector<std::string> cells;
};

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view path) : rest_(text), path_(path) {}

  Result<std::vector<Row>> read_rows() {
    std::vector<Row> rows;
    while (!rest_.empty()) {
      VALETKEY_TRY(row, read_row());
      rows.push_back(std::move(row));
      ++line_;
    }
    return rows;
  }

 private:
  Failure<> bad(std::string_view code, std::string_view message, std::string fix) const {
    return fail(code, fmt::format("{}:{}: {}", path_, line_, message), std::move(fix));
  }

  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  // The row and the end of its line.
  Result<Row> read_row() {
    Row row{.line = line_, .cells = {}};
    while (true) {
      VALETKEY_TRY(cell, read_cell());
      row.cells.push_back(std::move(cell));
      if (take(",")) continue;
      if (rest_.empty() || take("\n") || take("\r\n")) return row;
      return bad("csv_quote", "something follows the closing quote", "end the cell with a comma or a new line");
    }
  }

  Result<std::string> read_cell() {
    if (!take("\"")) {
      const std::string_view cell = rest_.substr(0, rest_.find_first_of(",\n"));
      rest_.remove_prefix(cell.size());
      const std::string_view content =
          cell.ends_with('\r') && !rest_.starts_with(',') ? cell.substr(0, cell.size() - 1) : cell;
      if (content.find('"') != content.npos)
        return bad("csv_quote", "a quote stands inside a cell without quotes",
                   "put the whole cell in quotes, with `\"\"` for each quote");
      return std::string(content);
    }
    std::string cell;
    while (true) {
      const std::size_t quote = rest_.find('"');
      if (quote == rest_.npos || rest_.substr(0, quote).find('\n') != rest_.npos) {
        return bad("csv_quote", "the cell's closing quote is missing", "close the quote on the same line");
      }
      cell += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!take("\"")) return cell;
      cell += '"';
    }
  }

  std::string_view rest_;
  std::string_view path_;
  std::size_t line_ = 1;
};

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Result<std::vector<Variables>> parse_csv(std::string_view text, std::string_view path) {
  if (text.size() > kMostCsvBytes)
    return fail("csv_size", fmt::format("{}:1: the file is larger than 16 MB", path), "split it");
  VALETKEY_TRY(rows, CsvReader(text, path).read_rows());
  if (rows.empty())
    return fail("csv_header", fmt::format("{}:1: the file is empty", path),
                "begin with a row of variable names, such as `user`");

  const std::vector<std::string>& names = rows[0].cells;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_variable_name(names[i])) {
      return fail("csv_header", fmt::format("{}:1: `{}` can't be the name of a variable", path, names[i]),
                  "name each column with letters, digits and `_`, without spaces or a byte order mark");
    }
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      return fail("csv_header", fmt::format("{}:1: the column `{}` is there twice", path, names[i]),
                  "give each column a name of its own");
    }
  }

  std::vector<Variables> result;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const Row& row = rows[r];
    if (row.cells.size() != names.size()) {
      return fail("csv_row",
                  fmt::format("{}:{}: the row has {} cells, the first row has {}", path, row.line, row.cells.size(),
                              names.size()),
                  "give every column a cell, and leave no empty lines");
    }
    Variables variables;
    for (std::size_t c = 0; c < names.size(); ++c) {
      const std::string& cell = row.cells[c];
      if (cell.empty() || cell.front() == ' ' || cell.back() == ' ') {
        return fail("csv_cell",
                    fmt::format("{}:{}, column `{}`: {}", path, row.line, names[c],
                                cell.empty() ? "the cell is empty" : "the cell begins or ends with a space"),
                    cell.empty() ? "write a value, or leave the row out" : "take the space away");
      }
      variables[names[c]] = {cell, fmt::format("{}:{}, column `{}`", path, row.line, names[c])};
    }
    result.push_back(std::move(variables));
  }
  return result;
}

}  // namespace valetkey
