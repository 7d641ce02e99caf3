#include "userop/execution.hpp"

#include "evm/abi_codec.hpp"

namespace valetkey {
namespace {

constexpr std::size_t kExecuteHead = 4 + 3 * 32;  // selector, mode, offset, length
constexpr std::size_t kCallHead = 4 * 32;         // of a batch: target, value, offset, length
constexpr std::size_t kSingleHead = 20 + 32;      // packed target and value

std::size_t batch_call_size(const Call& call) {
  return kCallHead + padded_size(call.data.size());
}

// The call data up to the execution data, with room for all of it.
Bytes begin_execute(const Word& mode, std::size_t size) {
  Bytes data;
  data.reserve(kExecuteHead + padded_size(size));
  append(data, kExecuteSelector.view());
  append_word(data, mode);
  append_word(data, 64);
  append_word(data, size);
  return data;
}

Bytes encode_module_call(const Selector& selector, ModuleType type, const Address& module, ByteView bytes) {
  Bytes data;
  data.reserve(4 + 4 * 32 + padded_size(bytes.size()));
  append(data, selector.view());
  append_word(data, static_cast<std::uint64_t>(type));
  append_word(data, to_word(module));
  append_word(data, 96);
  append_word(data, bytes.size());
  append_padded(data, bytes);
  return data;
}

std::unexpected<ExecuteError> fault(ExecuteFault fault, std::size_t call = 0) {
  return std::unexpected(ExecuteError{fault, call});
}

// Reads call data front to back; every read says whether there was enough.
class Reader {
 public:
  explicit Reader(ByteView data) : data_(data) {}

  std::size_t rest() const { return data_.size(); }

  ByteView take(std::size_t size) {
    const ByteView taken = data_.first(size);
    data_ = data_.subspan(size);
    return taken;
  }

  Word take_word() { return Word::from_big_endian(take(32).first<32>()); }

 private:
  ByteView data_;
};

std::optional<ExecuteFault> check_mode(const Word& mode) {
  const std::array<std::uint8_t, 32> bytes = mode.to_big_endian();
  if (bytes[0] == 0xff) return ExecuteFault::delegate_call;
  if (bytes[0] == 0xfe) return ExecuteFault::static_call;
  if (bytes[0] > 1) return ExecuteFault::call_type;
  if (bytes[1] == 1) return ExecuteFault::try_mode;
  if (bytes[1] != 0) return ExecuteFault::exec_type;
  if (!all_zero(ByteView(bytes).subspan(2))) return ExecuteFault::mode_rest;
  return std::nullopt;
}

Result<Execution, ExecuteError> decode_single(ByteView execution) {
  if (execution.size() < kSingleHead) return fault(ExecuteFault::layout);
  return Execution{CallType::single,
                   {{read_fixed<Address>(execution), Word::from_big_endian(execution.subspan<20, 32>()),
                     execution.subspan(kSingleHead)}}};
}

// A length word and that many bytes, padded with zeros.
Result<ByteView, ExecuteFault> take_bytes(Reader& reader) {
  if (reader.rest() < 32) return std::unexpected(ExecuteFault::layout);
  const Word length = reader.take_word();
  if (length > Word(reader.rest()) || padded_size(length.low_64()) > reader.rest()) {
    return std::unexpected(ExecuteFault::layout);
  }
  const ByteView padded = reader.take(padded_size(length.low_64()));
  const ByteView content = padded.first(length.low_64());
  if (!all_zero(padded.subspan(content.size()))) return std::unexpected(ExecuteFault::padding);
  return content;
}

// abi.encode(Execution[]): offset 32, count, the calls' offsets, the calls in order without gaps.
Result<Execution, ExecuteError> decode_batch(ByteView execution) {
  if (execution.size() < 64) return fault(ExecuteFault::layout);
  Reader reader(execution);
  if (reader.take_word() != 32) return fault(ExecuteFault::layout);
  const Word count_word = reader.take_word();
  if (count_word.is_zero()) return fault(reader.rest() == 0 ? ExecuteFault::empty_batch : ExecuteFault::layout);
  if (count_word > Word(reader.rest() / (32 + kCallHead))) return fault(ExecuteFault::layout);
  const std::size_t count = count_word.low_64();
  Reader offsets(reader.take(32 * count));
  const std::size_t size_after_count = 32 * count + reader.rest();
  Execution result{CallType::batch, {}};
  result.calls.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (offsets.take_word() != Word(size_after_count - reader.rest())) return fault(ExecuteFault::layout, i);
    if (reader.rest() < kCallHead) return fault(ExecuteFault::layout, i);
    const auto target = to_address(reader.take_word());
    if (!target) return fault(ExecuteFault::target, i);
    const Word value = reader.take_word();
    if (reader.take_word() != 96) return fault(ExecuteFault::layout, i);
    const auto data = take_bytes(reader);
    if (!data) return fault(data.error(), i);
    result.calls.push_back({*target, value, *data});
  }
  if (reader.rest() != 0) return fault(ExecuteFault::layout);
  return result;
}

}  // namespace

