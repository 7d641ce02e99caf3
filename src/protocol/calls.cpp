#include "protocol/validate.hpp"

namespace valetkey {
namespace {

RefusalCode code_of(ExecuteFault fault) {
  switch (fault) {
    case ExecuteFault::selector:
      return RefusalCode::not_execute;
    case ExecuteFault::delegate_call:
    case ExecuteFault::static_call:
    case ExecuteFault::call_type:
    case ExecuteFault::try_mode:
    case ExecuteFault::exec_type:
    case ExecuteFault::mode_rest:
      return RefusalCode::bad_mode;
    case ExecuteFault::empty_batch:
      return RefusalCode::empty_batch;
    case ExecuteFault::head:
    case ExecuteFault::layout:
    case ExecuteFault::padding:
    case ExecuteFault::target:
      break;
  }
  return RefusalCode::malformed_calls;
}

}  // namespace

std::expected<std::vector<CallView>, Refusal> decode_calls(ByteView call_data) {
  auto execution = decode_execute(call_data);
  if (!execution) return std::unexpected(Refusal{code_of(execution.error().fault)});
  if (execution->calls.size() > kMaxCalls) return std::unexpected(Refusal{RefusalCode::malformed_calls});
  return std::move(execution->calls);
}

}  // namespace valetkey
