// session check, build, explain, digest, typed-data
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "account/enable_gas.hpp"
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
    report.text +=
        fmt::format("session {} is valid, {} warning{}\n", i + 1, warnings.size(), warnings.size() == 1 ? "" : "s");
    for (const Warning& warning : warnings)
      report.text += fmt::format("  warning: {} ({})\n", warning.sentence, warning_name(warning.code));
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
    report.text += fmt::format("  session {} on chain {} for {}\n", to_hex(session_id(session.session)),
                               session.place.chain.value, to_checksum(session.place.account));
  }
  report.text += fmt::format("  to be signed: {}\n", to_hex(approval_digest(approval)));
  list.push_back({{"file", out}, {"digest", to_hex(approval_digest(approval))}, {"sessions", describe(approval)}});
  return {};
}

constexpr std::size_t kLargestOperation = 8'192;  // bytes that bundlers take (ERC-7562 MAX_USEROP_SIZE)
constexpr std::size_t kRoomForCalls =
    1'024;  // beside the signature field: the operation's other parts, and a call or two

constexpr std::string_view kEnableByCall =
    "build it with --enable-by-call, and enable it with `valetkey enable`; or make two sessions of it";

// Whether the operation that enables each session fits through a bundler.
Result<void> check_enabling(const Approval& approval) {
  for (std::size_t i = 0; i < approval.sessions.size(); ++i) {
    const PlacedSession& session = approval.sessions[i];
    const std::size_t field =
        encode_session(session.session).size() + 32 * approval.sessions.size() + 85 + 66u * session.session.threshold;
    if (field + kRoomForCalls > kLargestOperation) {
      return fail("too_large_to_enable",
                  fmt::format("session {}: an operation that enables it has {} bytes or more, bundlers take {}", i + 1,
                              field + kRoomForCalls, kLargestOperation),
                  std::string(kEnableByCall));
    }
    const std::uint64_t gas = verification_limit(enable_gas(session.session, approval.sessions.size()));
    if (gas > kMostVerificationGas) {
      return fail(
          "too_costly_to_enable",
          fmt::format("session {}: an operation that enables it needs about {} verification gas, bundlers take {}",
                      i + 1, gas, kMostVerificationGas),
          std::string(kEnableByCall));
    }
  }
  return {};
}

struct Options {
  BuildOptions build;
  bool enable_by_call = false;
  std::string each;
  std::string out;
  std::string file;
};

// One approval for each row, in the folder `out`.
Result<Report> build_each(const Context& context, const Options& options) {
  const std::filesystem::path folder = options.out.empty() ? "approvals" : options.out;
  VALETKEY_TRY(text, read_text(options.each));
  VALETKEY_TRY(rows, parse_csv(text, options.each));
  std::vector<Approval> approvals;  // all are built before any is written
  for (const Variables& row : rows) {
    VALETKEY_TRY(approval, build_approval(context, options.build, row));
    if (!options.enable_by_call) VALETKEY_CHECK(check_enabling(approval));
    approvals.push_back(std::move(approval));
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  Report report;
  Json list = Json::array();
  for (std::size_t i = 0; i < approvals.size(); ++i) {
    VALETKEY_CHECK(add_built(approvals[i], (folder / fmt::format("{}.json", i + 1)).string(), report, list));
  }
  report.json = Json{{"approvals", list}}.dump();
  return report;
}

Result<Report> build(const Context& context, const Options& options) {
  if (!options.each.empty()) return build_each(context, options);
  const std::string out = options.out.empty() ? "approval.json" : options.out;
  VALETKEY_TRY(approval, build_approval(context, options.build));
  if (!options.enable_by_call) VALETKEY_CHECK(check_enabling(approval));
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

void add_reading_options(CLI::App& command, BuildOptions& options) {
  command.add_option("files", options.files, "session files; several make one approval")->required();
  command.add_option("--set", options.set, "value of a variable, name=value")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command.add_flag("--devnet", options.devnet, "take account, usdc, weth and router from the running devnet");
  command.add_option("--validator", options.validator, "address of the validator (else that of the compiled contract)");
  command.add_option("--epoch", options.epoch, "the account's epoch (else asked from the chain)");
  command.add_option("--serial", options.serial, "serial number (else random)");
  command.add_option("--now", options.now,
                     "time of building, e.g. '2026-11-21 09:00:00 UTC' (else the chain's or the clock's)");
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
  CLI::App* building = command("build", "freeze session files into an approval, to be signed by the owner",
                               [&context, options] { return build(context, *options); });
  add_reading_options(*building, options->build);
  building->add_option("--each", options->each, "CSV file: one approval for each row, in the folder --out");
  building->add_option("--out,-o", options->out,
                       "the approval file, - for standard output (else approval.json, or the folder approvals)");
  building->add_flag(
      "--enable-by-call", options->enable_by_call,
      "the session will be enabled by the account's own call: it may be larger and cost more than a bundler takes");
  CLI::App* digesting =
      command("digest", "print what the owner signs, as a hash", [options] { return digest(options->file); });
  digesting->add_option("approval", options->file, "approval file")->required();
  CLI::App* typing = command("typed-data", "print what the owner signs, for a wallet (EIP-712)",
                             [options] { return typed_data(options->file); });
  typing->add_option("approval", options->file, "approval file")->required();
  add_session_test(*group, context);
}

}  // namespace valetkey::cli
