#include "edit_tools.hpp"

#include <algorithm>
#include <array>

#include "session/function_text.hpp"
#include "session/paths.hpp"

namespace valetkey::testing {
namespace {

using enum RefusalCode;

constexpr std::array<std::uint64_t, 6> kSmall{0, 1, 2, 3, 254, 255};
constexpr int kRules = 12;   // rules that are tried
constexpr int kValues = 6;   // values of each

bool can_give(const Rule& rule, RefusalCode code) {
  const std::size_t values = rule.values.size() + (rule.with_account ? 1 : 0);
  const bool ratio = rule.type.group == ValueGroup::ratio;
  switch (code) {
    case ratio_word_over:
    case rule_ratio: return ratio;
    case rule_is: return !ratio && rule.comparison == Comparison::is && values == 1;
    case rule_one_of: return !ratio && rule.comparison == Comparison::is && values > 1;
    case rule_is_not: return !ratio && rule.comparison == Comparison::is_not;
    case rule_less_than: return !ratio && rule.comparison == Comparison::less_than;
    case rule_at_most: return !ratio && rule.comparison == Comparison::at_most;
    case rule_more_than: return !ratio && rule.comparison == Comparison::more_than;
    case rule_at_least: return !ratio && rule.comparison == Comparison::at_least;
    case rule_between: return !ratio && rule.comparison == Comparison::between;
    default: return true;
  }
}

// The lowest or highest bit that no clean word of the type has; 0 where every word is clean.
Word first_dirty_bit(const ValueType& type) {
  const unsigned bits = 8U * type.bytes;
  switch (type.group) {
    case ValueGroup::address: return Word(1) << 160;
    case ValueGroup::yes_no: return 2;
    case ValueGroup::signed_number: return bits == 256 ? Word(0) : Word(1) << (bits - 1);
    case ValueGroup::fixed_bytes: return bits == 256 ? Word(0) : Word(1) << (255 - bits);
    default: return bits == 256 ? Word(0) : Word(1) << bits;
  }
}

Word breaking_word(Random& random, const Permission& permission, const Rule& rule, const Word& before, const Address& account, RefusalCode aim) {
  if (aim == dirty_word) return random.pick(std::array{before | first_dirty_bit(rule.type), first_dirty_bit(rule.type), before | Word(1) << static_cast<unsigned>(random.below(256)), random.word(256)});
  if (aim == ratio_word_over) return random.pick(std::array{Word(1) << 128, Word::max_of_bits(static_cast<unsigned>(random.between(129, 256)))});
  if (aim == rule_ratio && random.chance(60))
    return random.pick(std::array{Word(0), Word::max_of_bits(8U * rule.word_type.bytes) & Word::max_of_bits(128), wrapping_add(before, 1).value, wrapping_sub(before, 1).value});
  return random.pick(candidate_words(random, permission, rule.position, account));
}

}  // namespace

std::uint8_t byte(Random& random) {
  return static_cast<std::uint8_t>(random.chance(40) ? random.pick(kSmall) : random.bits());
}

void flip_bit(Bytes& bytes, Random& random) {
  if (!bytes.empty()) bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
}

void edit_bytes(Bytes& bytes, Random& random) {
  const auto at = [&] { return bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size() + 1)); };
  switch (random.below(7)) {
    case 0: bytes.insert(at(), byte(random)); break;
    case 1:
      if (!bytes.empty()) bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size())));
      break;
    case 2:
      if (!bytes.empty()) bytes[random.below(bytes.size())] = byte(random);
      break;
    case 3:
      if (bytes.size() > 1) std::iter_swap(bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size())), bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size())));
      break;
    case 4: bytes.resize(random.below(bytes.size() + 1)); break;
    case 5: bytes.insert(bytes.end(), random.between(1, 64), byte(random)); break;
    default: flip_bit(bytes, random); break;
  }
}

Address near(const Address& address, Random& random) {
  Address other = address;
  other.bytes[random.below(20)] ^= static_cast<std::uint8_t>(1U << random.below(8));
  return other;
}

