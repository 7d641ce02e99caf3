// ERC-7579 `execute` and module calls. What an account adds of its own belongs to its adapter and is skipped.
#include <stdexcept>

#include "case.hpp"
#include "userop/execution.hpp"

namespace valetkey::vectors {
namespace {

std::vector<Call> calls_of(const Json& json) {
  std::vector<Call> calls;
  for (const Json& call : json) {
    calls.push_back({address_of(call.at("target")), word_of(call.at("value")), bytes_of(call.at("data"))});
  }
  return calls;
}

Outcome check_execute(const Json& test_case) {
  const Json& input = test_case.at("input");
  const Json& expected = test_case.at("expected");
  const CallType type = input.at("mode") == "batch" ? CallType::batch : CallType::single;
  const std::vector<Call> calls = calls_of(input.at("calls"));
  const auto call_data = build_execute(type, calls);
  if (!call_data) return {.failed = call_data.error().message};
  Outcome outcome;
  outcome.failed += difference("callData", expected.at("callData"), to_hex(*call_data));
  outcome.failed += difference("selector", expected.at("selector"), to_hex(kExecuteSelector));
  outcome.failed += difference("execMode", expected.at("execMode"),
                               to_hex(to_hash(type == CallType::batch ? kBatchMode : kSingleMode)));
  const Bytes expected_data = bytes_of(expected.at("callData"));
  const auto decoded = decode_execute(expected_data);
  if (!decoded) {
    outcome.failed += "the expected call data is refused: " + std::string(describe(decoded.error().fault));
    return outcome;
  }
  bool same = decoded->type == type && decoded->calls.size() == calls.size();
  for (std::size_t i = 0; same && i < calls.size(); ++i) {
    const CallView& view = decoded->calls[i];
    same = Call{view.target, view.value, to_bytes(view.data)} == calls[i];
  }
  if (!same) outcome.failed += "the expected call data decodes to other calls";
  return outcome;
}

Outcome check_error(const std::string& name) {
  const std::vector<Call> two_calls(2);
  Result<Bytes> built;
  if (name == "no calls") {
    built = build_execute(CallType::batch, {});
  } else if (name == "two calls in single mode") {
    built = build_execute(CallType::single, two_calls);
  } else {
    return {.skipped = "unknown error case `" + name + "`"};
  }
  return {.failed = built ? "it was encoded instead of refused" : ""};
}

ModuleType module_type(const std::string& kind) {
  if (kind == "validator") return ModuleType::validator;
  if (kind == "executor") return ModuleType::executor;
  if (kind == "fallback") return ModuleType::fallback;
  if (kind == "hook") return ModuleType::hook;
  throw std::runtime_error("unknown module kind " + kind);
}

Outcome check_install(const Json& test_case) {
  const Json& module = test_case.at("input").at("module");
  const Json& expected = test_case.at("expected");
  const ModuleType type = module_type(module.at("kind"));
  const Address address = address_of(module.at("address"));
  Outcome outcome;
  outcome.failed += difference("uninstallCall", expected.at("uninstallCall"),
                               to_hex(encode_uninstall_module(type, address, bytes_of(module.at("deInitData")))));
  if (test_case.at("input").at("accountKind") == "kernel") {
    outcome.skipped = "installation data of the Kernel account";
    return outcome;
  }
  if (expected.at("installCalls").size() != 1) return {.failed = "more than one call"};
  outcome.failed += difference("installCalls", expected.at("installCalls")[0],
                               to_hex(encode_install_module(type, address, bytes_of(module.at("initData")))));
  return outcome;
}

}  // namespace

std::optional<Outcome> check_account_call(const Json& test_case) {
  const std::string kind = kind_of(test_case);
  const Json input = test_case.value("input", Json::object());
  if (kind == "execute" && input.contains("calls")) return check_execute(test_case);
  if (kind == "error" && input.contains("case")) return check_error(input.at("case"));
  if (!input.contains("accountKind")) return std::nullopt;
  if (kind == "installModule" && input.contains("module")) return check_install(test_case);
  if (kind == "error") return Outcome{.skipped = "what one kind of account refuses"};
  if (kind == "deInitData") return Outcome{.skipped = "module lists of one kind of account"};
  if (kind == "setup") return Outcome{.skipped = "modules of one kind of account"};
  return std::nullopt;
}

}  // namespace valetkey::vectors
