#include "case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evm/keccak.hpp"
#include "protocol/field.hpp"
#include "protocol/validate.hpp"
#include "session/form.hpp"

namespace valetkey::testing {
namespace {

using nlohmann::json;

Bytes bytes_at(const json& from, const char* name) {
  return parse_hex(from.at(name).get<std::string>()).value();
}
template <class T>
T fixed_at(const json& from, const char* name) {
  return parse_fixed<T>(from.at(name).get<std::string>()).value();
}
Word word_of(const json& text) {
  return parse_quantity(text.get<std::string>()).value();
}

// Lengths of installation data: docs/protocol.md, section 5, "Enabling".
constexpr std::size_t kInstallLength = 3;

Stored* find(std::vector<Stored>& stored, const SessionId& id) {
  const auto found = std::ranges::find(stored, id, &Stored::id);
  return found == stored.end() ? nullptr : &*found;
}

SessionState state_of(const Case& one, const SessionWords& words) {
  SessionState state;
  state.epoch = one.epoch;
  state.installed = one.installed;
  std::ranges::copy_n(words.begin(), static_cast<std::ptrdiff_t>(state.words.size()), state.words.begin());
  return state;
}

// None where the bytes are not a whole session.
std::optional<SessionId> id_of_full(ByteView full) {
  const auto walked = walk_whole_session(full);
  if (!walked) return std::nullopt;
  std::vector<Hash> hashes;
  for (const PermissionParts& parts : walked->permissions) hashes.push_back(permission_hash(parts.encoded));
  return session_id(walked->header.bytes, hashes);
}

Outcome evaluate_enabling(const Case& one, const std::vector<ByteView>& sessions, bool whole) {
  Outcome outcome;
  std::vector<Stored> stored = one.stored;
  SessionState account = state_of(one, {});
  const auto refuse = [&](const Refusal& refusal) {
    outcome.refusal = refusal;
    outcome.epoch = one.epoch;
    outcome.installed = one.installed;
    for (const Stored& session : one.stored) outcome.words.push_back(session.words);
    return outcome;
  };
  std::vector<std::string> events;
  if (one.entry == Entry::install) {
    if (account.installed) {
      account.epoch = ~account.epoch;  // moves, to what can't be known
      events.push_back(event_text({ContractEvent::Kind::epoch_moved, one.place.account, {}, {}, 0}));
    }
    account.installed = true;
  }
  for (const ByteView full : sessions) {
    const auto id = id_of_full(full);
    Stored* session = id ? find(stored, *id) : nullptr;
    SessionState state = state_of(one, session != nullptr ? session->words : SessionWords{});
    state.epoch = account.epoch;
    state.installed = account.installed;
    const bool was_enabled = state.status() == SessionStatus::enabled;
    if (const auto refusal = enable_by_call(full, one.place, state)) return refuse(*refusal);
    if (!was_enabled) events.push_back(event_text({ContractEvent::Kind::enabled, one.place.account, *id, to_bytes(full), 0}));
    if (session != nullptr) std::ranges::copy(state.words, session->words.begin());
  }
  if (!whole) return refuse({RefusalCode::malformed_session});
  outcome.epoch = account.epoch;
  outcome.installed = account.installed;
  outcome.events = std::move(events);
  for (const Stored& session : stored) outcome.words.push_back(session.words);
  return outcome;
}

// Sessions of installation data up to the first that is not whole.
std::pair<std::vector<ByteView>, bool> split_install(ByteView data) {
  std::vector<ByteView> sessions;
  while (!data.empty()) {
    if (data.size() < kInstallLength) return {sessions, false};
    const auto size = static_cast<std::size_t>(read_big_endian(data.first(kInstallLength)));
    data = data.subspan(kInstallLength);
    if (data.size() < size) return {sessions, false};
    sessions.push_back(data.first(size));
    data = data.subspan(size);
  }
  return {sessions, true};
}

// What the evaluator asks a policy, as the contract has to ask it; none where the field names no session.
Hash question_hash(const Case& one, const PolicyQuestion& question) {
  const auto id = session_of_field(one.op.signature, one.op.call_data);
  return keccak256(encode_is_allowed(one.place.account, id.value_or(SessionId{}), question));
}

Outcome evaluate_validate(const Case& one, const PolicyAnswers& policies) {
  Outcome outcome;
  outcome.epoch = one.epoch;
  outcome.installed = one.installed;
  const auto id = session_of_field(one.op.signature, one.op.call_data);
  std::vector<Stored> stored = one.stored;
  Stored* session = id ? find(stored, *id) : nullptr;
  const auto answer = [&](const Hash& digest, ByteView signature) {
    Keccak256 hasher;
    hasher.update(digest.view());
    hasher.update(signature);
    return one.answer == 0 && hasher.finish() == one.approved;
  };
  const SessionState state = state_of(one, session != nullptr ? session->words : SessionWords{});
  const Validation validation = validate_user_op(one.op, one.hash, one.op.signature, one.place, state, answer, &policies);
  outcome.refusal = validation.refusal;
  outcome.validation_data = validation.refusal ? Word(0) : validation.validation_data;
  if (session != nullptr) std::ranges::copy(validation.state.words, session->words.begin());
  for (const Stored& after : stored) outcome.words.push_back(after.words);
  if (validation.enabled_now) {
    const auto field = decode_field(one.op.signature, decode_calls(one.op.call_data)->size());
    outcome.events.push_back(event_text({ContractEvent::Kind::enabled, one.place.account, *id, to_bytes(field->full), 0}));
  }
  return outcome;
}

json words_json(const SessionWords& words) {
  json list = json::array();
  for (const Word& word : words) list.push_back(to_quantity(word));
  return list;
}

constexpr std::array kEntryNames{"validate", "enable", "install"};

}  // namespace

void complete_stored(Case& one) {
  const auto add = [&](const std::optional<SessionId>& id) {
    if (id && find(one.stored, *id) == nullptr) one.stored.push_back({*id, {}});
  };
  switch (one.entry) {
    case Entry::validate: add(session_of_field(one.op.signature, one.op.call_data)); break;
    case Entry::enable: add(id_of_full(one.data)); break;
    case Entry::install:
      for (const ByteView full : split_install(one.data).first) add(id_of_full(full));
      break;
  }
}

Outcome evaluate_case(const Case& one) {
  switch (one.entry) {
    case Entry::validate: break;
    case Entry::enable: return evaluate_enabling(one, {one.data}, true);
    case Entry::install: {
      const auto [sessions, whole] = split_install(one.data);
      return evaluate_enabling(one, sessions, whole);
    }
  }
  return evaluate_validate(one, [&](const PolicyQuestion& question) {
    const Hash hash = question_hash(one, question);
    return std::ranges::any_of(one.policies, [&](const PolicyAnswer& policy) {
      return policy.contract == question.contract && policy.question == hash && says_yes(policy.answer);
    });
  });
}

bool says_yes(unsigned answer) {
  constexpr unsigned kRevert = 3;
  if (answer == kRevert) return false;
  Bytes bytes(64, 0);
  const Selector selector = answer == 2 ? "0x1626ba7e"_selector : "0x356981ca"_selector;
  std::ranges::copy(selector.bytes, bytes.begin());
  if (answer == 6) bytes[31] = 1;
  constexpr std::array<std::size_t, PolicyAnswer::kMost + 1> kSizes{0, 32, 32, 32, 4, 64, 32, 0, 31};
  bytes.resize(kSizes.at(answer));
  return is_allowed_answer(bytes);
}

void ask_policies(Case& one, const std::function<unsigned(const Address&)>& answer) {
  one.policies.clear();
  evaluate_validate(one, [&](const PolicyQuestion& question) {
    one.policies.push_back({question.contract, question_hash(one, question), answer(question.contract)});
    return says_yes(one.policies.back().answer);
  });
}

std::string event_text(const ContractEvent& event) {
  switch (event.kind) {
    case ContractEvent::Kind::enabled: return fmt::format("SessionEnabled({}, {}, {})", to_hex(event.account), to_hex(event.id), to_hex(event.full));
    case ContractEvent::Kind::revoked: return fmt::format("SessionRevoked({}, {})", to_hex(event.account), to_hex(event.id));
    case ContractEvent::Kind::epoch_moved: break;
  }
  return fmt::format("EpochMoved({}, {})", to_hex(event.account), event.epoch);
}

std::string to_text(const Outcome& outcome) {
  std::string text;
  if (!outcome.fault.empty()) {
    text = "fault " + outcome.fault;
  } else if (outcome.refusal) {
    text = fmt::format("{}({}, {})", refusal_name(outcome.refusal->code), outcome.refusal->call, outcome.refusal->rule);
  } else {
    text = fmt::format("accepted {}", to_quantity(outcome.validation_data));
  }
  text += fmt::format("; epoch {:#x}, installed {}", outcome.epoch, outcome.installed);
  for (std::size_t s = 0; s < outcome.words.size(); ++s) {
    for (std::size_t n = 0; n < kWords; ++n) {
      if (!outcome.words[s][n].is_zero()) text += fmt::format("; word {}.{} {}", s, n, to_quantity(outcome.words[s][n]));
    }
  }
  for (const std::string& event : outcome.events) text += "; " + event;
  return text;
}

json to_json(const Case& one) {
  json json_case{{"edit", one.edit},
                 {"entry", kEntryNames[static_cast<std::size_t>(one.entry)]},
                 {"chain", one.place.chain.value},
                 {"account", to_hex(one.place.account)},
                 {"validator", to_hex(one.place.validator)},
                 {"sender", to_hex(one.op.sender)},
                 {"nonce", to_quantity(one.op.nonce)},
                 {"initCode", to_hex(one.op.init_code)},
                 {"callData", to_hex(one.op.call_data)},
                 {"accountGasLimits", to_quantity(one.op.account_gas_limits)},
                 {"preVerificationGas", to_quantity(one.op.pre_verification_gas)},
                 {"gasFees", to_quantity(one.op.gas_fees)},
                 {"paymasterAndData", to_hex(one.op.paymaster_and_data)},
                 {"signature", to_hex(one.op.signature)},
                 {"hash", to_hex(one.hash)},
                 {"data", to_hex(one.data)},
                 {"epoch", one.epoch},
                 {"installed", one.installed},
                 {"answer", one.answer},
                 {"approved", to_hex(one.approved)},
                 {"stored", json::array()}};
  for (const Stored& stored : one.stored) json_case["stored"].push_back({{"id", to_hex(stored.id)}, {"words", words_json(stored.words)}});
  json_case["policies"] = json::array();
  for (const PolicyAnswer& policy : one.policies)
    json_case["policies"].push_back({{"contract", to_hex(policy.contract)}, {"question", to_hex(policy.question)}, {"answer", policy.answer}});
  return json_case;
}

Case case_from_json(const json& from) {
  Case one;
  one.edit = from.at("edit").get<std::string>();
  const auto entry = std::ranges::find(kEntryNames, from.at("entry").get<std::string>());
  one.entry = static_cast<Entry>(entry - kEntryNames.begin());
  one.place = {ChainId{from.at("chain").get<std::uint64_t>()}, fixed_at<Address>(from, "account"), fixed_at<Address>(from, "validator")};
  one.op = {fixed_at<Address>(from, "sender"), word_of(from.at("nonce")), bytes_at(from, "initCode"), bytes_at(from, "callData"),
            word_of(from.at("accountGasLimits")), word_of(from.at("preVerificationGas")), word_of(from.at("gasFees")),
            bytes_at(from, "paymasterAndData"), bytes_at(from, "signature")};
  one.hash = fixed_at<UserOpHash>(from, "hash");
  one.data = bytes_at(from, "data");
  one.epoch = from.at("epoch").get<std::uint64_t>();
  one.installed = from.at("installed").get<bool>();
  one.answer = from.at("answer").get<unsigned>();
  one.approved = fixed_at<Hash>(from, "approved");
  for (const json& stored : from.at("stored")) {
    Stored session{fixed_at<SessionId>(stored, "id"), {}};
    for (std::size_t n = 0; n < kWords; ++n) session.words[n] = word_of(stored.at("words").at(n));
    one.stored.push_back(session);
  }
  for (const json& policy : from.at("policies"))
    one.policies.push_back({fixed_at<Address>(policy, "contract"), fixed_at<Hash>(policy, "question"), policy.at("answer").get<unsigned>()});
  return one;
}

}  // namespace valetkey::testing
