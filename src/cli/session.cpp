// session check, build, explain, digest, typed-data
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/files.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/session_input.hpp"
#include "policy/explain.hpp"
#include "session_file/csv.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

Json describe(const Approval& approval) {
  Json sessions = Json::array();
  for (const PlacedSession& session : approval.sessions) {
    sessions.push_back({{"id", to_hex(session_id(session.session))},
                        {"chain", session.place.chain.value},
                        {"account", to_checksum(session.place.account)}});
  }
  return sessions;
}

Json warnings_json(const std::vector<Warning>& warnings) {
  Json list = Json::array();
  for (const Warning& warning : warnings) {
    list.push_back({{"name", warning_name(warning.code)},
                    {"permission", warning.permission == 255 ? Json() : Json(warning.permission)},
                    {"sentence", warning.sentence}});
  }
  return list;
}

Result<Report> check(const Context& context, const BuildOptions& options) {
  VALETKEY_TRY(approval, read_for_people(context, options));
  Report report;
  Json sessions = Json::array();
  for (std::size_t i = 0; i < approval.sessions.size(); ++i) {
    const PlacedSession& session = approval.sessions[i];
    const auto warnings = exposure(session.session, session.place, &approval.names[i]).warnings;
    report.text += fmt::format("session {} is valid, {} warning{}\n", i + 1, warnings.size(), warnings.size() == 1 ? "" : "s");
    for (const Warning& warning : warnings) report.text += fmt::format("  warning: {} ({})\n", warning.sentence, warning_name(warning.code));
    sessions.push_back({{"valid", true}, {"warnings", warnings_json(warnings)}});
  }
  report.json = Json{{"sessions", sessions}}.dump();
  return report;
}

Result<Report> explain_sessions(const Context& context, const BuildOptions& options) {
  VALETKEY_TRY(approval, read_for_people(context, options));
  Report report;
  Json sessions = Json::array();
  for (std::size_t i = 0; i < approval.sessions.size(); ++i) {
    if (i > 0) report.text += "\n";
    report.text += explain(approval.sessions[i], &approval.names[i]);
    sessions.push_back(Json::parse(explain_json(approval.sessions[i], &approval.names[i])));
  }
  report.json = Json{{"sessions", sessions}}.dump();
  return report;
}

Result<void> add_built(const Approval& approval, const std::string& out, Report& report, Json& list) {
  VALETKEY_CHECK(write_text(out, write_approval(approval)));
  report.text += fmt::format("{}\n", out);
  for (const PlacedSession& session : approval.sessions) {
    report.text += fmt::format("  session {} on chain {} for {}\n", to_hex(session_id(session.session)), session.place.chain.value,
                               to_checksum(session.place.account));
  }
  report.text += fmt::format("  to be signed: {}\n", to_hex(approval_digest(approval)));
  list.push_back({{"file", out}, {"digest", to_hex(approval_digest(approval))}, {"sessions", describe(approval)}});
  return {};
}

// One approval for each row, in the folder `out`.
Result<Report> build_each(const Context& context, const BuildOptions& options, const std::string& each, const std::string& out) {
  VALETKEY_TRY(text, read_text(each));
  VALETKEY_TRY(rows, parse_csv(text, each));
  std::vector<Approval> approvals;  // all are built before any is written
  for (const Variables& row : rows) {
    VALETKEY_TRY(approval, build_approval(context, options, row));
    approvals.push_back(std::move(approval));
  }
  std::error_code error;
  std::filesystem::create_directories(out, error);
  Report report;
  Json list = Json::array();
  for (std::size_t i = 0; i < approvals.size(); ++i) {
    VALETKEY_CHECK(add_built(approvals[i], (std::filesystem::path(out) / fmt::format("{}.json", i + 1)).string(), report, list));
  }
  report.json = Json{{"approvals", list}}.dump();
  return report;
}

Result<Report> build(const Context& context, const BuildOptions& options, const std::string& each, const std::string& out) {
  if (!each.empty()) return build_each(context, options, each, out);
  VALETKEY_TRY(approval, build_approval(context, options));
  if (out == "-") return Report{write_approval(approval), write_approval(approval)};
  Report report;
  Json list = Json::array();
  VALETKEY_CHECK(add_built(approval, out, report, list));
  report.json = Json{{"approvals", list}}.dump();
  return report;
}

Result<Report> digest(const std::string& file) {
  VALETKEY_TRY(approval, read_approval(file));
  const std::string text = to_hex(approval_digest(approval));
  return Report{text + "\n", Json{{"digest", text}, {"sessions", describe(approval)}}.dump()};
}

Result<Report> typed_data(const std::string& file) {
  VALETKEY_TRY(approval, read_approval(file));
  const std::string json = approval_typed_data_json(approval.sessions);
  return Report{json + "\n", json};
}

struct Options {
  BuildOptions build;
  std::string each;
  std::string out = "approval.json";
  std::string file;
};

void add_reading_options(CLI::App& command, BuildOptions& options) {
  command.add_option("files", options.files, "session files; several make one approval")->required();
  command.add_option("--set", options.set, "value of a variable, name=value")->take_all()->expected(1)->allow_extra_args(false);
  command.add_flag("--devnet", options.devnet, "take account, usdc, weth and router from the running devnet");
  command.add_option("--validator", options.validator, "address of the validator (else that of the compiled contract)");
  command.add_option("--epoch", options.epoch, "the account's epoch (else asked from the chain)");
  command.add_option("--serial", options.serial, "serial number (else random)");
  command.add_option("--now", options.now, "time of building, e.g. '2026-11-21 09:00:00 UTC' (else the chain's or the clock's)");
}

}  // namespace

void add_session(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("session", "session files and approvals")->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto command = [&](const char* name, const char* help, std::function<Result<Report>()> action) {
    CLI::App* added = group->add_subcommand(name, help);
    added->callback([&context, action = std::move(action)] { context.action = action; });
    return added;
  };
  CLI::App* checking = command("check", "say whether a session file is valid, and warn",
                               [&context, options] { return check(context, options->build); });
  add_reading_options(*checking, options->build);
  CLI::App* explaining = command("explain", "say in words what a session file or an approval allows",
                                 [&context, options] { return explain_sessions(context, options->build); });
  add_reading_options(*explaining, options->build);
  CLI::App* building = command("build", "freeze session files into an approval, to be signed by the owner", [&context, options] {
    return build(context, options->build, options->each, options->out);
  });
  add_reading_options(*building, options->build);
  building->add_option("--each", options->each, "CSV file: one approval for each row, in the folder --out");
  building->add_option("--out,-o", options->out, "the approval file, - for standard output")->capture_default_str();
  CLI::App* digesting = command("digest", "print what the owner signs, as a hash", [options] { return digest(options->file); });
  digesting->add_option("approval", options->file, "approval file")->required();
  CLI::App* typing = command("typed-data", "print what the owner signs, for a wallet (EIP-712)", [options] { return typed_data(options->file); });
  typing->add_option("approval", options->file, "approval file")->required();
}

}  // namespace valetkey::cli
