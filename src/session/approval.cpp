#include "session/approval.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "session/json_text.hpp"

namespace valetkey {
namespace {

constexpr std::string_view kNote = "not signed, for display only";

std::string unit_json(const Unit& unit) {
  return fmt::format("\"symbol\":{},\"decimals\":{}", json_quoted(unit.symbol), unit.decimals);
}

std::string optional_unit_json(const std::optional<Unit>& unit) {
  return unit ? "," + unit_json(*unit) : std::string();
}

std::string permission_names_json(const PermissionNames& names, std::size_t) {
  const std::string name = names.name.empty() ? std::string() : fmt::format("\"name\":{},", json_quoted(names.name));
  return fmt::format("{{{}\"declaration\":{},\"units\":{}}}", name, json_quoted(names.declaration),
                     json_array(names.units, false, [](const WordUnit& word, std::size_t) {
                       return fmt::format("{{\"word\":{},{}}}", word.position, unit_json(word.unit));
                     }));
}

std::string session_names_json(const SessionNames& names) {
  const std::string addresses = json_array(names.addresses, false, [](const AddressName& name, std::size_t) {
    return fmt::format("{{\"address\":\"{}\",\"name\":{}{}}}", to_checksum(name.address), json_quoted(name.name),
                       optional_unit_json(name.unit));
  });
  const std::string limits = json_array(names.limits, false, [](const LimitNames& limit, std::size_t) {
    return fmt::format("{{\"name\":{}{}}}", json_quoted(limit.name), optional_unit_json(limit.unit));
  });
  return fmt::format("{{\"name\":{},\"chain\":{},\"coin\":{{{}}},\"addresses\":{},\"permissions\":{},\"limits\":{}}}",
                     json_quoted(names.name), json_quoted(names.chain), unit_json(names.coin), addresses,
                     json_array(names.permissions, false, permission_names_json), limits);
}

std::string session_json(const PlacedSession& placed, const std::optional<Bytes>& signature) {
  return fmt::format("{{\"chain\":{},\"account\":\"{}\",\"id\":\"{}\",{}\"encoding\":\"{}\"}}",
                     placed.place.chain.value, to_checksum(placed.place.account), to_hex(session_id(placed.session)),
                     signature ? fmt::format("\"signature\":\"{}\",", to_hex(*signature)) : std::string(),
                     to_hex(encode_session(placed.session)));
}

}  // namespace

const AddressName* SessionNames::find(const Address& address) const {
  const auto found = std::ranges::find(addresses, address, &AddressName::address);
  return found == addresses.end() ? nullptr : &*found;
}

std::vector<Hash> session_hashes(const Approval& approval) {
  std::vector<Hash> hashes;
  hashes.reserve(approval.sessions.size());
  for (const PlacedSession& placed : approval.sessions)
    hashes.push_back(session_struct_hash(placed.session, placed.place));
  return hashes;
}

Hash approval_digest(const Approval& approval) {
  return approval_digest(session_hashes(approval), approval.validator);
}

std::string write_approval(const Approval& approval) {
  const std::string sessions = json_array(approval.sessions, true, [&](const PlacedSession& placed, std::size_t i) {
    return session_json(placed, i < approval.owner_signatures.size() ? approval.owner_signatures[i] : std::nullopt);
  });
  const std::string names = json_array(approval.sessions, true, [&](const PlacedSession&, std::size_t i) {
    return session_names_json(i < approval.names.size() ? approval.names[i] : SessionNames{});
  });
  return fmt::format(
      "{{\n\"valetkey\":1,\n\"validator\":\"{}\",\n\"sessions\":{},\n\"typedData\":{},\n\"names\":{{\"note\":{},"
      "\"sessions\":{}}}\n}}\n",
      to_checksum(approval.validator), sessions, approval_typed_data_json(approval.sessions), json_quoted(kNote),
      names);
}

}  // namespace valetkey
