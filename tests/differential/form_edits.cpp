#include <algorithm>
#include <array>

#include "edit_tools.hpp"
#include "random_rules.hpp"
#include "session/paths.hpp"
#include "session/targets.hpp"

namespace valetkey::testing {
namespace {

using enum RefusalCode;

bool is_dynamic(const Permission& permission) { return permission.kind == PermissionKind::function && permission.dynamic; }
bool has_paths(const Permission& permission) { return !permission.paths.empty(); }
bool has_inside(const Permission& permission) { return !permission.inside.empty(); }
bool is_inner(const Permission& permission) { return permission.inner; }
bool has_batch(const Permission& permission) { return !permission.batch.empty(); }
bool has_policies(const Permission& permission) { return !permission.policies.empty(); }
bool has_policy_words(const Permission& permission) {
  return std::ranges::any_of(permission.policies, [](const Policy& policy) { return !policy.words.empty(); });
}
bool has_extras(const Permission& permission) { return has_batch(permission) || has_policies(permission); }
bool may_have_extras(const Permission& permission) { return !permission.inner; }
bool without_extras(const Permission& permission) { return !has_extras(permission); }
bool is_permit2(const Permission& permission) { return permission.contract == kPermit2; }

constexpr std::array<std::string_view, 12> kNever{
    "setApprovalForAll(address,bool)", "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "permit(address,address,uint256,uint256,bytes)",
    "authorizeOperator(address)", "approveDelegation(address,uint256)", "allow(address,bool)", "execute(bytes32,bytes)", "installModule(uint256,address,bytes)",
    "upgradeTo(address)", "transferOwnership(address)", "isValidSignature(bytes32,bytes)", "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)"};

std::uint8_t small(Random& random) {
  return static_cast<std::uint8_t>(random.chance(70) ? random.below(6) : random.bits());
}
ValueType some_type(Random& random) {
  const auto group = static_cast<ValueGroup>(random.below(6));
  const bool sized = group == ValueGroup::unsigned_number || group == ValueGroup::signed_number || group == ValueGroup::fixed_bytes;
  return {group, static_cast<std::uint8_t>(sized || random.chance(10) ? random.between(1, 32) : 1)};
}
// Any position, mostly one that there is.
Position some_position(const Permission& permission, Random& random) {
  const std::uint64_t dice = random.below(4);
  if (dice == 0 && permission.words != 0) return static_cast<Position>(random.below(permission.words));
  if (dice == 1) return byte(random);
  return static_cast<Position>(kFirstPath + random.below(permission.paths.size() + 1));
}
template <class List>
auto& any(List& list, Random& random) {
  return list[random.below(list.size())];
}
// Twice, or out of order.
template <class List>
void disorder(List& list, Random& random) {
  if (list.size() > 1 && random.chance(50)) std::swap(list.front(), list.back()); else list.push_back(list.back());
}

// Where the length bytes of the paths stand in the encoding.
std::vector<std::size_t> path_starts(const Permission& permission) {
  std::vector<std::size_t> starts;
  std::size_t at = kDynamicAt + 2 + permission.layout.size();
  for (const Path& path : permission.paths) {
    starts.push_back(at);
    at += 1 + encode_path(path).size();
  }
  return starts;
}

bool change_layout(Bytes& bytes, const Permission& permission, Random& random) {
  const std::size_t size = permission.layout.size();
  const std::size_t at = kDynamicAt + random.below(size + 1);
  switch (random.below(4)) {
    case 0: bytes[at] = byte(random); break;
    case 1: bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
    case 2:
      ++bytes[kDynamicAt];
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at + 1), byte(random));
      break;
    default:
      --bytes[kDynamicAt];
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(kDynamicAt + 1 + random.below(size)));
      break;
  }
  return true;
}

