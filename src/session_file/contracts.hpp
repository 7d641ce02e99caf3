// The contracts that a session file names: their addresses, functions and, for tokens, units.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evm/abi_type.hpp"
#include "evm/types.hpp"
#include "session/approval.hpp"
#include "session_file/session_file.hpp"
#include "session_file/text.hpp"
#include "session_file/yaml.hpp"

namespace valetkey::session_file {

// A call inside others that a byte names: `command 0x0b WRAP_ETH(address recipient, uint256 amount)`.
struct Command {
  std::uint8_t byte = 0;
  AbiFunction function;
};

struct Contract {
  std::string name;
  Address address;
  std::optional<Unit> token;
  Abi abi;
  std::vector<Command> commands;
};

// What an amount is counted in.
struct AmountUnit {
  enum class Kind { plain, token, coin, calls };
  Kind kind = Kind::plain;  // plain: a number alone
  Unit unit;                // as amounts of it are shown
  unsigned decimals = 0;    // of the unit written: 9 for gwei, and 0 for wei, calls and plain numbers
  Address token;            // Kind::token
};

class Contracts {
 public:
  // `map` may be nullptr: no contracts. Throws FileFailure.
  Contracts(const Node* map, Unit coin, const SessionFileOptions& options);

  const std::vector<Contract>& all() const { return contracts_; }
  const Unit& coin() const { return coin_; }
  const Contract* find(std::string_view name) const;

  // The contract that the text names, or an error at the node. `what` is the key: "`call`".
  const Contract& contract(const Node& node, std::string_view name, std::string_view what) const;
  // A name or an address in hex. `text` is of the node, or a part of it.
  Address address(const Node& node, std::string_view text) const;
  // The unit of an amount; empty is a plain number.
  AmountUnit unit(const Node& node, std::string_view name) const;

 private:
  void read_contract(const Node& key, const Node& map, const SessionFileOptions& options);
  void check_symbols(const Node& map) const;
  std::vector<std::string> names() const;
  std::vector<std::string> units() const;

  Unit coin_;
  std::vector<Contract> contracts_;
};

// An amount in base units, and what it was written in.
struct Amount {
  Word units;
  bool negative = false;
  AmountUnit unit;
};
// `NUMBER UNIT`, or an error at the node. `text` is of the node, or a part of it.
Amount read_amount(const Node& node, std::string_view text, const Contracts& contracts);
Amount resolve_amount(const Node& node, std::string_view text, const AmountText& amount, const Contracts& contracts);

// Every address of the file whose mixed case is not its checksum (EIP-55).
std::vector<FileWarning> checksum_warnings(const Node& root);

// An address in hex, not zero, or an error at the node. A wrong checksum is an error inside a longer text only.
Address hex_address(const Node& node, std::string_view text);

}  // namespace valetkey::session_file
