// The limits of a session file: what each counts follows from its unit and from who counts against it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/approval.hpp"
#include "session/model.hpp"
#include "session_file/contracts.hpp"
#include "session_file/yaml.hpp"

namespace valetkey::session_file {

struct FilePermission;

struct FileLimit {
  std::string name;
  FilePosition where;
  AmountUnit unit;
  Limit limit;  // its kind and token are known once the permissions are
};

class Limits {
 public:
  // `map` may be nullptr: no limits. Throws FileFailure.
  Limits(const Node* map, const Contracts& contracts);

  const std::vector<FileLimit>& all() const { return limits_; }

  // The limits that `counts: NAME` or `counts: [NAME, NAME]` names, as their places; each once.
  std::vector<std::size_t> named(const Node& counts) const;

  // Finds each limit's kind and checks that every permission that could move a limited token counts (design: complete
  // or refused).
  void settle(std::span<const FilePermission> permissions);

 private:
  LimitKind kind_of(std::size_t limit, std::span<const FilePermission> permissions) const;
  void check_complete(const FileLimit& limit, const FilePermission& permission) const;

  std::vector<FileLimit> limits_;
};

// `NUMBER UNIT [per DURATION]`: an amount from 1 to 2^112 - 1 and a period. Throws FileFailure.
struct LimitAmount {
  AmountUnit unit;
  Word amount;
  std::uint32_t period = 0;
};
LimitAmount read_limit_amount(const Node& node, const Contracts& contracts);

}  // namespace valetkey::session_file
