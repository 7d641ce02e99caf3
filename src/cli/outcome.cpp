#include "cli/outcome.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view status_name(OperationStatus status) {
  switch (status) {
    case OperationStatus::done:
      return "done";
    case OperationStatus::reverted:
      return "reverted";
    case OperationStatus::refused:
      return "refused";
    case OperationStatus::unknown:
      break;
  }
  return "unknown";
}

Report refused(const OperationOutcome& outcome, Json& json) {
  Report report;
  report.exit = kRefused;
  const Error why = outcome.failed
                        ? explain_failure(*outcome.failed)
                        : Error{"entry_point_refused", "the EntryPoint refused it, and the node does not say why", {}};
  if (outcome.failed && outcome.failed->refusal)
    json["refused"] = Json::parse(refusal_json(*outcome.failed->refusal, why));
  report.text = fmt::format("refused by the chain: {}: {}\n  transaction {}\n", why.code, why.message,
                            to_hex(outcome.bundle.transaction));
  json["message"] = why.message;
  return report;
}

}  // namespace

Report report_outcome(const OperationOutcome& outcome, const std::string& done, const std::string& members) {
  Json json{{"outcome", status_name(outcome.status)},
            {"user_op_hash", to_hex(outcome.hash)},
            {"transaction", to_hex(outcome.bundle.transaction)}};
  if (!members.empty()) json.update(Json::parse(members));
  if (outcome.bundle.receipt) json["block"] = outcome.bundle.receipt->block;
  Report report;
  switch (outcome.status) {
    case OperationStatus::done:
      json["gas_cost"] = to_decimal(outcome.gas_cost);
      report.text = fmt::format("{}\n  transaction {}\n", done, to_hex(outcome.bundle.transaction));
      break;
    case OperationStatus::reverted:
      report.exit = kFailed;
      json["gas_cost"] = to_decimal(outcome.gas_cost);
      json["message"] = "the calls reverted: " + outcome.revert;
      report.text = fmt::format("paid for, but the calls reverted: {}\n  transaction {}\n", outcome.revert,
                                to_hex(outcome.bundle.transaction));
      break;
    case OperationStatus::refused:
      report = refused(outcome, json);
      break;
    case OperationStatus::unknown:
      report.exit = kUnknown;
      json["message"] = outcome.bundle.why_unknown;
      report.text = fmt::format("sent, outcome unknown: {}\n  look for the transaction {}\n",
                                outcome.bundle.why_unknown, to_hex(outcome.bundle.transaction));
      break;
  }
  json["exit"] = report.exit;
  report.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return report;
}

}  // namespace valetkey::cli
