// Every key that a session file may have, by the map that it stands in. docs/session-file.schema.json has the same
// ones.
#pragma once

#include <array>
#include <string_view>

namespace valetkey::session_file {

inline constexpr std::array<std::string_view, 12> kSessionKeys{"valetkey", "chain", "account",    "keys",
                                                               "from",     "until", "for",        "contracts",
                                                               "limits",   "gas",   "paymasters", "permissions"};
inline constexpr std::array<std::string_view, 2> kKeysKeys{"any", "of"};
inline constexpr std::array<std::string_view, 4> kContractKeys{"address", "abi", "token", "decimals"};
inline constexpr std::array<std::string_view, 2> kGasKeys{"price", "fees"};
inline constexpr std::array<std::string_view, 14> kPermissionKeys{
    "name",   "call", "transfer", "any_function_of", "exact", "inside",  "where",
    "value", "counts", "from",     "until",           "for",   "batch", "policies"};
inline constexpr std::array<std::string_view, 2> kInsideKeys{"calls", "by"};
inline constexpr std::array<std::string_view, 3> kBatchKeys{"call", "is", "where"};
inline constexpr std::array<std::string_view, 3> kBatchRuleKeys{"is", "at_most", "at_least"};
inline constexpr std::array<std::string_view, 2> kPolicyKeys{"ask", "words"};
inline constexpr std::array<std::string_view, 2> kValueKeys{"at_most", "counts"};
inline constexpr std::array<std::string_view, 11> kRuleKeys{
    "is", "is_not", "less_than", "at_most", "more_than", "at_least", "between", "one_of", "none_of", "of", "counts"};

// Of a test file.
inline constexpr std::array<std::string_view, 4> kCaseFileKeys{"session", "set", "now", "cases"};
inline constexpr std::array<std::string_view, 4> kCaseCallKeys{"call", "to", "data", "value"};
inline constexpr std::array<std::string_view, 16> kCaseKeys{"at",        "call",  "calls", "to",       "data",    "value",
                                                            "paymaster", "price", "gas",   "policies", "allowed", "refused",
                                                            "argument",  "limit", "permission", "in"};

// Words with a meaning of their own; no contract, limit or token can be called so.
inline constexpr std::array<std::string_view, 16> kReservedNames{
    "any",  "none",  "others", "value", "ever", "unlimited", "now", "account",
    "true", "false", "call",   "calls", "gas",  "per",       "wei", "gwei"};

inline constexpr std::string_view kAnything = "ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT";

}  // namespace valetkey::session_file
