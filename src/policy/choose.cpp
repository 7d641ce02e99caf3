#include <algorithm>

#include "policy/evaluate.hpp"
#include "policy/tally.hpp"

namespace valetkey {
namespace {

// How far a permission got before it refused: the further, the more its refusal tells.
constexpr unsigned kPasses = ~0U;
constexpr unsigned kInside = 200;  // a call inside, above every rule and count of the outer one

unsigned stage(const Refusal& refusal) {
  switch (refusal.code) {
    case RefusalCode::no_permission:
      return 0;
    case RefusalCode::denied_function:
    case RefusalCode::call_data_length:
    case RefusalCode::call_data_form:
      return 1;
    case RefusalCode::value_over:
      return 2;
    case RefusalCode::dirty_count:
      return 100U + refusal.rule;
    case RefusalCode::inner_call:
    case RefusalCode::inner_count:
      return kInside;
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

// More looks at a permission for a call than this are not made in search of a mix.
constexpr std::size_t kMostLooks = 10'000;

using Choice = std::vector<std::uint8_t>;

struct Chooser {
  const Session& session;
  CarriedPermissions permissions;  // the session's
  const SessionId& id;
  const SessionPlace& place;
  const SessionState& state;
  const Operation& operation;
  const std::optional<Clock>& clock;

  [[nodiscard]] std::size_t calls() const { return std::min(operation.calls.size(), kMaxCalls); }

  [[nodiscard]] Tally start() const {
    Tally tally;
    tally.intersect(window_of(session.from, session.until));
    return tally;
  }

  [[nodiscard]] bool is_revoke(std::size_t i) const {
    return operation.calls[i].target == place.validator && is_own_revoke(operation.calls[i], id);
  }

  // How far permission p gets for call i after the calls in `before`; where it passes, `after` holds them all.
  unsigned reach(std::size_t p, std::size_t i, const Tally& before, Tally& after) const {
    const CallView& call = operation.calls[i];
    after = before;
    const auto index = static_cast<std::uint8_t>(p);
    if (const auto refusal =
            check_permission(permissions, index, call, static_cast<std::uint8_t>(i), place.account, after))
      return after.permission() == index ? stage(*refusal) : kInside + stage(*refusal);
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

  // Whether the batch rules of a whole choice hold.
  [[nodiscard]] bool holds_together(const Choice& choice) const {
    const auto has_rules = [&](std::uint8_t p) { return p != kRevokePermission && !permissions[p]->batch.empty(); };
    if (std::ranges::none_of(choice, has_rules)) return true;
    const Operation chosen = with(choice);
    Tally tally;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      if (check_batch_rules(permissions, chosen, static_cast<std::uint8_t>(i), tally)) return false;
    }
    return true;
  }
  // Whether the policies of permission p, where they can be asked, allow call i.
  [[nodiscard]] bool is_allowed(std::size_t p, std::size_t i) const {
    if (p == kRevokePermission || operation.policies == nullptr || permissions[p]->policies.empty()) return true;
    Choice choice(calls(), kRevokePermission);
    choice[i] = static_cast<std::uint8_t>(p);
    Tally tally;
    return !check_policies(permissions, with(choice), static_cast<std::uint8_t>(i), place.account, tally);
  }
  [[nodiscard]] bool passes_together(const Choice& choice) const {
    for (std::size_t i = 0; i < choice.size(); ++i) {
      if (!is_allowed(choice[i], i)) return false;
    }
    return holds_together(choice);
  }

  // Valid as long as the choice is.
  [[nodiscard]] Operation with(const Choice& choice) const {
    Operation chosen = operation;
    chosen.permission_of_call = choice;
    return chosen;
  }
};

// For each call the first permission that passes after the calls before it, else the one that gets furthest.
struct InOrder {
  Choice choice;
  bool passes = true;
};

InOrder choose_in_order(const Chooser& chooser) {
  InOrder answer;
  answer.choice.reserve(chooser.calls());
  Tally tally = chooser.start();
  for (std::size_t i = 0; i < chooser.calls(); ++i) {
    if (chooser.is_revoke(i)) {
      answer.choice.push_back(kRevokePermission);
      continue;
    }
    std::size_t best = 0;
    unsigned best_reach = 0;
    Tally best_tally = tally;
    Tally after;
    for (std::size_t p = 0; p < chooser.permissions.size() && best_reach != kPasses; ++p) {
      const unsigned reach = chooser.reach(p, i, tally, after);
      if (reach <= best_reach) continue;
      best = p;
      best_reach = reach;
      best_tally = after;
    }
    if (best_reach != kPasses) answer.passes = false;
    answer.choice.push_back(static_cast<std::uint8_t>(best));
    tally = best_tally;
  }
  return answer;
}

// Tries every mix of permissions, going back from a call for which none is left.
class MixSearch {
 public:
  explicit MixSearch(const Chooser& chooser) : chooser_(chooser), passing_(chooser.calls()) {
    // What does not pass alone does not pass beside other calls: they only take room away.
    for (std::size_t i = 0; i < passing_.size(); ++i) {
      if (chooser.is_revoke(i)) {
        passing_[i] = {kRevokePermission};
        continue;
      }
      for (std::size_t p = 0; p < chooser.permissions.size(); ++p) {
        Tally after;
        if (chooser.reach(p, i, chooser.start(), after) == kPasses && chooser.is_allowed(p, i))
          passing_[i].push_back(static_cast<std::uint8_t>(p));
      }
    }
  }

  // None where no mix passes, or none was found within kMostLooks.
  std::optional<Choice> find() {
    if (std::ranges::any_of(passing_, &Choice::empty) || !find_from(0, chooser_.start())) return std::nullopt;
    return std::move(choice_);
  }

 private:
  bool find_from(std::size_t i, const Tally& before) {
    if (i == passing_.size()) return chooser_.holds_together(choice_);
    for (const std::uint8_t p : passing_[i]) {
      if (looks_ == kMostLooks) return false;
      ++looks_;
      Tally after = before;
      if (p != kRevokePermission && chooser_.reach(p, i, before, after) != kPasses) continue;
      choice_.push_back(p);
      if (find_from(i + 1, after)) return true;
      choice_.pop_back();
    }
    return false;
  }

  const Chooser& chooser_;
  std::vector<Choice> passing_;  // of each call
  Choice choice_;
  std::size_t looks_ = 0;
};

}  // namespace

std::vector<std::uint8_t> choose_permissions(const Session& session, const SessionId& id, const SessionPlace& place,
                                             const SessionState& state, const Operation& operation,
                                             const std::optional<Clock>& clock) {
  const WholePermissions permissions(session);
  const Chooser chooser{session, permissions.view(), id, place, state, operation, clock};
  InOrder first = choose_in_order(chooser);
  if (first.passes) {
    if (chooser.passes_together(first.choice)) return std::move(first.choice);
  } else if (chooser.calls() < 2) {
    return std::move(first.choice);
  }
  return MixSearch(chooser).find().value_or(std::move(first.choice));
}

}  // namespace valetkey
