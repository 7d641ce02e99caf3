#include "account/call_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "account/amount.hpp"
#include "account/call_item.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "evm/abi_word.hpp"

namespace valetkey {
namespace {

// What every token has, for calls that no permission names.
constexpr std::array<std::string_view, 3> kTokenFunctions{
    "function transfer(address to, uint256 value)", "function approve(address spender, uint256 value)",
    "function transferFrom(address from, address to, uint256 value)"};

// As head_layout names it.
std::string member_path(const std::string& path, const AbiType& type, std::size_t index) {
  const std::string name = type.name.empty() ? std::to_string(index) : type.name;
  return path.empty() ? name : path + "." + name;
}

// A function with the names that go with it.
struct NamedFunction {
  AbiFunction function;
  const PermissionNames* names = nullptr;  // of the permission that names it; may be nullptr
  bool command = false;
  Address contract;
};

struct FunctionText {
  std::string_view contract;
  std::string_view name;
  std::string_view types;  // `(address,uint256)` or empty
};

// Without a contract in front the contract is empty.
FunctionText split_function(std::string_view text) {
  const std::size_t bracket = std::min(text.find('('), text.size());
  const std::size_t dot = text.substr(0, bracket).rfind('.');
  const std::size_t name = dot == std::string_view::npos ? 0 : dot + 1;
  return {name == 0 ? std::string_view() : trim(text.substr(0, dot)), trim(text.substr(name, bracket - name)),
          text.substr(bracket)};
}

// `name(a, b)`, `name(types)(a, b)`: the values apart.
struct CallParts {
  FunctionText function;
  Item values;
};
Result<CallParts> split_call(std::string_view text) {
  std::size_t values_at = text.find('(');
  std::size_t end = closing(text, values_at);
  if (end != std::string_view::npos && end + 1 < text.size() && text[end + 1] == '(') {
    values_at = end + 1;
    end = closing(text, values_at);
  }
  if (end != text.size() - 1) {
    return fail("call_argument", fmt::format("the brackets of `{}` don't close", text),
                "write `contract.function(a, b)`");
  }
  return CallParts{split_function(text.substr(0, values_at)), parse_item(text.substr(values_at))};
}

class CallWriter {
 public:
  explicit CallWriter(const HeldSession& session, std::span<const KnownFunction> more = {})
      : session_(session), names_(session.names()), more_(more) {}

  Result<Address> address(std::string_view text) const {
    if (text == "$account") return session_.place().account;
    for (const AddressName& known : names_.addresses) {
      if (known.name == text) return known.address;
    }
    if (text.starts_with("0x")) return parse_address(text);
    std::string known = "`$account`";
    for (const AddressName& each : names_.addresses) known += fmt::format(", `{}`", each.name);
    return fail("call_contract", fmt::format("`{}` is not a name of this approval", text),
                fmt::format("write an address with 0x, or one of {}", known));
  }

  // `types` are those in the first brackets of `name(types)`; empty: found by its name.
  Result<NamedFunction> function(const Address& contract, std::string_view name, std::string_view types) const {
    std::vector<NamedFunction> found = types.empty() ? named(contract, name) : std::vector<NamedFunction>{};
    if (!types.empty()) {
      VALETKEY_TRY(parsed, parse_function(fmt::format("{}{}", name, types)));
      const PermissionNames* names = names_of(contract, signature_text(parsed));
      found.push_back({std::move(parsed), names, false, contract});
    }
    if (found.size() == 1) return std::move(found.front());
    std::string choices;
    for (const NamedFunction& each : found)
      choices += fmt::format("{}`{}`", choices.empty() ? "" : ", ", signature_text(each.function));
    return fail("call_function",
                found.empty() ? fmt::format("the approval does not know a function `{}` of that contract", name)
                              : fmt::format("the approval knows several functions `{}`", name),
                found.empty() ? fmt::format("write its types: `{}(address,uint256)(…)`, or use --to and --data", name)
                              : fmt::format("write one of {}, then the values in brackets", choices));
  }

  Result<Word> coin(std::string_view text) const {
    const std::vector<Unit> units{names_.coin, {"gwei", 9}, {"wei", 0}};
    return parse_amount_text(text, units);
  }

  // The arguments of a call, with the selector where it has one.
  Result<Bytes> data(const Address& contract, const CallParts& parts) const {
    auto found = function(contract, parts.function.name, parts.function.types);
    if (!found && parts.function.types.empty() && parts.values.items.empty())
      found = function(contract, parts.function.name, "()");
    VALETKEY_TRY(function, std::move(found));
    const auto& inputs = function.function.inputs;
    if (parts.values.items.size() != inputs.size()) {
      return fail("call_argument",
                  fmt::format("`{}` takes {} arguments, not {}", signature_text(function.function), inputs.size(),
                              parts.values.items.size()),
                  "separate them with commas; a tuple is one argument, in brackets of its own");
    }
    Value::List values;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      VALETKEY_TRY(argument, value(function, inputs[i], parts.values.items[i], member_path("", inputs[i], i)));
      values.push_back(std::move(argument));
    }
    return encode(function, values);
  }

