#include "evm/abi_codec.hpp"

#include <fmt/core.h>

#include "evm/abi_word.hpp"

namespace valetkey {
namespace {

// What an argument list, a tuple or an array holds: a type for each member, or one type for all.
struct Members {
  std::span<const AbiType> types;
  std::size_t count;
  bool is_array;

  const AbiType& type(std::size_t i) const { return types[is_array ? 0 : i]; }

  std::size_t head_size() const {
    std::size_t words = 0;
    if (is_array) return 32 * count * types[0].head_words();
    for (const AbiType& type : types) words += type.head_words();
    return 32 * words;
  }

  std::string path(std::string_view parent, std::size_t i) const {
    return is_array ? element_path(parent, i) : member_path(parent, types[i].name, i);
  }
};

// Of a tuple or a fixed array, or of an array with `count` elements.
Members members_of(const AbiType& type, std::size_t count) {
  if (type.kind == AbiKind::tuple) return {type.components, type.components.size(), false};
  return {type.components, type.kind == AbiKind::fixed_array ? type.length : count, true};
}

Failure<> shape_error(const AbiType& type, const std::string& path) {
  return fail("value_shape", fmt::format("`{}` is no value of {}", path, canonical_text(type)));
}

void write_word(Bytes& to, std::size_t position, const Word& word) {
  std::ranges::copy(word.to_big_endian(), to.begin() + static_cast<std::ptrdiff_t>(position));
}

// Tails are appended to `to`; heads are written in place, since their size is known before.
class Encoder {
 public:
  Bytes take() { return std::move(to_); }
  void append(ByteView bytes) { valetkey::append(to_, bytes); }

  Result<void> sequence(const Members& members, std::span<const Value> values, const std::string& path) {
    const std::size_t begin = to_.size();
    to_.resize(begin + members.head_size());
    return heads(members, values, path, begin, begin);
  }

 private:
  // Writes heads from `position` on; offsets count from `begin`.
  Result<void> heads(const Members& members, std::span<const Value> values, const std::string& path,
                     std::size_t position, std::size_t begin) {
    if (values.size() != members.count) {
      return fail("value_count",
                  fmt::format("{} has {} values, it takes {}", path.empty() ? "the argument list" : '`' + path + '`',
                              values.size(), members.count));
    }
    for (std::size_t i = 0; i < members.count; ++i) {
      const AbiType& type = members.type(i);
      const std::string member = members.path(path, i);
      if (type.is_dynamic()) {
        write_word(to_, position, to_.size() - begin);
        if (auto done = tail(type, values[i], member); !done) return done;
      } else {
        if (auto done = static_value(type, values[i], member, position); !done) return done;
      }
      position += 32 * type.head_words();
    }
    return {};
  }

  Result<void> static_value(const AbiType& type, const Value& value, const std::string& path, std::size_t position) {
    if (!is_one_word(type)) {
      if (value.list() == nullptr) return shape_error(type, path);
      return heads(members_of(type, 0), *value.list(), path, position, position);
    }
    if (value.word() == nullptr) return shape_error(type, path);
    if (!is_clean(type, *value.word())) {
      return fail("value_range", fmt::format("`{}` is out of range for {}", path, canonical_text(type)));
    }
    write_word(to_, position, *value.word());
    return {};
  }

  Result<void> tail(const AbiType& type, const Value& value, const std::string& path) {
    if (type.kind == AbiKind::bytes || type.kind == AbiKind::string) {
      if (value.bytes() == nullptr) return shape_error(type, path);
      append_word(to_, value.bytes()->size());
      append_padded(to_, *value.bytes());
      return {};
    }
    if (value.list() == nullptr) return shape_error(type, path);
    if (type.kind == AbiKind::array) append_word(to_, value.list()->size());
    return sequence(members_of(type, value.list()->size()), *value.list(), path);
  }

  Bytes to_;
};

// Reads front to back. In the canonical form every tail begins where the one before it ends.
class Decoder {
 public:
  explicit Decoder(ByteView data) : data_(data) {}

  // A sequence that begins here; the decoder stands behind its last tail afterwards.
  Result<Value::List> sequence(const Members& members) {
    const std::size_t begin = position_;
    if (members.head_size() > data_.size() - begin) return short_error();
    position_ = begin + members.head_size();
    return heads(members, begin, begin);
  }

  bool at_end() const { return position_ == data_.size(); }

 private:
  Result<Value::List> heads(const Members& members, std::size_t head, std::size_t begin) {
    Value::List values;
    values.reserve(members.count);
    for (std::size_t i = 0; i < members.count; ++i) {
      const AbiType& type = members.type(i);
      VALETKEY_TRY(value, type.is_dynamic() ? dynamic_value(type, head, begin) : static_value(type, head));
      values.push_back(std::move(value));
      head += 32 * type.head_words();
    }
    return values;
  }

