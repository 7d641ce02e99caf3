#include "evm/eip191.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

TEST(Eip191, KnownAnswers) {
  EXPECT_EQ(hash_personal_message(as_bytes("hello world")),
            "0xd9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68"_hash);
  EXPECT_EQ(hash_personal_message({}), "0x5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad"_hash);
}

}  // namespace
}  // namespace valetkey
