// Paths into dynamic arguments: docs/protocol.md, section 1, "Dynamic part".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "session/function_text.hpp"
#include "session/model.hpp"

namespace valetkey {

// The index of the path that a position names; none for a head word and for what is no position.
constexpr std::optional<std::size_t> path_index(Position position) {
  if (position < kFirstPath || position >= kFirstPath + kMaxPaths) return std::nullopt;
  return static_cast<std::size_t>(position - kFirstPath);
}

// Bytes that a value of the type takes inside `bytes`: 20 of an address, 1 of a bool.
constexpr std::size_t packed_size(ValueType type) {
  return type.group == ValueGroup::address ? Address::kSize : type.bytes;
}

// The steps, without their length.
Bytes encode_path(const Path& path);
// None where a step is cut off, of an unknown kind or of an unknown type. Takes exactly what encode_path writes.
std::optional<Path> decode_path(ByteView steps);

// The order that paths of a permission have: that of the bytes, their length first.
bool steps_before(ByteView a, ByteView b);
bool path_before(const Path& a, const Path& b);

enum class PathReach : std::uint8_t {
  one,    // one value
  every,  // several, each looked at
  some,   // several, one has to pass
};
PathReach path_reach(const Path& path);

struct PathEnd {
  std::optional<ValueType> type;  // of the values; none: the contents of `bytes` or `string`
  PathReach reach = PathReach::one;
  bool operator==(const PathEnd&) const = default;
};

// Where a path ends; none where it does not fit the function's types.
std::optional<PathEnd> path_end(const TextLayout& function, const Path& path);

}  // namespace valetkey
