// ERC-7579: the calls of an account's `execute`, and its module calls.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey {

// One call of the account. Value in wei.
struct Call {
  Address target;
  Word value;
  Bytes data;

  bool operator==(const Call&) const = default;
};

// The same, pointing into the call data it was read from.
struct CallView {
  Address target;
  Word value;
  ByteView data;
};

// execute(bytes32 mode, bytes executionCalldata)
inline constexpr Selector kExecuteSelector = "0xe9ae5c53"_selector;
// The two modes in use: default execution, no mode selector, no payload.
inline constexpr Word kSingleMode = 0;
inline constexpr Word kBatchMode = Word(1) << 248;

enum class CallType : std::uint8_t { single, batch };

Bytes encode_execute_single(const Call& call);
// In batch mode, also for one call or none.
Bytes encode_execute_batch(std::span<const Call> calls);
// Exactly one call in single mode, one or more in batch mode. Errors: execute_no_calls, execute_too_many.
Result<Bytes> build_execute(CallType type, std::span<const Call> calls);

// Why call data is not a canonical `execute` in one of the two modes. Checked in this order.
enum class ExecuteFault : std::uint8_t {
  selector,       // under 4 bytes, or another function
  head,           // no room for mode, offset and length
  delegate_call,  // call type 0xff
  static_call,    // call type 0xfe
  call_type,      // any other call type but 0x00 and 0x01
  try_mode,       // execution type 0x01
  exec_type,      // any other execution type but 0x00
  mode_rest,      // mode selector, payload or unused bytes are not zero
  layout,         // an offset or length that is not the canonical one, or bytes missing or left over
  padding,        // padding bytes that are not zero
  target,         // the upper 12 bytes of a batch call's target are not zero
  empty_batch,    // no call in it
};

struct ExecuteError {
  ExecuteFault fault = ExecuteFault::selector;
  std::size_t call = 0;  // of a batch, counted from 0; 0 where no call is concerned
};

struct Execution {
  CallType type = CallType::single;
  std::vector<CallView> calls;  // valid as long as the call data is
};

// Takes exactly the bytes that encode_execute_single and encode_execute_batch write.
Result<Execution, ExecuteError> decode_execute(ByteView call_data);
// The result points into the call data, so a temporary does not compile.
Result<Execution, ExecuteError> decode_execute(Bytes&& call_data) = delete;

// `call type 0xff` and its like, for messages.
std::string_view describe(ExecuteFault fault);

enum class ModuleType : std::uint8_t { validator = 1, executor = 2, fallback = 3, hook = 4 };

// installModule(uint256 moduleTypeId, address module, bytes initData), to be called on the account by itself.
Bytes encode_install_module(ModuleType type, const Address& module, ByteView init_data);
// uninstallModule(uint256 moduleTypeId, address module, bytes deInitData). Some accounts want their list's predecessor
// in deInitData.
Bytes encode_uninstall_module(ModuleType type, const Address& module, ByteView deinit_data);
// isModuleInstalled(uint256 moduleTypeId, address module, bytes additionalContext) returns (bool)
Bytes encode_is_module_installed(ModuleType type, const Address& module, ByteView additional_context);

}  // namespace valetkey