  static Result<Bytes> encode(const NamedFunction& function, const Value::List& values) {
    return function.command ? build_arguments(function.function.inputs, values)
                            : build_call(function.function, values);
  }

  // `path` names the argument in messages and finds its unit.
  Result<Value> value(const NamedFunction& function, const AbiType& type, const Item& item,
                      const std::string& path) const {
    switch (type.kind) {
      case AbiKind::tuple:
        return members(function, type.components, item, '(', path);
      case AbiKind::fixed_array:
        return members(function, std::vector<AbiType>(type.length, type.components.front()), item, '[', path);
      case AbiKind::array:
        return members(function, std::vector<AbiType>(item.items.size(), type.components.front()), item, '[', path);
      default:
        break;
    }
    auto leaf = leaf_value(function, type, item.text, path);
    if (!leaf) leaf.error().message = fmt::format("argument `{}`: {}", path, leaf.error().message);
    return leaf;
  }

 private:
  std::vector<NamedFunction> named(const Address& contract, std::string_view name) const {
    std::vector<NamedFunction> found;
    const auto add_function = [&](AbiFunction function, const PermissionNames* names, bool command) {
      const std::string text = canonical_text(function.inputs);
      const bool known = std::ranges::any_of(found, [&](const NamedFunction& each) {
        return each.command == command && canonical_text(each.function.inputs) == text;
      });
      if (!known) found.push_back({std::move(function), names, command, contract});
    };
    const auto add = [&](std::string_view declaration, const PermissionNames* names, bool command = false) {
      auto parsed = parse_function(declaration);
      const bool own_name = names != nullptr && !names->name.empty() && names->name == name;
      if (parsed && (parsed->name == name || own_name)) add_function(std::move(*parsed), names, command);
    };
    const auto& permissions = session_.session().permissions;
    for (std::size_t i = 0; i < permissions.size(); ++i) {
      if (permissions[i].kind != PermissionKind::function || permissions[i].contract != contract) continue;
      const PermissionNames* names = i < names_.permissions.size() ? &names_.permissions[i] : nullptr;
      const bool declared = names != nullptr && !names->declaration.empty();
      add(declared ? names->declaration : permissions[i].text, names, permissions[i].command);
    }
    for (const KnownFunction& known : more_) {
      if (known.contract == contract && known.function.name == name)
        add_function(known.function, nullptr, known.command.has_value());
    }
    if (const AddressName* token = names_.find(contract); token != nullptr && token->unit) {
      for (const std::string_view declaration : kTokenFunctions) add(declaration, nullptr);
    }
    return found;
  }

  const PermissionNames* names_of(const Address& contract, std::string_view text) const {
    const auto& permissions = session_.session().permissions;
    for (std::size_t i = 0; i < permissions.size() && i < names_.permissions.size(); ++i) {
      if (permissions[i].contract == contract && permissions[i].text == text) return &names_.permissions[i];
    }
    return nullptr;
  }

  Result<Value> members(const NamedFunction& function, const std::vector<AbiType>& types, const Item& item,
                        char bracket, const std::string& path) const {
    if (item.bracket != bracket || item.items.size() != types.size()) {
      return fail("call_argument",
                  fmt::format("argument `{}`: `{}` is not {} values in {}", path, item.text, types.size(),
                              bracket == '(' ? "round brackets" : "square brackets"),
                  fmt::format("write {}", bracket == '(' ? "`(a, b, …)`" : "`[a, b, …]`"));
    }
    Value::List list;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::string name = bracket == '[' ? fmt::format("{}[{}]", path, i) : member_path(path, types[i], i);
      VALETKEY_TRY(member, value(function, types[i], item.items[i], name));
      list.push_back(std::move(member));
    }
    return Value(std::move(list));
  }

  Result<Value> leaf_value(const NamedFunction& function, const AbiType& type, std::string_view text,
                           const std::string& path) const {
    switch (type.kind) {
      case AbiKind::address: {
        VALETKEY_TRY(found, address(text));
        return Value(found);
      }
      case AbiKind::uint_: {
        VALETKEY_TRY(amount, parse_amount_text(text, units(function, path)));
        if (!is_clean(type, amount)) {
          return fail("call_argument", fmt::format("`{}` does not fit into {}", text, canonical_text(type)),
                      "write a smaller number");
        }
        return Value(amount);
      }
      case AbiKind::bytes: {
        if (!text.starts_with("0x") && text.find('(') != std::string_view::npos) return call_inside(function, text);
        VALETKEY_TRY(bytes, parse_hex(text));
        return Value(std::move(bytes));
      }
      case AbiKind::string:
        return Value(text);
      default: {
        VALETKEY_TRY(word, parse_abi_word(type, text));
        return Value(word);
      }
    }
  }

  Result<Value> call_inside(const NamedFunction& outer, std::string_view text) const {
    VALETKEY_TRY(parts, split_call(text));
    Address contract = outer.contract;
    if (!parts.function.contract.empty()) {
      VALETKEY_TRY(named, address(parts.function.contract));
      contract = named;
    }
    VALETKEY_TRY(bytes, data(contract, parts));
    return Value(std::move(bytes));
  }

