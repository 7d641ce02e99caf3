#include "account/held_session.hpp"

#include <fmt/format.h>

namespace valetkey {
namespace {

std::string places(const Approval& approval) {
  std::string text;
  for (const PlacedSession& session : approval.sessions) {
    text += fmt::format("{}chain {} account {}", text.empty() ? "" : ", ", session.place.chain.value,
                        to_checksum(session.place.account));
  }
  return text;
}

}  // namespace

Result<HeldSession> HeldSession::open(Approval approval, std::optional<ChainId> chain, std::optional<Address> account) {
  approval.names.resize(approval.sessions.size());
  approval.owner_signatures.resize(approval.sessions.size());
  std::vector<std::size_t> fitting;
  for (std::size_t i = 0; i < approval.sessions.size(); ++i) {
    const SessionPlace& place = approval.sessions[i].place;
    if (place.chain == chain.value_or(place.chain) && place.account == account.value_or(place.account))
      fitting.push_back(i);
  }
  if (fitting.size() != 1) {
    return fail("approval_choice",
                fmt::format("{} sessions of the approval are for this chain and account", fitting.size()),
                fmt::format("name one of: {}", places(approval)));
  }
  const PlacedSession& chosen = approval.sessions[fitting.front()];
  VALETKEY_TRY(prepared, PreparedSession::make(chosen.session, chosen.place));
  std::vector<Hash> hashes = session_hashes(approval);
  return HeldSession(std::move(approval), fitting.front(), std::move(prepared), std::move(hashes));
}

std::optional<EnableProof> HeldSession::proof() const {
  const std::optional<Bytes>& signature = approval_.owner_signatures[index_];
  if (!signature) return std::nullopt;
  return EnableProof{hashes_, static_cast<std::uint8_t>(index_), *signature};
}

}  // namespace valetkey
