// install, enable, revoke: what the account does at its owner's word. --calldata prints it for another wallet instead.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/files.hpp"
#include "chain/owner_operation.hpp"
#include "chain/session_state.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/outcome.hpp"
#include "protocol/contract.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string file;  // approval
  std::string id;
  bool all = false;
  std::string account;
  std::string validator;
  std::string chain;
  bool calldata = false;
  std::string key = "devnet:owner";
  std::string owner_validator;
  std::string payer;
  std::string entry_point;
};

// A call that the account has to make, and what it does in a line of words.
struct OwnerAction {
  Address account;
  std::optional<ChainId> chain;  // none: that of the RPC address
  Call call;
  std::string words;
};

Report print_call(const OwnerAction& action) {
  const Call& call = action.call;
  const std::string value = to_decimal(call.value);
  return {fmt::format("{}\n  account {}\n  target  {}\n  value   {}\n  data    {}\n", action.words,
                      to_checksum(action.account), to_checksum(call.target), value, to_hex(call.data)),
          Json{{"account", to_checksum(action.account)},
               {"target", to_checksum(call.target)},
               {"value", value},
               {"data", to_hex(call.data)},
               {"words", action.words}}
              .dump()};
}

Result<Report> run(const Context& context, const Options& options, const OwnerAction& action) {
  if (options.calldata) return print_call(action);
  VALETKEY_TRY(client, context.client(action.chain));
  VALETKEY_TRY(validator, context.address_or_devnet(options.owner_validator, &DevnetContracts::owner_validator,
                                                    "--owner-validator"));
  VALETKEY_TRY(payer, context.payer(options.payer));
  VALETKEY_TRY(key, context.key(options.key));
  VALETKEY_TRY(entry_point, context.entry_point(options.entry_point));
  const std::array calls{action.call};
  VALETKEY_TRY(outcome, send_as_owner(client, adapter(), action.account, {validator, &key}, calls, payer,
                                      context.wait(), entry_point));
  return report_outcome(outcome, "done: " + action.words);
}

Result<std::optional<ChainId>> chosen_chain(const Options& options) {
  if (options.chain.empty()) return std::nullopt;
  const auto number = parse_decimal(options.chain);
  const auto chain = number ? number->to_uint64() : std::nullopt;
  if (!chain)
    return fail("usage", fmt::format("`{}` is not a chain id", options.chain), "write a number, e.g. --chain 8453");
  return ChainId{*chain};
}

Result<HeldSession> open_session(const Options& options) {
  VALETKEY_TRY(approval, read_approval(options.file));
  VALETKEY_TRY(chain, chosen_chain(options));
  std::optional<Address> account;
  if (!options.account.empty()) {
    VALETKEY_TRY(address, parse_address(options.account));
    account = address;
  }
  return HeldSession::open(std::move(approval), chain, account);
}

Result<OwnerAction> install_action(const Context& context, const Options& options) {
  std::vector<Bytes> sessions;
  std::optional<HeldSession> session;
  if (!options.file.empty()) {
    VALETKEY_TRY(opened, open_session(options));
    sessions.push_back(to_bytes(opened.prepared().full()));
    session = std::move(opened);
  }
  VALETKEY_TRY(validator, session ? Result<Address>(session->place().validator) : context.validator(options.validator));
  VALETKEY_TRY(account, session ? Result<Address>(session->place().account)
                                : context.address_or_devnet(options.account, &DevnetContracts::account, "--account"));
  VALETKEY_TRY(chain, chosen_chain(options));
  return OwnerAction{
      account, session ? std::optional(session->chain()) : chain,
      adapter().install_validator(account, validator, encode_install_data(sessions)),
      session ? fmt::format("install valetkey on the account and enable the session {}", to_hex(session->id()))
              : "install valetkey on the account, without any session"};
}

Result<OwnerAction> enable_action(const Options& options) {
  VALETKEY_TRY(session, open_session(options));
  return OwnerAction{session.place().account,
                     session.chain(),
                     {session.place().validator, 0, encode_enable(session.prepared().full())},
                     fmt::format("enable the session {}", to_hex(session.id()))};
}

Result<OwnerAction> revoke_action(const Context& context, const Options& options) {
  if ((options.file.empty() ? 0 : 1) + (options.id.empty() ? 0 : 1) + (options.all ? 1 : 0) != 1) {
    return fail("missing_option", "which session?", "give one of: an approval file, --id 0x…, --all");
  }
  if (!options.file.empty()) {
    VALETKEY_TRY(session, open_session(options));
    return OwnerAction{session.place().account,
                       session.chain(),
                       {session.place().validator, 0, encode_revoke(session.id())},
                       fmt::format("revoke the session {} for ever", to_hex(session.id()))};
  }
  VALETKEY_TRY(validator, context.validator(options.validator));
  VALETKEY_TRY(account, context.address_or_devnet(options.account, &DevnetContracts::account, "--account"));
  VALETKEY_TRY(chain, chosen_chain(options));
  if (options.all) {
    return OwnerAction{
        account, chain, {validator, 0, encode_revoke_all()}, "revoke all sessions and every approval not yet enabled"};
  }
  VALETKEY_TRY(id, parse_fixed<SessionId>(options.id));
  return OwnerAction{
      account, chain, {validator, 0, encode_revoke(id)}, fmt::format("revoke the session {} for ever", to_hex(id))};
}

void add_common(CLI::App& command, Options& options) {
  command.add_option("--account", options.account, "the account's address (else the approval's or the devnet's)");
  command.add_option("--chain", options.chain, "chain id, where the approval is for several");
  command.add_flag("--calldata", options.calldata,
                   "send nothing: print target, value and data for a wallet, a Safe or a block explorer");
  command.add_option("--key", options.key, "the owner's key in the keystore")->capture_default_str();
  command.add_option("--owner-validator", options.owner_validator,
                     "the account's validator that knows the owner (else the devnet's)");
  command.add_option("--payer", options.payer, "key that sends the bundle (else the devnet's)");
  command.add_option("--entry-point", options.entry_point,
                     "the account's EntryPoint: v0.7, v0.8 or 0x…:v0.8 (else the devnet's, else v0.7)");
}

}  // namespace

void add_owner(CLI::App& app, Context& context) {
  const auto command = [&](const char* name, const char* help, auto action) {
    const auto options = std::make_shared<Options>();
    CLI::App* added = app.add_subcommand(name, help);
    add_common(*added, *options);
    added->callback([&context, options, action] {
      context.action = [&context, options, action]() -> Result<Report> {
        VALETKEY_TRY(made, action(context, *options));
        return run(context, *options, made);
      };
    });
    return std::pair(added, options);
  };
  const auto [install, install_options] = command("install", "install the validator on an account", install_action);
  install->add_option("approval", install_options->file, "enable this approval's session at once");
  install->add_option("--validator", install_options->validator,
                      "address of the validator (else that of the compiled contract)");
  const auto [enable, enable_options] =
      command("enable", "enable a session by the account's own call",
              [](const Context&, const Options& options) { return enable_action(options); });
  enable->add_option("approval", enable_options->file, "approval file")->required();
  const auto [revoke, revoke_options] = command("revoke", "end a session for ever, or all of them", revoke_action);
  revoke->add_option("approval", revoke_options->file, "approval file of the session, enabled or not");
  revoke->add_option("--id", revoke_options->id, "id of the session, enabled or not");
  revoke->add_flag("--all", revoke_options->all, "all sessions and every approval not yet enabled");
  revoke->add_option("--validator", revoke_options->validator,
                     "address of the validator (else that of the compiled contract)");
}

}  // namespace valetkey::cli
