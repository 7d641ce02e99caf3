// Random sessions that are valid by construction, for tests. The same seed gives the same sessions on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "session/model.hpp"
#include "session/typed_data.hpp"

namespace valetkey::testing {

// Uniform enough, and the same everywhere (the standard's distributions are not).
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  // 0 to below - 1; below is not 0.
  std::uint64_t below(std::uint64_t below) { return engine_() % below; }
  // From low to high, both included.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }
  Address address();
  // Up to so many bits, small numbers as likely as large ones.
  Word word(unsigned max_bits);

 private:
  std::mt19937_64 engine_;
};

struct RandomSessionOptions {
  std::size_t max_permissions = 6;
  std::size_t max_rules = 5;  // of one permission
  std::size_t max_limits = 6;
  std::size_t max_keys = 4;
  std::size_t max_paymasters = 3;
  bool sudo = true;  // may hold "anything"
  // Keys to use, rising; empty: random addresses, for which nobody can sign.
  std::vector<Address> keys;
  // Where set, every session has this epoch, and works at that time.
  std::optional<std::uint64_t> epoch;
  std::optional<Seconds> now;
};

// Kinds of all rules, limits, counts and permissions occur. check_session accepts it at the place.
Session random_session(Random& random, const SessionPlace& place, const RandomSessionOptions& options = {});
SessionPlace random_place(Random& random);
PlacedSession random_placed_session(Random& random, const RandomSessionOptions& options = {});

}  // namespace valetkey::testing
