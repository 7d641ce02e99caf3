// One case of a vector file, and what became of it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey::vectors {

using Json = nlohmann::json;

// `skipped` says why the case is not checked; `failed` says what differs; both empty: passed.
struct Outcome {
  std::string skipped;
  std::string failed;
};

// Each returns nothing for a case of another kind. They throw on a case of their kind that lacks a member.
std::optional<Outcome> check_hashing(const Json& test_case);
std::optional<Outcome> check_selector(const Json& test_case);
std::optional<Outcome> check_user_op(const Json& test_case);
std::optional<Outcome> check_account_call(const Json& test_case);

// Empty where the two are the same.
std::string difference(std::string_view what, const std::string& expected, const std::string& actual);

// Strict readers; they throw std::runtime_error.
Bytes bytes_of(const Json& json);
Address address_of(const Json& json);
Word word_of(const Json& json);  // a number, or text in decimal
std::string kind_of(const Json& test_case);

}  // namespace valetkey::vectors
