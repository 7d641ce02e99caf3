#include "session_file/permission.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "session/function_text.hpp"
#include "session_file/denied.hpp"
#include "session_file/extras.hpp"
#include "session_file/rules.hpp"
#include "session_file/text.hpp"
#include "session_file/vocabulary.hpp"

namespace valetkey::session_file {

namespace {

constexpr std::size_t kMostDeclaration = 2000;  // that an approval's annex holds

// Splits at commas outside of brackets; `inside` is what stands between the outer brackets.
std::vector<std::string_view> split_arguments(const Node& node, std::string_view inside) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view part) {
    const std::size_t begin = std::min(part.find_first_not_of(' '), part.size());
    part.remove_prefix(begin);
    part = part.substr(0, part.find_last_not_of(' ') + 1);
    if (part.empty()) fail_at(node, "bad_call", "an argument is missing", "write a value between the commas");
    parts.push_back(part);
  };
  if (inside.find_first_not_of(' ') == inside.npos) return parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (depth < 0) break;
    if (c == ',' && depth == 0) {
      add(inside.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (depth != 0)
    fail_at(node, "bad_call", fmt::format("the brackets of `{}` do not close", inside), "close every bracket");
  add(inside.substr(begin));
  return parts;
}

bool is_list_of(std::string_view text, bool tuple) {
  return text.size() >= 2 && text.front() == (tuple ? '(' : '[') && text.back() == (tuple ? ')' : ']');
}

// The values of all that an argument holds, each a text.
void read_exact_value(RuleReader& rules, const Node& node, const std::vector<AbiType>& inputs, const std::string& path,
                      std::string_view text) {
  const Argument argument = value_at(node, find_argument(inputs, path));
  const AbiType& type = argument.type;
  if (argument.is_word() || argument.is_bytes()) return rules.read_exact(node, argument, text);
  const bool tuple = type.kind == AbiKind::tuple;
  if (!is_list_of(text, tuple)) {
    fail_at(node, "bad_call", fmt::format("`{}` is no {}", text, canonical_text(type)),
            tuple ? "write its members in `( )`" : "write its elements in `[ ]`");
  }
  const auto parts = split_arguments(node, text.substr(1, text.size() - 2));
  const bool array = type.kind == AbiKind::array;
  const std::size_t wanted = tuple ? type.components.size() : array ? parts.size() : type.length;
  if (parts.size() != wanted) {
    fail_at(node, "bad_call",
            fmt::format("`{}` has {} values, and {} has {}", text, parts.size(), canonical_text(type), wanted),
            "write a value for each");
  }
  if (array)
    rules.read_exact(node, value_at(node, find_argument(inputs, path + ".length")), std::to_string(parts.size()));
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::string part = tuple ? member_path(path, type.components[i].name, i) : element_path(path, i);
    read_exact_value(rules, node, inputs, part, parts[i]);
  }
}

// The function with the names of its arguments, as parse_function takes it.
std::string declaration(const AbiType& type) {
  const bool array = type.kind == AbiKind::array || type.kind == AbiKind::fixed_array;
  if (array) {
    AbiType element = type.components[0];
    element.name.clear();
    const std::string length = type.kind == AbiKind::array ? "" : std::to_string(type.length);
    return fmt::format("{}[{}]", declaration(element), length);
  }
  if (type.kind != AbiKind::tuple) return canonical_text(type);
  std::string members;
  for (const AbiType& member : type.components) {
    if (!members.empty()) members += ", ";
    members += declaration(member);
    if (!member.name.empty()) members += " " + member.name;
  }
  return "(" + members + ")";
}

std::string declaration(const AbiFunction& function) {
  AbiType arguments;
  arguments.kind = AbiKind::tuple;
  arguments.components = function.inputs;
  return "function " + function.name + declaration(arguments);
}

class PermissionReader {
 public:
  PermissionReader(const Node& node, const Scope& scope) : node_(node), scope_(scope) {}