bool change_path_size(Bytes& bytes, const Permission& permission, Random& random) {
  const std::size_t at = random.pick(path_starts(permission));
  const std::size_t size = bytes[at];
  const std::size_t wanted = random.pick(std::array<std::size_t, 4>{0, 32, 33, 40});
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at + 1);
  bytes[at] = static_cast<std::uint8_t>(wanted);
  if (random.chance(30)) return true;
  if (wanted > size) bytes.insert(begin + static_cast<std::ptrdiff_t>(size), wanted - size, 0); else bytes.erase(begin, begin + static_cast<std::ptrdiff_t>(size - wanted));
  return true;
}

bool change_path_bytes(Bytes& bytes, const Permission& permission, Random& random) {
  const std::size_t at = random.pick(path_starts(permission));
  bytes[at + random.between(1, bytes[at])] = random.chance(50) ? small(random) : byte(random);
  return true;
}

void change_steps(Path& path, Random& random) {
  PathStep& step = any(path, random);
  switch (random.below(9)) {
    case 0: step.kind = static_cast<StepKind>(random.below(8)); break;
    case 1: step.index = small(random); break;
    case 2: step.element_words = small(random); break;
    case 3: step.type = some_type(random); break;
    case 4: step.stride = static_cast<std::uint16_t>(random.below(2)); break;
    case 5: path.pop_back(); break;
    case 6: path.push_back(any(path, random)); break;
    case 7: path.insert(path.begin() + static_cast<std::ptrdiff_t>(random.below(path.size() + 1)), PathStep{.kind = static_cast<StepKind>(random.below(5)), .index = small(random), .element_words = small(random), .type = {}, .offset = 0, .stride = 0}); break;
    default: path = {PathStep{.kind = StepKind::word, .index = small(random), .element_words = 0, .type = {}, .offset = 0, .stride = 0}}; break;
  }
}

bool change_path(Permission& permission, Draft&, Random& random) {
  const std::size_t x = random.below(permission.paths.size());
  const Path before = permission.paths[x];
  // The order of paths is looked at first.
  for (int i = 0; i < 8; ++i) {
    Path& path = permission.paths[x];
    path = before;
    change_steps(path, random);
    const bool in_order = (x == 0 || path_before(permission.paths[x - 1], path)) && (x + 1 == permission.paths.size() || path_before(path, permission.paths[x + 1]));
    if (!path.empty() && path != before && in_order) return true;
  }
  return !permission.paths[x].empty();
}

bool leave_path_unused(Permission& permission, Draft&, Random& random) {
  if (random.chance(40) && permission.paths.size() < kMaxPaths) {
    const auto function = parse_function_text(permission.text).value();
    for (int i = 0; i < 20; ++i) {
      const Path path = random_path(random, function);
      if (!path_before(permission.paths.back(), path)) continue;
      permission.paths.push_back(path);
      return true;
    }
  }
  const auto position = static_cast<Position>(kFirstPath + random.below(permission.paths.size()));
  std::erase_if(permission.rules, [&](const Rule& rule) { return rule.position == position || (rule.type.group == ValueGroup::ratio && rule.base == position); });
  if (random.chance(80)) std::erase_if(permission.counts, [&](const Count& count) { return count.source == position; });
  if (random.chance(80)) std::erase_if(permission.batch, [&](const BatchRule& rule) { return rule.position == position; });
  return true;
}

bool rule_at_path(Permission& permission, Draft&, Random& random) {
  if (permission.rules.empty()) return false;
  Rule& rule = any(permission.rules, random);
  switch (random.below(4)) {
    case 0: rule.position = some_position(permission, random); break;
    case 1: rule.type = some_type(random); break;
    case 2: rule.base = some_position(permission, random); break;
    default: rule.word_type = some_type(random); break;
  }
  std::ranges::sort(permission.rules, {}, [](const Rule& one) { return std::tuple(one.type.group, one.position, one.comparison); });
  return true;
}

