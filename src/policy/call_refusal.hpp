// Why a call was refused, in words with names. For the folder's own use.
#pragma once

#include <string>

#include "policy/names.hpp"
#include "policy/refusal_text.hpp"

namespace valetkey {

// What follows `call 1 (router.exactInputSingle): `. The refusal is of a call that is there and has a permission of the
// session.
std::string call_refusal_text(const Refusal& refusal, const RefusedOperation& refused, const NameBook& book);

}  // namespace valetkey
