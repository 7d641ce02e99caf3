// From calls to a signed operation, in pure steps: prepare (what the keys sign), sign, done.
// A PreparedUserOp belongs to one session, chain and EntryPoint; only it can be signed, and only a SignedUserOp can be
// sent.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/ecdsa.hpp"
#include "protocol/field.hpp"
#include "session/encoding.hpp"
#include "session/model.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

// A valid session at its place, with everything that its operations share computed once. Immutable; share it between
// threads.
class PreparedSession {
 public:
  // Errors: the refusal's name where the session is not valid at its place.
  static Result<PreparedSession> make(Session session, const SessionPlace& place);

  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] const SessionPlace& place() const { return place_; }
  [[nodiscard]] const SessionId& id() const { return id_; }
  [[nodiscard]] const Hash& struct_hash() const { return struct_hash_; }
  [[nodiscard]] const Hash& domain() const { return domain_; }
  [[nodiscard]] ByteView full() const { return full_; }
  [[nodiscard]] ByteView header() const { return header_; }
  [[nodiscard]] ByteView permission(std::size_t index) const { return permissions_[index].encoded; }
  [[nodiscard]] const Hash& permission_hash(std::size_t index) const { return permissions_[index].hash; }

 private:
  struct Part {
    Bytes encoded;
    Hash hash;
  };
  PreparedSession() = default;

  Session session_;
  SessionPlace place_;
  SessionId id_;
  Hash struct_hash_;
  Hash domain_;
  Bytes full_;
  Bytes header_;
  std::vector<Part> permissions_;
};

// Which permission each call uses (kRevokePermission for `revoke`), and the operation's time.
struct OperationChoice {
  std::span<const std::uint8_t> permission_of_call;
  Seconds time = 0;
};

// The field up to the keys' signatures. USE carries in full only the permissions that are used: those of the choice,
// and those of calls inside, `inside` with one bit each (used_permissions).
Bytes encode_use_field(const PreparedSession& session, const OperationChoice& choice, std::uint32_t inside = 0);
// proof.session_hashes[proof.place] must be this session's struct hash; prepare_enable checks it.
Bytes encode_enable_field(const PreparedSession& session, const OperationChoice& choice, const EnableProof& proof);

// An operation with everything but the keys' signatures.
class PreparedUserOp {
 public:
  // The operation as it is prepared, with `signature` of its final size (dummy signatures): for estimating and
  // simulating.
  [[nodiscard]] const UserOp& op() const { return op_; }
  [[nodiscard]] const UserOpHash& hash() const { return hash_; }
  // What each key signs.
  [[nodiscard]] const Hash& digest() const { return digest_; }
  [[nodiscard]] const EntryPoint& entry_point() const { return entry_point_; }
  [[nodiscard]] ChainId chain() const { return chain_; }
  [[nodiscard]] const SessionId& session() const { return session_id_; }

 private:
  friend class OperationBuilder;
  PreparedUserOp() = default;

  UserOp op_;
  UserOpHash hash_;
  Hash digest_;
  EntryPoint entry_point_;
  ChainId chain_;
  SessionId session_id_;
  std::size_t unsigned_size_ = 0;  // of op_.signature before the keys' signatures
  std::vector<Address> keys_;
  std::uint8_t threshold_ = 0;
};

class SignedUserOp {
 public:
  [[nodiscard]] const UserOp& op() const { return op_; }
  [[nodiscard]] const UserOpHash& hash() const { return hash_; }
  [[nodiscard]] const EntryPoint& entry_point() const { return entry_point_; }
  [[nodiscard]] ChainId chain() const { return chain_; }
  [[nodiscard]] const SessionId& session() const { return session_id_; }

 private:
  friend class OperationBuilder;
  SignedUserOp() = default;

  UserOp op_;
  UserOpHash hash_;
  EntryPoint entry_point_;
  ChainId chain_;
  SessionId session_id_;
};

// `op` is complete but for its signature; its call data holds as many calls as `choice` names permissions for.
// `account_prefix` is what the account strips before it hands the field to the validator.
// Errors: prepare_sender (the session is another account's), prepare_calls (the call data are not canonical),
// prepare_choice (a permission that is not there, or not one for each call).
Result<PreparedUserOp> prepare_use(const PreparedSession& session, UserOp op, const EntryPoint& entry_point,
                                   const OperationChoice& choice, ByteView account_prefix = {});
// Also: prepare_proof (the proof does not hold this session, or is too long).
Result<PreparedUserOp> prepare_enable(const PreparedSession& session, UserOp op, const EntryPoint& entry_point,
                                      const OperationChoice& choice, const EnableProof& proof,
                                      ByteView account_prefix = {});

// Signs with the session's threshold of keys, given in any order.
// Errors: sign_key (not a key of the session, or twice), sign_threshold (too few or too many).
Result<SignedUserOp> sign(PreparedUserOp prepared, std::span<const SecretKey* const> keys);
// For keys held elsewhere: signatures of the digest, in any order. Errors: also those of recover_signer.
Result<SignedUserOp> attach_signatures(PreparedUserOp prepared, std::span<const Signature> signatures);

}  // namespace valetkey
