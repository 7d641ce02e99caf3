#include "edit_tools.hpp"

#include <algorithm>
#include <array>

#include "policy/rule.hpp"
#include "protocol/contract.hpp"
#include "session/encoding.hpp"
#include "session/function_text.hpp"
#include "session/targets.hpp"

namespace valetkey::testing {
namespace {

using enum RefusalCode;

// A function permission, and a call that uses it.
struct Used {
  std::size_t call = 0;
  const Permission* permission = nullptr;
};
std::vector<Used> used_functions(const Draft& draft) {
  std::vector<Used> list;
  for (std::size_t i = 0; i < draft.calls.size(); ++i) {
    if (draft.indices[i] >= draft.session.permissions.size()) continue;
    const Permission& permission = draft.session.permissions[draft.indices[i]];
    if (permission.kind == PermissionKind::function) list.push_back({i, &permission});
  }
  return list;
}

// Sets a value so that the rule of one of these kinds gives that code.
template <RefusalCode aim>
bool break_rule(Draft& draft, Random& random) {
  return break_rule(draft, random, aim);
}

template <auto change>
bool edit_rule(Draft& draft, Random& random) {
  Permission* permission = function_of(draft, random);
  if (permission == nullptr || permission->rules.empty()) return false;
  if (!change(permission->rules[random.below(permission->rules.size())], *permission, random)) return false;
  enable_anew(draft, random);
  return true;
}

// Limits that the operation counts against, with a period.
std::vector<std::size_t> counted_limits(const Draft& draft, bool with_period) {
  const Verdict verdict = draft.verdict();
  std::vector<std::size_t> list;
  if (!verdict.allowed()) return list;
  const auto slots = limit_slots(draft.session.limits);
  for (std::size_t l = 0; l < draft.session.limits.size(); ++l) {
    const LimitKind kind = draft.session.limits[l].kind;
    const bool touched = read_spent(verdict.state, slots[l]).amount != read_spent(draft.state, slots[l]).amount || kind == LimitKind::calls_every;
    if (touched && (draft.session.limits[l].period != 0) == with_period) list.push_back(l);
  }
  return list;
}

// Attack C-07: amounts so large that what is counted wraps, in one call or over two. The model says that the limit is passed.
bool huge_amounts(Draft& draft, Random& random) {
  struct Counted {
    std::size_t call;
    const Count* count;
  };
  if (draft.calls.size() < 4 && random.chance(60)) {
    const std::size_t i = random.below(draft.calls.size());
    draft.calls.push_back(draft.calls[i]);
    draft.indices.push_back(draft.indices[i]);
    draft.batch = true;
  }
  std::vector<Counted> words;
  for (const Used& used : used_functions(draft)) {
    for (const Count& count : used.permission->counts) {
      const bool other_limit = !words.empty() && count.limit != words.front().count->limit;
      if (count.source < kCountValue && count.type.bytes == 32 && !other_limit) words.push_back({used.call, &count});
    }
  }
  if (words.empty()) return false;
  const LimitSlot slot = limit_slots(draft.session.limits)[words.front().count->limit];
  // What is spent already, 0, and half of what a word holds are where sums come back to something small.
  const std::array ends{Word(0), Word(random.below(3)), Word(1) << 255, wrapping_sub(0, read_spent(draft.state, slot).amount).value};
  Word rest = random.pick(ends);
  for (std::size_t w = 1; w < words.size(); ++w) {
    const Word word = random.chance(50) ? random.word(256) : random.chance(50) ? Word::max() : Word(1) << 255;
    write_argument(draft.calls[words[w].call], words[w].count->source, word);
    rest = wrapping_sub(rest, word).value;
  }
  write_argument(draft.calls[words.front().call], words.front().count->source, rest);
  const Verdict verdict = draft.verdict();
  return verdict.refusal && verdict.refusal->code == limit_passed;
}

bool set_enabled(Draft& draft) {
  draft.mode = 1;
  draft.state.set_status(SessionStatus::enabled);
  return true;
}

bool to_target(Draft& draft, Random& random, const Address& target) {
  draft.calls[random.below(draft.calls.size())].target = target;
  return true;
}

constexpr std::array<std::string_view, 9> kColliding{
    "many_msg_babbage(bytes1)",   "transfer(bytes4[9],bytes5[6],int48[11])", "func_2093253501(bytes)",
    "gasprice_bit_ether(int128)", "sign_szabo_bytecode(bytes16,uint128)",    "join_tg_invmru_haha_fd06787(address,bool)",
    "workMyDirefulOwner(uint256,uint256)", "OwnerTransferV7b711143(uint256)", "many_msg_babbage(bytes1)"};

constexpr std::array<std::string_view, 34> kOddTexts{
    "", "f", "f(", "f)", "f()", "f()x", "f(uint)", "f(uint256,)", "f(,uint256)", "f(uint256 a)", "f(uint0)", "f(uint264)", "f(uint7)", "f(bytes33)",
    "f(bytes0)", "1f()", "$f()", "_f1()", "f(())", "f((uint8))", "f(uint8[0])", "f(uint8[01])", "f(uint8[256])", "f(uint8[255])", "f(uint8[255][2])", "f(uint8[])",
    "f(uint8[][3])", "f(((((((((uint8)))))))))", "f((((((((uint8))))))))", "f(address payable)", "f(function)", "f(uint8[128],uint8[128])", "f(string,bytes,bool[2])", "f(\xc3\xa4)"};

// A session and its operation that end with the second 0.
bool end_at_zero(Draft& draft, Random& random) {
  Session& session = draft.session;
  session.from = 0;
  session.until = random.chance(50) ? 1 : 0;
  for (Permission& permission : session.permissions) permission.from = permission.until = 0;
  for (Limit& limit : session.limits) {
    if (limit.period != 0) limit.period = 1;
  }
  if (session.until == 0 && random.chance(50)) session.permissions[draft.indices[0] % session.permissions.size()].until = 1;
  draft.time = random.below(2);
  draft.encode();
  for (std::size_t w = 8; w < draft.state.words.size(); ++w) draft.state.words[w] = 0;
  return true;
}

// A header shorter than its fixed part: what follows is read in its place.
bool short_header(Draft& draft, Random& random) {
  const std::size_t size = random.below(kMaxKeys + 21);
  const std::uint8_t threshold = static_cast<std::uint8_t>(random.below(2));
  draft.edit_field = [size, threshold, header = draft.header, calls = draft.indices.size(), mode = draft.mode](Bytes& field) {
    field = {mode};
    append_big_endian(field, size, 2);
    append(field, ByteView(header).first(std::min(size, header.size())));
    // One permission, whose bytes hold T at 32 and P at 36 of the header where they fall into it.
    Bytes permission(size < 32 ? 40 - size : 8, 0);
    const auto put = [&](std::size_t offset, std::uint8_t value) {
      if (offset < size) field[3 + offset] = value;
      const std::size_t start = size + 2;
      if (offset >= start && offset - start < permission.size()) permission[offset - start] = value;
    };
    put(32, threshold);
    put(36, 1);
    append_big_endian(field, permission.size(), 2);
    append(field, permission);
    if (mode == 2) append(field, Bytes{0, 1, 0, 0, 0});
    field.insert(field.end(), calls + 5, 0);
  };
  draft.signers.assign(threshold, 0);
  return true;
}

bool swap_permission_rules(Permission& permission, Random& random) {
  if (permission.rules.size() < 2) return false;
  const std::size_t j = random.below(permission.rules.size() - 1);
  if (random.chance(50)) {
    std::swap(permission.rules[j], permission.rules[j + 1]);
  } else {
    permission.rules[j + 1] = permission.rules[j];
  }
  return true;
}

bool change_rule_type(Rule& rule, const Permission&, Random& random) {
  switch (random.below(4)) {
    case 0: rule.type.bytes = static_cast<std::uint8_t>(random.between(1, 32)); break;
    case 1: rule.type.group = static_cast<ValueGroup>(random.below(5)); break;
    case 2: rule.position = byte(random); break;
    default: rule.base = byte(random); break;
  }
  return true;
}

bool change_operator(Rule& rule, const Permission&, Random& random) {
  if (random.chance(60)) {
    rule.comparison = static_cast<Comparison>(random.below(8));
  } else if (!rule.values.empty() && rule.values.size() < kMaxValues) {
    rule.values.push_back(rule.values.back());
  }
  return true;
}

bool change_value(Rule& rule, const Permission&, Random& random) {
  if (rule.type.group == ValueGroup::ratio) {
    (random.chance(50) ? rule.numerator : rule.denominator) = random.chance(50) ? Word(0) : Word(1) << static_cast<unsigned>(random.between(126, 135));
    return true;
  }
  if (rule.values.empty()) return false;
  Word& value = rule.values[random.below(rule.values.size())];
  switch (random.below(5)) {
    case 0: value = random.word(256); break;
    case 1: value = Word(1) << static_cast<unsigned>(std::min(255U, 8U * rule.type.bytes)); break;
    case 2: value = rule.values.front(); break;
    case 3: std::ranges::reverse(rule.values); break;
    default: value = ~value; break;
  }
  return true;
}

constexpr std::array kEdits{
    Edit{"sender", wrong_sender, [](Draft& d, Random& r) { d.sender = r.chance(80) ? near(d.sender, r) : d.place.validator; return true; }},
    Edit{"execute selector", not_execute, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_call_data = [dice](Bytes& data) {
        if (dice % 3 == 0) return data.resize(dice / 3 % 4);
        data[dice / 3 % 4] ^= static_cast<std::uint8_t>(1U << dice / 12 % 8);
      };
      return true; }},
    Edit{"calls' form", malformed_calls, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_call_data = [dice](Bytes& data) {
        Random random(dice);
        switch (random.below(5)) {
          case 0: data.resize(random.between(4, data.size() - 1)); break;
          case 1: data.insert(data.end(), random.between(1, 64), 0); break;
          case 2: data[random.between(36, 99)] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
          case 3: data.back() ^= 1; break;
          default: data[random.between(36, data.size() - 1)] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
        }
      };
      return true; }},
    Edit{"batch's form", malformed_calls, [](Draft& d, Random& r) {
      d.batch = true;
      const std::uint64_t dice = r.bits();
      d.edit_call_data = [dice](Bytes& data) {
        Random random(dice);
        const std::size_t word = random.between(3, data.size() / 32 - 1);
        data[4 + 32 * word - random.between(1, 32)] = byte(random);
      };
      return true; }},
    Edit{"mode", bad_mode, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_call_data = [dice](Bytes& data) {
        Random random(dice);
        constexpr std::array<std::uint8_t, 5> kTypes{0x00, 0x01, 0xfe, 0xff, 0x02};
        if (random.chance(50)) data[4] = random.pick(kTypes);
        if (random.chance(60)) data[4 + random.below(32)] ^= static_cast<std::uint8_t>(1U << random.below(8));
      };
      return true; }},
    Edit{"no call", empty_batch, [](Draft& d, Random& r) {
      d.batch = true;
      d.calls.clear();
      d.indices.clear();
      if (r.chance(15)) d.edit_call_data = [](Bytes& data) { data.push_back(0); };
      return true; }},
    Edit{"field's form", malformed_field, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      switch (r.below(6)) {
        case 0: d.mode = byte(r); break;
        case 1: d.edit_field = [dice](Bytes& field) { field.resize(dice % field.size()); }; break;
        case 2: d.edit_signed = [dice](Bytes& field) { field.resize(field.size() + 1 + dice % 70); }; break;
        case 3: d.mode = 2; (r.chance(50) ? d.sessions : d.session_place) = byte(r); break;
        case 4: d.signers.push_back(d.signers.back()); break;
        default: d.indices.push_back(0); break;
      }
      return true; }},
    Edit{"short header", malformed_field, short_header},
    Edit{"short header, ENABLE", malformed_session, [](Draft& d, Random& r) {
      d.mode = 2;
      d.state.words = {};
      return short_header(d, r); }},
    Edit{"version", unknown_version, [](Draft& d, Random& r) { enable_anew(d, r); d.header[0] = byte(r); return true; }},
    Edit{"not installed", not_installed, [](Draft& d, Random&) { d.state.installed = false; return true; }},
    Edit{"epoch", epoch_moved, [](Draft& d, Random& r) { d.state.epoch ^= std::uint64_t{1} << r.below(64); return true; }},
    Edit{"revoked", revoked, [](Draft& d, Random& r) {
      d.state.set_status(SessionStatus::revoked);
      d.mode = static_cast<std::uint8_t>(r.between(1, 2));
      if (r.chance(30)) d.entry = Entry::enable;
      return true; }},
    Edit{"never enabled", not_enabled, [](Draft& d, Random&) { d.mode = 1; d.state.words = {}; return true; }},
    Edit{"init code", init_code, [](Draft& d, Random& r) {
      d.init_code.resize(r.between(19, 23));
      d.init_code[0] = 0x77;
      d.init_code[1] = r.chance(90) ? 0x02 : 0x01;
      return true; }},
    Edit{"gas price", gas_price, [](Draft& d, Random& r) {
      if (d.session.gas_price == kUnlimitedGasPrice) d.price = Word(1) << static_cast<unsigned>(r.below(128));
      else d.price = r.chance(60) ? Word(d.session.gas_price) : r.word(128);
      if (d.session.gas_price != kUnlimitedGasPrice && r.chance(70)) d.price = wrapping_add(d.price, 1).value;
      return true; }},
    Edit{"paymaster", paymaster, [](Draft& d, Random& r) {
      if (d.paymaster_and_data.empty()) { d.paymaster_and_data.assign(52, 1); return true; }
      if (r.chance(50)) d.paymaster_and_data.resize(r.between(1, 52)); else d.paymaster_and_data[r.below(20)] ^= static_cast<std::uint8_t>(1U << r.below(8));
      return true; }},
    Edit{"no paymaster", fees_none, [](Draft& d, Random&) {
      if (d.session.account_pays) return false;
      d.paymaster_and_data.clear();
      return true; }},
    Edit{"to zero", target_zero, [](Draft& d, Random& r) { return to_target(d, r, {}); }},
    Edit{"to account", target_account, [](Draft& d, Random& r) { return to_target(d, r, d.place.account); }},
    Edit{"to EntryPoint", target_entry_point, [](Draft& d, Random& r) { return to_target(d, r, r.pick(kEntryPointAddresses)); }},
    Edit{"to near an EntryPoint", no_permission, [](Draft& d, Random& r) { return to_target(d, r, near(r.pick(kEntryPointAddresses), r)); }},
    Edit{"to validator", target_validator, [](Draft& d, Random& r) { return to_target(d, r, d.place.validator); }},
    Edit{"revoke", target_validator, [](Draft& d, Random& r) {
      const std::size_t i = r.below(d.calls.size());
      d.calls[i] = {d.place.validator, 0, encode_revoke(d.id())};
      d.indices[i] = kRevokePermission;
      switch (r.below(5)) {
        case 0: flip_bit(d.calls[i].data, r); break;
        case 1: d.calls[i].value = r.word(256); break;
        case 2: d.calls[i].data.resize(r.between(0, 40)); break;
        case 3: d.indices[i] = byte(r); break;
        default: break;
      }
      return true; }},
    Edit{"permission missing", permission_missing, [](Draft& d, Random& r) {
      const auto i = permitted_call(d, r);
      if (!i) return false;
      if (d.mode == 1 && r.chance(60)) d.carried[d.indices[*i]] = false;
      else d.indices[*i] = static_cast<std::uint8_t>(r.between(d.session.permissions.size(), 255));
      return true; }},
    Edit{"other permission", no_permission, [](Draft& d, Random& r) {
      const auto i = permitted_call(d, r);
      if (!i) return false;
      Call& call = d.calls[*i];
      switch (r.below(4)) {
        case 0: call.target = near(call.target, r); break;
        case 1:
          if (call.data.size() < 4) return false;
          call.data[r.below(4)] ^= static_cast<std::uint8_t>(1U << r.below(8));
          break;
        case 2: call.data.resize(r.below(5)); break;
        default:
          d.indices[*i] = static_cast<std::uint8_t>(r.below(d.session.permissions.size()));
          d.carried[d.indices[*i]] = true;
          break;
      }
      return true; }},
    Edit{"call data length", call_data_length, [](Draft& d, Random& r) {
      const auto list = used_functions(d);
      if (list.empty()) return false;
      Bytes& data = d.calls[r.pick(list).call].data;
      data.resize(r.chance(50) ? data.size() + r.between(1, 64) : r.between(std::min<std::size_t>(4, data.size()), data.size()));
      return true; }},
    Edit{"value", value_over, [](Draft& d, Random& r) {
      const auto i = permitted_call(d, r);
      if (!i) return false;
      const Word most = d.session.permissions[d.indices[*i]].most_value;
      d.calls[*i].value = r.chance(20) ? r.word(256) : r.chance(70) ? wrapping_add(most, 1).value : most;
      return true; }},
    Edit{"dirty word", dirty_word, break_rule<dirty_word>},
    Edit{"rule is", rule_is, break_rule<rule_is>},
    Edit{"rule one of", rule_one_of, break_rule<rule_one_of>},
    Edit{"rule is not", rule_is_not, break_rule<rule_is_not>},
    Edit{"rule less than", rule_less_than, break_rule<rule_less_than>},
    Edit{"rule at most", rule_at_most, break_rule<rule_at_most>},
    Edit{"rule more than", rule_more_than, break_rule<rule_more_than>},
    Edit{"rule at least", rule_at_least, break_rule<rule_at_least>},
    Edit{"rule between", rule_between, break_rule<rule_between>},
    Edit{"ratio's word", ratio_word_over, break_rule<ratio_word_over>},
    Edit{"ratio", rule_ratio, break_rule<rule_ratio>},
    Edit{"dirty count", dirty_count, [](Draft& d, Random& r) {
      for (const Used& used : used_functions(d)) {
        for (const Count& count : used.permission->counts) {
          if (count.source >= kCountValue || count.type.bytes == 32) continue;
          Call& call = d.calls[used.call];
          write_argument(call, count.source, read_argument(call, count.source) | Word(1) << static_cast<unsigned>(r.between(8U * count.type.bytes, 255)));
          return true;
        }
      }
      return false; }},
    Edit{"time before start", time_before_start, [](Draft& d, Random& r) {
      if (d.session.from == 0 || counted_limits(d, true).empty()) return false;
      d.time = r.chance(50) ? d.session.from - 1 : r.below(d.session.from);
      return true; }},
    Edit{"later period used", period_backwards, [](Draft& d, Random& r) {
      const auto list = counted_limits(d, true);
      if (list.empty()) return false;
      set_enabled(d);
      const std::size_t l = r.pick(list);
      const LimitSlot slot = limit_slots(d.session.limits)[l];
      const Seconds period = (d.time - d.session.from) / d.session.limits[l].period;
      write_spent(d.state, slot, {read_spent(d.state, slot).amount, r.chance(20) ? period : period + r.between(1, 3)});
      return true; }},
    Edit{"limit", limit_passed, [](Draft& d, Random& r) {
      const bool with_period = r.chance(40);
      const auto list = counted_limits(d, with_period);
      if (list.empty()) return false;
      set_enabled(d);
      const std::size_t l = r.pick(list);
      const Limit& limit = d.session.limits[l];
      const LimitSlot slot = limit_slots(d.session.limits)[l];
      const Verdict verdict = d.verdict();
      if (!verdict.allowed()) return false;
      // What it adds: what is spent after it less what is spent before, in its period.
      const Spent after = read_spent(verdict.state, slot);
      Spent before = read_spent(d.state, slot);
      if (before.period != after.period) before = {0, after.period};
      const Word added = wrapping_sub(after.amount, before.amount).value;
      before.amount = wrapping_sub(limit.amount, added).value;
      if (r.chance(80)) before.amount = wrapping_add(before.amount, 1).value;
      write_spent(d.state, slot, before);
      return true; }},
    Edit{"windows apart", window_empty, [](Draft& d, Random& r) {
      const auto i = permitted_call(d, r);
      if (!i) return false;
      if (r.chance(50) && !counted_limits(d, true).empty() && d.session.until != 0) {
        d.time = d.session.until + r.below(3'000'000);
        return true;
      }
      Permission& permission = d.session.permissions[d.indices[*i]];
      permission.from = 0;
      permission.until = d.session.from + r.below(2);
      d.encode();
      return true; }},
    Edit{"ends at second 0", window_empty, end_at_zero},
    Edit{"signatures' order", malformed_signatures, [](Draft& d, Random& r) {
      if (d.signers.size() > 1 && r.chance(60)) {
        if (r.chance(50)) std::ranges::reverse(d.signers); else d.signers.back() = d.signers.front();
      } else {
        d.signers.back() = static_cast<std::uint8_t>(r.between(d.session.keys.size(), 255));
      }
      return true; }},
    Edit{"session's form", malformed_session, [](Draft& d, Random& r) {
      enable_anew(d, r);
      switch (r.below(4)) {
        case 0: edit_bytes(d.header, r); break;
        case 1: d.permissions[r.below(d.permissions.size())].clear(); break;
        case 2: d.header[33 + r.below(4)] = byte(r); break;
        default: {
          const std::uint64_t dice = r.bits();
          if (d.entry == Entry::validate) d.entry = Entry::enable;
          d.edit_data = [dice](Bytes& data) { Random random(dice); edit_bytes(data, random); };
        }
      }
      return true; }},
    Edit{"no key", session_caps, edit_model<[](Draft& d, Random& r) {
      if (r.chance(50)) { d.session.permissions.clear(); d.carried.clear(); } else { d.session.keys.clear(); }
      return true; }>},
    Edit{"threshold", key_threshold, edit_model<[](Draft& d, Random& r) {
      d.session.threshold = static_cast<std::uint8_t>(r.chance(50) ? 0 : d.session.keys.size() + r.between(0, 3));
      d.signers.assign(d.session.threshold, 0);
      return true; }>},
    Edit{"key's kind", key_kind, [](Draft& d, Random& r) { enable_anew(d, r); d.header[37 + 21 * r.below(d.session.keys.size())] = byte(r); return true; }},
    Edit{"keys' order", key_order, edit_model<[](Draft& d, Random& r) {
      auto& keys = d.session.keys;
      if (1 < keys.size() && r.chance(70)) { if (r.chance(50)) std::swap(keys[0], keys[1]); else keys.back() = keys.front(); } else { keys[0] = {}; }
      return true; }>},
    Edit{"account as key", key_is_account, edit_model<[](Draft& d, Random& r) {
      d.session.keys[r.below(d.session.keys.size())] = d.place.account;
      std::ranges::sort(d.session.keys);
      return true; }>},
    Edit{"times", time_over, edit_model<[](Draft& d, Random& r) {
      (r.chance(50) ? d.session.from : d.session.until) = kLastSecond + r.below(3);
      return true; }>},
    Edit{"window's order", window_order, edit_model<[](Draft& d, Random& r) { d.session.until = d.session.from - r.below(2); return true; }>},
    Edit{"fees", fees_kind, [](Draft& d, Random& r) { enable_anew(d, r); d.header[31] = byte(r); return true; }},
    Edit{"paymasters' order", paymaster_order, edit_model<[](Draft& d, Random& r) {
      auto& list = d.session.paymasters;
      if (list.empty()) { list.push_back({}); return true; }
      if (r.chance(40)) list.front() = {}; else if (1 < list.size() && r.chance(50)) std::swap(list.front(), list.back()); else list.push_back(list.back());
      return true; }>},
    Edit{"nobody pays", no_payer, edit_model<[](Draft& d, Random&) { d.session.account_pays = false; d.session.paymasters.clear(); return true; }>},
    Edit{"limit's kind", limit_kind, [](Draft& d, Random& r) {
      if (d.session.limits.empty()) return false;
      Limit& limit = r.chance(50) ? d.session.limits.front() : d.session.limits.back();
      if (limit.kind == LimitKind::token) return false;
      limit.kind = static_cast<LimitKind>(r.between(5, 9));
      enable_anew(d, r);
      return true; }},
    Edit{"limit of 0", limit_zero, edit_model<[](Draft& d, Random& r) {
      if (d.session.limits.empty()) return false;
      d.session.limits[r.below(d.session.limits.size())].amount = 0;
      return true; }>},
    Edit{"limit's token", limit_token, edit_model<[](Draft& d, Random& r) {
      for (Limit& limit : d.session.limits) {
        if (limit.kind != LimitKind::token) continue;
        limit.token = r.chance(40) ? Address{} : r.chance(80) ? d.place.account : d.place.validator;
        return true;
      }
      return false; }>},
    Edit{"limit on fees of none", limit_fees, edit_model<[](Draft& d, Random& r) {
      if (d.session.account_pays) return false;
      d.session.limits.resize(r.chance(50) ? 1 : std::min<std::size_t>(d.session.limits.size() + 1, kMaxLimits));
      d.session.limits.back() = {LimitKind::fees, 1, 0, {}};
      return true; }>},
    Edit{"permission's form", permission_form, edit_permission_bytes<[](Bytes& bytes, const Permission&, Random& r) {
      if (r.chance(50)) bytes.resize(r.between(1, bytes.size())); else if (r.chance(50)) bytes.push_back(byte(r)); else edit_bytes(bytes, r);
      return true; }>},
    Edit{"permission's kind", permission_kind, edit_permission_bytes<[](Bytes& bytes, const Permission&, Random& r) {
      bytes[0] ^= static_cast<std::uint8_t>(1U << r.below(8));
      return true; }>},
    Edit{"permission's target", permission_target, edit_model<[](Draft& d, Random& r) {
      Permission& permission = d.session.permissions[r.below(d.session.permissions.size())];
      const std::array targets{Address{}, d.place.account, d.place.validator, kEntryPointAddresses[r.below(4)], near(kEntryPointAddresses[r.below(4)], r)};
      permission.contract = r.pick(targets);
      return true; }>},
    Edit{"text", text, [](Draft& d, Random& r) {
      enable_anew(d, r);
      std::string& one = d.texts[r.below(d.texts.size())];
      if (r.chance(30)) one = r.pick(kOddTexts);
      else { Bytes bytes = to_bytes(as_bytes(one)); edit_bytes(bytes, r); one = as_text(bytes).substr(0, 255); }
      return true; }},
    Edit{"odd text with its selector", text, edit_function<[](Permission& p, Random& r) { set_text(p, r.pick(kOddTexts)); return true; }>},
    Edit{"selector", selector, edit_function<[](Permission& p, Random& r) {
      p.selector.bytes[r.below(4)] ^= static_cast<std::uint8_t>(1U << r.below(8));
      return true; }>},
    Edit{"colliding selector", reserved_selector, edit_function<[](Permission& p, Random& r) { set_text(p, r.pick(kColliding)); return true; }>},
    Edit{"layout", layout, edit_function<[](Permission& p, Random& r) {
      if (r.chance(50)) p.dynamic = !p.dynamic; else p.words = r.chance(50) ? static_cast<std::uint8_t>(p.words + 1) : byte(r);
      return true; }>},
    Edit{"number's form", number_form, edit_permission_bytes<[](Bytes& bytes, const Permission& p, Random& r) {
      const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(most_value_at(p));
      if (r.chance(50)) { bytes.insert(at + 1, 0); ++bytes[most_value_at(p)]; } else { *at = static_cast<std::uint8_t>(r.between(31, 34)); }
      return true; }>},
    Edit{"permission's window", permission_window, edit_model<[](Draft& d, Random& r) {
      Permission& permission = d.session.permissions[r.below(d.session.permissions.size())];
      permission.from = r.chance(50) ? d.session.from + 1 : kLastSecond + r.below(3);
      permission.until = r.chance(70) ? permission.from - r.below(2) : kLastSecond + r.below(3);
      return true; }>},
    Edit{"window that says nothing", permission_window, edit_permission_bytes<[](Bytes& bytes, const Permission& p, Random& r) {
      const std::size_t at = most_value_at(p) + 1 + shortest(p.most_value).size();
      if ((bytes[0] & 0x40) != 0) { std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 10, std::uint8_t{0}); return true; }
      bytes[0] |= 0x40;
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 10, r.chance(70) ? std::uint8_t{0} : byte(r));
      return true; }>},
    Edit{"rules", rule_caps, edit_model<[](Draft& d, Random& r) {
      Permission& permission = d.session.permissions[r.below(d.session.permissions.size())];
      Rule rule;
      rule.values = {1};
      permission.rules.resize(permission.kind == PermissionKind::function ? r.between(16, 18) : 1, rule);
      return true; }>},
    Edit{"rules' order", rule_order, edit_function<swap_permission_rules>},
    Edit{"rule's type", rule_type, edit_rule<change_rule_type>},
    Edit{"rule's operator", rule_operator, edit_rule<change_operator>},
    Edit{"rule's value", rule_value, edit_rule<change_value>},
    Edit{"account's literal", rule_value, edit_model<[](Draft& d, Random& r) {
      Permission* permission = function_of(d, r);
      if (permission == nullptr) return false;
      for (Rule& rule : permission->rules) {
        if (rule.type.group != ValueGroup::address) continue;
        rule.values = {to_word(d.place.account)};
        rule.with_account = false;
        return true;
      }
      return false; }>},
    Edit{"counts", count_caps, edit_model<[](Draft& d, Random& r) {
      d.session.permissions[r.below(d.session.permissions.size())].counts.resize(r.between(16, 20));
      return true; }>},
    Edit{"counts' order", count_order, edit_model<[](Draft& d, Random& r) {
      for (Permission& permission : d.session.permissions) {
        if (permission.counts.empty()) continue;
        if (1 < permission.counts.size() && r.chance(50)) std::swap(permission.counts.front(), permission.counts.back()); else permission.counts.push_back(permission.counts.back());
        return true;
      }
      return false; }>},
    Edit{"count's limit", count_limit, edit_model<[](Draft& d, Random& r) {
      d.session.permissions[r.below(d.session.permissions.size())].counts = {{static_cast<std::uint8_t>(d.session.limits.size() + r.below(2)), kCountCall, {}}};
      return true; }>},
    Edit{"count's source", count_source, edit_model<[](Draft& d, Random& r) {
      if (d.session.limits.empty()) return false;
      Count count{static_cast<std::uint8_t>(r.below(d.session.limits.size())), byte(r), {}};
      count.type.bytes = static_cast<std::uint8_t>(r.between(1, 32));
      d.session.permissions[r.below(d.session.permissions.size())].counts = {count};
      return true; }>},
    Edit{"count of a token", count_token, edit_model<[](Draft& d, Random& r) {
      for (std::size_t l = 0; l < d.session.limits.size(); ++l) {
        if (d.session.limits[l].kind != LimitKind::token) continue;
        for (Permission& permission : d.session.permissions) {
          if (permission.kind != PermissionKind::function || permission.words < 2) continue;
          if (r.chance(40)) permission.contract = d.session.limits[l].token;
          const auto types = parse_function_text(permission.text)->word_types;
          for (std::uint8_t n = 0; n < types.size(); ++n) {
            if (types[n] / 32 != 1) continue;
            permission.counts = {{static_cast<std::uint8_t>(l), n, {ValueGroup::unsigned_number, static_cast<std::uint8_t>((types[n] & 31U) + 1)}}};
            return true;
          }
        }
      }
      return false; }>},
    Edit{"limit unused", limit_unused, edit_model<[](Draft& d, Random& r) {
      if (d.session.limits.size() == kMaxLimits) return false;
      d.session.limits.push_back({r.chance(50) ? LimitKind::sum : LimitKind::calls, 1, 0, {}});
      return true; }>},
    Edit{"limit incomplete", limit_incomplete, edit_model<[](Draft& d, Random& r) {
      for (const Limit& limit : d.session.limits) {
        if (limit.kind != LimitKind::token || d.session.permissions.size() == kMaxPermissions) continue;
        Permission permission;
        permission.kind = static_cast<PermissionKind>(r.between(1, 3));
        if (permission.kind != PermissionKind::anything) permission.contract = limit.token;
        if (r.chance(40)) { permission.kind = PermissionKind::function; permission.contract = limit.token; set_text(permission, "transfer(address,uint256)"); }
        d.session.permissions.push_back(permission);
        d.carried.push_back(true);
        return true;
      }
      return false; }>},

    // At random.
    Edit{"a bit of the call data", {}, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_call_data = [dice](Bytes& data) { Random random(dice); flip_bit(data, random); };
      return true; }},
    Edit{"bytes of the call data", {}, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_call_data = [dice](Bytes& data) { Random random(dice); edit_bytes(data, random); };
      return true; }},
    Edit{"a bit of a call", {}, [](Draft& d, Random& r) { flip_bit(d.calls[r.below(d.calls.size())].data, r); return true; }},
    Edit{"a bit of the field", {}, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_field = [dice](Bytes& field) { Random random(dice); flip_bit(field, random); };
      return true; }},
    Edit{"bytes of the field", {}, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_field = [dice](Bytes& field) { Random random(dice); edit_bytes(field, random); };
      return true; }},
    Edit{"a bit after signing", {}, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_signed = [dice](Bytes& field) { Random random(dice); flip_bit(field, random); };
      return true; }},
    Edit{"a key's signature", {}, [](Draft& d, Random& r) {
      const std::uint64_t dice = r.bits();
      d.edit_signed = [dice](Bytes& field) {
        Random random(dice);
        constexpr std::array<std::uint8_t, 6> kVs{0, 1, 26, 27, 28, 29};
        const std::size_t start = field.size() - 66;
        switch (random.below(4)) {
          case 0: field.back() = random.pick(kVs); break;
          case 1: std::fill_n(field.begin() + static_cast<std::ptrdiff_t>(start + 1), 64, std::uint8_t{0}); break;
          case 2: {  // the other s
            constexpr Word kOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_w;
            const auto s = ByteView(field).subspan(start + 33, 32);
            const auto high = wrapping_sub(kOrder, Word::from_short_big_endian(s)).value.to_big_endian();
            std::ranges::copy(high, field.begin() + static_cast<std::ptrdiff_t>(start + 33));
            field.back() = static_cast<std::uint8_t>(55 - field.back());
            break;
          }
          default: field[start + random.between(1, 64)] = 0xff; break;
        }
      };
      return true; }},
    Edit{"other signers", {}, [](Draft& d, Random& r) {
      d.signers.back() = static_cast<std::uint8_t>(r.below(d.session.keys.size()));
      std::ranges::sort(d.signers);
      return true; }},
    Edit{"a bit of the session", {}, [](Draft& d, Random& r) {
      enable_anew(d, r);
      Bytes& bytes = r.chance(40) ? d.header : d.permissions[r.below(d.permissions.size())];
      flip_bit(bytes, r);
      return true; }},
    Edit{"bytes of the session", {}, [](Draft& d, Random& r) {
      enable_anew(d, r);
      Bytes& bytes = r.chance(30) ? d.header : d.permissions[r.below(d.permissions.size())];
      edit_bytes(bytes, r);
      return true; }},
    Edit{"a bit of an enabled session", {}, [](Draft& d, Random& r) {
      Bytes& bytes = r.chance(50) ? d.header : d.permissions[r.below(d.permissions.size())];
      flip_bit(bytes, r);
      return true; }},
    Edit{"a counter", {}, [](Draft& d, Random& r) {
      if (d.state.status() != SessionStatus::enabled) return false;
      const std::size_t word = r.below(r.chance(50) ? 3 : kStateWords);
      d.state.words[word] = d.state.words[word] | Word(1) << static_cast<unsigned>(r.between(8, 255));
      return true; }},
    Edit{"a rule's bound", {}, [](Draft& d, Random& r) {
      Permission* permission = function_of(d, r);
      if (permission == nullptr || permission->rules.empty()) return false;
      Rule& rule = permission->rules[r.below(permission->rules.size())];
      if (rule.values.empty()) return false;
      Word& value = rule.values[r.below(rule.values.size())];
      value = r.chance(50) ? wrapping_add(value, 1).value : wrapping_sub(value, 1).value;
      d.encode();
      return true; }},
    Edit{"huge amounts", {}, huge_amounts},
    Edit{"a limit's amount", {}, [](Draft& d, Random& r) {
      const auto list = counted_limits(d, r.chance(50));
      if (list.empty()) return false;
      const std::size_t l = r.pick(list);
      const Verdict verdict = d.verdict();
      d.session.limits[l].amount = read_spent(verdict.state, limit_slots(d.session.limits)[l]).amount;
      if (r.chance(40)) d.session.limits[l].amount = wrapping_sub(d.session.limits[l].amount, 1).value;
      d.encode();
      return true; }},
    Edit{"the time", {}, [](Draft& d, Random& r) {
      constexpr std::array<std::uint64_t, 4> kSteps{1, 60, 3600, 86'400};
      const Seconds step = r.pick(kSteps);
      d.time = r.chance(50) ? d.time + step : d.time - std::min(d.time, step);
      if (r.chance(10)) d.time = r.bits();
      return true; }},
    Edit{"the start of a period", {}, [](Draft& d, Random& r) {
      const auto list = counted_limits(d, true);
      if (list.empty()) return false;
      const Seconds period = d.session.limits[r.pick(list)].period;
      d.time = d.session.from + (d.time - d.session.from) / period * period + (r.chance(50) ? 0 : period - 1);
      return true; }},
    Edit{"gas limits", {}, [](Draft& d, Random& r) {
      const std::array words{&d.verification_gas, &d.call_gas, &d.price, &d.pre_verification_gas};
      const std::size_t which = r.below(4);
      *words[which] = r.word(which == 3 ? 256 : 128);
      return true; }},
    Edit{"the owner's answer", {}, [](Draft& d, Random& r) {
      d.mode = 2;
      d.state.words = {};
      d.answer = static_cast<unsigned>(r.between(1, 5));
      return true; }},
    Edit{"a bit of the approval", {}, [](Draft& d, Random& r) {
      d.mode = 2;
      d.state.words = {};
      const std::uint64_t dice = r.bits();
      const std::size_t full = d.full().size();
      const std::size_t end = full + 2 + 32 * d.siblings.size() + 2 + d.owner_signature.size();
      d.edit_field = [dice, full, end](Bytes& field) { field[1 + full + dice % (end - full)] ^= static_cast<std::uint8_t>(1U << dice / 65536 % 8); };
      return true; }},
    Edit{"texts of an enabled session", {}, [](Draft& d, Random& r) {
      d.mode = 2;
      d.state.set_status(SessionStatus::enabled);
      const std::size_t start = 3 + d.header.size();
      const std::uint64_t dice = r.bits();
      const std::size_t end = 1 + d.full().size();
      d.edit_field = [dice, start, end](Bytes& field) { field[start + dice % (end - start)] ^= static_cast<std::uint8_t>(1U << dice / 65536 % 8); };
      return true; }},
    Edit{"hashes in ENABLE", {}, [](Draft& d, Random& r) {
      Bytes start{2};
      append_big_endian(start, d.header.size(), 2);
      append(start, d.header);
      for (std::size_t p = 0; p < d.permissions.size(); ++p) {
        if (!d.uses(p) && r.chance(80)) {
          append_big_endian(start, 0, 2);
          append(start, permission_hash(d.permissions[p]).view());
          continue;
        }
        append_big_endian(start, d.permissions[p].size(), 2);
        append(start, d.permissions[p]);
        start.push_back(static_cast<std::uint8_t>(d.texts[p].size()));
        append(start, as_bytes(d.texts[p]));
      }
      append(start, Bytes{1, 0, 0, 0});
      d.edit_field = [start, behind = d.indices.size() + 5](Bytes& field) {
        Bytes edited = start;
        append(edited, ByteView(field).last(behind));
        field = std::move(edited);
      };
      return true; }},
    Edit{"every permission carried", {}, [](Draft& d, Random&) { d.carried.assign(d.carried.size(), true); return true; }},
    Edit{"bytes of installation data", {}, [](Draft& d, Random& r) {
      enable_anew(d, r);
      d.entry = Entry::install;
      d.state.installed = false;
      const std::uint64_t dice = r.bits();
      d.edit_data = [dice](Bytes& data) {
        Random random(dice);
        if (random.chance(60)) return edit_bytes(data, random);
        data.insert(data.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(random.below(data.size() + 1)));
      };
      return true; }},
    Edit{"enabled again", {}, [](Draft& d, Random& r) {
      d.entry = Entry::enable;
      if (r.chance(50)) d.state.set_status(SessionStatus::enabled);
      return true; }},
};

}  // namespace

std::span<const Edit> all_edits() {
  static const std::vector<Edit> all = [] {
    std::vector<Edit> list(kEdits.begin(), kEdits.end());
    for (const auto more : {rule_edits(), form_edits()}) list.insert(list.end(), more.begin(), more.end());
    return list;
  }();
  return all;
}

}  // namespace valetkey::testing
