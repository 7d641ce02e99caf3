#include "account/limit_rest.hpp"

#include <fmt/format.h>

#include "policy/evaluate.hpp"
#include "policy/names.hpp"
#include "session/texts.hpp"

namespace valetkey {

std::vector<LimitRest> limits_left(const HeldSession& session, const SessionState& state, Seconds now) {
  const NameBook names(session.session(), session.place(), &session.names());
  const std::vector<Limit>& limits = session.session().limits;
  const std::vector<Word> rests = limit_rests(session.session(), state, now);
  std::vector<LimitRest> result;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const Limit& limit = limits[i];
    const bool named = i < session.names().limits.size() && !session.names().limits[i].name.empty();
    const std::string name = named ? session.names().limits[i].name : std::string(limit_text(limit.kind));
    result.push_back({name, rests[i], limit.amount, limit.period, names.limit_unit(i),
                      fmt::format("{}: {} left of {} {}", name, names.limit_amount(i, rests[i]),
                                  names.limit_amount(i, limit.amount), period_text(limit.period))});
  }
  return result;
}

std::string status_text(const HeldSession& session, const SessionState& state, Seconds now) {
  if (state.status() == SessionStatus::revoked) return "revoked";
  if (!state.installed) return "the validator is not installed";
  if (state.epoch != session.session().epoch) return "ended: the account revoked all";
  const std::string status = state.status() == SessionStatus::enabled ? "enabled" : "not enabled";
  if (now < session.session().from) return status + ", begins later";
  if (session.session().until != 0 && now >= session.session().until) return status + ", over";
  return status;
}

}  // namespace valetkey