Bytes shortest(const Word& word) {
  const auto bytes = word.to_big_endian();
  const std::size_t size = (word.bit_length() + 7) / 8;
  return to_bytes(ByteView(bytes).last(size));
}

void enable_anew(Draft& draft, Random& random) {
  draft.state.words = {};
  draft.mode = 2;
  draft.entry = static_cast<Entry>(random.below(3));
  if (draft.entry == Entry::install) draft.state.installed = random.chance(5);
  draft.encode();
}

void set_text(Permission& permission, std::string_view text) {
  permission.text = text;
  permission.rules.clear();
  permission.counts.clear();
  permission.paths.clear();
  permission.inside.clear();
  permission.batch.clear();
  if (const auto layout = parse_function_text(text)) {
    permission.selector = layout->selector;
    permission.words = static_cast<std::uint8_t>(layout->word_types.size());
    permission.dynamic = layout->dynamic;
    permission.layout = layout->layout;
  }
}

Permission* permission_of(Draft& draft, Random& random, bool (*wanted)(const Permission&)) {
  std::vector<Permission*> list;
  for (Permission& permission : draft.session.permissions) {
    if (wanted(permission)) list.push_back(&permission);
  }
  return list.empty() ? nullptr : random.pick(list);
}

Permission* function_of(Draft& draft, Random& random) {
  return permission_of(draft, random, [](const Permission& permission) { return permission.kind == PermissionKind::function; });
}

std::optional<std::size_t> permitted_call(const Draft& draft, Random& random) {
  const std::size_t i = random.below(draft.calls.size());
  return draft.indices[i] < draft.session.permissions.size() ? std::optional(i) : std::nullopt;
}

bool break_rule(Draft& draft, Random& random, RefusalCode aim) {
  struct Target {
    std::size_t call;
    std::size_t tree;  // of those inside
    std::size_t rule;
  };
  std::vector<Target> targets;
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    ArgumentTree* outer = draft.tree(i);
    if (outer == nullptr) continue;
    const auto list = with_inner(*outer);
    for (std::size_t t = 0; t < list.size(); ++t) {
      const auto& rules = draft.session.permissions[list[t]->permission].rules;
      for (std::size_t j = 0; j < rules.size(); ++j) {
        if (can_give(rules[j], aim)) targets.push_back({i, t, j});
      }
    }
  }
  for (int i = 0; i < kRules && !targets.empty(); ++i) {
    const Target target = random.pick(targets);
    const ArgumentTree before = draft.trees[target.call];
    ArgumentTree& tree = *with_inner(draft.trees[target.call])[target.tree];
    const Permission& permission = draft.session.permissions[tree.permission];
    const Rule& rule = permission.rules[target.rule];
    const auto places = places_at(tree, permission, rule.position);
    const auto x = path_index(rule.position);
    const bool all = (x && path_reach(permission.paths[*x]) == PathReach::some && aim != dirty_word) || random.chance(20);
    for (int v = 0; v < kValues && !places.empty(); ++v) {
      const std::size_t chosen = random.below(places.size());
      const Word word = breaking_word(random, permission, rule, read_place(places[chosen]), draft.place.account, aim);
      for (std::size_t n = 0; n < places.size(); ++n) {
        if (all || n == chosen) write_place(random, places[n], word);
      }
      draft.write_call(target.call);
      const Verdict verdict = draft.verdict();
      if (verdict.refusal && verdict.refusal->code == aim) return true;
    }
    draft.trees[target.call] = before;
    draft.write_call(target.call);
  }
  return false;
}

std::size_t most_value_at(const Permission& permission) {
  if (permission.kind != PermissionKind::function) return permission.kind == PermissionKind::anything ? 1 : 21;
  if (!permission.dynamic) return kDynamicAt;
  std::size_t size = 3 + permission.layout.size();
  for (const Path& path : permission.paths) size += 1 + encode_path(path).size();
  for (const Inside& inside : permission.inside) size += 3 + inside.permissions.size();
  return kDynamicAt + size;
}

}  // namespace valetkey::testing
