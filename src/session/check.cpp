// The walk over the bytes is in the order of docs/protocol.md, section 5, "Enabling": the first fault decides.
#include "session/check.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "session/encoding.hpp"
#include "session/form.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"
#include "session/reader.hpp"
#include "session/targets.hpp"

namespace valetkey {
namespace {

using Refused = std::optional<Refusal>;

Refusal refuse(RefusalCode code, std::size_t call = kNoIndex, std::size_t rule = kNoIndex) {
  return {code, static_cast<std::uint8_t>(call), static_cast<std::uint8_t>(rule)};
}

struct LimitParts {
  LimitKind kind = LimitKind::sum;
  Address token;
};
using Limits = std::array<LimitParts, kMaxLimits>;

bool is_unsigned(std::uint8_t type) {
  return type >> 5U == static_cast<unsigned>(ValueGroup::unsigned_number);
}

bool time_range_is_empty(std::uint64_t from, std::uint64_t until) {
  return until != 0 && until <= from;
}

// Checks 1: keys.
Refused check_keys(const HeaderParts& header, const Address& account) {
  if (header.threshold == 0 || header.threshold > header.key_count()) return refuse(RefusalCode::key_threshold);
  Address before;
  for (std::size_t k = 0; k < header.key_count(); ++k) {
    const ByteView bytes = header.keys.subspan(k * kKeySize, kKeySize);
    if (bytes[0] != 0) return refuse(RefusalCode::key_kind, kNoIndex, k);
    const Address key = read_fixed<Address>(bytes.subspan(1));
    if (key <= before) return refuse(RefusalCode::key_order, kNoIndex, k);
    if (key == account) return refuse(RefusalCode::key_is_account, kNoIndex, k);
    before = key;
  }
  return {};
}

// Checks 2 and 3: times, fees, paymasters.
Refused check_times_and_fees(const HeaderParts& header) {
  const std::uint64_t from = read_big_endian(header.bytes.subspan(13, 5));
  const std::uint64_t until = read_big_endian(header.bytes.subspan(18, 5));
  if (from > kLastSecond || until > kLastSecond) return refuse(RefusalCode::time_over);
  if (time_range_is_empty(from, until)) return refuse(RefusalCode::window_order);

  const std::uint8_t fees = header.bytes[31];
  if (fees > 1) return refuse(RefusalCode::fees_kind);
  Address before;
  for (std::size_t m = 0; m < header.paymaster_count(); ++m) {
    const Address paymaster = read_fixed<Address>(header.paymasters.subspan(m * Address::kSize));
    if (paymaster <= before) return refuse(RefusalCode::paymaster_order, kNoIndex, m);
    before = paymaster;
  }
  if (fees == 0 && header.paymaster_count() == 0) return refuse(RefusalCode::no_payer);
  return {};
}

// Checks 4: limits.
Refused check_limits(const HeaderParts& header, const Address& account, Limits& limits) {
  const bool account_pays = header.bytes[31] == 1;
  for (std::size_t l = 0; l < header.limit_count; ++l) {
    const ByteView bytes = header.limits[l];
    if (bytes[0] > static_cast<std::uint8_t>(LimitKind::fees)) return refuse(RefusalCode::limit_kind, kNoIndex, l);
    limits[l].kind = static_cast<LimitKind>(bytes[0]);
    if (all_zero(bytes.subspan(1, 14))) return refuse(RefusalCode::limit_zero, kNoIndex, l);
    if (limits[l].kind == LimitKind::token) {
      limits[l].token = read_fixed<Address>(bytes.subspan(19));
      if (limits[l].token == Address{} || limits[l].token == account)
        return refuse(RefusalCode::limit_token, kNoIndex, l);
    }
    if (limits[l].kind == LimitKind::fees && !account_pays) return refuse(RefusalCode::limit_fees, kNoIndex, l);
  }
  return {};
}

// What the checks over all permissions need of each.
struct PermissionSummary {
  PermissionKind kind = PermissionKind::function;
  bool inner = false;
  bool command = false;
  Address contract;
  Selector selector;
  TextLayout function;
  std::vector<PathEnd> paths;
  std::vector<Inside> inside;
  std::vector<BatchRule> batch;
  std::uint32_t counted_limits = 0;  // one bit each
  std::uint32_t used_paths = 0;      // likewise
  bool in_an_inside = false;
  // At Permit2, where word 0 is a token.
  bool has_word_0_rule = false;  // `is` on an address in word 0
  std::vector<Word> word_0_is;   // its values

