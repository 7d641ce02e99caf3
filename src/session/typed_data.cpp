#include "session/typed_data.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "evm/keccak.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

constexpr std::string_view kDomainName = "valetkey";
constexpr std::string_view kDomainVersion = "1";

// docs/protocol.md, section 2, in its order.
constexpr std::array<std::string_view, 17> kTypes{
    "ApproveSessions(Session[] sessions)",
    "Session(uint256 chain,address account,uint64 epoch,uint32 serial,Keys keys,string from,string until,Permission[] "
    "permissions,"
    "TokenLimit[] tokenLimits,Limit[] limits,Gas gas)",
    "Keys(uint256 needed,address[] of)",
    "Permission(address contract,string function,string place,uint256 valueAtMost,string from,string until,"
    "AddressRule[] addresses,UnsignedRule[] unsignedNumbers,SignedRule[] signedNumbers,YesNoRule[] yesNo,BytesRule[] "
    "fixedBytes,RatioRule[] ratios,Count[] counts,Inside[] inside,BatchRule[] batch,Policy[] policies)",
    "AddressRule(string position,string comparison,address[] values)",
    "UnsignedRule(string position,string comparison,uint256[] values)",
    "SignedRule(string position,string comparison,int256[] values)",
    "YesNoRule(string position,string comparison,bool[] values)",
    "BytesRule(string position,string comparison,bytes32[] values)",
    "RatioRule(string position,string comparison,uint256 numerator,uint256 denominator,string of)",
    "Count(string counts,uint256 limit)",
    "Inside(string position,string by,uint256[] permissions)",
    "BatchRule(string call,uint256 permission,string position,string type,string comparison,string of)",
    "Policy(address contract,address[] addresses,uint256[] unsignedNumbers,int256[] signedNumbers,bool[] yesNo,"
    "bytes32[] fixedBytes)",
    "TokenLimit(uint256 number,address token,uint256 atMost,string period)",
    "Limit(uint256 number,string counts,uint256 atMost,string period)",
    "Gas(string price,string fees,address[] paymasters)",
};

std::string_view definition(std::string_view name) {
  const auto* found =
      std::ranges::find_if(kTypes, [&](std::string_view text) { return text.substr(0, text.find('(')) == name; });
  return *found;
}

// The type hash of a struct that uses the named others (sorted by name).
Hash type_hash(std::string_view name, std::span<const std::string_view> used = {}) {
  Keccak256 hasher;
  hasher.update(as_bytes(definition(name)));
  for (const std::string_view other : used) hasher.update(as_bytes(definition(other)));
  return hasher.finish();
}

// What depends on no session.
struct TypeHashes {
  static constexpr std::array<std::string_view, 10> kOfPermission{
      "AddressRule", "BatchRule", "BytesRule",  "Count",        "Inside",
      "Policy",      "RatioRule", "SignedRule", "UnsignedRule", "YesNoRule"};
  static constexpr std::array<std::string_view, 15> kOfSession{
      "AddressRule", "BatchRule", "BytesRule", "Count",      "Gas",        "Inside",       "Keys",     "Limit",
      "Permission",  "Policy",    "RatioRule", "SignedRule", "TokenLimit", "UnsignedRule", "YesNoRule"};
  static constexpr std::array<std::string_view, 16> kOfApproval{
      "AddressRule", "BatchRule", "BytesRule", "Count",   "Gas",        "Inside",     "Keys",         "Limit",
      "Permission",  "Policy",    "RatioRule", "Session", "SignedRule", "TokenLimit", "UnsignedRule", "YesNoRule"};
  Hash approval = type_hash("ApproveSessions", kOfApproval);
  Hash session = type_hash("Session", kOfSession);
  Hash permission = type_hash("Permission", kOfPermission);
  Hash keys = type_hash("Keys");
  std::array<Hash, 5> rules{type_hash("AddressRule"), type_hash("UnsignedRule"), type_hash("SignedRule"),
                            type_hash("YesNoRule"), type_hash("BytesRule")};  // by ValueGroup
  Hash ratio = type_hash("RatioRule");
  Hash count = type_hash("Count");
  Hash inside = type_hash("Inside");
  Hash batch_rule = type_hash("BatchRule");
  Hash policy = type_hash("Policy");
  Hash token_limit = type_hash("TokenLimit");
  Hash limit = type_hash("Limit");
  Hash gas = type_hash("Gas");
  Hash domain = keccak256(as_bytes("EIP712Domain(string name,string version,address verifyingContract)"));
  Hash domain_name = keccak256(as_bytes(kDomainName));
  Hash domain_version = keccak256(as_bytes(kDomainVersion));
};

const TypeHashes& type_hashes() {
  static const TypeHashes hashes;
  return hashes;
}