  FilePermission read() {
    expect_map(node_, "a permission", "write `- call: CONTRACT.FUNCTION`");
    check_keys(node_, kPermissionKeys, "a permission");
    it_.where = node_.where;
    read_call();
    read_name();
    read_value();
    if (const Node* counts = find(node_, "counts")) read_counts(*counts);
    it_.window = read_window(node_);
    it_.batch = find(node_, "batch");
    if (const Node* policies = find(node_, "policies")) it_.permission.policies = read_policies(*policies, scope_);
    if (it_.permission.inner) check_inner();
    return std::move(it_);
  }

 private:
  void read_call() {
    const Node* call = nullptr;
    std::string_view kind;
    for (const std::string_view key : {"call", "transfer", "any_function_of", "exact", "inside"}) {
      const Node* found = find(node_, key);
      if (found == nullptr) continue;
      if (call != nullptr)
        fail_at(*found, "wrong_shape", fmt::format("the permission has `{}` and `{}`", kind, key),
                "write two permissions");
      call = found;
      kind = key;
    }
    if (call == nullptr) {
      fail_at(node_, "missing_key", "the permission does not say what may be called",
              "write one of `call`, `transfer`, `any_function_of`, `exact` and `inside`");
    }
    expect_scalar(*call, fmt::format("`{}`", kind), "write one permission for each");
    const Node* where = find(node_, "where");
    if (kind == "inside") return read_inner(*call, where);
    if (kind == "call" && !is_anything(*call)) return read_function(*call, where);
    if (where != nullptr)
      fail_at(*where, "wrong_shape", "`where` stands with a `call` of one function",
              kind == "exact" ? "write the values into `exact`, or `call` instead of it" : "leave it out");
    if (kind == "exact") return read_exact(*call);
    if (kind == "call") {
      it_.permission.kind = PermissionKind::anything;
      it_.label = "anything";
      return;
    }
    it_.permission.kind = kind == "transfer" ? PermissionKind::plain_transfer : PermissionKind::any_function;
    it_.permission.contract = scope_.contracts.address(*call, call->text);
    it_.label = fmt::format("{} {}", kind == "transfer" ? "transfer to" : "any function of", call->text);
  }

  // The words that allow everything, written as they are.
  bool is_anything(const Node& call) const {
    if (is_word(call, kAnything)) return true;
    std::string upper = call.text;
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (upper.starts_with("ANY CALL") || upper == "ANY" || upper == "ANYTHING" || upper == "SUDO" || upper == "*") {
      fail_at(call, "bad_call", fmt::format("`{}` would allow everything", call.text),
              fmt::format("name a function, or write out `call: {}`", kAnything));
    }
    return false;
  }

  const AbiFunction& set_function(const Node& node, const Contract& contract,
                                  const std::vector<const AbiFunction*>& functions, std::string_view name) {
    const std::string called = fmt::format("{}.{}", contract.name, name);
    if (functions.empty()) {
      std::vector<std::string> known;
      for (const AbiFunction& function : contract.abi.functions) known.push_back(function.name);
      const bool overload = name.find('(') != name.npos;
      fail_at(node, "unknown_name", fmt::format("`{}` has no function `{}`", contract.name, name),
              known.empty() ? fmt::format("give `{}` an `abi` with it", contract.name)
              : overload    ? fmt::format("known here: {}", texts_of(contract.abi.functions))
                            : suggest(name, known));
    }
    if (functions.size() > 1) {
      std::vector<AbiFunction> all;
      for (const AbiFunction* function : functions) all.push_back(*function);
      fail_at(node, "bad_call", fmt::format("`{}` is several functions: {}", called, texts_of(all)),
              fmt::format("write which one: `{}.{}`", contract.name, signature_text(*functions[0])));
    }
    const AbiFunction& function = *functions[0];
    Permission& permission = it_.permission;
    permission.kind = PermissionKind::function;
    permission.contract = contract.address;
    permission.text = signature_text(function);
    permission.selector = selector(function);
    refuse_denied(node, called, permission.text);
    it_.inputs = function.inputs;
    it_.words = head_layout(function.inputs);
    if (it_.words.size() > 255)
      fail_at(node, "layout", fmt::format("`{}` has {} head words", called, it_.words.size()),
              "only functions of up to 255 words can be allowed");
    permission.words = static_cast<std::uint8_t>(it_.words.size());
    permission.dynamic = std::ranges::any_of(function.inputs, &AbiType::is_dynamic);
    if (const auto layout = parse_function_text(permission.text); layout && permission.dynamic)
      permission.layout = layout->layout;
    it_.label = fmt::format("{}.{}", contract.name, function.name);
    it_.name = function.name;
    it_.names.declaration = declaration(function);
    if (it_.names.declaration.size() > kMostDeclaration) it_.names.declaration.clear();
    contract_ = &contract;
    payable_ = function.mutability == StateMutability::payable;
    return function;
  }

