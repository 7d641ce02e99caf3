#include <algorithm>
#include <array>

#include "edit_tools.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"

namespace valetkey::testing {
namespace {

using enum RefusalCode;

// Calls with dynamic arguments.
std::optional<std::size_t> dynamic_call(Draft& draft, Random& random) {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    if (const ArgumentTree* tree = draft.tree(i); tree != nullptr && tree->function->layout.dynamic) list.push_back(i);
  }
  return list.empty() ? std::nullopt : std::optional(random.pick(list));
}

Word word_in(const Bytes& data, std::size_t at) {
  return Word::from_short_big_endian(ByteView(data).subspan(at, 32));
}
void put_word(Bytes& data, std::size_t at, const Word& word) {
  std::ranges::copy(word.to_big_endian(), data.begin() + static_cast<std::ptrdiff_t>(at));
}

// A number that is wrong by a little or by all.
Word other_number(Random& random, const Word& word) {
  constexpr std::array<std::uint64_t, 5> kSteps{1, 2, 31, 32, 64};
  switch (random.below(5)) {
    case 0: return wrapping_add(word, random.pick(kSteps)).value;
    case 1: return wrapping_sub(word, random.pick(kSteps)).value;
    case 2: return word | Word(1) << static_cast<unsigned>(random.below(256));
    case 3: return random.pick(std::array{Word(0), Word::max(), Word::max_of_bits(64), Word(1) << 64, Word(1) << 32, wrapping_sub(0, 32).value});
    default: return random.word(256);
  }
}

// One mark of the kind in some dynamic call, edited.
template <MarkKind kind, auto change>
bool edit_mark(Draft& draft, Random& random) {
  const auto i = dynamic_call(draft, random);
  if (!i) return false;
  std::vector<Mark> marks;
  Bytes data = encode_arguments(*draft.tree(*i), &marks);
  std::erase_if(marks, [](const Mark& mark) { return mark.kind != kind; });
  if (marks.empty()) return false;
  change(data, marks, random);
  draft.calls[*i].data = std::move(data);
  return true;
}

void point_elsewhere(Bytes& data, const std::vector<Mark>& marks, Random& random) {
  const Mark& mark = random.pick(marks);
  const Word word = word_in(data, mark.at);
  put_word(data, mark.at, random.chance(30) ? word_in(data, random.pick(marks).at) : other_number(random, word));
}

void swap_offsets(Bytes& data, const std::vector<Mark>& marks, Random& random) {
  const std::size_t a = random.pick(marks).at;
  const std::size_t b = random.pick(marks).at;
  const Word word = word_in(data, a);
  put_word(data, a, word_in(data, b));
  put_word(data, b, word);
}

void other_length(Bytes& data, const std::vector<Mark>& marks, Random& random) {
  const Mark& mark = random.pick(marks);
  put_word(data, mark.at, other_number(random, word_in(data, mark.at)));
}

void dirty_padding(Bytes& data, const std::vector<Mark>& marks, Random& random) {
  const Mark& mark = random.pick(marks);
  data[mark.at + (random.chance(40) ? random.below(2) * (mark.size - 1) : random.below(mark.size))] ^= static_cast<std::uint8_t>(1U << random.below(8));
}

// A word, or a byte, more or less.
bool more_or_less(Draft& draft, Random& random) {
  const auto i = dynamic_call(draft, random);
  if (!i) return false;
  Bytes& data = draft.calls[*i].data;
  const std::size_t words = data.size() / 32;
  const auto place = [&] { return data.begin() + static_cast<std::ptrdiff_t>(4 + 32 * random.below(words + 1)); };
  switch (random.below(5)) {
    case 0: data.insert(data.end(), 32, random.chance(70) ? std::uint8_t{0} : byte(random)); break;
    case 1: data.resize(data.size() - std::min<std::size_t>(data.size() - 4, 32)); break;
    case 2: data.insert(place(), 32, 0); break;
    case 3:
      if (const auto at = place(); data.end() - at >= 32) data.erase(at, at + 32);
      break;
    default:
      if (random.chance(50)) data.push_back(0); else data.pop_back();
      break;
  }
  return true;
}

// A tree with something inside, and what is inside it.
struct InnerPlace {
  std::size_t call = 0;
  ArgumentTree* outer = nullptr;
  const Inside* inside = nullptr;
  std::vector<ArgumentPlace> contents;
};
std::optional<InnerPlace> inner_place(Draft& draft, Random& random) {
  std::vector<InnerPlace> list;
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    ArgumentTree* outer = draft.tree(i);
    if (outer == nullptr) continue;
    for (ArgumentTree* tree : with_inner(*outer)) {
      const Permission& permission = draft.session.permissions[tree->permission];
      for (const Inside& inside : permission.inside) {
        auto contents = places_at(*tree, permission, inside.position);
        if (!contents.empty()) list.push_back({i, tree, &inside, std::move(contents)});
      }
    }
  }
  return list.empty() ? std::nullopt : std::optional(random.pick(list));
}