Bytes encode_execute_single(const Call& call) {
  const std::size_t size = kSingleHead + call.data.size();
  Bytes data = begin_execute(kSingleMode, size);
  append(data, call.target.view());
  append_word(data, call.value);
  append(data, call.data);
  data.resize(kExecuteHead + padded_size(size));
  return data;
}

Bytes encode_execute_batch(std::span<const Call> calls) {
  std::size_t size = 64 + 32 * calls.size();
  for (const Call& call : calls) size += batch_call_size(call);
  Bytes data = begin_execute(kBatchMode, size);
  append_word(data, 32);
  append_word(data, calls.size());
  std::size_t offset = 32 * calls.size();
  for (const Call& call : calls) {
    append_word(data, offset);
    offset += batch_call_size(call);
  }
  for (const Call& call : calls) {
    append_word(data, to_word(call.target));
    append_word(data, call.value);
    append_word(data, 96);
    append_word(data, call.data.size());
    append_padded(data, call.data);
  }
  return data;
}

Result<Bytes> build_execute(CallType type, std::span<const Call> calls) {
  if (calls.empty()) return fail("execute_no_calls", "there is no call to execute", "give at least one call");
  if (type == CallType::batch) return encode_execute_batch(calls);
  if (calls.size() > 1) {
    return fail("execute_too_many", "single mode takes one call, there are " + std::to_string(calls.size()),
                "use batch mode");
  }
  return encode_execute_single(calls[0]);
}

Result<Execution, ExecuteError> decode_execute(ByteView call_data) {
  if (call_data.size() < 4 || read_fixed<Selector>(call_data) != kExecuteSelector) {
    return fault(ExecuteFault::selector);
  }
  if (call_data.size() < kExecuteHead) return fault(ExecuteFault::head);
  Reader reader(call_data.subspan(4));
  const Word mode = reader.take_word();
  if (const auto bad = check_mode(mode)) return fault(*bad);
  if (reader.take_word() != 64) return fault(ExecuteFault::layout);
  const auto execution = take_bytes(reader);
  if (!execution) return fault(execution.error());
  if (reader.rest() != 0) return fault(ExecuteFault::layout);
  return mode == kSingleMode ? decode_single(*execution) : decode_batch(*execution);
}

std::string_view describe(ExecuteFault fault) {
  switch (fault) {
    case ExecuteFault::selector:
      return "the call data does not call execute(bytes32,bytes)";
    case ExecuteFault::head:
      return "the call data ends before the execution data begins";
    case ExecuteFault::delegate_call:
      return "the mode is a delegatecall";
    case ExecuteFault::static_call:
      return "the mode is a staticcall";
    case ExecuteFault::call_type:
      return "the mode's call type is unknown";
    case ExecuteFault::try_mode:
      return "the mode goes on after failures";
    case ExecuteFault::exec_type:
      return "the mode's execution type is unknown";
    case ExecuteFault::mode_rest:
      return "the mode carries a selector or a payload";
    case ExecuteFault::layout:
      return "an offset or a length is not the canonical one";
    case ExecuteFault::padding:
      return "the padding is not zero";
    case ExecuteFault::target:
      return "the target is wider than an address";
    case ExecuteFault::empty_batch:
      return "the batch is empty";
  }
  return "";
}

Bytes encode_install_module(ModuleType type, const Address& module, ByteView init_data) {
  return encode_module_call("0x9517e29f"_selector, type, module, init_data);
}

Bytes encode_uninstall_module(ModuleType type, const Address& module, ByteView deinit_data) {
  return encode_module_call("0xa71763a8"_selector, type, module, deinit_data);
}

Bytes encode_is_module_installed(ModuleType type, const Address& module, ByteView additional_context) {
  return encode_module_call("0x112d3a7d"_selector, type, module, additional_context);
}

}  // namespace valetkey
