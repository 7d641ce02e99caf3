#include "session_file/session_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "session_file/contracts.hpp"
#include "session_file/limits.hpp"
#include "session_file/permission.hpp"
#include "session_file/text.hpp"
#include "session_file/vocabulary.hpp"
#include "session_file/yaml.hpp"

namespace valetkey {

namespace session_file {

namespace {

struct NamedKey {
  Address address;
  std::string name;
};

class SessionReader {
 public:
  SessionReader(const Node& root, const SessionFileOptions& options) : root_(root), options_(options) {
    draft_.path = options.path;
  }

  SessionDraft read() {
    expect_map(root_, "the file", "begin with `valetkey: 1`");
    read_version();
    check_keys(root_, kSessionKeys, "a session file");
    read_chain();
    read_account();
    read_keys();
    read_times();
    const Contracts contracts(find(root_, "contracts"), draft_.names.coin, options_);
    Limits limits(find(root_, "limits"), contracts);
    std::vector<FilePermission> permissions = read_permissions({contracts, limits, draft_.place.account});
    settle_permissions(permissions);
    limits.settle(permissions);
    take_limits(limits);
    take_permissions(permissions);
    read_paymasters(contracts);
    read_gas(contracts);
    take_names(contracts);
    take_functions(contracts);
    draft_.warnings = checksum_warnings(root_);
    return std::move(draft_);
  }

 private:
  const Node& scalar(std::string_view key, std::string fix) const {
    return expect_scalar(need(root_, key, "the session", fix), fmt::format("`{}`", key), fix);
  }

  void read_version() const {
    const Node& version = scalar("valetkey", "begin with `valetkey: 1`");
    if (version.text != "1")
      fail_at(version, "unknown_version", fmt::format("session files of version `{}` are not known", version.text),
              "write `valetkey: 1`");
  }

  void read_chain() {
    const Node& chain = scalar("chain", "write the chain's name or number, such as `chain: base`");
    std::vector<std::string> names;
    for (const ChainName& known : options_.chains) {
      if (known.name == chain.text) return set_chain(known);
      names.push_back(known.name);
    }
    const char first = chain.text[0];
    if (!((first >= '0' && first <= '9') || first == '.' || first == '-'))
      fail_at(chain, "unknown_name", fmt::format("the chain `{}` is not known by name", chain.text),
              suggest(chain.text, names));
    const ChainId id{value_at(chain, parse_count(chain.text, std::numeric_limits<std::int64_t>::max()))};
    if (id.value == 0)
      fail_at(chain, "bad_number", "`0` is no chain", "write the chain's name or number, such as `chain: base`");
    const auto known = std::ranges::find(options_.chains, id, &ChainName::id);
    set_chain(known == options_.chains.end() ? ChainName{"", id, "ETH"} : *known);
  }

  void set_chain(const ChainName& chain) {
    draft_.place.chain = chain.id;
    draft_.names.chain = chain.name;
    draft_.names.coin = {chain.coin, 18};
  }

  void read_account() {
    const Node& account = scalar("account", "write the smart account's address, such as `account: 0x…`");
    draft_.place.account = hex_address(account, account.text);
  }

  NamedKey read_key(const Node& node) const {
    expect_scalar(node, "a key", "write the name of a key, or an address");
    NamedKey key;
    if (node.text.starts_with("0x")) {
      key.address = hex_address(node, node.text);
    } else {
      if (auto name = check_key_name(node.text); !name) fail_at(node, name.error());
      if (!options_.find_key)
        fail_at(node, "unknown_key_name", fmt::format("the key `{}` can't be looked up here", node.text),
                "write its address");
      key = {value_at(node, options_.find_key(node.text)), node.text};
    }
    if (key.address == draft_.place.account)
      fail_at(node, "key_is_account", fmt::format("`{}` is the account itself", node.text),
              "write a key of its own for the session");
    return key;
  }

  void read_keys() {
    constexpr std::string_view kFix = "write `keys: [NAME]`, or `keys: {any: 2, of: [NAME, NAME, NAME]}`";
    const Node& keys = need(root_, "keys", "the session", std::string(kFix));
    draft_.keys_position = keys.where;
    const Node* list = &keys;
    if (keys.is_map()) {
      check_keys(keys, kKeysKeys, "`keys`");
      const Node& any = need(keys, "any", "`keys`", std::string(kFix));
      list = &need(keys, "of", "`keys`", std::string(kFix));
      expect_list(*list, "`of`", std::string(kFix));
      const auto threshold =
          value_at(any, parse_count(expect_scalar(any, "`any`", "write how many keys have to sign").text, kMaxKeys));
      if (threshold < 1 || threshold > list->items.size()) {
        fail_at(any, "key_threshold", fmt::format("`any: {}` of {} keys", any.text, list->items.size()),
                fmt::format("write a number from 1 to {}", list->items.size()));
      }
      draft_.session.threshold = static_cast<std::uint8_t>(threshold);
    }
    expect_list(*list, "`keys`", std::string(kFix));
    if (list->items.empty() || list->items.size() > kMaxKeys) {
      fail_at(*list, "session_caps", fmt::format("there are {} keys", list->items.size()),
              fmt::format("write 1 to {}", kMaxKeys));
    }
    if (list == &keys && keys.items.size() > 1) {
      fail_at(keys, "key_threshold",
              fmt::format("there are {} keys, and nothing says how many have to sign", keys.items.size()),
              "write `keys: {any: 1, of: […]}`");
    }
    for (const Node& node : list->items) {
      NamedKey key = read_key(node);
      if (std::ranges::find(keys_, key.address, &NamedKey::address) != keys_.end())
        fail_at(node, "key_order", fmt::format("the key `{}` is there twice", node.text), "keep one of them");
      keys_.push_back(std::move(key));
    }
    std::ranges::sort(keys_, {}, &NamedKey::address);
    for (const NamedKey& key : keys_) draft_.session.keys.push_back(key.address);
  }

