// One static value in its 32-byte word.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "evm/abi_type.hpp"
#include "evm/word.hpp"

namespace valetkey {

// True for the types whose value is one word: uint, int, address, bool, fixed_bytes.
bool is_one_word(const AbiType& type);

// Whether the word is the canonical encoding of a value of a one-word type: no dirty bits above (or below, for bytesN),
// a bool of 0 or 1, an int extended with its sign.
bool is_clean(const AbiType& type, const Word& word);

// uint: decimal or 0x quantity; int: decimal with '-' allowed; address: EIP-55; bool: true or false; bytesN: hex of N
// bytes. Errors: word_value with the reason, and those of the parsers called.
Result<Word> parse_abi_word(const AbiType& type, std::string_view text);

// The text that parse_abi_word reads back: decimal, checksummed address, true or false, hex. The word must be clean.
std::string to_text(const AbiType& type, const Word& word);

}  // namespace valetkey
