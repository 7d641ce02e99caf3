#include "cli/limits.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace valetkey::cli {

using Json = nlohmann::ordered_json;

LimitLines print_limits(const HeldSession& session, const SessionState& state, Seconds now) {
  LimitLines lines;
  Json list = Json::array();
  for (const LimitRest& limit : limits_left(session, state, now)) {
    lines.text += fmt::format("  {}\n", limit.text);
    list.push_back({{"name", limit.name},
                    {"left", to_decimal(limit.left)},
                    {"amount", to_decimal(limit.amount)},
                    {"period", limit.period},
                    {"unit", limit.unit ? Json(limit.unit->symbol) : Json()},
                    {"decimals", limit.unit ? Json(limit.unit->decimals) : Json()}});
  }
  lines.json = list.dump();
  return lines;
}

}  // namespace valetkey::cli
