// One rule, or one counted value, against the arguments of a call: docs/protocol.md, section 5, G 7 and 8.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "evm/types.hpp"
#include "evm/word.hpp"
#include "policy/path.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"
#include "userop/execution.hpp"

namespace valetkey {

// The arguments of a call, also of one inside another, as a permission reads them. Valid as long as what it points to.
struct Arguments {
  const Permission& permission;
  ByteView data;      // behind the selector; of a function at least the head words
  const Word& value;  // native value of the call, wei; inside other calls of no meaning
};
// Of a call that the permission is for.
Arguments arguments_of(const Permission& permission, const CallView& call);
Arguments arguments_of(const Permission& permission, CallView&& call) = delete;

// Whether the word holds a value of the type and nothing else.
bool is_clean(ValueType type, const Word& word);

// Head word of arguments. They must reach so far.
Word head_word(ByteView arguments, Position position);

// nullptr for a head word, and for a path that the permission does not have.
const Path* path_of(const Permission& permission, Position position);
// The values at a head word or at the end of a path. A path that the permission does not have leads nowhere.
Followed<Word> values_at(const Arguments& arguments, Position position);
// The same of a position that has one value; none where there is no such member or bytes.
std::optional<Word> value_at(const Arguments& arguments, Position position);

// The contents at the end of a path.
Followed<ByteView> contents_at(const Arguments& arguments, Position position);

// path_range with the path's index, where the position is a path.
Refusal range_refusal(std::uint8_t call, Position position);

// dirty_word, the code of the comparison, or none: one value of a rule that is no ratio.
std::optional<RefusalCode> check_value(const Rule& rule, const Word& value, const Address& account);

// G 7 for rule j of the arguments' permission: dirty_word, ratio_word_over, the code of the comparison, or path_range.
std::optional<Refusal> check_rule(const Arguments& arguments, std::size_t j, const Address& account, std::uint8_t call);

}  // namespace valetkey
