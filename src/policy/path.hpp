// Follows a path to what it leads to in a call: docs/protocol.md, section 1, "Dynamic part". For the folder's own use.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "evm/word.hpp"
#include "session/model.hpp"

namespace valetkey {

// What a path leads to, in order. Where not in_range, it leads to no member or bytes of the call after these.
template <class T>
struct Followed {
  std::vector<T> found;
  bool in_range = true;
};

// `arguments` are what follows the selector, in the canonical form of the layout that the path is for. Any other bytes
// are answered with something, too, in bounded time.
// Values as the rules compare them: bytesN left-aligned, ints sign-extended.
Followed<Word> follow_to_values(const Path& path, ByteView arguments);
// Of `bytes` or `string`: views into the arguments.
Followed<ByteView> follow_to_contents(const Path& path, ByteView arguments);

}  // namespace valetkey
