// Whether arguments are encoded in the one canonical ABI form: docs/protocol.md, section 5, G 4, and section 1, "Dynamic
// part". For the folder's own use.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace valetkey {

// `arguments` are what follows the selector, `words` their head words, `layout` as Permission::layout. Offsets are
// those of tails without gaps in the order of the members, padding is zeros, nothing follows; words are not looked at.
// Time linear in the arguments and the layout, whatever they are. The layout has to be a function's, else the answer
// means nothing.
bool is_canonical(ByteView layout, std::size_t words, ByteView arguments);

}  // namespace valetkey
