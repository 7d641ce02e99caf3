// One session of an approval, in its holder's hands.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "protocol/prepare.hpp"
#include "session/approval.hpp"

namespace valetkey {

// Immutable; share it between threads. What operations need of the session is computed once, here.
class HeldSession {
 public:
  // The approval's session for that chain and account; either may be left open where only one session fits.
  // Errors: approval_choice (none or several fit), and those of PreparedSession::make.
  static Result<HeldSession> open(Approval approval, std::optional<ChainId> chain = {},
                                  std::optional<Address> account = {});

  const Approval& approval() const { return approval_; }
  const PreparedSession& prepared() const { return prepared_; }
  const PlacedSession& placed() const { return approval_.sessions[index_]; }
  const SessionNames& names() const { return approval_.names[index_]; }
  const SessionPlace& place() const { return placed().place; }
  const Session& session() const { return placed().session; }
  const SessionId& id() const { return prepared_.id(); }
  ChainId chain() const { return place().chain; }
  std::size_t index() const { return index_; }  // in the approval

  // What ENABLE needs; none where the owner has not signed. Valid as long as this object is.
  std::optional<EnableProof> proof() const;

 private:
  HeldSession(Approval approval, std::size_t index, PreparedSession prepared, std::vector<Hash> hashes)
      : approval_(std::move(approval)), index_(index), prepared_(std::move(prepared)), hashes_(std::move(hashes)) {}

  Approval approval_;
  std::size_t index_;
  PreparedSession prepared_;
  std::vector<Hash> hashes_;  // struct hashes of all sessions of the approval
};

}  // namespace valetkey
