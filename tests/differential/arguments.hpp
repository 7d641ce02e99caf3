// Arguments of a call as a tree: filled along the paths of a permission, then written in the canonical form.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "random_session.hpp"
#include "session/function_text.hpp"
#include "session/model.hpp"

namespace valetkey::testing {

// A function's types. Trees point into it.
struct Function {
  TextLayout layout;
  TypeTree arguments;  // a tuple
};
std::shared_ptr<const Function> types_of(const Permission& permission);

struct ArgumentTree;

struct ArgumentNode {
  const TypeTree* type = nullptr;
  std::vector<Word> words;           // head words; those of dynamic members are of no meaning
  std::vector<ArgumentNode> parts;   // dynamic members in order, or the elements of an array
  Bytes bytes;                       // of bytes and string, where `call` is empty
  std::vector<ArgumentTree> call;    // one: the contents are this call, and `bytes` behind it
};

struct ArgumentTree {
  std::uint8_t permission = 0;
  Bytes selector;  // of a command empty
  std::shared_ptr<const Function> function;
  ArgumentNode root;
};

// Lists of a few members, bytes of a few words, clean words.
ArgumentTree random_arguments(Random& random, const Permission& permission, std::uint8_t index);
ArgumentNode random_node(Random& random, const TypeTree& type);
Word random_value(Random& random, ValueType type);

enum class MarkKind : std::uint8_t { offset, length, padding };
// Of a word in the call data; of padding the first byte and how many.
struct Mark {
  MarkKind kind = MarkKind::offset;
  std::size_t at = 0;
  std::size_t size = 32;
};
// The call data, with the selector.
Bytes encode_arguments(const ArgumentTree& tree, std::vector<Mark>* marks = nullptr);

// Where a value, a length or contents stand in a tree. Valid until a list or bytes of the tree change their size.
struct ArgumentPlace {
  enum class Kind : std::uint8_t { word, length, slice, contents };
  Kind kind = Kind::word;
  ArgumentNode* node = nullptr;
  std::size_t at = 0;  // word: its number; slice: bytes from the start
  ValueType type;      // slice
};
Word read_place(const ArgumentPlace& place);
// A length gets members and bytes so that it is the word, where that is not too many.
void write_place(Random& random, const ArgumentPlace& place, const Word& word);

// What the position leads to. With `random`, members and bytes that are missing are made first, `least` of those that a step to
// several goes to.
std::vector<ArgumentPlace> places_at(ArgumentTree& tree, const Permission& permission, Position position, Random* random = nullptr, std::size_t least = 1);

// Takes members or bytes away so that the path leads nowhere; false where it has no such step.
bool cut_path(ArgumentTree& tree, const Path& path, Random& random);

// The tree itself and those of calls inside it, the outer first.
std::vector<ArgumentTree*> with_inner(ArgumentTree& tree);

}  // namespace valetkey::testing
