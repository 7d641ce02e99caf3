// session test
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/deployer.hpp"
#include "chain/files.hpp"
#include "cli/case_run.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/contract_judge.hpp"
#include "evm/keccak.hpp"
#include "session/texts.hpp"
#include "session_file/case_file.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr Seconds kTimeOfBuilding = 1'795'251'600;  // 2026-11-21 09:00:00 UTC, where neither file says one
constexpr Address kTestValidator = "0x7a1e7cef00000000000000000000000000000001"_address;

// A test needs no keys: each name has an address of its own.
Result<Address> address_of_name(std::string_view name) {
  return read_fixed<Address>(keccak256(as_bytes(name)).view());
}

// Who decides: the contract on a local chain, else the evaluator.
struct Judges {
  std::filesystem::path anvil;
  std::optional<Artifact> contract;

  Address validator() const {
    return contract ? deployed_address(contract->salt, contract->creation_code) : kTestValidator;
  }
  Result<std::unique_ptr<CaseJudge>> judge(const HeldSession& session) const {
    if (contract) return ContractJudge::start(anvil, *contract, session);
    return std::make_unique<EvaluatorJudge>(session);
  }
};

struct TestedSession {
  HeldSession held;
  std::vector<KnownFunction> functions;
};

Result<TestedSession> build_tested(const CaseFile& cases, const std::filesystem::path& file,
                                   const Address& validator) {
  VALETKEY_TRY(text, read_text(file));
  SessionFileOptions options;
  options.path = file.string();
  options.variables = cases.set;
  options.find_key = address_of_name;
  options.read_file = [folder = file.parent_path()](std::string_view path) { return read_text(folder / path); };
  VALETKEY_TRY(draft, read_session_file(text, options));
  const Seconds now = cases.now.value_or(draft.window.from.value_or(kTimeOfBuilding));
  VALETKEY_TRY(built, build_session(draft, {.now = now, .epoch = 0, .serial = 1, .validator = validator}));
  std::vector<KnownFunction> functions;
  for (const FileFunction& known : draft.functions) functions.push_back({known.contract, known.function, known.command});
  // The owner's signature is not looked at: with it the first operation enables the session.
  Approval approval{validator, {std::move(built.placed)}, {Bytes{0}}, {std::move(built.names)}};
  VALETKEY_TRY(held, HeldSession::open(std::move(approval)));
  return TestedSession{std::move(held), std::move(functions)};
}

std::string calls_text(const SessionCase& one) {
  std::string text;
  for (const CaseCall& call : one.calls) {
    if (!text.empty()) text += ", ";
    text += call.text;
    if (call.data) text += fmt::format(" with {} bytes", call.data->size());
    if (!call.value.empty()) text += " value " + call.value;
  }
  return text;
}

Json outcome_json(const HeldSession& session, const CaseAnswer& answer) {
  if (!answer.refusal) return Json{{"allowed", true}};
  const RefusalPlace place = place_of(session, answer);
  Json json{{"allowed", false}, {"refused", refusal_name(answer.refusal->code)}};
  if (!place.argument.empty()) json["argument"] = place.argument;
  if (!place.limit.empty()) json["limit"] = place.limit;
  if (!place.permission.empty()) json["permission"] = place.permission;
  if (answer.refusal->call != kNoIndex) json["call"] = answer.refusal->call + 1;
  json["message"] = answer.message;
  return json;
}

// One file's cases in order, each from the state that those before have left.
struct CaseCount {
  std::size_t all = 0;
  std::size_t wrong = 0;
};

Result<CaseCount> run_file(const Judges& judges, const std::string& path, Report& report, Json& json) {
  VALETKEY_TRY(text, read_text(path));
  VALETKEY_TRY(file, read_case_file(text, path));
  VALETKEY_TRY(tested, build_tested(file, std::filesystem::path(path).parent_path() / file.session,
                                    judges.validator()));
  VALETKEY_TRY(judge, judges.judge(tested.held));
  CaseCount count;
  Seconds now = tested.held.session().from;
  for (const SessionCase& one : file.cases) {
    ++count.all;
    if (!one.at_text.empty())
      now = static_cast<Seconds>(one.at + (one.after_start ? static_cast<std::int64_t>(tested.held.session().from) : 0));
    Json line{{"line", one.where.line}, {"at", time_text(now)}, {"calls", calls_text(one)},
              {"expected", outcome_text(one.expected)}};
    std::string found;
    bool good = false;
    const auto operation = make_operation(tested.held, tested.functions, one, now);
    if (operation) {
      VALETKEY_TRY(answer, judge->decide(*operation));
      good = answer.difference.empty() && as_expected(tested.held, one.expected, answer);
      found = answer.difference.empty() ? outcome_text(tested.held, answer) : answer.difference;
      if (!good && answer.difference.empty() && answer.refusal) found += ": " + answer.message;
      line["got"] = outcome_json(tested.held, answer);
      if (!answer.difference.empty()) line["difference"] = answer.difference;
    } else {
      found = "the call can't be made: " + operation.error().message;
      line["got"] = Json{{"error", operation.error().message}};
    }
    line["ok"] = good;
    const std::string at = one.at_text.empty() ? std::string() : one.at_text + " ";
    if (good) {
      report.text += fmt::format("  ok    {}{}: {}\n", at, calls_text(one), found);
    } else {
      ++count.wrong;
      report.text += fmt::format("  WRONG {}{}: {}\n        line {}, expected: {}\n", at, calls_text(one), found,
                                 one.where.line, outcome_text(one.expected));
    }
    json.push_back(std::move(line));
  }
  return count;
}

Result<Report> run_files(const Context& context, const std::vector<std::string>& files, bool chain) {
  Judges judges{context.anvil(), {}};
  if (chain) {
    VALETKEY_TRY(contract, read_artifact(context.artifacts(), "Valetkey"));
    judges.contract = std::move(contract);
  }
  Report report;
  CaseCount all;
  Json list = Json::array();
  for (const std::string& path : files) {
    report.text += path + (chain ? " (contract)\n" : "\n");
    Json cases = Json::array();
    VALETKEY_TRY(count, run_file(judges, path, report, cases));
    all.all += count.all;
    all.wrong += count.wrong;
    list.push_back({{"file", path}, {"cases", cases}});
  }
  report.exit = all.wrong == 0 ? kDone : kFailed;
  report.text += all.wrong == 0 ? fmt::format("{} cases, all as expected\n", all.all)
                                : fmt::format("{} cases, {} not as expected\n", all.all, all.wrong);
  const Json json{{"by", chain ? "contract" : "evaluator"},
                  {"files", list},
                  {"cases", all.all},
                  {"wrong", all.wrong},
                  {"exit", report.exit}};
  report.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return report;
}

}  // namespace

void add_session_test(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("test", "run the cases of test files, and say which are not as expected");
  const auto files = std::make_shared<std::vector<std::string>>();
  const auto chain = std::make_shared<bool>(false);
  command->add_option("files", *files, "test files, such as swap.test.yaml")->required();
  command->add_flag("--chain", *chain, "ask the contract too, on a local chain of its own");
  command->callback([&context, files, chain] {
    context.action = [&context, files, chain] { return run_files(context, *files, *chain); };
  });
}

}  // namespace valetkey::cli
