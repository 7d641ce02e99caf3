// Reads the parts of an encoding one after the other. For the folder's own use.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"
#include "session/model.hpp"

namespace valetkey {

// The first byte of a permission, above its kind.
inline constexpr unsigned kKindBits = 0x03;
inline constexpr unsigned kInnerBit = 0x04;
inline constexpr unsigned kCommandBit = 0x08;
inline constexpr unsigned kExtrasBit = 0x20;
inline constexpr unsigned kWindowBit = 0x40;
inline constexpr unsigned kDynamicBit = 0x80;

// Whether a permission may begin with that byte.
bool permission_flags_fit(std::uint8_t flags);

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  // The next bytes; none where fewer are left.
  std::optional<ByteView> take(std::size_t size) {
    if (size > rest_.size()) return std::nullopt;
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  std::optional<std::uint8_t> take_byte() {
    const auto taken = take(1);
    return taken ? std::optional((*taken)[0]) : std::nullopt;
  }
  // A length in one byte and what it measures, without the length.
  std::optional<ByteView> take_measured() {
    const auto size = take_byte();
    return size ? take(*size) : std::nullopt;
  }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

 private:
  ByteView rest_;
};

enum class ReadFault : std::uint8_t {
  form,   // a length goes past the end
  value,  // too wide, or not the shortest
};

// Length and shortest big-endian bytes, at most max_size of them. A length is judged before the bytes behind it are
// asked for.
std::expected<Word, ReadFault> read_number(ByteReader& reader, std::size_t max_size);

struct RuleValue {
  bool account = false;  // the marker of the account; the word is 0
  Word word;             // as Rule::values has it
};

// A value of a rule, for every type but ratio.
std::expected<RuleValue, ReadFault> read_rule_value(ByteReader& reader, ValueType type);

// The type that a policy's word of the group has.
constexpr ValueType widest_type(ValueGroup group) {
  const bool sized =
      group == ValueGroup::unsigned_number || group == ValueGroup::signed_number || group == ValueGroup::fixed_bytes;
  return {group, static_cast<std::uint8_t>(sized ? 32 : 1)};
}

// None for a byte that is no type of a value: sizes of address, yes_no and ratio other than 1, and the unknown groups.
std::optional<ValueType> value_type(std::uint8_t code);

inline constexpr std::size_t kBatchRuleSize = 7;
// Exactly those bytes. None where a type or the comparison is none, or where nothing is compared and that is not
// written as it is.
std::optional<BatchRule> read_batch_rule(ByteView bytes);

}  // namespace valetkey
