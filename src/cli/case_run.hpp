// Cases of a test file: what they ask of a session, and who answers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "account/call_text.hpp"
#include "account/held_session.hpp"
#include "account/operation.hpp"
#include "base/result.hpp"
#include "session/refusal.hpp"
#include "session_file/case_file.hpp"
#include "userop/user_op.hpp"

namespace valetkey::cli {

// One operation of a session: calls at a time.
struct CaseOperation {
  std::vector<Call> calls;
  Seconds now = 0;
  std::optional<Paymaster> paymaster;
  Uint128 price;  // wei per gas
  Uint128 gas;    // units of gas of the whole operation
  bool policies_allow = false;
};

struct CaseAnswer {
  std::optional<Refusal> refusal;           // none: it went through, and its state is kept
  std::optional<std::uint8_t> permission;  // that the refusal's rule, count or path is of
  std::string message;                     // of the refusal
  std::string difference;                  // between the evaluator and the contract; empty: none, or not asked
};

// Who decides: the evaluator, or the contract on a chain. The state of a case is the next one's beginning.
class CaseJudge {
 public:
  CaseJudge() = default;
  CaseJudge(const CaseJudge&) = delete;
  CaseJudge& operator=(const CaseJudge&) = delete;
  virtual ~CaseJudge() = default;
  virtual Result<CaseAnswer> decide(const CaseOperation& operation) = 0;
};

// The evaluator, with an account that has the validator and never used the session.
class EvaluatorJudge final : public CaseJudge {
 public:
  explicit EvaluatorJudge(const HeldSession& session);
  Result<CaseAnswer> decide(const CaseOperation& operation) override;

 private:
  const HeldSession& session_;
  SessionState state_;
};

// The evaluator's answer to an operation at EntryPoint v0.7, in that state.
Draft draft_case(const HeldSession& session, const SessionState& state, const CaseOperation& operation);
CaseAnswer answer_of(const Draft& draft);

// The operation of a case. `functions` may be named in calls beside those of the session. Errors: those of call texts
// and amounts.
Result<CaseOperation> make_operation(const HeldSession& session, std::span<const KnownFunction> functions,
                                     const SessionCase& one, Seconds now);

// `rule_is (argument to)`, `limit_passed (limit paid)`, `allowed`.
std::string outcome_text(const HeldSession& session, const CaseAnswer& answer);
std::string outcome_text(const CaseOutcome& expected);

// Whether the answer is what the case expects. An argument is met by a part of it: `params.path` by `params.path
// address at 0`, `inputs` by `inputs[*]`.
bool as_expected(const HeldSession& session, const CaseOutcome& expected, const CaseAnswer& answer);

// Where a refusal is, in the names of the approval; empty where that has no meaning.
struct RefusalPlace {
  std::string argument;
  std::string limit;
  std::string permission;
};
RefusalPlace place_of(const HeldSession& session, const CaseAnswer& answer);

}  // namespace valetkey::cli
