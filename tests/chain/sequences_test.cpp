// Random sequences of enabling, using, revoking, moving the epoch and time, against a model that knows nothing of storage.
#include <map>

#include "random_session.hpp"
#include "world.hpp"

namespace valetkey::testing {
namespace {

constexpr std::size_t kSteps = 160;
constexpr std::size_t kSessions = 3;
constexpr std::uint32_t kPeriod = 500;       // seconds
constexpr std::uint64_t kTotal = 20;         // of the token
constexpr std::uint64_t kCallsAPeriod = 3;
constexpr Seconds kMargin = 60;              // an operation is not begun so near to its period's end

// What the chain should know of one session.
struct Model {
  bool enabled = false;
  bool revoked = false;
  bool epoch_is_over = false;
  std::uint64_t spent = 0;
  std::uint64_t last_period = 0;
  std::uint64_t calls = 0;  // in it

  std::string use(bool enabling, std::uint64_t amount, std::uint64_t period) {
    if (epoch_is_over) return "epoch_moved(-,-)";
    if (revoked) return "revoked(-,-)";
    if (!enabled && !enabling) return "not_enabled(-,-)";
    const std::uint64_t before = period == last_period ? calls : 0;
    if (spent + amount > kTotal) return "limit_passed(-,0)";
    if (before + 1 > kCallsAPeriod) return "limit_passed(-,1)";
    enabled = true;
    spent += amount;
    last_period = period;
    calls = before + 1;
    return "accepted";
  }
};

class Sequences : public ChainTest {
 protected:
  PreparedSession fresh() {
    Session session = token_session();
    session.limits[0].amount = kTotal;
    session.limits.push_back({LimitKind::calls_every, kCallsAPeriod, kPeriod, {}});
    return prepare(session);
  }

  // Away from the end of the session's period.
  Seconds settle(const PreparedSession& session) {
    const Seconds now = node_.now();
    const Seconds in_period = (now - session.session().from) % kPeriod;
    if (in_period + kMargin > kPeriod) node_.mine_at(now + kMargin + 1);
    return node_.now();
  }
};

TEST_F(Sequences, TheChainDoesWhatTheModelSays) {
  Random random(3);
  std::vector<PreparedSession> sessions;
  std::vector<Model> models(kSessions);
  for (std::size_t s = 0; s < kSessions; ++s) sessions.push_back(fresh());
  std::map<std::string, int> seen;
  for (std::size_t step = 0; step < kSteps; ++step) {
    const std::size_t s = random.below(kSessions);
    SCOPED_TRACE("step " + std::to_string(step) + ", session " + std::to_string(s));
    const std::uint64_t dice = random.below(100);
    if (dice < 8) {
      scene_.as_owner({scene_.validator(), 0, encode_revoke(sessions[s].id())});
      models[s].revoked = true;
    } else if (dice < 11) {
      scene_.as_owner({scene_.validator(), 0, encode_revoke_all()});
      for (Model& model : models) model.epoch_is_over = true;
    } else if (dice < 22) {
      node_.mine_at(node_.now() + random.between(1, 2 * kPeriod));
    } else if (dice < 34) {
      sessions[s] = fresh();
      models[s] = {};
    } else {
      const std::uint64_t amount = random.below(6);
      Use use = transfer(amount);
      use.time = settle(sessions[s]);
      const bool enabling = random.chance(40);
      const UserOp op = enabling ? scene_.enable(sessions[s], use) : scene_.use(sessions[s], use);
      const std::uint64_t period = (use.time - sessions[s].session().from) / kPeriod;
      const std::string expected = models[s].use(enabling, amount, period);
      ++seen[expected];
      ASSERT_EQ(verdict(op), expected);
      if (expected == "accepted") done(op);
    }
    const SessionState state = scene_.state(sessions[s].id());
    ASSERT_EQ(state.status(), models[s].revoked ? SessionStatus::revoked : models[s].enabled ? SessionStatus::enabled : SessionStatus::unknown);
    if (state.status() == SessionStatus::enabled) {
      ASSERT_EQ(spent(sessions[s], 0), Word(models[s].spent));
      ASSERT_EQ(spent(sessions[s], 1), Word(models[s].calls));
    }
  }
  for (const char* verdict : {"accepted", "epoch_moved(-,-)", "revoked(-,-)", "not_enabled(-,-)", "limit_passed(-,0)", "limit_passed(-,1)"}) {
    EXPECT_GT(seen[verdict], 0) << verdict;
  }
}

}  // namespace
}  // namespace valetkey::testing
