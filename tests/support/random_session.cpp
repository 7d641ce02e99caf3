#include "random_session.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>
#include <tuple>

#include "session/function_text.hpp"
#include "session/reader.hpp"
#include "session/targets.hpp"

namespace valetkey::testing {

Address Random::address() {
  Address address;
  for (auto& byte : address.bytes) byte = static_cast<std::uint8_t>(bits());
  return address;
}

Word Random::word(unsigned max_bits) {
  const Word word{bits(), bits(), bits(), bits()};
  return word & Word::max_of_bits(static_cast<unsigned>(below(max_bits + 1)));
}

namespace {

constexpr std::array<std::string_view, 12> kTexts{
    "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))",
    "mint(address,uint256)",
    "play(uint256,uint8,bool,bytes32,bytes4,int256)",
    "adjust(int24,int128,int8,uint128)",
    "claim()",
    "swap(uint256[2],(address,uint96)[2],bool)",
    "exactInput((bytes,address,uint256,uint256))",
    "note(string,uint256,address[])",
    "set(uint64,uint64,uint64,uint64,uint64)",
    "vote(uint256,bool)",
    "deposit(uint256,address)",
    "mark(bytes20,bytes1,uint40)",
};
constexpr std::array<std::string_view, 4> kTokenTexts{
    "transfer(address,uint256)",
    "approve(address,uint256)",
    "increaseAllowance(address,uint256)",
    "transferFrom(address,address,uint256)",
};

// Makes the parts of one session.
class Builder {
 public:
  Builder(Random& random, const SessionPlace& place, const RandomSessionOptions& options)
      : random_(random), place_(place), options_(options) {
    for (auto& address : contracts_) address = fresh_address();
  }

  Session build() {
    add_header();
    add_limits();
    const std::size_t count = random_.between(1, options_.max_permissions);
    for (std::size_t p = 0; p < count; ++p) session_.permissions.push_back(permission());
    satisfy_limits();
    return session_;
  }

 private:
  Address fresh_address() {
    for (;;) {
      const Address address = random_.address();
      if (address != Address{} && address != place_.account && address != place_.validator && !is_entry_point(address))
        return address;
    }
  }

  std::vector<Address> rising_addresses(std::size_t count) {
    std::set<Address> set;
    while (set.size() < count) set.insert(fresh_address());
    return {set.begin(), set.end()};
  }

