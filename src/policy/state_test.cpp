#include "policy/state.hpp"

#include <gtest/gtest.h>

#include "policy/evaluate.hpp"
#include "session/targets.hpp"

namespace valetkey {
namespace {

Limit total() {
  return {LimitKind::calls_every, 1, 0, {}};
}
Limit per_day() {
  return {LimitKind::calls_every, 1, 86'400, {}};
}

TEST(StateTest, LimitsAreLaidOutAsThePageSays) {
  const auto slots = limit_slots({per_day(), total(), total(), per_day(), total()});
  EXPECT_EQ(slots[1].word, 0);
  EXPECT_EQ(slots[1].shift, 120);
  EXPECT_EQ(slots[2].word, 1);
  EXPECT_EQ(slots[2].shift, 8);
  EXPECT_EQ(slots[4].word, 2);
  EXPECT_EQ(slots[4].shift, 8);
  EXPECT_EQ(slots[0].word, 8);
  EXPECT_EQ(slots[3].word, 11);
  EXPECT_TRUE(slots[0].with_period);
  EXPECT_FALSE(slots[1].with_period);
}

TEST(StateTest, SixteenLimitsOfEitherKindHaveRoom) {
  EXPECT_EQ(limit_slots(std::vector<Limit>(16, total()))[15].word, 7);
  EXPECT_EQ(limit_slots(std::vector<Limit>(16, per_day()))[15].word, kStateWords - 1);
}

TEST(StateTest, WhatIsWrittenIsReadAndNothingElseMoves) {
  const std::vector<Limit> limits{total(), total(), per_day(), total()};
  const auto slots = limit_slots(limits);
  SessionState state;
  state.set_status(SessionStatus::enabled);
  const Word most = Word::max_of_bits(112);
  for (std::size_t l = 0; l < limits.size(); ++l) {
    const Spent spent{most, limits[l].period != 0 ? (std::uint64_t{1} << 40U) - 1 : 0};
    write_spent(state, slots[l], spent);
    EXPECT_EQ(read_spent(state, slots[l]).amount, spent.amount);
    EXPECT_EQ(read_spent(state, slots[l]).period, spent.period);
  }
  EXPECT_EQ(state.status(), SessionStatus::enabled);
  write_spent(state, slots[0], {5, 0});
  EXPECT_EQ(read_spent(state, slots[1]).amount, most);
  state.set_status(SessionStatus::revoked);
  EXPECT_EQ(read_spent(state, slots[0]).amount, Word(5));
}

TEST(StateTest, EntryPointsAreThoseOfTheUserOperations) {
  EXPECT_TRUE(is_entry_point(kEntryPointV06.address));
  EXPECT_TRUE(is_entry_point(kEntryPointV07.address));
  EXPECT_TRUE(is_entry_point(kEntryPointV08.address));
  EXPECT_TRUE(is_entry_point(kEntryPointV09Address));
  EXPECT_EQ(kEntryPointAddresses.size(), 4U);
}

}  // namespace
}  // namespace valetkey
