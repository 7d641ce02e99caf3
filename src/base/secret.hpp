// Secret bytes: can't be copied, printed or compared in variable time; wiped when they go.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace valetkey {

// Overwrites memory in a way that the compiler may not leave out.
void wipe(std::span<std::uint8_t> bytes);

// Compares in a time that depends on the sizes only.
bool equal_constant_time(ByteView a, ByteView b);

// Whoever reads a secret writes this word, so that one grep finds every use.
struct ExposeSecret {};

template <std::size_t N>
class SecretBytes {
 public:
  SecretBytes() = default;
  // Copies the bytes in; wiping the source is the caller's.
  explicit SecretBytes(std::span<const std::uint8_t, N> bytes) { std::ranges::copy(bytes, bytes_.begin()); }

  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  // The moved-from object holds zeros.
  SecretBytes(SecretBytes&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  ~SecretBytes() { wipe(bytes_); }

  std::span<const std::uint8_t, N> expose(ExposeSecret) const { return bytes_; }
  std::span<std::uint8_t, N> expose(ExposeSecret) { return bytes_; }

  bool operator==(const SecretBytes& other) const { return equal_constant_time(bytes_, other.bytes_); }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace valetkey
