#include "policy/refusal_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "policy/explain.hpp"
#include "policy/names.hpp"
#include "policy/rule.hpp"
#include "policy/tally.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

std::string_view fix_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::wrong_sender:
      return "send it from the session's account";
    case RefusalCode::not_execute:
    case RefusalCode::malformed_calls:
    case RefusalCode::bad_mode:
      return "encode the calls as `execute` in single or batch mode, as `send` does";
    case RefusalCode::empty_batch:
      return "put at least one call into the batch";
    case RefusalCode::malformed_field:
    case RefusalCode::unknown_version:
    case RefusalCode::malformed_signatures:
      return "prepare and sign the operation again with this version of valetkey";
    case RefusalCode::not_installed:
      return "let the owner install the validator with `valetkey install`";
    case RefusalCode::epoch_moved:
    case RefusalCode::revoked:
      return "let the owner approve a new session";
    case RefusalCode::not_enabled:
      return "send the first operation with the owner's approval, or enable the session with `valetkey enable`";
    case RefusalCode::init_code:
      return "leave out the code behind the 7702 marker";
    case RefusalCode::gas_price:
      return "wait for a lower gas price, or let the owner approve a higher one";
    case RefusalCode::paymaster:
      return "use a paymaster that the session names, or none";
    case RefusalCode::fees_none:
      return "use a paymaster that the session names";
    case RefusalCode::target_zero:
    case RefusalCode::target_account:
    case RefusalCode::target_entry_point:
    case RefusalCode::target_validator:
      return "leave the call out: no session may make it";
    case RefusalCode::permission_missing:
      return "name the permission that the call uses";
    case RefusalCode::no_permission:
      return "call only what the session allows, or let the owner approve a session that allows it";
    case RefusalCode::call_data_length:
      return "encode exactly the function's arguments";
    case RefusalCode::dirty_word:
    case RefusalCode::dirty_count:
      return "encode the argument as its type wants";
    case RefusalCode::ratio_word_over:
      return "use amounts below 2^128";
    case RefusalCode::time_before_start:
      return "name a time after the session's start";
    case RefusalCode::period_backwards:
      return "name the time of the period that is running";
    case RefusalCode::limit_passed:
      return "ask for less, or let the owner approve a new session";
    case RefusalCode::window_empty:
      return "put the calls into operations of their own";
    case RefusalCode::window_early:
      return "wait until it begins";
    case RefusalCode::window_over:
      return "let the owner approve a new session";
    default:
      return "choose a value that the session allows, or let the owner approve another session";
  }
}

class RefusalText {
 public:
  RefusalText(const Refusal& refusal, const RefusedOperation& refused)
      : refusal_(refusal),
        refused_(refused),
        session_(refused.session->session),
        book_(session_, refused.session->place, refused.names) {}

  [[nodiscard]] std::string message() const {
    const auto sentence = [&] { return std::string(refusal_sentence(refusal_.code)); };
    switch (refusal_.code) {
      case RefusalCode::gas_price:
        return fmt::format("the gas price is {} wei, the session allows {}",
                           to_decimal(refused_.operation.gas.max_fee_per_gas), price_text(session_.gas_price));
      case RefusalCode::time_before_start:
      case RefusalCode::period_backwards:
        return fmt::format("{}: {}", book_.limit(refusal_.rule), sentence());
      case RefusalCode::limit_passed:
        return limit_message();
      case RefusalCode::window_empty:
      case RefusalCode::window_early:
      case RefusalCode::window_over:
        return window_message();
      default:
        break;
    }
    if (refusal_.call == kNoIndex || refusal_.call >= refused_.operation.calls.size()) return sentence();
    return fmt::format("{}: {}", call_text(), call_message());
  }

  [[nodiscard]] std::string_view fix() const {
    return fix_of(refusal_.code == RefusalCode::window_empty && is_session_over() ? RefusalCode::window_over
                                                                                  : refusal_.code);
  }