// One of the contents.
template <auto change>
bool edit_contents(Draft& draft, Random& random) {
  const auto place = inner_place(draft, random);
  if (!place) return false;
  ArgumentNode& node = *random.pick(place->contents).node;
  if (node.call.empty() || !change(node, random)) return false;
  draft.write_call(place->call);
  return true;
}

bool other_inner_selector(ArgumentNode& node, Random& random) {
  Bytes& selector = node.call[0].selector;
  if (selector.empty()) return false;
  selector[random.below(4)] ^= static_cast<std::uint8_t>(1U << random.below(8));
  return true;
}

bool short_contents(ArgumentNode& node, Random& random) {
  if (node.call[0].selector.empty()) return false;
  const Bytes selector = node.call[0].selector;
  node.call.clear();
  node.bytes.assign(selector.begin(), selector.begin() + static_cast<std::ptrdiff_t>(random.below(5)));
  return true;
}

// Behind the inner call's arguments, or fewer of them.
bool inner_end(ArgumentNode& node, Random& random) {
  if (random.chance(50)) {
    node.bytes.assign(random.pick(std::array<std::size_t, 4>{1, 31, 32, 64}), random.chance(70) ? std::uint8_t{0} : byte(random));
    return true;
  }
  Bytes data = encode_arguments(node.call[0]);
  if (data.empty()) return false;
  data.resize(random.chance(50) ? data.size() - 1 : data.size() - std::min<std::size_t>(data.size(), 32));
  node.call.clear();
  node.bytes = std::move(data);
  return true;
}

bool inner_not_carried(Draft& draft, Random& random) {
  const auto place = inner_place(draft, random);
  if (!place) return false;
  const ArgumentNode& node = *random.pick(place->contents).node;
  if (node.call.empty()) return false;
  draft.mode = 1;
  draft.state.set_status(SessionStatus::enabled);
  draft.carried[node.call[0].permission] = false;
  return true;
}

// The commands' bytes; false where there are none.
template <auto change>
bool edit_commands(Draft& draft, Random& random) {
  const auto place = inner_place(draft, random);
  if (!place || place->inside->commands == Inside::kBySelector) return false;
  const auto commands = places_at(*place->outer, draft.session.permissions[place->outer->permission], place->inside->commands);
  if (commands.size() != 1 || !change(commands[0].node->bytes, random)) return false;
  draft.write_call(place->call);
  return true;
}

bool other_command(Bytes& bytes, Random& random) {
  if (bytes.empty()) return false;
  bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
  return true;
}
bool other_number_of_commands(Bytes& bytes, Random& random) {
  if (bytes.empty() || random.chance(60)) bytes.push_back(bytes.empty() ? byte(random) : bytes.back());
  else bytes.pop_back();
  return true;
}

bool other_number_of_contents(Draft& draft, Random& random) {
  const auto place = inner_place(draft, random);
  if (!place || place->inside->commands == Inside::kBySelector) return false;
  const Path& path = draft.session.permissions[place->outer->permission].paths[*path_index(place->inside->position)];
  if (path.back().kind != StepKind::every_member) return false;
  // The list is what the step before leads to.
  Permission list = draft.session.permissions[place->outer->permission];
  list.paths[*path_index(place->inside->position)].pop_back();
  const auto node = places_at(*place->outer, list, place->inside->position);
  if (node.size() != 1) return false;
  auto& parts = node[0].node->parts;
  if (random.chance(50)) parts.pop_back(); else parts.push_back(parts.back());
  draft.write_call(place->call);
  return true;
}

