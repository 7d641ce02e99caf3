#include "random_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "session/encoding.hpp"
#include "session/reader.hpp"
#include "session/targets.hpp"

namespace valetkey::testing {
namespace {

constexpr std::array<std::string_view, 6> kDynamicTexts{
    "exactInput((bytes,address,uint256,uint256))",
    "note(string,uint256,address[])",
    "order((address,(uint96,bytes)[],bytes4[2])[],uint8)",
    "path(bytes[2],(uint256,bool)[],int64)",
    "many(uint128[][],string[])",
    "put((address,uint256,bytes),bytes32)",
};
constexpr std::array<std::string_view, 4> kInnerTexts{"swap(address,uint256)", "wrap()", "send(bytes,address[])",
                                                      "pay((uint256,bool)[],uint8)"};
constexpr std::array<std::string_view, 3> kCommandTexts{"command(address,uint256)", "command(bytes,uint64)",
                                                        "command()"};
constexpr std::array<ValueType, 7> kSliceTypes{{{ValueGroup::address, 1},
                                                {ValueGroup::unsigned_number, 3},
                                                {ValueGroup::unsigned_number, 32},
                                                {ValueGroup::signed_number, 8},
                                                {ValueGroup::yes_no, 1},
                                                {ValueGroup::fixed_bytes, 4},
                                                {ValueGroup::fixed_bytes, 32}}};

// Goes down the types, one random step after the other.
class PathMaker {
 public:
  explicit PathMaker(Random& random) : random_(random) {}

  Path make(const TextLayout& function) {
    into_words(function.word_types, function.parts);
    return std::move(path_);
  }

 private:
  void add(StepKind kind, std::size_t index = 0, std::size_t element_words = 0) {
    PathStep step;
    step.kind = kind;
    step.index = static_cast<std::uint8_t>(index);
    step.element_words = static_cast<std::uint8_t>(element_words);
    path_.push_back(step);
  }

  void into_words(const std::vector<std::uint8_t>& words, const std::vector<TypeTree>& parts) {
    if (words.empty()) return;
    const std::size_t w = random_.below(words.size());
    add(StepKind::word, w);
    if (words[w] != kDynamicWord) return;
    std::size_t part = 0;
    for (std::size_t i = 0; i < w; ++i) part += words[i] == kDynamicWord ? 1U : 0U;
    into(parts[part]);
  }

  void into(const TypeTree& type) {
    switch (type.kind) {
      case TypeTree::Kind::words:
      case TypeTree::Kind::tuple:
        return into_words(type.words, type.parts);
      case TypeTree::Kind::fixed_array:
        add(StepKind::word, random_.below(type.length));
        return into(type.parts[0]);
      case TypeTree::Kind::bytes:
        return into_bytes();
      case TypeTree::Kind::array:
        break;
    }
    if (random_.chance(20)) return add(StepKind::length);
    const auto kind = random_.pick(
        std::array{StepKind::member, StepKind::every_member, StepKind::every_member, StepKind::some_member});
    const bool is_static = type.parts[0].kind == TypeTree::Kind::words;
    add(kind, kind == StepKind::member ? random_.below(random_.chance(85) ? 4 : 256) : 0, is_static ? type.parts[0].words.size() : 0);
    into(type.parts[0]);
  }

