#include "userop/execution.hpp"

#include <gtest/gtest.h>

#include "evm/abi_codec.hpp"

namespace valetkey {
namespace {

constexpr Address kTarget = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"_address;

std::vector<Call> three_calls() {
  return {{kTarget, 0, Bytes(68, 0xaa)}, {kTarget, Word::max(), {}}, {Address{}, 5, Bytes(32, 1)}};
}

std::vector<Call> copy(const std::vector<CallView>& views) {
  std::vector<Call> calls;
  for (const CallView& view : views) calls.push_back({view.target, view.value, to_bytes(view.data)});
  return calls;
}

TEST(Execution, SingleRoundTrip) {
  for (const std::size_t size : {0u, 1u, 12u, 31u, 32u, 68u}) {
    const Call call{kTarget, 7, Bytes(size, 0xaa)};
    const Bytes data = encode_execute_single(call);
    const auto execution = decode_execute(data);
    ASSERT_TRUE(execution) << size;
    EXPECT_EQ(execution->type, CallType::single);
    EXPECT_EQ(copy(execution->calls), std::vector{call});
  }
}

TEST(Execution, BatchRoundTrip) {
  const Bytes data = encode_execute_batch(three_calls());
  const auto execution = decode_execute(data);
  ASSERT_TRUE(execution);
  EXPECT_EQ(execution->type, CallType::batch);
  EXPECT_EQ(copy(execution->calls), three_calls());
}

TEST(Execution, IsTheGeneralAbiEncoding) {
  const AbiFunction execute = parse_function("execute(bytes32 mode,bytes executionCalldata)").value();
  const AbiType batch = parse_abi_type("(address,uint256,bytes)[]").value();
  Value::List calls;
  for (const Call& call : three_calls()) calls.push_back(Value::List{call.target, call.value, call.data});
  const Bytes execution = build_arguments(std::span(&batch, 1), std::vector<Value>{Value(calls)}).value();
  EXPECT_EQ(encode_execute_batch(three_calls()),
            build_call(execute, std::vector<Value>{kBatchMode, execution}).value());
}

TEST(Execution, BuildAsksForTheRightNumberOfCalls) {
  EXPECT_EQ(build_execute(CallType::single, {}).error().code, "execute_no_calls");
  EXPECT_EQ(build_execute(CallType::batch, {}).error().code, "execute_no_calls");
  EXPECT_EQ(build_execute(CallType::single, three_calls()).error().code, "execute_too_many");
  EXPECT_EQ(build_execute(CallType::batch, three_calls()).value(), encode_execute_batch(three_calls()));
}

// One accepted text per list of calls: what is accepted encodes back to the same bytes.
TEST(Execution, EveryFlippedBitIsRefusedOrEncodesBack) {
  for (const Bytes& data : {encode_execute_batch(three_calls()), encode_execute_single(three_calls()[0])}) {
    for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
      Bytes changed = data;
      changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      const auto execution = decode_execute(changed);
      if (!execution) continue;
      EXPECT_EQ(build_execute(execution->type, copy(execution->calls)).value(), changed) << "bit " << bit;
    }
  }
}

TEST(Execution, EveryCutAndExtraBytesAreRefused) {
  for (const Bytes& data : {encode_execute_batch(three_calls()), encode_execute_single(three_calls()[0])}) {
    for (std::size_t size = 0; size < data.size(); ++size) {
      EXPECT_FALSE(decode_execute(ByteView(data).first(size))) << size;
    }
    for (const std::size_t extra : {1u, 31u, 32u}) {
      Bytes longer = data;
      longer.resize(data.size() + extra);
      EXPECT_FALSE(decode_execute(longer)) << extra;
    }
  }
}

ExecuteFault fault_of(const Bytes& data) {
  const auto execution = decode_execute(data);
  EXPECT_FALSE(execution);
  return execution ? ExecuteFault::selector : execution.error().fault;
}

TEST(Execution, ModesHaveTheirOwnFaults) {
  const auto with_mode = [](std::size_t position, std::uint8_t value) {
    Bytes data = encode_execute_single(three_calls()[0]);
    data[4 + position] = value;
    return data;
  };
  EXPECT_EQ(fault_of(with_mode(0, 0xff)), ExecuteFault::delegate_call);
  EXPECT_EQ(fault_of(with_mode(0, 0xfe)), ExecuteFault::static_call);
  EXPECT_EQ(fault_of(with_mode(0, 0x02)), ExecuteFault::call_type);
  EXPECT_EQ(fault_of(with_mode(1, 0x01)), ExecuteFault::try_mode);
  EXPECT_EQ(fault_of(with_mode(1, 0x02)), ExecuteFault::exec_type);
  for (std::size_t i = 2; i < 32; ++i) EXPECT_EQ(fault_of(with_mode(i, 1)), ExecuteFault::mode_rest);
}

TEST(Execution, ShapesHaveTheirOwnFaults) {
  EXPECT_EQ(fault_of({}), ExecuteFault::selector);
  EXPECT_EQ(fault_of({0xe9, 0xae, 0x5c, 0x54}), ExecuteFault::selector);
  EXPECT_EQ(fault_of({0xe9, 0xae, 0x5c, 0x53}), ExecuteFault::head);
  EXPECT_EQ(fault_of(encode_execute_batch({})), ExecuteFault::empty_batch);

  Bytes padding = encode_execute_single({kTarget, 0, {1}});
  padding.back() = 1;
  EXPECT_EQ(fault_of(padding), ExecuteFault::padding);

  // Offsets within a batch: 100 bytes of head, 64 of array, 96 of offsets, then the first call's target.
  Bytes target = encode_execute_batch(three_calls());
  target[100 + 64 + 96] = 1;
  EXPECT_EQ(fault_of(target), ExecuteFault::target);

  Bytes second_offset = encode_execute_batch(three_calls());
  second_offset[100 + 64 + 32 + 31] ^= 32;
  const auto moved = decode_execute(second_offset);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().fault, ExecuteFault::layout);
  EXPECT_EQ(moved.error().call, 1u);
}

TEST(Execution, CallDataThatNamesMoreThanThereIs) {
  for (const std::size_t word : {100u + 32u, 100u + 64u + 96u + 96u, 4u + 64u}) {
    Bytes data = encode_execute_batch(three_calls());
    std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(word), 32, std::uint8_t{0xff});
    EXPECT_EQ(fault_of(data), ExecuteFault::layout) << word;
  }
}

TEST(Execution, ModuleCallsAreTheGeneralAbiEncoding) {
  const std::vector<Value> values = {1, kTarget, Bytes{1, 2, 3}};
  const Bytes bytes = {1, 2, 3};
  EXPECT_EQ(encode_install_module(ModuleType::validator, kTarget, bytes),
            build_call(parse_function("installModule(uint256,address,bytes)").value(), values).value());
  EXPECT_EQ(encode_uninstall_module(ModuleType::validator, kTarget, bytes),
            build_call(parse_function("uninstallModule(uint256,address,bytes)").value(), values).value());
  EXPECT_EQ(encode_is_module_installed(ModuleType::validator, kTarget, bytes),
            build_call(parse_function("isModuleInstalled(uint256,address,bytes)").value(), values).value());
}

}  // namespace
}  // namespace valetkey