// An inner permission's own call made outside.
bool inner_outside(Draft& draft, Random& random) {
  const auto place = inner_place(draft, random);
  if (!place) return false;
  const ArgumentNode& node = *random.pick(place->contents).node;
  if (node.call.empty()) return false;
  const std::uint8_t q = node.call[0].permission;
  const Permission& permission = draft.session.permissions[q];
  Bytes data = permission.command ? to_bytes(permission.selector.view()) : Bytes{};
  append(data, encode_arguments(node.call[0]));
  draft.calls[place->call].data = std::move(data);
  draft.indices[place->call] = q;
  draft.carried[q] = true;
  return true;
}

// A list longer or shorter by members, in the canonical form.
bool other_members(Draft& draft, Random& random) {
  const auto i = dynamic_call(draft, random);
  if (!i) return false;
  std::vector<ArgumentNode*> lists;
  const auto walk = [&](const auto& self, ArgumentNode& node) -> void {
    if (node.type->kind == TypeTree::Kind::array || node.type->kind == TypeTree::Kind::bytes) lists.push_back(&node);
    for (ArgumentTree& inner : node.call) self(self, inner.root);
    for (ArgumentNode& part : node.parts) self(self, part);
  };
  walk(walk, draft.tree(*i)->root);
  ArgumentNode& list = *random.pick(lists);
  if (list.type->kind == TypeTree::Kind::bytes) {
    edit_bytes(list.bytes, random);
  } else if (list.parts.empty() || random.chance(50)) {
    list.parts.push_back(random_node(random, list.type->parts[0]));
  } else {
    list.parts.erase(list.parts.begin() + static_cast<std::ptrdiff_t>(random.below(list.parts.size())));
  }
  draft.write_call(*i);
  return true;
}

bool cut_a_path(Draft& draft, Random& random) {
  const auto i = dynamic_call(draft, random);
  if (!i) return false;
  ArgumentTree& tree = *random.pick(with_inner(*draft.tree(*i)));
  const Permission& permission = draft.session.permissions[tree.permission];
  if (permission.paths.empty() || !cut_path(tree, random.pick(permission.paths), random)) return false;
  draft.write_call(*i);
  return true;
}

// The bound of a rule that is read becomes the value that is there, or one off.
bool bound_at_value(Draft& draft, Random& random) {
  const std::size_t i = random.below(draft.calls.size());
  ArgumentTree* outer = draft.tree(i);
  if (outer == nullptr) return false;
  ArgumentTree& tree = *random.pick(with_inner(*outer));
  Permission& permission = draft.session.permissions[tree.permission];
  std::vector<Rule*> rules;
  for (Rule& rule : permission.rules) {
    if (rule.values.size() == 1 && !rule.with_account) rules.push_back(&rule);
  }
  if (rules.empty()) return false;
  Rule& rule = *random.pick(rules);
  const auto places = places_at(tree, permission, rule.position);
  if (places.empty()) return false;
  const Word value = read_place(random.pick(places));
  const std::uint64_t dice = random.below(3);
  rule.values[0] = dice == 0 ? value : dice == 1 ? wrapping_add(value, 1).value : wrapping_sub(value, 1).value;
  draft.encode();
  return true;
}

bool dirty_counted(Draft& draft, Random& random) {
  std::vector<std::pair<std::size_t, ArgumentTree*>> trees;
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    if (ArgumentTree* outer = draft.tree(i)) {
      for (ArgumentTree* tree : with_inner(*outer)) trees.emplace_back(i, tree);
    }
  }
  if (trees.empty()) return false;
  const auto [i, tree] = random.pick(trees);
  const Permission& permission = draft.session.permissions[tree->permission];
  for (const Count& count : permission.counts) {
    const auto places = places_at(*tree, permission, count.source);
    if (count.source >= kCountValue || count.type.bytes == 32 || places.empty()) continue;
    const ArgumentPlace& place = random.pick(places);
    if (place.kind != ArgumentPlace::Kind::word) continue;
    write_place(random, place, read_place(place) | Word(1) << static_cast<unsigned>(random.between(8U * count.type.bytes, 255)));
    draft.write_call(i);
    return true;
  }
  return false;
}