  void into_bytes() {
    if (random_.chance(20)) return;
    if (random_.chance(20)) return add(StepKind::length);
    add(random_.pick(std::array{StepKind::slice, StepKind::slice_from_end, StepKind::every_slice}));
    PathStep& step = path_.back();
    step.type = random_.pick(kSliceTypes);
    step.offset = static_cast<std::uint16_t>(random_.chance(92) ? random_.below(64) : random_.below(65'536));
    if (step.kind == StepKind::every_slice)
      step.stride = static_cast<std::uint16_t>(random_.between(1, random_.chance(70) ? 40 : 65'535));
  }

  Random& random_;
  Path path_;
};

class Enricher {
 public:
  Enricher(Random& random, const SessionPlace& place, Session session)
      : random_(random), place_(place), session_(std::move(session)) {}

  Session enrich() {
    const std::size_t outer = random_.between(1, 3);
    for (std::size_t i = 0; i < outer; ++i) {
      session_.permissions.push_back(make(random_.pick(kDynamicTexts)));
      add_paths(session_.permissions.back());
    }
    if (random_.chance(60)) add_outer("multicall(bytes[])", kInnerTexts, false);
    if (random_.chance(20)) add_outer("forward(bytes,address)", kInnerTexts, false);
    if (random_.chance(50)) add_outer("execute(bytes,bytes[],uint256)", kCommandTexts, true);
    for (Permission& permission : session_.permissions) {
      if (permission.inner) continue;
      if (random_.chance(30)) add_batch_rules(permission);
      if (random_.chance(20)) add_policies(permission);
    }
    return std::move(session_);
  }

 private:
  Address fresh_address() {
    for (;;) {
      const Address address = random_.address();
      if (address != Address{} && address != place_.account && address != place_.validator && !is_entry_point(address))
        return address;
    }
  }

  Permission make(std::string_view text) {
    const TextLayout function = parse_function_text(text).value();
    Permission permission;
    permission.contract = fresh_address();
    permission.text = text;
    permission.selector = function.selector;
    permission.words = static_cast<std::uint8_t>(function.word_types.size());
    permission.dynamic = function.dynamic;
    permission.layout = function.layout;
    return permission;
  }

  // Paths to values, each with a rule; some of one number counted as well.
  void add_paths(Permission& permission) {
    if (!permission.dynamic) return;
    const TextLayout function = parse_function_text(permission.text).value();
    const std::size_t tries = random_.between(1, 6);
    for (std::size_t i = 0; i < tries; ++i) {
      Path path = random_path(random_, function);
      if (path_end(function, path)->type) permission.paths.push_back(std::move(path));
    }
    settle_paths(permission.paths);
    for (std::size_t x = 0; x < permission.paths.size(); ++x) {
      const PathEnd end = path_end(function, permission.paths[x]).value();
      const auto position = static_cast<Position>(kFirstPath + x);
      permission.rules.push_back(rule_at(position, end, permission.inner));
      count_at(permission, position, end);
    }
    std::ranges::sort(permission.rules, {},
                      [](const Rule& rule) { return std::tuple(rule.type.group, rule.position, rule.comparison); });
  }

  static void settle_paths(std::vector<Path>& paths) {
    std::ranges::sort(paths, path_before);
    const auto twice = std::ranges::unique(paths);
    paths.erase(twice.begin(), twice.end());
  }

  Rule rule_at(Position position, const PathEnd& end, bool inner) {
    Rule rule;
    rule.position = position;
    rule.type = *end.type;
    const bool is_number = end.type->group == ValueGroup::unsigned_number;
    if (is_number && end.reach == PathReach::one && !inner && random_.chance(20)) {
      rule.type = {ValueGroup::ratio, 1};
      rule.comparison = Comparison::at_most;
      rule.word_type = *end.type;
      rule.base = kBaseValue;
      rule.numerator = random_.between(1, 1000);
      rule.denominator = random_.between(1, 1000);
      return rule;
    }
    if (is_number) rule.comparison = static_cast<Comparison>(random_.below(6));
    rule.with_account = end.type->group == ValueGroup::address && random_.chance(50);
    if (!rule.with_account) rule.values = {value_of(*end.type)};
    return rule;
  }

  Word value_of(ValueType type) {
    switch (type.group) {
      case ValueGroup::address:
        return to_word(fresh_address());
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

  void count_at(Permission& permission, Position position, const PathEnd& end) {
    if (end.type->group != ValueGroup::unsigned_number || end.reach == PathReach::some || random_.chance(50)) return;
    for (std::size_t l = 0; l < session_.limits.size(); ++l) {
      if (session_.limits[l].kind != LimitKind::sum || permission.counts.size() == kMaxCounts) continue;
      permission.counts.push_back({static_cast<std::uint8_t>(l), position, *end.type});
    }
    std::ranges::sort(permission.counts, {}, [](const Count& count) { return std::tuple(count.limit, count.source); });
  }

  // Lets the contents be calls: of the members of the last `bytes[]`, or of the one `bytes`.
  static void open(Permission& outer, bool by_command) {
    const TextLayout function = parse_function_text(outer.text).value();
    PathStep word;
    PathStep every;
    every.kind = StepKind::every_member;
    if (by_command) {
      word.index = 1;
      outer.paths = {{PathStep{}}, {word, every}};
    } else if (function.parts[0].kind == TypeTree::Kind::bytes) {
      outer.paths = {{word}};
    } else {
      outer.paths = {{word, every}};
    }
    Inside inside;
    inside.position = static_cast<Position>(kFirstPath + outer.paths.size() - 1);
    inside.commands = by_command ? kFirstPath : Inside::kBySelector;
    outer.inside = {inside};
  }

  // A function whose contents are calls, and the permissions of these. The first of them may hold the others inside
  // itself once more.
  void add_outer(std::string_view text, std::span<const std::string_view> inner_texts, bool by_command) {
    Permission outer = make(text);
    open(outer, by_command);
    std::vector<std::string_view> texts;
    const bool nests = random_.chance(35);
    if (nests) texts.push_back(by_command ? "command(bytes,bytes[])" : "multicall(bytes[])");
    for (const std::string_view inner_text : inner_texts) {
      if (texts.empty() || random_.chance(70)) texts.push_back(inner_text);
    }
    std::vector<Permission> inner;
    for (const std::string_view inner_text : texts) {
      inner.push_back(make(inner_text));
      inner.back().inner = true;
      inner.back().contract = outer.contract;
      inner.back().command = by_command;
      if (by_command) inner.back().selector = {{0, 0, 0, static_cast<std::uint8_t>(2 * inner.size())}};
      if (nests && inner.size() == 1 && texts.size() > 1) {
        open(inner.back(), by_command);
      } else {
        add_paths(inner.back());
      }
    }
    for (std::size_t i = 0; i < inner.size(); ++i) {
      const auto index = static_cast<std::uint8_t>(session_.permissions.size() + 1 + i);
      outer.inside[0].permissions.push_back(index);
      if (i != 0 && !inner[0].inside.empty()) inner[0].inside[0].permissions.push_back(index);
    }
    session_.permissions.push_back(std::move(outer));
    for (Permission& permission : inner) session_.permissions.push_back(std::move(permission));
  }

  struct Place {
    Position position;
    ValueType type;
  };
  // Positions of one value of a type that batch rules compare.
  static std::vector<Place> places(const Permission& permission) {
    std::vector<Place> list;
    if (permission.kind != PermissionKind::function) return list;
    const TextLayout function = parse_function_text(permission.text).value();
    const auto add = [&](std::size_t position, std::optional<ValueType> type) {
      if (type && type->group != ValueGroup::signed_number && type->group != ValueGroup::yes_no)
        list.push_back({static_cast<Position>(position), *type});
    };
    for (std::size_t w = 0; w < function.word_types.size() && w < kFirstPath; ++w)
      add(w, value_type(function.word_types[w]));
    for (std::size_t x = 0; x < permission.paths.size(); ++x) {
      const PathEnd end = path_end(function, permission.paths[x]).value();
      if (end.reach == PathReach::one) add(kFirstPath + x, end.type);
    }
    return list;
  }

  void add_batch_rules(Permission& permission) {
    const std::size_t tries = random_.between(1, 3);
    for (std::size_t i = 0; i < tries; ++i) {
      BatchRule rule;
      rule.permission = static_cast<std::uint8_t>(random_.below(session_.permissions.size()));
      const Permission& other = session_.permissions[rule.permission];
      if (other.inner) continue;
      rule.where = static_cast<std::uint8_t>(random_.pick(std::array{0x00, 0x80, 0x01, 0x02, 0xff, 0xfe}));
      const auto here = places(permission);
      const auto there = places(other);
      if (!here.empty() && !there.empty() && random_.chance(70)) {
        const Place& a = random_.pick(here);
        const Place& b = random_.pick(there);
        if (a.type.group != b.type.group) continue;
        rule.position = a.position;
        rule.type = a.type;
        rule.other_position = b.position;
        rule.other_type = b.type;
        if (a.type.group == ValueGroup::unsigned_number)
          rule.comparison = random_.pick(std::array{Comparison::is, Comparison::at_most, Comparison::at_least});
      }
      permission.batch.push_back(rule);
    }
    std::ranges::sort(permission.batch, {}, batch_bytes);
    const auto twice = std::ranges::unique(permission.batch);
    permission.batch.erase(twice.begin(), twice.end());
  }

  // As the encoding orders them.
  static Bytes batch_bytes(const BatchRule& rule) {
    Permission permission;
    permission.kind = PermissionKind::plain_transfer;
    permission.batch = {rule};
    const Bytes encoded = encode_permission(permission);
    return {encoded.end() - 8, encoded.end() - 1};
  }

  void add_policies(Permission& permission) {
    const std::size_t count = random_.between(1, 2);
    for (std::size_t x = 0; x < count; ++x) {
      Policy policy;
      policy.contract = fresh_address();
      const std::size_t words = random_.below(5);
      for (std::size_t w = 0; w < words; ++w) {
        PolicyWord word;
        word.group = static_cast<ValueGroup>(random_.below(5));
        word.account = word.group == ValueGroup::address && random_.chance(30);
        if (!word.account) word.value = value_of(widest_type(word.group));
        policy.words.push_back(word);
      }
      std::ranges::sort(policy.words, {}, &PolicyWord::group);
      permission.policies.push_back(std::move(policy));
    }
    std::ranges::sort(permission.policies, {}, &Policy::contract);
  }

  Random& random_;
  SessionPlace place_;
  Session session_;
};

}  // namespace

Path random_path(Random& random, const TextLayout& function) {
  for (;;) {
    Path path = PathMaker(random).make(function);
    if (path_end(function, path) && encode_path(path).size() <= kMaxPathBytes) return path;
  }
}

Session random_rich_session(Random& random, const SessionPlace& place, const RandomSessionOptions& options) {
  return Enricher(random, place, random_session(random, place, options)).enrich();
}

}  // namespace valetkey::testing