  // Of the values at a position; none where it leads to none.
  [[nodiscard]] std::optional<ValueType> type_at(Position position) const {
    if (const auto path = path_index(position)) return *path < paths.size() ? paths[*path].type : std::nullopt;
    if (position >= kFirstPath || position >= function.word_types.size()) return std::nullopt;
    return value_type(function.word_types[position]);
  }
  [[nodiscard]] std::optional<ValueType> one_type_at(Position position) const {
    return reach(position) == PathReach::one ? type_at(position) : std::nullopt;
  }
  [[nodiscard]] PathReach reach(Position position) const {
    const auto path = path_index(position);
    return path && *path < paths.size() ? paths[*path].reach : PathReach::one;
  }
  // Whether a path leads to contents, of one or of several.
  [[nodiscard]] bool has_contents_at(Position position) const {
    const auto path = path_index(position);
    return path && *path < paths.size() && !paths[*path].type;
  }
  void use(Position position) {
    if (const auto path = path_index(position)) used_paths |= 1U << *path;
  }
};

// Checks 5, one permission.
class PermissionChecker {
 public:
  PermissionChecker(const PermissionParts& parts, std::size_t index, std::size_t permissions, const SessionPlace& place,
                    std::span<const LimitParts> limits, PermissionSummary& summary)
      : reader_(parts.encoded),
        text_(parts.text),
        index_(index),
        permissions_(permissions),
        place_(place),
        limits_(limits),
        it_(summary) {}

  Refused check() {
    const auto flags = reader_.take_byte();
    if (!flags) return form();
    if (!permission_flags_fit(*flags)) return bad(RefusalCode::permission_kind);
    it_.kind = static_cast<PermissionKind>(*flags & kKindBits);
    it_.inner = (*flags & kInnerBit) != 0;
    it_.command = (*flags & kCommandBit) != 0;
    const bool dynamic = (*flags & kDynamicBit) != 0;
    if (it_.kind != PermissionKind::anything) {
      const auto contract = reader_.take(Address::kSize);
      if (!contract) return form();
      it_.contract = read_fixed<Address>(*contract);
      if (!may_be_called(it_.contract)) return bad(RefusalCode::permission_target);
    }
    if (auto refused = check_function(dynamic)) return refused;
    if (dynamic) {
      if (auto refused = check_dynamic_part()) return refused;
    }
    if (auto refused = check_value_and_window((*flags & kWindowBit) != 0)) return refused;
    if (auto refused = check_rules()) return refused;
    if (auto refused = check_counts()) return refused;
    if ((*flags & kExtrasBit) != 0) {
      if (auto refused = check_batch_rules()) return refused;
      if (auto refused = check_policies()) return refused;
    }
    if (reader_.left() != 0) return form();
    return {};
  }

 private:
  [[nodiscard]] Refusal bad(RefusalCode code, std::size_t rule = kNoIndex) const { return refuse(code, index_, rule); }
  [[nodiscard]] Refusal form() const { return bad(RefusalCode::permission_form); }
  [[nodiscard]] Refusal read_fault(ReadFault fault, RefusalCode code, std::size_t rule = kNoIndex) const {
    return fault == ReadFault::form ? form() : bad(code, rule);
  }
  [[nodiscard]] bool is_function() const { return it_.kind == PermissionKind::function; }
  [[nodiscard]] bool may_be_called(const Address& contract) const {
    return contract != Address{} && contract != place_.account && contract != place_.validator &&
           !is_entry_point(contract);
  }
  // Whether one value of an unsigned type stands there, and the type is that.
  [[nodiscard]] bool is_one_number(Position position, std::uint8_t type) const {
    return is_unsigned(type) && it_.one_type_at(position) == value_type(type);
  }
  [[nodiscard]] bool is_account(ValueType type, const RuleValue& value) const {
    return type.group == ValueGroup::address && !value.account && value.word == to_word(place_.account);
  }