  void read_times() {
    scalar("from", "write `from: now`, or a time such as `2026-12-01 00:00:00 UTC`");
    if (find(root_, "for") == nullptr && find(root_, "until") == nullptr) {
      fail_at(root_, "no_expiry", "the session does not say when it ends",
              "write `for: 3d`, or `until: 2026-12-01 00:00:00 UTC`, or `for: ever`");
    }
    draft_.window = *read_window(root_);
  }

  std::vector<FilePermission> read_permissions(const Scope& scope) const {
    const Node& list = need(root_, "permissions", "the session",
                            "write what the keys may call: `permissions: [{call: CONTRACT.FUNCTION}]`");
    expect_list(list, "`permissions`", "begin each permission with `- `");
    if (list.items.empty() || list.items.size() > kMaxPermissions) {
      fail_at(list, "session_caps", fmt::format("there are {} permissions", list.items.size()),
              fmt::format("write 1 to {}", kMaxPermissions));
    }
    std::vector<FilePermission> permissions;
    for (const Node& node : list.items) {
      permissions.push_back(read_permission(node, scope));
      const auto& window = permissions.back().window;
      if (window && !window->from && !window->from_now && !window->until && !window->length) {
        fail_at(window->where, "wrong_shape", "`for: ever` says nothing in a permission",
                "leave it out: the permission ends with the session");
      }
    }
    return permissions;
  }

  void take_limits(const Limits& limits) {
    for (const FileLimit& limit : limits.all()) {
      draft_.session.limits.push_back(limit.limit);
      draft_.limit_positions.push_back(limit.where);
      const bool amounts = limit.unit.kind == AmountUnit::Kind::token || limit.unit.kind == AmountUnit::Kind::coin;
      const bool shown = limit.limit.kind == LimitKind::sum && amounts;
      draft_.names.limits.push_back({limit.name, shown ? std::optional(limit.unit.unit) : std::nullopt});
    }
  }

  void take_permissions(const std::vector<FilePermission>& permissions) {
    for (const FilePermission& from : permissions) {
      Permission to = from.permission;
      std::vector<FilePosition> rules;
      std::vector<FilePosition> counts;
      for (const PlacedRule& rule : from.rules) {
        if (rule.until_end) draft_.until_rules.push_back({draft_.session.permissions.size(), to.rules.size()});
        to.rules.push_back(rule.rule);
        rules.push_back(rule.where);
      }
      for (const PlacedCount& count : from.counts) {
        to.counts.push_back(count.count);
        counts.push_back(count.where);
      }
      for (const PlacedInside& inside : from.insides) to.inside.push_back(inside.inside);
      draft_.session.permissions.push_back(std::move(to));
      draft_.names.permissions.push_back(from.names);
      draft_.permission_windows.push_back(from.window);
      draft_.permission_positions.push_back(from.where);
      draft_.rule_positions.push_back(std::move(rules));
      draft_.count_positions.push_back(std::move(counts));
    }
  }

  void read_paymasters(const Contracts& contracts) {
    const Node* node = find(root_, "paymasters");
    draft_.paymasters_position = node != nullptr ? node->where : root_.where;
    if (node == nullptr || (node->is_scalar() && node->text == "none")) return;
    expect_list(*node, "`paymasters`", "write `none`, or `[NAME, NAME]`");
    if (node->items.empty() || node->items.size() > kMaxPaymasters) {
      fail_at(*node, "session_caps", fmt::format("there are {} paymasters", node->items.size()),
              fmt::format("write `none`, or 1 to {}", kMaxPaymasters));
    }
    auto& paymasters = draft_.session.paymasters;
    for (const Node& item : node->items) {
      expect_scalar(item, "a paymaster", "write its name in `contracts`, or an address");
      const Address address = contracts.address(item, item.text);
      if (std::ranges::find(paymasters, address) != paymasters.end())
        fail_at(item, "paymaster_order", fmt::format("the paymaster `{}` is there twice", item.text),
                "keep one of them");
      paymasters.push_back(address);
    }
    std::ranges::sort(paymasters);
  }

