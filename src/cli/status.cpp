// status: a session's state, and what is left of its limits.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/files.hpp"
#include "chain/session_state.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/limits.hpp"
#include "session/texts.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<Report> status(const Context& context, const std::string& file) {
  VALETKEY_TRY(approval, read_approval(file));
  VALETKEY_TRY(client, context.client());
  VALETKEY_TRY(session, HeldSession::open(std::move(approval), client.chain()));
  VALETKEY_TRY(state, read_session_state(client, session.place(), session.id()));
  VALETKEY_TRY(block, client.newest_block());
  const std::string words = status_text(session, state, block.timestamp);
  const LimitLines limits = print_limits(session, state, block.timestamp);
  Report report;
  report.text =
      fmt::format("session {}\n  {}\n  from {} until {}\n{}", to_hex(session.id()), words,
                  time_text(session.session().from), session_until_text(session.session().until), limits.text);
  report.json = Json{{"id", to_hex(session.id())},     {"account", to_checksum(session.place().account)},
                     {"chain", client.chain().value},  {"status", words},
                     {"from", session.session().from}, {"until", session.session().until},
                     {"now", block.timestamp},         {"limits", Json::parse(limits.json)}}
                    .dump();
  return report;
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  const auto file = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("status", "a session's state, and what is left of its limits");
  command->add_option("approval", *file, "approval file")->required();
  command->callback([&context, file] { context.action = [&context, file] { return status(context, *file); }; });
}

}  // namespace valetkey::cli
