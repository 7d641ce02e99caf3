#include "policy/evaluate.hpp"

#include <algorithm>

#include "policy/tally.hpp"
#include "session/targets.hpp"

namespace valetkey {
namespace {

constexpr Selector kRevokeSelector = "0xb75c7dc6"_selector;  // revoke(bytes32)
constexpr std::size_t kPaymasterHead = 52;                   // address and two gas limits
constexpr std::size_t kMarkerSize = 20;

Refusal refuse(RefusalCode code, std::size_t call = kNoIndex, std::size_t rule = kNoIndex) {
  return {code, static_cast<std::uint8_t>(call), static_cast<std::uint8_t>(rule)};
}

}  // namespace

GasView gas_view(const PackedUserOp& op) {
  const Word low_half = Word::max_of_bits(128);
  return {op.account_gas_limits >> 128,
          op.account_gas_limits & low_half,
          op.pre_verification_gas,
          op.gas_fees & low_half,
          op.init_code,
          op.paymaster_and_data};
}

Word pack_validation_data(const Window& window) {
  const Seconds until = window.until == kNoEnd ? 0 : window.until;
  return (Word(until) << 160) | (Word(window.after) << 208);
}

std::optional<Refusal> check_state(std::uint64_t session_epoch, const SessionState& state, bool enabling) {
  if (!state.installed) return refuse(RefusalCode::not_installed);
  if (session_epoch != state.epoch) return refuse(RefusalCode::epoch_moved);
  if (state.status() == SessionStatus::revoked) return refuse(RefusalCode::revoked);
  if (state.status() == SessionStatus::unknown && !enabling) return refuse(RefusalCode::not_enabled);
  return {};
}

std::optional<Refusal> check_gas(const Session& header, const GasView& gas) {
  const bool marker = gas.init_code.size() >= 2 && gas.init_code[0] == 0x77 && gas.init_code[1] == 0x02;
  if (marker && gas.init_code.size() > kMarkerSize) return refuse(RefusalCode::init_code);
  if (header.gas_price != kUnlimitedGasPrice && gas.max_fee_per_gas > Word(header.gas_price))
    return refuse(RefusalCode::gas_price);
  if (!gas.paymaster_and_data.empty()) {
    const bool whole = gas.paymaster_and_data.size() >= kPaymasterHead;
    if (!whole ||
        std::ranges::find(header.paymasters, read_fixed<Address>(gas.paymaster_and_data)) == header.paymasters.end()) {
      return refuse(RefusalCode::paymaster);
    }
  } else if (!header.account_pays) {
    return refuse(RefusalCode::fees_none);
  }
  return {};
}

Word operation_fee(const GasView& gas) {
  const auto limits = checked_add(gas.verification_gas_limit, gas.call_gas_limit);
  const auto sum = limits ? checked_add(*limits, gas.pre_verification_gas) : std::nullopt;
  const auto fee = sum ? checked_mul(*sum, gas.max_fee_per_gas) : std::nullopt;
  return fee ? std::min(*fee, kCountedMost) : kCountedMost;
}

bool is_own_revoke(const CallView& call, const SessionId& id) {
  return call.value.is_zero() && call.data.size() == Selector::kSize + SessionId::kSize &&
         read_fixed<Selector>(call.data) == kRevokeSelector &&
         read_fixed<SessionId>(call.data.subspan(Selector::kSize)) == id;
}

std::optional<RefusalCode> check_target(const CallView& call, const SessionPlace& place) {
  if (call.target == Address{}) return RefusalCode::target_zero;
  if (call.target == place.account) return RefusalCode::target_account;
  if (is_entry_point(call.target)) return RefusalCode::target_entry_point;
  if (call.target == place.validator) return RefusalCode::target_validator;
  return {};
}

void count_every_call(const Session& header, const CallView& call, Tally& tally) {
  for (std::size_t l = 0; l < header.limits.size(); ++l) {
    if (header.limits[l].kind == LimitKind::native_every) tally.add(l, call.value);
    if (header.limits[l].kind == LimitKind::calls_every) tally.add(l, 1);
  }
}

std::optional<Refusal> check_limits(const Session& header, Seconds time, Tally& tally, SessionState& state) {
  const auto slots = limit_slots(header.limits);
  for (std::size_t l = 0; l < header.limits.size(); ++l) {
    if (!tally.touched(l)) continue;
    const Limit& limit = header.limits[l];
    Spent spent = read_spent(state, slots[l]);
    if (limit.period != 0) {
      if (time < header.from) return refuse(RefusalCode::time_before_start, kNoIndex, l);
      const std::uint64_t period = (time - header.from) / limit.period;
      if (spent.period > period) return refuse(RefusalCode::period_backwards, kNoIndex, l);
      if (spent.period < period) spent = {0, period};
      const Seconds start = header.from + period * limit.period;
      tally.intersect({start, start + limit.period - 1});
    }
    spent.amount = wrapping_add(spent.amount, tally.added(l)).value;
    if (spent.amount > limit.amount) return refuse(RefusalCode::limit_passed, kNoIndex, l);
    write_spent(state, slots[l], spent);
  }
  return {};
}

Verdict evaluate_calls(const CarriedSession& session, const SessionPlace& place, const SessionState& state,
                       const Operation& operation) {
  const Session& header = *session.header;
  Verdict verdict{{}, {}, state};
  const auto refused = [&](const Refusal& refusal, std::uint8_t permission = kNoIndex) {
    return Verdict{refusal, {}, state, permission};
  };

  Tally tally;
  tally.intersect(window_of(header.from, header.until));
  for (std::size_t i = 0; i < operation.calls.size(); ++i) {
    const CallView& call = operation.calls[i];
    const std::uint8_t p = operation.permission_of_call[i];
    if (const auto code = check_target(call, place)) {
      const bool own_revoke =
          *code == RefusalCode::target_validator && is_own_revoke(call, session.id) && p == kRevokePermission;
      if (!own_revoke) return refused(refuse(*code, i));
      continue;
    }
    if (p >= session.permissions.size() || session.permissions[p] == nullptr)
      return refused(refuse(RefusalCode::permission_missing, i, p));
    if (const auto refusal =
            check_permission(session.permissions, p, call, static_cast<std::uint8_t>(i), place.account, tally)) {
      return refused(*refusal, tally.permission());
    }
    count_every_call(header, call, tally);
  }
  for (std::size_t index = 0; index < operation.calls.size(); ++index) {
    const auto i = static_cast<std::uint8_t>(index);
    auto refusal = check_batch_rules(session.permissions, operation, i, tally);
    if (!refusal) refusal = check_policies(session.permissions, operation, i, place.account, tally);
    if (refusal) return refused(*refusal, tally.permission());
  }
  if (operation.gas.paymaster_and_data.empty()) {
    for (std::size_t l = 0; l < header.limits.size(); ++l) {
      if (header.limits[l].kind == LimitKind::fees) tally.add(l, operation_fee(operation.gas));
    }
  }
  if (const auto refusal = check_limits(header, operation.time, tally, verdict.state)) return refused(*refusal);
  verdict.window = tally.window();
  // An end at second 0 would be read as no end.
  if (verdict.window.after > verdict.window.until || verdict.window.until == 0)
    return refused(refuse(RefusalCode::window_empty));
  verdict.state.set_status(SessionStatus::enabled);
  return verdict;
}

Verdict evaluate(const Session& session, const SessionId& id, const SessionPlace& place, const SessionState& state,
                 const Operation& operation, bool enabling) {
  if (const auto refusal = check_state(session.epoch, state, enabling)) return {refusal, {}, state};
  if (const auto refusal = check_gas(session, operation.gas)) return {refusal, {}, state};
  const WholePermissions whole(session);
  return evaluate_calls({&session, id, whole.view()}, place, state, operation);
}

std::optional<Refusal> check_clock(const Window& window, Seconds now, EntryPointVersion version) {
  const bool first_second_passes = version < EntryPointVersion::v0_8;
  if (now < window.after || (now == window.after && !first_second_passes && window.after != 0))
    return refuse(RefusalCode::window_early);
  if (now > window.until) return refuse(RefusalCode::window_over);
  return {};
}

std::vector<Word> limit_rests(const Session& session, const SessionState& state, Seconds time) {
  const auto slots = limit_slots(session.limits);
  std::vector<Word> rests;
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    const Limit& limit = session.limits[l];
    const Spent spent = read_spent(state, slots[l]);
    Word used = spent.amount;
    if (limit.period != 0) {
      const std::uint64_t period = time < session.from ? 0 : (time - session.from) / limit.period;
      if (spent.period < period) used = 0;
      if (spent.period > period) used = limit.amount;  // that period is over
    }
    rests.push_back(checked_sub(limit.amount, used).value_or(Word(0)));
  }
  return rests;
}