  Refused check_function(bool dynamic) {
    if (!is_function()) {
      if (!text_.empty()) return bad(RefusalCode::text);
      return {};
    }
    const auto function = reader_.take(Selector::kSize + 1);
    if (!function) return form();
    it_.selector = read_fixed<Selector>(*function);
    auto parsed = parse_function_text(text_);
    if (!parsed) return bad(RefusalCode::text);
    it_.function = std::move(*parsed);
    if (auto refused = it_.command ? check_command() : check_selector(it_.function.selector)) return refused;
    if (it_.function.word_types.size() != (*function)[Selector::kSize] || it_.function.dynamic != dynamic)
      return bad(RefusalCode::layout);
    return {};
  }

  [[nodiscard]] Refused check_command() const {
    if (!text_.starts_with(kCommandName)) return bad(RefusalCode::text);
    if (!all_zero(it_.selector.view().first(3))) return bad(RefusalCode::selector);
    return {};
  }

  [[nodiscard]] Refused check_selector(const Selector& of_text) const {
    if (of_text != it_.selector) return bad(RefusalCode::selector);
    const std::string_view reserved = reserved_text(it_.selector);
    if (reserved.empty()) return {};
    if (reserved != text_) return bad(RefusalCode::reserved_selector);
    if (is_denied(it_.selector)) return bad(RefusalCode::denied_function);
    return {};
  }

  Refused check_dynamic_part() {
    const auto size = reader_.take_byte();
    if (!size) return form();
    if (*size != it_.function.layout.size()) return bad(RefusalCode::layout);
    const auto layout = reader_.take(*size);
    if (!layout) return form();
    if (!std::ranges::equal(*layout, it_.function.layout)) return bad(RefusalCode::layout);
    if (auto refused = check_paths()) return refused;
    return check_insides();
  }

  Refused check_paths() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxPaths) return bad(RefusalCode::path_caps);
    ByteView before;
    for (std::size_t x = 0; x < *count; ++x) {
      const auto size = reader_.take_byte();
      if (!size) return form();
      if (*size == 0 || *size > kMaxPathBytes) return bad(RefusalCode::path_caps);
      const auto steps = reader_.take(*size);
      if (!steps) return form();
      if (x != 0 && !steps_before(before, *steps)) return bad(RefusalCode::path_order, x);
      before = *steps;
      const auto path = decode_path(*steps);
      const auto end = path ? path_end(it_.function, *path) : std::nullopt;
      if (!end) return bad(RefusalCode::path_steps, x);
      it_.paths.push_back(*end);
    }
    return {};
  }

