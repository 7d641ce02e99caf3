// One rule, or one counted word, against the arguments of a call: docs/protocol.md, section 5, G 7 and 8.
#pragma once

#include <optional>

#include "evm/types.hpp"
#include "evm/word.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"
#include "userop/execution.hpp"

namespace valetkey {

// Whether the word holds a value of the type and nothing else.
bool is_clean(ValueType type, const Word& word);

// Head word of a call to a function, after the selector. The call data must reach so far.
Word head_word(ByteView call_data, std::uint8_t position);

// dirty_word, ratio_word_over, or the code of the comparison. The call data have all the head words.
std::optional<RefusalCode> check_rule(const Rule& rule, const CallView& call, const Address& account);

}  // namespace valetkey
