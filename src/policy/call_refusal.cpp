#include "policy/call_refusal.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "policy/explain.hpp"
#include "policy/rule.hpp"
#include "policy/tally.hpp"
#include "session/paths.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

class CallRefusal {
 public:
  CallRefusal(const Refusal& refusal, const RefusedOperation& refused, const NameBook& book)
      : refusal_(refusal),
        operation_(refused.operation),
        session_(refused.session->session),
        account_(refused.session->place.account),
        book_(book),
        permissions_(session_) {
    // Checked again, to know where it stopped: at a call inside, or only behind all calls.
    const std::uint8_t i = refusal.call;
    own_ = operation_.permission_of_call[i];
    at_batch_ = !check_permission(permissions_.view(), own_, call(i), i, account_, tally_);
    if (at_batch_) (void)check_batch_rules(permissions_.view(), operation_, i, tally_);
  }

  [[nodiscard]] std::string text() const {
    const std::uint8_t q = tally_.permission();
    if (q >= session_.permissions.size() || refusal_.code == RefusalCode::permission_missing) return sentence();
    const std::string text = text_of(q);
    return q == own_ || at_batch_ ? text : fmt::format("in its call inside ({}), {}", book_.permission(q), text);
  }

 private:
  [[nodiscard]] const CallView& call(std::size_t i) const { return operation_.calls[i]; }
  [[nodiscard]] std::string sentence() const { return std::string(refusal_sentence(refusal_.code)); }

  // Permission q, of the call or of one inside it, is the one that refused.
  [[nodiscard]] std::string text_of(std::uint8_t q) const {
    const Permission& known = session_.permissions[q];
    const std::size_t index = refusal_.rule;
    switch (refusal_.code) {
      case RefusalCode::no_permission:
        return "the session has no permission for it";
      case RefusalCode::denied_function:
        return "it moves or hands over value, `any function` does not cover it";
      case RefusalCode::value_over:
        return fmt::format("it sends {}, allowed are at most {}", amount_text(call(refusal_.call).value, book_.coin()),
                           amount_text(known.most_value, book_.coin()));
      case RefusalCode::call_data_length:
        return fmt::format("its arguments take {} bytes, the function has {} words of 32", tally_.arguments().size(),
                           known.words);
      case RefusalCode::path_range:
        return index < known.paths.size() ? fmt::format("there is no `{}`", argument(q, path_position(index)))
                                          : sentence();
      case RefusalCode::dirty_count:
        return index < known.counts.size() ? dirty_text(q, known.counts[index].source, known.counts[index].type)
                                           : sentence();
      case RefusalCode::dirty_word:
        if (at_batch_) return index < known.batch.size() ? dirty_batch_text(known.batch[index]) : sentence();
        return index < known.rules.size() ? dirty_rule_text(q, known.rules[index]) : sentence();
      case RefusalCode::inner_call:
        return index < known.inside.size() ? inner_call_text(q, known.inside[index]) : sentence();
      case RefusalCode::inner_count:
        return index < known.inside.size() ? inner_count_text(q, known.inside[index]) : sentence();
      case RefusalCode::batch_call:
        return index < known.batch.size() ? batch_call_refusal(known.batch[index]) : sentence();
      case RefusalCode::batch_rule:
        return index < known.batch.size() ? batch_rule_text(known.batch[index]) : sentence();
      case RefusalCode::policy:
        return index < known.policies.size() ? policy_text(known.policies[index]) : sentence();
      default:
        break;
    }
    const bool is_rule = refusal_.code >= RefusalCode::rule_is && refusal_.code <= RefusalCode::rule_ratio;
    return is_rule && index < known.rules.size() ? rule_text(q, known.rules[index]) : sentence();
  }

  static Position path_position(std::size_t path) { return static_cast<Position>(kFirstPath + path); }
  [[nodiscard]] std::string argument(std::uint8_t q, Position position) const { return book_.argument(q, position); }
  [[nodiscard]] std::string value_text(std::uint8_t q, Position position, ValueType type, const Word& value) const {
    return book_.value(type, value, book_.word_unit(q, position));
  }
  // The arguments that permission q refused.
  [[nodiscard]] Arguments arguments(std::uint8_t q) const {
    return {session_.permissions[q], tally_.arguments(), call(refusal_.call).value};
  }

  [[nodiscard]] std::string dirty_text(std::uint8_t q, Position position, ValueType type) const {
    const auto values = values_at(arguments(q), position).found;
    const auto dirty = std::ranges::find_if(values, [&](const Word& value) { return !is_clean(type, value); });
    return fmt::format("`{}` has bits outside its type: {}", argument(q, position),
                       dirty == values.end() ? "?" : to_hex(to_hash(*dirty)));
  }
  [[nodiscard]] std::string dirty_rule_text(std::uint8_t q, const Rule& rule) const {
    if (rule.type.group != ValueGroup::ratio) return dirty_text(q, rule.position, rule.type);
    const auto word = value_at(arguments(q), rule.position);
    const bool word_is_dirty = rule.base == kBaseValue || (word && !is_clean(rule.word_type, *word));
    return word_is_dirty ? dirty_text(q, rule.position, rule.word_type) : dirty_text(q, rule.base, rule.base_type);
  }

