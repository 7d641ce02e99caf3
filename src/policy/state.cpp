#include "policy/state.hpp"

#include <algorithm>

namespace valetkey {
namespace {

constexpr unsigned kAmountBits = 112;
constexpr std::size_t kFirstPeriodWord = 8;

// The word with `bits` bits at `shift` replaced.
Word with_bits(const Word& word, unsigned shift, unsigned bits, const Word& value) {
  const Word mask = Word::max_of_bits(bits) << shift;
  return (word & ~mask) | ((value << shift) & mask);
}

}  // namespace

void SessionState::set_status(SessionStatus status) {
  words[0] = with_bits(words[0], 0, 8, static_cast<std::uint64_t>(status));
}

std::array<LimitSlot, kMaxLimits> limit_slots(const std::vector<Limit>& limits) {
  std::array<LimitSlot, kMaxLimits> slots{};
  for (std::size_t l = 0; l < limits.size() && l < kMaxLimits; ++l) {
    if (limits[l].period == 0) {
      slots[l] = {static_cast<std::uint8_t>(l / 2), static_cast<std::uint8_t>(8 + kAmountBits * (l % 2)), false};
    } else {
      slots[l] = {static_cast<std::uint8_t>(kFirstPeriodWord + l), 0, true};
    }
  }
  return slots;
}

Spent read_spent(const SessionState& state, const LimitSlot& slot) {
  const Word& word = state.words[slot.word];
  const std::uint64_t period = slot.with_period ? (word >> kAmountBits).to_uint64().value_or(~std::uint64_t{0}) : 0;
  return {(word >> slot.shift) & Word::max_of_bits(kAmountBits), period};
}

void write_spent(SessionState& state, const LimitSlot& slot, const Spent& spent) {
  Word& word = state.words[slot.word];
  if (slot.with_period) {
    word = (Word(spent.period) << kAmountBits) | spent.amount;
  } else {
    word = with_bits(word, slot.shift, kAmountBits, spent.amount);
  }
}

}  // namespace valetkey
