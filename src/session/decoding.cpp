#include <algorithm>

#include "session/encoding.hpp"
#include "session/form.hpp"
#include "session/paths.hpp"
#include "session/reader.hpp"

namespace valetkey {
namespace {

std::unexpected<Refusal> refuse(RefusalCode code, std::size_t call = kNoIndex, std::size_t rule = kNoIndex) {
  return std::unexpected(Refusal{code, static_cast<std::uint8_t>(call), static_cast<std::uint8_t>(rule)});
}

std::unexpected<Refusal> refuse(FormFault fault) {
  return refuse(fault == FormFault::unknown_version ? RefusalCode::unknown_version : RefusalCode::malformed_session);
}

std::expected<Session, Refusal> decode_parts(const HeaderParts& parts) {
  const ByteView header = parts.bytes;
  Session session;
  session.epoch = read_big_endian(header.subspan(1, 8));
  session.serial = static_cast<std::uint32_t>(read_big_endian(header.subspan(9, 4)));
  session.from = read_big_endian(header.subspan(13, 5));
  session.until = read_big_endian(header.subspan(18, 5));
  session.gas_price = read_big_endian(header.subspan(23, 8));
  if (header[31] > 1) return refuse(RefusalCode::fees_kind);
  session.account_pays = header[31] == 1;
  session.threshold = parts.threshold;
  for (std::size_t k = 0; k < parts.key_count(); ++k) {
    const ByteView key = parts.keys.subspan(k * kKeySize, kKeySize);
    if (key[0] != 0) return refuse(RefusalCode::key_kind, kNoIndex, k);
    session.keys.push_back(read_fixed<Address>(key.subspan(1)));
  }
  for (std::size_t m = 0; m < parts.paymaster_count(); ++m) {
    session.paymasters.push_back(read_fixed<Address>(parts.paymasters.subspan(m * Address::kSize)));
  }
  for (std::size_t l = 0; l < parts.limit_count; ++l) {
    const ByteView bytes = parts.limits[l];
    if (bytes[0] > static_cast<std::uint8_t>(LimitKind::fees)) return refuse(RefusalCode::limit_kind, kNoIndex, l);
    Limit limit;
    limit.kind = static_cast<LimitKind>(bytes[0]);
    limit.amount = Word::from_short_big_endian(bytes.subspan(1, 14));
    limit.period = static_cast<std::uint32_t>(read_big_endian(bytes.subspan(15, 4)));
    if (limit.kind == LimitKind::token) limit.token = read_fixed<Address>(bytes.subspan(19));
    session.limits.push_back(limit);
  }
  return session;
}

// Reads one permission; every refusal carries its index.
class PermissionDecoder {
 public:
  PermissionDecoder(ByteView encoded, std::uint8_t index) : reader_(encoded), index_(index) {}