Hash text_hash(std::string_view text) {
  return keccak256(as_bytes(text));
}

// hashStruct: the type hash and the members' words.
class StructHasher {
 public:
  explicit StructHasher(const Hash& type) { hasher_.update(type.view()); }

  StructHasher& add(const Word& word) {
    hasher_.update(word);
    return *this;
  }
  StructHasher& add(const Hash& hash) {
    hasher_.update(hash.view());
    return *this;
  }
  StructHasher& add(const Address& address) { return add(to_word(address)); }
  StructHasher& text(std::string_view text) { return add(text_hash(text)); }
  Hash finish() { return hasher_.finish(); }

 private:
  Keccak256 hasher_;
};

// The words of an array, one after the other.
class ArrayHasher {
 public:
  void add(const Word& word) { add(to_hash(word)); }
  void add(const Hash& word) {
    hasher_.update(word.view());
    empty_ = false;
  }
  Hash finish() { return empty_ ? kKeccakOfNothing : hasher_.finish(); }

 private:
  Keccak256 hasher_;
  bool empty_ = true;  // most lists are
};

// The struct hashes of a list's elements.
template <class List, class HashOne>
Hash list_hash(const List& list, HashOne hash_one) {
  ArrayHasher array;
  for (const auto& element : list) array.add(hash_one(element));
  return array.finish();
}

Hash addresses_hash(const std::vector<Address>& addresses) {
  ArrayHasher array;
  for (const Address& address : addresses) array.add(to_word(address));
  return array.finish();
}

std::size_t value_count(const Rule& rule) {
  return rule.values.size() + (rule.with_account ? 1 : 0);
}

// Empty where a batch rule compares nothing.
struct BatchTexts {
  std::string position;
  std::string_view type;
  std::string_view comparison;
  std::string of;
};

BatchTexts batch_texts(const Session& session, const Permission& permission, const BatchRule& rule) {
  if (rule.position == BatchRule::kNoPosition) return {};
  return {position_text(permission, rule.position), batch_type_text(rule.type.group),
          comparison_text(rule.comparison, 1),
          position_text(session.permissions[rule.permission], rule.other_position)};
}

// One permission of a session. Its batch rules name positions of others.
class PermissionHasher {
 public:
  PermissionHasher(const Session& session, const Permission& permission, const Address& account)
      : session_(session), it_(permission), account_(account) {}

  [[nodiscard]] Hash hash() const {
    StructHasher hasher(type_hashes().permission);
    hasher.add(it_.kind == PermissionKind::anything ? Address{} : it_.contract)
        .text(function_text(it_))
        .text(place_text(it_))
        .add(it_.most_value)
        .text(permission_from_text(it_.from))
        .text(permission_until_text(it_.until));
    for (std::size_t group = 0; group <= static_cast<std::size_t>(ValueGroup::ratio); ++group) {
      ArrayHasher rules;
      for (const Rule& rule : it_.rules) {
        if (static_cast<std::size_t>(rule.type.group) == group) rules.add(rule_hash(rule));
      }
      hasher.add(rules.finish());
    }
    return hasher.add(list_hash(it_.counts, [&](const Count& count) { return count_hash(count); }))
        .add(list_hash(it_.inside, [&](const Inside& inside) { return inside_hash(inside); }))
        .add(list_hash(it_.batch, [&](const BatchRule& rule) { return batch_rule_hash(rule); }))
        .add(list_hash(it_.policies, [&](const Policy& policy) { return policy_hash(policy); }))
        .finish();
  }

 private:
  [[nodiscard]] Hash rule_hash(const Rule& rule) const {
    if (rule.type.group == ValueGroup::ratio) {
      return StructHasher(type_hashes().ratio)
          .text(position_text(it_, rule.position))
          .text(comparison_text(rule.comparison, 1))
          .add(rule.numerator)
          .add(rule.denominator)
          .text(base_text(it_, rule.base))
          .finish();
    }
    ArrayHasher values;
    if (rule.with_account) values.add(to_word(account_));
    for (const Word& value : rule.values) values.add(value);
    return StructHasher(type_hashes().rules[static_cast<std::size_t>(rule.type.group)])
        .text(position_text(it_, rule.position))
        .text(comparison_text(rule.comparison, value_count(rule)))
        .add(values.finish())
        .finish();
  }

  [[nodiscard]] Hash count_hash(const Count& count) const {
    return StructHasher(type_hashes().count)
        .text(source_text(it_, count.source))
        .add(Word(count.limit + 1ULL))
        .finish();
  }

  [[nodiscard]] Hash inside_hash(const Inside& inside) const {
    return StructHasher(type_hashes().inside)
        .text(position_text(it_, inside.position))
        .text(inside_by_text(it_, inside))
        .add(list_hash(inside.permissions, [](std::uint8_t permission) { return Word(permission + 1ULL); }))
        .finish();
  }

