#include "session_file/contracts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "evm/abi_json.hpp"
#include "session_file/text.hpp"
#include "session_file/vocabulary.hpp"

namespace valetkey::session_file {

namespace {

constexpr unsigned kMostDecimals = 77;  // 10^77 fits a word

// ERC-20, and the two functions that many tokens add to it.
constexpr std::string_view kTokenFunctions[] = {
    "function transfer(address to, uint256 value) returns (bool)",
    "function transferFrom(address from, address to, uint256 value) returns (bool)",
    "function approve(address spender, uint256 value) returns (bool)",
    "function increaseAllowance(address spender, uint256 value) returns (bool)",
    "function decreaseAllowance(address spender, uint256 value) returns (bool)",
};

void add_function(Abi& abi, AbiFunction function) {
  const std::string text = signature_text(function);
  const bool known =
      std::ranges::any_of(abi.functions, [&](const AbiFunction& other) { return signature_text(other) == text; });
  if (!known) abi.functions.push_back(std::move(function));
}

Abi read_abi_file(const Node& node, const SessionFileOptions& options) {
  if (!options.read_file)
    fail_at(node, "abi_file", fmt::format("the file `{}` can't be read here", node.text),
            "write the functions into the session file");
  const std::string text = value_at(node, options.read_file(node.text));
  auto abi = parse_abi_json(text);
  if (!abi && abi.error().code == "json_syntax")
    fail_at(node, "json_syntax", fmt::format("`{}` is not JSON", node.text), "write the path of a contract's ABI file");
  if (!abi)
    fail_at(node, abi.error().code, fmt::format("`{}` is no ABI: {}", node.text, abi.error().message), abi.error().fix);
  return std::move(*abi);
}

// `command 0x0b WRAP_ETH(address recipient, uint256 amount)`
Command read_command(const Node& item) {
  const auto words = split_words(item.text);
  const bool byte = words.size() > 2 && words[1].starts_with("0x") && words[1].size() == 4;
  const auto value = byte ? parse_hex(words[1]) : Result<Bytes>(Bytes());
  if (!value || value->empty()) {
    fail_at(item, "abi_syntax", fmt::format("`{}` is not the declaration of a command", item.text),
            "write its byte, a name and its arguments: `command 0x0b WRAP_ETH(address recipient, uint256 amount)`");
  }
  const auto name = static_cast<std::size_t>(words[2].data() - item.text.data());
  return {value->front(), value_at(item, parse_function(std::string_view(item.text).substr(name)))};
}

void add_command(const Node& item, Contract& contract) {
  Command command = read_command(item);
  const bool twice = std::ranges::any_of(contract.commands, [&](const Command& other) {
    return other.byte == command.byte || other.function.name == command.function.name;
  });
  if (twice || !find_functions(contract.abi, command.function.name).empty()) {
    fail_at(item, "duplicate_key", fmt::format("the byte or the name of `{}` is there twice", command.function.name),
            "keep one of them, or rename it");
  }
  contract.commands.push_back(std::move(command));
}

void read_abi(const Node& node, const SessionFileOptions& options, Contract& contract) {
  if (node.is_scalar()) {
    contract.abi = read_abi_file(node, options);
    return;
  }
  expect_list(node, "`abi`", "write a list of functions, or the path of an ABI file");
  for (const Node& item : node.items) {
    expect_scalar(item, "a function of `abi`", "write it in quotes, such as \"function deposit() payable\"");
    if (!item.text.starts_with("function ")) {
      if (item.text.starts_with("command ")) continue;
      fail_at(item, "abi_syntax", fmt::format("`{}` is not the declaration of a function", item.text),
              "begin with the word `function`");
    }
    add_function(contract.abi, value_at(item, parse_function(item.text)));
  }
  for (const Node& item : node.items) {
    if (item.text.starts_with("command ")) add_command(item, contract);
  }
}

constexpr std::string_view kWrongChecksum = "address_checksum";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

void add_checksum_warnings(const Node& node, std::vector<FileWarning>& warnings) {
  if (node.is_scalar()) {
    if (!node.text.starts_with("0x")) return;
    const Result<Address> parsed = parse_address(node.text);
    if (!parsed && parsed.error().code == kWrongChecksum) warnings.push_back({node.where, parsed.error()});
  }
  for (const Node& item : node.items) add_checksum_warnings(item, warnings);
  for (const auto& [key, value] : node.entries) add_checksum_warnings(value, warnings);
}

}  // namespace

std::vector<FileWarning> checksum_warnings(const Node& root) {
  std::vector<FileWarning> warnings;
  add_checksum_warnings(root, warnings);
  return warnings;
}

Address hex_address(const Node& node, std::string_view text) {
  Result<Address> parsed = parse_address(text);
  // A scalar of its own is only warned of: checksum_warnings.
  if (!parsed && parsed.error().code == kWrongChecksum && text == node.text) parsed = parse_address(lower_case(text));
  const Address address = value_at(node, std::move(parsed));
  if (address == Address{}) fail_at(node, "address_zero", "the address is zero", "write the address that is meant");
  return address;
}

Amount resolve_amount(const Node& node, std::string_view text, const AmountText& amount, const Contracts& contracts) {
  const AmountUnit unit = contracts.unit(node, amount.unit);
  return {value_at(node, to_base_units(amount.number, unit.decimals, text)), amount.negative, unit};
}

Amount read_amount(const Node& node, std::string_view text, const Contracts& contracts) {
  const AmountText amount = value_at(node, parse_amount(text));
  if (amount.per) fail_at(node, "bad_amount", fmt::format("`{}` has a `per`", text), "write the amount alone");
  return resolve_amount(node, text, amount, contracts);
}

Contracts::Contracts(const Node* map, Unit coin, const SessionFileOptions& options) : coin_(std::move(coin)) {
  if (map == nullptr) return;
  expect_map(*map, "`contracts`", "write `NAME: {address: 0x…}` on lines of their own");
  for (const auto& [key, value] : map->entries) read_contract(key, value, options);
  check_symbols(*map);
}

void Contracts::read_contract(const Node& key, const Node& map, const SessionFileOptions& options) {
  const std::string what = fmt::format("the contract `{}`", key.text);
  if (auto name = check_name(key.text, "a contract"); !name) fail_at(key, name.error());
  expect_map(map, what, fmt::format("write `{}: {{address: 0x…}}`", key.text));
  check_keys(map, kContractKeys, what);

  Contract contract;
  contract.name = key.text;
  const Node& address =
      expect_scalar(need(map, "address", what, "write `address: 0x…`"), "`address`", "write `address: 0x…`");
  contract.address = hex_address(address, address.text);
  if (const Node* abi = session_file::find(map, "abi")) read_abi(*abi, options, contract);

  const Node* token = session_file::find(map, "token");
  const Node* decimals = session_file::find(map, "decimals");
  if (token == nullptr && decimals != nullptr)
    fail_at(*decimals, "missing_key", fmt::format("{} has `decimals` and no `token`", what),
            "write its symbol, such as `token: USDC`");
  if (token != nullptr) {
    expect_scalar(*token, "`token`", "write the token's symbol, such as `token: USDC`");
    if (auto symbol = check_symbol(token->text); !symbol) fail_at(*token, symbol.error());
    if (token->text == coin_.symbol)
      fail_at(*token, "bad_name", fmt::format("`{}` is the chain's own coin", token->text),
              "write the token's symbol, such as `WETH`");
    if (decimals == nullptr)
      fail_at(map, "missing_key", fmt::format("{} has no `decimals`", what),
              "write how many the token has, such as `decimals: 18`");
    expect_scalar(*decimals, "`decimals`", "write a whole number, such as `decimals: 18`");
    const auto places = value_at(*decimals, parse_count(decimals->text, kMostDecimals));
    contract.token = Unit{token->text, static_cast<std::uint8_t>(places)};
    for (const std::string_view text : kTokenFunctions) add_function(contract.abi, parse_function(text).value());
  }
  contracts_.push_back(std::move(contract));
}

// A symbol must not be another contract's name: amounts are written with both.
void Contracts::check_symbols(const Node& map) const {
  for (const Contract& contract : contracts_) {
    if (!contract.token || contract.token->symbol == contract.name || find(contract.token->symbol) == nullptr) continue;
    const Node& token = *session_file::find(*session_file::find(map, contract.name), "token");
    fail_at(token, "bad_name", fmt::format("`{}` is also the name of a contract", token.text), "rename that contract");
  }
}

const Contract* Contracts::find(std::string_view name) const {
  const auto found = std::ranges::find(contracts_, name, &Contract::name);
  return found == contracts_.end() ? nullptr : &*found;
}

std::vector<std::string> Contracts::names() const {
  std::vector<std::string> names;
  for (const Contract& contract : contracts_) names.push_back(contract.name);
  return names;
}

const Contract& Contracts::contract(const Node& node, std::string_view name, std::string_view what) const {
  const Contract* found = find(name);
  if (found == nullptr) {
    fail_at(
        node, "unknown_name", fmt::format("{} names `{}`, which is not in `contracts`", what, name),
        contracts_.empty() ? fmt::format("add `contracts: {{{}: {{address: 0x…}}}}`", name) : suggest(name, names()));
  }
  return *found;
}

Address Contracts::address(const Node& node, std::string_view text) const {
  if (text.starts_with("0x")) return hex_address(node, text);
  if (const Contract* contract = find(text)) return contract->address;
  const std::string names_fix =
      contracts_.empty() ? "write an address, or add it to `contracts`" : suggest(text, names());
  fail_at(node, "unknown_name", fmt::format("`{}` is neither an address nor in `contracts`", text), names_fix);
}

std::vector<std::string> Contracts::units() const {
  std::vector<std::string> units;
  for (const Contract& contract : contracts_) {
    if (contract.token) units.push_back(contract.token->symbol);
  }
  units.push_back(coin_.symbol);
  for (const std::string_view unit : {"gwei", "wei", "calls"}) units.emplace_back(unit);
  return units;
}

AmountUnit Contracts::unit(const Node& node, std::string_view name) const {
  using Kind = AmountUnit::Kind;
  if (name.empty()) return {};
  if (name == "call" || name == "calls") return {.kind = Kind::calls, .unit = {"calls", 0}, .decimals = 0, .token = {}};
  if (name == "wei" || name == "gwei" || name == coin_.symbol) {
    return {.kind = Kind::coin,
            .unit = coin_,
            .decimals = name == "wei"    ? 0U
                        : name == "gwei" ? 9U
                                         : coin_.decimals,
            .token = {}};
  }
  if (name == "gas")
    fail_at(node, "bad_amount", "`gas` is no unit: gas is bounded by its price and its fees",
            "write `gas: {price: 2 gwei, fees: 0.01 ETH}`");
  const Contract* found = nullptr;
  for (const Contract& contract : contracts_) {
    if (!contract.token || (contract.name != name && contract.token->symbol != name)) continue;
    if (found != nullptr && found->name != name && contract.name != name) {
      fail_at(node, "unknown_unit",
              fmt::format("`{}` is the symbol of `{}` and of `{}`", name, found->name, contract.name),
              fmt::format("write the contract's name as the unit: `{}`", found->name));
    }
    if (found == nullptr || contract.name == name) found = &contract;
  }
  if (found == nullptr)
    fail_at(node, "unknown_unit", fmt::format("`{}` is no unit here", name), suggest(name, units()));
  return {.kind = Kind::token, .unit = *found->token, .decimals = found->token->decimals, .token = found->address};
}

}  // namespace valetkey::session_file
