// Types of the contract ABI, and functions, errors and events made of them.
// https://docs.soliditylang.org/en/latest/abi-spec.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "evm/types.hpp"

namespace valetkey {

enum class AbiKind : std::uint8_t {
  uint_,  // size: bits
  int_,   // size: bits
  address,
  bool_,
  fixed_bytes,  // size: bytes, 1 to 32
  bytes,
  string,
  array,        // components: the element; any number of them
  fixed_array,  // components: the element; length of them
  tuple,        // components: the members
};

struct AbiType {
  AbiKind kind = AbiKind::uint_;
  std::uint16_t size = 0;
  std::uint32_t length = 0;
  std::vector<AbiType> components;
  std::string name;      // of the argument or member, empty where it has none
  bool indexed = false;  // of an event's argument

  bool is_dynamic() const;
  // 32-byte words that the type takes in a head: 1 for a dynamic one (its offset), the full size of a static one.
  std::size_t head_words() const;
};

enum class StateMutability : std::uint8_t { pure, view, nonpayable, payable };

struct AbiFunction {
  std::string name;
  std::vector<AbiType> inputs;
  std::vector<AbiType> outputs;
  StateMutability mutability = StateMutability::nonpayable;
};

struct AbiError {
  std::string name;
  std::vector<AbiType> inputs;
};

struct AbiEvent {
  std::string name;
  std::vector<AbiType> inputs;
  bool anonymous = false;
};

// The functions, errors and events of a contract, in the order of their source; overloads are all kept.
struct Abi {
  std::vector<AbiFunction> functions;
  std::vector<AbiError> errors;
  std::vector<AbiEvent> events;
};

// `uint256`, `(address,uint24)[2]`, `tuple(address to, uint24 fee)`; `uint` and `int` are the 256-bit ones.
// Errors of all parsers here: abi_syntax, abi_type (unknown type or bad size), abi_depth (over 16 levels), abi_size (a
// static type over 1024 words, or a list of over 256).
Result<AbiType> parse_abi_type(std::string_view text);

// The type in arrays: `[2][]` around a type. Errors as parse_abi_type.
Result<AbiType> add_array_suffixes(AbiType element, std::string_view suffixes);

// Canonical text `transfer(address,uint256)`, or a declaration with or without names:
// `function transfer(address to, uint256 value) external payable returns (bool)`. Data locations are ignored.
Result<AbiFunction> parse_function(std::string_view text);
// `error Refused(uint16 code, uint8 call)`; the word `error` may be left out.
Result<AbiError> parse_error(std::string_view text);
// `event Transfer(address indexed from, address indexed to, uint256 value)`; the word `event` may be left out.
Result<AbiEvent> parse_event(std::string_view text);
// One declaration a line: function, error or event; a line needs its word here. Empty lines are skipped.
Result<Abi> parse_human_readable_abi(std::string_view text);

// The canonical text of a type's text, put behind `to`: `uint` becomes `uint256`. Errors as parse_abi_type.
Result<void> append_canonical(std::string& to, std::string_view type);

// Canonical texts: no names, no spaces.
std::string canonical_text(const AbiType& type);
std::string canonical_text(const std::vector<AbiType>& types);  // `(address,uint256)`
std::string signature_text(const AbiFunction& function);        // `transfer(address,uint256)`
std::string signature_text(const AbiError& error);
std::string signature_text(const AbiEvent& event);

Selector selector_of_text(std::string_view signature);  // of the text as it is
Selector selector(const AbiFunction& function);
Selector selector(const AbiError& error);
Hash topic0(const AbiEvent& event);

// Functions of that name, or, where the text has a bracket, of that signature (parsed, so `uint` and names are fine).
std::vector<const AbiFunction*> find_functions(const Abi& abi, std::string_view name_or_signature);

// One 32-byte word of the head of call data, after the selector.
struct HeadWord {
  std::size_t position = 0;  // 0 is bytes 4 to 35 of the call data
  AbiType type;              // of the value in the word; a dynamic type where the word is an offset
  std::string path;  // `amount`, `params.amountIn`, `xs[1]`, `grid[0][2].x`; an unnamed argument or member is its
                     // number: `params.0`
  bool is_offset() const { return type.is_dynamic(); }
};

// How arguments are named: `member_path("params", fee, 2)` is `params.fee`, or `params.2` where it has no name;
// with an empty parent `fee` or `2`. `element_path("xs", 1)` is `xs[1]`.
std::string member_path(std::string_view parent, std::string_view name, std::size_t index);
std::string element_path(std::string_view parent, std::size_t index);

// Every word of the head in order: static tuples and fixed arrays take their full size, dynamic types one offset word.
std::vector<HeadWord> head_layout(const std::vector<AbiType>& inputs);

}  // namespace valetkey
