#include "contract_side.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "evm/keccak.hpp"
#include "protocol/contract.hpp"

namespace valetkey::testing {
namespace {

using nlohmann::json;

constexpr Word kInstalled = Word(1) << 64;

// Slot of a mapping's value: keccak256(key | slot).
Word mapping_slot(const Word& key, const Word& slot) {
  Keccak256 hasher;
  hasher.update(key);
  hasher.update(slot);
  return to_word(hasher.finish());
}

std::string word_text(const Word& word) {
  return to_hex(to_hash(word));
}

Bytes call_of(const Case& one) {
  static const AbiFunction install = *parse_function("onInstall(bytes)");
  switch (one.entry) {
    case Entry::validate: break;
    case Entry::enable: return encode_enable(one.data);
    case Entry::install: {
      const std::vector<Value> arguments{one.data};
      return *build_call(install, arguments);
    }
  }
  return encode_validate_user_op(one.op, one.hash);
}

// The answer of `ask`, read by its offsets: success, data, before, afterwards.
Word word_at(ByteView bytes, std::size_t at) {
  if (at + 32 > bytes.size()) throw std::runtime_error("the harness answered too little");
  return Word::from_short_big_endian(bytes.subspan(at, 32));
}

std::vector<Word> list_at(ByteView bytes, std::size_t head) {
  const auto at = static_cast<std::size_t>(word_at(bytes, head).low_64());
  std::vector<Word> words(static_cast<std::size_t>(word_at(bytes, at).low_64()));
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = word_at(bytes, at + 32 * (i + 1));
  return words;
}

void check_before(const Case& one, const std::vector<Word>& before) {
  bool same = before.size() == 2 + kWords * one.stored.size() && before[0] == Word(one.epoch) && before[1] == Word(one.installed ? 1 : 0);
  for (std::size_t s = 0; same && s < one.stored.size(); ++s) {
    for (std::size_t n = 0; n < kWords; ++n) same = same && before[2 + kWords * s + n] == one.stored[s].words[n];
  }
  if (!same) throw std::runtime_error("the contract's views don't tell the words that were set: " + to_json(one).dump());
}

// The validator's events; what is none of them stands as it is.
std::string read_event(const json& log, const Address& validator) {
  std::vector<Hash> topics;
  for (const json& topic : log["topics"]) topics.push_back(parse_fixed<Hash>(topic.get<std::string>()).value());
  auto event = decode_event(topics, parse_hex(log["data"].get<std::string>()).value());
  if (!event || parse_fixed<Address>(log["address"].get<std::string>()).value() != validator) return log.dump();
  event->epoch = 0;
  return event_text(*event);
}

Outcome read_answer(const Case& one, const json& answer) {
  Outcome outcome;
  if (!answer.contains("result") || answer["result"][0]["calls"][0]["status"] != "0x1") {
    outcome.fault = answer.dump();
    return outcome;
  }
  const json& simulated = answer["result"][0]["calls"][0];
  for (const json& log : simulated["logs"]) outcome.events.push_back(read_event(log, one.place.validator));
  const Bytes bytes = parse_hex(simulated["returnData"].get<std::string>()).value();
  const bool success = !word_at(bytes, 0).is_zero();
  const auto data_at = static_cast<std::size_t>(word_at(bytes, 32).low_64());
  const ByteView data = ByteView(bytes).subspan(data_at + 32, static_cast<std::size_t>(word_at(bytes, data_at).low_64()));
  check_before(one, list_at(bytes, 64));
  const std::vector<Word> after = list_at(bytes, 96);
  outcome.epoch = after[0].low_64();
  outcome.installed = !after[1].is_zero();
  for (std::size_t s = 0; s < one.stored.size(); ++s) {
    SessionWords words;
    std::copy_n(after.begin() + static_cast<std::ptrdiff_t>(2 + kWords * s), kWords, words.begin());
    outcome.words.push_back(words);
  }
  if (!success) {
    outcome.refusal = decode_refused(data);
    if (!outcome.refusal) outcome.fault = "revert " + to_hex(data);
  } else if (one.entry == Entry::validate) {
    outcome.validation_data = word_at(data, 0);
  }
  return outcome;
}

}  // namespace

ContractSide::ContractSide(Node& node) : node_(node), validator_(node.deploy("Valetkey")) {
  harness_ = node.client().code(node.deploy("Differential")).value();
  policy_ = node.client().code(node.deploy("DifferentialPolicy")).value();
}

json ContractSide::request(const Case& one) const {
  static const AbiFunction ask = *parse_function("ask(address,bytes,uint256,bytes32,bytes32[])");
  Value::List ids;
  for (const Stored& stored : one.stored) ids.push_back(to_word(Hash{stored.id.bytes}));
  const std::vector<Value> arguments{validator_, call_of(one), Word(one.answer), one.approved, Value(std::move(ids))};
  const Bytes data = *build_call(ask, arguments);

  const Word account = to_word(one.place.account);
  json slots = json::object();
  slots[word_text(mapping_slot(account, 0))] = word_text(Word(one.epoch) | (one.installed ? kInstalled : Word(0)));
  for (const Stored& stored : one.stored) {
    const Word first = mapping_slot(account, mapping_slot(to_word(Hash{stored.id.bytes}), 1));
    for (std::size_t n = 0; n < kWords; ++n) {
      if (!stored.words[n].is_zero()) slots[word_text(wrapping_add(first, n).value)] = word_text(stored.words[n]);
    }
  }
  const std::string at = to_hex(one.place.account);
  json state{{at, {{"code", to_hex(harness_)}}}, {to_hex(validator_), {{"stateDiff", std::move(slots)}}}};
  for (const PolicyAnswer& policy : one.policies) {
    if (policy.answer == PolicyAnswer::kNoCode) continue;
    json& contract = state[to_hex(policy.contract)];
    contract["code"] = to_hex(policy_);
    contract["stateDiff"][word_text(mapping_slot(to_word(policy.question), 0))] = word_text(policy.answer);
  }
  const json call{{"from", to_hex(kPayer)}, {"to", at}, {"data", to_hex(data)}, {"gas", "0x1c00000"}};
  const json block{{"stateOverrides", state}, {"calls", json::array({call})}};
  return json::array({json{{"blockStateCalls", json::array({block})}}, "latest"});
}

std::vector<Outcome> ContractSide::ask(std::span<const Case> cases) {
  // Anvil takes requests of 2 MB.
  constexpr std::size_t kMostBytes = 1'500'000;
  std::vector<json> answers;
  std::vector<json> requests;
  std::size_t bytes = 0;
  const auto send = [&] {
    for (json& answer : node_.ask_all("eth_simulateV1", requests)) answers.push_back(std::move(answer));
    requests.clear();
    bytes = 0;
  };
  for (const Case& one : cases) {
    json asked = request(one);
    const std::size_t size = asked.dump().size() + 100;
    if (!requests.empty() && bytes + size > kMostBytes) send();
    bytes += size;
    requests.push_back(std::move(asked));
  }
  if (!requests.empty()) send();
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < cases.size(); ++i) outcomes.push_back(read_answer(cases[i], answers[i]));
  return outcomes;
}

}  // namespace valetkey::testing
