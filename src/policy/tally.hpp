// What the calls of one operation add up to while they are looked at. For the folder's own use.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "policy/evaluate.hpp"

namespace valetkey {

// Amounts above this count as this: no limit is so high, and sums of them can't wrap.
inline constexpr Word kCountedMost = Word(1) << 112;

class Tally {
 public:
  void add(std::size_t limit, const Word& amount) {
    added_[limit] = wrapping_add(added_[limit], std::min(amount, kCountedMost)).value;
    touched_ |= 1U << limit;
  }
  void intersect(const Window& other) {
    window_.after = std::max(window_.after, other.after);
    window_.until = std::min(window_.until, other.until);
  }
  [[nodiscard]] const Window& window() const { return window_; }
  [[nodiscard]] bool touched(std::size_t limit) const { return (touched_ >> limit & 1U) != 0; }
  [[nodiscard]] const Word& added(std::size_t limit) const { return added_[limit]; }

 private:
  std::array<Word, kMaxLimits> added_{};
  std::uint32_t touched_ = 0;
  Window window_;
};

// [from, until - 1]; until 0 is no end.
inline Window window_of(Seconds from, Seconds until) {
  return {from, until == 0 ? kNoEnd : until - 1};
}

// A call of the validator that is `revoke` of this session and nothing else.
bool is_own_revoke(const CallView& call, const SessionId& id);

// G 1 for every call but revoke: where no session may go.
std::optional<RefusalCode> check_target(const CallView& call, const SessionPlace& place);

// G 3 to 8, for one call under one permission: what it counts is added to the tally, its window intersected.
// The refusal has the call's index.
std::optional<Refusal> check_permission(const Permission& permission, std::uint8_t permission_index,
                                        const CallView& call, std::uint8_t call_index, const Address& account,
                                        Tally& tally);

// G 9.
void count_every_call(const Session& header, const CallView& call, Tally& tally);

// H. Counters are written to `state`, windows intersected; where it refuses, some may be written.
std::optional<Refusal> check_limits(const Session& header, Seconds time, Tally& tally, SessionState& state);

}  // namespace valetkey