// Calls with batch rules, and one of these.
struct Batched {
  std::size_t call = 0;
  const BatchRule* rule = nullptr;
};
std::vector<Batched> batched(const Draft& draft) {
  std::vector<Batched> list;
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    if (draft.indices[i] >= draft.session.permissions.size()) continue;
    for (const BatchRule& rule : draft.session.permissions[draft.indices[i]].batch) list.push_back({i, &rule});
  }
  return list;
}

void take_call(Draft& draft, std::size_t i) {
  const auto at = static_cast<std::ptrdiff_t>(i);
  draft.calls.erase(draft.calls.begin() + at);
  draft.indices.erase(draft.indices.begin() + at);
  draft.trees.erase(draft.trees.begin() + at);
}
void put_call(Draft& draft, std::size_t i, std::size_t from) {
  const auto at = static_cast<std::ptrdiff_t>(i);
  const Call call = draft.calls[from];
  const std::uint8_t index = draft.indices[from];
  const ArgumentTree tree = draft.trees[from];
  draft.calls.insert(draft.calls.begin() + at, call);
  draft.indices.insert(draft.indices.begin() + at, index);
  draft.trees.insert(draft.trees.begin() + at, tree);
}

bool move_calls(Draft& draft, Random& random) {
  if (batched(draft).empty() || draft.trees.size() != draft.calls.size()) return false;
  draft.batch = true;
  const auto any = [&] { return random.below(draft.calls.size()); };
  switch (random.below(3)) {
    case 0: {
      const std::size_t a = any();
      const std::size_t b = any();
      std::swap(draft.calls[a], draft.calls[b]);
      std::swap(draft.indices[a], draft.indices[b]);
      std::swap(draft.trees[a], draft.trees[b]);
      break;
    }
    case 1:
      if (draft.calls.size() == 1) return false;
      take_call(draft, any());
      break;
    default: put_call(draft, random.below(draft.calls.size() + 1), any()); break;
  }
  return true;
}

bool other_batch_value(Draft& draft, Random& random) {
  const auto list = batched(draft);
  if (list.empty()) return false;
  const Batched one = random.pick(list);
  const auto other = draft.other_call(one.call, *one.rule);
  if (!other || one.rule->position == BatchRule::kNoPosition) return false;
  const bool here = random.chance(50);
  const std::size_t i = here ? one.call : *other;
  ArgumentTree* tree = draft.tree(i);
  if (tree == nullptr) return false;
  const auto places = places_at(*tree, draft.session.permissions[tree->permission], here ? one.rule->position : one.rule->other_position);
  if (places.size() != 1) return false;
  const ValueType type = here ? one.rule->type : one.rule->other_type;
  const Word before = read_place(places[0]);
  const Word one_more = type.group == ValueGroup::fixed_bytes ? Word(1) << (256 - 8U * type.bytes) : Word(1);
  for (int n = 0; n < 4; ++n) {
    const std::uint64_t dice = random.below(4);
    write_place(random, places[0], dice == 0 ? random_value(random, type) : dice == 1 ? before | Word(1) << static_cast<unsigned>(random.below(256))
                                   : dice == 2 ? wrapping_add(before, one_more).value : wrapping_sub(before, one_more).value);
    draft.write_call(i);
    const Verdict verdict = draft.verdict();
    if (verdict.refusal && verdict.refusal->code == batch_rule) return true;
  }
  return random.chance(30);
}

