#include "session/texts.hpp"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace valetkey {

std::string time_text(Seconds time) {
  const std::chrono::sys_seconds point{std::chrono::seconds(time)};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{point - day};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string session_until_text(Seconds until) {
  return until == 0 ? "for ever" : time_text(until);
}

std::string permission_from_text(Seconds from) {
  return from == 0 ? "the session's start" : time_text(from);
}

std::string permission_until_text(Seconds until) {
  return until == 0 ? "the session's end" : time_text(until);
}

std::string duration_text(std::uint64_t seconds) {
  constexpr std::array<std::pair<std::uint64_t, std::string_view>, 4> kUnits{
      {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}};
  for (const auto& [size, name] : kUnits) {
    if (seconds % size != 0 || (seconds == 0 && size != 1)) continue;
    const std::uint64_t number = seconds / size;
    return fmt::format("{} {}{}", number, name, number == 1 ? "" : "s");
  }
  return {};
}

std::string period_text(std::uint32_t period) {
  return period == 0 ? "in total" : fmt::format("per {} from the session's start", duration_text(period));
}

std::string function_text(const Permission& permission) {
  switch (permission.kind) {
    case PermissionKind::function:
      return permission.text;
    case PermissionKind::plain_transfer:
      return "plain transfer";
    case PermissionKind::any_function:
      return "any function";
    case PermissionKind::anything:
      break;
  }
  return std::string(kSudoText);
}

std::string position_text(std::uint8_t position) {
  return fmt::format("word {}", position);
}

std::string_view comparison_text(Comparison comparison, std::size_t values) {
  switch (comparison) {
    case Comparison::is:
      return values > 1 ? "one of" : "is";
    case Comparison::is_not:
      return values > 1 ? "none of" : "is not";
    case Comparison::less_than:
      return "less than";
    case Comparison::at_most:
      return "at most";
    case Comparison::more_than:
      return "more than";
    case Comparison::at_least:
      return "at least";
    case Comparison::between:
      break;
  }
  return "between";
}

std::string base_text(std::uint8_t base) {
  return base == kBaseValue ? "native value" : position_text(base);
}

std::string source_text(std::uint8_t source) {
  if (source == kCountValue) return "native value";
  if (source == kCountCall) return "call";
  return position_text(source);
}

std::string_view limit_text(LimitKind kind) {
  switch (kind) {
    case LimitKind::token:
      return "amounts of the token";
    case LimitKind::sum:
      return "sum of the counted words";
    case LimitKind::native_every:
      return "native value of every call";
    case LimitKind::native:
      return "native value of the counted calls";
    case LimitKind::calls_every:
      return "every call";
    case LimitKind::calls:
      return "the counted calls";
    case LimitKind::fees:
      break;
  }
  return "gas fees";
}

std::string price_text(std::uint64_t gas_price) {
  return gas_price == kUnlimitedGasPrice ? "unlimited" : fmt::format("at most {} wei", gas_price);
}

std::string_view fees_text(const Session& session) {
  if (!session.account_pays) return "none, a paymaster pays";
  for (const Limit& limit : session.limits) {
    if (limit.kind == LimitKind::fees) return "limited";
  }
  return "unlimited";
}

}  // namespace valetkey
