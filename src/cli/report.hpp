// What a command answers, and how it is printed.
#pragma once

#include <string>

#include "base/result.hpp"
#include "session/refusal.hpp"

namespace valetkey::cli {

// Exit codes of the program.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kRefused = 2;
inline constexpr int kUnknown = 3;  // sent, outcome unknown

struct Report {
  std::string text;  // for people, several lines, each with its line break
  std::string json;  // the same as one JSON object, without line breaks
  int exit = kDone;
};

// To standard output, errors to standard error; with `as_json` both are one line of JSON on standard output. The exit
// code.
int print(const Result<Report>& result, bool as_json);

// A line about what is going on, on standard error.
void progress(std::string_view line);

// Members of every report on a refusal: `refused` with name, code, call, rule, message, fix.
std::string refusal_json(const Refusal& refusal, const Error& why);

}  // namespace valetkey::cli
