// Errors are values: every operation that can fail on its input returns a Result.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace valetkey {

// What went wrong and what to do about it.
// message: lower case, no full stop, the user's input in `backticks`. fix: the same, may be empty.
struct Error {
  std::string_view code;  // stable, snake_case; a string literal, so it lives for ever
  std::string message;
  std::string fix;

  bool operator==(const Error&) const = default;
};

// The one name for expected in this project; C++20 users can point both at tl::expected.
template <class T, class E = Error>
using Result = std::expected<T, E>;
template <class E = Error>
using Failure = std::unexpected<E>;

// `return fail("bad_hex", "...", "...")` from any function that returns a Result.
inline Failure<> fail(std::string_view code, std::string message, std::string fix = {}) {
  return Failure<>(Error{code, std::move(message), std::move(fix)});
}

inline Failure<> fail(Error error) {
  return Failure<>(std::move(error));
}

// "message\nfix", or the message alone where there is no fix.
std::string to_string(const Error& error);

}  // namespace valetkey

// VALETKEY_TRY(amount, parse_amount(text)); declares `amount`, or returns the error of the expression.
#define VALETKEY_TRY(name, expression)                                                \
  auto name##_result = (expression);                                                  \
  if (!name##_result) return ::valetkey::Failure<>(std::move(name##_result.error())); \
  auto& name = *name##_result

// VALETKEY_CHECK(save(file)); returns the error of a Result<void>.
#define VALETKEY_CHECK(expression) \
  if (auto failed_check = (expression); !failed_check) return ::valetkey::Failure<>(std::move(failed_check.error()))
