#include "arguments.hpp"

#include <algorithm>

#include "session/paths.hpp"
#include "session/reader.hpp"

namespace valetkey::testing {
namespace {

using Kind = TypeTree::Kind;

constexpr std::size_t kMostMade = 300;  // members or bytes that a length is made to say

std::size_t dynamic_before(const TypeTree& type, std::size_t word) {
  return static_cast<std::size_t>(std::ranges::count(type.words.begin(), type.words.begin() + static_cast<std::ptrdiff_t>(word), kDynamicWord));
}

Word random_word_of(Random& random, std::uint8_t code) {
  const auto type = value_type(code);
  return type ? random_value(random, *type) : Word(0);
}

class Encoder {
 public:
  Encoder(Bytes& out, std::vector<Mark>* marks) : out_(out), marks_(marks) {}

  void call(const ArgumentTree& tree) {
    append(out_, tree.selector);
    members(tree.root);
  }

 private:
  void node(const ArgumentNode& node) {
    switch (node.type->kind) {
      case Kind::words:
      case Kind::tuple: return members(node);
      case Kind::bytes: return contents(node);
      case Kind::fixed_array: return list(node.parts);
      case Kind::array: break;
    }
    mark(MarkKind::length);
    put(node.parts.size());
    if (node.type->parts[0].kind != Kind::words) return list(node.parts);
    for (const ArgumentNode& element : node.parts) members(element);
  }

  void members(const ArgumentNode& node) {
    const std::size_t start = out_.size();
    for (std::size_t w = 0; w < node.words.size(); ++w) {
      if (node.type->words[w] == kDynamicWord) mark(MarkKind::offset);
      put(node.words[w]);
    }
    for (std::size_t w = 0; w < node.words.size(); ++w) {
      if (node.type->words[w] == kDynamicWord) tail(node.parts[dynamic_before(*node.type, w)], start, start + 32 * w);
    }
  }

  void list(const std::vector<ArgumentNode>& parts) {
    const std::size_t start = out_.size();
    for (std::size_t n = 0; n < parts.size(); ++n) {
      mark(MarkKind::offset);
      put(0);
    }
    for (std::size_t n = 0; n < parts.size(); ++n) tail(parts[n], start, start + 32 * n);
  }

  void tail(const ArgumentNode& part, std::size_t base, std::size_t place) {
    set(place, out_.size() - base);
    node(part);
  }

  void contents(const ArgumentNode& node) {
    mark(MarkKind::length);
    const std::size_t place = out_.size();
    put(0);
    for (const ArgumentTree& inner : node.call) call(inner);
    append(out_, node.bytes);
    const std::size_t size = out_.size() - place - 32;
    set(place, size);
    const std::size_t padding = (32 - size % 32) % 32;
    if (padding != 0 && marks_ != nullptr) marks_->push_back({MarkKind::padding, out_.size(), padding});
    out_.insert(out_.end(), padding, 0);
  }

  void mark(MarkKind kind) {
    if (marks_ != nullptr) marks_->push_back({kind, out_.size(), 32});
  }
  void put(const Word& word) { append(out_, word.to_big_endian()); }
  void set(std::size_t place, const Word& word) { std::ranges::copy(word.to_big_endian(), out_.begin() + static_cast<std::ptrdiff_t>(place)); }

  Bytes& out_;
  std::vector<Mark>* marks_;
};

class Finder {
 public:
  Finder(const Path& path, Random* random, std::size_t least) : path_(path), random_(random), least_(least) {}

  std::vector<ArgumentPlace> find(ArgumentNode& root) {
    go(root, 0);
    return std::move(places_);
  }

 private:
  // `node` has members, or is what the last step led to.
  void go(ArgumentNode& node, std::size_t step) {
    if (step == path_.size()) return places_.push_back({ArgumentPlace::Kind::contents, &node, 0, {}});
    const PathStep& here = path_[step];
    switch (here.kind) {
      case StepKind::word: return go_word(node, here, step);
      case StepKind::member:
        grow(node, here.index + std::size_t{1});
        if (here.index < node.parts.size()) go(node.parts[here.index], step + 1);
        return;
      case StepKind::every_member:
      case StepKind::some_member:
        grow(node, least_);
        for (ArgumentNode& part : node.parts) go(part, step + 1);
        return;
      case StepKind::length: return places_.push_back({ArgumentPlace::Kind::length, &node, 0, {}});
      case StepKind::slice:
      case StepKind::slice_from_end:
      case StepKind::every_slice: break;
    }
    go_slices(node, here);
  }

