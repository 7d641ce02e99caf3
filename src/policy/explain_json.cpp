#include <fmt/core.h>

#include "policy/explain.hpp"
#include "policy/names.hpp"
#include "policy/outflow_text.hpp"
#include "session/json_text.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

// Amounts are text: they can be above what JSON readers keep exactly.
std::string amount_json(const std::optional<Word>& amount) {
  return amount ? json_quoted(to_decimal(*amount)) : std::string("null");
}

std::string outflow_json(const Outflow& outflow, const NameBook& book, const Session& session) {
  const auto unit = outflow_unit(outflow, book);
  const std::string limits =
      json_array(outflow.limits, false, [](std::uint8_t limit, std::size_t) { return fmt::format("{}", limit + 1); });
  std::string text = fmt::format("{{\"kind\":\"{}\"", outflow_name(outflow.kind));
  if (outflow.kind == Outflow::Kind::token) text += fmt::format(",\"token\":\"{}\"", to_checksum(outflow.token));
  if (unit) text += fmt::format(",\"symbol\":{},\"decimals\":{}", json_quoted(unit->symbol), unit->decimals);
  text += fmt::format(",\"limits\":{},\"inTotal\":{}", limits, amount_json(outflow.in_all));
  if (outflow.per_period) {
    text += fmt::format(",\"perPeriod\":{},\"period\":{},\"periods\":{}", amount_json(outflow.per_period),
                        outflow.period, outflow.periods ? std::to_string(*outflow.periods) : "null");
  }
  return text + fmt::format(",\"words\":{}}}", json_quoted(outflow_text(outflow, book, session)));
}

std::string permission_json(const Session& session, std::size_t p, const NameBook& book) {
  const Permission& permission = session.permissions[p];
  std::string arguments = "[";
  for (std::size_t w = 0; w < permission.words; ++w) {
    const auto position = static_cast<std::uint8_t>(w);
    std::vector<std::string> bounds;
    for (const Rule& rule : permission.rules) {
      if (rule.position == w) bounds.push_back(book.bound(p, rule));
    }
    arguments += fmt::format(
        "{}{{\"word\":{},\"name\":{},\"rules\":{}}}", w == 0 ? "" : ",", w, json_quoted(book.argument(p, position)),
        json_array(bounds, false, [](const std::string& bound, std::size_t) { return json_quoted(bound); }));
  }
  const std::string counts = json_array(permission.counts, false, [](const Count& count, std::size_t) {
    return fmt::format("{{\"counts\":{},\"limit\":{}}}", json_quoted(source_text(count.source)), count.limit + 1);
  });
  return fmt::format(
      "{{\"contract\":\"{}\",\"function\":{},\"valueAtMost\":\"{}\",\"from\":{},\"until\":{},\"arguments\":{}],"
      "\"counts\":{}}}",
      to_checksum(permission.contract), json_quoted(function_text(permission)), to_decimal(permission.most_value),
      json_quoted(permission_from_text(permission.from)), json_quoted(permission_until_text(permission.until)),
      arguments, counts);
}

std::string limit_json(const Session& session, std::size_t l, const NameBook& book) {
  const Limit& limit = session.limits[l];
  return fmt::format("{{\"counts\":{},\"atMost\":\"{}\",\"period\":{},\"words\":{}}}",
                     json_quoted(limit_text(limit.kind)), to_decimal(limit.amount), limit.period,
                     json_quoted(fmt::format("{} {}", book.limit_amount(l, limit.amount), period_text(limit.period))));
}

std::string addresses_json(const std::vector<Address>& addresses) {
  return json_array(addresses, false,
                    [](const Address& address, std::size_t) { return json_quoted(to_checksum(address)); });
}

}  // namespace

std::string explain_json(const PlacedSession& placed, const SessionNames* names) {
  const Session& session = placed.session;
  const NameBook book(session, placed.place, names);
  const Exposure figures = exposure(session, placed.place, names);
  const std::string warnings = json_array(figures.warnings, false, [](const Warning& warning, std::size_t) {
    const std::string permission = warning.permission == 255 ? "null" : std::to_string(warning.permission + 1);
    return fmt::format("{{\"code\":\"{}\",\"permission\":{},\"words\":{}}}", warning_name(warning.code), permission,
                       json_quoted(warning.sentence));
  });
  const auto permissions = json_array(
      session.permissions, false, [&](const Permission&, std::size_t p) { return permission_json(session, p, book); });
  const auto limits =
      json_array(session.limits, false, [&](const Limit&, std::size_t l) { return limit_json(session, l, book); });
  const auto outflows = json_array(figures.outflows, false, [&](const Outflow& outflow, std::size_t) {
    return outflow_json(outflow, book, session);
  });
  return fmt::format(
      "{{\"chain\":{},\"account\":\"{}\",\"id\":\"{}\",\"keys\":{{\"needed\":{},\"of\":{}}},\"from\":{},\"until\":{},"
      "\"permissions\":{},"
      "\"limits\":{},\"everything\":{},\"outflows\":{},\"mostCalls\":{},\"gas\":{{\"price\":{},\"fees\":{},"
      "\"paymasters\":{}}},\"warnings\":{}}}",
      placed.place.chain.value, to_checksum(placed.place.account), to_hex(session_id(session)), session.threshold,
      addresses_json(session.keys), json_quoted(time_text(session.from)),
      json_quoted(session_until_text(session.until)), permissions, limits, figures.everything, outflows,
      amount_json(figures.calls), json_quoted(price_text(session.gas_price)), json_quoted(fees_text(session)),
      addresses_json(session.paymasters), warnings);
}

}  // namespace valetkey
