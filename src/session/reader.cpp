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

}  // namespace valetkey
