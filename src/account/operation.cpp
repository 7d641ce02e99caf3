#include "account/operation.hpp"

#include "policy/refusal_text.hpp"
#include "protocol/validate.hpp"

namespace valetkey {
namespace {

UserOp make_op(const HeldSession& session, const AccountAdapter& account, const ChainView& view,
               std::span<const Call> calls, const GasLimits& gas, std::optional<Paymaster> paymaster) {
  UserOp op;
  op.sender = session.place().account;
  op.nonce = view.nonce;
  op.call_data = account.encode_calls(calls);
  op.verification_gas_limit = gas.verification;
  op.call_gas_limit = gas.call;
  op.pre_verification_gas = gas.pre_verification;
  op.max_fee_per_gas = view.fee;
  op.max_priority_fee_per_gas = view.tip;
  op.paymaster = std::move(paymaster);
  return op;
}

}  // namespace

Draft draft_operation(const HeldSession& session, const AccountAdapter& account, const ChainView& view,
                      std::span<const Call> calls, const GasLimits& gas, std::optional<Paymaster> paymaster,
                      const PolicyAnswers* policies) {
  Draft draft;
  draft.op = make_op(session, account, view, calls, gas, std::move(paymaster));
  draft.enabling = view.state.status() == SessionStatus::unknown && session.proof().has_value();

  std::vector<CallView> views;
  for (const Call& call : calls) views.push_back({call.target, call.value, call.data});
  const PackedUserOp packed = pack_user_op(draft.op);
  const Clock clock{view.now, view.entry_point.version};
  Operation operation{views, {}, view.now, gas_view(packed), policies};
  draft.permission_of_call =
      choose_permissions(session.session(), session.id(), session.place(), view.state, operation, clock);
  operation.permission_of_call = draft.permission_of_call;
  if (!needs_time(session.session(), draft.permission_of_call, !draft.op.paymaster)) operation.time = 0;
  draft.time = operation.time;

  draft.verdict = evaluate(session.session(), session.id(), session.place(), view.state, operation, draft.enabling);
  draft.refusal = draft.verdict.refusal ? draft.verdict.refusal
                                        : check_clock(draft.verdict.window, view.now, view.entry_point.version);
  // A period outside of the session's life says only that the session is early or over.
  const Session& known = session.session();
  const Window life{known.from, known.until == 0 ? kNoEnd : known.until - 1};
  if (draft.refusal &&
      (draft.refusal->code == RefusalCode::window_empty || draft.refusal->code == RefusalCode::time_before_start)) {
    if (const auto shut = check_clock(life, view.now, view.entry_point.version)) draft.refusal = shut;
  }
  if (draft.refusal) {
    draft.why = explain_refusal(*draft.refusal, {&session.placed(), &session.names(), &view.state, operation, clock});
  }
  return draft;
}

Result<PreparedUserOp> prepare(const HeldSession& session, const AccountAdapter& account, const ChainView& view,
                               const Draft& draft) {
  const OperationChoice choice{draft.permission_of_call, draft.time};
  const Bytes prefix = account.user_op_signature_prefix(session.place().validator);
  if (!draft.enabling) return prepare_use(session.prepared(), draft.op, view.entry_point, choice, prefix);
  return prepare_enable(session.prepared(), draft.op, view.entry_point, choice, *session.proof(), prefix);
}

}  // namespace valetkey
