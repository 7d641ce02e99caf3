// A session as both sides know it: docs/protocol.md, section 1. Plain values; what makes one valid is in
// session/check.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey {

// Seconds since 1970. Until is the first second that is over; 0 means no end (session) or the session's own bound
// (permission).
using Seconds = std::uint64_t;

inline constexpr Seconds kLastSecond = 253'402'300'799;  // 9999-12-31 23:59:59 UTC
inline constexpr std::uint64_t kUnlimitedGasPrice = ~std::uint64_t{0};
inline constexpr std::size_t kMaxKeys = 16;
inline constexpr std::size_t kMaxPaymasters = 16;
inline constexpr std::size_t kMaxLimits = 16;
inline constexpr std::size_t kMaxPermissions = 32;
inline constexpr std::size_t kMaxRules = 16;
inline constexpr std::size_t kMaxCounts = 16;
inline constexpr std::size_t kMaxValues = 32;
inline constexpr std::size_t kMaxSiblings = 16;  // sessions in one approval, this one included

enum class LimitKind : std::uint8_t {
  token = 0,         // amounts of a token, counted by permissions on its contract
  sum = 1,           // sum of the counted words
  native_every = 2,  // native value of every call
  native = 3,        // native value of the counted calls
  calls_every = 4,   // every call
  calls = 5,         // the counted calls
  fees = 6,          // gas fees that the account pays
};

struct Limit {
  LimitKind kind = LimitKind::sum;
  Word amount;               // below 2^112, base units
  std::uint32_t period = 0;  // seconds; 0: in total
  Address token;             // LimitKind::token only
  bool operator==(const Limit&) const = default;
};

// The type of a word as the encoding names it: the upper three bits are the group, the lower five the size in bytes
// - 1.
enum class ValueGroup : std::uint8_t {
  address = 0,
  unsigned_number = 1,
  signed_number = 2,
  yes_no = 3,
  fixed_bytes = 4,
  ratio = 5
};

struct ValueType {
  ValueGroup group = ValueGroup::unsigned_number;
  std::uint8_t bytes = 32;  // 1..32; of address and yes_no always 1 (they have no size bits)
  bool operator==(const ValueType&) const = default;
  [[nodiscard]] constexpr std::uint8_t code() const {
    return static_cast<std::uint8_t>((static_cast<unsigned>(group) << 5U) | (bytes - 1U));
  }
};

enum class Comparison : std::uint8_t {
  is = 0,
  is_not = 1,
  less_than = 2,
  at_most = 3,
  more_than = 4,
  at_least = 5,
  between = 6
};

// Several values of `is` read "one of", of `is_not` "none of".
struct Rule {
  ValueType type;
  std::uint8_t position = 0;  // head word, from 0
  Comparison comparison = Comparison::is;
  bool with_account = false;  // address only: the account itself is one of the values, the first
  std::vector<Word> values;   // fixed_bytes: left-aligned; signed: two's complement; rising
  // Ratio only (type.group == ratio): word * denominator >= (<=) base * numerator.
  ValueType word_type;
  std::uint8_t base = 0;  // position, or kBaseValue
  ValueType base_type;
  Word numerator;  // 1 .. 2^128 - 1
  Word denominator;
  bool operator==(const Rule&) const = default;
};

inline constexpr std::uint8_t kBaseValue = 0xff;   // ratio to the call's native value
inline constexpr std::uint8_t kCountValue = 0xfe;  // counts the call's native value
inline constexpr std::uint8_t kCountCall = 0xff;   // counts one for the call

struct Count {
  std::uint8_t limit = 0;
  std::uint8_t source = kCountCall;  // position of a word, kCountValue or kCountCall
  ValueType type;                    // of the word
  bool operator==(const Count&) const = default;
};

enum class PermissionKind : std::uint8_t { function = 0, plain_transfer = 1, any_function = 2, anything = 3 };

struct Permission {
  PermissionKind kind = PermissionKind::function;
  Address contract;        // not for anything
  std::string text;        // canonical signature, kind function only; not part of the session id
  Selector selector;       // kind function
  std::uint8_t words = 0;  // head words, kind function
  bool dynamic = false;    // arguments may be longer than the head
  Word most_value;
  Seconds from = 0;  // 0: the session's
  Seconds until = 0;
  std::vector<Rule> rules;
  std::vector<Count> counts;
  bool operator==(const Permission&) const = default;
};

struct Session {
  std::uint64_t epoch = 0;
  std::uint32_t serial = 0;
  Seconds from = 0;
  Seconds until = 0;
  std::uint64_t gas_price = kUnlimitedGasPrice;  // most wei per gas
  bool account_pays = false;                     // false: only a paymaster may pay
  std::uint8_t threshold = 1;
  std::vector<Address> keys;        // ECDSA, rising
  std::vector<Address> paymasters;  // rising
  std::vector<Limit> limits;
  std::vector<Permission> permissions;
  bool operator==(const Session&) const = default;
};

// Where a session lives. Not in its encoding: the validator fills in itself, its caller and its chain.
struct SessionPlace {
  ChainId chain;
  Address account;
  Address validator;
  bool operator==(const SessionPlace&) const = default;
};

}  // namespace valetkey