  std::expected<Permission, Refusal> decode(std::string_view text) {
    const auto flags = reader_.take_byte();
    if (!flags) return form();
    Permission permission;
    if (!permission_flags_fit(*flags)) return bad(RefusalCode::permission_kind);
    permission.kind = static_cast<PermissionKind>(*flags & kKindBits);
    permission.inner = (*flags & kInnerBit) != 0;
    permission.command = (*flags & kCommandBit) != 0;
    permission.dynamic = (*flags & kDynamicBit) != 0;
    const bool is_function = permission.kind == PermissionKind::function;
    if (permission.kind != PermissionKind::anything) {
      const auto contract = reader_.take(Address::kSize);
      if (!contract) return form();
      permission.contract = read_fixed<Address>(*contract);
    }
    if (is_function) {
      const auto function = reader_.take(Selector::kSize + 1);
      if (!function) return form();
      permission.selector = read_fixed<Selector>(*function);
      permission.words = (*function)[Selector::kSize];
    } else if (!text.empty()) {
      return bad(RefusalCode::text);
    }
    permission.text = text;
    if (permission.dynamic) {
      if (const auto refused = decode_dynamic_part(permission)) return std::unexpected(*refused);
    }

    const auto most_value = read_number(reader_, 32);
    if (!most_value) return most_value.error() == ReadFault::form ? form() : bad(RefusalCode::number_form);
    permission.most_value = *most_value;
    if ((*flags & kWindowBit) != 0) {
      const auto window = reader_.take(10);
      if (!window) return form();
      permission.from = read_big_endian(window->first(5));
      permission.until = read_big_endian(window->subspan(5));
      if (permission.from == 0 && permission.until == 0) return bad(RefusalCode::permission_window);
    }

    const auto rules = reader_.take_byte();
    if (!rules) return form();
    permission.rules.reserve(std::min<std::size_t>(*rules, kMaxRules));
    for (std::size_t j = 0; j < *rules; ++j) {
      auto rule = decode_rule(j);
      if (!rule) return std::unexpected(rule.error());
      permission.rules.push_back(std::move(*rule));
    }
    const auto counts = reader_.take_byte();
    if (!counts) return form();
    for (std::size_t c = 0; c < *counts; ++c) {
      const auto count = decode_count(c);
      if (!count) return std::unexpected(count.error());
      permission.counts.push_back(*count);
    }
    if ((*flags & kExtrasBit) != 0) {
      if (const auto refused = decode_extras(permission)) return std::unexpected(*refused);
    }
    if (reader_.left() != 0) return form();
    return permission;
  }

 private:
  [[nodiscard]] std::unexpected<Refusal> bad(RefusalCode code, std::size_t rule = kNoIndex) const {
    return refuse(code, index_, rule);
  }
  [[nodiscard]] std::unexpected<Refusal> form() const { return bad(RefusalCode::permission_form); }

  std::optional<Refusal> decode_dynamic_part(Permission& permission) {
    const auto layout = reader_.take_measured();
    if (!layout) return form().error();
    permission.layout = to_bytes(*layout);
    const auto paths = reader_.take_byte();
    if (!paths) return form().error();
    for (std::size_t x = 0; x < *paths; ++x) {
      const auto steps = reader_.take_measured();
      if (!steps) return form().error();
      auto path = decode_path(*steps);
      if (!path) return bad(RefusalCode::path_steps, x).error();
      permission.paths.push_back(std::move(*path));
    }
    const auto insides = reader_.take_byte();
    if (!insides) return form().error();
    for (std::size_t d = 0; d < *insides; ++d) {
      const auto head = reader_.take(2);
      const auto permissions = head ? reader_.take_measured() : std::nullopt;
      if (!permissions) return form().error();
      permission.inside.push_back({(*head)[0], (*head)[1], to_bytes(*permissions)});
    }
    return {};
  }

  std::optional<Refusal> decode_extras(Permission& permission) {
    const auto rules = reader_.take_byte();
    if (!rules) return form().error();
    for (std::size_t r = 0; r < *rules; ++r) {
      const auto bytes = reader_.take(kBatchRuleSize);
      if (!bytes) return form().error();
      const auto rule = read_batch_rule(*bytes);
      if (!rule) return bad(RefusalCode::batch_form, r).error();
      permission.batch.push_back(*rule);
    }
    const auto policies = reader_.take_byte();
    if (!policies) return form().error();
    if (*rules == 0 && *policies == 0) return bad(RefusalCode::extras_caps).error();
    for (std::size_t x = 0; x < *policies; ++x) {
      auto policy = decode_policy(x);
      if (!policy) return policy.error();
      permission.policies.push_back(std::move(*policy));
    }
    return {};
  }

  std::expected<Policy, Refusal> decode_policy(std::size_t x) {
    const auto contract = reader_.take(Address::kSize);
    const auto words = contract ? reader_.take_byte() : std::nullopt;
    if (!words) return form();
    Policy policy;
    policy.contract = read_fixed<Address>(*contract);
    for (std::size_t w = 0; w < *words; ++w) {
      const auto group = reader_.take_byte();
      if (!group) return form();
      if (*group > static_cast<std::uint8_t>(ValueGroup::fixed_bytes)) return bad(RefusalCode::policy_form, x);
      PolicyWord word;
      word.group = static_cast<ValueGroup>(*group);
      const auto value = read_rule_value(reader_, widest_type(word.group));
      if (!value) return value.error() == ReadFault::form ? form() : bad(RefusalCode::policy_form, x);
      word.account = value->account;
      word.value = value->word;
      policy.words.push_back(word);
    }
    return policy;
  }