  void read_gas(const Contracts& contracts) {
    constexpr std::string_view kFix =
        "write `gas: {price: 2 gwei, fees: 0.01 ETH}`, `gas: none` where a paymaster pays, or `gas: unlimited`";
    const Node& gas = need(root_, "gas", "the session", std::string(kFix));
    draft_.gas_position = gas.where;
    Session& session = draft_.session;
    session.gas_price = kUnlimitedGasPrice;
    if (is_word(gas, "unlimited")) {
      session.account_pays = true;
    } else if (!gas.is_scalar() || gas.text != "none") {
      expect_map(gas, "`gas`", std::string(kFix));
      check_keys(gas, kGasKeys, "`gas`");
      read_gas_price(
          need(gas, "price", "`gas`", "write the most for one unit of gas, such as `price: 2 gwei`, or `unlimited`"),
          contracts);
      read_fees(need(gas, "fees", "`gas`",
                     "write the most that the account pays, such as `fees: 0.01 ETH`, or `none`, or `unlimited`"),
                contracts);
    }
    if (!session.account_pays && session.paymasters.empty()) {
      fail_at(gas, "no_payer", "nobody may pay the fee: the account pays none, and no paymaster is named",
              "name one: `paymasters: [NAME]`, or let the account pay: `gas: {price: 2 gwei, fees: 0.01 ETH}`");
    }
  }

  void read_gas_price(const Node& price, const Contracts& contracts) {
    expect_scalar(price, "`price`", "write an amount, such as `2 gwei`");
    if (is_word(price, "unlimited")) return;
    const Amount amount = read_amount(price, price.text, contracts);
    if (amount.negative || amount.unit.kind != AmountUnit::Kind::coin)
      fail_at(price, "wrong_unit", fmt::format("`{}` is no gas price", price.text),
              "write it in gwei or wei, such as `2 gwei`");
    if (!amount.units.fits_64() || amount.units.low_64() == kUnlimitedGasPrice)
      fail_at(price, "number_range", fmt::format("`{}` is too large", price.text),
              "write a price below 2^64 - 1 wei, or `unlimited`");
    draft_.session.gas_price = amount.units.low_64();
  }

  void read_fees(const Node& fees, const Contracts& contracts) {
    expect_scalar(fees, "`fees`", "write an amount, such as `0.01 ETH`, or `none`, or `unlimited`");
    if (fees.text == "none") return;
    draft_.session.account_pays = true;
    if (is_word(fees, "unlimited")) return;
    const LimitAmount amount = read_limit_amount(fees, contracts);
    const std::string& coin = contracts.coin().symbol;
    if (amount.unit.kind != AmountUnit::Kind::coin)
      fail_at(fees, "wrong_unit", fmt::format("`{}` is no amount of {}", fees.text, coin),
              fmt::format("write fees in {}, gwei or wei", coin));
    if (draft_.session.limits.size() == kMaxLimits)
      fail_at(fees, "session_caps", fmt::format("the limit on fees is one more than {} limits", kMaxLimits),
              "take a limit away");
    draft_.session.limits.push_back(
        {.kind = LimitKind::fees, .amount = amount.amount, .period = amount.period, .token = {}});
    draft_.limit_positions.push_back(fees.where);
    draft_.names.limits.push_back({"gas fees", std::nullopt});
  }

  // One name for each address, the first in the file.
  void take_names(const Contracts& contracts) {
    auto& names = draft_.names.addresses;
    const auto add = [&](AddressName name) {
      const auto place = std::ranges::lower_bound(names, name.address, {}, &AddressName::address);
      if (place == names.end() || place->address != name.address) names.insert(place, std::move(name));
    };
    for (const Contract& contract : contracts.all()) add({contract.address, contract.name, contract.token});
    for (const NamedKey& key : keys_) {
      if (!key.name.empty()) add({key.address, key.name, std::nullopt});
    }
  }

  void take_functions(const Contracts& contracts) {
    for (const Contract& contract : contracts.all()) {
      for (const AbiFunction& function : contract.abi.functions)
        draft_.functions.push_back({contract.address, function, std::nullopt});
      for (const Command& command : contract.commands)
        draft_.functions.push_back({contract.address, command.function, command.byte});
    }
  }

  const Node& root_;
  const SessionFileOptions& options_;
  SessionDraft draft_;
  std::vector<NamedKey> keys_;
};

}  // namespace

}  // namespace session_file

Result<SessionDraft> read_session_file(std::string_view text, const SessionFileOptions& options) {
  using namespace session_file;
  try {
    Node root = parse_yaml(text);
    substitute(root, options.variables);
    return SessionReader(root, options).read();
  } catch (FileFailure& failure) {
    return fail(failure.code,
                fmt::format("{}:{}:{}: {}", options.path, failure.where.line, failure.where.column, failure.message),
                std::move(failure.fix));
  }
}

}  // namespace valetkey
