#include "account/enable_gas.hpp"

#include <algorithm>
#include <bitset>

#include "policy/state.hpp"
#include "session/encoding.hpp"
#include "session/paths.hpp"

namespace valetkey {
namespace {

// Gas for each part. Fitted by least squares to 500 random sessions and to sessions with one part many times (within
// 6 %), then raised by a tenth.
constexpr std::uint64_t kBase = 74'000;  // a session with nothing in it, with the owner's approval
constexpr std::uint64_t kKey = 400;
constexpr std::uint64_t kPaymaster = 300;
constexpr std::uint64_t kLimit = 1'800;
constexpr std::uint64_t kPeriod = 1'300;  // its text
constexpr std::uint64_t kPermission = 6'800;
constexpr std::uint64_t kTextByte = 165;
constexpr std::uint64_t kHeadWord = 220;
constexpr std::uint64_t kRule = 2'800;
constexpr std::uint64_t kValue = 1'250;  // of a rule
constexpr std::uint64_t kCount = 1'300;
constexpr std::uint64_t kWindow = 1'700;    // of a permission
constexpr std::uint64_t kTokenCheck = 650;  // a token's limit is held against every permission
constexpr std::uint64_t kKeySignature = 3'700;
constexpr std::uint64_t kSibling = 500;     // another session of the approval
constexpr std::uint64_t kByte = 18;         // of the session in full
constexpr std::uint64_t kNewWord = 22'600;  // a zero word is written: EIP-2200, EIP-2929

constexpr std::uint64_t kDynamic = 2'500;  // a permission with a layout
constexpr std::uint64_t kLayoutByte = 210;
constexpr std::uint64_t kPath = 1'000;
constexpr std::uint64_t kStep = 1'000;     // of a path
constexpr std::uint64_t kSlice = 1'000;    // a last step into bytes
constexpr std::uint64_t kNamedStep = 150;  // each time that the message names a position
constexpr std::uint64_t kInside = 800;
constexpr std::uint64_t kInnerNumber = 3'700;  // of a permission in an inside
constexpr std::uint64_t kBatchRule = 2'100;
constexpr std::uint64_t kCompared = 2'600;  // a batch rule that compares
constexpr std::uint64_t kPolicy = 2'700;
constexpr std::uint64_t kPolicyWord = 1'350;

// What the first call adds beside counting.
constexpr std::uint64_t kForm = 6'000;       // its data held against a layout, paths followed
constexpr std::uint64_t kInnerCall = 5'000;  // one call inside by each inner permission
constexpr std::uint64_t kAsk = 10'000;       // a policy; 5,000 of it are the policy's own

bool counts_by_itself(LimitKind kind) {
  return kind == LimitKind::native_every || kind == LimitKind::calls_every || kind == LimitKind::fees;
}

bool counts_against(const Permission& permission, std::size_t limit) {
  return std::ranges::find(permission.counts, limit, &Count::limit) != permission.counts.end();
}

// Words that the first call by this permission writes beside word 0, which holds the status. With calls inside it may
// use every inner permission.
std::size_t new_words(const Session& session, const Permission& permission) {
  const auto slots = limit_slots(session.limits);
  std::bitset<kStateWords> written;
  for (std::size_t l = 0; l < session.limits.size(); ++l) {
    const auto counts_inside = [&](const Permission& inner) { return inner.inner && counts_against(inner, l); };
    const bool named = counts_against(permission, l) ||
                       (!permission.inside.empty() && std::ranges::any_of(session.permissions, counts_inside));
    if (named || counts_by_itself(session.limits[l].kind)) written.set(slots[l].word);
  }
  written.reset(0);
  return written.count();
}

// Steps of the path that a position names; a head word has none.
std::size_t steps_at(const Permission& permission, Position position) {
  const auto x = path_index(position);
  return x && *x < permission.paths.size() ? permission.paths[*x].size() : 0;
}

std::uint64_t named_gas(const Permission& permission, Position position) {
  return kNamedStep * steps_at(permission, position);
}

std::uint64_t paths_gas(const Permission& permission) {
  if (!permission.dynamic) return 0;
  std::uint64_t gas = kDynamic + kForm + kLayoutByte * permission.layout.size();
  for (const Path& path : permission.paths) {
    gas += kPath + kStep * path.size();
    if (path.back().kind >= StepKind::slice) gas += kSlice;
  }
  for (const Inside& inside : permission.inside) {
    gas += kInside + kInnerNumber * inside.permissions.size() + named_gas(permission, inside.position) +
           named_gas(permission, inside.commands);
  }
  return gas;
}

std::uint64_t extras_gas(const Session& session, const Permission& permission) {
  std::uint64_t gas = 0;
  for (const BatchRule& rule : permission.batch) {
    gas += kBatchRule;
    if (rule.position == BatchRule::kNoPosition) continue;
    gas += kCompared + named_gas(permission, rule.position) +
           named_gas(session.permissions[rule.permission], rule.other_position);
  }
  for (const Policy& policy : permission.policies) gas += kPolicy + kAsk + kPolicyWord * policy.words.size();
  return gas;
}

std::uint64_t permission_gas(const Session& session, const Permission& permission) {
  std::uint64_t gas = kPermission + kTextByte * permission.text.size() + kHeadWord * permission.words +
                      paths_gas(permission) + extras_gas(session, permission);
  if (permission.from != 0 || permission.until != 0) gas += kWindow;
  if (permission.inner) gas += kInnerCall;
  for (const Rule& rule : permission.rules) {
    gas += kRule + kValue * (rule.values.size() + (rule.with_account ? 1 : 0)) + named_gas(permission, rule.position);
    if (rule.type.group == ValueGroup::ratio) gas += named_gas(permission, rule.base);
  }
  for (const Count& count : permission.counts) gas += kCount + named_gas(permission, count.source);
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
    gas += permission_gas(session, permission);
    words = std::max(words, new_words(session, permission));
  }
  return gas + kNewWord * words;
}

}  // namespace valetkey