  Word word_at(std::size_t position) const { return Word::from_big_endian(data_.subspan(position).first<32>()); }

  Result<Value> static_value(const AbiType& type, std::size_t position) {
    if (!is_one_word(type)) {
      VALETKEY_TRY(values, heads(members_of(type, 0), position, position));
      return Value(std::move(values));
    }
    const Word word = word_at(position);
    if (!is_clean(type, word)) return dirty_error(position);
    return Value(word);
  }

  Result<Value> dynamic_value(const AbiType& type, std::size_t head, std::size_t begin) {
    if (word_at(head) != Word(position_ - begin)) {
      return fail("abi_data_offset", fmt::format("the offset at byte {} is not the canonical one", head));
    }
    if (type.kind == AbiKind::fixed_array || type.kind == AbiKind::tuple) {
      VALETKEY_TRY(values, sequence(members_of(type, 0)));
      return Value(std::move(values));
    }
    if (data_.size() - position_ < 32) return short_error();
    const Word length = word_at(position_);
    position_ += 32;
    const std::size_t rest = data_.size() - position_;
    if (type.kind == AbiKind::array) {
      // Every element takes one word or more.
      if (length > Word(rest / 32)) return short_error();
      VALETKEY_TRY(values, sequence(members_of(type, length.low_64())));
      return Value(std::move(values));
    }
    if (length > Word(rest) || padded_size(length.low_64()) > rest) return short_error();
    const ByteView padded = data_.subspan(position_, padded_size(length.low_64()));
    const ByteView content = padded.first(length.low_64());
    if (!all_zero(padded.subspan(content.size()))) return dirty_error(position_ + content.size());
    position_ += padded.size();
    return Value(to_bytes(content));
  }

  Failure<> short_error() const {
    return fail("abi_data_short", fmt::format("the data ends after {} bytes, in the middle of a value", data_.size()));
  }
  static Failure<> dirty_error(std::size_t position) {
    return fail("abi_data_dirty", fmt::format("the padding of the word at byte {} is not clean", position));
  }

  ByteView data_;
  std::size_t position_ = 0;
};

Members arguments(std::span<const AbiType> types) {
  return {types, types.size(), false};
}

}  // namespace

Result<Bytes> build_arguments(std::span<const AbiType> types, std::span<const Value> values) {
  Encoder encoder;
  if (auto done = encoder.sequence(arguments(types), values, ""); !done) return Failure<>(std::move(done.error()));
  return encoder.take();
}

Result<Bytes> build_call(const AbiFunction& function, std::span<const Value> values) {
  Encoder encoder;
  encoder.append(selector(function).view());
  if (auto done = encoder.sequence(arguments(function.inputs), values, ""); !done) {
    return Failure<>(std::move(done.error()));
  }
  return encoder.take();
}

Result<std::vector<Value>> decode_arguments(std::span<const AbiType> types, ByteView data) {
  Decoder decoder(data);
  VALETKEY_TRY(values, decoder.sequence(arguments(types)));
  if (!decoder.at_end()) {
    return fail("abi_data_trailing", "the data goes on after its last value", "leave the trailing bytes out");
  }
  return std::move(values);
}

Result<std::vector<Value>> decode_call(const AbiFunction& function, ByteView call_data) {
  const Selector wanted = selector(function);
  if (call_data.size() < 4 || read_fixed<Selector>(call_data) != wanted) {
    return fail("abi_data_selector", fmt::format("the call data does not call `{}`", signature_text(function)),
                fmt::format("it must begin with {}", to_hex(wanted)));
  }
  return decode_arguments(function.inputs, call_data.subspan(4));
}

void append_word(Bytes& to, const Word& word) {
  append(to, word.to_big_endian());
}

void append_padded(Bytes& to, ByteView bytes) {
  append(to, bytes);
  to.resize(to.size() + padded_size(bytes.size()) - bytes.size());
}

Bytes encode_static_call(const Selector& selector, std::span<const Word> words) {
  Bytes data;
  data.reserve(4 + 32 * words.size());
  append(data, selector.view());
  for (const Word& word : words) append_word(data, word);
  return data;
}

std::optional<Word> read_head_word(ByteView call_data, std::size_t position) {
  if (call_data.size() < 4 || (call_data.size() - 4) / 32 <= position) return std::nullopt;
  return Word::from_big_endian(call_data.subspan(4 + 32 * position).first<32>());
}

}  // namespace valetkey
