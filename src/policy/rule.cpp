#include "policy/rule.hpp"

#include <algorithm>

#include "policy/words.hpp"
#include "session/paths.hpp"

namespace valetkey {
namespace {

// <=> of two values of a type.
std::strong_ordering compare(ValueType type, const Word& a, const Word& b) {
  return type.group == ValueGroup::signed_number ? compare_signed(a, b) : a <=> b;
}

RefusalCode comparison_code(const Rule& rule) {
  switch (rule.comparison) {
    case Comparison::is:
      return rule.values.size() + (rule.with_account ? 1 : 0) > 1 ? RefusalCode::rule_one_of : RefusalCode::rule_is;
    case Comparison::is_not:
      return RefusalCode::rule_is_not;
    case Comparison::less_than:
      return RefusalCode::rule_less_than;
    case Comparison::at_most:
      return RefusalCode::rule_at_most;
    case Comparison::more_than:
      return RefusalCode::rule_more_than;
    case Comparison::at_least:
      return RefusalCode::rule_at_least;
    case Comparison::between:
      break;
  }
  return RefusalCode::rule_between;
}

// Of a clean value.
bool holds(const Rule& rule, const Word& value, const Address& account) {
  const auto listed = [&] {
    return (rule.with_account && value == to_word(account)) ||
           std::ranges::find(rule.values, value) != rule.values.end();
  };
  const auto order = [&](std::size_t i) { return compare(rule.type, value, rule.values[i]); };
  switch (rule.comparison) {
    case Comparison::is:
      return listed();
    case Comparison::is_not:
      return !listed();
    case Comparison::less_than:
      return order(0) < 0;
    case Comparison::at_most:
      return order(0) <= 0;
    case Comparison::more_than:
      return order(0) > 0;
    case Comparison::at_least:
      return order(0) >= 0;
    case Comparison::between:
      break;
  }
  return order(0) >= 0 && order(1) <= 0;
}

std::optional<RefusalCode> check_ratio(const Rule& rule, const Word& word, const Word& base) {
  if (!is_clean(rule.word_type, word) || !is_clean(rule.base_type, base)) return RefusalCode::dirty_word;
  if (word.bit_length() > 128 || base.bit_length() > 128) return RefusalCode::ratio_word_over;
  const auto order = compare_products(word, rule.denominator, base, rule.numerator);
  const bool in_ratio = rule.comparison == Comparison::at_most ? order <= 0 : order >= 0;
  return in_ratio ? std::nullopt : std::optional(RefusalCode::rule_ratio);
}

// The rules of one permission against one call's arguments.
class RuleCheck {
 public:
  RuleCheck(const Arguments& arguments, std::size_t j, const Address& account, std::uint8_t call)
      : arguments_(arguments), rule_(arguments.permission.rules[j]), j_(j), account_(account), call_(call) {}

  [[nodiscard]] std::optional<Refusal> check() const {
    if (rule_.type.group == ValueGroup::ratio) return ratio();
    const auto values = values_at(arguments_, rule_.position);
    return is_some() ? some(values) : every(values);
  }

 private:
  [[nodiscard]] std::optional<Refusal> refusal(std::optional<RefusalCode> code) const {
    return code ? std::optional(Refusal{*code, call_, static_cast<std::uint8_t>(j_)}) : std::nullopt;
  }
  [[nodiscard]] bool is_some() const {
    const auto path = path_of(arguments_.permission, rule_.position);
    return path != nullptr && path_reach(*path) == PathReach::some;
  }

