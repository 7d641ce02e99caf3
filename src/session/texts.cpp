#include "session/texts.hpp"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/core.h>

#include "session/paths.hpp"

namespace valetkey {
namespace {

std::string step_text(const PathStep& step) {
  const unsigned size = static_cast<unsigned>(packed_size(step.type));
  switch (step.kind) {
    case StepKind::word:
      return position_text(step.index);
    case StepKind::member:
      return fmt::format("member {}", step.index);
    case StepKind::every_member:
      return "every member";
    case StepKind::some_member:
      return "some member";
    case StepKind::length:
      return "length";
    case StepKind::slice:
      return fmt::format("bytes {} to {}", step.offset, step.offset + size - 1);
    case StepKind::slice_from_end:
      return fmt::format("bytes {} to {} from the end", step.offset + size, step.offset + 1);
    case StepKind::every_slice:
      break;
  }
  return fmt::format("bytes {} to {}, every {} bytes", step.offset, step.offset + size - 1, step.stride);
}

}  // namespace

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
      if (!permission.command) return permission.text;
      return fmt::format("command 0x{:02x}{}", permission.selector.bytes[3],
                         std::string_view(permission.text).substr(permission.text.find('(')));
    case PermissionKind::plain_transfer:
      return "plain transfer";
    case PermissionKind::any_function:
      return "any function";
    case PermissionKind::anything:
      break;
  }
  return std::string(kSudoText);
}

std::string_view place_text(const Permission& permission) {
  return permission.inner ? "inside other calls only" : "a call";
}

std::string path_text(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (!text.empty()) text += " > ";
    text += step_text(step);
  }
  return text;
}

std::string position_text(Position position) {
  return fmt::format("word {}", position);
}

std::string position_text(const Permission& permission, Position position) {
  const auto path = path_index(position);
  return path && *path < permission.paths.size() ? path_text(permission.paths[*path]) : position_text(position);
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

std::string base_text(const Permission& permission, Position base) {
  return base == kBaseValue ? "native value" : position_text(permission, base);
}

std::string source_text(Position source) {
  return source_text({}, source);
}

std::string source_text(const Permission& permission, Position source) {
  if (source == kCountValue) return "native value";
  if (source == kCountCall) return "call";
  return position_text(permission, source);
}

std::string inside_by_text(const Permission& permission, const Inside& inside) {
  if (inside.commands == Inside::kBySelector) return "selector";
  return "command in " + position_text(permission, inside.commands);
}

std::string batch_call_text(std::uint8_t where) {
  if (where == BatchRule::kFirstCall) return "first call";
  if (where == BatchRule::kLastCall) return "last call";
  return fmt::format("call {:+}", static_cast<int>(static_cast<std::int8_t>(where)));
}

std::string_view batch_type_text(ValueGroup group) {
  if (group == ValueGroup::address) return "address";
  return group == ValueGroup::fixed_bytes ? "bytes" : "number";
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