std::uint32_t used_permissions(const Session& session, const SessionPlace& place, std::span<const CallView> calls,
                               std::span<const std::uint8_t> permission_of_call) {
  const WholePermissions whole(session);
  std::uint32_t used = 0;
  for (std::size_t i = 0; i < calls.size() && i < kMaxCalls; ++i) {
    const std::uint8_t p = permission_of_call[i];
    if (p >= whole.view().size()) continue;
    used |= 1U << p;
    if (session.permissions[p].inside.empty()) continue;
    // What comes behind a refusal is not looked at, here or on the chain.
    Tally tally;
    (void)check_permission(whole.view(), p, calls[i], static_cast<std::uint8_t>(i), place.account, tally);
    used |= tally.used();
  }
  return used;
}

bool needs_time(const Session& session, std::span<const std::uint8_t> permission_of_call, bool account_pays) {
  const auto has_period = [&](std::size_t limit) {
    return limit < session.limits.size() && session.limits[limit].period != 0;
  };
  const bool calls = std::ranges::any_of(permission_of_call, [](std::uint8_t p) { return p != kRevokePermission; });
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    const LimitKind kind = session.limits[l].kind;
    const bool every_call = kind == LimitKind::native_every || kind == LimitKind::calls_every;
    if (has_period(l) && ((every_call && calls) || (kind == LimitKind::fees && account_pays))) return true;
  }
  std::array<bool, kMaxPermissions> reached{};
  for (const std::uint8_t p : permission_of_call) {
    if (p < reached.size()) reached[p] = true;
  }
  // Inner permissions stand behind their outer ones.
  for (std::size_t p = 0; p < reached.size() && p < session.permissions.size(); ++p) {
    if (!reached[p]) continue;
    const Permission& permission = session.permissions[p];
    if (std::ranges::any_of(permission.counts, [&](const Count& count) { return has_period(count.limit); }))
      return true;
    for (const Inside& inside : permission.inside) {
      for (const std::uint8_t q : inside.permissions) {
        if (q < reached.size()) reached[q] = true;
      }
    }
  }
  return false;
}

}  // namespace valetkey