  // The argument's own units, one of each permission on the function, where the approval has any; else every unit that
  // it has.
  std::vector<Unit> units(const NamedFunction& function, const std::string& path) const {
    std::vector<Unit> all;
    const auto words = head_layout(function.function.inputs);
    const auto word = std::ranges::find(words, path, &HeadWord::path);
    const auto& permissions = session_.session().permissions;
    const std::string text = signature_text(function.function);
    for (std::size_t p = 0; word != words.end() && p < permissions.size() && p < names_.permissions.size(); ++p) {
      if (permissions[p].contract != function.contract || permissions[p].text != text) continue;
      for (const WordUnit& unit : names_.permissions[p].units) {
        if (unit.position == word->position) all.push_back(unit.unit);
      }
    }
    if (!all.empty()) return all;
    for (const AddressName& each : names_.addresses) {
      if (each.unit) all.push_back(*each.unit);
    }
    all.push_back(names_.coin);
    return all;
  }

  const HeldSession& session_;
  const SessionNames& names_;
  std::span<const KnownFunction> more_;
};

Result<Address> target_of(const CallWriter& writer, const FunctionText& function, std::string_view text) {
  if (!function.contract.empty()) return writer.address(function.contract);
  return fail("call_function", fmt::format("`{}` is not a contract and a function", text), "write `contract.function`");
}

// More brackets in brackets than any function has.
constexpr std::size_t kMostNesting = 32;

Result<void> check_nesting(std::string_view text) {
  if (nesting(text) <= kMostNesting) return {};
  return fail("call_argument", fmt::format("the brackets are nested more than {} deep", kMostNesting),
              "write each array and each tuple in brackets of its own, and nothing else");
}

// Takes the values of a type's leaves out of `left`.
Result<Value> take_named(const CallWriter& writer, const NamedFunction& function, const AbiType& type,
                         const std::string& path, std::vector<NamedArgument>& left) {
  const auto found = std::ranges::find(left, std::string_view(path), &NamedArgument::path);
  if (found != left.end()) {
    VALETKEY_CHECK(check_nesting(found->value));
    const Item item = parse_item(trim(found->value));
    left.erase(found);
    return writer.value(function, type, item, path);
  }
  if (type.kind != AbiKind::tuple) {
    return fail("call_argument", fmt::format("the argument `{}` is missing", path),
                fmt::format("give `{}` a value", path));
  }
  Value::List list;
  for (std::size_t i = 0; i < type.components.size(); ++i) {
    const AbiType& member = type.components[i];
    VALETKEY_TRY(value, take_named(writer, function, member, member_path(path, member, i), left));
    list.push_back(std::move(value));
  }
  return Value(std::move(list));
}

}  // namespace

Result<Call> build_named_call(const HeldSession& session, std::string_view function_text,
                              const std::vector<NamedArgument>& arguments, std::string_view value) {
  VALETKEY_CHECK(check_nesting(function_text));
  const CallWriter writer(session);
  const FunctionText parts = split_function(function_text);
  VALETKEY_TRY(target, target_of(writer, parts, function_text));
  VALETKEY_TRY(function, writer.function(target, parts.name, parts.types));
  VALETKEY_TRY(coin, writer.coin(value));
  std::vector<NamedArgument> left = arguments;
  Value::List values;
  for (std::size_t i = 0; i < function.function.inputs.size(); ++i) {
    const AbiType& type = function.function.inputs[i];
    VALETKEY_TRY(argument, take_named(writer, function, type, member_path("", type, i), left));
    values.push_back(std::move(argument));
  }
  if (!left.empty()) {
    return fail("call_argument",
                fmt::format("`{}` is no argument of `{}`, or is given twice", left.front().path, function_text),
                fmt::format("its arguments are those of `{}`", signature_text(function.function)));
  }
  VALETKEY_TRY(data, CallWriter::encode(function, values));
  return Call{target, coin, std::move(data)};
}

Result<Call> parse_call_text(const HeldSession& session, std::string_view text, std::span<const KnownFunction> more) {
  VALETKEY_CHECK(check_nesting(text));
  const CallWriter writer(session, more);
  text = trim(text);
  Word coin = 0;
  if (const std::size_t place = text.rfind(" value ");
      place != std::string_view::npos && text.find(')', place) == std::string_view::npos) {
    VALETKEY_TRY(amount, writer.coin(trim(text.substr(place + 7))));
    coin = amount;
    text = trim(text.substr(0, place));
  }
  if (text.find('(') == std::string_view::npos) {  // a plain transfer
    VALETKEY_TRY(target, writer.address(text));
    return Call{target, coin, {}};
  }
  VALETKEY_TRY(parts, split_call(text));
  VALETKEY_TRY(target, target_of(writer, parts.function, text));
  VALETKEY_TRY(data, writer.data(target, parts));
  return Call{target, coin, std::move(data)};
}

}  // namespace valetkey