  Refused check_insides() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxInsides) return bad(RefusalCode::inside_caps);
    for (std::size_t d = 0; d < *count; ++d) {
      const auto head = reader_.take(3);
      if (!head) return form();
      const std::size_t permissions = (*head)[2];
      if (permissions == 0 || permissions >= kMaxPermissions) return bad(RefusalCode::inside_form, d);
      const auto indices = reader_.take(permissions);
      if (!indices) return form();
      const Inside inside{(*head)[0], (*head)[1], to_bytes(*indices)};
      const bool rises = d == 0 || it_.inside.back().position < inside.position;
      if (!rises || !inside_fits(inside)) return bad(RefusalCode::inside_form, d);
      std::size_t below = index_;
      for (const std::uint8_t permission : inside.permissions) {
        if (permission <= below || permission >= permissions_) return bad(RefusalCode::inside_permission, d);
        below = permission;
      }
      it_.use(inside.position);
      it_.use(inside.commands);
      it_.inside.push_back(inside);
    }
    return {};
  }

  [[nodiscard]] bool inside_fits(const Inside& inside) const {
    if (!it_.has_contents_at(inside.position) || it_.reach(inside.position) == PathReach::some) return false;
    return inside.commands == Inside::kBySelector ||
           (it_.has_contents_at(inside.commands) && it_.reach(inside.commands) == PathReach::one);
  }

  Refused check_value_and_window(bool with_window) {
    const auto value = read_number(reader_, 32);
    if (!value) return read_fault(value.error(), RefusalCode::number_form);
    if (it_.inner && !value->is_zero()) return bad(RefusalCode::inner_value);
    if (!with_window) return {};
    const auto window = reader_.take(10);
    if (!window) return form();
    const std::uint64_t from = read_big_endian(window->first(5));
    const std::uint64_t until = read_big_endian(window->subspan(5));
    if ((from == 0 && until == 0) || from > kLastSecond || until > kLastSecond || time_range_is_empty(from, until)) {
      return bad(RefusalCode::permission_window);
    }
    return {};
  }

  Refused check_rules() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > (is_function() ? kMaxRules : 0)) return bad(RefusalCode::rule_caps);
    std::tuple<unsigned, unsigned, unsigned> before;
    for (std::size_t j = 0; j < *count; ++j) {
      const auto head = reader_.take(3);
      if (!head) return form();
      const std::uint8_t type = (*head)[0];
      const std::uint8_t position = (*head)[1];
      const std::uint8_t comparison = (*head)[2];
      const std::tuple<unsigned, unsigned, unsigned> order{type >> 5U, position, comparison >> 5U};
      if (j != 0 && order <= before) return bad(RefusalCode::rule_order, j);
      before = order;
      const auto known = value_type(type);
      const bool is_ratio = known && known->group == ValueGroup::ratio;
      if (auto refused = is_ratio ? check_ratio(position, comparison, j) : check_rule(known, position, comparison, j))
        return refused;
    }
    return {};
  }

  Refused check_rule(std::optional<ValueType> type, std::uint8_t position, std::uint8_t comparison, std::size_t j) {
    if (!type || it_.type_at(position) != type) return bad(RefusalCode::rule_type, j);
    it_.use(position);
    const std::size_t values = (comparison & 0x1fU) + 1U;
    if (!comparison_fits(*type, comparison >> 5U, values)) return bad(RefusalCode::rule_operator, j);
    const bool says_what_word_0_is = it_.contract == kPermit2 && type->group == ValueGroup::address && position == 0 &&
                                     comparison >> 5U == static_cast<unsigned>(Comparison::is);
    it_.has_word_0_rule |= says_what_word_0_is;
    RuleValue before;
    for (std::size_t v = 0; v < values; ++v) {
      const auto value = read_rule_value(reader_, *type);
      if (!value) return read_fault(value.error(), RefusalCode::rule_value, j);
      if (is_account(*type, *value)) return bad(RefusalCode::rule_value, j);
      if (v != 0 && !rises(*type, before, *value)) return bad(RefusalCode::rule_value, j);
      before = *value;
      if (says_what_word_0_is) it_.word_0_is.push_back(value->account ? to_word(place_.account) : value->word);
    }
    return {};
  }

  static bool comparison_fits(ValueType type, unsigned comparison, std::size_t values) {
    if (comparison > static_cast<unsigned>(Comparison::between)) return false;
    const auto known = static_cast<Comparison>(comparison);
    switch (type.group) {
      case ValueGroup::address:
      case ValueGroup::fixed_bytes:
        return known == Comparison::is || known == Comparison::is_not;
      case ValueGroup::yes_no:
        return known == Comparison::is && values == 1;
      case ValueGroup::unsigned_number:
      case ValueGroup::signed_number:
        if (known == Comparison::is || known == Comparison::is_not) return true;
        return values == (known == Comparison::between ? 2U : 1U);
      case ValueGroup::ratio:
        break;
    }
    return false;
  }

  static bool rises(ValueType type, const RuleValue& before, const RuleValue& value) {
    if (value.account) return false;
    if (before.account) return true;
    if (type.group == ValueGroup::signed_number) return compare_signed(before.word, value.word) < 0;
    return before.word < value.word;
  }

  Refused check_ratio(std::uint8_t position, std::uint8_t comparison, std::size_t j) {
    const auto head = reader_.take(3);
    if (!head) return form();
    const std::uint8_t type = (*head)[0];
    const std::uint8_t base = (*head)[1];
    const std::uint8_t base_type = (*head)[2];
    const bool base_fits =
        base == kBaseValue ? base_type == ValueType{}.code() && !it_.inner : is_one_number(base, base_type);
    if (!is_one_number(position, type) || !base_fits) return bad(RefusalCode::rule_type, j);
    it_.use(position);
    it_.use(base);
    const bool one_value = (comparison & 0x1fU) == 0;
    const auto known = static_cast<Comparison>(comparison >> 5U);
    if (!one_value || (known != Comparison::at_most && known != Comparison::at_least))
      return bad(RefusalCode::rule_operator, j);
    for (int i = 0; i < 2; ++i) {  // numerator, denominator
      const auto number = read_number(reader_, 16);
      if (!number) return read_fault(number.error(), RefusalCode::rule_value, j);
      if (number->is_zero()) return bad(RefusalCode::rule_value, j);
    }
    return {};
  }

  Refused check_counts() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxCounts) return bad(RefusalCode::count_caps);
    std::tuple<unsigned, unsigned> before;
    for (std::size_t c = 0; c < *count; ++c) {
      const auto head = reader_.take(2);
      if (!head) return form();
      const std::uint8_t limit = (*head)[0];
      const std::uint8_t source = (*head)[1];
      std::optional<std::uint8_t> type;
      if (source < kCountValue) {
        type = reader_.take_byte();
        if (!type) return form();
      }
      const std::tuple<unsigned, unsigned> order{limit, source};
      if (c != 0 && order <= before) return bad(RefusalCode::count_order, c);
      before = order;
      if (limit >= limits_.size()) return bad(RefusalCode::count_limit, c);
      if (!source_fits(limits_[limit].kind, source, type)) return bad(RefusalCode::count_source, c);
      if (limits_[limit].kind == LimitKind::token && !is_amount_of(limits_[limit].token, source))
        return bad(RefusalCode::count_token, c);
      it_.use(source);
      it_.counted_limits |= 1U << limit;
    }
    return {};
  }

  [[nodiscard]] bool source_fits(LimitKind kind, std::uint8_t source, std::optional<std::uint8_t> type) const {
    switch (kind) {
      case LimitKind::token:
      case LimitKind::sum:
        return type && is_unsigned(*type) && it_.type_at(source) == value_type(*type) &&
               it_.reach(source) != PathReach::some;
      case LimitKind::native:
        return source == kCountValue && !it_.inner;
      case LimitKind::calls:
        return source == kCountCall;
      case LimitKind::native_every:
      case LimitKind::calls_every:
      case LimitKind::fees:
        break;
    }
    return false;
  }

  [[nodiscard]] bool is_amount_of(const Address& token, std::uint8_t source) const {
    if (it_.contract == token && token_amount_word(it_.selector) == source) return true;
    return it_.contract == kPermit2 && it_.selector == kPermit2Approve && source == kPermit2AmountWord &&
           it_.word_0_is == std::vector<Word>{to_word(token)};
  }

  Refused check_batch_rules() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxBatchRules) return bad(RefusalCode::extras_caps);
    ByteView before;
    for (std::size_t r = 0; r < *count; ++r) {
      const auto bytes = reader_.take(kBatchRuleSize);
      if (!bytes) return form();
      const auto rule = read_batch_rule(*bytes);
      const bool rises = r == 0 || std::ranges::lexicographical_compare(before, *bytes);
      if (!rises || !rule || !batch_rule_fits(*rule)) return bad(RefusalCode::batch_form, r);
      before = *bytes;
      it_.use(rule->position);
      it_.batch.push_back(*rule);
    }
    return {};
  }

  [[nodiscard]] bool batch_rule_fits(const BatchRule& rule) const {
    if (rule.position == BatchRule::kNoPosition) return true;
    if (it_.one_type_at(rule.position) != rule.type || rule.other_type.group != rule.type.group) return false;
    switch (rule.type.group) {
      case ValueGroup::unsigned_number:
        return rule.comparison == Comparison::is || rule.comparison == Comparison::at_most ||
               rule.comparison == Comparison::at_least;
      case ValueGroup::address:
      case ValueGroup::fixed_bytes:
        return rule.comparison == Comparison::is;
      case ValueGroup::signed_number:
      case ValueGroup::yes_no:
      case ValueGroup::ratio:
        break;
    }
    return false;
  }

  Refused check_policies() {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxPolicies || (*count == 0 && it_.batch.empty())) return bad(RefusalCode::extras_caps);
    Address before;
    for (std::size_t x = 0; x < *count; ++x) {
      const auto bytes = reader_.take(Address::kSize);
      if (!bytes) return form();
      const Address contract = read_fixed<Address>(*bytes);
      if (!may_be_called(contract) || contract <= before) return bad(RefusalCode::policy_form, x);
      before = contract;
      if (auto refused = check_policy_words(x)) return refused;
    }
    return {};
  }

  Refused check_policy_words(std::size_t x) {
    const auto count = reader_.take_byte();
    if (!count) return form();
    if (*count > kMaxPolicyWords) return bad(RefusalCode::policy_form, x);
    std::uint8_t before = 0;
    for (std::size_t w = 0; w < *count; ++w) {
      const auto group = reader_.take_byte();
      if (!group) return form();
      if (*group > static_cast<std::uint8_t>(ValueGroup::fixed_bytes) || *group < before)
        return bad(RefusalCode::policy_form, x);
      before = *group;
      const ValueType type = widest_type(static_cast<ValueGroup>(*group));
      const auto value = read_rule_value(reader_, type);
      if (!value) return read_fault(value.error(), RefusalCode::policy_form, x);
      if (is_account(type, *value)) return bad(RefusalCode::policy_form, x);
    }
    return {};
  }

  ByteReader reader_;
  std::string_view text_;
  std::size_t index_;
  std::size_t permissions_;
  const SessionPlace& place_;
  std::span<const LimitParts> limits_;
  PermissionSummary& it_;
};

