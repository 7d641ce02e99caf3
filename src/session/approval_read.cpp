#include <algorithm>

#include <fmt/core.h>
#include <simdjson.h>

#include "evm/abi_type.hpp"
#include "session/approval.hpp"
#include "session/check.hpp"
#include "session/paths.hpp"

namespace valetkey {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::string_view kRebuild = "take the file as `valetkey session build` or `valetkey approve` wrote it";
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxSymbol = 16;
constexpr std::size_t kMaxDeclaration = 2000;
constexpr std::uint64_t kMaxDecimals = 77;
constexpr std::size_t kMaxOwnerSignature = 65535;

Failure<> field_error(std::string_view path, std::string_view want) {
  return fail("approval_field", fmt::format("`{}` of the approval is missing or not {}", path, want),
              std::string(kRebuild));
}

Failure<> names_error(std::string_view path, std::string_view why) {
  return fail("approval_names", fmt::format("`{}` of the approval {}", path, why), std::string(kRebuild));
}

// A JSON value with its path, for messages.
struct Node {
  element json;
  std::string path;

  [[nodiscard]] bool has(std::string_view key) const { return json.at_key(key).error() == simdjson::SUCCESS; }

  [[nodiscard]] Result<Node> at(std::string_view key) const {
    Node child{{}, path.empty() ? std::string(key) : fmt::format("{}.{}", path, key)};
    if (json.at_key(key).get(child.json) != simdjson::SUCCESS) return field_error(child.path, "there");
    return child;
  }
  [[nodiscard]] Result<std::vector<Node>> list(std::string_view key) const {
    VALETKEY_TRY(child, at(key));
    array elements;
    if (child.json.get(elements) != simdjson::SUCCESS) return field_error(child.path, "a list");
    std::vector<Node> nodes;
    for (const element item : elements) nodes.push_back({item, fmt::format("{}[{}]", child.path, nodes.size())});
    return nodes;
  }
  [[nodiscard]] Result<std::string_view> text(std::string_view key) const {
    VALETKEY_TRY(child, at(key));
    std::string_view value;
    if (child.json.get(value) != simdjson::SUCCESS) return field_error(child.path, "text");
    return value;
  }
  [[nodiscard]] Result<std::uint64_t> number(std::string_view key, std::uint64_t max) const {
    VALETKEY_TRY(child, at(key));
    std::uint64_t value = 0;
    if (child.json.get(value) != simdjson::SUCCESS || value > max)
      return field_error(child.path, fmt::format("a number up to {}", max));
    return value;
  }
  [[nodiscard]] Result<Address> address(std::string_view key) const {
    VALETKEY_TRY(value, text(key));
    auto address = parse_address(value);
    if (!address) return field_error(fmt::format("{}.{}", path, key), "an address");
    return address;
  }
  [[nodiscard]] Result<Bytes> bytes(std::string_view key) const {
    VALETKEY_TRY(value, text(key));
    auto bytes = parse_hex(value);
    if (!bytes) return field_error(fmt::format("{}.{}", path, key), "hex");
    return bytes;
  }
  // Printable ASCII without quotes and backslashes, so that a name can't pass for something else on a screen.
  [[nodiscard]] Result<std::string> name(std::string_view key, std::size_t max) const {
    VALETKEY_TRY(value, text(key));
    const bool plain = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
    if (!plain || value.size() > max) {
      return names_error(fmt::format("{}.{}", path, key),
                         fmt::format("is longer than {} characters or not plain ASCII", max));
    }
    return std::string(value);
  }
};

Result<Unit> read_unit(const Node& node) {
  VALETKEY_TRY(symbol, node.name("symbol", kMaxSymbol));
  VALETKEY_TRY(decimals, node.number("decimals", kMaxDecimals));
  return Unit{symbol, static_cast<std::uint8_t>(decimals)};
}

Result<std::optional<Unit>> read_optional_unit(const Node& node) {
  if (!node.has("symbol")) return std::optional<Unit>();
  VALETKEY_TRY(unit, read_unit(node));
  return std::optional<Unit>(std::move(unit));
}

Result<PermissionNames> read_permission_names(const Node& node, const Permission& permission) {
  PermissionNames names;
  if (node.has("name")) {
    VALETKEY_TRY(own, node.name("name", kMaxName));
    names.name = own;
  }
  VALETKEY_TRY(declaration, node.name("declaration", kMaxDeclaration));
  names.declaration = declaration;
  if (!declaration.empty()) {
    const auto function = parse_function(declaration);
    if (!function || signature_text(*function) != permission.text) {
      return names_error(node.path + ".declaration", fmt::format("is not `{}`", permission.text));
    }
  }
  VALETKEY_TRY(units, node.list("units"));
  for (const Node& unit_node : units) {
    VALETKEY_TRY(word, unit_node.number("word", 254));
    VALETKEY_TRY(unit, read_unit(unit_node));
    const bool rises = names.units.empty() || names.units.back().position < word;
    const auto path = path_index(static_cast<Position>(word));
    const bool known = path ? *path < permission.paths.size() : word < permission.words && word < kFirstPath;
    if (!rises || !known)
      return names_error(unit_node.path + ".word", "is twice, out of order or not a word of the function");
    names.units.push_back({static_cast<std::uint8_t>(word), unit});
  }
  return names;
}

Result<SessionNames> read_session_names(const Node& node, const Session& session) {
  SessionNames names;
  VALETKEY_TRY(name, node.name("name", kMaxName));
  VALETKEY_TRY(chain, node.name("chain", kMaxName));
  VALETKEY_TRY(coin_node, node.at("coin"));
  VALETKEY_TRY(coin, read_unit(coin_node));
  names.name = name;
  names.chain = chain;
  names.coin = coin;

  VALETKEY_TRY(addresses, node.list("addresses"));
  for (const Node& item : addresses) {
    VALETKEY_TRY(address, item.address("address"));
    VALETKEY_TRY(label, item.name("name", kMaxName));
    VALETKEY_TRY(unit, read_optional_unit(item));
    if (!names.addresses.empty() && names.addresses.back().address >= address)
      return names_error(item.path + ".address", "is twice or out of order");
    names.addresses.push_back({address, label, unit});
  }
  VALETKEY_TRY(permissions, node.list("permissions"));
  if (!permissions.empty() && permissions.size() != session.permissions.size())
    return names_error(node.path + ".permissions", "does not have one element a permission");
  for (std::size_t p = 0; p < permissions.size(); ++p) {
    VALETKEY_TRY(permission, read_permission_names(permissions[p], session.permissions[p]));
    names.permissions.push_back(std::move(permission));
  }
  VALETKEY_TRY(limits, node.list("limits"));
  if (!limits.empty() && limits.size() != session.limits.size())
    return names_error(node.path + ".limits", "does not have one element a limit");
  for (const Node& item : limits) {
    VALETKEY_TRY(label, item.name("name", kMaxName));
    VALETKEY_TRY(unit, read_optional_unit(item));
    names.limits.push_back({label, unit});
  }
  return names;
}

Failure<> session_error(const Node& node, const Refusal& refusal) {
  const auto index = [](std::uint8_t i) { return i == kNoIndex ? std::string("-") : std::to_string(i); };
  return fail(
      "approval_session",
      fmt::format("`{}.encoding` is not a valid session: {} ({}, permission {}, index {})", node.path,
                  refusal_sentence(refusal.code), refusal_name(refusal.code), index(refusal.call), index(refusal.rule)),
      "build the session again with `valetkey session build`");
}

Result<PlacedSession> read_session(const Node& node, const Address& validator) {
  VALETKEY_TRY(chain, node.number("chain", ~std::uint64_t{0}));
  VALETKEY_TRY(account, node.address("account"));
  VALETKEY_TRY(encoding, node.bytes("encoding"));
  VALETKEY_TRY(id, node.text("id"));
  const SessionPlace place{ChainId{chain}, account, validator};
  if (const auto refused = check_session(encoding, place)) return session_error(node, *refused);
  auto session = decode_session(encoding);
  if (!session) return session_error(node, session.error());
  if (to_hex(session_id(*session)) != id) {
    return fail("approval_id",
                fmt::format("`{}.id` is not the id of its encoding, {}", node.path, to_hex(session_id(*session))),
                std::string(kRebuild));
  }
  return PlacedSession{std::move(*session), place};
}

Result<std::optional<Bytes>> read_signature(const Node& node) {
  if (!node.has("signature")) return std::optional<Bytes>();
  VALETKEY_TRY(signature, node.bytes("signature"));
  if (signature.size() > kMaxOwnerSignature)
    return field_error(node.path + ".signature", fmt::format("at most {} bytes", kMaxOwnerSignature));
  return std::optional<Bytes>(std::move(signature));
}

Failure<> form_error(std::string_view have, std::string_view want) {
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(have, want).in1 - have.begin());
  const auto line = std::ranges::count(have.substr(0, at), '\n') + 1;
  return fail("approval_form", fmt::format("the approval has something unknown or another spelling on line {}", line),
              std::string(kRebuild));
}

}  // namespace

