// ABI encoding of argument lists and calls, in the one canonical form.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evm/abi_type.hpp"
#include "evm/value.hpp"

namespace valetkey {

// The values as the ABI encodes the tuple of the types, without a leading offset.
// Errors: value_count, value_shape (with the argument's path), value_range (a word that is not clean for its type).
Result<Bytes> build_arguments(std::span<const AbiType> types, std::span<const Value> values);

// Selector and arguments. Errors as build_arguments.
Result<Bytes> build_call(const AbiFunction& function, std::span<const Value> values);

// Reads exactly the bytes that build_arguments writes for some values, and refuses everything else: dirty or short
// padding, gaps, shared or out-of-order tails, trailing bytes. Errors: abi_data_short, abi_data_dirty, abi_data_offset,
// abi_data_trailing.
Result<std::vector<Value>> decode_arguments(std::span<const AbiType> types, ByteView data);
// Also checks the selector: abi_data_selector.
Result<std::vector<Value>> decode_call(const AbiFunction& function, ByteView call_data);

// For hand-written encoders: one word, and bytes padded with zeros to a multiple of 32 (without their length word).
void append_word(Bytes& to, const Word& word);
void append_padded(Bytes& to, ByteView bytes);
constexpr std::size_t padded_size(std::size_t size) {
  return (size + 31) / 32 * 32;
}

// Selector and static words: the fast way for `transfer(address,uint256)` and its like.
Bytes encode_static_call(const Selector& selector, std::span<const Word> words);

// Word number `position` of the head, after the selector; none where the call data is too short.
std::optional<Word> read_head_word(ByteView call_data, std::size_t position);

}  // namespace valetkey