  [[nodiscard]] Hash batch_rule_hash(const BatchRule& rule) const {
    const BatchTexts texts = batch_texts(session_, it_, rule);
    return StructHasher(type_hashes().batch_rule)
        .text(batch_call_text(rule.where))
        .add(Word(rule.permission + 1ULL))
        .text(texts.position)
        .text(texts.type)
        .text(texts.comparison)
        .text(texts.of)
        .finish();
  }

  [[nodiscard]] Hash policy_hash(const Policy& policy) const {
    StructHasher hasher(type_hashes().policy);
    hasher.add(policy.contract);
    for (std::size_t group = 0; group <= static_cast<std::size_t>(ValueGroup::fixed_bytes); ++group) {
      ArrayHasher words;
      for (const PolicyWord& word : policy.words) {
        if (static_cast<std::size_t>(word.group) == group) words.add(word.account ? to_word(account_) : word.value);
      }
      hasher.add(words.finish());
    }
    return hasher.finish();
  }

  const Session& session_;
  const Permission& it_;
  const Address& account_;
};

Hash limits_hash(const Session& session, bool tokens) {
  ArrayHasher array;
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    const Limit& limit = session.limits[l];
    if ((limit.kind == LimitKind::token) != tokens) continue;
    StructHasher hasher(tokens ? type_hashes().token_limit : type_hashes().limit);
    hasher.add(Word(l + 1));
    if (tokens) {
      hasher.add(limit.token);
    } else {
      hasher.text(limit_text(limit.kind));
    }
    array.add(hasher.add(limit.amount).text(period_text(limit.period)).finish());
  }
  return array.finish();
}

Hash permissions_hash(const Session& session, const Address& account) {
  return list_hash(session.permissions,
                   [&](const Permission& permission) { return PermissionHasher(session, permission, account).hash(); });
}

Hash keys_hash(const Session& session) {
  return StructHasher(type_hashes().keys).add(Word(session.threshold)).add(addresses_hash(session.keys)).finish();
}

Hash gas_hash(const Session& session) {
  return StructHasher(type_hashes().gas)
      .text(price_text(session.gas_price))
      .text(fees_text(session))
      .add(addresses_hash(session.paymasters))
      .finish();
}

Value text(std::string_view words) {
  return {words};
}

Value::List address_values(const std::vector<Address>& addresses) {
  return {addresses.begin(), addresses.end()};
}

Value rule_value(const Permission& permission, const Rule& rule, const Address& account) {
  if (rule.type.group == ValueGroup::ratio) {
    return Value::List{text(position_text(permission, rule.position)), comparison_text(rule.comparison, 1),
                       rule.numerator, rule.denominator, text(base_text(permission, rule.base))};
  }
  Value::List values;
  if (rule.with_account) values.emplace_back(account);
  values.insert(values.end(), rule.values.begin(), rule.values.end());
  return Value::List{text(position_text(permission, rule.position)),
                     comparison_text(rule.comparison, value_count(rule)), std::move(values)};
}

Value inside_value(const Permission& permission, const Inside& inside) {
  Value::List permissions;
  for (const std::uint8_t inner : inside.permissions) permissions.emplace_back(Word(inner + 1ULL));
  return Value::List{text(position_text(permission, inside.position)), text(inside_by_text(permission, inside)),
                     std::move(permissions)};
}

Value batch_rule_value(const Session& session, const Permission& permission, const BatchRule& rule) {
  const BatchTexts texts = batch_texts(session, permission, rule);
  return Value::List{text(batch_call_text(rule.where)),
                     Word(rule.permission + 1ULL),
                     text(texts.position),
                     texts.type,
                     texts.comparison,
                     text(texts.of)};
}

Value policy_value(const Policy& policy, const Address& account) {
  Value::List fields{policy.contract};
  for (std::size_t group = 0; group <= static_cast<std::size_t>(ValueGroup::fixed_bytes); ++group) {
    Value::List words;
    for (const PolicyWord& word : policy.words) {
      if (static_cast<std::size_t>(word.group) == group)
        words.emplace_back(word.account ? to_word(account) : word.value);
    }
    fields.emplace_back(std::move(words));
  }
  return fields;
}