  std::expected<Rule, Refusal> decode_rule(std::size_t j) {
    const auto head = reader_.take(3);
    if (!head) return form();
    const auto type = value_type((*head)[0]);
    if (!type) return bad(RefusalCode::rule_type, j);
    const auto operation = static_cast<std::uint8_t>((*head)[2] >> 5U);
    if (operation > static_cast<std::uint8_t>(Comparison::between)) return bad(RefusalCode::rule_operator, j);
    const std::size_t values = ((*head)[2] & 0x1fU) + 1U;
    Rule rule;
    rule.type = *type;
    rule.position = (*head)[1];
    rule.comparison = static_cast<Comparison>(operation);
    if (type->group == ValueGroup::ratio) {
      if (values != 1) return bad(RefusalCode::rule_operator, j);
      return decode_ratio(std::move(rule), j);
    }
    for (std::size_t v = 0; v < values; ++v) {
      const auto value = read_rule_value(reader_, *type);
      if (!value) return value.error() == ReadFault::form ? form() : bad(RefusalCode::rule_value, j);
      if (value->account && v != 0) return bad(RefusalCode::rule_value, j);
      if (value->account) {
        rule.with_account = true;
      } else {
        rule.values.push_back(value->word);
      }
    }
    return rule;
  }

  std::expected<Rule, Refusal> decode_ratio(Rule rule, std::size_t j) {
    const auto head = reader_.take(3);
    if (!head) return form();
    const auto word_type = value_type((*head)[0]);
    const auto base_type = value_type((*head)[2]);
    if (!word_type || !base_type) return bad(RefusalCode::rule_type, j);
    rule.word_type = *word_type;
    rule.base = (*head)[1];
    rule.base_type = *base_type;
    for (Word* number : {&rule.numerator, &rule.denominator}) {
      const auto read = read_number(reader_, 16);
      if (!read) return read.error() == ReadFault::form ? form() : bad(RefusalCode::rule_value, j);
      if (read->is_zero()) return bad(RefusalCode::rule_value, j);
      *number = *read;
    }
    return rule;
  }

  std::expected<Count, Refusal> decode_count(std::size_t c) {
    const auto head = reader_.take(2);
    if (!head) return form();
    Count count;
    count.limit = (*head)[0];
    count.source = (*head)[1];
    if (count.source < kCountValue) {
      const auto code = reader_.take_byte();
      if (!code) return form();
      const auto type = value_type(*code);
      if (!type) return bad(RefusalCode::count_source, c);
      count.type = *type;
    }
    return count;
  }

  ByteReader reader_;
  std::uint8_t index_;
};

}  // namespace

std::expected<Session, Refusal> decode_session(ByteView full) {
  const auto walked = walk_whole_session(full);
  if (!walked) return refuse(FormFault::malformed);
  auto session = decode_header(walked->header.bytes);
  if (!session) return session;
  session->permissions.reserve(walked->permissions.size());
  for (std::size_t p = 0; p < walked->permissions.size(); ++p) {
    const PermissionParts& permission = walked->permissions[p];
    if (permission.encoded.empty()) return refuse(FormFault::malformed);
    auto decoded = decode_permission(permission.encoded, permission.text, static_cast<std::uint8_t>(p));
    if (!decoded) return std::unexpected(decoded.error());
    session->permissions.push_back(std::move(*decoded));
  }
  return session;
}

std::expected<Session, Refusal> decode_header(ByteView header) {
  const auto parts = read_header_parts(header);
  if (!parts) return refuse(parts.error());
  return decode_parts(*parts);
}

std::expected<Permission, Refusal> decode_permission(ByteView encoded, std::string_view text, std::uint8_t index) {
  return PermissionDecoder(encoded, index).decode(text);
}

}  // namespace valetkey
