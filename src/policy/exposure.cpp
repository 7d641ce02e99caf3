#include <algorithm>
#include <map>

#include "policy/explain.hpp"
#include "policy/names.hpp"
#include "policy/warnings.hpp"
#include "session/function_text.hpp"

namespace valetkey {
namespace {

// How many periods begin in the session's life; none: for ever.
std::optional<std::uint64_t> periods_of(const Session& session, const Limit& limit) {
  if (session.until == 0) return std::nullopt;
  return (session.until - session.from + limit.period - 1) / limit.period;
}

// The most that a limit lets pass over the session's life.
std::optional<Word> life_total(const Session& session, const Limit& limit) {
  if (limit.period == 0) return limit.amount;
  const auto periods = periods_of(session, limit);
  return periods ? checked_mul(limit.amount, *periods) : std::nullopt;
}

bool tighter(const std::optional<Word>& a, const std::optional<Word>& b) {
  return a && (!b || *a < *b);
}

// The tightest over the life of the limits; a limit per period that never ends comes before none.
std::optional<std::uint8_t> tightest(const Session& session, const std::vector<std::uint8_t>& limits) {
  std::optional<std::uint8_t> best;
  for (const std::uint8_t l : limits) {
    if (!best || tighter(life_total(session, session.limits[l]), life_total(session, session.limits[*best]))) best = l;
  }
  return best;
}

// Fills in the figures of an outflow that is bounded by the sum of the limits in it.
void add_bounds(const Session& session, Outflow& outflow) {
  outflow.in_all = outflow.limits.empty() ? std::nullopt : std::optional<Word>(0);
  for (const std::uint8_t l : outflow.limits) {
    const Limit& limit = session.limits[l];
    const auto total = life_total(session, limit);
    outflow.in_all = outflow.in_all && total ? checked_add(*outflow.in_all, *total) : std::nullopt;
    if (limit.period == 0) continue;
    if (outflow.per_period && *outflow.per_period <= limit.amount) continue;
    outflow.per_period = limit.amount;
    outflow.period = limit.period;
    outflow.periods = periods_of(session, limit);
  }
}

void insert_limit(Outflow& outflow, std::uint8_t limit) {
  if (std::ranges::find(outflow.limits, limit) == outflow.limits.end()) outflow.limits.push_back(limit);
  std::ranges::sort(outflow.limits);
}

// The tokens that a permission moves by their own functions, or by Permit2's `approve` of pinned ones.
std::vector<Address> moved_tokens(const Permission& permission) {
  if (moves_token(permission)) return {permission.contract};
  std::vector<Address> tokens;
  if (!is_permit2_approve(permission)) return tokens;
  for (const Rule& rule : permission.rules) {
    if (rule.type.group != ValueGroup::address || rule.position != 0 || rule.comparison != Comparison::is) continue;
    for (const Word& word : rule.values) {
      if (const auto token = to_address(word)) tokens.push_back(*token);
    }
  }
  return tokens;
}

// Whether the count is of an amount of the token, and not of a sum.
bool counts_token(const Session& session, const Count& count, const Address& token) {
  return count.limit < session.limits.size() && session.limits[count.limit].kind == LimitKind::token &&
         session.limits[count.limit].token == token;
}

// Each permission that moves a token is bounded by the tightest limit that its amount counts against; the token by them
// all together.
std::vector<Outflow> token_outflows(const Session& session) {
  std::map<Address, Outflow> tokens;
  std::map<Address, bool> unbounded;
  for (const Permission& permission : session.permissions) {
    for (const Address& token : moved_tokens(permission)) {
      Outflow& outflow = tokens[token];
      std::vector<std::uint8_t> limits;
      for (const Count& count : permission.counts) {
        const bool own_word = moves_token(permission) && count.source == token_amount_word(permission.selector);
        if (own_word || counts_token(session, count, token)) limits.push_back(count.limit);
      }
      if (const auto limit = tightest(session, limits)) {
        insert_limit(outflow, *limit);
      } else {
        unbounded[token] = true;
      }
    }
  }
  std::vector<Outflow> outflows;
  for (auto& [token, outflow] : tokens) {
    outflow.kind = Outflow::Kind::token;
    outflow.token = token;
    if (unbounded[token]) outflow.limits.clear();
    add_bounds(session, outflow);
    outflows.push_back(std::move(outflow));
  }
  return outflows;
}

std::vector<std::uint8_t> limits_of_kind(const Session& session, LimitKind kind) {
  std::vector<std::uint8_t> limits;
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    if (session.limits[l].kind == kind) limits.push_back(static_cast<std::uint8_t>(l));
  }
  return limits;
}

std::optional<Word> most_calls(const Session& session) {
  const auto limit = tightest(session, limits_of_kind(session, LimitKind::calls_every));
  return limit ? life_total(session, session.limits[*limit]) : std::nullopt;
}

Outflow coin_outflow(const Session& session) {
  Outflow outflow;
  outflow.kind = Outflow::Kind::coin;
  Word most_per_call;
  bool each_counts = true;
  Outflow counted = outflow;
  for (const Permission& permission : session.permissions) {
    if (permission.most_value.is_zero()) continue;
    most_per_call = std::max(most_per_call, permission.most_value);
    std::vector<std::uint8_t> limits;
    for (const Count& count : permission.counts) {
      if (count.source == kCountValue) limits.push_back(count.limit);
    }
    const auto limit = tightest(session, limits);
    if (limit) insert_limit(counted, *limit);
    each_counts = each_counts && limit;
  }
  if (most_per_call.is_zero()) {
    outflow.in_all = 0;
    return outflow;
  }
  if (each_counts) add_bounds(session, counted);
  if (const auto every = tightest(session, limits_of_kind(session, LimitKind::native_every))) {
    outflow.limits = {*every};
    add_bounds(session, outflow);
  }
  if (each_counts && (outflow.limits.empty() || tighter(counted.in_all, outflow.in_all))) outflow = counted;
  const auto calls = most_calls(session);
  const auto by_calls = calls ? checked_mul(*calls, most_per_call) : std::nullopt;
  if (tighter(by_calls, outflow.in_all)) outflow.in_all = by_calls;
  return outflow;
}

}  // namespace

Exposure exposure(const Session& session, const SessionPlace& place, const SessionNames* names) {
  Exposure result;
  result.everything = std::ranges::any_of(
      session.permissions, [](const Permission& permission) { return permission.kind == PermissionKind::anything; });
  result.from = session.from;
  result.until = session.until;
  result.calls = most_calls(session);
  result.outflows = token_outflows(session);
  result.outflows.push_back(coin_outflow(session));
  for (const std::uint8_t l : limits_of_kind(session, LimitKind::sum)) {
    Outflow outflow;
    outflow.kind = Outflow::Kind::sum;
    outflow.limits = {l};
    add_bounds(session, outflow);
    result.outflows.push_back(outflow);
  }
  if (session.account_pays) {
    Outflow outflow;
    outflow.kind = Outflow::Kind::fees;
    if (const auto limit = tightest(session, limits_of_kind(session, LimitKind::fees))) outflow.limits = {*limit};
    add_bounds(session, outflow);
    result.outflows.push_back(outflow);
  }
  result.warnings = find_warnings(session, NameBook(session, place, names));
  return result;
}

}  // namespace valetkey
