// The words of the readable message: docs/protocol.md, section 2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "session/model.hpp"

namespace valetkey {

inline constexpr std::string_view kSudoText = "ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT";

// `2026-11-21 09:00:00 UTC`; a time after kLastSecond has no text of its own and must not be asked for.
std::string time_text(Seconds time);
// Session: `for ever` for 0.
std::string session_until_text(Seconds until);
// Permission: `the session's start`, `the session's end` for 0.
std::string permission_from_text(Seconds from);
std::string permission_until_text(Seconds until);
// `in total`, `per 1 day from the session's start`
std::string period_text(std::uint32_t period);
// `1 day`, `90 minutes`; the largest unit that divides it. 0 is `0 seconds`.
std::string duration_text(std::uint64_t seconds);
// The function text, `command 0x0b(address,uint256)`, `plain transfer`, `any function` or kSudoText.
std::string function_text(const Permission& permission);
// `a call`, `inside other calls only`
std::string_view place_text(const Permission& permission);
// `word 0 > every member > bytes 0 to 19`
std::string path_text(const Path& path);
// Of a head word: `word 0`.
std::string position_text(Position position);
// Of any position of the permission.
std::string position_text(const Permission& permission, Position position);
// `is`, `one of`, `is not`, `none of`, `less than`, …
std::string_view comparison_text(Comparison comparison, std::size_t values);
// Of a ratio: a position, `native value`.
std::string base_text(const Permission& permission, Position base);
// Of a count: a position, `native value`, `call`.
std::string source_text(Position source);
std::string source_text(const Permission& permission, Position source);
// What tells the calls inside apart: `selector`, `command in word 0`.
std::string inside_by_text(const Permission& permission, const Inside& inside);
// The other call of a batch rule: `first call`, `last call`, `call +1`, `call -2`.
std::string batch_call_text(std::uint8_t where);
// What a batch rule compares: `address`, `number`, `bytes`.
std::string_view batch_type_text(ValueGroup group);
// `every call`, …; of a token limit `amounts of the token` (the message has no such field).
std::string_view limit_text(LimitKind kind);
std::string price_text(std::uint64_t gas_price);
std::string_view fees_text(const Session& session);

}  // namespace valetkey