 private:
  // Where a limit's period begins after the session's end, there is no common second, but this is why.
  [[nodiscard]] bool is_session_over() const {
    const Seconds now = refused_.clock ? refused_.clock->now : refused_.operation.time;
    return session_.until != 0 && now >= session_.until;
  }

  [[nodiscard]] const CallView& call() const { return refused_.operation.calls[refusal_.call]; }
  // The permission that the call was held against; none where it is unknown.
  [[nodiscard]] std::optional<std::size_t> permission() const {
    const auto& choice = refused_.operation.permission_of_call;
    if (refusal_.call >= choice.size() || choice[refusal_.call] >= session_.permissions.size()) return std::nullopt;
    return choice[refusal_.call];
  }

  // `call 1 (router.exactInputSingle)`
  [[nodiscard]] std::string call_text() const {
    const auto p = permission();
    const bool matches = p && refusal_.code != RefusalCode::no_permission &&
                         refusal_.code < RefusalCode::time_before_start &&
                         refusal_.code > RefusalCode::permission_missing;
    if (matches) return fmt::format("call {} ({})", refusal_.call + 1, book_.permission(*p));
    const std::string function =
        call().data.size() < Selector::kSize ? "without a function" : fmt::format("function {}", function_name());
    return fmt::format("call {} (to {}, {})", refusal_.call + 1, book_.address(call().target), function);
  }
  // The text of any permission with the selector, or else the selector.
  [[nodiscard]] std::string function_name() const {
    const auto selector = read_fixed<Selector>(call().data);
    for (const Permission& known : session_.permissions) {
      if (known.kind == PermissionKind::function && known.selector == selector) return known.text;
    }
    return to_hex(selector);
  }

  [[nodiscard]] std::string call_message() const {
    const std::string_view sentence = refusal_sentence(refusal_.code);
    const auto p = permission();
    if (!p) return std::string(sentence);
    const Permission& known = session_.permissions[*p];
    switch (refusal_.code) {
      case RefusalCode::no_permission:
        return "the session has no permission for it";
      case RefusalCode::value_over:
        return fmt::format("it sends {}, allowed are at most {}", amount_text(call().value, book_.coin()),
                           amount_text(known.most_value, book_.coin()));
      case RefusalCode::call_data_length:
        return fmt::format("its arguments take {} bytes, the function has {} words of 32",
                           call().data.size() - Selector::kSize, known.words);
      case RefusalCode::dirty_count:
        if (refusal_.rule < known.counts.size()) return dirty_text(*p, known.counts[refusal_.rule].source);
        break;
      case RefusalCode::dirty_word:
        if (refusal_.rule < known.rules.size()) return dirty_text(*p, known.rules[refusal_.rule].position);
        break;
      default:
        if (refusal_.code >= RefusalCode::rule_is && refusal_.code <= RefusalCode::rule_ratio &&
            refusal_.rule < known.rules.size()) {
          return rule_text(*p, known.rules[refusal_.rule]);
        }
    }
    return std::string(sentence);
  }

  [[nodiscard]] std::string dirty_text(std::size_t p, std::uint8_t position) const {
    return fmt::format("`{}` has bits outside its type: {}", book_.argument(p, position),
                       to_hex(to_hash(head_word(call().data, position))));
  }
  // `params.amountOutMinimum` is 0 WETH, it must be at least …
  [[nodiscard]] std::string rule_text(std::size_t p, const Rule& rule) const {
    const bool is_ratio = rule.type.group == ValueGroup::ratio;
    const Word word = head_word(call().data, rule.position);
    std::string text =
        fmt::format("`{}` is {}, it {}", book_.argument(p, rule.position),
                    book_.value(is_ratio ? rule.word_type : rule.type, word, book_.word_unit(p, rule.position)),
                    book_.requirement(p, rule));
    if (is_ratio && rule.base != kBaseValue) {
      text +=
          fmt::format(" (which is {})", amount_text(head_word(call().data, rule.base), book_.word_unit(p, rule.base)));
    }
    return text;
  }