  static std::string texts_of(const std::vector<AbiFunction>& functions) {
    std::vector<std::string> texts;
    for (const AbiFunction& function : functions) texts.push_back(signature_text(function));
    return quoted_list(texts);
  }

  const Contract& contract_of(const Node& node, std::string_view key) const {
    const std::size_t dot = node.text.find('.');
    if (dot == node.text.npos) {
      fail_at(node, "bad_call", fmt::format("`{}` names no function", node.text),
              fmt::format("write `{}: CONTRACT.FUNCTION`", key));
    }
    return scope_.contracts.contract(node, std::string_view(node.text).substr(0, dot), fmt::format("`{}`", key));
  }

  void read_function(const Node& call, const Node* where) {
    const Contract& contract = contract_of(call, "call");
    const std::string_view name = std::string_view(call.text).substr(contract.name.size() + 1);
    set_function(call, contract, find_functions(contract.abi, name), name);
    RuleReader(scope_, contract, it_).read_where(node_, where);
  }

  // A function, or a command, that is called inside other calls.
  void read_inner(const Node& inside, const Node* where) {
    const Contract& contract = contract_of(inside, "inside");
    const std::string name = inside.text.substr(contract.name.size() + 1);
    it_.permission.inner = true;
    const auto command = std::ranges::find(contract.commands, name, [](const Command& each) { return each.function.name; });
    if (command == contract.commands.end()) {
      set_function(inside, contract, find_functions(contract.abi, name), name);
    } else {
      set_command(contract, *command);
    }
    RuleReader(scope_, contract, it_).read_where(node_, where);
  }

  void set_command(const Contract& contract, const Command& command) {
    AbiFunction function = command.function;
    function.name = "command";
    contract_ = &contract;
    Permission& permission = it_.permission;
    permission.command = true;
    permission.contract = contract.address;
    permission.text = signature_text(function);
    permission.selector.bytes = {0, 0, 0, command.byte};
    it_.inputs = function.inputs;
    it_.words = head_layout(function.inputs);
    permission.words = static_cast<std::uint8_t>(it_.words.size());
    permission.dynamic = std::ranges::any_of(function.inputs, &AbiType::is_dynamic);
    if (const auto layout = parse_function_text(permission.text); layout && permission.dynamic)
      permission.layout = layout->layout;
    it_.label = fmt::format("{}.{}", contract.name, command.function.name);
    it_.name = command.function.name;
    it_.names.name = command.function.name;
    it_.names.declaration = declaration(function);
    if (it_.names.declaration.size() > kMostDeclaration) it_.names.declaration.clear();
  }