bool other_answer(Draft& draft, Random& random) {
  std::vector<Address> contracts;
  for (const std::uint8_t index : draft.indices) {
    if (index >= draft.session.permissions.size()) continue;
    for (const Policy& policy : draft.session.permissions[index].policies) contracts.push_back(policy.contract);
  }
  if (contracts.empty()) return false;
  draft.policy_answers[random.pick(contracts)] = static_cast<unsigned>(random.below(PolicyAnswer::kMost + 1));
  return true;
}

constexpr std::array<std::string_view, 44> kReserved{
    "a9059cbb", "23b872dd", "095ea7b3", "39509351", "a457c2d7", "a22cb465", "42842e0e", "b88d4fde", "f242432a", "2eb2c2d6", "d505accf",
    "9fd5a6cf", "8fcbaf0c", "2b67b570", "2a2d80d1", "87517c45", "36c78516", "e3ee160e", "cf092995", "ef55bec6", "88b7ab63", "1296ee62",
    "4000aea0", "3177029f", "cae9ca51", "9bd9bbc6", "959b8c3f", "b753a98c", "f2d5d56b", "bb35783b", "c04a8a10", "110496e5", "2e1a7d4d",
    "ac9650d8", "e9ae5c53", "8dd7712f", "9517e29f", "a71763a8", "4f1ef286", "f2fde38b", "cc53287f", "3659cfe6", "1626ba7e", "f551e2ee"};

// A reserved function by "any function" or "anything".
bool reserved_by_any(Draft& draft, Random& random) {
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    if (draft.indices[i] >= draft.session.permissions.size()) continue;
    const PermissionKind kind = draft.session.permissions[draft.indices[i]].kind;
    if (kind != PermissionKind::any_function && (kind != PermissionKind::anything || random.chance(80))) continue;
    Bytes data = parse_hex("0x" + std::string(random.pick(kReserved))).value();
    if (random.chance(15)) flip_bit(data, random);
    const std::size_t size = random.below(70);
    for (std::size_t n = 0; n < size; ++n) data.push_back(byte(random));
    draft.calls[i].data = std::move(data);
    return true;
  }
  return false;
}

constexpr std::array kEdits{
    Edit{"an offset", call_data_form, edit_mark<MarkKind::offset, point_elsewhere>},
    Edit{"two offsets", call_data_form, edit_mark<MarkKind::offset, swap_offsets>},
    Edit{"a length", call_data_form, edit_mark<MarkKind::length, other_length>},
    Edit{"padding", call_data_form, edit_mark<MarkKind::padding, dirty_padding>},
    Edit{"a word more or less", call_data_form, more_or_less},
    Edit{"an inner call's end", call_data_form, edit_contents<inner_end>},
    Edit{"a path cut", path_range, cut_a_path},
    Edit{"dirty count at a path", dirty_count, dirty_counted},
    Edit{"an inner selector", inner_call, edit_contents<other_inner_selector>},
    Edit{"short contents", inner_call, edit_contents<short_contents>},
    Edit{"an inner permission not carried", inner_call, inner_not_carried},
    Edit{"a command", inner_call, edit_commands<other_command>},
    Edit{"number of commands", inner_count, edit_commands<other_number_of_commands>},
    Edit{"number of contents", inner_count, other_number_of_contents},
    Edit{"an inner call outside", no_permission, inner_outside},
    Edit{"calls moved", batch_call, move_calls},
    Edit{"a value of a batch rule", batch_rule, other_batch_value},
    Edit{"a policy's answer", policy, other_answer},
    Edit{"a reserved function by any", denied_function, reserved_by_any},
    Edit{"members of a list", {}, other_members},
    Edit{"the bound of a rule that is read", {}, bound_at_value},
    Edit{"a bit of dynamic arguments", {}, [](Draft& d, Random& r) {
      const auto i = dynamic_call(d, r);
      if (i) flip_bit(d.calls[*i].data, r);
      return i.has_value(); }},
    Edit{"bytes of dynamic arguments", {}, [](Draft& d, Random& r) {
      const auto i = dynamic_call(d, r);
      if (i) edit_bytes(d.calls[*i].data, r);
      return i.has_value(); }},
};

}  // namespace

std::span<const Edit> rule_edits() {
  return kEdits;
}

}  // namespace valetkey::testing
