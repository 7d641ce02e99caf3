// The last step over all permissions of a file: names, order, positions.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "session/paths.hpp"
#include "session_file/arguments.hpp"
#include "session_file/extras.hpp"
#include "session_file/permission.hpp"

namespace valetkey::session_file {

namespace {

void check_names(const std::vector<FilePermission>& permissions) {
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const std::string& name = permissions[i].names.name;
      if (name.empty() || permissions[j].names.name != name) continue;
      fail_at(permissions[i].where, "duplicate_key", fmt::format("two permissions are called `{}`", name),
              "give one of them another `name`");
    }
  }
}

void bind_inside(const std::vector<FilePermission>& permissions, const FilePermission& outer, PlacedInside& placed) {
  Inside& inside = placed.inside;
  const bool commands = inside.commands != Inside::kBySelector;
  for (const Node& name : placed.calls->items) {
    const std::size_t place = permission_named(
        permissions, name, "no permission that is called inside others", [](const FilePermission& other) {
          return other.permission.inner;
        });
    const Permission& inner = permissions[place].permission;
    const auto bad = [&](std::string message, std::string fix) {
      fail_at(name, "inside_permission", std::move(message), std::move(fix));
    };
    if (inner.contract != outer.permission.contract) {
      bad(fmt::format("`{}` is of another contract than `{}`", name.text, outer.label),
          "calls inside go to the contract of the outer call");
    }
    if (inner.command != commands) {
      bad(fmt::format("`{}` is {}", name.text, inner.command ? "a command" : "a function, and not a command"),
          inner.command ? "say where the commands are: `by: ARGUMENT`" : "leave `by` out");
    }
    for (const std::uint8_t other : inside.permissions) {
      if (permissions[other].permission.selector == inner.selector)
        bad(fmt::format("`{}` and `{}` are the same {}", permissions[other].name, name.text,
                        inner.command ? "command" : "function"),
            "keep one of them: the first of them would decide");
    }
    inside.permissions.push_back(static_cast<std::uint8_t>(place));
  }
}

// Outer permissions before their inner ones, else as in the file.
std::vector<std::size_t> order_of(const std::vector<FilePermission>& permissions) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(permissions.size());
  const auto outer_is_open = [&](std::size_t inner) {
    for (std::size_t p = 0; p < permissions.size(); ++p) {
      if (placed[p]) continue;
      for (const PlacedInside& inside : permissions[p].insides) {
        if (std::ranges::find(inside.inside.permissions, inner) != inside.inside.permissions.end()) return true;
      }
    }
    return false;
  };
  while (order.size() < permissions.size()) {
    std::size_t next = 0;
    while (next < permissions.size() && (placed[next] || outer_is_open(next))) ++next;
    if (next == permissions.size()) {
      const auto open = static_cast<std::size_t>(std::ranges::find(placed, false) - placed.begin());
      fail_at(permissions[open].where, "inside_permission",
              fmt::format("`{}` would be called inside itself", permissions[open].name),
              "give the inner call a permission of its own");
    }
    placed[next] = true;
    order.push_back(next);
  }
  return order;
}

void check_inner_used(const std::vector<FilePermission>& permissions) {
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    if (!permissions[i].permission.inner) continue;
    const bool used = std::ranges::any_of(permissions, [&](const FilePermission& outer) {
      return std::ranges::any_of(outer.insides, [&](const PlacedInside& inside) {
        return std::ranges::find(inside.inside.permissions, i) != inside.inside.permissions.end();
      });
    });
    if (used) continue;
    fail_at(permissions[i].where, "inner_unused",
            fmt::format("`{}` is called inside others only, and nothing lets it be", permissions[i].name),
            fmt::format("name it at an argument of the outer call: `{{calls: [{}]}}`", permissions[i].name));
  }
}

// The paths into the encoding's order. What a position is after that.
std::vector<Position> sort_paths(FilePermission& permission) {
  std::vector<Path>& paths = permission.permission.paths;
  const std::vector<Path> before = paths;
  std::ranges::sort(paths, path_before);
  std::vector<Position> places;
  for (const Path& path : before) {
    if (encode_path(path).size() > kMaxPathBytes) {
      fail_at(permission.where, "path_caps", fmt::format("an argument of `{}` is nested too deep", permission.label),
              fmt::format("the way to an argument has at most {} bytes", kMaxPathBytes));
    }
    places.push_back(static_cast<Position>(kFirstPath + (std::ranges::find(paths, path) - paths.begin())));
  }
  return places;
}

void replace(Position& position, const std::vector<Position>& places) {
  if (const auto path = path_index(position)) position = places[*path];
}

