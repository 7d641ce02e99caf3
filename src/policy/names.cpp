#include "policy/names.hpp"

#include <utility>

#include <fmt/core.h>

#include "evm/abi_type.hpp"
#include "policy/explain.hpp"
#include "session/function_text.hpp"
#include "session/texts.hpp"

namespace valetkey {

std::vector<std::string> word_paths(const std::string& declaration) {
  std::vector<std::string> paths;
  if (const auto function = parse_function(declaration)) {
    for (HeadWord& word : head_layout(function->inputs)) paths.push_back(std::move(word.path));
  }
  return paths;
}

bool moves_token(const Permission& permission) {
  return permission.kind == PermissionKind::function && token_amount_word(permission.selector).has_value();
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

std::string NameBook::argument(std::size_t permission, std::uint8_t position) const {
  if (names_ != nullptr && permission < names_->permissions.size()) {
    const auto paths = word_paths(names_->permissions[permission].declaration);
    if (position < paths.size()) return paths[position];
  }
  return position_text(position);
}

std::optional<Unit> NameBook::word_unit(std::size_t permission, std::uint8_t position) const {
  if (names_ != nullptr && permission < names_->permissions.size()) {
    for (const WordUnit& word : names_->permissions[permission].units) {
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
