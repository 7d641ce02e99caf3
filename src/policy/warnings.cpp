#include "policy/warnings.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "session/function_text.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

// Functions that hand out an allowance or an operator's rights.
constexpr std::array kAllowances{
    "0x095ea7b3"_selector,  // approve(address,uint256)
    "0x39509351"_selector,  // increaseAllowance(address,uint256)
    "0xa22cb465"_selector,  // setApprovalForAll(address,bool)
    "0x87517c45"_selector,  // approve(address,address,uint160,uint48)
    "0xc04a8a10"_selector,  // approveDelegation(address,uint256)
    "0x959b8c3f"_selector,  // authorizeOperator(address)
    "0x110496e5"_selector,  // allow(address,bool)
};

// The last part of a path, in lower case: `params.amountOutMinimum` gives `amountoutminimum`.
std::string last_name(const std::string& path) {
  std::string name = path.substr(path.find_last_of('.') + 1);
  while (name.ends_with(']')) name.erase(name.rfind('['));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

bool is_minimum_name(std::string_view name) {
  return contains_any(name, {"outmin", "minout", "minimum", "minamount", "amountmin", "minreturn", "minreceived",
                             "minshares", "min_"}) ||
         name.ends_with("min");
}

bool is_recipient_name(std::string_view name) {
  return name == "to" || name == "_to" || name == "dst" || name == "guy" ||
         contains_any(name, {"recipient", "receiver", "beneficiary", "spender", "operator", "onbehalf", "payee"});
}

bool is_floor(const Rule& rule) {
  if (rule.type.group == ValueGroup::ratio) return rule.comparison == Comparison::at_least;
  const bool bounded_below = rule.comparison == Comparison::is || rule.comparison == Comparison::at_least ||
                             rule.comparison == Comparison::more_than || rule.comparison == Comparison::between;
  return bounded_below && !rule.values.empty() &&
         !(rule.comparison != Comparison::more_than && rule.values[0].is_zero());
}

class Finder {
 public:
  Finder(const Session& session, const NameBook& book) : session_(session), book_(book) {}

  std::vector<Warning> find() {
    check_session_as_a_whole();
    for (std::size_t p = 0; p < session_.permissions.size(); ++p) check_permission(p);
    return std::move(warnings_);
  }

 private:
  void warn(WarningCode code, std::string sentence, std::size_t permission = 255) {
    warnings_.push_back({code, static_cast<std::uint8_t>(permission), std::move(sentence)});
  }

  void check_session_as_a_whole() {
    if (session_.until == 0) warn(WarningCode::no_expiry, "the session never ends");
    if (session_.gas_price == kUnlimitedGasPrice)
      warn(WarningCode::gas_price_unlimited,
           "the gas price is not capped: the holder can burn the account's or the paymaster's money as fees");
    if (fees_text(session_) == "unlimited")
      warn(WarningCode::fees_unlimited,
           "the fees are not limited: the holder can spend all of the account's coin on gas");
    if (!session_.paymasters.empty())
      warn(WarningCode::token_paymaster,
           "paymasters are named: one that is paid in tokens takes them without any limit of this session");
  }

  void check_permission(std::size_t p) {
    const Permission& permission = session_.permissions[p];
    if (permission.kind == PermissionKind::anything) {
      warn(WarningCode::sudo, "it allows any call to any contract: the holder can take over the account", p);
    } else if (permission.kind == PermissionKind::any_function) {
      warn(WarningCode::any_function, fmt::format("it allows {}, whatever its arguments", book_.permission(p)), p);
    } else if (permission.kind == PermissionKind::function) {
      check_function(p, permission);
    }
  }

  void check_function(std::size_t p, const Permission& permission) {
    const bool moves = moves_token(permission);
    const auto counts_amount = [&](const Count& count) {
      return count.source == token_amount_word(permission.selector);
    };
    const bool uncounted = moves && std::ranges::none_of(permission.counts, counts_amount);
    if (uncounted || (is_permit2_approve(permission) && permission.counts.empty())) {
      warn(WarningCode::uncounted_token,
           fmt::format("{} moves a token and no limit counts its amount", book_.permission(p)), p);
    }
    if (std::ranges::find(kAllowances, permission.selector) != kAllowances.end()) {
      warn(WarningCode::standing_allowance,
           fmt::format("{} gives an allowance that outlives the session: the owner has to take it back",
                       book_.permission(p)),
           p);
    }
    const auto arguments = book_.arguments(p);
    check_recipients(p, permission, arguments);
    check_price(p, permission, arguments);
    for (const ArgumentView& argument : arguments) {
      if (argument.open && argument.leaf.type.kind == AbiKind::bytes && argument.leaf.path.ends_with("[*]"))
        warn(WarningCode::calls_open,
             fmt::format("`{}` of {} may hold calls that nothing looks at", argument.name, book_.permission(p)), p);
    }
    for (const Policy& policy : permission.policies) {
      warn(WarningCode::external_policy,
           fmt::format("{} asks {}: most public bundlers won't carry an operation that asks a contract",
                       book_.permission(p), book_.address(policy.contract)),
           p);
    }
  }

  void check_recipients(std::size_t p, const Permission& permission, const std::vector<ArgumentView>& arguments) {
    for (const ArgumentView& argument : arguments) {
      if (argument.leaf.type.kind != AbiKind::address) continue;
      const bool named = argument.name == argument.leaf.path;
      const bool token_recipient = moves_token(permission) && argument.leaf.head_word &&
                                   *argument.leaf.head_word + 1 == token_amount_word(permission.selector);
      const bool receives = token_recipient || !named || is_recipient_name(last_name(argument.name));
      const auto pins = [&](const Rule& rule) {
        return rule.type.group == ValueGroup::address && rule.comparison == Comparison::is &&
               std::ranges::find(argument.positions, rule.position) != argument.positions.end();
      };
      if (!receives || (!argument.open && std::ranges::any_of(permission.rules, pins))) continue;
      warn(WarningCode::recipient_not_pinned,
           fmt::format("`{}` of {} may be any address", argument.name, book_.permission(p)), p);
    }
  }

  void check_price(std::size_t p, const Permission& permission, const std::vector<ArgumentView>& arguments) {
    bool minimum_named = false;
    bool floor = false;
    for (const ArgumentView& argument : arguments) {
      const bool minimum = is_minimum_name(last_name(argument.name));
      minimum_named |= minimum;
      floor |= minimum && std::ranges::any_of(permission.rules, [&](const Rule& rule) {
        return is_floor(rule) && std::ranges::find(argument.positions, rule.position) != argument.positions.end();
      });
    }
    floor |= std::ranges::any_of(permission.rules, [](const Rule& rule) {
      return rule.type.group == ValueGroup::ratio && rule.comparison == Comparison::at_least;
    });
    const auto counts_sum = [&](const Count& count) {
      return count.limit < session_.limits.size() && session_.limits[count.limit].kind == LimitKind::sum;
    };
    const bool spends = std::ranges::any_of(permission.counts, counts_sum) && !moves_token(permission);
    if ((minimum_named || spends) && !floor) {
      warn(WarningCode::no_price_floor,
           fmt::format("{} has no floor for what comes back: the holder can trade at any price", book_.permission(p)),
           p);
    }
  }

  const Session& session_;
  const NameBook& book_;
  std::vector<Warning> warnings_;
};

}  // namespace

std::string_view warning_name(WarningCode code) {
  switch (code) {
    case WarningCode::no_price_floor:
      return "no_price_floor";
    case WarningCode::recipient_not_pinned:
      return "recipient_not_pinned";
    case WarningCode::standing_allowance:
      return "standing_allowance";
    case WarningCode::sudo:
      return "sudo";
    case WarningCode::any_function:
      return "any_function";
    case WarningCode::no_expiry:
      return "no_expiry";
    case WarningCode::gas_price_unlimited:
      return "gas_price_unlimited";
    case WarningCode::fees_unlimited:
      return "fees_unlimited";
    case WarningCode::token_paymaster:
      return "token_paymaster";
    case WarningCode::external_policy:
      return "external_policy";
    case WarningCode::calls_open:
      return "calls_open";
    case WarningCode::uncounted_token:
      break;
  }
  return "uncounted_token";
}

std::vector<Warning> find_warnings(const Session& session, const NameBook& book) {
  return Finder(session, book).find();
}

}  // namespace valetkey