// Checks 5, over all permissions: what one says about another.
class CrossChecker {
 public:
  explicit CrossChecker(std::span<PermissionSummary> permissions) : permissions_(permissions) {}

  Refused check() {
    for (std::size_t p = 0; p < permissions_.size(); ++p) {
      for (std::size_t d = 0; d < permissions_[p].inside.size(); ++d) {
        if (!take_inside(permissions_[p], permissions_[p].inside[d]))
          return refuse(RefusalCode::inside_permission, p, d);
      }
      for (std::size_t r = 0; r < permissions_[p].batch.size(); ++r) {
        if (!take_batch_rule(permissions_[p].batch[r])) return refuse(RefusalCode::batch_form, p, r);
      }
    }
    for (std::size_t p = 0; p < permissions_.size(); ++p) {
      for (std::size_t x = 0; x < permissions_[p].paths.size(); ++x) {
        if ((permissions_[p].used_paths >> x & 1U) == 0) return refuse(RefusalCode::path_unused, p, x);
      }
      if (permissions_[p].inner && !permissions_[p].in_an_inside) return refuse(RefusalCode::inner_unused, p);
    }
    return {};
  }

 private:
  bool take_inside(const PermissionSummary& outer, const Inside& inside) {
    const bool by_command = inside.commands != Inside::kBySelector;
    for (auto q = inside.permissions.begin(); q != inside.permissions.end(); ++q) {
      PermissionSummary& inner = permissions_[*q];
      const auto same = [&](std::uint8_t earlier) { return permissions_[earlier].selector == inner.selector; };
      if (!inner.inner || inner.contract != outer.contract || inner.command != by_command) return false;
      if (std::any_of(inside.permissions.begin(), q, same)) return false;
      inner.in_an_inside = true;
    }
    return true;
  }

