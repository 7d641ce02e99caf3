#include "policy/layout.hpp"

#include <optional>

#include "policy/words.hpp"

namespace valetkey {
namespace {

// Items of a layout; a smaller byte is a run of so many static words.
constexpr std::uint8_t kBytes = 0x80;
constexpr std::uint8_t kTuple = 0x81;
constexpr std::uint8_t kArray = 0x82;
constexpr std::uint8_t kFixedArray = 0x83;

// A dynamic item taken apart.
struct Item {
  std::uint8_t kind = kBytes;
  std::size_t number = 0;  // head words of a tuple, length of a fixed array
  ByteView inner;          // members, or the element
};

// The dynamic item at the front of a list, which loses it.
std::optional<Item> take_item(ByteView& list) {
  const auto take = [&](std::size_t size) -> std::optional<ByteView> {
    if (size > list.size()) return std::nullopt;
    const ByteView taken = list.first(size);
    list = list.subspan(size);
    return taken;
  };
  Item item;
  const auto kind = take(1);
  if (!kind) return std::nullopt;
  item.kind = (*kind)[0];
  if (item.kind == kBytes) return item;
  if (item.kind < kBytes || item.kind > kFixedArray) return std::nullopt;
  if (item.kind != kArray) {
    const auto number = take(1);
    if (!number) return std::nullopt;
    item.number = (*number)[0];
  }
  const auto size = take(1);
  const auto inner = size ? take((*size)[0]) : std::nullopt;
  if (!inner) return std::nullopt;
  item.inner = *inner;
  return item;
}

// Goes once over the arguments, from the front to the back.
class Walker {
 public:
  explicit Walker(ByteView data) : data_(data) {}

  [[nodiscard]] bool at_end() const { return next_ == data_.size(); }

  // The arguments or a tuple; its head is next.
  bool walk_list(ByteView list, std::size_t words) {
    const std::size_t head = next_;
    if (!pass_words(words)) return false;
    std::size_t word = 0;
    while (!list.empty()) {
      if (list[0] < kBytes) {
        word += list[0];
        list = list.subspan(1);
        continue;
      }
      const auto item = take_item(list);
      if (!item || word == words || !is_next(head, word++) || !walk_item(*item)) return false;
    }
    return word == words;
  }

 private:
  [[nodiscard]] std::size_t left() const { return data_.size() - next_; }
  bool pass_words(std::size_t words) {
    if (words > left() / kWordSize) return false;
    next_ += words * kWordSize;
    return true;
  }
  // Whether the head word, from where its list begins, is the offset of what is next.
  [[nodiscard]] bool is_next(std::size_t head, std::size_t word) const {
    return read_size(data_, head + word * kWordSize) == next_ - head;
  }

  bool walk_item(const Item& item) {
    if (item.kind == kTuple) return walk_list(item.inner, item.number);
    if (item.kind == kFixedArray) return walk_elements(item.inner, item.number);
    const auto length = read_size(data_, next_);
    if (!length || !pass_words(1)) return false;
    return item.kind == kBytes ? pass_bytes(*length) : walk_array(item.inner, *length);
  }

  bool pass_bytes(std::size_t length) {
    if (length > left()) return false;
    const std::size_t words = length / kWordSize + (length % kWordSize != 0 ? 1 : 0);
    const std::size_t end = next_ + length;
    return pass_words(words) && all_zero(data_.subspan(end, next_ - end));
  }

  bool walk_array(ByteView element, std::size_t length) {
    if (element.empty()) return false;
    if (element[0] >= kBytes) return walk_elements(element, length);
    const std::size_t words = element[0];
    return element.size() == 1 && words != 0 && length <= left() / kWordSize / words && pass_words(length * words);
  }

  // Elements of one dynamic type; their offsets are next.
  bool walk_elements(ByteView element, std::size_t length) {
    const auto item = take_item(element);
    if (!item || !element.empty()) return false;
    const std::size_t head = next_;
    if (!pass_words(length)) return false;
    for (std::size_t i = 0; i < length; ++i) {
      if (!is_next(head, i) || !walk_item(*item)) return false;
    }
    return true;
  }

  ByteView data_;
  std::size_t next_ = 0;  // everything before is in order
};

}  // namespace

bool is_canonical(ByteView layout, std::size_t words, ByteView arguments) {
  Walker walker(arguments);
  return walker.walk_list(layout, words) && walker.at_end();
}

}  // namespace valetkey
