#include "session/function_text.hpp"

#include <algorithm>
#include <array>

#include "evm/keccak.hpp"
#include "session/model.hpp"

namespace valetkey {
namespace {

constexpr std::size_t kMinText = 3;
constexpr std::size_t kMaxText = 200;
constexpr unsigned kMaxDepth = 8;
constexpr std::size_t kMaxWords = 255;
constexpr unsigned kMaxLength = 255;  // of a fixed array

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

// Reads types from left to right and collects the types of the head words.
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
  // One head word in the place of the value's own words.
  void make_offset(std::size_t first) {
    words_.resize(first);
    words_.push_back(kDynamicWord);
  }

  std::optional<Shape> type(unsigned open) {
    const std::size_t first = words_.size();
    Shape shape;
    if (peek() == '(') {
      const auto tuple = list(open, false);
      if (!tuple) return std::nullopt;
      shape = *tuple;
      if (shape.dynamic) make_offset(first);
    } else {
      const auto code = plain_type(take_until("[](),"));
      if (!code) return std::nullopt;
      shape.dynamic = *code == kDynamicWord;
      words_.push_back(*code);
    }
    while (skip('[')) {
      const std::string_view digits = take_until("]");
      if (!skip(']') || ++shape.depth > kMaxDepth) return std::nullopt;
      if (digits.empty()) {
        shape.dynamic = true;
      } else {
        const unsigned length = parse_size(digits, kMaxLength);
        const std::size_t element = words_.size() - first;
        if (length == 0 || length * element > kMaxWords) return std::nullopt;
        if (!shape.dynamic) repeat(first, element, length);
      }
      if (shape.dynamic) make_offset(first);
    }
    return shape;
  }

  void repeat(std::size_t first, std::size_t element, unsigned length) {
    words_.resize(first + element * length);
    for (std::size_t i = element; i < element * length; ++i) words_[first + i] = words_[first + i - element];
  }

  std::string_view rest_;
  std::vector<std::uint8_t> words_;
};

struct ReservedText {
  Selector selector;
  std::string_view text;
};

// docs/refusals.md, "Reserved selectors", in the order of the selectors.
constexpr std::array kReserved = std::to_array<ReservedText>({
    {"0x095ea7b3"_selector, "approve(address,uint256)"},
    {"0x110496e5"_selector, "allow(address,bool)"},
    {"0x1296ee62"_selector, "transferAndCall(address,uint256)"},
    {"0x23b872dd"_selector, "transferFrom(address,address,uint256)"},
    {"0x2a2d80d1"_selector, "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)"},
    {"0x2b67b570"_selector, "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)"},
    {"0x2e1a7d4d"_selector, "withdraw(uint256)"},
    {"0x2eb2c2d6"_selector, "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)"},
    {"0x3177029f"_selector, "approveAndCall(address,uint256)"},
    {"0x36c78516"_selector, "transferFrom(address,address,uint160,address)"},
    {"0x39509351"_selector, "increaseAllowance(address,uint256)"},
    {"0x4000aea0"_selector, "transferAndCall(address,uint256,bytes)"},
    {"0x42842e0e"_selector, "safeTransferFrom(address,address,uint256)"},
    {"0x4f1ef286"_selector, "upgradeToAndCall(address,bytes)"},
    {"0x87517c45"_selector, "approve(address,address,uint160,uint48)"},
    {"0x88b7ab63"_selector, "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"},
    {"0x8dd7712f"_selector, "executeUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)"},
    {"0x8fcbaf0c"_selector, "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)"},
    {"0x9517e29f"_selector, "installModule(uint256,address,bytes)"},
    {"0x959b8c3f"_selector, "authorizeOperator(address)"},
    {"0x9bd9bbc6"_selector, "send(address,uint256,bytes)"},
    {"0x9fd5a6cf"_selector, "permit(address,address,uint256,uint256,bytes)"},
    {"0xa22cb465"_selector, "setApprovalForAll(address,bool)"},
    {"0xa457c2d7"_selector, "decreaseAllowance(address,uint256)"},
    {"0xa71763a8"_selector, "uninstallModule(uint256,address,bytes)"},
    {"0xa9059cbb"_selector, "transfer(address,uint256)"},
    {"0xac9650d8"_selector, "multicall(bytes[])"},
    {"0xb753a98c"_selector, "push(address,uint256)"},
    {"0xb88d4fde"_selector, "safeTransferFrom(address,address,uint256,bytes)"},
    {"0xbb35783b"_selector, "move(address,address,uint256)"},
    {"0xc04a8a10"_selector, "approveDelegation(address,uint256)"},
    {"0xcae9ca51"_selector, "approveAndCall(address,uint256,bytes)"},
    {"0xcf092995"_selector, "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"},
    {"0xd505accf"_selector, "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"},
    {"0xe3ee160e"_selector,
     "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"},
    {"0xe9ae5c53"_selector, "execute(bytes32,bytes)"},
    {"0xef55bec6"_selector,
     "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"},
    {"0xf242432a"_selector, "safeTransferFrom(address,address,uint256,uint256,bytes)"},
    {"0xf2d5d56b"_selector, "pull(address,uint256)"},
    {"0xf2fde38b"_selector, "transferOwnership(address)"},
});
static_assert(std::ranges::is_sorted(kReserved, {}, &ReservedText::selector));

}  // namespace

std::optional<TextLayout> parse_function_text(std::string_view text) {
  if (text.size() < kMinText || text.size() > kMaxText) return std::nullopt;
  if (!is_name_start(text[0])) return std::nullopt;
  std::size_t name = 1;
  while (name < text.size() && (is_name_start(text[name]) || is_digit(text[name]))) ++name;

  TypeParser parser(text.substr(name));
  const auto shape = parser.list(0, true);
  if (!shape || !parser.at_end()) return std::nullopt;
  return TextLayout{read_fixed<Selector>(keccak256(as_bytes(text)).view()), std::move(parser.words()), shape->dynamic};
}

std::string_view reserved_text(const Selector& selector) {
  const auto found = std::ranges::lower_bound(kReserved, selector, {}, &ReservedText::selector);
  return found != kReserved.end() && found->selector == selector ? found->text : std::string_view();
}

std::optional<std::uint8_t> token_amount_word(const Selector& selector) {
  if (selector == "0xa9059cbb"_selector || selector == "0x095ea7b3"_selector || selector == "0x39509351"_selector)
    return std::uint8_t{1};
  if (selector == "0x23b872dd"_selector) return std::uint8_t{2};
  return std::nullopt;
}

}  // namespace valetkey
