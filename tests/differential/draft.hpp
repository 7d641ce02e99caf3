// An operation of a session in parts, so that each part can be edited by itself before all is put together and signed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arguments.hpp"
#include "case.hpp"
#include "crypto/ecdsa.hpp"
#include "policy/evaluate.hpp"
#include "protocol/field.hpp"
#include "random_session.hpp"
#include "session/model.hpp"
#include "userop/execution.hpp"

namespace valetkey::testing {

// The session's keys, of which everybody knows the secrets; rising by address.
const std::vector<SecretKey>& session_keys();

struct Draft {
  SessionPlace place;
  Session session;
  // The session's encoding: encode() makes it from `session`.
  Bytes header;
  std::vector<Bytes> permissions;
  std::vector<std::string> texts;

  Entry entry = Entry::validate;
  SessionState state;
  std::uint8_t mode = 1;          // of the field
  std::vector<bool> carried;      // USE: in full
  std::uint8_t sessions = 1;      // ENABLE: of the approval
  std::uint8_t session_place = 0;
  std::vector<Hash> siblings;
  Bytes owner_signature;
  unsigned answer = 0;            // Case::answer

  std::vector<Call> calls;
  std::vector<ArgumentTree> trees;  // of the calls' arguments, as long as nobody edits the calls; without a function where there are none
  std::map<Address, unsigned> policy_answers;  // PolicyAnswer::answer; kYes of those that are not here
  bool batch = false;
  std::vector<std::uint8_t> indices;
  Seconds time = 0;
  std::vector<std::uint8_t> signers;  // indices of keys

  Word verification_gas;  // below 2^128, as the next two
  Word call_gas;
  Word price;
  Word pre_verification_gas;
  Bytes init_code;
  Bytes paymaster_and_data;
  Address sender;

  // Run on what is put together: the call data; the field before the keys sign it; after they signed it; the session in full.
  std::function<void(Bytes&)> edit_call_data;
  std::function<void(Bytes&)> edit_field;
  std::function<void(Bytes&)> edit_signed;
  std::function<void(Bytes&)> edit_data;

  void encode();
  // The call's data from its tree.
  void write_call(std::size_t call);
  // nullptr where the call has none.
  ArgumentTree* tree(std::size_t call);
  [[nodiscard]] unsigned policy_answer(const Address& contract) const;
  // Index of the call that a batch rule of this one is about; none where it is not there.
  [[nodiscard]] std::optional<std::size_t> other_call(std::size_t call, const BatchRule& rule) const;
  [[nodiscard]] bool uses(std::size_t permission) const;
  [[nodiscard]] SessionId id() const;
  [[nodiscard]] Bytes full() const;
  // What rules the operation's calls meet, by name, each once.
  [[nodiscard]] std::vector<std::string_view> met() const;
  // The model's verdict for the operation as it stands.
  [[nodiscard]] Verdict verdict() const;
};

// An operation that mostly passes, of a random valid session.
Draft random_draft(Random& random, const Address& validator);

// Of the values at the position; none of an offset and of contents.
std::optional<ValueType> type_at(const Permission& permission, Position position);
// A call that the permission lets pass, mostly.
ArgumentTree arguments_for(Random& random, const Session& session, std::uint8_t permission, const Address& account);
// Calls for the contents of each of the permission's insides.
void fill_insides(Random& random, const Session& session, ArgumentTree& tree, const Address& account);
// Writes values that pass where the rule reads them.
void satisfy_rule(Random& random, const Permission& permission, const Rule& rule, ArgumentTree& tree, const Address& account);

// `word` number `position` of a call's arguments.
Word read_argument(const Call& call, std::size_t position);
void write_argument(Call& call, std::size_t position, const Word& word);

// Words that a rule or a type makes interesting at the position.
std::vector<Word> candidate_words(Random& random, const Permission& permission, Position position, const Address& account);

Case assemble(const Draft& draft, Random& random);

}  // namespace valetkey::testing