  // What an outer call has and an inner one has not.
  void check_inner() const {
    if (const Node* value = find(node_, "value")) {
      fail_at(*value, "inner_value", fmt::format("`{}` is called inside another call, which sends the value", it_.label),
              "leave `value` out, and write it at the outer call");
    }
    for (const std::string_view key : {"batch", "policies"}) {
      if (const Node* extra = find(node_, key)) {
        fail_at(*extra, "wrong_shape", fmt::format("`{}` is about whole calls, and `{}` is called inside one", key, it_.label),
                fmt::format("write `{}` at the outer call", key));
      }
    }
  }

  void read_name() {
    const Node* name = find(node_, "name");
    if (name == nullptr) return;
    expect_scalar(*name, "`name`", "write one word");
    if (auto good = check_name(name->text, "a permission"); !good) fail_at(*name, good.error());
    it_.name = name->text;
    it_.names.name = name->text;
  }

  // `usdc.approve(router, 0 USDC)`; an overload is picked by its number of arguments.
  void read_exact(const Node& exact) {
    const Contract& contract = contract_of(exact, "exact");
    const std::string_view call = std::string_view(exact.text).substr(contract.name.size() + 1);
    const std::size_t open = call.find('(');
    if (open == call.npos || !call.ends_with(')')) {
      fail_at(exact, "bad_call", fmt::format("`{}` is no call with its values", exact.text),
              "write `CONTRACT.FUNCTION(VALUE, VALUE)`");
    }
    const std::string_view name = call.substr(0, open);
    const auto arguments = split_arguments(exact, call.substr(open + 1, call.size() - open - 2));
    auto functions = find_functions(contract.abi, name);
    if (functions.size() > 1) {
      std::erase_if(functions,
                    [&](const AbiFunction* function) { return function->inputs.size() != arguments.size(); });
      if (functions.empty())
        fail_at(exact, "bad_call", fmt::format("no `{}.{}` takes {} arguments", contract.name, name, arguments.size()),
                fmt::format("known here: {}", texts_of(contract.abi.functions)));
    }
    const AbiFunction& function = set_function(exact, contract, functions, name);
    if (function.inputs.size() != arguments.size()) {
      fail_at(exact, "bad_call",
              fmt::format("`{}` takes {} arguments, and {} are written", it_.label, function.inputs.size(),
                          arguments.size()),
              fmt::format("write a value for each of `{}`", it_.names.declaration));
    }
    RuleReader rules(scope_, contract, it_);
    for (std::size_t i = 0; i < arguments.size(); ++i)
      read_exact_value(rules, exact, it_.inputs, member_path("", it_.inputs[i].name, i), arguments[i]);
    exact_ = true;
  }

  Word native_amount(const Node& node) const {
    if (is_word(node, "any")) return Word::max();
    const Amount amount = read_amount(node, node.text, scope_.contracts);
    const std::string& coin = scope_.contracts.coin().symbol;
    if (amount.negative || (amount.unit.kind != AmountUnit::Kind::coin && !amount.units.is_zero())) {
      fail_at(node, "wrong_unit",
              fmt::format("`{}` is no amount of {}, and `value` is the native value", node.text, coin),
              fmt::format("write it in {}, gwei or wei", coin));
    }
    return amount.units;
  }

  void read_value() {
    const Node* value = find(node_, "value");
    if (value == nullptr) {
      if (it_.permission.kind == PermissionKind::plain_transfer) {
        fail_at(node_, "missing_key", "a `transfer` without `value` could move nothing",
                fmt::format("write the most for one call: `value: 0.1 {}`", scope_.contracts.coin().symbol));
      }
      return;
    }
    const Node* most = value;
    if (!value->is_scalar()) {
      expect_map(*value, "`value`", "write the most for one call, such as `value: 0.1 ETH`");
      check_keys(*value, kValueKeys, "`value`");
      most = &need(*value, "at_most", "`value`",
                   "write the most for one call, such as `at_most: 0.1 ETH`, or `at_most: any`");
      expect_scalar(*most, "`at_most`", "write one amount");
      if (const Node* counts = find(*value, "counts")) read_value_counts(*counts);
    }
    it_.permission.most_value = native_amount(*most);
    if (it_.permission.kind == PermissionKind::function && !payable_ && !it_.permission.most_value.is_zero()) {
      fail_at(*most, "not_payable", fmt::format("`{}` is not payable, so a call with value fails", it_.label),
              "leave `value` out, or add `payable` to the function in `abi`");
    }
  }