Result<Approval> parse_approval(std::string_view json) {
  simdjson::dom::parser parser;
  Node root;
  if (parser.parse(json.data(), json.size()).get(root.json) != simdjson::SUCCESS) {
    return fail("approval_json", "the approval is not JSON", std::string(kRebuild));
  }
  VALETKEY_TRY(version, root.number("valetkey", ~std::uint64_t{0}));
  if (version != 1)
    return fail("approval_version", fmt::format("the approval is of version {}, known is 1", version),
                "use the version of valetkey that wrote it");

  Approval approval;
  VALETKEY_TRY(validator, root.address("validator"));
  approval.validator = validator;
  VALETKEY_TRY(sessions, root.list("sessions"));
  if (sessions.empty() || sessions.size() > kMaxSiblings)
    return field_error("sessions", fmt::format("a list of 1 to {}", kMaxSiblings));
  for (const Node& node : sessions) {
    VALETKEY_TRY(session, read_session(node, validator));
    VALETKEY_TRY(signature, read_signature(node));
    approval.sessions.push_back(std::move(session));
    approval.owner_signatures.push_back(std::move(signature));
  }

  VALETKEY_TRY(typed_data, root.at("typedData"));
  if (simdjson::minify(typed_data.json) != approval_typed_data_json(approval.sessions)) {
    return fail("approval_typed_data", "`typedData` of the approval is not the message of its sessions",
                std::string(kRebuild));
  }

  VALETKEY_TRY(names, root.at("names"));
  VALETKEY_TRY(session_names, names.list("sessions"));
  if (session_names.size() != sessions.size())
    return names_error("names.sessions", "does not have one element a session");
  for (std::size_t i = 0; i < session_names.size(); ++i) {
    VALETKEY_TRY(one, read_session_names(session_names[i], approval.sessions[i].session));
    approval.names.push_back(std::move(one));
  }

  const std::string form = write_approval(approval);
  if (form != json) return form_error(json, form);
  return approval;
}

}  // namespace valetkey
