// What the chain keeps of an account and a session: docs/protocol.md, section 4.
#pragma once

#include <array>
#include <cstdint>

#include "evm/word.hpp"
#include "session/model.hpp"

namespace valetkey {

enum class SessionStatus : std::uint8_t { unknown = 0, enabled = 1, revoked = 2 };

inline constexpr std::size_t kStateWords = 24;

// As the views `accountOf` and `wordsOf` give it.
struct SessionState {
  std::uint64_t epoch = 0;
  bool installed = false;
  std::array<Word, kStateWords> words{};  // word 0 has the status in its lowest byte

  [[nodiscard]] SessionStatus status() const { return static_cast<SessionStatus>(words[0].low_64() & 0xff); }
  void set_status(SessionStatus status);
  bool operator==(const SessionState&) const = default;
};

// A limit's place in the words.
struct LimitSlot {
  std::uint8_t word = 0;
  std::uint8_t shift = 0;  // bits; with a period 0, and the period's number stands from bit 112
  bool with_period = false;
};

// One for each of the limits, in the header's order; the rest is unused.
std::array<LimitSlot, kMaxLimits> limit_slots(const std::vector<Limit>& limits);

struct Spent {
  Word amount;
  std::uint64_t period = 0;  // its number; 0 for a limit in total
};
Spent read_spent(const SessionState& state, const LimitSlot& slot);
void write_spent(SessionState& state, const LimitSlot& slot, const Spent& spent);

}  // namespace valetkey
