#include "policy/explain_parts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "session/texts.hpp"

namespace valetkey {
namespace {

ArgumentLine line_of(const Permission& known, const NameBook& book, std::size_t permission, Position position) {
  ArgumentLine line;
  line.name = book.argument(permission, position);
  line.position = position;
  for (const Rule& rule : known.rules) {
    if (rule.position == position) line.rules.push_back(book.bound(permission, rule));
  }
  for (const Count& count : known.counts) {
    if (count.source == position) line.limits.push_back(count.limit);
  }
  for (const Inside& inside : known.inside) {
    if (inside.position == position) line.inside = &inside;
    if (inside.commands == position)
      line.note = fmt::format("each byte is the command of one of {}", book.argument(permission, inside.position));
  }
  if (std::ranges::find(known.batch, position, &BatchRule::position) != known.batch.end())
    line.note = "compared with another call of the batch";
  return line;
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) text += fmt::format("{}{}", i == 0 ? "" : between, parts[i]);
  return text;
}

std::vector<ArgumentLine> argument_lines(const Session& session, const NameBook& book, std::size_t permission) {
  const Permission& known = session.permissions[permission];
  std::vector<ArgumentLine> lines;
  for (const ArgumentView& view : book.arguments(permission)) {
    bool named = false;
    bool members = false;
    for (const Position position : view.positions) {
      lines.push_back(line_of(known, book, permission, position));
      named = named || lines.back().name == view.name;
      members = members || !lines.back().name.ends_with(".length");
    }
    if (named || (!view.open && members)) continue;
    ArgumentLine rest;
    rest.name = view.name;
    if (view.leaf.head_word) rest.position = static_cast<Position>(*view.leaf.head_word);
    if (members) rest.note = "anything else";
    lines.push_back(std::move(rest));
  }
  return lines;
}

std::string inside_words(const NameBook& book, std::size_t permission, const Inside& inside) {
  std::vector<std::string> numbers;
  for (const std::uint8_t inner : inside.permissions) numbers.push_back(std::to_string(inner + 1));
  const std::string by = inside.commands == Inside::kBySelector
                             ? std::string("their selectors")
                             : fmt::format("the commands in {}", book.argument(permission, inside.commands));
  return fmt::format("calls of permission{} {} only, told apart by {}", numbers.size() == 1 ? "" : "s",
                     joined(numbers, ", "), by);
}

std::string batch_words(const NameBook& book, std::size_t permission, const BatchRule& rule) {
  std::string words = fmt::format("in its batch the {} uses permission {} ({})", batch_call_text(rule.where),
                                  rule.permission + 1, book.permission(rule.permission));
  if (rule.position == BatchRule::kNoPosition) return words;
  const std::string_view comparison = comparison_text(rule.comparison, 1);
  return words + fmt::format(", and {} {}{} its {}", book.argument(permission, rule.position),
                             rule.comparison == Comparison::is ? "" : "is ", comparison,
                             book.argument(rule.permission, rule.other_position));
}

std::string policy_words(const NameBook& book, const Policy& policy) {
  std::vector<std::string> words;
  for (const PolicyWord& word : policy.words) {
    const std::uint8_t bytes = word.group == ValueGroup::address || word.group == ValueGroup::yes_no ? 1 : 32;
    words.push_back(word.account ? "this account" : book.value({word.group, bytes}, word.value, std::nullopt));
  }
  return fmt::format("{} is asked about each call{}{}", book.address(policy.contract), words.empty() ? "" : ", with ",
                     joined(words, ", "));
}

}  // namespace valetkey
