#include "protocol/prepare.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/core.h>

#include "evm/keccak.hpp"
#include "protocol/validate.hpp"
#include "session/check.hpp"
#include "session/typed_data.hpp"

namespace valetkey {
namespace {

constexpr std::size_t kTimeSize = 5;

// The permissions that the choice names, one bit each.
std::uint32_t chosen_permissions(const OperationChoice& choice) {
  std::uint32_t used = 0;
  for (const std::uint8_t p : choice.permission_of_call) {
    if (p < kMaxPermissions) used |= 1U << p;
  }
  return used;
}

std::size_t use_field_size(const PreparedSession& session, std::uint32_t used, std::size_t calls) {
  std::size_t size = 3 + session.header().size() + calls + kTimeSize;
  for (std::size_t p = 0; p < session.session().permissions.size(); ++p) {
    size += 2 + ((used >> p & 1U) != 0 ? session.permission(p).size() : Hash::kSize);
  }
  return size;
}

void append_choice(Bytes& field, const OperationChoice& choice) {
  append(field, choice.permission_of_call);
  append_big_endian(field, choice.time, kTimeSize);
}

void append_use_field(Bytes& field, const PreparedSession& session, std::uint32_t used, const OperationChoice& choice) {
  field.push_back(static_cast<std::uint8_t>(FieldMode::use));
  append_big_endian(field, session.header().size(), 2);
  append(field, session.header());
  for (std::size_t p = 0; p < session.session().permissions.size(); ++p) {
    if ((used >> p & 1U) != 0) {
      append_big_endian(field, session.permission(p).size(), 2);
      append(field, session.permission(p));
    } else {
      append_big_endian(field, 0, 2);
      append(field, session.permission_hash(p).view());
    }
  }
  append_choice(field, choice);
}

void append_enable_field(Bytes& field, const PreparedSession& session, const OperationChoice& choice,
                         const EnableProof& proof) {
  field.push_back(static_cast<std::uint8_t>(FieldMode::enable));
  append(field, session.full());
  field.push_back(static_cast<std::uint8_t>(proof.session_hashes.size()));
  field.push_back(proof.place);
  for (std::size_t i = 0; i < proof.session_hashes.size(); ++i) {
    if (i != proof.place) append(field, proof.session_hashes[i].view());
  }
  append_big_endian(field, proof.owner_signature.size(), 2);
  append(field, proof.owner_signature);
  append_choice(field, choice);
}

// The calls; views into the operation.
Result<std::vector<CallView>> check_operation(const PreparedSession& session, const UserOp& op,
                                              const OperationChoice& choice) {
  if (op.sender != session.place().account) {
    return fail("prepare_sender",
                fmt::format("the operation is of `{}`, the session of `{}`", to_checksum(op.sender),
                            to_checksum(session.place().account)),
                "use the session's own account as sender");
  }
  auto calls = decode_calls(op.call_data);
  if (!calls) {
    return fail("prepare_calls", fmt::format("the call data are not taken: {}", refusal_sentence(calls.error().code)),
                "encode them as `execute` in single or batch mode");
  }
  const std::size_t permissions = session.session().permissions.size();
  const bool known = std::ranges::all_of(choice.permission_of_call,
                                         [&](std::uint8_t p) { return p < permissions || p == kRevokePermission; });
  if (calls->size() != choice.permission_of_call.size() || !known) {
    return fail(
        "prepare_choice",
        fmt::format("the choice does not name a permission of the session for each of the {} calls", calls->size()),
        "take what `choose_permissions` answers for these calls");
  }
  return std::move(*calls);
}

Result<void> check_proof(const PreparedSession& session, const EnableProof& proof) {
  const std::size_t sessions = proof.session_hashes.size();
  const bool holds =
      sessions <= kMaxSiblings && proof.place < sessions && proof.session_hashes[proof.place] == session.struct_hash();
  if (!holds)
    return fail("prepare_proof", "the approval does not hold this session",
                "use the approval that the session is from");
  if (proof.owner_signature.size() > 65535) {
    return fail("prepare_proof", "the owner's signature is longer than 65535 bytes",
                "let the account enable the session by a call");
  }
  return {};
}

}  // namespace

// The only maker of PreparedUserOp and SignedUserOp.
class OperationBuilder {
 public:
  static PreparedUserOp prepare(const PreparedSession& session, UserOp op, const EntryPoint& entry_point,
                                Bytes signature, std::size_t prefix) {
    PreparedUserOp prepared;
    prepared.hash_ = hash_user_op(op, entry_point, session.place().chain);
    prepared.digest_ = key_digest(prepared.hash_, keccak256(ByteView(signature).subspan(prefix)), session.domain());
    prepared.unsigned_size_ = signature.size();
    prepared.threshold_ = session.session().threshold;
    prepared.keys_ = session.session().keys;
    append_dummy_signatures(signature, prepared.threshold_);
    op.signature = std::move(signature);
    prepared.op_ = std::move(op);
    prepared.entry_point_ = entry_point;
    prepared.chain_ = session.place().chain;
    prepared.session_id_ = session.id();
    return prepared;
  }

  static const std::vector<Address>& keys(const PreparedUserOp& prepared) { return prepared.keys_; }
  static std::uint8_t threshold(const PreparedUserOp& prepared) { return prepared.threshold_; }

