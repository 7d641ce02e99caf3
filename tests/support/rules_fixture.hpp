// Sessions with rules on dynamic arguments, calls inside and batches, for the tests of src/policy.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evm/abi_codec.hpp"
#include "example_session.hpp"
#include "policy/evaluate.hpp"
#include "policy/refusal_text.hpp"
#include "session/check.hpp"
#include "session/paths.hpp"

namespace valetkey::testing {


inline constexpr Address kDai = "0x50c5725949a6f0c72e6c4a641f24049a917db0cb"_address;
inline constexpr ValueType kAddress{ValueGroup::address, 1};
inline constexpr ValueType kUint{ValueGroup::unsigned_number, 32};
inline constexpr ValueType kFee{ValueGroup::unsigned_number, 3};

inline PathStep word(std::uint8_t index) {
  return {.kind = StepKind::word, .index = index};
}
inline PathStep member(std::uint8_t index, std::uint8_t words = 0) {
  return {.kind = StepKind::member, .index = index, .element_words = words};
}
inline PathStep every(std::uint8_t words = 0) {
  return {.kind = StepKind::every_member, .element_words = words};
}
inline PathStep some(std::uint8_t words = 0) {
  return {.kind = StepKind::some_member, .element_words = words};
}
inline PathStep length() {
  return {.kind = StepKind::length};
}
inline PathStep slice(StepKind kind, ValueType type, std::uint16_t offset, std::uint16_t stride = 0) {
  return {.kind = kind, .type = type, .offset = offset, .stride = stride};
}

// Paths in the order that the encoding wants, and positions of them.
inline Position add(Permission& permission, Path path) {
  EXPECT_TRUE(permission.paths.empty() || path_before(permission.paths.back(), path));
  permission.paths.push_back(std::move(path));
  return static_cast<Position>(kFirstPath + permission.paths.size() - 1);
}

inline Bytes call_data(std::string_view text, const Value::List& values) {
  return build_call(parse_function("function " + std::string(text)).value(), values).value();
}
inline Bytes without_selector(Bytes data) {
  data.erase(data.begin(), data.begin() + Selector::kSize);
  return data;
}
inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) append(all, part);
  return all;
}
inline Bytes fee(std::uint32_t value) {
  Bytes bytes;
  append_big_endian(bytes, value, 3);
  return bytes;
}
inline Bytes of(const Address& address) {
  return to_bytes(address.view());
}

class DynamicTest : public ::testing::Test {
 protected:
  DynamicTest() {
    session_.permissions.clear();
    session_.limits.clear();
    state_.epoch = session_.epoch;
    state_.installed = true;
    state_.set_status(SessionStatus::enabled);
  }
  // The session as the test made it has to be one that can be enabled.
  void check() {
    const auto refusal = check_session(session_, place_);
    ASSERT_FALSE(refusal) << refusal_name(refusal->code) << "(" << int{refusal->call} << "," << int{refusal->rule}
                          << ")";
  }
  Operation operation() {
    views_.clear();
    for (const Call& one : calls_) views_.push_back({one.target, one.value, one.data});
    Operation operation{views_, choice_, kExampleFrom, {1, 1, 1, 1, {}, {}}};
    if (answers_) operation.policies = &answers_;
    return operation;
  }
  Verdict verdict() { return evaluate(session_, session_id(session_), place_, state_, operation(), false); }
  // Name and indices, and the permission of the refusal where it is another than the first call's.
  std::string run() {
    const Verdict decided = verdict();
    if (!decided.refusal) {
      rests_ = limit_rests(session_, decided.state, kExampleFrom);
      return "passes";
    }
    const Refusal& refusal = *decided.refusal;
    std::string text = fmt_refusal(refusal);
    if (decided.permission != choice_[0]) text += " of " + std::to_string(decided.permission);
    return text;
  }
  static std::string fmt_refusal(const Refusal& refusal) {
    return std::string(refusal_name(refusal.code)) + "(" + std::to_string(refusal.call) + "," +
           std::to_string(refusal.rule) + ")";
  }
  std::string run(Bytes data, std::uint8_t permission = 0, const Word& value = 0) {
    calls_ = {{session_.permissions[permission].contract, value, std::move(data)}};
    choice_ = {permission};
    return run();
  }
  // The sentence of what is refused.
  std::string sentence() {
    const Verdict decided = verdict();
    if (!decided.refusal) return "passes";
    const PlacedSession placed{session_, place_};
    return explain_refusal(*decided.refusal, {&placed, nullptr, &state_, operation(), {}}).message;
  }

  Session session_ = example_session();
  SessionPlace place_ = example_place();
  SessionState state_;
  std::vector<Call> calls_;
  std::vector<CallView> views_;
  Bytes choice_;
  PolicyAnswers answers_;
  std::vector<Word> rests_;
};

}  // namespace valetkey::testing
