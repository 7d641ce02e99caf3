// list: an account's sessions, from the chain's events alone.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/session_state.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "session/texts.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string account;
  std::string validator;
  std::uint64_t from_block = 0;
};

std::string_view state_of(const ListedSession& listed, const std::optional<Session>& session, const SessionList& list,
                          Seconds now) {
  if (listed.revoked) return "revoked";
  if (!session) return "unreadable";
  if (!list.installed || session->epoch != list.epoch) return "ended";
  if (session->until != 0 && now >= session->until) return "over";
  return "enabled";
}

Result<Report> list_all(const Context& context, const Options& options) {
  VALETKEY_TRY(client, context.client());
  VALETKEY_TRY(validator, context.validator(options.validator));
  VALETKEY_TRY(account, context.address_or_devnet(options.account, &DevnetContracts::account, "--account"));
  VALETKEY_TRY(block, client.newest_block());
  VALETKEY_TRY(list, list_sessions(client, validator, account, options.from_block));
  Report report;
  Json sessions = Json::array();
  for (const ListedSession& listed : list.sessions) {
    std::optional<Session> session;
    if (auto decoded = decode_session(listed.full)) session = std::move(*decoded);
    const std::string_view state = state_of(listed, session, list, block.timestamp);
    const std::string until = session ? session_until_text(session->until) : "";
    report.text += fmt::format("{}  {:<9} block {}{}{}\n", to_hex(listed.id), state, listed.block,
                               session ? "  until " : "", until);
    sessions.push_back({{"id", to_hex(listed.id)},
                        {"state", state},
                        {"block", listed.block},
                        {"until", session ? Json(session->until) : Json()},
                        {"session", listed.full.empty() ? Json() : Json(to_hex(listed.full))}});
  }
  if (list.sessions.empty()) report.text = "no sessions\n";
  report.json = Json{
      {"account", to_checksum(account)},
      {"installed", list.installed},
      {"epoch", list.epoch},
      {"sessions",
       sessions}}.dump();
  return report;
}

}  // namespace

void add_list(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("list", "an account's sessions, from the chain alone");
  command->add_option("--account", options->account, "the account's address (else the devnet's)");
  command->add_option("--validator", options->validator,
                      "address of the validator (else that of the compiled contract)");
  command->add_option("--from-block", options->from_block, "first block to look at")->capture_default_str();
  command->callback(
      [&context, options] { context.action = [&context, options] { return list_all(context, *options); }; });
}

}  // namespace valetkey::cli
