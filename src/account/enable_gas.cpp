#include "account/enable_gas.hpp"

#include <algorithm>
#include <bitset>

#include "policy/state.hpp"
#include "session/encoding.hpp"

namespace valetkey {
namespace {

// Gas for each part. Fitted by least squares to 300 random sessions and the caps (within 8 %, the caps within 15 %),
// then raised by a tenth and more.
constexpr std::uint64_t kBase = 72'000;  // a session with nothing in it, with the owner's approval
constexpr std::uint64_t kKey = 400;
constexpr std::uint64_t kPaymaster = 400;
constexpr std::uint64_t kLimit = 1'400;
constexpr std::uint64_t kPeriod = 1'900;  // its text
constexpr std::uint64_t kPermission = 7'000;
constexpr std::uint64_t kTextByte = 190;
constexpr std::uint64_t kHeadWord = 650;
constexpr std::uint64_t kRule = 2'500;
constexpr std::uint64_t kValue = 1'500;  // of a rule
constexpr std::uint64_t kCount = 2'000;
constexpr std::uint64_t kWindow = 1'900;    // of a permission
constexpr std::uint64_t kTokenCheck = 700;  // a token's limit is held against every permission
constexpr std::uint64_t kKeySignature = 4'300;
constexpr std::uint64_t kSibling = 500;     // another session of the approval
constexpr std::uint64_t kByte = 6;          // of the session in full
constexpr std::uint64_t kNewWord = 22'100;  // a zero word is written: EIP-2200, EIP-2929

bool counts_by_itself(LimitKind kind) {
  return kind == LimitKind::native_every || kind == LimitKind::calls_every || kind == LimitKind::fees;
}

// Words that the first call by this permission writes beside word 0, which holds the status.
std::size_t new_words(const Session& session, const Permission& permission) {
  const auto slots = limit_slots(session.limits);
  std::bitset<kStateWords> written;
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    const bool named = std::ranges::find(permission.counts, l, &Count::limit) != permission.counts.end();
    if (named || counts_by_itself(session.limits[l].kind)) written.set(slots[l].word);
  }
  written.reset(0);
  return written.count();
}

std::uint64_t permission_gas(const Permission& permission) {
  std::uint64_t gas = kPermission + kTextByte * permission.text.size() + kHeadWord * permission.words +
                      kCount * permission.counts.size();
  if (permission.from != 0 || permission.until != 0) gas += kWindow;
  for (const Rule& rule : permission.rules) gas += kRule + kValue * (rule.values.size() + (rule.with_account ? 1 : 0));
  return gas;
}

}  // namespace

std::uint64_t enable_gas(const Session& session, std::size_t sessions_in_approval) {
  std::uint64_t gas = kBase + kKey * session.keys.size() + kPaymaster * session.paymasters.size() +
                      kKeySignature * session.threshold + kSibling * (sessions_in_approval - 1) +
                      kByte * encode_session(session).size();
  for (const Limit& limit : session.limits) {
    gas += kLimit;
    if (limit.period != 0) gas += kPeriod;
    if (limit.kind == LimitKind::token) gas += kTokenCheck * session.permissions.size();
  }
  std::size_t words = 0;
  for (const Permission& permission : session.permissions) {
    gas += permission_gas(permission);
    words = std::max(words, new_words(session, permission));
  }
  return gas + kNewWord * words;
}

}  // namespace valetkey