  // `signatures` are as many as the threshold, of rising keys.
  static SignedUserOp finish(PreparedUserOp prepared, std::span<const KeySignature> signatures) {
    SignedUserOp result;
    result.op_ = std::move(prepared.op_);
    result.op_.signature.resize(prepared.unsigned_size_);
    for (const KeySignature& signature : signatures) append_key_signature(result.op_.signature, signature);
    result.hash_ = prepared.hash_;
    result.entry_point_ = prepared.entry_point_;
    result.chain_ = prepared.chain_;
    result.session_id_ = prepared.session_id_;
    return result;
  }
};

namespace {

// Collects signatures by their keys, in the order of the header.
class SignatureSlots {
 public:
  explicit SignatureSlots(const PreparedUserOp& prepared)
      : keys_(OperationBuilder::keys(prepared)), threshold_(OperationBuilder::threshold(prepared)) {}

  // The place of the key.
  [[nodiscard]] Result<std::size_t> place_of(const Address& signer) const {
    const auto found = std::ranges::lower_bound(keys_, signer);
    if (found == keys_.end() || *found != signer) {
      return fail("sign_key", fmt::format("`{}` is not a key of the session", to_checksum(signer)),
                  "sign with one of the session's keys");
    }
    const auto place = static_cast<std::size_t>(found - keys_.begin());
    if (slots_[place]) {
      return fail("sign_key", fmt::format("`{}` signs twice", to_checksum(signer)), "give each key once");
    }
    return place;
  }
  void put(std::size_t place, const Signature& signature) {
    slots_[place] = KeySignature{static_cast<std::uint8_t>(place), signature};
  }

  Result<SignedUserOp> finish(PreparedUserOp prepared) const {
    std::array<KeySignature, kMaxKeys> rising;
    std::size_t count = 0;
    for (const auto& slot : slots_) {
      if (slot) rising[count++] = *slot;
    }
    if (count != threshold_) {
      return fail("sign_threshold", fmt::format("the session wants {} signatures, there are {}", threshold_, count),
                  fmt::format("sign with exactly {} of its keys", threshold_));
    }
    return OperationBuilder::finish(std::move(prepared), std::span(rising).first(count));
  }

 private:
  const std::vector<Address>& keys_;
  std::size_t threshold_;
  std::array<std::optional<KeySignature>, kMaxKeys> slots_;
};

}  // namespace

Result<PreparedSession> PreparedSession::make(Session session, const SessionPlace& place) {
  if (const auto refused = check_session(session, place)) {
    return fail(refusal_name(refused->code),
                fmt::format("the session is not valid: {}", refusal_sentence(refused->code)),
                "build it again with `valetkey session build`");
  }
  PreparedSession prepared;
  prepared.place_ = place;
  prepared.full_ = encode_session(session);
  prepared.header_ = encode_header(session);
  std::vector<Hash> hashes;
  for (const Permission& permission : session.permissions) {
    Bytes encoded = encode_permission(permission);
    hashes.push_back(valetkey::permission_hash(encoded));
    prepared.permissions_.push_back({std::move(encoded), hashes.back()});
  }
  prepared.id_ = session_id(prepared.header_, hashes);
  prepared.struct_hash_ = session_struct_hash(session, place);
  prepared.domain_ = validator_domain(place.validator);
  prepared.session_ = std::move(session);
  return prepared;
}

Bytes encode_use_field(const PreparedSession& session, const OperationChoice& choice, std::uint32_t inside) {
  Bytes field;
  append_use_field(field, session, chosen_permissions(choice) | inside, choice);
  return field;
}

Bytes encode_enable_field(const PreparedSession& session, const OperationChoice& choice, const EnableProof& proof) {
  Bytes field;
  append_enable_field(field, session, choice, proof);
  return field;
}

Result<PreparedUserOp> prepare_use(const PreparedSession& session, UserOp op, const EntryPoint& entry_point,
                                   const OperationChoice& choice, ByteView account_prefix) {
  VALETKEY_TRY(calls, check_operation(session, op, choice));
  const std::uint32_t used = used_permissions(session.session(), session.place(), calls, choice.permission_of_call);
  Bytes signature;
  signature.reserve(account_prefix.size() + use_field_size(session, used, choice.permission_of_call.size()) +
                    kKeySignatureSize * session.session().threshold);
  append(signature, account_prefix);
  append_use_field(signature, session, used, choice);
  return OperationBuilder::prepare(session, std::move(op), entry_point, std::move(signature), account_prefix.size());
}

Result<PreparedUserOp> prepare_enable(const PreparedSession& session, UserOp op, const EntryPoint& entry_point,
                                      const OperationChoice& choice, const EnableProof& proof,
                                      ByteView account_prefix) {
  if (auto checked = check_operation(session, op, choice); !checked) return fail(std::move(checked.error()));
  if (auto checked = check_proof(session, proof); !checked) return fail(std::move(checked.error()));
  Bytes signature = to_bytes(account_prefix);
  append_enable_field(signature, session, choice, proof);
  return OperationBuilder::prepare(session, std::move(op), entry_point, std::move(signature), account_prefix.size());
}

Result<SignedUserOp> sign(PreparedUserOp prepared, std::span<const SecretKey* const> keys) {
  SignatureSlots slots(prepared);
  for (const SecretKey* key : keys) {
    VALETKEY_TRY(place, slots.place_of(key->address()));
    slots.put(place, sign_recoverable(*key, prepared.digest()));
  }
  return slots.finish(std::move(prepared));
}

Result<SignedUserOp> attach_signatures(PreparedUserOp prepared, std::span<const Signature> signatures) {
  SignatureSlots slots(prepared);
  for (const Signature& signature : signatures) {
    VALETKEY_TRY(signer, recover_signer(prepared.digest(), signature.view()));
    VALETKEY_TRY(place, slots.place_of(signer));
    slots.put(place, signature);
  }
  return slots.finish(std::move(prepared));
}

}  // namespace valetkey