  void add_header() {
    session_.epoch = options_.epoch.value_or(random_.bits());
    session_.serial = static_cast<std::uint32_t>(random_.bits());
    const Seconds now = options_.now.value_or(random_.between(1'700'000'000, 1'900'000'000));
    session_.from = now - random_.between(0, 40 * 86'400);
    session_.until = random_.chance(20) ? 0 : now + random_.between(1, 400 * 86'400);
    session_.keys = options_.keys.empty() ? rising_addresses(random_.between(1, options_.max_keys)) : options_.keys;
    session_.threshold = static_cast<std::uint8_t>(random_.between(1, session_.keys.size()));
    session_.account_pays = random_.chance(70);
    session_.paymasters = rising_addresses(
        random_.between(session_.account_pays ? 0 : 1, std::max<std::size_t>(1, options_.max_paymasters)));
    session_.gas_price = random_.chance(20) ? kUnlimitedGasPrice : random_.between(1, 1'000'000'000'000);
  }

  bool has_token_limit() const {
    return std::ranges::any_of(session_.limits, [](const Limit& limit) { return limit.kind == LimitKind::token; });
  }

  void add_limits() {
    const std::size_t count = random_.below(options_.max_limits + 1);
    for (std::size_t l = 0; l < count; ++l) {
      Limit limit;
      limit.kind = static_cast<LimitKind>(random_.below(7));
      if (limit.kind == LimitKind::fees && !session_.account_pays) limit.kind = LimitKind::calls_every;
      limit.amount = random_.word(112);
      if (limit.amount.is_zero()) limit.amount = 1;
      if (random_.chance(50))
        limit.period = random_.pick(std::array<std::uint32_t, 6>{1, 60, 3600, 86'400, 2'592'000, 12'345});
      if (limit.kind == LimitKind::token) limit.token = random_.pick(contracts_);
      session_.limits.push_back(limit);
    }
  }

  Permission permission() {
    const std::uint64_t dice = random_.below(100);
    Permission permission;
    if (dice < 70) {
      permission = function(random_.pick(kTexts), free_contract());
    } else if (dice < 80) {
      permission = function(random_.pick(kTokenTexts), random_.pick(contracts_));
    } else if (dice < 88) {
      permission.kind = PermissionKind::plain_transfer;
      permission.contract = free_contract();
    } else if (dice < 96 || !options_.sudo || has_token_limit()) {
      permission.kind = PermissionKind::any_function;
      permission.contract = free_contract();
    } else {
      permission.kind = PermissionKind::anything;
    }
    if (random_.chance(40)) permission.most_value = random_.word(100);
    add_window(permission);
    add_counts(permission);
    return permission;
  }

  // A contract that is no limited token.
  Address free_contract() {
    for (int i = 0; i < 20; ++i) {
      const Address address = random_.pick(contracts_);
      const bool limited = std::ranges::any_of(session_.limits, [&](const Limit& limit) {
        return limit.kind == LimitKind::token && limit.token == address;
      });
      if (!limited) return address;
    }
    return fresh_address();
  }

  void add_window(Permission& permission) {
    if (random_.chance(70)) return;
    if (random_.chance(60)) permission.from = session_.from + random_.below(1000);
    if (permission.from == 0 || random_.chance(50)) {
      permission.until = std::max(session_.from, permission.from) + random_.between(1, 100 * 86'400);
    }
  }

  Permission function(std::string_view text, const Address& contract) {
    const TextLayout layout = parse_function_text(text).value();
    Permission permission;
    permission.contract = contract;
    permission.text = text;
    permission.selector = layout.selector;
    permission.words = static_cast<std::uint8_t>(layout.word_types.size());
    permission.dynamic = layout.dynamic;
    permission.layout = layout.layout;
    word_types_ = layout.word_types;
    add_rules(permission);
    return permission;
  }

  void add_rules(Permission& permission) {
    const std::size_t count = random_.below(options_.max_rules + 1);
    for (std::size_t i = 0; i < count && !word_types_.empty(); ++i) {
      const auto position = static_cast<std::uint8_t>(random_.below(word_types_.size()));
      const auto type = value_type(word_types_[position]);
      if (!type) continue;
      Rule rule = type->group == ValueGroup::unsigned_number && random_.chance(15) ? ratio(position)
                                                                                   : plain_rule(position, *type);
      permission.rules.push_back(std::move(rule));
    }
    const auto order = [](const Rule& rule) { return std::tuple(rule.type.group, rule.position, rule.comparison); };
    std::ranges::sort(permission.rules, {}, order);
    const auto twice = std::ranges::unique(permission.rules, {}, order);
    permission.rules.erase(twice.begin(), twice.end());
  }

  Rule ratio(std::uint8_t position) {
    Rule rule;
    rule.type = {ValueGroup::ratio, 1};
    rule.position = position;
    rule.comparison = random_.chance(50) ? Comparison::at_most : Comparison::at_least;
    rule.word_type = value_type(word_types_[position]).value();
    rule.base = static_cast<std::uint8_t>(random_.below(word_types_.size()));
    const auto base_type = value_type(word_types_[rule.base]);
    if (base_type && base_type->group == ValueGroup::unsigned_number) {
      rule.base_type = *base_type;
    } else {
      rule.base = kBaseValue;
    }
    rule.numerator = random_.word(127);
    rule.denominator = random_.word(127);
    for (Word* number : {&rule.numerator, &rule.denominator}) {
      if (number->is_zero()) *number = 1;
    }
    return rule;
  }

  Rule plain_rule(std::uint8_t position, ValueType type) {
    Rule rule;
    rule.type = type;
    rule.position = position;
    const bool number = type.group == ValueGroup::unsigned_number || type.group == ValueGroup::signed_number;
    if (number) {
      rule.comparison = static_cast<Comparison>(random_.below(7));
    } else if (type.group != ValueGroup::yes_no) {
      rule.comparison = static_cast<Comparison>(random_.below(2));
    }
    std::size_t count = 1;
    if (rule.comparison == Comparison::between) count = 2;
    if (rule.comparison <= Comparison::is_not && type.group != ValueGroup::yes_no && random_.chance(40))
      count = random_.between(1, 5);
    if (type.group == ValueGroup::address) rule.with_account = random_.chance(40);
    while (rule.values.size() + (rule.with_account ? 1 : 0) < count) add_value(rule);
    return rule;
  }

  void add_value(Rule& rule) {
    Word value = random_word_of(rule.type);
    if (rule.type.group == ValueGroup::address && value == to_word(place_.account)) return;
    if (std::ranges::find(rule.values, value) != rule.values.end()) return;
    rule.values.push_back(value);
    std::ranges::sort(rule.values, [&](const Word& a, const Word& b) {
      return rule.type.group == ValueGroup::signed_number ? compare_signed(a, b) < 0 : a < b;
    });
  }

  Word random_word_of(ValueType type) {
    switch (type.group) {
      case ValueGroup::address:
        return random_.chance(50) ? to_word(random_.pick(contracts_)) : to_word(random_.address());
      case ValueGroup::yes_no:
        return random_.below(2);
      case ValueGroup::signed_number: {
        const Word magnitude = random_.word(8U * type.bytes - 1);
        return random_.chance(50) ? ~magnitude : magnitude;
      }
      case ValueGroup::fixed_bytes:
        return random_.word(8U * type.bytes) << (256 - 8U * type.bytes);
      case ValueGroup::unsigned_number:
      case ValueGroup::ratio:
        break;
    }
    return random_.word(8U * type.bytes);
  }

  void add_count(Permission& permission, std::size_t limit, std::uint8_t source, std::uint8_t type_code = 0) {
    Count count;
    count.limit = static_cast<std::uint8_t>(limit);
    count.source = source;
    if (source < kCountValue) count.type = value_type(type_code).value();
    const auto order = [](const Count& one) { return std::tuple(one.limit, one.source); };
    const bool twice =
        std::ranges::any_of(permission.counts, [&](const Count& one) { return order(one) == order(count); });
    if (twice || permission.counts.size() == kMaxCounts) return;
    permission.counts.push_back(count);
    std::ranges::sort(permission.counts, {}, order);
  }

  // An unsigned word of the function; none where it has no such word.
  static std::optional<std::uint8_t> unsigned_word(const Permission& permission, Random& random) {
    if (permission.kind != PermissionKind::function) return std::nullopt;
    const auto types = parse_function_text(permission.text)->word_types;
    std::vector<std::uint8_t> positions;
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (types[i] >> 5U == static_cast<unsigned>(ValueGroup::unsigned_number))
        positions.push_back(static_cast<std::uint8_t>(i));
    }
    if (positions.empty()) return std::nullopt;
    return random.pick(positions);
  }

  // Counts against one limit where the permission can.
  bool count_against(Permission& permission, std::size_t l) {
    const Limit& limit = session_.limits[l];
    switch (limit.kind) {
      case LimitKind::token: {
        const auto word = permission.kind == PermissionKind::function && permission.contract == limit.token
                              ? token_amount_word(permission.selector)
                              : std::nullopt;
        if (!word) return false;
        add_count(permission, l, *word, ValueType{}.code());
        return true;
      }
      case LimitKind::sum: {
        const auto word = unsigned_word(permission, random_);
        if (!word) return false;
        add_count(permission, l, *word, parse_function_text(permission.text)->word_types[*word]);
        return true;
      }
      case LimitKind::native:
        add_count(permission, l, kCountValue);
        return true;
      case LimitKind::calls:
        add_count(permission, l, kCountCall);
        return true;
      case LimitKind::native_every:
      case LimitKind::calls_every:
      case LimitKind::fees:
        break;
    }
    return false;
  }

  void add_counts(Permission& permission) {
    for (std::size_t l = 0; l < session_.limits.size(); ++l) {
      // One on a limited token's contract has to count; the others may.
      if (session_.limits[l].kind == LimitKind::token || random_.chance(40)) count_against(permission, l);
    }
  }

  bool is_named(LimitKind kind) const {
    return kind == LimitKind::token || kind == LimitKind::sum || kind == LimitKind::native || kind == LimitKind::calls;
  }

  // Gives every limit that nothing counts against a permission, or a kind that every call counts against.
  void satisfy_limits() {
    for (std::size_t l = 0; l < session_.limits.size(); ++l) {
      Limit& limit = session_.limits[l];
      const auto uses = [&](const Permission& permission) {
        return std::ranges::any_of(permission.counts, [&](const Count& count) { return count.limit == l; });
      };
      if (!is_named(limit.kind) || std::ranges::any_of(session_.permissions, uses)) continue;
      if (std::ranges::any_of(session_.permissions,
                              [&](Permission& permission) { return count_against(permission, l); }))
        continue;
      if (limit.kind == LimitKind::token && session_.permissions.size() < kMaxPermissions && !has_sudo()) {
        Permission added = function(random_.pick(kTokenTexts), limit.token);
        add_counts(added);
        session_.permissions.push_back(std::move(added));
        continue;
      }
      limit.kind = LimitKind::native_every;
      limit.token = {};
    }
  }

  bool has_sudo() const {
    return std::ranges::any_of(session_.permissions,
                               [](const Permission& p) { return p.kind == PermissionKind::anything; });
  }

  Random& random_;
  SessionPlace place_;
  const RandomSessionOptions& options_;
  std::array<Address, 5> contracts_;
  Session session_;
  std::vector<std::uint8_t> word_types_;
};

}  // namespace

Session random_session(Random& random, const SessionPlace& place, const RandomSessionOptions& options) {
  return Builder(random, place, options).build();
}

SessionPlace random_place(Random& random) {
  return {ChainId{random.pick(std::array<std::uint64_t, 5>{1, 10, 8453, 42161, 31337})}, random.address(),
          random.address()};
}

PlacedSession random_placed_session(Random& random, const RandomSessionOptions& options) {
  const SessionPlace place = random_place(random);
  return {random_session(random, place, options), place};
}

}  // namespace valetkey::testing
