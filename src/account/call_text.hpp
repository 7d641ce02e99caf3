// Calls written with the names of an approval: `router.exactInputSingle`, `params.amountIn`, `150 USDC`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "account/held_session.hpp"
#include "base/result.hpp"
#include "evm/abi_type.hpp"
#include "userop/execution.hpp"

namespace valetkey {

struct NamedArgument {
  std::string_view path;  // `to`, `params.amountIn`
  std::string_view value;
};

// A function that texts may name although no permission of the session does.
struct KnownFunction {
  Address contract;
  AbiFunction function;
  std::optional<std::uint8_t> command;  // its byte, where it is called by a command and not by a selector
};

// Values are: names of contracts, `$account` and 0x… for addresses; `150 USDC` or base units for numbers; true, false;
// hex for bytes, or a call: `exactInputSingle((…))` of the same contract, `router.exactInputSingle((…))`; text;
// `[a, b]` for arrays and `(a, b)` for tuples. The names help to write a call; whether it may be made is the
// evaluator's to say. Errors: call_contract, call_function (none or several of that name), call_argument (missing,
// unknown, of a wrong form, or with brackets nested more than 32 deep), and those of parse_amount_text.

// Every argument once, tuples by their members. `function` is `contract.name` or `contract.name(types)`; value: of the
// chain's coin.
Result<Call> build_named_call(const HeldSession& session, std::string_view function,
                              const std::vector<NamedArgument>& arguments, std::string_view value = "0");

// `usdc.transfer(merchant, 10 USDC)`, `weth.withdraw(uint256)(1 WETH)`, `weth.deposit() value 1 ETH`, `merchant value 1
// ETH`.
Result<Call> parse_call_text(const HeldSession& session, std::string_view text,
                             std::span<const KnownFunction> more = {});

}  // namespace valetkey
