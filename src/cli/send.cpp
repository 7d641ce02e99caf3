// send: calls of the account, made by a session.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "account/amount.hpp"
#include "account/call_text.hpp"
#include "account/operation.hpp"
#include "chain/chain_view.hpp"
#include "chain/entry_point.hpp"
#include "chain/files.hpp"
#include "chain/session_state.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/limits.hpp"
#include "cli/outcome.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string file;
  std::vector<std::string> calls;
  std::string to;
  std::string value = "0";
  std::string data = "0x";
  std::vector<std::string> keys;
  std::string payer;
  std::string account;
  std::string gas_price;
  std::uint32_t lane = 0;
  std::string entry_point;
  std::string paymaster;
  std::string paymaster_data = "0x";
  std::uint64_t paymaster_verification_gas = 100'000;
  std::uint64_t paymaster_post_op_gas = 50'000;
  bool anyway = false;
};

// For an operation that the chain refuses, so that it can't be estimated.
constexpr GasLimits kGuess{500'000, 500'000, 100'000};

Result<HeldSession> open_session(const Options& options, ChainId chain) {
  VALETKEY_TRY(approval, read_approval(options.file));
  std::optional<Address> account;
  if (!options.account.empty()) {
    VALETKEY_TRY(address, parse_address(options.account));
    account = address;
  }
  return HeldSession::open(std::move(approval), chain, account);
}

Result<std::vector<Call>> read_calls(const HeldSession& session, const Options& options) {
  std::vector<Call> calls;
  for (const std::string& text : options.calls) {
    VALETKEY_TRY(call, parse_call_text(session, text));
    calls.push_back(std::move(call));
  }
  if (!options.to.empty()) {
    VALETKEY_TRY(target, parse_address(options.to));
    const std::vector<Unit> units{session.names().coin, {"gwei", 9}, {"wei", 0}};
    VALETKEY_TRY(value, parse_amount_text(options.value, units));
    VALETKEY_TRY(data, parse_hex(options.data));
    calls.push_back({target, value, std::move(data)});
  }
  if (calls.empty())
    return fail("missing_option", "no call to make",
                "write e.g. `usdc.transfer(merchant, 10 USDC)`, or give --to and --data");
  return calls;
}

Result<std::optional<Paymaster>> read_paymaster(const Options& options) {
  if (options.paymaster.empty()) {
    if (options.paymaster_data == "0x") return std::nullopt;
    return fail("missing_option", "--paymaster-data is for no paymaster", "give --paymaster 0x…");
  }
  VALETKEY_TRY(address, parse_address(options.paymaster));
  VALETKEY_TRY(data, parse_hex(options.paymaster_data));
  return Paymaster{address, options.paymaster_verification_gas, options.paymaster_post_op_gas, std::move(data)};
}

Result<ChainView> read_view(const Context& context, Client& client, const HeldSession& session,
                            const Options& options) {
  VALETKEY_TRY(entry_point, context.entry_point(options.entry_point));
  VALETKEY_TRY(view, read_chain_view(client, session, adapter(), entry_point, options.lane));
  if (options.gas_price.empty()) return view;
  const std::vector<Unit> units{{"gwei", 9}, {"wei", 0}};
  VALETKEY_TRY(price, parse_amount_text(options.gas_price, units));
  const auto fee = Uint128::from(price);
  if (!fee)
    return fail("amount_range", fmt::format("`{}` is above 2^128 wei", options.gas_price), "write e.g. `2 gwei`");
  view.fee = *fee;
  view.tip = std::min(view.tip, *fee);
  return view;
}

Report refusal_report(const Draft& draft) {
  Report report;
  report.exit = kRefused;
  report.text = fmt::format("refused: {}: {}\n  {}\n", draft.why.code, draft.why.message, draft.why.fix);
  report.json = Json{
      {"outcome", "refused"},
      {"by", "evaluator"},
      {"refused", Json::parse(refusal_json(*draft.refusal, draft.why))},
      {"exit",
       kRefused}}.dump();
  return report;
}

// The chain's word before anything is sent.
std::optional<Report> simulation_report(const Simulation& simulation) {
  if (simulation.failed) {
    const Error why = explain_failure(*simulation.failed);
    Json json{{"outcome", "refused"}, {"by", "simulation"}, {"message", why.message}, {"exit", kRefused}};
    if (simulation.failed->refusal) json["refused"] = Json::parse(refusal_json(*simulation.failed->refusal, why));
    return Report{fmt::format("refused: {}: {}\n  nothing was sent\n", why.code, why.message),
                  json.dump(-1, ' ', false, Json::error_handler_t::replace), kRefused};
  }
  if (simulation.reverting) {
    return Report{
        fmt::format("the calls would revert: {}\n  nothing was sent and nothing counted\n", *simulation.reverting),
        Json{
            {"outcome", "not sent"}, {"message", "the calls would revert: " + *simulation.reverting}, {"exit", kFailed}}
            .dump(-1, ' ', false, Json::error_handler_t::replace),
        kFailed};
  }
  return std::nullopt;
}

Result<std::vector<SecretKey>> read_keys(const Context& context, const Options& options) {
  std::vector<SecretKey> keys;
  for (const std::string& name : options.keys) {
    VALETKEY_TRY(key, context.key(name));
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<SignedUserOp> sign_draft(const HeldSession& session, const ChainView& view, const Draft& draft,
                                const std::vector<SecretKey>& keys) {
  VALETKEY_TRY(prepared, prepare(session, adapter(), view, draft));
  std::vector<const SecretKey*> pointers;
  for (const SecretKey& key : keys) pointers.push_back(&key);
  return sign(std::move(prepared), pointers);
}

// What the operation needs where the chain would take it, else a guess.
Result<GasLimits> estimate(Client& client, const HeldSession& session, const ChainView& view, const Draft& draft,
                           bool anyway) {
  if (draft.refusal) return kGuess;
  VALETKEY_TRY(prepared, prepare(session, adapter(), view, draft));
  auto gas = estimate_operation(client, prepared.op(), view.entry_point);
  if (!gas && anyway) return kGuess;
  return gas;
}

Result<Report> submit(const Context& context, Client& client, const HeldSession& session, const Draft& draft,
                      const SignedUserOp& op, const SecretKey& payer) {
  if (draft.refusal) {
    progress(fmt::format("the evaluator refuses it: {} ({}); sending it anyway", draft.why.code,
                         numbers_text(*draft.refusal)));
  }
  VALETKEY_TRY(outcome, submit_operation(client, payer, op.op(), op.entry_point(), context.wait()));
  Json members;
  if (draft.refusal) members["evaluator"] = Json::parse(refusal_json(*draft.refusal, draft.why));
  std::string done = draft.enabling ? "done, and the session is enabled" : "done";
  if (outcome.status == OperationStatus::done) {
    VALETKEY_TRY(state, read_session_state(client, session.place(), session.id()));
    VALETKEY_TRY(block, client.newest_block());
    const LimitLines left = print_limits(session, state, block.timestamp);
    done += "\n" + left.text.substr(0, left.text.empty() ? 0 : left.text.size() - 1);
    members["enabled"] = draft.enabling;
    members["limits"] = Json::parse(left.json);
  }
  return report_outcome(outcome, done, members.is_null() ? "" : members.dump());
}

Result<Report> send(const Context& context, const Options& options) {
  VALETKEY_TRY(client, context.client());
  VALETKEY_TRY(session, open_session(options, client.chain()));
  VALETKEY_TRY(calls, read_calls(session, options));
  VALETKEY_TRY(view, read_view(context, client, session, options));
  VALETKEY_TRY(paymaster, read_paymaster(options));
  const Draft first = draft_operation(session, adapter(), view, calls, {}, paymaster);
  if (first.refusal && !options.anyway) return refusal_report(first);
  VALETKEY_TRY(gas, estimate(client, session, view, first, options.anyway));
  const Draft draft = draft_operation(session, adapter(), view, calls, gas, paymaster);
  if (draft.refusal && !options.anyway) return refusal_report(draft);
  VALETKEY_TRY(payer, context.payer(options.payer));
  VALETKEY_TRY(keys, read_keys(context, options));
  VALETKEY_TRY(op, sign_draft(session, view, draft, keys));
  if (!options.anyway) {
    VALETKEY_TRY(simulation, simulate_operation(client, op.op(), op.entry_point(), payer.address()));
    if (auto report = simulation_report(simulation)) return std::move(*report);
  }
  return submit(context, client, session, draft, op, payer);
}

}  // namespace

void add_send(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("send", "make calls with a session: evaluated and simulated first, then sent");
  command->add_option("approval", options->file, "approval file")->required();
  command->add_option("calls", options->calls,
                      "calls, e.g. 'usdc.transfer(merchant, 10 USDC)'; several are one operation");
  command->add_option("--to", options->to, "a call to this address, with --value and --data");
  command->add_option("--value", options->value, "what the call sends, e.g. '0.1 ETH'")->capture_default_str();
  command->add_option("--data", options->data, "the call's data in hex")->capture_default_str();
  command->add_option("--key", options->keys, "the session's key in the keystore; several for a threshold")
      ->required()
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--payer", options->payer,
                      "key that sends the bundle and is refunded by the account or the paymaster (else the devnet's)");
  command->add_option("--account", options->account, "the account, where the approval is for several");
  command->add_option("--gas-price", options->gas_price,
                      "most per gas, e.g. '2 gwei' (else today's, within the session's)");
  command->add_option("--lane", options->lane, "lane of nonces, for operations that don't wait for each other")
      ->capture_default_str();
  command->add_option("--entry-point", options->entry_point,
                      "the account's EntryPoint: v0.7, v0.8 or 0x…:v0.8 (else the devnet's, else v0.7)");
  command->add_option("--paymaster", options->paymaster, "who pays the fees; the session must name it");
  command->add_option("--paymaster-data", options->paymaster_data, "what the paymaster wants to see, in hex")
      ->capture_default_str();
  command
      ->add_option("--paymaster-verification-gas", options->paymaster_verification_gas,
                   "most gas for the paymaster's validation")
      ->capture_default_str();
  command->add_option("--paymaster-post-op-gas", options->paymaster_post_op_gas, "most gas for the paymaster's postOp")
      ->capture_default_str();
  command->add_flag("--anyway", options->anyway, "send it also where it is refused, to see the chain refuse");
  command->callback([&context, options] { context.action = [&context, options] { return send(context, *options); }; });
}

}  // namespace valetkey::cli
