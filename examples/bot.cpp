// A bot with a session key: swaps 150 USDC for WETH on the devnet. Usage: bot APPROVAL KEY PASSWORD_FILE RPC
#include <fmt/format.h>

#include <array>
#include <valetkey/edge.hpp>
#include <valetkey/valetkey.hpp>

using namespace valetkey;

int refused(const Error& why) {
  fmt::print("refused: {}: {}\n  {}\n", why.code, why.message, why.fix);
  return 2;
}

Result<int> run(char** arguments) {
  VALETKEY_TRY(approval, read_approval(arguments[1]));
  VALETKEY_TRY(session, HeldSession::open(std::move(approval)));
  VALETKEY_TRY(password, read_password_file(arguments[3]));
  VALETKEY_TRY(key, Keystore(home_folder() / "keys").open(arguments[2], password));
  VALETKEY_TRY(client, Client::connect(arguments[4], session.chain()));
  const SecretKey payer = devnet_payer_key();  // elsewhere: a key with some ETH; the account pays it back

  VALETKEY_TRY(allow, build_named_call(session, "usdc.approve", {{"spender", "router"}, {"value", "150 USDC"}}));
  VALETKEY_TRY(swap, build_named_call(session, "router.exactInputSingle",
                                      {{"params.tokenIn", "usdc"},
                                       {"params.tokenOut", "weth"},
                                       {"params.fee", "500"},
                                       {"params.recipient", "$account"},
                                       {"params.amountIn", "150 USDC"},
                                       {"params.amountOutMinimum", "0.0375 WETH"},
                                       {"params.sqrtPriceLimitX96", "0"}}));
  const std::array calls{allow, swap};  // one operation
  const AccountAdapter& account = openzeppelin_account();
  VALETKEY_TRY(view, read_chain_view(client, session, account));
  const Draft first = draft_operation(session, account, view, calls);  // USE, or ENABLE the first time
  if (first.refusal) return refused(first.why);
  VALETKEY_TRY(unsized, prepare(session, account, view, first));
  VALETKEY_TRY(gas, estimate_operation(client, unsized.op(), view.entry_point));
  const Draft draft = draft_operation(session, account, view, calls, gas);
  if (draft.refusal) return refused(draft.why);
  VALETKEY_TRY(prepared, prepare(session, account, view, draft));
  VALETKEY_TRY(operation, sign(std::move(prepared), std::array<const SecretKey*, 1>{&key}));
  VALETKEY_TRY(simulation, simulate_operation(client, operation.op(), view.entry_point, payer.address()));
  if (simulation.failed) return refused(explain_failure(*simulation.failed));
  if (simulation.reverting) return fail("call_reverted", "the swap would revert: " + *simulation.reverting);
  VALETKEY_TRY(outcome, submit_operation(client, payer, operation.op(), view.entry_point));
  if (outcome.status == OperationStatus::unknown) fmt::print("outcome unknown: {}\n", outcome.bundle.why_unknown);
  VALETKEY_TRY(state, read_session_state(client, session.place(), session.id()));
  for (const LimitRest& limit : limits_left(session, state, view.now)) fmt::print("{}\n", limit.text);
  return outcome.status == OperationStatus::done ? 0 : outcome.status == OperationStatus::unknown ? 3 : 1;
}

int main(int count, char** arguments) {
  const Result<int> result = count == 5 ? run(arguments) : fail("usage", "bot APPROVAL KEY PASSWORD_FILE RPC");
  if (!result) fmt::print(stderr, "{}\n", to_string(result.error()));
  return result.value_or(1);
}
