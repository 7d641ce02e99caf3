#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <type_traits>

namespace valetkey {
namespace {

using Secret = SecretBytes<4>;
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

Secret make(std::uint8_t first) {
  return Secret(std::array<std::uint8_t, 4>{first, 2, 3, 4});
}

TEST(Secret, ComparesByContent) {
  EXPECT_TRUE(make(1) == make(1));
  EXPECT_FALSE(make(1) == make(9));
}

TEST(Secret, MovingWipesTheSource) {
  Secret from = make(1);
  const Secret to = std::move(from);
  EXPECT_EQ(to.expose(ExposeSecret{})[0], 1);
  EXPECT_TRUE(all_zero(from.expose(ExposeSecret{})));  // NOLINT: the moved-from state is specified
}

TEST(Secret, DestructionWipesTheMemory) {
  alignas(Secret) std::array<std::uint8_t, sizeof(Secret)> memory{};
  auto* const secret = new (memory.data()) Secret(make(1));
  EXPECT_FALSE(all_zero(memory));
  std::destroy_at(secret);
  EXPECT_TRUE(all_zero(memory));
}

TEST(Secret, ConstantTimeCompareLooksAtEveryByteAndTheSize) {
  const Bytes a = {1, 2, 3};
  EXPECT_TRUE(equal_constant_time(a, Bytes{1, 2, 3}));
  EXPECT_FALSE(equal_constant_time(a, Bytes{1, 2, 4}));
  EXPECT_FALSE(equal_constant_time(a, Bytes{9, 2, 3}));
  EXPECT_FALSE(equal_constant_time(a, Bytes{1, 2}));
}

}  // namespace
}  // namespace valetkey