Value permission_value(const Session& session, const Permission& permission, const Address& account) {
  Value::List fields{permission.kind == PermissionKind::anything ? Address{} : permission.contract,
                     text(function_text(permission)),
                     place_text(permission),
                     permission.most_value,
                     text(permission_from_text(permission.from)),
                     text(permission_until_text(permission.until))};
  for (std::size_t group = 0; group <= static_cast<std::size_t>(ValueGroup::ratio); ++group) {
    Value::List rules;
    for (const Rule& rule : permission.rules) {
      if (static_cast<std::size_t>(rule.type.group) == group) rules.push_back(rule_value(permission, rule, account));
    }
    fields.emplace_back(std::move(rules));
  }
  Value::List counts;
  for (const Count& count : permission.counts) {
    counts.emplace_back(Value::List{text(source_text(permission, count.source)), Word(count.limit + 1ULL)});
  }
  fields.emplace_back(std::move(counts));
  Value::List insides;
  for (const Inside& inside : permission.inside) insides.push_back(inside_value(permission, inside));
  fields.emplace_back(std::move(insides));
  Value::List batch;
  for (const BatchRule& rule : permission.batch) batch.push_back(batch_rule_value(session, permission, rule));
  fields.emplace_back(std::move(batch));
  Value::List policies;
  for (const Policy& policy : permission.policies) policies.push_back(policy_value(policy, account));
  fields.emplace_back(std::move(policies));
  return fields;
}

Value session_value(const PlacedSession& placed) {
  const Session& session = placed.session;
  Value::List permissions;
  for (const Permission& permission : session.permissions)
    permissions.push_back(permission_value(session, permission, placed.place.account));
  Value::List token_limits;
  Value::List limits;
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    const Limit& limit = session.limits[l];
    if (limit.kind == LimitKind::token) {
      token_limits.emplace_back(Value::List{Word(l + 1), limit.token, limit.amount, text(period_text(limit.period))});
    } else {
      limits.emplace_back(
          Value::List{Word(l + 1), limit_text(limit.kind), limit.amount, text(period_text(limit.period))});
    }
  }
  return Value::List{
      Word(placed.place.chain.value),
      placed.place.account,
      Word(session.epoch),
      Word(session.serial),
      Value::List{Word(session.threshold), address_values(session.keys)},
      text(time_text(session.from)),
      text(session_until_text(session.until)),
      std::move(permissions),
      std::move(token_limits),
      std::move(limits),
      Value::List{text(price_text(session.gas_price)), fees_text(session), address_values(session.paymasters)}};
}

// `Keys(uint256 needed,address[] of)` taken apart.
TypedStruct parse_definition(std::string_view text) {
  const std::size_t open = text.find('(');
  TypedStruct result{std::string(text.substr(0, open)), {}};
  std::string_view rest = text.substr(open + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of(",)");
    const std::string_view field = rest.substr(0, end);
    const std::size_t space = field.find(' ');
    result.fields.push_back({std::string(field.substr(space + 1)), std::string(field.substr(0, space))});
    rest.remove_prefix(end + 1);
  }
  return result;
}

TypedDomain domain_of(const Address& validator) {
  TypedDomain domain;
  domain.name = kDomainName;
  domain.version = kDomainVersion;
  domain.verifying_contract = validator;
  return domain;
}

}  // namespace

Hash validator_domain(const Address& validator) {
  const TypeHashes& hashes = type_hashes();
  return StructHasher(hashes.domain).add(hashes.domain_name).add(hashes.domain_version).add(validator).finish();
}

Hash session_struct_hash(const Session& session, const SessionPlace& place) {
  return SessionHasher(session, place.account).on(place.chain);
}

SessionHasher::SessionHasher(const Session& session, const Address& account)
    : fields_{to_hash(to_word(account)),          to_hash(Word(session.epoch)),
              to_hash(Word(session.serial)),      keys_hash(session),
              text_hash(time_text(session.from)), text_hash(session_until_text(session.until)),
              permissions_hash(session, account), limits_hash(session, true),
              limits_hash(session, false),        gas_hash(session)} {}

Hash SessionHasher::on(ChainId chain) const {
  StructHasher hasher(type_hashes().session);
  hasher.add(Word(chain.value));
  for (const Hash& field : fields_) hasher.add(field);
  return hasher.finish();
}

Hash approval_digest(std::span<const Hash> session_hashes, const Address& validator) {
  ArrayHasher sessions;
  for (const Hash& hash : session_hashes) sessions.add(hash);
  const Hash message = StructHasher(type_hashes().approval).add(sessions.finish()).finish();
  return hash_typed_data(validator_domain(validator), message);
}

TypedData approval_typed_data(std::span<const PlacedSession> sessions) {
  TypedData data;
  data.domain = domain_of(sessions.front().place.validator);
  for (const std::string_view text : kTypes) data.types.push_back(parse_definition(text));
  data.primary_type = "ApproveSessions";
  Value::List values;
  for (const PlacedSession& session : sessions) values.push_back(session_value(session));
  data.message = Value::List{Value(std::move(values))};
  return data;
}

std::string approval_typed_data_json(std::span<const PlacedSession> sessions) {
  // Built from a model, the data always fit their types.
  return to_json(approval_typed_data(sessions)).value_or(std::string());
}

}  // namespace valetkey
