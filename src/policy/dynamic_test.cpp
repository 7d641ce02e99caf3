// Rules on dynamic arguments, in the shapes of the contracts that people use.
#include "rules_fixture.hpp"

namespace valetkey {
namespace {

using namespace testing;

// SwapRouter02's exactInput: the path is token, fee, token, fee, … token.
class ExactInputTest : public DynamicTest {
 protected:
  static constexpr std::string_view kText = "exactInput((bytes,address,uint256,uint256))";

  ExactInputTest() {
    session_.limits = {{LimitKind::sum, 1'000, 0, {}}};
    Permission swap = function_permission(kRouter, kText);
    const Position recipient = add(swap, {word(0), word(1)});
    const Position amount = add(swap, {word(0), word(2)});
    const Position least = add(swap, {word(0), word(3)});
    const Position size = add(swap, {word(0), word(0), length()});
    const Position token_in = add(swap, {word(0), word(0), slice(StepKind::slice, kAddress, 0)});
    const Position token_out = add(swap, {word(0), word(0), slice(StepKind::slice_from_end, kAddress, 0)});
    const Position fees = add(swap, {word(0), word(0), slice(StepKind::every_slice, kFee, 20, 23)});
    Rule price;
    price.type = {ValueGroup::ratio, 1};
    price.position = least;
    price.comparison = Comparison::at_least;
    price.word_type = price.base_type = kUint;
    price.base = amount;
    price.numerator = 3;
    price.denominator = 2;
    swap.rules = {address_rule(recipient, Comparison::is, {}, true),
                  address_rule(token_in, Comparison::is, {kUsdc}),
                  address_rule(token_out, Comparison::is, {kWeth}),
                  number_rule(amount, Comparison::at_most, {500}),
                  number_rule(size, Comparison::is, {43, 66}),
                  number_rule(fees, Comparison::is, {500, 3000}, 3),
                  price};
    swap.counts = {{0, amount, kUint}};
    session_.permissions = {swap};
  }
  static Bytes swap_of(const Bytes& path, const Address& recipient, const Word& amount, const Word& least) {
    return call_data(kText, {Value(Value::List{path, recipient, amount, least})});
  }
  Bytes direct_ = joined({of(kUsdc), fee(500), of(kWeth)});
  Bytes through_dai_ = joined({of(kUsdc), fee(500), of(kDai), fee(3000), of(kWeth)});
};

TEST_F(ExactInputTest, PassesAndCounts) {
  check();
  EXPECT_EQ(run(swap_of(direct_, kExampleAccount, 100, 150)), "passes");
  EXPECT_EQ(rests_[0], Word(900));
  EXPECT_EQ(run(swap_of(through_dai_, kExampleAccount, 500, 750)), "passes");
  EXPECT_EQ(rests_[0], Word(500));
  session_.limits[0].amount = 499;
  EXPECT_EQ(run(swap_of(through_dai_, kExampleAccount, 500, 750)), "limit_passed(255,0) of 255");
}

TEST_F(ExactInputTest, EachRuleRefuses) {
  EXPECT_EQ(run(swap_of(direct_, kRouter, 100, 150)), "rule_is(0,0)");
  EXPECT_EQ(run(swap_of(joined({of(kDai), fee(500), of(kWeth)}), kExampleAccount, 100, 150)), "rule_is(0,1)");
  EXPECT_EQ(run(swap_of(joined({of(kUsdc), fee(500), of(kDai)}), kExampleAccount, 100, 150)), "rule_is(0,2)");
  EXPECT_EQ(run(swap_of(direct_, kExampleAccount, 501, 1000)), "rule_at_most(0,3)");
  EXPECT_EQ(run(swap_of(joined({of(kUsdc), Bytes(4), of(kWeth)}), kExampleAccount, 100, 150)), "rule_one_of(0,4)");
  EXPECT_EQ(run(swap_of(joined({of(kUsdc), fee(501), of(kWeth)}), kExampleAccount, 100, 150)), "rule_one_of(0,5)");
  Bytes second_fee = through_dai_;
  second_fee[43 + 2] ^= 1;
  EXPECT_EQ(run(swap_of(second_fee, kExampleAccount, 100, 150)), "rule_one_of(0,5)") << "every fee is looked at";
  EXPECT_EQ(run(swap_of(direct_, kExampleAccount, 100, 149)), "rule_ratio(0,6)");
}

TEST_F(ExactInputTest, WhatIsNotThereIsOutOfRange) {
  EXPECT_EQ(run(swap_of(Bytes(19), kExampleAccount, 100, 150)), "path_range(0,4)");
  EXPECT_EQ(run(swap_of({}, kExampleAccount, 100, 150)), "path_range(0,4)");
  session_.permissions[0].rules.erase(session_.permissions[0].rules.begin() + 1);
  EXPECT_EQ(run(swap_of(Bytes(19), kExampleAccount, 100, 150)), "path_range(0,5)");
  EXPECT_EQ(run(swap_of(of(kWeth), kExampleAccount, 100, 150)), "rule_one_of(0,3)")
      << "20 bytes hold a token at both ends and no fee";
}

TEST_F(ExactInputTest, DirtyWords) {
  Bytes data = swap_of(direct_, kExampleAccount, 100, 150);
  data[4 + 32 * 2] = 1;  // above the recipient
  EXPECT_EQ(run(data), "dirty_word(0,0)");
}

// What the rule reads and what the router reads could differ in any other encoding than the canonical one.
TEST_F(ExactInputTest, OnlyTheCanonicalEncoding) {
  const Bytes good = swap_of(direct_, kExampleAccount, 100, 150);
  // 0 offset 32; tuple: 1 offset 128, 2 recipient, 3 amount, 4 least, 5 length 43, 6-7 bytes
  ASSERT_EQ(good.size(), 4U + 8 * 32);
  const auto word_set = [&](std::size_t at, const Word& value) {
    Bytes data = good;
    std::ranges::copy(value.to_big_endian(), data.begin() + static_cast<std::ptrdiff_t>(4 + 32 * at));
    return run(data);
  };
  EXPECT_EQ(run(good), "passes");
  for (const Word& value : {Word(0), Word(64), Word(1) << 255, wrapping_sub(0, 32).value, Word(32) | Word(1) << 64})
    EXPECT_EQ(word_set(0, value), "call_data_form(0,0)");
  for (const Word& value : {Word(0), Word(96), Word(160), Word(1) << 255, wrapping_sub(0, 32).value})
    EXPECT_EQ(word_set(1, value), "call_data_form(0,0)");
  for (const Word& value : {Word(32), Word(65), Word(42), Word(1) << 255, wrapping_sub(0, 32).value, Word::max()})
    EXPECT_EQ(word_set(5, value), "call_data_form(0,0)");
  Bytes data = good;
  data.back() = 1;
  EXPECT_EQ(run(data), "call_data_form(0,0)") << "dirty padding";
  data = good;
  data.resize(data.size() + 32);
  EXPECT_EQ(run(data), "call_data_form(0,0)") << "a word more";
  data.resize(4 + 32);
  EXPECT_EQ(run(data), "call_data_form(0,0)");
  data.resize(4 + 31);
  EXPECT_EQ(run(data), "call_data_length(0,0)");
  // A second tuple behind the first, that the offset points to.
  data = good;
  append(data, ByteView(good).subspan(4 + 32));
  EXPECT_EQ(run(data), "call_data_form(0,0)");
  data[4 + 30] = 1;
  EXPECT_EQ(run(data), "call_data_form(0,0)");
}

TEST_F(ExactInputTest, Sentences) {
  (void)run(swap_of(joined({of(kUsdc), fee(501), of(kWeth)}), kExampleAccount, 100, 150));
  EXPECT_NE(sentence().find("` is 501, it must be "), std::string::npos) << sentence();
  (void)run(swap_of({}, kExampleAccount, 100, 150));
  EXPECT_NE(sentence().find("there is no `"), std::string::npos) << sentence();
  (void)run(swap_of(direct_, kExampleAccount, 100, 149));
  EXPECT_NE(sentence().find("(which is 100)"), std::string::npos) << sentence();
}

// Arrays of tuples with arrays in them.
class OrdersTest : public DynamicTest {
 protected:
  static constexpr std::string_view kText = "pay((address,uint256)[],bool[],(bytes,uint8[])[])";

  OrdersTest() {
    session_.limits = {{LimitKind::sum, 100, 0, {}}};
    session_.permissions = {function_permission(kRouter, kText)};
  }
  Permission& permission() { return session_.permissions[0]; }
  void check_unused_limit() {
    session_.limits.clear();
    check();
  }
  std::string pay(const std::vector<std::pair<Address, Word>>& payments, const Value::List& flags = {},
                  const Value::List& notes = {}) {
    Value::List list;
    for (const auto& [to, amount] : payments) list.push_back(Value::List{to, amount});
    return run(call_data(kText, {list, flags, notes}));
  }
};

TEST_F(OrdersTest, EveryMember) {
  const Position to = add(permission(), {word(0), every(2), word(0)});
  const Position amount = add(permission(), {word(0), every(2), word(1)});
  permission().rules = {address_rule(to, Comparison::is, {kDai, kUsdc})};
  permission().counts = {{0, amount, kUint}};
  check();
  EXPECT_EQ(pay({}), "passes");
  EXPECT_EQ(rests_[0], Word(100));
  EXPECT_EQ(pay({{kDai, 30}, {kUsdc, 40}}), "passes");
  EXPECT_EQ(rests_[0], Word(30)) << "every amount is counted";
  EXPECT_EQ(pay({{kDai, 60}, {kUsdc, 41}}), "limit_passed(255,0) of 255");
  EXPECT_EQ(pay({{kDai, 1}, {kWeth, 1}}), "rule_one_of(0,0)");
  EXPECT_EQ(pay({{kDai, Word::max()}, {kUsdc, Word::max()}}), "limit_passed(255,0) of 255") << "sums don't wrap";
}

TEST_F(OrdersTest, ACountOfNothingTouchesNoLimit) {
  const Position amount = add(permission(), {word(0), every(2), word(1)});
  permission().counts = {{0, amount, kUint}};
  session_.limits[0].period = 3600;
  session_.from = kExampleFrom + 1;
  EXPECT_EQ(pay({}), "passes");
  EXPECT_EQ(pay({{kDai, 0}}), "time_before_start(255,0) of 255");
}

TEST_F(OrdersTest, DirtyCounts) {
  const Position flag = add(permission(), {word(1), every(1), word(0)});
  permission().counts = {{0, flag, {ValueGroup::unsigned_number, 1}}};
  EXPECT_EQ(pay({}, {Value(1), Value(1)}), "passes");
  EXPECT_EQ(rests_[0], Word(98));
  Bytes data = call_data(kText, {Value::List{}, Value::List{Value(1), Value(1)}, Value::List{}});
  data[data.size() - 32 - 2] = 1;
  EXPECT_EQ(run(data), "dirty_count(0,0)");
}

TEST_F(OrdersTest, SomeMember) {
  const Position to = add(permission(), {word(0), some(2), word(0)});
  permission().rules = {address_rule(to, Comparison::is, {kDai})};
  check_unused_limit();
  EXPECT_EQ(pay({{kUsdc, 1}, {kDai, 1}, {kWeth, 1}}), "passes");
  EXPECT_EQ(pay({{kUsdc, 1}, {kWeth, 1}}), "rule_is(0,0)");
  EXPECT_NE(sentence().find("none of `"), std::string::npos) << sentence();
  EXPECT_EQ(pay({}), "rule_is(0,0)") << "no member is some member";
  Bytes dirty = call_data(kText, {Value::List{Value(Value::List{kDai, 1}), Value(Value::List{kUsdc, 1})},
                                  Value::List{}, Value::List{}});
  dirty[4 + 32 * 3 + 32 + 64] = 1;
  EXPECT_EQ(run(dirty), "dirty_word(0,0)") << "each has to be clean";
}

TEST_F(OrdersTest, NthMemberLengthAndWordsOfInnerArrays) {
  const Position count = add(permission(), {word(0), length()});
  const Position second_flag = add(permission(), {word(1), member(1, 1), word(0)});
  const Position numbers = add(permission(), {word(2), every(), word(1), member(0, 1), word(0)});
  Rule yes;
  yes.type = {ValueGroup::yes_no, 1};
  yes.position = second_flag;
  yes.values = {1};
  permission().rules = {number_rule(count, Comparison::at_most, {1}),
                        number_rule(numbers, Comparison::more_than, {5}, 1), yes};
  check_unused_limit();
  const auto note = [](std::initializer_list<std::uint64_t> list) {
    Value::List inner;
    for (const std::uint64_t number : list) inner.emplace_back(number);
    return Value(Value::List{Bytes{1, 2}, std::move(inner)});
  };
  EXPECT_EQ(pay({}, {Value(0), Value(1)}), "passes");
  EXPECT_EQ(pay({{kDai, 1}}, {Value(0), Value(1)}, {note({6}), note({7, 0})}), "passes");
  EXPECT_EQ(pay({{kDai, 1}, {kDai, 1}}, {Value(0), Value(1)}), "rule_at_most(0,0)");
  EXPECT_EQ(pay({}, {Value(1), Value(0)}), "rule_is(0,2)");
  EXPECT_EQ(pay({}, {Value(1)}), "path_range(0,1)");
  EXPECT_EQ(pay({}, {Value(0), Value(1)}, {note({6}), note({5})}), "rule_more_than(0,1)");
  EXPECT_EQ(pay({}, {Value(0), Value(1)}, {note({5}), note({})}), "rule_more_than(0,1)") << "the first decides";
  EXPECT_EQ(pay({}, {Value(0), Value(1)}, {note({6}), note({})}), "path_range(0,2)");
}

TEST_F(OrdersTest, PartsOfBytes) {
  const auto part = [&](StepKind kind, ValueType type, std::uint16_t offset) {
    return add(permission(), {word(2), member(0), word(0), slice(kind, type, offset)});
  };
  const auto rule_on = [](Position position, ValueType type, Comparison comparison, const Word& value) {
    Rule rule;
    rule.position = position;
    rule.type = type;
    rule.comparison = comparison;
    rule.values = {value};
    return rule;
  };
  const ValueType bytes4{ValueGroup::fixed_bytes, 4};
  const ValueType int16{ValueGroup::signed_number, 2};
  const ValueType flag{ValueGroup::yes_no, 1};
  const Position head = part(StepKind::slice, bytes4, 0);
  const Position number = part(StepKind::slice_from_end, int16, 1);
  const Position last = part(StepKind::slice_from_end, flag, 0);
  permission().rules = {rule_on(number, int16, Comparison::less_than, 0), rule_on(last, flag, Comparison::is, 1),
                        rule_on(head, bytes4, Comparison::is, Word(0x11223344) << 224)};
  check_unused_limit();
  const auto with = [&](const char* text) {
    return pay({}, {}, {Value(Value::List{parse_hex(text).value(), Value::List{}})});
  };
  EXPECT_EQ(with("0x11223344fffe01"), "passes");
  EXPECT_EQ(with("0x11223344000101"), "rule_less_than(0,0)") << "an int in bytes has its sign";
  EXPECT_EQ(with("0x11223344800000"), "rule_is(0,1)");
  EXPECT_EQ(with("0x11223344800002"), "dirty_word(0,1)") << "a bool is one byte";
  EXPECT_EQ(with("0x11223345800001"), "rule_is(0,2)");
  EXPECT_EQ(with("0xffff01"), "path_range(0,0)");
  EXPECT_EQ(with("0xff01"), "path_range(0,1)");
  EXPECT_EQ(pay({}, {}, {}), "path_range(0,1)");
}

}  // namespace
}  // namespace valetkey
