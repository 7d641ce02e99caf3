#include "session_file/denied.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evm/abi_type.hpp"
#include "session/function_text.hpp"

namespace valetkey::session_file {

namespace {

struct Reason {
  std::string_view name;  // of the function
  std::string_view why;
  std::string_view fix;
};

constexpr std::string_view kNoAdmin = "leave it out: let the owner do it";

constexpr Reason kReasons[] = {
    {"setApprovalForAll", "hands over every token of the collection, those of later too",
     "allow `approve` of single tokens, or the functions that use them"},
    {"authorizeOperator", "hands over all of the token, what comes later too",
     "allow `send` or `approve` with a limit instead"},
    {"permit", "makes an allowance out of a signature, uncounted", "allow `approve` with a limit instead"},
    {"approveDelegation", "lets somebody borrow on the account", "allow the borrowing itself, with a limit"},
    {"allow", "hands over all that the account has in the contract", "allow `approve` with a limit instead"},
    {"execute", "makes any call in an account's name", kNoAdmin},
    {"executeUserOp", "makes any call in an account's name", kNoAdmin},
    {"installModule", "hands over an account", kNoAdmin},
    {"uninstallModule", "hands over an account", kNoAdmin},
    {"upgradeTo", "changes what a contract is", kNoAdmin},
    {"upgradeToAndCall", "changes what a contract is", kNoAdmin},
    {"transferOwnership", "hands over a contract", kNoAdmin},
    {"isValidSignature", "is asked by contracts and never called by an account", "leave it out"},
    {"isValidSignatureWithSender", "is asked by contracts and never called by an account", "leave it out"},
};

}  // namespace

void refuse_denied(const Node& node, std::string_view called, std::string_view text) {
  if (!is_denied(selector_of_text(text))) return;
  const auto reason = std::ranges::find(kReasons, text.substr(0, text.find('(')), &Reason::name);
  const bool known = reason != std::end(kReasons);
  fail_at(node, "denied_function",
          fmt::format("no session may call `{}`: it {}", called, known ? reason->why : "hands over too much"),
          std::string(known ? reason->fix : "leave it out"));
}

}  // namespace valetkey::session_file
