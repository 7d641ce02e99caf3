// Test files of sessions: calls at times, and what becomes of them. docs/session-files.md, "Testing a session".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "session/refusal.hpp"
#include "session_file/session_file.hpp"

namespace valetkey {

// A call as text, or as a target and its bytes.
struct CaseCall {
  std::string text;  // `usdc.transfer(merchant, 10 USDC)`; with data: the target alone
  std::optional<Bytes> data;
  std::string value;  // amount of the chain's coin; may be empty
};

struct CaseOutcome {
  std::optional<RefusalCode> refused;  // none: allowed
  // Of a refusal, where they are said.
  std::string argument;
  std::string limit;
  std::string permission;
  std::optional<std::size_t> call;  // from 1
};

struct SessionCase {
  FilePosition where;
  std::string at_text;  // as written; empty: as the case before
  bool after_start = false;
  std::int64_t at = 0;  // seconds since 1970, or after the session's start
  std::vector<CaseCall> calls;
  std::string paymaster;  // a name, an address, or `none`; empty: one of the session's where the account pays no fee
  std::string price;      // of gas; empty: 0
  std::string gas;        // units of gas of the operation; empty: 0
  bool policies_allow = false;
  CaseOutcome expected;
};

struct CaseFile {
  std::string session;  // path, relative to the test file
  Variables set;
  std::optional<Seconds> now;  // when the session is built
  std::vector<SessionCase> cases;
};

// The message of every error begins with `path:line:column: `.
Result<CaseFile> read_case_file(std::string_view text, std::string_view path);

}  // namespace valetkey
