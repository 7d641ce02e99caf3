#include "session_file/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "session/function_text.hpp"
#include "session/targets.hpp"
#include "session_file/permission.hpp"
#include "session_file/text.hpp"

namespace valetkey::session_file {

namespace {

constexpr unsigned kAmountBits = 112;

std::vector<std::string> names_of(const std::vector<FileLimit>& limits) {
  std::vector<std::string> names;
  for (const FileLimit& limit : limits) names.push_back(limit.name);
  return names;
}

// The rule `is` on word 0, where there is one.
const Rule* token_rule(const FilePermission& permission) {
  const auto found = std::ranges::find_if(permission.rules, [](const PlacedRule& rule) {
    return rule.rule.type.group == ValueGroup::address && rule.rule.position == 0 &&
           rule.rule.comparison == Comparison::is;
  });
  return found == permission.rules.end() ? nullptr : &found->rule;
}

bool is_permit2_approve(const Permission& permission) {
  return permission.kind == PermissionKind::function && permission.contract == kPermit2 &&
         permission.selector == kPermit2Approve;
}

// Whether the word is an amount that a limit of the token counts: of its own functions, or of Permit2's `approve` of it.
bool is_amount_of(const Address& token, const FilePermission& permission, Position source) {
  const Permission& known = permission.permission;
  if (known.kind != PermissionKind::function || known.command) return false;
  if (known.contract == token) return token_amount_word(known.selector) == source;
  const Rule* rule = token_rule(permission);
  return is_permit2_approve(known) && source == kPermit2AmountWord && rule != nullptr && !rule->with_account &&
         rule->values == std::vector<Word>{to_word(token)};
}

// Whether a permission on Permit2 leaves the token alone.
bool is_harmless_at_permit2(const Address& token, const FilePermission& permission) {
  const Permission& known = permission.permission;
  if (known.kind != PermissionKind::function) return false;
  if (known.selector == kPermit2Lockdown) return true;
  const Rule* rule = token_rule(permission);
  return is_permit2_approve(known) && rule != nullptr &&
         std::ranges::find(rule->values, to_word(token)) == rule->values.end();
}

}  // namespace

LimitAmount read_limit_amount(const Node& node, const Contracts& contracts) {
  expect_scalar(node, "a limit", "write `NUMBER UNIT`, or `NUMBER UNIT per DURATION`, such as `10 USDC per 30d`");
  const AmountText text = value_at(node, parse_amount(node.text));
  if (text.negative) fail_at(node, "bad_amount", fmt::format("`{}` is negative", node.text), "write an amount above 0");
  const Amount amount = resolve_amount(node, node.text, text, contracts);
  if (amount.units.is_zero())
    fail_at(node, "limit_zero", fmt::format("`{}` allows nothing", node.text), "leave the permission out instead");
  if (amount.units.bit_length() > kAmountBits) {
    fail_at(node, "number_range", fmt::format("`{}` is too large for a limit", node.text),
            "write an amount below 2^112 base units");
  }
  Seconds period = 0;
  if (text.per) {
    period = value_at(node, parse_duration(*text.per));
    if (period > std::numeric_limits<std::uint32_t>::max()) {
      fail_at(node, "bad_duration", fmt::format("the period `{}` is too long", *text.per), "write at most `49710d`");
    }
  }
  return {amount.unit, amount.units, static_cast<std::uint32_t>(period)};
}

Limits::Limits(const Node* map, const Contracts& contracts) {
  if (map == nullptr) return;
  expect_map(*map, "`limits`", "write `NAME: NUMBER UNIT` on lines of their own");
  for (const auto& [key, value] : map->entries) {
    if (auto name = check_name(key.text, "a limit"); !name) fail_at(key, name.error());
    const LimitAmount amount = read_limit_amount(value, contracts);
    limits_.push_back({key.text, key.where, amount.unit,
                       Limit{.kind = LimitKind::sum, .amount = amount.amount, .period = amount.period, .token = {}}});
  }
  if (limits_.size() > kMaxLimits)
    fail_at(*map, "session_caps", fmt::format("there are {} limits", limits_.size()),
            fmt::format("write at most {}", kMaxLimits));
}

std::vector<std::size_t> Limits::named(const Node& counts) const {
  if (counts.is_map())
    fail_at(counts, "wrong_shape", "`counts` is a map and has to name limits",
            "write `counts: NAME`, or `counts: [NAME, NAME]`");
  std::vector<std::size_t> places;
  const std::span<const Node> nodes = counts.is_scalar() ? std::span(&counts, 1) : std::span(counts.items);
  for (const Node& node : nodes) {
    expect_scalar(node, "a limit of `counts`", "write its name");
    const auto found = std::ranges::find(limits_, node.text, &FileLimit::name);
    if (found == limits_.end()) {
      fail_at(node, "unknown_name", fmt::format("`{}` is not in `limits`", node.text),
              limits_.empty() ? fmt::format("declare it: `limits: {{{}: 1000 USDC}}`", node.text)
                              : suggest(node.text, names_of(limits_)));
    }
    const auto place = static_cast<std::size_t>(found - limits_.begin());
    if (std::ranges::find(places, place) != places.end())
      fail_at(node, "duplicate_key", fmt::format("`{}` is there twice", node.text), "keep one of them");
    places.push_back(place);
  }
  if (places.empty()) fail_at(counts, "wrong_shape", "`counts` names no limit", "write a name, or leave `counts` out");
  return places;
}

LimitKind Limits::kind_of(std::size_t limit, std::span<const FilePermission> permissions) const {
  using Unit = AmountUnit::Kind;
  const FileLimit& it = limits_[limit];
  // Those that count what the unit itself is (the token's own functions, the native value), and those that count a word
  // of something else.
  const FilePermission* own = nullptr;
  const FilePermission* other = nullptr;
  for (const FilePermission& permission : permissions) {
    for (const PlacedCount& count : permission.counts) {
      if (count.count.limit != limit) continue;
      const bool is_own = it.unit.kind == Unit::token ? is_amount_of(it.unit.token, permission, count.count.source)
                                                      : count.count.source >= kCountValue;
      (is_own ? own : other) = &permission;
      if (own != nullptr && other != nullptr) {
        fail_at(count.where, "limit_mixed",
                fmt::format("`{}` counts {} of `{}` and an argument of `{}`", it.name,
                            it.unit.kind == Unit::token ? "amounts" : "the native value", own->label, other->label),
                "declare two limits, one for each");
      }
    }
  }
  if (own == nullptr && other == nullptr) {
    if (it.unit.kind == Unit::calls) return LimitKind::calls_every;
    if (it.unit.kind == Unit::coin) return LimitKind::native_every;
    fail_at(it.where, "limit_unused", fmt::format("nothing counts against `{}`, so it would bound nothing", it.name),
            fmt::format("write `counts: {}` at the argument that it bounds", it.name));
  }
  if (it.unit.kind == Unit::calls) return LimitKind::calls;
  if (own == nullptr || it.unit.kind == Unit::plain) return LimitKind::sum;
  return it.unit.kind == Unit::token ? LimitKind::token : LimitKind::native;
}

void Limits::check_complete(const FileLimit& limit, const FilePermission& permission) const {
  const std::string& token = limit.unit.unit.symbol;
  if (permission.permission.kind == PermissionKind::anything) {
    fail_at(permission.where, "limit_incomplete",
            fmt::format("`{}` limits {}, and this permission may call anything", limit.name, token),
            "leave out the limit or this permission");
  }
  const bool permit2 = permission.permission.contract == kPermit2;
  if (permission.permission.contract != limit.limit.token &&
      (!permit2 || is_harmless_at_permit2(limit.limit.token, permission)))
    return;
  const bool counts = std::ranges::any_of(permission.counts, [&](const PlacedCount& count) {
    const Limit& counted = limits_[count.count.limit].limit;
    return counted.kind == LimitKind::token && counted.token == limit.limit.token;
  });
  if (counts) return;
  if (permit2) {
    fail_at(permission.where, "limit_incomplete",
            fmt::format("`{}` limits {}, and `{}` could move it uncounted", limit.name, token, permission.label),
            is_permit2_approve(permission.permission)
                ? fmt::format("pin the token to {} and count the amount against a limit of it, or pin another token", token)
                : std::string("of Permit2 allow only `approve` and `lockdown` where a token is limited"));
  }
  const auto amount = permission.permission.kind == PermissionKind::function
                          ? token_amount_word(permission.permission.selector)
                          : std::nullopt;
  if (!amount) {
    fail_at(permission.where, "limit_incomplete",
            fmt::format("`{}` limits {}, and `{}` could move it uncounted", limit.name, token, permission.label),
            "of a limited token allow only `transfer`, `transferFrom`, `approve` and `increaseAllowance`, or leave the "
            "limit out");
  }
  fail_at(permission.where, "limit_incomplete",
          fmt::format("`{}` limits {}, and `{}` counts against no limit of it", limit.name, token, permission.label),
          fmt::format("write `counts: {}` at `{}`, or declare another limit of {} for it", limit.name,
                      permission.words[*amount].path, token));
}

void Limits::settle(std::span<const FilePermission> permissions) {
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    Limit& limit = limits_[i].limit;
    limit.kind = kind_of(i, permissions);
    if (limit.kind == LimitKind::token) limit.token = limits_[i].unit.token;
  }
  for (const FileLimit& limit : limits_) {
    if (limit.limit.kind != LimitKind::token) continue;
    for (const FilePermission& permission : permissions) check_complete(limit, permission);
  }
}

}  // namespace valetkey::session_file