  // What the operation as a whole would add to a limit.
  [[nodiscard]] Word added_to(std::size_t limit) const {
    return session_.limits[limit].kind == LimitKind::fees ? operation_fee(refused_.operation.gas)
                                                          : tally().added(limit);
  }
  [[nodiscard]] Tally tally() const {
    Tally tally;
    const Operation& operation = refused_.operation;
    for (std::size_t i = 0; i < operation.calls.size() && i < operation.permission_of_call.size(); ++i) {
      const std::uint8_t p = operation.permission_of_call[i];
      if (p >= session_.permissions.size()) continue;
      (void)check_permission(session_.permissions[p], p, operation.calls[i], static_cast<std::uint8_t>(i),
                             refused_.session->place.account, tally);
      count_every_call(session_, operation.calls[i], tally);
    }
    return tally;
  }

  [[nodiscard]] std::string limit_message() const {
    const std::size_t l = refusal_.rule;
    if (l >= session_.limits.size()) return std::string(refusal_sentence(refusal_.code));
    const Limit& limit = session_.limits[l];
    const Word rest = limit_rests(session_, *refused_.state, refused_.operation.time)[l];
    return fmt::format("{} allows {} {}: {} left, the operation wants {}", book_.limit(l),
                       book_.limit_amount(l, limit.amount), period_text(limit.period), book_.limit_amount(l, rest),
                       book_.limit_amount(l, added_to(l)));
  }

  // A window that the operation needs, and whose it is.
  struct NamedWindow {
    Window window;
    std::string name;
  };

  [[nodiscard]] std::vector<NamedWindow> windows() const {
    std::vector<NamedWindow> all{{window_of(session_.from, session_.until), "the session"}};
    const Operation& operation = refused_.operation;
    for (const std::uint8_t p : operation.permission_of_call) {
      if (p >= session_.permissions.size()) continue;
      const Permission& permission = session_.permissions[p];
      if (permission.from == 0 && permission.until == 0) continue;
      all.push_back({window_of(permission.from, permission.until),
                     fmt::format("permission {} ({})", p + 1, book_.permission(p))});
    }
    const Tally counted = tally();
    const bool account_pays = operation.gas.paymaster_and_data.empty();
    for (std::size_t l = 0; l < session_.limits.size(); ++l) {
      const Limit& limit = session_.limits[l];
      const bool touched = limit.kind == LimitKind::fees ? account_pays : counted.touched(l);
      if (!touched || limit.period == 0 || operation.time < session_.from) continue;
      const Seconds start = operation.time - (operation.time - session_.from) % limit.period;
      all.push_back({{start, start + limit.period - 1}, fmt::format("the running period of {}", book_.limit(l))});
    }
    return all;
  }

  [[nodiscard]] static std::string moment_text(Seconds time) {
    return time > kLastSecond ? "after the year 9999" : time_text(time);
  }

  [[nodiscard]] std::string window_message() const {
    const std::vector<NamedWindow> all = windows();
    const NamedWindow& last = *std::ranges::max_element(all, {}, [](const auto& each) { return each.window.after; });
    const NamedWindow& first = *std::ranges::min_element(all, {}, [](const auto& each) { return each.window.until; });
    const std::string begins = fmt::format("{} begins {}", last.name, moment_text(last.window.after));
    const std::string ends = fmt::format(
        "{} ends {}", first.name,
        first.window.until == kNoEnd ? std::string(session_until_text(0)) : moment_text(first.window.until + 1));
    const std::string now =
        refused_.clock ? fmt::format(", it is {}", moment_text(refused_.clock->now)) : std::string();
    if (refusal_.code == RefusalCode::window_early) {
      const bool first_second = refused_.clock && refused_.clock->now == last.window.after;
      return begins + now + (first_second ? "; this EntryPoint takes it from the next second on" : "");
    }
    if (refusal_.code == RefusalCode::window_over || is_session_over()) return ends + now;
    if (last.window.after <= first.window.until) return std::string(refusal_sentence(refusal_.code));
    return fmt::format("no second is in all windows: {}, and {}{}", ends, begins, now);
  }