  [[nodiscard]] std::optional<Refusal> every(const Followed<Word>& values) const {
    for (const Word& value : values.found) {
      if (const auto code = check_value(rule_, value, account_)) return refusal(code);
    }
    return values.in_range ? std::nullopt : std::optional(range_refusal(call_, rule_.position));
  }
  [[nodiscard]] std::optional<Refusal> some(const Followed<Word>& values) const {
    bool passes = false;
    for (const Word& value : values.found) {
      const auto code = check_value(rule_, value, account_);
      if (code == RefusalCode::dirty_word) return refusal(code);
      passes = passes || !code;
    }
    if (!values.in_range) return range_refusal(call_, rule_.position);
    return passes ? std::nullopt : refusal(comparison_code(rule_));
  }
  [[nodiscard]] std::optional<Refusal> ratio() const {
    const auto word = value_at(arguments_, rule_.position);
    if (!word) return range_refusal(call_, rule_.position);
    const auto base = rule_.base == kBaseValue ? arguments_.value : value_at(arguments_, rule_.base);
    if (!base) return range_refusal(call_, rule_.base);
    return refusal(check_ratio(rule_, *word, *base));
  }

  const Arguments& arguments_;
  const Rule& rule_;
  std::size_t j_;
  const Address& account_;
  std::uint8_t call_;
};

}  // namespace

bool is_clean(ValueType type, const Word& word) {
  switch (type.group) {
    case ValueGroup::address:
      return word.bit_length() <= 160;
    case ValueGroup::unsigned_number:
      return word.bit_length() <= 8U * type.bytes;
    case ValueGroup::signed_number:
      return (word.is_negative() ? ~word : word).bit_length() < 8U * type.bytes;
    case ValueGroup::yes_no:
      return word <= Word(1);
    case ValueGroup::fixed_bytes:
      return (word << (8U * type.bytes)).is_zero();
    case ValueGroup::ratio:
      break;
  }
  return false;
}

Arguments arguments_of(const Permission& permission, const CallView& call) {
  const bool has_arguments = permission.kind == PermissionKind::function;
  return {permission, has_arguments ? call.data.subspan(Selector::kSize) : ByteView(), call.value};
}

Word head_word(ByteView arguments, Position position) {
  return Word::from_big_endian(arguments.subspan(kWordSize * position).first<kWordSize>());
}

const Path* path_of(const Permission& permission, Position position) {
  const auto x = path_index(position);
  return x && *x < permission.paths.size() ? &permission.paths[*x] : nullptr;
}

Followed<Word> values_at(const Arguments& arguments, Position position) {
  if (position < kFirstPath) return {{head_word(arguments.data, position)}, true};
  const Path* path = path_of(arguments.permission, position);
  return path != nullptr ? follow_to_values(*path, arguments.data) : Followed<Word>{{}, false};
}

std::optional<Word> value_at(const Arguments& arguments, Position position) {
  if (position < kFirstPath) return head_word(arguments.data, position);
  const auto followed = values_at(arguments, position);
  return followed.in_range && followed.found.size() == 1 ? std::optional(followed.found[0]) : std::nullopt;
}

Followed<ByteView> contents_at(const Arguments& arguments, Position position) {
  const Path* path = path_of(arguments.permission, position);
  return path != nullptr ? follow_to_contents(*path, arguments.data) : Followed<ByteView>{{}, false};
}

Refusal range_refusal(std::uint8_t call, Position position) {
  return {RefusalCode::path_range, call, static_cast<std::uint8_t>(position - kFirstPath)};
}

std::optional<RefusalCode> check_value(const Rule& rule, const Word& value, const Address& account) {
  if (!is_clean(rule.type, value)) return RefusalCode::dirty_word;
  return holds(rule, value, account) ? std::nullopt : std::optional(comparison_code(rule));
}

std::optional<Refusal> check_rule(const Arguments& arguments, std::size_t j, const Address& account,
                                  std::uint8_t call) {
  const Rule& rule = arguments.permission.rules[j];
  // Most rules are of this kind.
  if (rule.position < kFirstPath && rule.type.group != ValueGroup::ratio) {
    const auto code = check_value(rule, head_word(arguments.data, rule.position), account);
    return code ? std::optional(Refusal{*code, call, static_cast<std::uint8_t>(j)}) : std::nullopt;
  }
  return RuleCheck(arguments, j, account, call).check();
}

}  // namespace valetkey
