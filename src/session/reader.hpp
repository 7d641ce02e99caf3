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

// None for a byte that is no type of a value: sizes of address, yes_no and ratio other than 1, and the unknown groups.
std::optional<ValueType> value_type(std::uint8_t code);

}  // namespace valetkey
