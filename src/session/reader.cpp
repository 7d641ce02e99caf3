#include "session/reader.hpp"

namespace valetkey {
namespace {

bool is_shortest(ByteView bytes) {
  return bytes.empty() || bytes[0] != 0;
}

// The size of a value's bytes by its first byte; none where the type has no such size.
std::optional<std::size_t> value_size(ValueType type, std::uint8_t head) {
  switch (type.group) {
    case ValueGroup::address:
      if (head != 0 && head != Address::kSize) return std::nullopt;
      return head;
    case ValueGroup::unsigned_number:
    case ValueGroup::yes_no:
      if (head > type.bytes) return std::nullopt;
      return head;
    case ValueGroup::signed_number: {
      const std::size_t size = head & 0x7fU;
      if (size > type.bytes) return std::nullopt;
      return size;
    }
    case ValueGroup::fixed_bytes:
      if (head != type.bytes) return std::nullopt;
      return head;
    case ValueGroup::ratio:
      break;
  }
  return std::nullopt;
}

}  // namespace

bool permission_flags_fit(std::uint8_t flags) {
  const bool is_function = (flags & kKindBits) == static_cast<unsigned>(PermissionKind::function);
  const bool inner = (flags & kInnerBit) != 0;
  if ((flags & 0x10U) != 0) return false;
  if (!is_function && (flags & (kInnerBit | kCommandBit | kDynamicBit)) != 0) return false;
  if (!inner && (flags & kCommandBit) != 0) return false;
  return !inner || (flags & kExtrasBit) == 0;
}

std::expected<Word, ReadFault> read_number(ByteReader& reader, std::size_t max_size) {
  const auto size = reader.take_byte();
  if (!size) return std::unexpected(ReadFault::form);
  if (*size > max_size) return std::unexpected(ReadFault::value);
  const auto bytes = reader.take(*size);
  if (!bytes) return std::unexpected(ReadFault::form);
  if (!is_shortest(*bytes)) return std::unexpected(ReadFault::value);
  return Word::from_short_big_endian(*bytes);
}

std::expected<RuleValue, ReadFault> read_rule_value(ByteReader& reader, ValueType type) {
  const auto head = reader.take_byte();
  if (!head) return std::unexpected(ReadFault::form);
  const auto size = value_size(type, *head);
  if (!size) return std::unexpected(ReadFault::value);
  const auto bytes = reader.take(*size);
  if (!bytes) return std::unexpected(ReadFault::form);

  const Word word = Word::from_short_big_endian(*bytes);
  switch (type.group) {
    case ValueGroup::address:
      return RuleValue{bytes->empty(), word};
    case ValueGroup::fixed_bytes:
      return RuleValue{false, word << (256 - 8U * type.bytes)};
    case ValueGroup::signed_number:
      if (!is_shortest(*bytes) || word.bit_length() > 8U * type.bytes - 1) break;
      return RuleValue{false, (*head & 0x80U) != 0 ? ~word : word};
    case ValueGroup::yes_no:
      if (word > Word(1)) break;
      [[fallthrough]];
    case ValueGroup::unsigned_number:
    case ValueGroup::ratio:
      if (!is_shortest(*bytes)) break;
      return RuleValue{false, word};
  }
  return std::unexpected(ReadFault::value);
}

std::optional<ValueType> value_type(std::uint8_t code) {
  const auto group = static_cast<std::uint8_t>(code >> 5U);
  const auto bytes = static_cast<std::uint8_t>((code & 0x1fU) + 1);
  if (group > static_cast<std::uint8_t>(ValueGroup::ratio)) return std::nullopt;
  const ValueType type{static_cast<ValueGroup>(group), bytes};
  const bool has_size = type.group == ValueGroup::unsigned_number || type.group == ValueGroup::signed_number ||
                        type.group == ValueGroup::fixed_bytes;
  if (!has_size && bytes != 1) return std::nullopt;
  return type;
}

std::optional<BatchRule> read_batch_rule(ByteView bytes) {
  BatchRule rule;
  rule.position = bytes[0];
  rule.where = bytes[3];
  rule.permission = bytes[4];
  rule.other_position = bytes[5];
  if (rule.position == BatchRule::kNoPosition) {
    const bool empty = bytes[1] == 0 && bytes[2] == 0 && rule.other_position == BatchRule::kNoPosition && bytes[6] == 0;
    return empty ? std::optional(rule) : std::nullopt;
  }
  const auto type = value_type(bytes[1]);
  const auto other_type = value_type(bytes[6]);
  const auto comparison = static_cast<unsigned>(bytes[2] >> 5U);
  if (!type || !other_type || (bytes[2] & 0x1fU) != 0 || comparison > static_cast<unsigned>(Comparison::between))
    return std::nullopt;
  rule.type = *type;
  rule.comparison = static_cast<Comparison>(comparison);
  rule.other_type = *other_type;
  return rule;
}

}  // namespace valetkey
