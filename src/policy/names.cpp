#include "policy/names.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "evm/abi_type.hpp"
#include "policy/argument_names.hpp"
#include "policy/explain.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"
#include "session/targets.hpp"
#include "session/texts.hpp"

namespace valetkey {

namespace {

constexpr std::size_t kMostLeaves = 1000;

// The arguments of a declaration; none where it is not known.
std::optional<std::vector<AbiType>> inputs_of(const PermissionNames* names) {
  if (names == nullptr || names->declaration.empty()) return std::nullopt;
  auto function = parse_function(names->declaration);
  return function ? std::optional(std::move(function->inputs)) : std::nullopt;
}

bool is_argument(Position position) {
  return position < kFirstPath || path_index(position);
}

std::vector<Position> used_positions(const Permission& permission) {
  std::vector<Position> used;
  const auto add = [&](Position position) {
    if (is_argument(position) && std::ranges::find(used, position) == used.end()) used.push_back(position);
  };
  for (const Rule& rule : permission.rules) add(rule.position);
  for (const Count& count : permission.counts) add(count.source);
  for (const Inside& inside : permission.inside) {
    add(inside.position);
    add(inside.commands);
  }
  for (const BatchRule& rule : permission.batch) add(rule.position);
  return used;
}

// Whether the permission says something of the position that a call can break.
bool is_bound(const Permission& permission, Position position) {
  const auto is_here = [&](const auto& part) { return part.position == position; };
  return std::ranges::any_of(permission.rules, is_here) || std::ranges::any_of(permission.inside, is_here) ||
         std::ranges::any_of(permission.inside, [&](const Inside& inside) { return inside.commands == position; }) ||
         std::ranges::any_of(permission.batch, is_here);
}

bool is_part_of(const std::string& path, const std::string& whole) {
  return path.size() > whole.size() && path.starts_with(whole) &&
         (path[whole.size()] == '.' || path[whole.size()] == '[');
}

}  // namespace

bool moves_token(const Permission& permission) {
  return permission.kind == PermissionKind::function && !permission.command &&
         token_amount_word(permission.selector).has_value();
}

bool is_permit2_approve(const Permission& permission) {
  return permission.kind == PermissionKind::function && permission.contract == kPermit2 &&
         permission.selector == kPermit2Approve;
}

std::string NameBook::address(const Address& address) const {
  if (address == place_.account) return "this account";
  const AddressName* name = names_ != nullptr ? names_->find(address) : nullptr;
  return name != nullptr && !name->name.empty() ? fmt::format("{} ({})", name->name, to_checksum(address))
                                                : to_checksum(address);
}

std::string NameBook::short_address(const Address& address) const {
  const AddressName* name = names_ != nullptr ? names_->find(address) : nullptr;
  return name != nullptr && !name->name.empty() ? name->name : to_checksum(address);
}

std::optional<Unit> NameBook::token_unit(const Address& token) const {
  const AddressName* name = names_ != nullptr ? names_->find(token) : nullptr;
  return name != nullptr ? name->unit : std::nullopt;
}

Unit NameBook::coin() const {
  return names_ != nullptr ? names_->coin : Unit{"wei", 0};
}

const PermissionNames* NameBook::permission_names(std::size_t permission) const {
  return names_ != nullptr && permission < names_->permissions.size() ? &names_->permissions[permission] : nullptr;
}

std::string NameBook::argument(std::size_t permission, Position position) const {
  const Permission& known = session_.permissions[permission];
  const auto inputs = inputs_of(permission_names(permission));
  const auto path = path_index(position);
  if (inputs && path && *path < known.paths.size()) {
    if (auto name = name_path(*inputs, known.paths[*path])) return std::move(name->text);
  }
  if (inputs && !path) {
    const auto words = head_layout(*inputs);
    if (position < words.size()) return words[position].path;
  }
  return position_text(known, position);
}

std::vector<ArgumentView> NameBook::arguments(std::size_t permission) const {
  std::vector<ArgumentView> views;
  const Permission& known = session_.permissions[permission];
  if (known.kind != PermissionKind::function) return views;
  auto inputs = inputs_of(permission_names(permission));
  const bool named = inputs.has_value();
  if (!named) {
    const auto function = parse_function(known.text);
    if (!function) return views;
    inputs = function->inputs;
  }
  for (AbiLeaf& leaf : abi_leaves(*inputs, kMostLeaves)) {
    ArgumentView view;
    const bool head = leaf.head_word && *leaf.head_word < kFirstPath;
    view.name = named  ? leaf.path
                : head ? position_text(static_cast<Position>(*leaf.head_word))
                       : "argument " + leaf.path;
    view.leaf = std::move(leaf);
    views.push_back(std::move(view));
  }
  for (const Position position : used_positions(known)) {
    const auto path = path_index(position);
    const auto name = path && *path < known.paths.size() ? name_path(*inputs, known.paths[*path]) : std::nullopt;
    const auto view = std::ranges::find_if(views, [&](const ArgumentView& each) {
      return name ? each.leaf.path == name->leaf || is_part_of(each.leaf.path, name->leaf)
                  : each.leaf.head_word == std::size_t{position};
    });
    if (view == views.end()) continue;
    view->positions.push_back(position);
    if (is_bound(known, position) && (!name || (name->whole && name->leaf == view->leaf.path))) view->open = false;
  }
  return views;
}

std::optional<Unit> NameBook::word_unit(std::size_t permission, Position position) const {
  if (const PermissionNames* names = permission_names(permission)) {
    for (const WordUnit& word : names->units) {
      if (word.position == position) return word.unit;
    }
  }
  const Permission& known = session_.permissions[permission];
  for (const Count& count : known.counts) {
    if (count.source == position && count.limit < session_.limits.size()) return limit_unit(count.limit);
  }
  return moves_token(known) && token_amount_word(known.selector) == position ? token_unit(known.contract)
                                                                             : std::nullopt;
}

std::string NameBook::permission(std::size_t permission) const {
  const Permission& known = session_.permissions[permission];
  switch (known.kind) {
    case PermissionKind::function:
      if (known.command) {
        const std::string name = permission_name(permission);
        return fmt::format("{}.{}", short_address(known.contract),
                           name.empty() ? fmt::format("command 0x{:02x}", known.selector.bytes[3]) : name);
      }
      return fmt::format("{}.{}", short_address(known.contract), known.text.substr(0, known.text.find('(')));
    case PermissionKind::plain_transfer:
      return fmt::format("plain transfer to {}", address(known.contract));
    case PermissionKind::any_function:
      return fmt::format("any function of {}", address(known.contract));
    case PermissionKind::anything:
      break;
  }
  return std::string(kSudoText);
}

std::string NameBook::permission_name(std::size_t permission) const {
  const PermissionNames* names = permission_names(permission);
  if (names != nullptr && !names->name.empty()) return names->name;
  const Permission& known = session_.permissions[permission];
  return known.command ? std::string() : known.text.substr(0, known.text.find('('));
}

const LimitNames* NameBook::limit_names(std::size_t limit) const {
  return names_ != nullptr && limit < names_->limits.size() ? &names_->limits[limit] : nullptr;
}

std::string NameBook::limit(std::size_t limit) const {
  const LimitNames* names = limit_names(limit);
  return names != nullptr && !names->name.empty() ? fmt::format("limit {} `{}`", limit + 1, names->name)
                                                  : fmt::format("limit {}", limit + 1);
}

std::optional<Unit> NameBook::limit_unit(std::size_t limit) const {
  switch (session_.limits[limit].kind) {
    case LimitKind::token:
      return token_unit(session_.limits[limit].token);
    case LimitKind::sum: {
      const LimitNames* names = limit_names(limit);
      return names != nullptr ? names->unit : std::nullopt;
    }
    case LimitKind::native_every:
    case LimitKind::native:
    case LimitKind::fees:
      return coin();
    case LimitKind::calls_every:
    case LimitKind::calls:
      break;
  }
  return std::nullopt;
}

std::string NameBook::limit_amount(std::size_t limit, const Word& amount) const {
  const LimitKind kind = session_.limits[limit].kind;
  if (kind == LimitKind::calls || kind == LimitKind::calls_every) {
    return fmt::format("{} call{}", to_decimal(amount), amount == Word(1) ? "" : "s");
  }
  return amount_text(amount, limit_unit(limit));
}

std::string NameBook::value(ValueType type, const Word& word, const std::optional<Unit>& unit) const {
  switch (type.group) {
    case ValueGroup::address: {
      const auto known = to_address(word);
      return known ? address(*known) : to_hex(to_hash(word));
    }
    case ValueGroup::yes_no:
      return word.is_zero() ? "false" : "true";
    case ValueGroup::signed_number:
      return to_signed_decimal(word);
    case ValueGroup::fixed_bytes:
      return to_hex(ByteView(word.to_big_endian()).first(type.bytes));
    case ValueGroup::unsigned_number:
    case ValueGroup::ratio:
      break;
  }
  return amount_text(word, unit);
}

namespace {

// A ratio to one whole unit of the base, where that is a whole number of the word's base units: 0.00025 WETH for each 1
// USDC.
std::pair<Word, Word> per_whole_unit(const Rule& rule, const Unit& base) {
  Word whole = 1;
  for (unsigned i = 0; i < base.decimals; ++i) whole = checked_mul(whole, 10).value_or(Word(1));
  const auto scaled = checked_mul(rule.numerator, whole);
  if (scaled) {
    const Division division = divide(*scaled, rule.denominator);
    if (division.remainder.is_zero()) return {division.quotient, whole};
  }
  return {rule.numerator, rule.denominator};
}

}  // namespace

std::string NameBook::requirement(std::size_t permission, const Rule& rule) const {
  const std::string words = bound(permission, rule);
  const bool one_value = rule.type.group != ValueGroup::ratio && rule.values.size() + (rule.with_account ? 1 : 0) == 1;
  if (one_value && rule.comparison == Comparison::is) return "must be" + words.substr(std::string_view("is").size());
  if (one_value && rule.comparison == Comparison::is_not)
    return "must not be" + words.substr(std::string_view("is not").size());
  return "must be " + words;
}

std::string NameBook::bound(std::size_t permission, const Rule& rule) const {
  if (rule.type.group == ValueGroup::ratio) {
    const bool of_value = rule.base == kBaseValue;
    const auto word_unit_known = word_unit(permission, rule.position);
    const auto base_unit = of_value ? std::optional(coin()) : word_unit(permission, rule.base);
    const std::string base = of_value ? "the call's value" : argument(permission, rule.base);
    const std::string_view comparison = comparison_text(rule.comparison, 1);
    if (word_unit_known && base_unit) {
      const auto [amount, each] = per_whole_unit(rule, *base_unit);
      return fmt::format("{} {} for each {} of {}", comparison, amount_text(amount, word_unit_known),
                         amount_text(each, base_unit), base);
    }
    return fmt::format("{} {} / {} of {}", comparison, to_decimal(rule.numerator), to_decimal(rule.denominator), base);
  }
  const auto unit = word_unit(permission, rule.position);
  std::vector<std::string> values;
  if (rule.with_account) values.emplace_back("this account");
  for (const Word& word : rule.values) values.push_back(value(rule.type, word, unit));
  std::string text(comparison_text(rule.comparison, values.size()));
  const std::string_view between = rule.comparison == Comparison::between ? " and " : ", ";
  for (std::size_t i = 0; i < values.size(); ++i) text += fmt::format("{}{}", i == 0 ? " " : between, values[i]);
  return text;
}

}  // namespace valetkey
