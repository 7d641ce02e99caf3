#include "session/encoding.hpp"

#include "evm/keccak.hpp"
#include "session/paths.hpp"
#include "session/reader.hpp"

namespace valetkey {
namespace {

void append_byte(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value));
}

// Length and shortest big-endian bytes. `flag` joins the length.
void append_number(Bytes& to, const Word& number, std::uint8_t flag = 0) {
  const auto bytes = number.to_big_endian();
  const std::size_t size = (number.bit_length() + 7) / 8;
  append_byte(to, size | flag);
  append(to, ByteView(bytes).last(size));
}

void append_rule_value(Bytes& to, ValueType type, const Word& value) {
  const auto bytes = value.to_big_endian();
  switch (type.group) {
    case ValueGroup::address:
      append_byte(to, Address::kSize);
      append(to, ByteView(bytes).last(Address::kSize));
      return;
    case ValueGroup::signed_number:
      return value.is_negative() ? append_number(to, ~value, 0x80) : append_number(to, value);
    case ValueGroup::fixed_bytes:
      append_byte(to, type.bytes);
      append(to, ByteView(bytes).first(type.bytes));
      return;
    case ValueGroup::unsigned_number:
    case ValueGroup::yes_no:
    case ValueGroup::ratio:
      return append_number(to, value);
  }
}

void append_rule(Bytes& to, const Rule& rule) {
  const auto comparison = static_cast<std::size_t>(rule.comparison) << 5U;
  append_byte(to, rule.type.code());
  append_byte(to, rule.position);
  if (rule.type.group == ValueGroup::ratio) {
    append_byte(to, comparison);
    append_byte(to, rule.word_type.code());
    append_byte(to, rule.base);
    append_byte(to, rule.base_type.code());
    append_number(to, rule.numerator);
    append_number(to, rule.denominator);
    return;
  }
  const std::size_t values = rule.values.size() + (rule.with_account ? 1 : 0);
  append_byte(to, comparison | ((values - 1) & 0x1fU));
  if (rule.with_account) append_byte(to, 0);
  for (const Word& value : rule.values) append_rule_value(to, rule.type, value);
}

void append_path(Bytes& to, const Path& path) {
  const Bytes steps = encode_path(path);
  append_byte(to, steps.size());
  append(to, steps);
}

void append_inside(Bytes& to, const Inside& inside) {
  append_byte(to, inside.position);
  append_byte(to, inside.commands);
  append_byte(to, inside.permissions.size());
  append(to, inside.permissions);
}

void append_dynamic_part(Bytes& to, const Permission& permission) {
  append_byte(to, permission.layout.size());
  append(to, permission.layout);
  append_byte(to, permission.paths.size());
  for (const Path& path : permission.paths) append_path(to, path);
  append_byte(to, permission.inside.size());
  for (const Inside& inside : permission.inside) append_inside(to, inside);
}

void append_batch_rule(Bytes& to, const BatchRule& rule) {
  const bool compares = rule.position != BatchRule::kNoPosition;
  append_byte(to, rule.position);
  append_byte(to, compares ? rule.type.code() : 0U);
  append_byte(to, compares ? static_cast<std::size_t>(rule.comparison) << 5U : 0U);
  append_byte(to, rule.where);
  append_byte(to, rule.permission);
  append_byte(to, compares ? rule.other_position : BatchRule::kNoPosition);
  append_byte(to, compares ? rule.other_type.code() : 0U);
}

void append_policy(Bytes& to, const Policy& policy) {
  append(to, policy.contract.view());
  append_byte(to, policy.words.size());
  for (const PolicyWord& word : policy.words) {
    append_byte(to, static_cast<std::size_t>(word.group));
    if (word.account) {
      append_byte(to, 0);
    } else {
      append_rule_value(to, widest_type(word.group), word.value);
    }
  }
}

void append_extras(Bytes& to, const Permission& permission) {
  append_byte(to, permission.batch.size());
  for (const BatchRule& rule : permission.batch) append_batch_rule(to, rule);
  append_byte(to, permission.policies.size());
  for (const Policy& policy : permission.policies) append_policy(to, policy);
}

}  // namespace