  bool take_batch_rule(const BatchRule& rule) {
    if (rule.permission >= permissions_.size() || permissions_[rule.permission].inner) return false;
    if (rule.position == BatchRule::kNoPosition) return true;
    PermissionSummary& other = permissions_[rule.permission];
    if (other.one_type_at(rule.other_position) != rule.other_type) return false;
    other.use(rule.other_position);
    return true;
  }

  std::span<PermissionSummary> permissions_;
};

// Whether Permit2 lets no limited token go by the permission: it takes allowances away, or approves other tokens only.
bool is_harmless_at_permit2(const PermissionSummary& permission, const Address& token) {
  if (permission.selector == kPermit2Lockdown) return true;
  return permission.selector == kPermit2Approve && permission.has_word_0_rule &&
         std::ranges::find(permission.word_0_is, to_word(token)) == permission.word_0_is.end();
}

// Checks 6 and 7: no limit without effect, no limited token that moves uncounted.
Refused check_completeness(std::span<const LimitParts> limits, std::span<const PermissionSummary> permissions) {
  for (std::size_t l = 0; l < limits.size(); ++l) {
    const LimitKind kind = limits[l].kind;
    const bool named =
        kind == LimitKind::token || kind == LimitKind::sum || kind == LimitKind::native || kind == LimitKind::calls;
    const bool used =
        std::ranges::any_of(permissions, [&](const auto& p) { return (p.counted_limits >> l & 1U) != 0; });
    if (named && !used) return refuse(RefusalCode::limit_unused, kNoIndex, l);
  }
  for (std::size_t l = 0; l < limits.size(); ++l) {
    if (limits[l].kind != LimitKind::token) continue;
    const auto counts_token = [&](const PermissionSummary& permission) {
      for (std::size_t other = 0; other < limits.size(); ++other) {
        const bool same = limits[other].kind == LimitKind::token && limits[other].token == limits[l].token;
        if (same && (permission.counted_limits >> other & 1U) != 0) return true;
      }
      return false;
    };
    for (std::size_t p = 0; p < permissions.size(); ++p) {
      const PermissionSummary& permission = permissions[p];
      const bool anything = permission.kind == PermissionKind::anything;
      const bool touches = permission.contract == limits[l].token ||
                           (permission.contract == kPermit2 && !is_harmless_at_permit2(permission, limits[l].token));
      if (anything || (touches && !counts_token(permission))) return refuse(RefusalCode::limit_incomplete, p, l);
    }
  }
  return {};
}

}  // namespace

