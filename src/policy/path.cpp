#include "policy/path.hpp"

#include <optional>

#include "policy/words.hpp"
#include "session/paths.hpp"

namespace valetkey {
namespace {

Word slice_value(ValueType type, ByteView bytes) {
  const Word number = Word::from_short_big_endian(bytes);
  const auto bits = static_cast<unsigned>(8 * bytes.size());
  if (type.group == ValueGroup::fixed_bytes) return number << (256 - bits);
  const bool negative = type.group == ValueGroup::signed_number && !(number >> (bits - 1)).is_zero();
  return negative ? number | ~Word::max_of_bits(bits) : number;
}

// Every function is false where the path leads nowhere.
class Follower {
 public:
  Follower(const Path& path, ByteView data, Followed<Word>& values) : path_(path), data_(data), values_(&values) {}
  Follower(const Path& path, ByteView data, Followed<ByteView>& contents)
      : path_(path), data_(data), contents_(&contents) {}

  // Takes the steps from this one on; `at` is where those before led.
  bool follow(std::size_t step, std::size_t at) {
    if (looks_left_-- == 0) return false;
    if (step == path_.size()) return take_contents(at);
    const PathStep& here = path_[step];
    switch (here.kind) {
      case StepKind::word: {
        const std::size_t place = at + here.index * kWordSize;
        const bool ends_here = values_ != nullptr && step + 1 == path_.size();
        return ends_here ? take_word(place) : follow_offset(step, at, place);
      }
      case StepKind::member:
      case StepKind::every_member:
      case StepKind::some_member:
        return follow_members(step, at);
      case StepKind::length:
        return take_word(at);
      case StepKind::slice:
      case StepKind::slice_from_end:
      case StepKind::every_slice:
        break;
    }
    return take_slices(here, at);
  }

 private:
  // The offset at `place` counts from `base`.
  bool follow_offset(std::size_t step, std::size_t base, std::size_t place) {
    const auto offset = read_size(data_, place);
    return offset && *offset <= data_.size() - base && follow(step + 1, base + *offset);
  }

  bool follow_members(std::size_t step, std::size_t at) {
    const PathStep& here = path_[step];
    const auto length = read_size(data_, at);
    if (!length || *length > data_.size() / kWordSize) return false;
    const bool is_one = here.kind == StepKind::member;
    if (is_one && here.index >= *length) return false;
    const std::size_t first = is_one ? here.index : 0;
    const std::size_t end = is_one ? first + 1 : *length;
    for (std::size_t n = first; n < end; ++n) {
      if (!follow_member(step, at + kWordSize, n)) return false;
    }
    return true;
  }
  // `base` is behind the array's length.
  bool follow_member(std::size_t step, std::size_t base, std::size_t n) {
    const std::size_t words = path_[step].element_words;
    if (words == 0) return follow_offset(step, base, base + n * kWordSize);
    const std::size_t place = base + n * words * kWordSize;
    return place <= data_.size() && follow(step + 1, place);
  }

  bool take_word(std::size_t at) {
    const auto word = read_word(data_, at);
    if (!word || values_ == nullptr) return false;
    values_->found.push_back(*word);
    return true;
  }
  bool take_contents(std::size_t at) {
    const auto contents = contents_at(at);
    if (!contents || contents_ == nullptr) return false;
    contents_->found.push_back(*contents);
    return true;
  }
  [[nodiscard]] std::optional<ByteView> contents_at(std::size_t at) const {
    const auto length = read_size(data_, at);
    if (!length || *length > data_.size() - at - kWordSize) return std::nullopt;
    return data_.subspan(at + kWordSize, *length);
  }

  bool take_slices(const PathStep& here, std::size_t at) {
    const auto contents = contents_at(at);
    if (!contents || values_ == nullptr) return false;
    const std::size_t size = packed_size(here.type);
    const std::size_t reach = here.offset + size;
    const auto take = [&](std::size_t from) {
      values_->found.push_back(slice_value(here.type, contents->subspan(from, size)));
    };
    if (here.kind == StepKind::every_slice) {
      if (here.stride == 0) return false;
      for (std::size_t from = here.offset; from + size <= contents->size(); from += here.stride) {
        if (looks_left_-- == 0) return false;
        take(from);
      }
      return true;
    }
    if (reach > contents->size()) return false;
    take(here.kind == StepKind::slice ? here.offset : contents->size() - reach);
    return true;
  }

  const Path& path_;
  ByteView data_;
  Followed<Word>* values_ = nullptr;        // one of the two
  Followed<ByteView>* contents_ = nullptr;
  // In canonical data a step leads to different places each time, so this is enough.
  std::size_t looks_left_ = (kMaxPathBytes + 1) * (data_.size() + 1);
};

template <class T>
Followed<T> follow(const Path& path, ByteView arguments) {
  Followed<T> followed;
  followed.in_range = Follower(path, arguments, followed).follow(0, 0);
  return followed;
}

}  // namespace

Followed<Word> follow_to_values(const Path& path, ByteView arguments) {
  return follow<Word>(path, arguments);
}

Followed<ByteView> follow_to_contents(const Path& path, ByteView arguments) {
  return follow<ByteView>(path, arguments);
}

}  // namespace valetkey
