#include "draft.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "evm/keccak.hpp"
#include "protocol/contract.hpp"
#include "session/check.hpp"
#include "session/encoding.hpp"
#include "session/function_text.hpp"
#include "session/reader.hpp"

namespace valetkey::testing {
namespace {

constexpr int kRepairs = 80;
constexpr Seconds kNow = 1'795'251'600;

std::size_t call_end(std::size_t position) {
  return Selector::kSize + 32 * (position + 1);
}

// Makes an operation that passes, by trying and mending what the evaluator finds wrong.
class Maker {
 public:
  Maker(Random& random, const Address& validator) : random_(random) {
    draft_.place = {kTestChainId, random.address(), validator};
  }

  Draft make() {
    make_session();
    make_state();
    make_calls();
    make_gas();
    make_approval();
    for (int i = 0; i < kRepairs; ++i) {
      const Verdict verdict = draft_.verdict();
      if (verdict.allowed()) break;
      mend(*verdict.refusal);
    }
    return draft_;
  }

 private:
  static constexpr ChainId kTestChainId{31337};

  void make_session() {
    RandomSessionOptions options;
    if (random_.chance(3)) options = {.max_permissions = 32, .max_rules = 12, .max_limits = 16, .max_keys = 16, .max_paymasters = 16};
    std::set<std::size_t> chosen;
    const std::size_t count = random_.chance(5) ? session_keys().size() : random_.between(1, 4);
    while (chosen.size() < count) chosen.insert(random_.below(session_keys().size()));
    for (const std::size_t k : chosen) options.keys.push_back(session_keys()[k].address());
    options.epoch = random_.bits();
    options.now = kNow;
    draft_.session = random_session(random_, draft_.place, options);
    draft_.encode();
    draft_.carried.assign(draft_.session.permissions.size(), false);
    std::vector<std::uint8_t> keys(count);
    for (std::size_t k = 0; k < count; ++k) keys[k] = static_cast<std::uint8_t>(k);
    while (keys.size() > draft_.session.threshold) keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(random_.below(keys.size())));
    draft_.signers = keys;
  }