  void read_value_counts(const Node& counts) {
    for (const std::size_t place : scope_.limits.named(counts)) {
      const FileLimit& limit = scope_.limits.all()[place];
      if (limit.unit.kind != AmountUnit::Kind::coin) {
        fail_at(counts, "count_source", fmt::format("`{}` does not count native value", limit.name),
                fmt::format("name a limit in {}", scope_.contracts.coin().symbol));
      }
      add_count(place, kCountValue, {}, counts);
    }
  }

  // Beside `call`: calls; beside `exact` also the amount of a token's own function.
  void read_counts(const Node& counts) {
    for (const std::size_t place : scope_.limits.named(counts)) {
      const FileLimit& limit = scope_.limits.all()[place];
      if (limit.unit.kind == AmountUnit::Kind::calls) {
        add_count(place, kCountCall, {}, counts);
        continue;
      }
      const auto amount = exact_ && limit.unit.kind == AmountUnit::Kind::token && limit.unit.token == contract_->address
                              ? token_amount_word(it_.permission.selector)
                              : std::nullopt;
      if (!amount) {
        fail_at(counts, "count_source",
                fmt::format("`{}` counts amounts, and `counts` beside `{}` is for calls", limit.name,
                            exact_ ? "exact" : "call"),
                limit.unit.kind == AmountUnit::Kind::coin
                    ? fmt::format("write `value: {{at_most: …, counts: {}}}`", limit.name)
                    : fmt::format("write `counts: {}` at the argument", limit.name));
      }
      add_count(place, *amount, value_type(it_.words[*amount].type), counts);
    }
  }

  void add_count(std::size_t limit, std::uint8_t source, ValueType type, const Node& node) {
    it_.counts.push_back({Count{static_cast<std::uint8_t>(limit), source, type}, node.where});
  }

  const Node& node_;
  const Scope& scope_;
  FilePermission it_;
  const Contract* contract_ = nullptr;  // of a named function
  bool payable_ = false;
  bool exact_ = false;
};

}  // namespace

FilePermission read_permission(const Node& node, const Scope& scope) {
  return PermissionReader(node, scope).read();
}

std::optional<WindowText> read_window(const Node& map) {
  const Node* from = find(map, "from");
  const Node* length = find(map, "for");
  const Node* until = find(map, "until");
  if (from == nullptr && length == nullptr && until == nullptr) return std::nullopt;
  WindowText window;
  window.where = (from != nullptr ? from : length != nullptr ? length : until)->where;
  if (from != nullptr) {
    expect_scalar(*from, "`from`", "write `now`, or a time such as `2026-12-01 00:00:00 UTC`");
    window.from_now = from->text == "now";
    if (!window.from_now) window.from = value_at(*from, parse_time(from->text));
  }
  if (length != nullptr && until != nullptr)
    fail_at(*until, "wrong_shape", "both `for` and `until` say when it ends", "keep one of them");
  if (until != nullptr) {
    window.where = until->where;
    window.until = value_at(expect_scalar(*until, "`until`", "write a time such as `2026-12-01 00:00:00 UTC`"),
                            parse_time(until->text));
  }
  if (length != nullptr) {
    window.where = length->where;
    expect_scalar(*length, "`for`", "write a duration such as `3d`, or `ever`");
    if (!is_word(*length, "ever")) window.length = value_at(*length, parse_duration(length->text));
  }
  return window;
}

}  // namespace valetkey::session_file