Bytes encode_header(const Session& session) {
  Bytes header;
  header.reserve(37 + 21 * session.keys.size() + 20 * session.paymasters.size() + 39 * session.limits.size());
  append_byte(header, kSessionVersion);
  append_big_endian(header, session.epoch, 8);
  append_big_endian(header, session.serial, 4);
  append_big_endian(header, session.from, 5);
  append_big_endian(header, session.until, 5);
  append_big_endian(header, session.gas_price, 8);
  append_byte(header, session.account_pays ? 1 : 0);
  append_byte(header, session.threshold);
  append_byte(header, session.keys.size());
  append_byte(header, session.paymasters.size());
  append_byte(header, session.limits.size());
  append_byte(header, session.permissions.size());
  for (const Address& key : session.keys) {
    append_byte(header, 0);  // ECDSA
    append(header, key.view());
  }
  for (const Address& paymaster : session.paymasters) append(header, paymaster.view());
  for (const Limit& limit : session.limits) {
    append_byte(header, static_cast<std::size_t>(limit.kind));
    append(header, ByteView(limit.amount.to_big_endian()).last(14));
    append_big_endian(header, limit.period, 4);
    if (limit.kind == LimitKind::token) append(header, limit.token.view());
  }
  return header;
}

Bytes encode_permission(const Permission& permission) {
  const bool with_window = permission.from != 0 || permission.until != 0;
  const bool with_extras = !permission.batch.empty() || !permission.policies.empty();
  Bytes encoded;
  encoded.reserve(64 + 40 * permission.rules.size());
  append_byte(encoded, static_cast<std::size_t>(permission.kind) | (permission.inner ? kInnerBit : 0U) |
                           (permission.command ? kCommandBit : 0U) | (with_extras ? kExtrasBit : 0U) |
                           (with_window ? kWindowBit : 0U) | (permission.dynamic ? kDynamicBit : 0U));
  if (permission.kind != PermissionKind::anything) append(encoded, permission.contract.view());
  if (permission.kind == PermissionKind::function) {
    append(encoded, permission.selector.view());
    append_byte(encoded, permission.words);
    if (permission.dynamic) append_dynamic_part(encoded, permission);
  }
  append_number(encoded, permission.most_value);
  if (with_window) {
    append_big_endian(encoded, permission.from, 5);
    append_big_endian(encoded, permission.until, 5);
  }
  append_byte(encoded, permission.rules.size());
  for (const Rule& rule : permission.rules) append_rule(encoded, rule);
  append_byte(encoded, permission.counts.size());
  for (const Count& count : permission.counts) {
    append_byte(encoded, count.limit);
    append_byte(encoded, count.source);
    if (count.source < kCountValue) append_byte(encoded, count.type.code());
  }
  if (with_extras) append_extras(encoded, permission);
  return encoded;
}

Bytes encode_session(const Session& session) {
  const Bytes header = encode_header(session);
  Bytes full;
  full.reserve(header.size() + 256 * session.permissions.size());
  append_big_endian(full, header.size(), 2);
  append(full, header);
  for (const Permission& permission : session.permissions) {
    const Bytes encoded = encode_permission(permission);
    append_big_endian(full, encoded.size(), 2);
    append(full, encoded);
    append_byte(full, permission.text.size());
    append(full, as_bytes(permission.text));
  }
  return full;
}

Hash permission_hash(const Permission& permission) {
  return permission_hash(encode_permission(permission));
}

Hash permission_hash(ByteView encoded_permission) {
  Keccak256 hasher;
  hasher.update(as_bytes("P"));
  hasher.update(encoded_permission);
  return hasher.finish();
}

SessionId session_id(const Session& session) {
  std::vector<Hash> hashes;
  hashes.reserve(session.permissions.size());
  for (const Permission& permission : session.permissions) hashes.push_back(permission_hash(permission));
  return session_id(encode_header(session), hashes);
}

SessionId session_id(ByteView header, std::span<const Hash> permission_hashes) {
  Keccak256 hasher;
  hasher.update(as_bytes("S"));
  hasher.update(header);
  for (const Hash& hash : permission_hashes) hasher.update(hash.view());
  return {hasher.finish().bytes};
}

}  // namespace valetkey