void replace_positions(FilePermission& permission, const std::vector<Position>& places) {
  for (PlacedRule& rule : permission.rules) {
    replace(rule.rule.position, places);
    replace(rule.rule.base, places);
  }
  for (PlacedCount& count : permission.counts) replace(count.count.source, places);
  for (PlacedInside& inside : permission.insides) {
    replace(inside.inside.position, places);
    replace(inside.inside.commands, places);
  }
  for (WordUnit& unit : permission.names.units) replace(unit.position, places);
}

template <class List>
void check_cap(const FilePermission& permission, const List& list, std::size_t most, std::string_view code,
               std::string_view has) {
  if (list.size() <= most) return;
  fail_at(permission.where, code, fmt::format("`{}` {}", permission.label, fmt::format(fmt::runtime(has), list.size())),
          fmt::format("write at most {} for one permission", most));
}

void sort_parts(FilePermission& permission) {
  std::ranges::sort(permission.rules, {}, [](const PlacedRule& rule) {
    return std::tuple(rule.rule.type.group, rule.rule.position, rule.rule.comparison);
  });
  std::ranges::sort(permission.counts, {},
                    [](const PlacedCount& count) { return std::tuple(count.count.limit, count.count.source); });
  std::ranges::sort(permission.insides, {}, [](const PlacedInside& inside) { return inside.inside.position; });
  std::ranges::sort(permission.names.units, {}, &WordUnit::position);
  const auto bytes = [](const BatchRule& rule) {
    return std::tuple(rule.position, rule.type.code(), rule.comparison, rule.where, rule.permission,
                      rule.other_position, rule.other_type.code());
  };
  std::ranges::sort(permission.permission.batch, {}, bytes);
  if (std::ranges::adjacent_find(permission.permission.batch, {}, bytes) != permission.permission.batch.end())
    fail_at(*permission.batch, "batch_form", "a batch rule is there twice", "keep one of them");
  check_cap(permission, permission.rules, kMaxRules, "rule_caps", "has {} rules");
  check_cap(permission, permission.counts, kMaxCounts, "count_caps", "counts against {} limits");
  check_cap(permission, permission.insides, kMaxInsides, "inside_caps", "has {} arguments with calls inside");
}

}  // namespace

Position position_of(FilePermission& permission, const Argument& argument) {
  const bool head = argument.is_word() && argument.steps.size() == 1 && argument.steps[0].kind == StepKind::word &&
                    argument.steps[0].index < kFirstPath;
  if (head) return argument.steps[0].index;
  std::vector<Path>& paths = permission.permission.paths;
  const auto known = std::ranges::find(paths, argument.steps);
  if (known == paths.end()) {
    if (paths.size() == kMaxPaths) {
      fail_at(permission.where, "path_caps", fmt::format("`{}` has rules on too many parts", permission.label),
              fmt::format("write rules on at most {} parts of dynamic arguments", kMaxPaths));
    }
    paths.push_back(argument.steps);
    return static_cast<Position>(kFirstPath + paths.size() - 1);
  }
  return static_cast<Position>(kFirstPath + (known - paths.begin()));
}

void settle_permissions(std::vector<FilePermission>& permissions) {
  check_names(permissions);
  for (FilePermission& permission : permissions) {
    for (PlacedInside& inside : permission.insides) bind_inside(permissions, permission, inside);
    if (permission.batch != nullptr) permission.permission.batch = read_batch(permissions, permission);
  }
  check_inner_used(permissions);

  const std::vector<std::size_t> order = order_of(permissions);
  std::vector<std::uint8_t> new_place(permissions.size());
  for (std::size_t i = 0; i < order.size(); ++i) new_place[order[i]] = static_cast<std::uint8_t>(i);
  std::vector<std::vector<Position>> places;
  for (FilePermission& permission : permissions) places.push_back(sort_paths(permission));
  for (std::size_t p = 0; p < permissions.size(); ++p) {
    replace_positions(permissions[p], places[p]);
    for (BatchRule& rule : permissions[p].permission.batch) {
      replace(rule.position, places[p]);
      replace(rule.other_position, places[rule.permission]);
      rule.permission = new_place[rule.permission];
    }
    for (PlacedInside& inside : permissions[p].insides) {
      for (std::uint8_t& inner : inside.inside.permissions) inner = new_place[inner];
      std::ranges::sort(inside.inside.permissions);
    }
    sort_parts(permissions[p]);
  }

  std::vector<FilePermission> ordered;
  for (const std::size_t place : order) ordered.push_back(std::move(permissions[place]));
  permissions = std::move(ordered);
}

}  // namespace valetkey::session_file