  // `params.amountOutMinimum` is 0 WETH, it must be at least …
  [[nodiscard]] std::string rule_text(std::uint8_t q, const Rule& rule) const {
    const bool is_ratio = rule.type.group == ValueGroup::ratio;
    const std::string name = argument(q, rule.position);
    const Path* path = path_of(session_.permissions[q], rule.position);
    if (path != nullptr && path_reach(*path) == PathReach::some)
      return fmt::format("none of `{}` fits, one {}", name, book_.requirement(q, rule));
    const auto values = values_at(arguments(q), rule.position).found;
    const auto refused = std::ranges::find_if(
        values, [&](const Word& value) { return is_ratio || check_value(rule, value, account_).has_value(); });
    if (refused == values.end()) return sentence();
    std::string text = fmt::format(
        "`{}` is {}, it {}", name, value_text(q, rule.position, is_ratio ? rule.word_type : rule.type, *refused),
        book_.requirement(q, rule));
    if (is_ratio && rule.base != kBaseValue) {
      if (const auto base = value_at(arguments(q), rule.base))
        text += fmt::format(" (which is {})", amount_text(*base, book_.word_unit(q, rule.base)));
    }
    return text;
  }

  [[nodiscard]] std::string inner_call_text(std::uint8_t q, const Inside& inside) const {
    std::string allowed;
    for (const std::uint8_t inner : inside.permissions) {
      if (!allowed.empty()) allowed += ", ";
      allowed += book_.permission(inner);
    }
    const std::string_view what = inside.commands == Inside::kBySelector ? "function" : "command";
    const std::string which = tally_.inner() ? fmt::format("{} {}", what, selector_text(*tally_.inner(), inside))
                                             : std::string("less than a function's selector");
    return fmt::format("`{}` has {} inside; allowed are {}", argument(q, inside.position), which, allowed);
  }
  static std::string selector_text(const Selector& selector, const Inside& inside) {
    const ByteView bytes = selector.view();
    return to_hex(inside.commands == Inside::kBySelector ? bytes : bytes.last(1));
  }
  [[nodiscard]] std::string inner_count_text(std::uint8_t q, const Inside& inside) const {
    const Arguments place = arguments(q);
    const auto commands = contents_at(place, inside.commands).found;
    return fmt::format("`{}` has {} commands, `{}` has {} members", argument(q, inside.commands),
                       commands.empty() ? 0 : commands[0].size(), argument(q, inside.position),
                       contents_at(place, inside.position).found.size());
  }

  // The call that a batch rule is about, where it is there.
  [[nodiscard]] const CallView* other_of(const BatchRule& rule) const {
    const auto other = other_call(rule.where, refusal_.call, operation_.calls.size());
    return other ? &call(*other) : nullptr;
  }
  [[nodiscard]] std::string batch_call_refusal(const BatchRule& rule) const {
    return fmt::format("the {} has to be {}", batch_place(rule), book_.permission(rule.permission));
  }
  // `first call of the batch`, `call 3`
  [[nodiscard]] std::string batch_place(const BatchRule& rule) const {
    if (rule.where == BatchRule::kFirstCall) return "first call of the batch";
    if (rule.where == BatchRule::kLastCall) return "last call of the batch";
    const auto distance = static_cast<std::int8_t>(rule.where);
    const int steps = distance < 0 ? -distance : distance;
    const std::string_view side = distance < 0 ? "before" : "after";
    return steps == 1 ? fmt::format("call right {} it", side) : fmt::format("call {} places {} it", steps, side);
  }
  [[nodiscard]] std::string batch_rule_text(const BatchRule& rule) const {
    const CallView* other = other_of(rule);
    if (other == nullptr || rule.permission >= session_.permissions.size()) return sentence();
    const auto here = value_at(arguments_of(session_.permissions[own_], call(refusal_.call)), rule.position);
    const auto there = value_at(arguments_of(session_.permissions[rule.permission], *other), rule.other_position);
    if (!here || !there) return sentence();
    const std::string_view relation = rule.comparison == Comparison::at_most    ? "at most "
                                      : rule.comparison == Comparison::at_least ? "at least "
                                                                                : "";
    return fmt::format("`{}` is {}, it must be {}`{}` of the {} ({}), which is {}", argument(own_, rule.position),
                       value_text(own_, rule.position, rule.type, *here), relation,
                       argument(rule.permission, rule.other_position), batch_place(rule),
                       book_.permission(rule.permission),
                       value_text(rule.permission, rule.other_position, rule.other_type, *there));
  }
  [[nodiscard]] std::string dirty_batch_text(const BatchRule& rule) const {
    const auto here = value_at(arguments_of(session_.permissions[own_], call(refusal_.call)), rule.position);
    const bool is_here = here && !is_clean(rule.type, *here);
    return is_here ? fmt::format("`{}` has bits outside its type", argument(own_, rule.position))
                   : fmt::format("`{}` of the {} has bits outside its type",
                                 argument(rule.permission, rule.other_position), batch_place(rule));
  }

  [[nodiscard]] std::string policy_text(const Policy& policy) const {
    const std::string_view why = operation_.policies != nullptr ? "did not allow it" : "was not asked";
    return fmt::format("the policy contract {} {}", book_.address(policy.contract), why);
  }

  Refusal refusal_;
  const Operation& operation_;
  const Session& session_;
  const Address& account_;
  const NameBook& book_;
  WholePermissions permissions_;
  Tally tally_;
  std::uint8_t own_ = 0;   // the permission that the operation names for the call
  bool at_batch_ = false;  // the call passes by itself
};

}  // namespace

std::string call_refusal_text(const Refusal& refusal, const RefusedOperation& refused, const NameBook& book) {
  return CallRefusal(refusal, refused, book).text();
}

}  // namespace valetkey