bool count_at_path(Permission& permission, Draft& draft, Random& random) {
  if (draft.session.limits.empty()) return false;
  const Position position = static_cast<Position>(kFirstPath + random.below(permission.paths.size()));
  const auto type = type_at(permission, position);
  Count count{static_cast<std::uint8_t>(random.below(draft.session.limits.size())), random.chance(80) ? position : byte(random), type.value_or(ValueType{})};
  if (random.chance(30)) count.type = some_type(random);
  permission.counts = {count};
  return true;
}

bool inside_form_edit(Permission& permission, Draft&, Random& random) {
  Inside& inside = any(permission.inside, random);
  switch (random.below(6)) {
    case 0: inside.position = some_position(permission, random); break;
    case 1: inside.commands = inside.commands == Inside::kBySelector || random.chance(50) ? some_position(permission, random) : Inside::kBySelector; break;
    case 2: inside.permissions.clear(); break;
    case 3: inside.permissions.assign(random.between(31, 33), inside.permissions.front()); break;
    case 4: disorder(permission.inside, random); break;
    default: inside.commands = byte(random); break;
  }
  return true;
}

bool inside_permission_edit(Permission& permission, Draft& draft, Random& random) {
  Inside& inside = any(permission.inside, random);
  const std::size_t count = draft.session.permissions.size();
  Permission& inner = draft.session.permissions[any(inside.permissions, random)];
  switch (random.below(9)) {
    case 0: any(inside.permissions, random) = static_cast<std::uint8_t>(random.below(count + 2)); break;
    case 1: disorder(inside.permissions, random); break;
    case 2: inside.permissions.push_back(static_cast<std::uint8_t>(random.between(inside.permissions.back(), count))); break;
    case 3: inside.permissions.insert(inside.permissions.begin(), static_cast<std::uint8_t>(random.below(inside.permissions.front() + std::size_t{1}))); break;
    case 4: inner.contract = near(inner.contract, random); break;
    case 5: inner.inner = inner.command = false; break;
    case 6: inner.command = !inner.command; break;
    case 7: {  // the same function once more
      if (inside.permissions.size() < 2) return false;
      const Permission& other = draft.session.permissions[any(inside.permissions, random)];
      if (inner.command) { inner.selector = other.selector; break; }
      const bool command = inner.command;
      set_text(inner, other.text);
      inner.command = command;
      break;
    }
    default: inside.commands = Inside::kBySelector; break;
  }
  return true;
}

bool leave_inner_unused(Permission& inner, Draft& draft, Random& random) {
  const auto index = static_cast<std::uint8_t>(&inner - draft.session.permissions.data());
  for (Permission& permission : draft.session.permissions) {
    for (Inside& inside : permission.inside) {
      if (inside.permissions.size() > 1) std::erase(inside.permissions, index);
    }
  }
  if (random.chance(40) && draft.session.permissions.size() < kMaxPermissions) {
    Permission more = inner;
    more.inside.clear();
    draft.session.permissions.push_back(more);
    draft.carried.push_back(true);
  }
  return true;
}

bool extras_caps_edit(Permission& permission, Draft& draft, Random& random) {
  if (!permission.batch.empty() && random.chance(50)) {
    permission.batch.resize(random.between(8, 10), permission.batch.back());
    for (std::size_t r = 0; r < permission.batch.size(); ++r) permission.batch[r] = {BatchRule::kNoPosition, {}, Comparison::is, static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(draft.indices[0] % draft.session.permissions.size()), BatchRule::kNoPosition, {}};
    return true;
  }
  const std::size_t count = random.between(4, 6);
  std::vector<Address> contracts;
  while (contracts.size() < count) contracts.push_back(random.address());
  std::ranges::sort(contracts);
  permission.policies.clear();
  for (const Address& contract : contracts) permission.policies.push_back({contract, {}});
  return true;
}

// Bit 5, and behind all else extras of nothing, or none at all.
bool empty_extras(Bytes& bytes, const Permission&, Random& random) {
  bytes[0] |= 0x20;
  if (random.chance(90)) bytes.push_back(0);
  if (random.chance(90)) bytes.push_back(0);
  return true;
}

