#include "policy/explain.hpp"

#include <fmt/core.h>

#include "policy/explain_parts.hpp"
#include "policy/names.hpp"
#include "policy/outflow_text.hpp"
#include "session/texts.hpp"

namespace valetkey {
namespace {

class Explanation {
 public:
  Explanation(const PlacedSession& placed, const SessionNames* names)
      : session_(placed.session), place_(placed.place), names_(names), book_(placed.session, placed.place, names), shown_(placed.session.permissions.size()) {}

  std::string write() {
    write_head();
    write_permissions();
    write_limits();
    const Exposure figures = exposure(session_, place_, names_);
    write_outflows(figures);
    write_gas();
    write_warnings(figures);
    if (names_ != nullptr) line("names of contracts, arguments and units are not signed: the addresses are");
    return std::move(text_);
  }

 private:
  void line(std::string_view words, std::size_t indent = 0) {
    text_ += fmt::format("{:{}}{}\n", "", 2 * indent, words);
  }

  void write_head() {
    const std::string chain = names_ != nullptr && !names_->chain.empty()
                                  ? fmt::format("{} (chain {})", names_->chain, place_.chain.value)
                                  : fmt::format("chain {}", place_.chain.value);
    const std::string name =
        names_ != nullptr && !names_->name.empty() ? fmt::format("session `{}`", names_->name) : std::string("session");
    line(fmt::format("{} on {}, account {}", name, chain, to_checksum(place_.account)));
    line(fmt::format("id {}", to_hex(session_id(session_))), 1);
    std::vector<std::string> keys;
    for (const Address& key : session_.keys) keys.push_back(book_.address(key));
    line(fmt::format("keys: any {} of {}", session_.threshold, joined(keys, ", ")), 1);
    const std::string length =
        session_.until == 0 ? std::string() : fmt::format(" ({})", duration_text(session_.until - session_.from));
    line(fmt::format("works from {} until {}{}", time_text(session_.from), session_until_text(session_.until), length),
         1);
  }

  void write_permissions() {
    line("it may call");
    for (std::size_t p = 0; p < session_.permissions.size(); ++p) {
      if (!session_.permissions[p].inner) write_permission(p, 1);
    }
  }

  // Inner permissions stand under the first argument that they are called in.
  void write_permission(std::size_t p, std::size_t indent) {
    const Permission& permission = session_.permissions[p];
    shown_[p] = true;
    line(fmt::format("{}. {}", p + 1, book_.permission(p)), indent);
    indent += 2;
    if (permission.kind == PermissionKind::function)
      line(fmt::format("{} of {}", function_text(permission), book_.address(permission.contract)), indent);
    for (const ArgumentLine& argument : argument_lines(session_, book_, p)) write_argument(p, argument, indent);
    if (!permission.inner) {
      line(permission.most_value.is_zero()
               ? fmt::format("without {}", book_.coin().symbol)
               : fmt::format("with at most {} a call", amount_text(permission.most_value, book_.coin())),
           indent);
    }
    if (permission.from != 0 || permission.until != 0) {
      line(fmt::format("from {} until {}", permission_from_text(permission.from),
                       permission_until_text(permission.until)),
           indent);
    }
    for (const Count& count : permission.counts) {
      if (count.source >= kCountValue)
        line(fmt::format("each {} counts against {}", source_text(count.source), book_.limit(count.limit)), indent);
    }
    for (const BatchRule& rule : permission.batch) line(batch_words(book_, p, rule), indent);
    for (const Policy& policy : permission.policies) line(policy_words(book_, policy), indent);
  }

  void write_argument(std::size_t p, const ArgumentLine& argument, std::size_t indent) {
    std::vector<std::string> parts = argument.rules;
    if (argument.inside != nullptr) parts.push_back(inside_words(book_, p, *argument.inside));
    if (parts.empty()) parts.push_back(argument.note.empty() ? "anything" : argument.note);
    for (const std::uint8_t limit : argument.limits) parts.push_back("counts against " + book_.limit(limit));
    line(fmt::format("{}: {}", argument.name, joined(parts, ", ")), indent);
    if (argument.inside == nullptr) return;
    for (const std::uint8_t inner : argument.inside->permissions) {
      if (!shown_[inner]) {
        write_permission(inner, indent + 1);
      } else {
        line(fmt::format("{}. {}, as above", inner + 1, book_.permission(inner)), indent + 1);
      }
    }
  }

  void write_limits() {
    if (session_.limits.empty()) return;
    line("limits");
    for (std::size_t l = 0; l < session_.limits.size(); ++l) {
      const Limit& limit = session_.limits[l];
      const std::string what = limit.kind == LimitKind::token ? "amounts of " + book_.address(limit.token)
                                                              : std::string(limit_text(limit.kind));
      line(fmt::format("{}: {} at most {} {}", book_.limit(l), what, book_.limit_amount(l, limit.amount),
                       period_text(limit.period)),
           1);
    }
  }

  void write_outflows(const Exposure& figures) {
    line("the most that can leave");
    if (figures.everything) line("everything: the session may make any call", 1);
    for (const Outflow& outflow : figures.outflows) line(outflow_text(outflow, book_, session_), 1);
    if (figures.calls) line(fmt::format("in at most {} calls", to_decimal(*figures.calls)), 1);
  }

  void write_gas() {
    line(fmt::format("gas: price {}, fees {}", price_text(session_.gas_price), fees_text(session_)));
    std::vector<std::string> paymasters;
    for (const Address& paymaster : session_.paymasters) paymasters.push_back(book_.address(paymaster));
    line(fmt::format("paymasters: {}", paymasters.empty() ? std::string("none") : joined(paymasters, ", ")));
  }

  void write_warnings(const Exposure& figures) {
    if (figures.warnings.empty()) return;
    line("warnings");
    for (const Warning& warning : figures.warnings) {
      const std::string where =
          warning.permission == 255 ? std::string() : fmt::format("permission {}: ", warning.permission + 1);
      line(fmt::format("{}{} ({})", where, warning.sentence, warning_name(warning.code)), 1);
    }
  }

  const Session& session_;
  const SessionPlace& place_;
  const SessionNames* names_;
  NameBook book_;
  std::string text_;
  std::vector<bool> shown_;  // permissions
};

}  // namespace

std::string explain(const PlacedSession& session, const SessionNames* names) {
  return Explanation(session, names).write();
}

}  // namespace valetkey
