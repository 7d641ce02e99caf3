#include "session/function_text.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "evm/keccak.hpp"
#include "session/model.hpp"

namespace valetkey {
namespace {

constexpr std::size_t kMinText = 3;
constexpr std::size_t kMaxText = 200;
constexpr unsigned kMaxDepth = 8;
constexpr std::size_t kMaxWords = 255;
constexpr unsigned kMaxLength = 255;  // of a fixed array
constexpr std::size_t kMaxLayout = 255;
constexpr std::size_t kMaxRun = 0x7f;  // static words in one item of a layout

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

// A decimal number without leading zero; 0 where it is none, or above the maximum.
unsigned parse_size(std::string_view digits, unsigned max) {
  if (digits.empty() || digits.size() > 3 || digits[0] == '0') return 0;
  unsigned value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return 0;
    value = 10 * value + static_cast<unsigned>(c - '0');
  }
  return value <= max ? value : 0;
}

std::uint8_t code_of(ValueGroup group, unsigned bytes = 1) {
  return ValueType{group, static_cast<std::uint8_t>(bytes)}.code();
}

// The code of a type without brackets: a word type, kDynamicWord for bytes and string.
std::optional<std::uint8_t> plain_type(std::string_view name) {
  if (name == "address") return code_of(ValueGroup::address);
  if (name == "bool") return code_of(ValueGroup::yes_no);
  if (name == "bytes" || name == "string") return kDynamicWord;
  const auto sized = [&](std::string_view prefix) {
    return name.starts_with(prefix) ? parse_size(name.substr(prefix.size()), 256) : 0;
  };
  if (const unsigned bits = sized("uint"); bits != 0 && bits % 8 == 0) {
    return code_of(ValueGroup::unsigned_number, bits / 8);
  }
  if (const unsigned bits = sized("int"); bits != 0 && bits % 8 == 0) {
    return code_of(ValueGroup::signed_number, bits / 8);
  }
  if (const unsigned bytes = sized("bytes"); bytes != 0 && bytes <= 32) return code_of(ValueGroup::fixed_bytes, bytes);
  return std::nullopt;
}

// Reads types from left to right and collects the types of the head words, and the types that offsets lead to.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : rest_(text) {}

  struct Shape {
    bool dynamic = false;
    unsigned depth = 0;
  };

