#include "cli/report.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string error_text(const Error& error) {
  std::string text = fmt::format("error: {}\n", error.message);
  if (!error.fix.empty()) text += fmt::format("  {}\n", error.fix);
  return text;
}

std::string error_json(const Error& error) {
  const Json json{{"error", {{"code", error.code}, {"message", error.message}, {"fix", error.fix}}}, {"exit", kFailed}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

int print(const Result<Report>& result, bool as_json) {
  if (result) {
    fmt::print("{}", as_json ? result->json + "\n" : result->text);
    return result->exit;
  }
  if (as_json) {
    fmt::print("{}\n", error_json(result.error()));
  } else {
    fmt::print(stderr, "{}", error_text(result.error()));
  }
  return kFailed;
}

void progress(std::string_view line) {
  fmt::print(stderr, "{}\n", line);
}

std::string refusal_json(const Refusal& refusal, const Error& why) {
  const auto index = [](std::uint8_t value) { return value == kNoIndex ? Json() : Json(value); };
  const Json json{{"name", refusal_name(refusal.code)},
                  {"code", static_cast<int>(refusal.code)},
                  {"call", index(refusal.call)},
                  {"rule", index(refusal.rule)},
                  {"message", why.message},
                  {"fix", why.fix}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace valetkey::cli
