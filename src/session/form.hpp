// Cuts a session in full, and its header, into parts. The signature field, whose ENABLE mode carries a session in full,
// is walked the same way.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "session/model.hpp"
#include "session/reader.hpp"

namespace valetkey {

enum class FormFault : std::uint8_t { malformed, unknown_version };

inline constexpr std::size_t kHeaderFixedSize = 37;
inline constexpr std::size_t kKeySize = 21;

struct HeaderParts {
  ByteView bytes;
  std::uint8_t threshold = 0;
  std::uint8_t permissions = 0;
  ByteView keys;        // kKeySize each
  ByteView paymasters;  // 20 each
  std::uint8_t limit_count = 0;
  std::array<ByteView, kMaxLimits> limits;  // 19 bytes, of kind 0 39

  [[nodiscard]] std::size_t key_count() const { return keys.size() / kKeySize; }
  [[nodiscard]] std::size_t paymaster_count() const { return paymasters.size() / Address::kSize; }
};

// The form of a header, looked at when a session is enabled. `header` is exactly its bytes.
std::expected<HeaderParts, FormFault> read_header_parts(ByteView header);

// A header as the walk finds it: its bytes, and what the walk needs of them.
struct WalkedHeader {
  ByteView bytes;  // at least kHeaderFixedSize
  std::uint8_t threshold = 0;
  std::uint8_t permissions = 0;
};
// `H (2) | header`; none where it is cut off or shorter than its fixed part.
std::optional<WalkedHeader> walk_header(ByteReader& reader);

struct PermissionParts {
  ByteView encoded;  // empty is a form fault at enabling
  std::string_view text;
};

struct WalkedSession {
  WalkedHeader header;
  std::vector<PermissionParts> permissions;
};
// A session in full from where the reader stands; what follows is left in the reader.
std::optional<WalkedSession> walk_session(ByteReader& reader);
// The same where nothing may follow.
std::optional<WalkedSession> walk_whole_session(ByteView full);

}  // namespace valetkey