bool batch_form_edit(Permission& permission, Draft& draft, Random& random) {
  BatchRule& rule = any(permission.batch, random);
  switch (random.below(9)) {
    case 0: rule.position = some_position(permission, random); break;
    case 1: rule.type = some_type(random); break;
    case 2: rule.comparison = static_cast<Comparison>(random.below(7)); break;
    case 3: rule.where = byte(random); break;
    case 4: rule.permission = static_cast<std::uint8_t>(random.below(draft.session.permissions.size() + 2)); break;
    case 5: rule.other_position = some_position(draft.session.permissions[rule.permission % draft.session.permissions.size()], random); break;
    case 6: rule.other_type = some_type(random); break;
    case 7: rule.type.bytes = static_cast<std::uint8_t>(random.between(1, 32)); break;
    default: disorder(permission.batch, random); break;
  }
  return true;
}

bool policy_form_edit(Permission& permission, Draft& draft, Random& random) {
  Policy& policy = any(permission.policies, random);
  switch (random.below(5)) {
    case 0: {
      const std::array targets{Address{}, draft.place.account, draft.place.validator, kEntryPointAddresses[random.below(4)], near(draft.place.account, random)};
      policy.contract = random.pick(targets);
      break;
    }
    case 1: disorder(permission.policies, random); break;
    case 2: policy.words.resize(random.between(8, 10), policy.words.empty() ? PolicyWord{} : policy.words.back()); break;
    case 3:
      if (policy.words.size() < 2) return false;
      std::ranges::reverse(policy.words);
      break;
    default: {
      if (policy.words.empty()) policy.words.push_back({});
      PolicyWord& word = any(policy.words, random);
      word = {static_cast<ValueGroup>(random.below(5)), random.chance(50) ? to_word(draft.place.account) : random.word(256), random.chance(20)};
      break;
    }
  }
  return true;
}

// The extras stand last.
bool extras_bytes(Bytes& bytes, const Permission& permission, Random& random) {
  std::size_t size = 2 + 7 * permission.batch.size();
  for (const Policy& policy : permission.policies) size += 21 + 2 * policy.words.size();
  const std::size_t at = bytes.size() - random.between(1, size);
  bytes[at] = random.chance(50) ? static_cast<std::uint8_t>(bytes[at] ^ (1U << random.below(8))) : byte(random);
  return true;
}

bool dynamic_bytes(Bytes& bytes, const Permission& permission, Random& random) {
  const std::size_t at = kDynamicAt + random.below(most_value_at(permission) - kDynamicAt);
  switch (random.below(4)) {
    case 0: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), byte(random)); break;
    case 1: bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 2: bytes[at] = byte(random); break;
    default: bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
  }
  return true;
}

bool permit2_edit(Permission& permission, Draft& draft, Random& random) {
  Rule* rule = permission.rules.empty() ? nullptr : &permission.rules[0];
  switch (random.below(7)) {
    case 0: permission.counts.clear(); break;
    case 1: permission.rules.clear(); break;
    case 2:
      if (rule == nullptr) return false;
      rule->values[0] = to_word(near(draft.place.validator, random));
      if (random.chance(70)) permission.counts.clear();
      break;
    case 3:
      if (rule == nullptr) return false;
      rule->comparison = Comparison::is_not;
      if (random.chance(30)) permission.counts.clear();
      break;
    case 4:
      if (rule == nullptr) return false;
      rule->values.push_back(to_word(random.address()));
      std::ranges::sort(rule->values);
      if (random.chance(40)) permission.counts.clear();
      break;
    case 5:
      set_text(permission, random.pick(std::array<std::string_view, 3>{"transferFrom(address,address,uint160,address)", "transferFrom((address,address,uint160,address)[])", "lockdown((address,address)[])"}));
      break;
    default:
      permission.kind = random.chance(50) ? PermissionKind::any_function : PermissionKind::plain_transfer;
      set_text(permission, "");
      break;
  }
  return true;
}

