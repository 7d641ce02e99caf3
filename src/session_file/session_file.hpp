// Session files (YAML): names, units and durations made into a session with addresses, base units and times.
// The language: docs/session-files.md. An edge folder, but files, keys and the time are passed in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/abi_type.hpp"
#include "evm/types.hpp"
#include "session/approval.hpp"
#include "session/model.hpp"
#include "session/typed_data.hpp"

namespace valetkey {

struct ChainName {
  std::string name;
  ChainId id;
  std::string coin;  // symbol of the native coin, which has 18 decimals
};
// The chains that session files know by name.
std::vector<ChainName> known_chains();

// What stands for `${name}`. origin says where the value is from, for error messages: "--set", "users.csv:3, column
// `user`".
struct Variable {
  std::string value;
  std::string origin;
};
using Variables = std::map<std::string, Variable, std::less<>>;

struct SessionFileOptions {
  std::string path = "session.yaml";  // for error messages only
  Variables variables;                // each has to be used
  // The text of an ABI file. The path is as in the session file, so relative to its folder.
  std::function<Result<std::string>(std::string_view path)> read_file;
  // The address of a key that the file names.
  std::function<Result<Address>(std::string_view name)> find_key;
  std::vector<ChainName> chains = known_chains();
};

struct FilePosition {
  int line = 1;
  int column = 1;  // in characters
  bool operator==(const FilePosition&) const = default;
};

// What does not stop the file from being used, and should be looked at.
struct FileWarning {
  FilePosition where;
  Error what;
};

// `from`, `for` and `until` as written.
struct WindowText {
  FilePosition where;
  bool from_now = false;
  std::optional<Seconds> from;
  std::optional<Seconds> length;
  std::optional<Seconds> until;  // neither length nor until: for ever
};

// A function of the file's contracts, whether it may be called or not.
struct FileFunction {
  Address contract;
  AbiFunction function;
  std::optional<std::uint8_t> command;  // its byte, where it is a command
};

// A rule whose one value is the session's end.
struct UntilRule {
  std::size_t permission = 0;
  std::size_t rule = 0;
};

// A session file that was read: all but what the time of building and the chain say.
struct SessionDraft {
  std::string path;
  Session session;     // epoch, serial and times are 0
  SessionPlace place;  // the validator is zero
  SessionNames names;  // of keys, contracts, arguments, limits; the session's own name is empty
  WindowText window;
  std::vector<std::optional<WindowText>> permission_windows;
  std::vector<UntilRule> until_rules;
  std::vector<FileFunction> functions;

  std::vector<FileWarning> warnings;

  // Where refusals are reported.
  FilePosition keys_position;
  FilePosition gas_position;
  FilePosition paymasters_position;
  std::vector<FilePosition> limit_positions;
  std::vector<FilePosition> permission_positions;
  std::vector<std::vector<FilePosition>> rule_positions;   // of each permission, in the order of its rules
  std::vector<std::vector<FilePosition>> count_positions;  // likewise of its counts
};

struct BuildInputs {
  Seconds now = 0;
  std::uint64_t epoch = 0;  // of the account
  std::uint32_t serial = 0;
  Address validator;
};

struct BuiltSession {
  PlacedSession placed;
  SessionNames names;
};

// Reads a file of at most 1 MB. The message of every error begins with `path:line:column: `.
Result<SessionDraft> read_session_file(std::string_view text, const SessionFileOptions& options);

// Freezes the draft. What comes out passes check_session; a refusal is an error with its code and the place in the
// file. Errors: also session_over, window_order and time_over of the times that it computes.
Result<BuiltSession> build_session(const SessionDraft& draft, const BuildInputs& inputs);

}  // namespace valetkey