std::optional<Refusal> check_session(ByteView full, const SessionPlace& place) {
  const auto walked = walk_whole_session(full);
  if (!walked) return refuse(RefusalCode::malformed_session);
  const auto parts = read_header_parts(walked->header.bytes);
  if (!parts) {
    return refuse(parts.error() == FormFault::unknown_version ? RefusalCode::unknown_version
                                                              : RefusalCode::malformed_session);
  }
  const HeaderParts& header = *parts;
  const std::vector<PermissionParts>& permissions = walked->permissions;
  if (std::ranges::any_of(permissions, [](const PermissionParts& permission) { return permission.encoded.empty(); })) {
    return refuse(RefusalCode::malformed_session);
  }
  if (header.key_count() == 0 || permissions.empty()) return refuse(RefusalCode::session_caps);

  if (auto refused = check_keys(header, place.account)) return refused;
  if (auto refused = check_times_and_fees(header)) return refused;
  Limits all_limits;
  if (auto refused = check_limits(header, place.account, all_limits)) return refused;
  const auto limits = std::span<const LimitParts>(all_limits).first(header.limit_count);

  std::vector<PermissionSummary> summaries(permissions.size());
  for (std::size_t p = 0; p < permissions.size(); ++p) {
    PermissionChecker checker(permissions[p], p, permissions.size(), place, limits, summaries[p]);
    if (auto refused = checker.check()) return refused;
  }
  if (auto refused = CrossChecker(summaries).check()) return refused;
  return check_completeness(limits, summaries);
}

std::optional<Refusal> check_session(const Session& session, const SessionPlace& place) {
  const Bytes full = encode_session(session);
  if (auto refused = check_session(full, place)) return refused;
  const auto decoded = decode_session(full);
  if (!decoded || *decoded != session) return refuse(RefusalCode::malformed_session);
  return {};
}

}  // namespace valetkey
