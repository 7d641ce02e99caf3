// What a target holds its input to.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.hpp"

namespace valetkey::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace valetkey::fuzz
