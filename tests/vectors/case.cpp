#include "case.hpp"

#include <fmt/core.h>

#include <stdexcept>

namespace valetkey::vectors {
namespace {

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

}  // namespace

std::string difference(std::string_view what, const std::string& expected, const std::string& actual) {
  return expected == actual ? "" : fmt::format("{}: expected {}, got {}\n", what, expected, actual);
}

Bytes bytes_of(const Json& json) {
  return value_or_throw(parse_hex(json.get<std::string>()));
}

Address address_of(const Json& json) {
  return value_or_throw(parse_address(json.get<std::string>()));
}

Word word_of(const Json& json) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  return value_or_throw(parse_decimal(json.get<std::string>()));
}

std::string kind_of(const Json& test_case) {
  return test_case.value("kind", "");
}

}  // namespace valetkey::vectors
