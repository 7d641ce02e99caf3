// An approval: sessions frozen for signing, in one JSON file of one byte-exact form. It holds no secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "session/encoding.hpp"
#include "session/model.hpp"
#include "session/typed_data.hpp"

namespace valetkey {

// How an amount is shown: base units / 10^decimals.
struct Unit {
  std::string symbol;
  std::uint8_t decimals = 0;  // at most 77
  bool operator==(const Unit&) const = default;
};

struct AddressName {
  Address address;
  std::string name;          // `router`, `usdc`
  std::optional<Unit> unit;  // where it is a token
  bool operator==(const AddressName&) const = default;
};

struct WordUnit {
  Position position = 0;
  Unit unit;
  bool operator==(const WordUnit&) const = default;
};

struct PermissionNames {
  // The function with argument names, as evm's parse_function takes it; its canonical text is the permission's. Empty:
  // not known.
  std::string declaration;
  std::vector<WordUnit> units;  // positions rising
  std::string name;             // `swap`, or of a command its own, `WRAP_ETH`; may be empty
  bool operator==(const PermissionNames&) const = default;
};

struct LimitNames {
  std::string name;          // may be empty
  std::optional<Unit> unit;  // of a sum
  bool operator==(const LimitNames&) const = default;
};

// For display only. Nobody signs it: it must never decide anything.
struct SessionNames {
  std::string
      name;  // of the session, may be empty; names and symbols are printable ASCII without quotes and backslashes
  std::string chain;  // `base`, may be empty
  Unit coin{"ETH", 18};
  std::vector<AddressName> addresses;        // addresses strictly rising
  std::vector<PermissionNames> permissions;  // one each, or none at all
  std::vector<LimitNames> limits;            // one each, or none at all
  bool operator==(const SessionNames&) const = default;

  // nullptr where it has no name.
  [[nodiscard]] const AddressName* find(const Address& address) const;
};

struct Approval {
  Address validator;
  std::vector<PlacedSession> sessions;  // 1 to 16, all of this validator
  std::vector<std::optional<Bytes>>
      owner_signatures;             // one a session; usually the same bytes, some accounts bind the chain
  std::vector<SessionNames> names;  // one a session
  bool operator==(const Approval&) const = default;
};

std::vector<Hash> session_hashes(const Approval& approval);
Hash approval_digest(const Approval& approval);

// The one form, ending with a line break. Vectors that are shorter than `sessions` are taken as filled up with empty
// elements.
std::string write_approval(const Approval& approval);

// Takes exactly what write_approval writes, and only valid sessions: encodings are decoded and checked, ids and typed
// data recomputed, the annex held against the function texts. Errors: approval_json, approval_version, approval_field
// (missing or of a wrong form, named), approval_session (with the refusal's name and indices), approval_id,
// approval_typed_data, approval_names, approval_form (unknown members, or another form of the same).
Result<Approval> parse_approval(std::string_view json);

}  // namespace valetkey
