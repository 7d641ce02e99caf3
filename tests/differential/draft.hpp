// An operation of a session in parts, so that each part can be edited by itself before all is put together and signed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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
  [[nodiscard]] bool uses(std::size_t permission) const;
  [[nodiscard]] SessionId id() const;
  [[nodiscard]] Bytes full() const;
  // The model's verdict for the operation as it stands.
  [[nodiscard]] Verdict verdict() const;
};

// An operation that mostly passes, of a random valid session.
Draft random_draft(Random& random, const Address& validator);

// `word` number `position` of a call's arguments.
Word read_argument(const Call& call, std::size_t position);
void write_argument(Call& call, std::size_t position, const Word& word);

// Words that a rule or a type makes interesting at the position.
std::vector<Word> candidate_words(Random& random, const Permission& permission, std::uint8_t position, const Address& account);

Case assemble(const Draft& draft, Random& random);

}  // namespace valetkey::testing
