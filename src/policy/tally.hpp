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
  // A permission is looked at from here on, against these arguments (behind the selector).
  void enter(std::uint8_t permission, ByteView arguments) {
    permission_ = permission;
    arguments_ = arguments;
    used_ |= 1U << (permission % kMaxPermissions);
  }
  // The selector, or 0 and the command, of the call inside that is looked at; none where it has none.
  void set_inner(const std::optional<Selector>& selector) { inner_ = selector; }
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
  // One bit for each permission that was looked at.
  [[nodiscard]] std::uint32_t used() const { return used_; }
  // The one looked at last: where it refused, the one that the refusal is of. kNoIndex: none.
  [[nodiscard]] std::uint8_t permission() const { return permission_; }
  [[nodiscard]] ByteView arguments() const { return arguments_; }
  [[nodiscard]] const std::optional<Selector>& inner() const { return inner_; }

 private:
  std::array<Word, kMaxLimits> added_{};
  std::uint32_t touched_ = 0;
  std::uint32_t used_ = 0;
  Window window_;
  ByteView arguments_;
  std::uint8_t permission_ = kNoIndex;
  std::optional<Selector> inner_;
};

// [from, until - 1]; until 0 is no end.
inline Window window_of(Seconds from, Seconds until) {
  return {from, until == 0 ? kNoEnd : until - 1};
}

// A session's own permissions, all carried. Valid as long as the session is; more than kMaxPermissions are cut off.
class WholePermissions {
 public:
  explicit WholePermissions(const Session& session) : count_(std::min(session.permissions.size(), kMaxPermissions)) {
    for (std::size_t p = 0; p < count_; ++p) list_[p] = &session.permissions[p];
  }
  [[nodiscard]] CarriedPermissions view() const { return std::span(list_).first(count_); }

 private:
  std::size_t count_;
  std::array<const Permission*, kMaxPermissions> list_;  // not set behind count_
};

// A call of the validator that is `revoke` of this session and nothing else.
bool is_own_revoke(const CallView& call, const SessionId& id);

// G 1 for every call but revoke: where no session may go.
std::optional<RefusalCode> check_target(const CallView& call, const SessionPlace& place);

// G 3 to 9, for one call under one permission, which is carried: what it counts is added to the tally, its window and
// those of the inner permissions intersected. The refusal has the call's index.
std::optional<Refusal> check_permission(CarriedPermissions permissions, std::uint8_t permission, const CallView& call,
                                        std::uint8_t call_index, const Address& account, Tally& tally);

// G 10.
void count_every_call(const Session& header, const CallView& call, Tally& tally);

// The call that a batch rule of call i is about; none where there is none.
std::optional<std::size_t> other_call(std::uint8_t where, std::size_t i, std::size_t calls);
// G after all calls, for the batch rules of one call. The choice names permissions that are carried, or
// kRevokePermission.
std::optional<Refusal> check_batch_rules(CarriedPermissions permissions, const Operation& operation,
                                         std::uint8_t call_index, Tally& tally);
// The same for its policies.
std::optional<Refusal> check_policies(CarriedPermissions permissions, const Operation& operation,
                                      std::uint8_t call_index, const Address& account, Tally& tally);

// H. Counters are written to `state`, windows intersected; where it refuses, some may be written.
std::optional<Refusal> check_limits(const Session& header, Seconds time, Tally& tally, SessionState& state);

}  // namespace valetkey
