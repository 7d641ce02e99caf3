// What a session allows: figures, words for people, and warnings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/approval.hpp"
#include "session/model.hpp"

namespace valetkey {

enum class WarningCode : std::uint8_t {
  no_price_floor,        // a swap whose output has no lower bound
  recipient_not_pinned,  // an argument that receives is free
  standing_allowance,    // an approve outlives the session
  sudo,
  any_function,
  no_expiry,
  gas_price_unlimited,
  fees_unlimited,
  token_paymaster,  // a paymaster is named; one that takes tokens is a spender that no limit counts
  uncounted_token,  // a function moves a token and no limit counts it
  external_policy,  // a contract is asked, which most public bundlers don't carry
  calls_open,       // calls inside an argument that nobody looks at
};
std::string_view warning_name(WarningCode code);

struct Warning {
  WarningCode code;
  std::uint8_t permission = 255;  // 255: the session as a whole
  std::string sentence;           // lower case, no full stop
  bool operator==(const Warning&) const = default;
};

// The most of one thing that can leave. Amounts in base units.
struct Outflow {
  enum class Kind : std::uint8_t { token, coin, sum, fees } kind = Kind::token;
  Address token;                     // Kind::token
  std::vector<std::uint8_t> limits;  // the limits that bound it, from 0; empty where none does
  std::optional<Word> in_all;        // over the session's life; none: no bound
  std::optional<Word> per_period;    // of the tightest limit with a period
  std::uint32_t period = 0;
  std::optional<std::uint64_t> periods;  // how many of them begin in the session's life; none: for ever
  bool operator==(const Outflow&) const = default;
};

struct Exposure {
  bool everything = false;        // sudo: the figures below bound nothing
  std::vector<Outflow> outflows;  // tokens by address, then the coin, sums, fees
  std::optional<Word> calls;      // most calls in all; none: no bound
  Seconds from = 0;
  Seconds until = 0;  // 0: for ever
  std::vector<Warning> warnings;
};

// The figures. Tokens are those of token limits and those that a permission moves by a token's own functions; what the
// contracts that are called do with what they were approved for is in `sum`, never under a token.
Exposure exposure(const Session& session, const SessionPlace& place, const SessionNames* names);

// The words, several lines, ending with a line break; `names` may be nullptr.
std::string explain(const PlacedSession& session, const SessionNames* names);
// The same as JSON, without line breaks.
std::string explain_json(const PlacedSession& session, const SessionNames* names);

// `150 USDC`, `0.01 ETH`, and plain digits without a unit.
std::string amount_text(const Word& amount, const std::optional<Unit>& unit);

}  // namespace valetkey