  void go_word(ArgumentNode& node, const PathStep& here, std::size_t step) {
    if (node.type->kind == Kind::fixed_array) return go(node.parts[here.index], step + 1);
    if (node.type->words[here.index] == kDynamicWord) return go(node.parts[dynamic_before(*node.type, here.index)], step + 1);
    places_.push_back({ArgumentPlace::Kind::word, &node, here.index, {}});
  }

  void go_slices(ArgumentNode& node, const PathStep& here) {
    const std::size_t size = packed_size(here.type);
    if (random_ != nullptr) {
      const std::size_t needed = here.kind != StepKind::every_slice ? here.offset + size : least_ == 0 ? 0 : here.offset + size + (least_ - 1) * here.stride;
      if (needed <= 2000 || here.kind != StepKind::every_slice || least_ <= 1) {
        while (node.bytes.size() < needed) node.bytes.push_back(static_cast<std::uint8_t>(random_->bits()));
      }
    }
    const auto add = [&](std::size_t at) { places_.push_back({ArgumentPlace::Kind::slice, &node, at, here.type}); };
    const std::size_t all = node.bytes.size();
    if (here.kind == StepKind::every_slice) {
      for (std::size_t at = here.offset; at + size <= all; at += here.stride) add(at);
    } else if (here.offset + size <= all) {
      add(here.kind == StepKind::slice ? here.offset : all - here.offset - size);
    }
  }

  void grow(ArgumentNode& node, std::size_t count) {
    while (random_ != nullptr && node.parts.size() < count) node.parts.push_back(random_node(*random_, node.type->parts[0]));
  }

