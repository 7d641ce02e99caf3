#include "policy/evaluate.hpp"
#include "policy/tally.hpp"

namespace valetkey {
namespace {

// How far a permission got before it refused: the further, the more its refusal tells.
constexpr unsigned kPasses = ~0U;

unsigned stage(const Refusal& refusal) {
  switch (refusal.code) {
    case RefusalCode::no_permission:
      return 0;
    case RefusalCode::call_data_length:
      return 1;
    case RefusalCode::value_over:
      return 2;
    case RefusalCode::dirty_count:
      return 100U + refusal.rule;
    case RefusalCode::window_early:
    case RefusalCode::window_over:
      return 1000;
    case RefusalCode::window_empty:
      return 1001;
    case RefusalCode::time_before_start:
    case RefusalCode::period_backwards:
    case RefusalCode::limit_passed:
      return 1002;
    default:
      return 3U + refusal.rule;  // a rule
  }
}

struct Chooser {
  const Session& session;
  const SessionPlace& place;
  const SessionState& state;
  const Operation& operation;
  const std::optional<Clock>& clock;

  // How far permission p gets for call i after the calls in `before`; where it passes, `after` holds them all.
  unsigned reach(std::uint8_t p, std::uint8_t i, const Tally& before, Tally& after) const {
    const CallView& call = operation.calls[i];
    after = before;
    if (const auto refusal = check_permission(session.permissions[p], p, call, i, place.account, after))
      return stage(*refusal);
    count_every_call(session, call, after);
    Tally whole = after;
    SessionState spent = state;
    if (const auto refusal = check_limits(session, operation.time, whole, spent)) return stage(*refusal);
    if (whole.window().after > whole.window().until) return stage({RefusalCode::window_empty});
    if (clock) {
      if (const auto refusal = check_clock(whole.window(), clock->now, clock->version)) return stage(*refusal);
    }
    return kPasses;
  }
};

}  // namespace

std::vector<std::uint8_t> choose_permissions(const Session& session, const SessionId& id, const SessionPlace& place,
                                             const SessionState& state, const Operation& operation,
                                             const std::optional<Clock>& clock) {
  const Chooser chooser{session, place, state, operation, clock};
  std::vector<std::uint8_t> chosen;
  chosen.reserve(operation.calls.size());
  Tally tally;
  tally.intersect(window_of(session.from, session.until));
  for (std::size_t i = 0; i < operation.calls.size() && i < kMaxCalls; ++i) {
    const CallView& call = operation.calls[i];
    if (call.target == place.validator && is_own_revoke(call, id)) {
      chosen.push_back(kRevokePermission);
      continue;
    }
    std::uint8_t best = 0;
    unsigned best_reach = 0;
    Tally best_tally = tally;
    for (std::size_t p = 0; p < session.permissions.size() && best_reach != kPasses; ++p) {
      Tally after;
      const unsigned reach = chooser.reach(static_cast<std::uint8_t>(p), static_cast<std::uint8_t>(i), tally, after);
      if (reach <= best_reach) continue;
      best = static_cast<std::uint8_t>(p);
      best_reach = reach;
      best_tally = after;
    }
    chosen.push_back(best);
    tally = best_tally;
  }
  return chosen;
}

}  // namespace valetkey
