// A session as both sides know it: docs/protocol.md, section 1. Plain values; what makes one valid is in
// session/check.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
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
inline constexpr std::size_t kMaxPaths = 32;
inline constexpr std::size_t kMaxPathBytes = 32;
inline constexpr std::size_t kMaxInsides = 8;
inline constexpr std::size_t kMaxBatchRules = 8;
inline constexpr std::size_t kMaxPolicies = 4;
inline constexpr std::size_t kMaxPolicyWords = 8;
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

// Where a value stands in a call: below kFirstPath a head word, from 0; from there on a path of the permission.
using Position = std::uint8_t;
inline constexpr Position kFirstPath = 0x80;

enum class StepKind : std::uint8_t {
  word = 0,            // head word `index` of the arguments, a tuple, a fixed array of dynamic type, a static element
  member = 1,          // member `index` of an array
  every_member = 2,
  some_member = 3,
  length = 4,          // of an array, bytes or string
  slice = 5,           // value of `type` that begins `offset` bytes from the start
  slice_from_end = 6,  // value of `type` that ends `offset` bytes before the end
  every_slice = 7,     // values of `type` at offset, offset + stride, … that lie inside
};

struct PathStep {
  StepKind kind = StepKind::word;
  std::uint8_t index = 0;          // word, member
  std::uint8_t element_words = 0;  // member, every_member, some_member: words of a static element, 0 where dynamic
  ValueType type;                  // slices
  std::uint16_t offset = 0;        // slices, bytes
  std::uint16_t stride = 0;        // every_slice, bytes
  bool operator==(const PathStep&) const = default;
};
// From the arguments to a value, to several, or to the contents of `bytes` or `string`.
using Path = std::vector<PathStep>;

// Several values of `is` read "one of", of `is_not` "none of".
struct Rule {
  ValueType type;
  Position position = 0;
  Comparison comparison = Comparison::is;
  bool with_account = false;  // address only: the account itself is one of the values, the first
  std::vector<Word> values;   // fixed_bytes: left-aligned; signed: two's complement; rising
  // Ratio only (type.group == ratio): word * denominator >= (<=) base * numerator.
  ValueType word_type;
  Position base = 0;  // or kBaseValue
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
  Position source = kCountCall;  // or kCountValue
  ValueType type;                // of the value at the position
  bool operator==(const Count&) const = default;
};

// Contents that are call data: each is a call under one of the inner permissions.
struct Inside {
  static constexpr Position kBySelector = 0xff;
  Position position = kFirstPath;         // path to contents
  Position commands = kBySelector;        // or a path to the contents whose k-th byte is the k-th call's command
  std::vector<std::uint8_t> permissions;  // rising, behind this one
  bool operator==(const Inside&) const = default;
};

// About another call of the same batch, which uses `permission`.
struct BatchRule {
  static constexpr Position kNoPosition = 0xff;
  static constexpr std::uint8_t kFirstCall = 0x00;
  static constexpr std::uint8_t kLastCall = 0x80;
  Position position = kNoPosition;  // kNoPosition: nothing is compared
  ValueType type;                   // where something is compared, as other_type
  Comparison comparison = Comparison::is;  // is, at_most, at_least
  std::uint8_t where = kFirstCall;         // or kLastCall, or the distance in two's complement
  std::uint8_t permission = 0;
  Position other_position = kNoPosition;
  ValueType other_type;
  bool operator==(const BatchRule&) const = default;
};

struct PolicyWord {
  ValueGroup group = ValueGroup::unsigned_number;  // of the widest type
  Word value;                                      // as in Rule::values
  bool account = false;                            // address: the account itself
  bool operator==(const PolicyWord&) const = default;
};

// A contract that is asked.
struct Policy {
  Address contract;
  std::vector<PolicyWord> words;
  bool operator==(const Policy&) const = default;
};

enum class PermissionKind : std::uint8_t { function = 0, plain_transfer = 1, any_function = 2, anything = 3 };

struct Permission {
  PermissionKind kind = PermissionKind::function;
  Address contract;        // not for anything
  std::string text;        // canonical signature, kind function only; not part of the session id
  Selector selector;       // kind function; of a command three zero bytes and its byte
  std::uint8_t words = 0;  // head words, kind function
  bool inner = false;      // holds inside other calls only
  bool command = false;    // inner, and named by a byte
  bool dynamic = false;    // has a layout
  Bytes layout;            // of the arguments; follows from the text
  std::vector<Path> paths;  // rising as encoded
  std::vector<Inside> inside;
  Word most_value;
  Seconds from = 0;  // 0: the session's
  Seconds until = 0;
  std::vector<Rule> rules;
  std::vector<Count> counts;
  std::vector<BatchRule> batch;
  std::vector<Policy> policies;
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