constexpr std::array kEdits{
    Edit{"layout's bytes", layout, edit_bytes_of<is_dynamic, change_layout>},
    Edit{"a function of no session", denied_function, edit_function<[](Permission& p, Random& r) {
      set_text(p, r.pick(kNever));
      return true; }>},
    Edit{"number of paths", path_caps, edit_permission<has_paths, [](Permission& p, Draft&, Random& r) {
      p.paths.resize(r.between(32, 34), p.paths.back());
      return true; }>},
    Edit{"a path's size", path_caps, edit_bytes_of<has_paths, change_path_size>},
    Edit{"paths' order", path_order, edit_permission<has_paths, [](Permission& p, Draft&, Random& r) { disorder(p.paths, r); return true; }>},
    Edit{"a path's steps", path_steps, edit_permission<has_paths, change_path>},
    Edit{"a path's bytes", path_steps, edit_bytes_of<has_paths, change_path_bytes>},
    Edit{"a path unused", path_unused, edit_permission<has_paths, leave_path_unused>},
    Edit{"a rule's path", rule_type, edit_permission<has_paths, rule_at_path>},
    Edit{"a count's path", count_source, edit_permission<has_paths, count_at_path>},
    Edit{"number of insides", inside_caps, edit_permission<is_dynamic, [](Permission& p, Draft&, Random& r) {
      p.inside.resize(r.between(8, 10), p.inside.empty() ? Inside{kFirstPath, Inside::kBySelector, {1}} : p.inside.back());
      return true; }>},
    Edit{"an inside", inside_form, edit_permission<has_inside, inside_form_edit>},
    Edit{"an inside's permission", inside_permission, edit_permission<has_inside, inside_permission_edit>},
    Edit{"an inner permission unused", inner_unused, edit_permission<is_inner, leave_inner_unused>},
    Edit{"a function made inner", inner_unused, edit_permission<without_extras, [](Permission& p, Draft&, Random& r) {
      p.inner = true;
      if (r.chance(80)) p.most_value = 0;
      return true; }>},
    Edit{"an inner permission's value", inner_value, edit_permission<is_inner, [](Permission& p, Draft&, Random& r) {
      p.most_value = r.chance(60) ? Word(1) : r.word(256);
      return true; }>},
    Edit{"a command's text", text, edit_permission<is_inner, [](Permission& p, Draft&, Random& r) {
      if (!p.command) return false;
      if (r.chance(50)) p.selector.bytes[r.below(3)] = byte(r); else p.text[r.below(8)] ^= 1;
      return true; }>},
    Edit{"flags", permission_kind, [](Draft& d, Random& r) {
      enable_anew(d, r);
      d.permissions[r.below(d.permissions.size())][0] ^= static_cast<std::uint8_t>(1U << r.between(2, 7));
      return true; }},
    Edit{"number of extras", extras_caps, edit_permission<may_have_extras, extras_caps_edit>},
    Edit{"empty extras", extras_caps, edit_bytes_of<without_extras, empty_extras>},
    Edit{"a batch rule", batch_form, edit_permission<has_batch, batch_form_edit>},
    Edit{"a policy", policy_form, edit_permission<has_policies, policy_form_edit>},
    Edit{"a policy with words", policy_form, edit_permission<has_policy_words, policy_form_edit>},
    Edit{"extras' bytes", {}, edit_bytes_of<has_extras, extras_bytes>},
    Edit{"dynamic part's bytes", {}, edit_bytes_of<is_dynamic, dynamic_bytes>},
    Edit{"Permit2", limit_incomplete, edit_permission<is_permit2, permit2_edit>},
    Edit{"Permit2's count", count_token, edit_permission<is_permit2, permit2_edit>},
};

}  // namespace

std::span<const Edit> form_edits() {
  return kEdits;
}

}  // namespace valetkey::testing