  void make_state() {
    draft_.state.epoch = draft_.session.epoch;
    draft_.state.installed = true;
    const std::uint64_t dice = random_.below(100);
    if (dice < 25) {
      draft_.mode = 2;  // ENABLE of a new session
    } else {
      draft_.mode = dice < 35 ? 2 : 1;
      draft_.state.set_status(SessionStatus::enabled);
    }
    draft_.time = draft_.session.from + random_.below(std::max<Seconds>(1, kNow - draft_.session.from + 86'400));
    if (draft_.state.status() != SessionStatus::enabled) return;
    const auto slots = limit_slots(draft_.session.limits);
    for (std::size_t l = 0; l < draft_.session.limits.size(); ++l) {
      const Limit& limit = draft_.session.limits[l];
      Spent spent;
      if (random_.chance(70)) spent.amount = divide(random_.word(112), std::max(limit.amount, Word(1))).remainder;
      if (limit.period != 0) {
        const Seconds period = (draft_.time - draft_.session.from) / limit.period;
        spent.period = random_.chance(60) ? period : random_.below(period + 1);
      }
      write_spent(draft_.state, slots[l], spent);
    }
  }

  void make_calls() {
    const std::size_t count = random_.chance(70) ? 1 : random_.between(2, 4);
    draft_.batch = count > 1 || random_.chance(20);
    for (std::size_t i = 0; i < count; ++i) {
      if (random_.chance(2)) {
        draft_.calls.push_back({draft_.place.validator, 0, encode_revoke(draft_.id())});
        draft_.indices.push_back(kRevokePermission);
        continue;
      }
      const std::size_t p = random_.below(draft_.session.permissions.size());
      draft_.indices.push_back(static_cast<std::uint8_t>(p));
      draft_.carried[p] = true;
      draft_.calls.push_back(call_for(draft_.session.permissions[p]));
    }
    for (std::size_t p = 0; p < draft_.carried.size(); ++p) {
      if (random_.chance(10)) draft_.carried[p] = true;
    }
  }

  Call call_for(const Permission& permission) {
    Call call;
    call.target = permission.kind == PermissionKind::anything ? random_.address() : permission.contract;
    call.value = random_.chance(60) ? Word(0) : random_.chance(50) ? permission.most_value : std::min(permission.most_value, random_.word(100));
    switch (permission.kind) {
      case PermissionKind::function:
        append(call.data, permission.selector.view());
        for (std::uint8_t n = 0; n < permission.words; ++n) {
          append(call.data, to_hash(random_.pick(candidate_words(random_, permission, n, draft_.place.account))).view());
        }
        if (permission.dynamic) append_random(call.data, 32 * random_.below(4) + (random_.chance(20) ? random_.below(32) : 0));
        break;
      case PermissionKind::plain_transfer: break;
      case PermissionKind::any_function: append_random(call.data, 4 + random_.below(100)); break;
      case PermissionKind::anything: append_random(call.data, random_.below(100)); break;
    }
    return call;
  }

  void append_random(Bytes& to, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) to.push_back(static_cast<std::uint8_t>(random_.bits()));
  }

  void make_gas() {
    draft_.sender = draft_.place.account;
    draft_.verification_gas = random_.below(2'000'000);
    draft_.call_gas = random_.below(2'000'000);
    draft_.pre_verification_gas = random_.below(100'000);
    draft_.price = random_.below(std::min<std::uint64_t>(draft_.session.gas_price, 10'000'000'000) + 1);
    if (random_.chance(15)) draft_.price = draft_.session.gas_price;
    if (!draft_.session.account_pays || (!draft_.session.paymasters.empty() && random_.chance(30))) {
      append(draft_.paymaster_and_data, random_.pick(draft_.session.paymasters).view());
      append_random(draft_.paymaster_and_data, 32 + (random_.chance(50) ? random_.below(60) : 0));
    }
    if (random_.chance(10)) append_random(draft_.init_code, 20 + random_.below(30));
    if (random_.chance(3)) draft_.init_code = {0x77, 0x02};
  }

  void make_approval() {
    draft_.sessions = static_cast<std::uint8_t>(random_.chance(60) ? 1 : random_.between(2, kMaxSiblings));
    draft_.session_place = static_cast<std::uint8_t>(random_.below(draft_.sessions));
    for (std::size_t i = 1; i < draft_.sessions; ++i) draft_.siblings.push_back(to_hash(random_.word(256)));
    append_random(draft_.owner_signature, random_.chance(10) ? random_.below(300) : 65);
  }

  // One word of the call anew.
  void new_word(std::size_t i, std::uint8_t position) {
    const Permission& permission = draft_.session.permissions[draft_.indices[i]];
    write_argument(draft_.calls[i], position, random_.pick(candidate_words(random_, permission, position, draft_.place.account)));
  }

  void mend(const Refusal& refusal) {
    switch (refusal.code) {
      case RefusalCode::limit_passed: mend_limit(refusal.rule); break;
      case RefusalCode::window_empty: mend_window(); break;
      case RefusalCode::dirty_count: {
        const Permission& permission = draft_.session.permissions[draft_.indices[refusal.call]];
        new_word(refusal.call, permission.counts[refusal.rule].source);
        break;
      }
      case RefusalCode::value_over: draft_.calls[refusal.call].value = 0; break;
      default: mend_rule(refusal); break;
    }
  }

  void mend_rule(const Refusal& refusal) {
    if (refusal.code < RefusalCode::dirty_word || refusal.code > RefusalCode::rule_ratio) return;
    const Permission& permission = draft_.session.permissions[draft_.indices[refusal.call]];
    const Rule& rule = permission.rules[refusal.rule];
    const bool ratio = rule.type.group == ValueGroup::ratio;
    if (!ratio || random_.chance(50)) return new_word(refusal.call, rule.position);
    if (rule.base != kBaseValue) return new_word(refusal.call, rule.base);
    draft_.calls[refusal.call].value = random_.chance(50) ? Word(0) : permission.most_value;
  }

  void mend_limit(std::size_t l) {
    const auto slots = limit_slots(draft_.session.limits);
    Spent spent = read_spent(draft_.state, slots[l]);
    if (!spent.amount.is_zero() && random_.chance(50)) {
      spent.amount = random_.chance(50) ? Word(0) : divide(spent.amount, 2).quotient;
      return write_spent(draft_.state, slots[l], spent);
    }
    const LimitKind kind = draft_.session.limits[l].kind;
    if (kind == LimitKind::fees) draft_.price = random_.chance(50) ? Word(0) : divide(draft_.price, 2).quotient;
    for (std::size_t i = 0; i < draft_.calls.size(); ++i) {
      if (kind == LimitKind::native || kind == LimitKind::native_every) draft_.calls[i].value = 0;
      if (draft_.indices[i] == kRevokePermission) continue;
      for (const Count& count : draft_.session.permissions[draft_.indices[i]].counts) {
        if (count.limit == l && count.source < kCountValue) {
          write_argument(draft_.calls[i], count.source, random_.chance(60) ? Word(random_.below(3)) : random_.word(8U * count.type.bytes));
        }
      }
    }
  }

  // Another time, or one call fewer.
  void mend_window() {
    const Seconds until = draft_.session.until == 0 ? kNow + 1'000'000 : draft_.session.until;
    draft_.time = random_.between(draft_.session.from, until - 1);
    const auto slots = limit_slots(draft_.session.limits);
    for (std::size_t l = 0; l < draft_.session.limits.size(); ++l) {
      if (draft_.session.limits[l].period != 0) write_spent(draft_.state, slots[l], {});
    }
    if (random_.chance(30) && draft_.calls.size() > 1) {
      draft_.calls.pop_back();
      draft_.indices.pop_back();
    }
  }

  Random& random_;
  Draft draft_;
};

void append_permission(Bytes& to, const Bytes& encoded) {
  append_big_endian(to, encoded.size(), 2);
  append(to, encoded);
}

Bytes field_of(const Draft& draft) {
  Bytes field{draft.mode};
  if (draft.mode == 2) {
    append(field, draft.full());
    field.push_back(draft.sessions);
    field.push_back(draft.session_place);
    for (const Hash& sibling : draft.siblings) append(field, sibling.view());
    append_big_endian(field, draft.owner_signature.size(), 2);
    append(field, draft.owner_signature);
  } else {
    append_big_endian(field, draft.header.size(), 2);
    append(field, draft.header);
    for (std::size_t p = 0; p < draft.permissions.size(); ++p) {
      if (p >= draft.carried.size() || draft.carried[p]) {
        append_permission(field, draft.permissions[p]);
      } else {
        append_big_endian(field, 0, 2);
        append(field, permission_hash(draft.permissions[p]).view());
      }
    }
  }
  append(field, draft.indices);
  append_big_endian(field, draft.time, 5);
  return field;
}

// keccak256(digest | owner's signature) of the session as it stands; anything where it is not valid.
Hash approved(const Draft& draft, Random& random) {
  const auto session = decode_session(draft.full());
  if (!session || check_session(draft.full(), draft.place)) return to_hash(random.word(256));
  std::vector<Hash> hashes = draft.siblings;
  hashes.insert(hashes.begin() + std::min<std::ptrdiff_t>(draft.session_place, std::ssize(hashes)), session_struct_hash(*session, draft.place));
  Keccak256 hasher;
  hasher.update(approval_digest(hashes, draft.place.validator).view());
  hasher.update(draft.owner_signature);
  return hasher.finish();
}

}  // namespace

const std::vector<SecretKey>& session_keys() {
  static const std::vector<SecretKey> keys = [] {
    std::vector<SecretKey> list;
    for (std::uint8_t k = 1; k <= kMaxKeys; ++k) {
      std::array<std::uint8_t, 32> bytes;
      bytes.fill(k);
      list.push_back(SecretKey::from_bytes(SecretBytes<32>(bytes)).value());
    }
    std::ranges::sort(list, {}, &SecretKey::address);
    return list;
  }();
  return keys;
}

void Draft::encode() {
  header = encode_header(session);
  permissions.clear();
  texts.clear();
  for (const Permission& permission : session.permissions) {
    permissions.push_back(encode_permission(permission));
    texts.push_back(permission.text);
  }
}

bool Draft::uses(std::size_t permission) const {
  return std::ranges::find(indices, permission) != indices.end();
}

SessionId Draft::id() const {
  std::vector<Hash> hashes;
  for (const Bytes& permission : permissions) hashes.push_back(permission_hash(permission));
  return session_id(header, hashes);
}

Bytes Draft::full() const {
  Bytes bytes;
  append_big_endian(bytes, header.size(), 2);
  append(bytes, header);
  for (std::size_t p = 0; p < permissions.size(); ++p) {
    append_permission(bytes, permissions[p]);
    bytes.push_back(static_cast<std::uint8_t>(texts[p].size()));
    append(bytes, as_bytes(texts[p]));
  }
  return bytes;
}

Verdict Draft::verdict() const {
  std::vector<CallView> views;
  for (const Call& call : calls) views.push_back({call.target, call.value, call.data});
  const GasView gas{verification_gas, call_gas, pre_verification_gas, price, init_code, paymaster_and_data};
  return evaluate(session, id(), place, state, {views, indices, time, gas}, mode == 2);
}

Draft random_draft(Random& random, const Address& validator) {
  return Maker(random, validator).make();
}

Word read_argument(const Call& call, std::size_t position) {
  return call.data.size() < call_end(position) ? Word(0)
                                               : Word::from_short_big_endian(ByteView(call.data).subspan(call_end(position) - 32, 32));
}

void write_argument(Call& call, std::size_t position, const Word& word) {
  if (call.data.size() < call_end(position)) return;
  std::ranges::copy(word.to_big_endian(), call.data.begin() + static_cast<std::ptrdiff_t>(call_end(position) - 32));
}

std::vector<Word> candidate_words(Random& random, const Permission& permission, std::uint8_t position, const Address& account) {
  std::vector<Word> words{0, 1, random.word(256), random.word(64)};
  const auto layout = parse_function_text(permission.text);
  const auto type = layout && position < layout->word_types.size() ? value_type(layout->word_types[position]) : std::nullopt;
  if (type) {
    const unsigned bits = type->group == ValueGroup::address ? 160 : 8U * type->bytes;
    words = {0, random.word(bits), random.word(bits)};
    if (type->group == ValueGroup::address) words.push_back(to_word(account));
    if (type->group == ValueGroup::yes_no) words = {0, 1};
    if (type->group == ValueGroup::unsigned_number) words.push_back(Word::max_of_bits(bits));
    if (type->group == ValueGroup::signed_number) words = {0, ~Word(0), random.word(bits - 1), ~random.word(bits - 1), ~Word::max_of_bits(bits - 1)};
    if (type->group == ValueGroup::fixed_bytes) words[1] = random.word(bits) << (256 - bits);
  }
  for (const Rule& rule : permission.rules) {
    if (rule.position != position || rule.type.group == ValueGroup::ratio) continue;
    const bool number = rule.type.group == ValueGroup::unsigned_number || rule.type.group == ValueGroup::signed_number;
    for (const Word& value : rule.values) {
      words.insert(words.end(), 3, value);
      if (number) words.push_back(wrapping_add(value, 1).value);
      if (number) words.push_back(wrapping_sub(value, 1).value);
    }
  }
  return words;
}

Case assemble(const Draft& draft, Random& random) {
  Case one;
  one.entry = draft.entry;
  one.place = draft.place;
  one.epoch = draft.state.epoch;
  one.installed = draft.state.installed;
  one.answer = draft.answer;
  one.approved = approved(draft, random);

  // Only a valid session can be enabled.
  SessionState state = draft.state;
  if (state.status() == SessionStatus::enabled && check_session(draft.full(), draft.place)) state.words = {};
  Stored stored{draft.id(), {}};
  std::ranges::copy(state.words, stored.words.begin());
  one.stored.push_back(stored);

  if (draft.entry != Entry::validate) {
    Bytes full = draft.full();
    if (draft.entry == Entry::install) {
      Bytes measured;
      append_big_endian(measured, full.size(), 3);
      append(measured, full);
      full = std::move(measured);
    }
    if (draft.edit_data) draft.edit_data(full);
    one.data = std::move(full);
    complete_stored(one);
    return one;
  }
  one.op.sender = draft.sender;
  one.op.nonce = random.word(256);
  one.op.init_code = draft.init_code;
  one.op.call_data = draft.batch ? encode_execute_batch(draft.calls) : encode_execute_single(draft.calls.front());
  if (draft.edit_call_data) draft.edit_call_data(one.op.call_data);
  one.op.account_gas_limits = draft.verification_gas << 128 | draft.call_gas;
  one.op.pre_verification_gas = draft.pre_verification_gas;
  one.op.gas_fees = random.word(128) << 128 | draft.price;
  one.op.paymaster_and_data = draft.paymaster_and_data;
  one.hash = {to_hash(random.word(256)).bytes};
  Bytes field = field_of(draft);
  if (draft.edit_field) draft.edit_field(field);
  const Hash digest = key_digest(one.hash, keccak256(field), validator_domain(draft.place.validator));
  const std::vector<Address>& keys = draft.session.keys;
  for (const std::uint8_t signer : draft.signers) {
    const auto key = signer < keys.size() ? std::ranges::find(session_keys(), keys[signer], &SecretKey::address) : session_keys().end();
    append_key_signature(field, {signer, sign_recoverable(key == session_keys().end() ? session_keys().front() : *key, digest)});
  }
  if (draft.edit_signed) draft.edit_signed(field);
  one.op.signature = std::move(field);
  complete_stored(one);
  return one;
}

}  // namespace valetkey::testing