  // From the opening bracket. `open` is the number of brackets open before it.
  std::optional<Shape> list(unsigned open, bool may_be_empty) {
    if (open + 1 > kMaxDepth || !skip('(')) return std::nullopt;
    const std::size_t first = words_.size();
    Shape shape;
    if (!(may_be_empty && peek() == ')')) {
      do {
        const auto member = type(open + 1);
        if (!member) return std::nullopt;
        shape.dynamic |= member->dynamic;
        shape.depth = std::max(shape.depth, member->depth);
      } while (skip(','));
    }
    if (!skip(')') || words_.size() - first > kMaxWords) return std::nullopt;
    ++shape.depth;
    if (shape.depth > kMaxDepth) return std::nullopt;
    return shape;
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::vector<std::uint8_t>& words() { return words_; }
  std::vector<TypeTree>& parts() { return parts_; }

 private:
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool skip(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view take_until(std::string_view stops) {
    const std::size_t size = std::min(rest_.find_first_of(stops), rest_.size());
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  // A part of the words and parts from here on; one head word, its offset, stands in their place.
  void make_part(TypeTree::Kind kind, std::size_t first, std::size_t first_part, std::uint8_t length = 0) {
    const auto words = words_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto parts = parts_.begin() + static_cast<std::ptrdiff_t>(first_part);
    TypeTree part{kind, length, {}, {std::make_move_iterator(parts), std::make_move_iterator(parts_.end())}};
    part.words.assign(words, words_.end());
    words_.erase(words, words_.end());
    parts_.erase(parts, parts_.end());
    words_.push_back(kDynamicWord);
    parts_.push_back(std::move(part));
  }

  std::optional<Shape> type(unsigned open) {
    const std::size_t first = words_.size();
    const std::size_t first_part = parts_.size();
    Shape shape;
    if (peek() == '(') {
      const auto tuple = list(open, false);
      if (!tuple) return std::nullopt;
      shape = *tuple;
      if (shape.dynamic) make_part(TypeTree::Kind::tuple, first, first_part);
    } else {
      const auto code = plain_type(take_until("[](),"));
      if (!code) return std::nullopt;
      shape.dynamic = *code == kDynamicWord;
      words_.push_back(*code);
      if (shape.dynamic) parts_.emplace_back();
    }
    while (skip('[')) {
      const std::string_view digits = take_until("]");
      if (!skip(']') || ++shape.depth > kMaxDepth) return std::nullopt;
      if (digits.empty()) {
        make_array(first, first_part, shape.dynamic);
        shape.dynamic = true;
        continue;
      }
      const unsigned length = parse_size(digits, kMaxLength);
      const std::size_t element = words_.size() - first;
      if (length == 0 || length * element > kMaxWords) return std::nullopt;
      if (shape.dynamic) {
        words_.resize(first);
        make_part(TypeTree::Kind::fixed_array, first, first_part, static_cast<std::uint8_t>(length));
      } else {
        repeat(first, element, length);
      }
    }
    return shape;
  }

  void make_array(std::size_t first, std::size_t first_part, bool dynamic_element) {
    if (dynamic_element) {
      words_.resize(first);
    } else {
      TypeTree element{TypeTree::Kind::words, 0, {}, {}};
      element.words.assign(words_.begin() + static_cast<std::ptrdiff_t>(first), words_.end());
      words_.resize(first);
      parts_.push_back(std::move(element));
    }
    make_part(TypeTree::Kind::array, first, first_part);
  }

  void repeat(std::size_t first, std::size_t element, unsigned length) {
    words_.resize(first + element * length);
    for (std::size_t i = element; i < element * length; ++i) words_[first + i] = words_[first + i - element];
  }

  std::string_view rest_;
  std::vector<std::uint8_t> words_;
  std::vector<TypeTree> parts_;
};

// The layout: docs/protocol.md, section 1, "Dynamic part". False where it can't be written.
bool append_layout(Bytes& to, const TypeTree& type);

void append_run(Bytes& to, std::size_t words) {
  for (; words > kMaxRun; words -= kMaxRun) to.push_back(kMaxRun);
  if (words != 0) to.push_back(static_cast<std::uint8_t>(words));
}

// Static words in a row and what offsets lead to, in order.
bool append_items(Bytes& to, const std::vector<std::uint8_t>& words, const std::vector<TypeTree>& parts) {
  std::size_t run = 0;
  auto part = parts.begin();
  for (const std::uint8_t word : words) {
    if (word != kDynamicWord) {
      ++run;
      continue;
    }
    append_run(to, run);
    run = 0;
    if (!append_layout(to, *part++)) return false;
  }
  append_run(to, run);
  return to.size() <= kMaxLayout;
}

bool append_layout(Bytes& to, const TypeTree& type) {
  Bytes inner;
  switch (type.kind) {
    case TypeTree::Kind::words:
      to.push_back(static_cast<std::uint8_t>(type.words.size()));
      return type.words.size() <= kMaxRun;
    case TypeTree::Kind::bytes:
      to.push_back(0x80);
      return true;
    case TypeTree::Kind::tuple:
      if (!append_items(inner, type.words, type.parts)) return false;
      to.push_back(0x81);
      to.push_back(static_cast<std::uint8_t>(type.words.size()));
      break;
    case TypeTree::Kind::array:
      if (!append_layout(inner, type.parts[0])) return false;
      to.push_back(0x82);
      break;
    case TypeTree::Kind::fixed_array:
      if (!append_layout(inner, type.parts[0])) return false;
      to.push_back(0x83);
      to.push_back(type.length);
      break;
  }
  to.push_back(static_cast<std::uint8_t>(inner.size()));
  append(to, inner);
  return inner.size() <= kMaxLayout;
}

struct ReservedText {
  Selector selector;
  std::string_view text;
  bool denied = false;
};

// docs/refusals.md, "Reserved selectors", in the order of the selectors.
constexpr std::array kReserved = std::to_array<ReservedText>({
    {"0x095ea7b3"_selector, "approve(address,uint256)"},
    {"0x110496e5"_selector, "allow(address,bool)", true},
    {"0x1296ee62"_selector, "transferAndCall(address,uint256)"},
    {"0x1626ba7e"_selector, "isValidSignature(bytes32,bytes)", true},
    {"0x23b872dd"_selector, "transferFrom(address,address,uint256)"},
    {"0x2a2d80d1"_selector, "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)", true},
    {"0x2b67b570"_selector, "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)", true},
    {"0x2e1a7d4d"_selector, "withdraw(uint256)"},
    {"0x2eb2c2d6"_selector, "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)"},
    {"0x3177029f"_selector, "approveAndCall(address,uint256)"},
    {"0x3659cfe6"_selector, "upgradeTo(address)", true},
    {"0x36c78516"_selector, "transferFrom(address,address,uint160,address)"},
    {"0x39509351"_selector, "increaseAllowance(address,uint256)"},
    {"0x4000aea0"_selector, "transferAndCall(address,uint256,bytes)"},
    {"0x42842e0e"_selector, "safeTransferFrom(address,address,uint256)"},
    {"0x4f1ef286"_selector, "upgradeToAndCall(address,bytes)", true},
    {"0x87517c45"_selector, "approve(address,address,uint160,uint48)"},
    {"0x88b7ab63"_selector, "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"},
    {"0x8dd7712f"_selector, "executeUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)",
     true},
    {"0x8fcbaf0c"_selector, "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)", true},
    {"0x9517e29f"_selector, "installModule(uint256,address,bytes)", true},
    {"0x959b8c3f"_selector, "authorizeOperator(address)", true},
    {"0x9bd9bbc6"_selector, "send(address,uint256,bytes)"},
    {"0x9fd5a6cf"_selector, "permit(address,address,uint256,uint256,bytes)", true},
    {"0xa22cb465"_selector, "setApprovalForAll(address,bool)", true},
    {"0xa457c2d7"_selector, "decreaseAllowance(address,uint256)"},
    {"0xa71763a8"_selector, "uninstallModule(uint256,address,bytes)", true},
    {"0xa9059cbb"_selector, "transfer(address,uint256)"},
    {"0xac9650d8"_selector, "multicall(bytes[])"},
    {"0xb753a98c"_selector, "push(address,uint256)"},
    {"0xb88d4fde"_selector, "safeTransferFrom(address,address,uint256,bytes)"},
    {"0xbb35783b"_selector, "move(address,address,uint256)"},
    {"0xc04a8a10"_selector, "approveDelegation(address,uint256)", true},
    {"0xcae9ca51"_selector, "approveAndCall(address,uint256,bytes)"},
    {"0xcc53287f"_selector, "lockdown((address,address)[])"},
    {"0xcf092995"_selector, "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"},
    {"0xd505accf"_selector, "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", true},
    {"0xe3ee160e"_selector,
     "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"},
    {"0xe9ae5c53"_selector, "execute(bytes32,bytes)", true},
    {"0xef55bec6"_selector,
     "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"},
    {"0xf242432a"_selector, "safeTransferFrom(address,address,uint256,uint256,bytes)"},
    {"0xf2d5d56b"_selector, "pull(address,uint256)"},
    {"0xf2fde38b"_selector, "transferOwnership(address)", true},
    {"0xf551e2ee"_selector, "isValidSignatureWithSender(address,bytes32,bytes)", true},
});
static_assert(std::ranges::is_sorted(kReserved, {}, &ReservedText::selector));

const ReservedText* find_reserved(const Selector& selector) {
  const auto* found = std::ranges::lower_bound(kReserved, selector, {}, &ReservedText::selector);
  return found != kReserved.end() && found->selector == selector ? found : nullptr;
}

}  // namespace

std::optional<TextLayout> parse_function_text(std::string_view text) {
  if (text.size() < kMinText || text.size() > kMaxText) return std::nullopt;
  if (!is_name_start(text[0])) return std::nullopt;
  std::size_t name = 1;
  while (name < text.size() && (is_name_start(text[name]) || is_digit(text[name]))) ++name;

  TypeParser parser(text.substr(name));
  const auto shape = parser.list(0, true);
  if (!shape || !parser.at_end()) return std::nullopt;
  TextLayout function{read_fixed<Selector>(keccak256(as_bytes(text)).view()),
                      std::move(parser.words()),
                      shape->dynamic,
                      std::move(parser.parts()),
                      {}};
  if (function.dynamic && !append_items(function.layout, function.word_types, function.parts)) return std::nullopt;
  return function;
}

std::string_view reserved_text(const Selector& selector) {
  const ReservedText* reserved = find_reserved(selector);
  return reserved != nullptr ? reserved->text : std::string_view();
}

bool is_denied(const Selector& selector) {
  const ReservedText* reserved = find_reserved(selector);
  return reserved != nullptr && reserved->denied;
}

std::optional<std::uint8_t> token_amount_word(const Selector& selector) {
  if (selector == "0xa9059cbb"_selector || selector == "0x095ea7b3"_selector || selector == "0x39509351"_selector)
    return std::uint8_t{1};
  if (selector == "0x23b872dd"_selector) return std::uint8_t{2};
  return std::nullopt;
}

}  // namespace valetkey
