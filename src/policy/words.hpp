// Words at any place in call data that may end anywhere. For the folder's own use.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "evm/word.hpp"

namespace valetkey {

inline constexpr std::size_t kWordSize = 32;

// None where the data do not reach so far.
inline std::optional<Word> read_word(ByteView data, std::size_t at) {
  if (data.size() < kWordSize || at > data.size() - kWordSize) return std::nullopt;
  return Word::from_big_endian(data.subspan(at).first<kWordSize>());
}

// A word that is a length or an offset; none also where it is 2^64 or more.
inline std::optional<std::uint64_t> read_size(ByteView data, std::size_t at) {
  const auto word = read_word(data, at);
  return word ? word->to_uint64() : std::nullopt;
}

}  // namespace valetkey
