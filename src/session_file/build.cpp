#include <fmt/format.h>

#include "session/check.hpp"
#include "session/refusal.hpp"
#include "session_file/session_file.hpp"

namespace valetkey {

namespace {

Failure<> fail_in(const SessionDraft& draft, FilePosition where, std::string_view code, std::string_view message,
                  std::string fix = {}) {
  return fail(code, fmt::format("{}:{}:{}: {}", draft.path, where.line, where.column, message), std::move(fix));
}

template <class T>
T at(const std::vector<T>& positions, std::size_t index) {
  return index < positions.size() ? positions[index] : T{};
}

// The start is what `for` counts from.
struct Window {
  Seconds from = 0;
  Seconds until = 0;
};
Result<Window> resolve(const SessionDraft& draft, const WindowText& text, Seconds now, Seconds start) {
  Window window;
  if (text.from_now || text.from) window.from = text.from_now ? now : *text.from;
  const Seconds begin = window.from != 0 ? window.from : start;
  if (text.length) window.until = begin + *text.length;
  if (text.until) window.until = *text.until;
  if (window.until > kLastSecond)
    return fail_in(draft, text.where, "time_over", "the end is after the year 9999",
                   "write `for: ever` in the session, or an earlier end");
  if (window.until != 0 && window.until <= begin)
    return fail_in(draft, text.where, "window_order", "the end is not after the start",
                   "write a later end, or an earlier start");
  if (text.until && window.until == 0)
    return fail_in(draft, text.where, "window_order", "the end is not after the start", "write a later end");
  if (window.until != 0 && window.until <= now)
    return fail_in(draft, text.where, "session_over", "this is already over", "write a later end");
  return window;
}

// Where in the file the cause of a refusal stands: the names of the codes say what the indices mean (docs/refusals.md).
FilePosition position_of(const SessionDraft& draft, const Refusal& refusal) {
  const bool whole_session = refusal.call == kNoIndex;
  switch (refusal.code) {
    case RefusalCode::key_threshold:
    case RefusalCode::key_kind:
    case RefusalCode::key_order:
    case RefusalCode::key_is_account:
      return draft.keys_position;
    case RefusalCode::time_over:
    case RefusalCode::window_order:
      return draft.window.where;
    case RefusalCode::fees_kind:
    case RefusalCode::no_payer:
      return draft.gas_position;
    case RefusalCode::paymaster_order:
      return draft.paymasters_position;
    case RefusalCode::rule_order:
    case RefusalCode::rule_type:
    case RefusalCode::rule_operator:
    case RefusalCode::rule_value:
      return at(at(draft.rule_positions, refusal.call), refusal.rule);
    case RefusalCode::count_order:
    case RefusalCode::count_limit:
    case RefusalCode::count_source:
    case RefusalCode::count_token:
      return at(at(draft.count_positions, refusal.call), refusal.rule);
    default:
      return whole_session ? at(draft.limit_positions, refusal.rule) : at(draft.permission_positions, refusal.call);
  }
}

std::string fix_of(const Refusal& refusal) {
  switch (refusal.code) {
    case RefusalCode::permission_target:
      return "leave the permission out: no session may call these";
    case RefusalCode::denied_function:
      return "leave the function out: no session may call it";
    case RefusalCode::reserved_selector:
      return "leave the function out: its text was made to look harmless";
    case RefusalCode::text:
      return "only functions with a text of up to 200 bytes and 8 levels of brackets can be allowed";
    default:
      return fmt::format("see `{}` in docs/refusals.md", refusal_name(refusal.code));
  }
}

}  // namespace

Result<BuiltSession> build_session(const SessionDraft& draft, const BuildInputs& inputs) {
  BuiltSession built{.placed = {draft.session, draft.place}, .names = draft.names};
  Session& session = built.placed.session;
  session.epoch = inputs.epoch;
  session.serial = inputs.serial;
  built.placed.place.validator = inputs.validator;

  VALETKEY_TRY(window, resolve(draft, draft.window, inputs.now, 0));
  session.from = window.from;
  session.until = window.until;
  for (std::size_t p = 0; p < session.permissions.size(); ++p) {
    if (!draft.permission_windows[p]) continue;
    VALETKEY_TRY(own, resolve(draft, *draft.permission_windows[p], inputs.now, session.from));
    session.permissions[p].from = own.from;
    session.permissions[p].until = own.until;
  }

  for (const UntilRule& until : draft.until_rules) {
    if (session.until == 0)
      return fail_in(draft, draft.rule_positions[until.permission][until.rule], "no_expiry",
                     "`$until` is the session's end, and it never ends", "write a time or a number");
    session.permissions[until.permission].rules[until.rule].values.front() = Word(session.until);
  }

  if (const auto refusal = check_session(session, built.placed.place)) {
    const bool permission = refusal->call != kNoIndex;
    return fail_in(draft, position_of(draft, *refusal), refusal_name(refusal->code),
                   permission ? fmt::format("permission {}: {}", refusal->call + 1, refusal_sentence(refusal->code))
                              : std::string(refusal_sentence(refusal->code)),
                   fix_of(*refusal));
  }
  return built;
}

}  // namespace valetkey
