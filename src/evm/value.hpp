// A value of any ABI or EIP-712 type. Its type is kept apart and says how to read it.
#pragma once

#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey {

struct Value {
  // A list of exactly one list is written List{Value(List{...})}: plain braces around one list mean a copy of it to
  // some compilers (CWG 2137).
  using List = std::vector<Value>;

  // One-word types: the word as the ABI writes it (bytesN on the left, an int in two's complement).
  // bytes and string: the bytes. Arrays, tuples and structs: the members in order.
  std::variant<Word, Bytes, List> data;

  Value() = default;
  Value(Word word) : data(word) {}
  Value(std::uint64_t number) : data(Word(number)) {}
  Value(const Address& address) : data(to_word(address)) {}
  Value(const Hash& hash) : data(to_word(hash)) {}
  Value(Bytes bytes) : data(std::move(bytes)) {}
  Value(std::string_view text) : data(to_bytes(as_bytes(text))) {}
  template <std::size_t N>
  Value(const char (&text)[N]) : Value(std::string_view(text)) {}
  Value(List list) : data(std::move(list)) {}
  static Value boolean(bool yes) { return Word(yes ? 1 : 0); }

  // The content where the value is of that shape, else nullptr.
  const Word* word() const { return std::get_if<Word>(&data); }
  const Bytes* bytes() const { return std::get_if<Bytes>(&data); }
  const List* list() const { return std::get_if<List>(&data); }

  bool operator==(const Value&) const = default;
};

}  // namespace valetkey