  Refusal refusal_;
  const RefusedOperation& refused_;
  const Session& session_;
  NameBook book_;
};

// What the indices of a refused session mean.
enum class Index : std::uint8_t { none, key, paymaster, limit, permission, rule, count, permission_and_limit };

Index index_of(RefusalCode code) {
  if (code == RefusalCode::key_kind || code == RefusalCode::key_order || code == RefusalCode::key_is_account)
    return Index::key;
  if (code == RefusalCode::paymaster_order) return Index::paymaster;
  if ((code >= RefusalCode::limit_kind && code <= RefusalCode::limit_fees) || code == RefusalCode::limit_unused)
    return Index::limit;
  if (code >= RefusalCode::rule_order && code <= RefusalCode::rule_value) return Index::rule;
  if (code >= RefusalCode::count_order && code <= RefusalCode::count_token) return Index::count;
  if (code == RefusalCode::limit_incomplete) return Index::permission_and_limit;
  if (code >= RefusalCode::permission_form && code <= RefusalCode::count_caps) return Index::permission;
  return Index::none;
}

std::string_view session_fix(RefusalCode code) {
  switch (code) {
    case RefusalCode::limit_incomplete:
      return "let the permission count its amount against the limit, or leave the permission or the limit out";
    case RefusalCode::limit_unused:
      return "let a permission count against it, or leave it out";
    case RefusalCode::no_payer:
      return "let the account pay fees, or name a paymaster";
    case RefusalCode::key_is_account:
      return "use a key of its own for the session";
    case RefusalCode::permission_target:
      return "leave the permission out: no session may call it";
    case RefusalCode::count_token:
      return "count against a sum instead, or count the amount of the token's own function";
    default:
      return "correct the session and build it again";
  }
}

}  // namespace

Error explain_refusal(const Refusal& refusal, const RefusedOperation& refused) {
  const RefusalText text(refusal, refused);
  return {refusal_name(refusal.code), text.message(), std::string(text.fix())};
}

Error explain_session_refusal(const Refusal& refusal, const Session& session, const SessionNames* names) {
  const SessionPlace nowhere;
  const NameBook book(session, nowhere, names);
  const auto permission = [&] {
    return refusal.call < session.permissions.size()
               ? fmt::format("permission {} ({})", refusal.call + 1, book.permission(refusal.call))
               : fmt::format("permission {}", refusal.call + 1);
  };
  const auto limit = [&] {
    return refusal.rule < session.limits.size() ? book.limit(refusal.rule) : fmt::format("limit {}", refusal.rule + 1);
  };
  std::string where;
  switch (index_of(refusal.code)) {
    case Index::none:
      break;
    case Index::key:
      where = fmt::format("key {}: ", refusal.rule + 1);
      break;
    case Index::paymaster:
      where = fmt::format("paymaster {}: ", refusal.rule + 1);
      break;
    case Index::limit:
      where = limit() + ": ";
      break;
    case Index::permission:
      where = permission() + ": ";
      break;
    case Index::rule:
      where = fmt::format("{}, rule {}: ", permission(), refusal.rule + 1);
      break;
    case Index::count:
      where = fmt::format("{}, count {}: ", permission(), refusal.rule + 1);
      break;
    case Index::permission_and_limit:
      where = fmt::format("{} and {}: ", permission(), limit());
      break;
  }
  return {refusal_name(refusal.code), where + std::string(refusal_sentence(refusal.code)),
          std::string(session_fix(refusal.code))};
}

}  // namespace valetkey
