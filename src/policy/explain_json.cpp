#include <fmt/core.h>

#include "policy/explain.hpp"
#include "policy/explain_parts.hpp"
#include "policy/names.hpp"
#include "policy/outflow_text.hpp"
#include "session/json_text.hpp"
#include "session/paths.hpp"
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

std::string list_json(const std::vector<std::string>& texts) {
  return json_array(texts, false, [](const std::string& text, std::size_t) { return json_quoted(text); });
}

std::string argument_json(const Permission& permission, const ArgumentLine& argument) {
  std::string place;
  if (argument.position && !path_index(*argument.position)) place = fmt::format("\"word\":{},", *argument.position);
  if (argument.position && path_index(*argument.position))
    place = fmt::format("\"path\":{},", json_quoted(position_text(permission, *argument.position)));
  return fmt::format("{{{}\"name\":{},\"rules\":{}}}", place, json_quoted(argument.name), list_json(argument.rules));
}

// What only some permissions have.
std::string extras_json(const Session& session, std::size_t p, const NameBook& book) {
  const Permission& permission = session.permissions[p];
  std::string text;
  if (const std::string name = book.permission_name(p); !name.empty())
    text += fmt::format(",\"name\":{}", json_quoted(name));
  if (permission.inner) text += ",\"insideOtherCallsOnly\":true";
  if (!permission.inside.empty()) {
    text += ",\"inside\":" + json_array(permission.inside, false, [&](const Inside& inside, std::size_t) {
              const std::string numbers = json_array(inside.permissions, false, [](std::uint8_t inner, std::size_t) {
                return fmt::format("{}", inner + 1);
              });
              return fmt::format("{{\"argument\":{},\"by\":{},\"permissions\":{},\"words\":{}}}",
                                 json_quoted(book.argument(p, inside.position)),
                                 json_quoted(inside_by_text(permission, inside)), numbers,
                                 json_quoted(inside_words(book, p, inside)));
            });
  }
  if (!permission.batch.empty()) {
    text += ",\"batch\":" + json_array(permission.batch, false, [&](const BatchRule& rule, std::size_t) {
              return fmt::format("{{\"call\":{},\"permission\":{},\"words\":{}}}",
                                 json_quoted(batch_call_text(rule.where)), rule.permission + 1,
                                 json_quoted(batch_words(book, p, rule)));
            });
  }
  if (!permission.policies.empty()) {
    text += ",\"policies\":" + json_array(permission.policies, false, [&](const Policy& policy, std::size_t) {
              return fmt::format("{{\"contract\":\"{}\",\"words\":{}}}", to_checksum(policy.contract),
                                 json_quoted(policy_words(book, policy)));
            });
  }
  return text;
}

std::string permission_json(const Session& session, std::size_t p, const NameBook& book) {
  const Permission& permission = session.permissions[p];
  const std::string arguments =
      json_array(argument_lines(session, book, p), false,
                 [&](const ArgumentLine& argument, std::size_t) { return argument_json(permission, argument); });
  const std::string counts = json_array(permission.counts, false, [&](const Count& count, std::size_t) {
    return fmt::format("{{\"counts\":{},\"limit\":{}}}", json_quoted(source_text(permission, count.source)),
                       count.limit + 1);
  });
  return fmt::format(
      "{{\"contract\":\"{}\",\"function\":{},\"valueAtMost\":\"{}\",\"from\":{},\"until\":{},\"arguments\":{},"
      "\"counts\":{}{}}}",
      to_checksum(permission.contract), json_quoted(function_text(permission)), to_decimal(permission.most_value),
      json_quoted(permission_from_text(permission.from)), json_quoted(permission_until_text(permission.until)),
      arguments, counts, extras_json(session, p, book));
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
