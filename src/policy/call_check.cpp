#include "policy/layout.hpp"
#include "policy/path.hpp"
#include "policy/rule.hpp"
#include "policy/tally.hpp"
#include "policy/words.hpp"
#include "session/function_text.hpp"

namespace valetkey {
namespace {

// More inner calls than this are not looked at; no chain has the gas for so many.
constexpr std::size_t kMostInnerCalls = 100'000;

bool is_for_call(const Permission& permission, const CallView& call) {
  const bool same_contract = permission.contract == call.target;
  const bool has_selector = call.data.size() >= Selector::kSize;
  switch (permission.kind) {
    case PermissionKind::function:
      return same_contract && !permission.inner && has_selector &&
             read_fixed<Selector>(call.data) == permission.selector;
    case PermissionKind::plain_transfer:
      return same_contract && call.data.empty();
    case PermissionKind::any_function:
      return same_contract && has_selector;
    case PermissionKind::anything:
      break;
  }
  return true;
}

// One call of the operation, with the calls inside it.
class CallCheck {
 public:
  CallCheck(CarriedPermissions permissions, const CallView& call, std::uint8_t call_index, const Address& account,
            Tally& tally)
      : permissions_(permissions), call_(call), index_(call_index), account_(account), tally_(tally) {}

  std::optional<Refusal> check(std::uint8_t p) {
    const Permission& permission = *permissions_[p];
    if (!is_for_call(permission, call_)) {
      tally_.enter(p, {});
      return refuse(RefusalCode::no_permission, p);
    }
    const Arguments arguments = arguments_of(permission, call_);
    tally_.enter(p, arguments.data);
    if (permission.kind == PermissionKind::any_function && !reserved_text(read_fixed<Selector>(call_.data)).empty())
      return refuse(RefusalCode::denied_function, p);
    if (permission.kind == PermissionKind::function) {
      if (auto refused = check_form(permission, p, arguments.data)) return refused;
    }
    if (call_.value > permission.most_value) return refuse(RefusalCode::value_over, p);
    return check_content(p, arguments);
  }

 private:
  [[nodiscard]] Refusal refuse(RefusalCode code, std::size_t rule) const {
    return {code, index_, static_cast<std::uint8_t>(rule)};
  }

  // G 4.
  [[nodiscard]] std::optional<Refusal> check_form(const Permission& permission, std::uint8_t p,
                                                  ByteView arguments) const {
    const std::size_t head = kWordSize * permission.words;
    if (permission.dynamic ? arguments.size() < head : arguments.size() != head)
      return refuse(RefusalCode::call_data_length, p);
    if (permission.dynamic && !is_canonical(permission.layout, permission.words, arguments))
      return refuse(RefusalCode::call_data_form, p);
    return {};
  }

  // G 6 to 9.
  std::optional<Refusal> check_content(std::uint8_t p, const Arguments& arguments) {
    const Permission& permission = arguments.permission;
    tally_.intersect(window_of(permission.from, permission.until));
    for (std::size_t j = 0; j < permission.rules.size(); ++j) {
      if (auto refused = check_rule(arguments, j, account_, index_)) return refused;
    }
    for (std::size_t c = 0; c < permission.counts.size(); ++c) {
      if (auto refused = check_count(arguments, c)) return refused;
    }
    for (std::size_t d = 0; d < permission.inside.size(); ++d) {
      if (auto refused = check_inside(p, arguments, d)) return refused;
    }
    return {};
  }

  // G 8.
  std::optional<Refusal> check_count(const Arguments& arguments, std::size_t c) {
    const Count& count = arguments.permission.counts[c];
    // A session that was checked has no such count; a state of another session must not reach behind the limits.
    if (count.limit >= kMaxLimits) return refuse(RefusalCode::count_limit, c);
    if (count.source == kCountCall) {
      tally_.add(count.limit, 1);
    } else if (count.source == kCountValue) {
      tally_.add(count.limit, arguments.value);
    } else if (count.source < kFirstPath) {
      return add_counted(count, c, head_word(arguments.data, count.source));
    } else {
      const auto values = values_at(arguments, count.source);
      for (const Word& value : values.found) {
        if (auto refused = add_counted(count, c, value)) return refused;
      }
      if (!values.in_range) return range_refusal(index_, count.source);
    }
    return {};
  }
  std::optional<Refusal> add_counted(const Count& count, std::size_t c, const Word& value) {
    if (!is_clean(count.type, value)) return refuse(RefusalCode::dirty_count, c);
    tally_.add(count.limit, value);
    return {};
  }

  // G 9. A missing member is refused when its turn comes; with commands the members are numbered first.
  std::optional<Refusal> check_inside(std::uint8_t p, const Arguments& arguments, std::size_t d) {
    const Inside& inside = arguments.permission.inside[d];
    const auto contents = contents_at(arguments, inside.position);
    const bool by_command = inside.commands != Inside::kBySelector;
    ByteView commands;
    if (by_command) {
      if (!contents.in_range) return range_refusal(index_, inside.position);
      const auto found = contents_at(arguments, inside.commands);
      if (!found.in_range || found.found.size() != 1) return range_refusal(index_, inside.commands);
      commands = found.found[0];
      if (commands.size() != contents.found.size()) return refuse(RefusalCode::inner_count, d);
    }
    for (std::size_t k = 0; k < contents.found.size(); ++k) {
      const ByteView call = contents.found[k];
      const auto selector = by_command ? std::optional(selector_of_command(commands[k])) : selector_of(call);
      tally_.set_inner(selector);
      const auto q = selector && ++inner_calls_ <= kMostInnerCalls ? find_inner(inside, *selector) : std::nullopt;
      if (!q) return refuse(RefusalCode::inner_call, d);
      if (auto refused = check_inner(*q, by_command ? call : call.subspan(Selector::kSize))) return refused;
      tally_.enter(p, arguments.data);
    }
    return contents.in_range ? std::nullopt : std::optional(range_refusal(index_, inside.position));
  }

  static Selector selector_of_command(std::uint8_t command) { return Selector{{0, 0, 0, command}}; }
  static std::optional<Selector> selector_of(ByteView call) {
    return call.size() >= Selector::kSize ? std::optional(read_fixed<Selector>(call)) : std::nullopt;
  }
  // The permission of the inside that is carried and for the function or command.
  [[nodiscard]] std::optional<std::uint8_t> find_inner(const Inside& inside, const Selector& selector) const {
    for (const std::uint8_t q : inside.permissions) {
      if (q < permissions_.size() && permissions_[q] != nullptr && permissions_[q]->selector == selector) return q;
    }
    return std::nullopt;
  }
  std::optional<Refusal> check_inner(std::uint8_t q, ByteView arguments) {
    const Permission& permission = *permissions_[q];
    tally_.enter(q, arguments);
    if (auto refused = check_form(permission, q, arguments)) return refused;
    return check_content(q, {permission, arguments, kNoValue});
  }

  static constexpr Word kNoValue = 0;

  CarriedPermissions permissions_;
  const CallView& call_;
  std::uint8_t index_;
  const Address& account_;
  Tally& tally_;
  std::size_t inner_calls_ = 0;
};

}  // namespace

std::optional<Refusal> check_permission(CarriedPermissions permissions, std::uint8_t permission, const CallView& call,
                                        std::uint8_t call_index, const Address& account, Tally& tally) {
  return CallCheck(permissions, call, call_index, account, tally).check(permission);
}

}  // namespace valetkey
