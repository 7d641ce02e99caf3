#include "policy/outflow_text.hpp"

#include <fmt/core.h>

#include "session/texts.hpp"

namespace valetkey {

std::string_view outflow_name(Outflow::Kind kind) {
  switch (kind) {
    case Outflow::Kind::token:
      return "token";
    case Outflow::Kind::coin:
      return "coin";
    case Outflow::Kind::sum:
      return "sum";
    case Outflow::Kind::fees:
      break;
  }
  return "fees";
}

std::optional<Unit> outflow_unit(const Outflow& outflow, const NameBook& book) {
  switch (outflow.kind) {
    case Outflow::Kind::token:
      return book.token_unit(outflow.token);
    case Outflow::Kind::sum:
      return book.limit_unit(outflow.limits.front());
    case Outflow::Kind::coin:
    case Outflow::Kind::fees:
      break;
  }
  return book.coin();
}

std::string outflow_text(const Outflow& outflow, const NameBook& book, const Session& session) {
  const auto unit = outflow_unit(outflow, book);
  std::string what;
  switch (outflow.kind) {
    case Outflow::Kind::token:
      what = "by its own functions, " + book.address(outflow.token);
      break;
    case Outflow::Kind::coin:
      what = fmt::format("{} sent with calls", book.coin().symbol);
      break;
    case Outflow::Kind::sum:
      what = fmt::format("counted by {}", book.limit(outflow.limits.front()));
      break;
    case Outflow::Kind::fees:
      what = "gas fees";
      break;
  }
  std::string text = what + ": ";
  if (outflow.in_all) {
    text += outflow.in_all->is_zero() ? "none"
                                      : fmt::format("{} in total, until {}", amount_text(*outflow.in_all, unit),
                                                    session_until_text(session.until));
  } else {
    text += outflow.per_period ? "no bound in total, the session never ends" : "WITHOUT BOUND";
  }
  if (outflow.per_period) {
    text += fmt::format("; {} per {}", amount_text(*outflow.per_period, unit), duration_text(outflow.period));
    if (outflow.periods) text += fmt::format(", {} period{}", *outflow.periods, *outflow.periods == 1 ? "" : "s");
  }
  return text;
}

}  // namespace valetkey
