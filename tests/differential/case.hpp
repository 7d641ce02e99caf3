// One question to the validator, and what either side answers.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"
#include "protocol/contract.hpp"
#include "session/encoding.hpp"
#include "session/model.hpp"
#include "session/refusal.hpp"
#include "userop/user_op.hpp"

namespace valetkey::testing {

inline constexpr std::size_t kWords = 24;
using SessionWords = std::array<Word, kWords>;

enum class Entry : std::uint8_t { validate, enable, install };

// Words of a session before the call. Sessions that are not stored have zeros.
struct Stored {
  SessionId id;
  SessionWords words{};
  bool operator==(const Stored&) const = default;
};

// What a policy's contract answers to a question.
struct PolicyAnswer {
  // Up to kMost: contracts/test/fixtures/Differential.sol.
  static constexpr unsigned kNoCode = 0;
  static constexpr unsigned kYes = 1;
  static constexpr unsigned kMost = 8;
  Address contract;
  Hash question;  // keccak256 of isAllowed's call data
  unsigned answer = kYes;
};

// Whether an answer of PolicyAnswer is a yes.
bool says_yes(unsigned answer);

struct Case {
  std::string edit;       // what was done to an operation that passes
  Entry entry = Entry::validate;
  SessionPlace place;
  PackedUserOp op;        // validate
  UserOpHash hash;        // validate
  Bytes data;             // enable: a session in full; install: onInstall's data
  std::uint64_t epoch = 0;
  bool installed = true;
  std::vector<Stored> stored;
  unsigned answer = 0;    // of the account's isValidSignature: contracts/test/fixtures/Differential.sol
  Hash approved;          // keccak256(digest | owner's signature) that it answers to
  std::vector<PolicyAnswer> policies;
};

struct Outcome {
  std::optional<Refusal> refusal;
  Word validation_data;
  std::string fault;                 // neither accepted nor refused
  std::uint64_t epoch = 0;
  bool installed = false;
  std::vector<SessionWords> words;   // afterwards, one for each stored session
  std::vector<std::string> events;   // of the validator, in order: event_text; an epoch can't be foretold and stands as 0
  bool operator==(const Outcome&) const = default;
};

std::string event_text(const ContractEvent& event);
std::string to_text(const Outcome& outcome);
nlohmann::json to_json(const Case& one);
Case case_from_json(const nlohmann::json& json);

// The evaluator's answer.
Outcome evaluate_case(const Case& one);
// Sets one.policies: what the evaluator asks, each answered as `answer` says of the contract.
void ask_policies(Case& one, const std::function<unsigned(const Address&)>& answer);
// Every session that the case can touch stands in `stored` afterwards.
void complete_stored(Case& one);

}  // namespace valetkey::testing