  const Path& path_;
  Random* random_;
  std::size_t least_;
  std::vector<ArgumentPlace> places_;
};

bool cut_node(ArgumentNode& node, const Path& path, std::size_t step, Random& random) {
  if (step == path.size()) return false;
  const PathStep& here = path[step];
  switch (here.kind) {
    case StepKind::word:
      if (node.type->kind == Kind::fixed_array) return cut_node(node.parts[here.index], path, step + 1, random);
      return node.type->words[here.index] == kDynamicWord && cut_node(node.parts[dynamic_before(*node.type, here.index)], path, step + 1, random);
    case StepKind::member:
      if (here.index < node.parts.size() && random.chance(50) && cut_node(node.parts[here.index], path, step + 1, random)) return true;
      node.parts.resize(std::min<std::size_t>(node.parts.size(), random.chance(70) ? here.index : random.below(here.index + std::size_t{1})));
      return true;
    case StepKind::every_member:
    case StepKind::some_member: return !node.parts.empty() && cut_node(node.parts[random.below(node.parts.size())], path, step + 1, random);
    case StepKind::slice:
    case StepKind::slice_from_end:
      node.call.clear();
      node.bytes.resize(std::min<std::size_t>(node.bytes.size(), here.offset + packed_size(here.type) - 1));
      return true;
    case StepKind::every_slice:
    case StepKind::length: break;
  }
  return false;
}

void add_inner(ArgumentNode& node, std::vector<ArgumentTree*>& list) {
  for (ArgumentTree& inner : node.call) {
    list.push_back(&inner);
    add_inner(inner.root, list);
  }
  for (ArgumentNode& part : node.parts) add_inner(part, list);
}

}  // namespace

std::shared_ptr<const Function> types_of(const Permission& permission) {
  auto function = std::make_shared<Function>();
  function->layout = parse_function_text(permission.text).value();
  function->arguments.kind = Kind::tuple;
  function->arguments.words = function->layout.word_types;
  function->arguments.parts = function->layout.parts;
  return function;
}

Word random_value(Random& random, ValueType type) {
  const unsigned bits = type.group == ValueGroup::address ? 160 : 8U * type.bytes;
  switch (type.group) {
    case ValueGroup::yes_no: return random.below(2);
    case ValueGroup::signed_number: {
      const Word magnitude = random.word(bits - 1);
      return random.chance(50) ? ~magnitude : magnitude;
    }
    case ValueGroup::fixed_bytes: return random.word(bits) << (256 - bits);
    case ValueGroup::address:
    case ValueGroup::unsigned_number:
    case ValueGroup::ratio: break;
  }
  return random.word(bits);
}

ArgumentNode random_node(Random& random, const TypeTree& type) {
  ArgumentNode node;
  node.type = &type;
  for (const std::uint8_t code : type.words) node.words.push_back(random_word_of(random, code));
  switch (type.kind) {
    case Kind::words:
    case Kind::tuple:
      for (const TypeTree& part : type.parts) node.parts.push_back(random_node(random, part));
      break;
    case Kind::bytes: {
      const std::size_t size = random.chance(30) ? 32 * random.below(4) : random.below(100);
      for (std::size_t i = 0; i < size; ++i) node.bytes.push_back(static_cast<std::uint8_t>(random.bits()));
      break;
    }
    case Kind::array:
    case Kind::fixed_array: {
      const std::size_t count = type.kind == Kind::array ? random.below(4) : type.length;
      for (std::size_t n = 0; n < count; ++n) node.parts.push_back(random_node(random, type.parts[0]));
      break;
    }
  }
  return node;
}

ArgumentTree random_arguments(Random& random, const Permission& permission, std::uint8_t index) {
  ArgumentTree tree;
  tree.permission = index;
  if (!permission.command) tree.selector = to_bytes(permission.selector.view());
  tree.function = types_of(permission);
  tree.root = random_node(random, tree.function->arguments);
  return tree;
}

Bytes encode_arguments(const ArgumentTree& tree, std::vector<Mark>* marks) {
  Bytes out;
  Encoder(out, marks).call(tree);
  return out;
}

Word read_place(const ArgumentPlace& place) {
  switch (place.kind) {
    case ArgumentPlace::Kind::word: return place.node->words[place.at];
    case ArgumentPlace::Kind::length: return place.node->type->kind == Kind::bytes ? place.node->bytes.size() : place.node->parts.size();
    case ArgumentPlace::Kind::contents: return 0;
    case ArgumentPlace::Kind::slice: break;
  }
  const std::size_t size = packed_size(place.type);
  const Word number = Word::from_short_big_endian(ByteView(place.node->bytes).subspan(place.at, size));
  const auto bits = static_cast<unsigned>(8 * size);
  if (place.type.group == ValueGroup::fixed_bytes) return number << (256 - bits);
  const bool negative = place.type.group == ValueGroup::signed_number && !(number >> (bits - 1)).is_zero();
  return negative ? number | ~Word::max_of_bits(bits) : number;
}

void write_place(Random& random, const ArgumentPlace& place, const Word& word) {
  ArgumentNode& node = *place.node;
  switch (place.kind) {
    case ArgumentPlace::Kind::contents: return;
    case ArgumentPlace::Kind::word: node.words[place.at] = word; return;
    case ArgumentPlace::Kind::length: {
      if (word > Word(kMostMade)) return;
      const auto size = static_cast<std::size_t>(word.low_64());
      if (node.type->kind == Kind::bytes) {
        node.call.clear();
        node.bytes.resize(size);
      } else {
        node.parts.resize(std::min(node.parts.size(), size));
        while (node.parts.size() < size) node.parts.push_back(random_node(random, node.type->parts[0]));
      }
      return;
    }
    case ArgumentPlace::Kind::slice: break;
  }
  const std::size_t size = packed_size(place.type);
  const auto bytes = word.to_big_endian();
  const ByteView value = place.type.group == ValueGroup::fixed_bytes ? ByteView(bytes).first(size) : ByteView(bytes).last(size);
  std::ranges::copy(value, node.bytes.begin() + static_cast<std::ptrdiff_t>(place.at));
}

std::vector<ArgumentPlace> places_at(ArgumentTree& tree, const Permission& permission, Position position, Random* random, std::size_t least) {
  if (position < kFirstPath) {
    const bool is_word = position < tree.root.words.size() && tree.root.type->words[position] != kDynamicWord;
    return is_word ? std::vector<ArgumentPlace>{{ArgumentPlace::Kind::word, &tree.root, position, {}}} : std::vector<ArgumentPlace>{};
  }
  const auto x = path_index(position);
  if (!x || *x >= permission.paths.size()) return {};
  // What grows moves what was found before it.
  if (random != nullptr) Finder(permission.paths[*x], random, least).find(tree.root);
  return Finder(permission.paths[*x], nullptr, least).find(tree.root);
}

bool cut_path(ArgumentTree& tree, const Path& path, Random& random) {
  return cut_node(tree.root, path, 0, random);
}

std::vector<ArgumentTree*> with_inner(ArgumentTree& tree) {
  std::vector<ArgumentTree*> list{&tree};
  add_inner(tree.root, list);
  return list;
}

}  // namespace valetkey::testing
