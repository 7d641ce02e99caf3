#include "session/form.hpp"

#include "session/encoding.hpp"

namespace valetkey {
namespace {

constexpr std::size_t kLimitSize = 19;
constexpr std::size_t kTokenLimitSize = 39;

}  // namespace

std::expected<HeaderParts, FormFault> read_header_parts(ByteView header) {
  const auto malformed = std::unexpected(FormFault::malformed);
  if (header.size() < kHeaderFixedSize) return malformed;
  if (header[0] != kSessionVersion) return std::unexpected(FormFault::unknown_version);

  HeaderParts parts;
  parts.bytes = header;
  parts.threshold = header[32];
  parts.limit_count = header[35];
  parts.permissions = header[36];
  const std::size_t keys = header[33];
  const std::size_t paymasters = header[34];
  if (keys > kMaxKeys || paymasters > kMaxPaymasters || parts.limit_count > kMaxLimits ||
      parts.permissions > kMaxPermissions) {
    return malformed;
  }

  ByteReader reader(header.subspan(kHeaderFixedSize));
  const auto key_bytes = reader.take(keys * kKeySize);
  if (!key_bytes) return malformed;
  parts.keys = *key_bytes;
  const auto paymaster_bytes = reader.take(paymasters * Address::kSize);
  if (!paymaster_bytes) return malformed;
  parts.paymasters = *paymaster_bytes;
  for (std::size_t l = 0; l < parts.limit_count; ++l) {
    const std::size_t offset = header.size() - reader.left();
    if (reader.left() == 0) return malformed;
    const bool token = header[offset] == static_cast<std::uint8_t>(LimitKind::token);
    const auto limit = reader.take(token ? kTokenLimitSize : kLimitSize);
    if (!limit) return malformed;
    parts.limits[l] = *limit;
  }
  if (reader.left() != 0) return malformed;
  return parts;
}

std::optional<WalkedHeader> walk_header(ByteReader& reader) {
  const auto size = reader.take(2);
  if (!size) return std::nullopt;
  const auto header = reader.take(static_cast<std::size_t>(read_big_endian(*size)));
  if (!header || header->size() < kHeaderFixedSize) return std::nullopt;
  return WalkedHeader{*header, (*header)[32], (*header)[36]};
}

std::optional<WalkedSession> walk_session(ByteReader& reader) {
  const auto header = walk_header(reader);
  if (!header) return std::nullopt;
  WalkedSession session{*header, {}};
  session.permissions.reserve(header->permissions);
  for (std::size_t p = 0; p < header->permissions; ++p) {
    const auto size = reader.take(2);
    if (!size) return std::nullopt;
    const auto encoded = reader.take(static_cast<std::size_t>(read_big_endian(*size)));
    if (!encoded) return std::nullopt;
    const auto text = reader.take_measured();
    if (!text) return std::nullopt;
    session.permissions.push_back({*encoded, as_text(*text)});
  }
  return session;
}

std::optional<WalkedSession> walk_whole_session(ByteView full) {
  ByteReader reader(full);
  auto session = walk_session(reader);
  return reader.left() == 0 ? std::move(session) : std::nullopt;
}

}  // namespace valetkey
