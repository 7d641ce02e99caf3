#include "draft.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "evm/keccak.hpp"
#include "protocol/contract.hpp"
#include "session/check.hpp"
#include "session/encoding.hpp"
#include "policy/rule.hpp"
#include "random_rules.hpp"
#include "session/function_text.hpp"
#include "session/paths.hpp"
#include "session/reader.hpp"
#include "session/targets.hpp"

namespace valetkey::testing {
namespace {

constexpr int kRepairs = 60;
constexpr int kSessions = 4;  // made until an operation of one passes
constexpr std::size_t kMostCalls = 8;
constexpr std::size_t kMostBytes = 60'000;  // of all calls: an edit may double them, and the node takes no more than 2 MB of JSON
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
      mend(*verdict.refusal, verdict.permission);
    }
    for (ArgumentTree& tree : draft_.trees) {
      if (!tree.function) continue;
      for (const ArgumentTree* part : with_inner(tree)) draft_.carried[part->permission] = true;
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
    const bool rich = random_.chance(60);
    if (rich) options.max_permissions = std::min<std::size_t>(options.max_permissions, 8);
    draft_.session = rich ? random_rich_session(random_, draft_.place, options) : random_session(random_, draft_.place, options);
    if (random_.chance(50)) add_permit2();
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

  // Permit2 in a session that limits tokens.
  void add_permit2() {
    Session& session = draft_.session;
    const auto limited = std::ranges::find(session.limits, LimitKind::token, &Limit::kind);
    if (limited == session.limits.end() || session.permissions.size() == kMaxPermissions) return;
    Permission permission;
    permission.contract = kPermit2;
    permission.text = random_.chance(80) ? "approve(address,address,uint160,uint48)" : "lockdown((address,address)[])";
    const TextLayout function = parse_function_text(permission.text).value();
    permission.selector = function.selector;
    permission.words = static_cast<std::uint8_t>(function.word_types.size());
    permission.dynamic = function.dynamic;
    permission.layout = function.layout;
    if (!permission.dynamic) {
      Rule token;
      token.type = {ValueGroup::address, 1};
      token.values = {to_word(limited->token)};
      permission.rules = {token};
      for (std::size_t l = 0; l < session.limits.size(); ++l) {
        if (session.limits[l].kind == LimitKind::token && session.limits[l].token == limited->token)
          permission.counts.push_back({static_cast<std::uint8_t>(l), 2, {ValueGroup::unsigned_number, 20}});
      }
    }
    session.permissions.push_back(permission);
  }

  void make_calls() {
    const std::size_t count = random_.chance(70) ? 1 : random_.between(2, 4);
    draft_.batch = count > 1 || random_.chance(20);
    for (std::size_t i = 0; i < count; ++i) {
      if (random_.chance(2)) {
        draft_.calls.push_back({draft_.place.validator, 0, encode_revoke(draft_.id())});
        draft_.indices.push_back(kRevokePermission);
        draft_.trees.emplace_back();
        continue;
      }
      add_call(i, some_permission());
    }
    for (std::size_t p = 0; p < draft_.carried.size(); ++p) {
      if (random_.chance(10)) draft_.carried[p] = true;
    }
  }

  // The newer a rule, the more of it.
  std::uint8_t some_permission() {
    const auto weight = [&](const Permission& permission) {
      if (permission.inner) return 0;
      const bool rich = !permission.paths.empty() || !permission.batch.empty() || !permission.policies.empty() || permission.contract == kPermit2;
      return rich ? 4 : 1;
    };
    for (;;) {
      const std::size_t p = random_.below(draft_.session.permissions.size());
      if (random_.below(4) < static_cast<unsigned>(weight(draft_.session.permissions[p]))) return static_cast<std::uint8_t>(p);
    }
  }

  // A call under that permission, at that place.
  void add_call(std::size_t at, std::uint8_t p) {
    const auto place = static_cast<std::ptrdiff_t>(at);
    draft_.calls.insert(draft_.calls.begin() + place, Call{});
    draft_.indices.insert(draft_.indices.begin() + place, p);
    draft_.trees.insert(draft_.trees.begin() + place, ArgumentTree{});
    set_call(at, p);
  }

  void set_call(std::size_t at, std::uint8_t p) {
    const Permission& permission = draft_.session.permissions[p];
    draft_.indices[at] = p;
    draft_.carried[p] = true;
    draft_.trees[at] = {};
    Call& call = draft_.calls[at];
    call = {};
    call.target = permission.kind == PermissionKind::anything ? random_.address() : permission.contract;
    call.value = random_.chance(60) ? Word(0) : random_.chance(50) ? permission.most_value : std::min(permission.most_value, random_.word(100));
    switch (permission.kind) {
      case PermissionKind::function:
        draft_.trees[at] = arguments_for(random_, draft_.session, p, draft_.place.account);
        draft_.write_call(at);
        break;
      case PermissionKind::plain_transfer: break;
      case PermissionKind::any_function: append_random(call.data, 4 + random_.below(100)); break;
      case PermissionKind::anything: append_random(call.data, random_.below(100)); break;
    }
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

  // The call's tree and those inside it of that permission.
  std::vector<ArgumentTree*> trees_of(std::size_t call, std::uint8_t permission) {
    std::vector<ArgumentTree*> list;
    if (ArgumentTree* tree = draft_.tree(call)) list = with_inner(*tree);
    std::erase_if(list, [&](const ArgumentTree* tree) { return tree->permission != permission; });
    return list;
  }

  void mend(const Refusal& refusal, std::uint8_t q) {
    switch (refusal.code) {
      case RefusalCode::limit_passed: return mend_limit(refusal.rule);
      case RefusalCode::window_empty: return mend_window();
      case RefusalCode::value_over: draft_.calls[refusal.call].value = 0; return;
      default: break;
    }
    if (q >= draft_.session.permissions.size() || refusal.call >= draft_.calls.size()) return;
    switch (refusal.code) {
      case RefusalCode::batch_call: return mend_batch_call(refusal.call, draft_.session.permissions[q].batch[refusal.rule]);
      case RefusalCode::batch_rule: return mend_batch_rule(refusal.call, q, draft_.session.permissions[q].batch[refusal.rule]);
      case RefusalCode::path_range:
        for (std::size_t i = 0; i < draft_.calls.size(); ++i) mend_trees(i, q, refusal);
        return;
      default: return mend_trees(refusal.call, q, refusal);
    }
  }

  void mend_trees(std::size_t call, std::uint8_t q, const Refusal& refusal) {
    const Permission& permission = draft_.session.permissions[q];
    // Mending one may drop others that were inside it.
    const auto list = trees_of(call, q);
    if (list.empty()) return;
    for (ArgumentTree* tree : random_.chance(50) ? std::vector(1, random_.pick(list)) : list) {
      switch (refusal.code) {
        case RefusalCode::path_range: places_at(*tree, permission, static_cast<Position>(kFirstPath + refusal.rule), &random_); break;
        case RefusalCode::inner_call:
        case RefusalCode::inner_count: fill_insides(random_, draft_.session, *tree, draft_.place.account); break;
        case RefusalCode::dirty_count: clean(*tree, permission, permission.counts[refusal.rule].source); break;
        default: mend_rule(*tree, permission, refusal); break;
      }
      if (list.size() > 1 && !permission.inside.empty()) break;
    }
    if (refusal.code == RefusalCode::dirty_word && refusal.rule < permission.batch.size()) clean_batch(call, q, permission.batch[refusal.rule]);
    draft_.write_call(call);
  }

  void clean(ArgumentTree& tree, const Permission& permission, Position position) {
    const auto type = type_at(permission, position);
    if (!type) return;
    for (const ArgumentPlace& place : places_at(tree, permission, position)) write_place(random_, place, random_value(random_, *type));
  }

  void clean_batch(std::size_t call, std::uint8_t q, const BatchRule& rule) {
    for (ArgumentTree* tree : trees_of(call, q)) clean(*tree, draft_.session.permissions[q], rule.position);
    const auto other = draft_.other_call(call, rule);
    if (!other) return;
    for (ArgumentTree* tree : trees_of(*other, rule.permission)) clean(*tree, draft_.session.permissions[rule.permission], rule.other_position);
    draft_.write_call(*other);
  }

  void mend_rule(ArgumentTree& tree, const Permission& permission, const Refusal& refusal) {
    if (refusal.code < RefusalCode::dirty_word || refusal.code > RefusalCode::rule_ratio || refusal.rule >= permission.rules.size()) return;
    const Rule& rule = permission.rules[refusal.rule];
    const bool ratio = rule.type.group == ValueGroup::ratio;
    if (ratio && rule.base == kBaseValue && random_.chance(40)) {
      draft_.calls[refusal.call].value = random_.chance(50) ? Word(0) : permission.most_value;
      return;
    }
    satisfy_rule(random_, permission, rule, tree, draft_.place.account);
  }

  void mend_batch_call(std::size_t call, const BatchRule& rule) {
    if (draft_.calls.size() >= kMostCalls) return;
    draft_.batch = true;
    const std::size_t count = draft_.calls.size();
    switch (rule.where) {
      case BatchRule::kFirstCall: return call != 0 && random_.chance(50) ? set_call(0, rule.permission) : add_call(0, rule.permission);
      case BatchRule::kLastCall: return call + 1 != count && random_.chance(50) ? set_call(count - 1, rule.permission) : add_call(count, rule.permission);
      default: break;
    }
    const auto other = draft_.other_call(call, rule);
    if (other && random_.chance(50)) return set_call(*other, rule.permission);
    const int step = static_cast<std::int8_t>(rule.where);
    if (step > 0) {
      while (draft_.calls.size() < call + static_cast<std::size_t>(step)) add_call(draft_.calls.size(), some_permission());
      add_call(call + static_cast<std::size_t>(step), rule.permission);
    } else {
      // What is put before the call moves it on.
      const auto back = static_cast<std::size_t>(-step);
      while (call + 1 < back) { add_call(0, some_permission()); ++call; }
      add_call(call + 1 - back, rule.permission);
    }
  }

  void mend_batch_rule(std::size_t call, std::uint8_t q, const BatchRule& rule) {
    const auto other = draft_.other_call(call, rule);
    ArgumentTree* here_tree = draft_.tree(call);
    ArgumentTree* there_tree = other ? draft_.tree(*other) : nullptr;
    if (here_tree == nullptr || there_tree == nullptr) return;
    const auto here = places_at(*here_tree, draft_.session.permissions[q], rule.position);
    const auto there = places_at(*there_tree, draft_.session.permissions[rule.permission], rule.other_position);
    if (here.size() != 1 || there.size() != 1) return;
    const ValueType smaller = rule.type.bytes < rule.other_type.bytes ? rule.type : rule.other_type;
    const Word value = read_place(random_.chance(50) ? here[0] : there[0]);
    const Word both = random_.chance(80) && is_clean(smaller, value) ? value : random_value(random_, smaller);
    const std::uint64_t dice = random_.below(3);
    if (dice != 0 || value != both) write_place(random_, here[0], both);
    if (dice != 1 || value != both) write_place(random_, there[0], both);
    draft_.write_call(call);
    draft_.write_call(*other);
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
      ArgumentTree* outer = draft_.tree(i);
      if (outer == nullptr) continue;
      for (ArgumentTree* tree : with_inner(*outer)) {
        const Permission& permission = draft_.session.permissions[tree->permission];
        for (const Count& count : permission.counts) {
          if (count.limit != l || count.source >= kCountValue) continue;
          for (const ArgumentPlace& place : places_at(*tree, permission, count.source)) {
            if (place.kind != ArgumentPlace::Kind::length)
              write_place(random_, place, random_.chance(60) ? Word(random_.below(3)) : random_.word(8U * count.type.bytes));
          }
        }
      }
      draft_.write_call(i);
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
      draft_.trees.pop_back();
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

std::vector<std::string_view> Draft::met() const {
  std::set<std::string_view> names;
  const auto add = [&](const Permission& permission) {
    for (const Path& path : permission.paths) {
      for (const PathStep& step : path) {
        constexpr std::array<std::string_view, 8> kSteps{"paths", "a member", "every member", "some member", "a length", "a slice", "a slice from the end", "every slice"};
        names.insert(kSteps.at(static_cast<std::size_t>(step.kind)));
      }
    }
    for (const Inside& inside : permission.inside) names.insert(inside.commands == Inside::kBySelector ? "calls inside by selector" : "calls inside by command");
    if (permission.inner && !permission.inside.empty()) names.insert("calls inside calls inside");
    for (const BatchRule& rule : permission.batch) names.insert(rule.position == BatchRule::kNoPosition ? "another call" : "another call's value");
    if (!permission.policies.empty()) names.insert("policies");
    if (permission.kind == PermissionKind::any_function) names.insert("any function");
    if (permission.contract == kPermit2) names.insert("Permit2");
  };
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= session.permissions.size()) continue;
    add(session.permissions[indices[i]]);
    if (i >= trees.size() || !trees[i].function) continue;
    ArgumentTree tree = trees[i];
    for (const ArgumentTree* part : with_inner(tree)) add(session.permissions[part->permission]);
  }
  return {names.begin(), names.end()};
}

Verdict Draft::verdict() const {
  std::vector<CallView> views;
  for (const Call& call : calls) views.push_back({call.target, call.value, call.data});
  const GasView gas{verification_gas, call_gas, pre_verification_gas, price, init_code, paymaster_and_data};
  const PolicyAnswers answers = [&](const PolicyQuestion& question) { return says_yes(policy_answer(question.contract)); };
  return evaluate(session, id(), place, state, {views, indices, time, gas, &answers}, mode == 2);
}

void Draft::write_call(std::size_t call) {
  if (const ArgumentTree* one = tree(call)) calls[call].data = encode_arguments(*one);
}

ArgumentTree* Draft::tree(std::size_t call) {
  return call < trees.size() && trees[call].function ? &trees[call] : nullptr;
}

unsigned Draft::policy_answer(const Address& contract) const {
  const auto found = policy_answers.find(contract);
  return found == policy_answers.end() ? PolicyAnswer::kYes : found->second;
}

std::optional<std::size_t> Draft::other_call(std::size_t call, const BatchRule& rule) const {
  if (rule.where == BatchRule::kFirstCall) return 0;
  if (rule.where == BatchRule::kLastCall) return calls.size() - 1;
  const auto index = static_cast<std::ptrdiff_t>(call) + static_cast<std::int8_t>(rule.where);
  return index < 0 || index >= std::ssize(calls) ? std::nullopt : std::optional(static_cast<std::size_t>(index));
}

Draft random_draft(Random& random, const Address& validator) {
  for (int i = 1;; ++i) {
    Draft draft = Maker(random, validator).make();
    std::size_t bytes = 0;
    for (const Call& call : draft.calls) bytes += call.data.size();
    if (bytes > kMostBytes) continue;
    if (i >= kSessions || draft.verdict().allowed()) return draft;
  }
}

std::optional<ValueType> type_at(const Permission& permission, Position position) {
  const auto layout = parse_function_text(permission.text);
  if (!layout) return std::nullopt;
  if (position < kFirstPath) return position < layout->word_types.size() ? value_type(layout->word_types[position]) : std::nullopt;
  const auto x = path_index(position);
  if (!x || *x >= permission.paths.size()) return std::nullopt;
  const auto end = path_end(*layout, permission.paths[*x]);
  return end ? end->type : std::nullopt;
}

ArgumentTree arguments_for(Random& random, const Session& session, std::uint8_t index, const Address& account) {
  const Permission& permission = session.permissions[index];
  ArgumentTree tree = random_arguments(random, permission, index);
  for (const Rule& rule : permission.rules) satisfy_rule(random, permission, rule, tree, account);
  fill_insides(random, session, tree, account);
  return tree;
}

void fill_insides(Random& random, const Session& session, ArgumentTree& tree, const Address& account) {
  const Permission& permission = session.permissions[tree.permission];
  for (const Inside& inside : permission.inside) {
    auto places = places_at(tree, permission, inside.position, &random, random.below(4));
    Bytes commands;
    for (const ArgumentPlace& place : places) {
      const std::uint8_t q = random.pick(inside.permissions);
      commands.push_back(session.permissions[q].selector.bytes[3]);
      place.node->bytes.clear();
      place.node->call = {arguments_for(random, session, q, account)};
    }
    if (inside.commands == Inside::kBySelector) continue;
    for (const ArgumentPlace& place : places_at(tree, permission, inside.commands, &random)) place.node->bytes = commands;
  }
}

void satisfy_rule(Random& random, const Permission& permission, const Rule& rule, ArgumentTree& tree, const Address& account) {
  if (rule.type.group == ValueGroup::ratio) {
    const bool at_base = rule.base != kBaseValue && random.chance(50);
    const auto places = places_at(tree, permission, at_base ? rule.base : rule.position, &random);
    const auto others = places_at(tree, permission, at_base ? rule.position : rule.base);
    const ValueType type = at_base ? rule.base_type : rule.word_type;
    Word value = random.chance(50) ? Word(0) : Word::max_of_bits(std::min(8U * type.bytes, 128U));
    if (others.size() == 1 && random.chance(60)) {
      // word * denominator is base * numerator, or one off.
      const Word factor = at_base ? rule.denominator : rule.numerator;
      const Word divisor = at_base ? rule.numerator : rule.denominator;
      if (const auto product = checked_mul(read_place(others[0]), factor)) value = wrapping_add(divide(*product, divisor).quotient, random.below(2)).value;
    }
    for (const ArgumentPlace& place : places) write_place(random, place, value);
    return;
  }
  const auto passes = [&](const Word& word, bool all) {
    return std::ranges::all_of(permission.rules, [&](const Rule& one) {
      const bool asked = &one == &rule || (all && one.position == rule.position && one.type.group != ValueGroup::ratio);
      return !asked || !check_value(one, word, account);
    });
  };
  const auto x = path_index(rule.position);
  const bool some = x && path_reach(permission.paths[*x]) == PathReach::some;
  const auto places = places_at(tree, permission, rule.position, &random, some ? 1 : random.below(3));
  const std::size_t chosen = places.empty() ? 0 : random.below(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::vector<Word> words = candidate_words(random, permission, rule.position, account);
    const bool all = random.chance(80);
    if (!some || i == chosen) std::erase_if(words, [&](const Word& word) { return !passes(word, all); });
    std::erase_if(words, [&](const Word& word) { return !is_clean(rule.type, word); });
    if (!words.empty()) write_place(random, places[i], random.pick(words));
  }
}

Word read_argument(const Call& call, std::size_t position) {
  return call.data.size() < call_end(position) ? Word(0)
                                               : Word::from_short_big_endian(ByteView(call.data).subspan(call_end(position) - 32, 32));
}

void write_argument(Call& call, std::size_t position, const Word& word) {
  if (call.data.size() < call_end(position)) return;
  std::ranges::copy(word.to_big_endian(), call.data.begin() + static_cast<std::ptrdiff_t>(call_end(position) - 32));
}

std::vector<Word> candidate_words(Random& random, const Permission& permission, Position position, const Address& account) {
  std::vector<Word> words{0, 1, random.word(256), random.word(64)};
  const auto type = type_at(permission, position);
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
  ask_policies(one, [&](const Address& contract) { return draft.policy_answer(contract); });
  return one;
}

}  // namespace valetkey::testing
