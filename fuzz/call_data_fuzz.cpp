// What accounts and contracts send: `execute` has one form, and answers of the chain are read or refused.
#include <array>

#include "protocol/contract.hpp"
#include "require.hpp"
#include "userop/execution.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace valetkey;
  using fuzz::require;
  const ByteView bytes(data, size);
  if (const auto execution = decode_execute(bytes)) {
    std::vector<Call> calls;
    for (const CallView& call : execution->calls) calls.push_back({call.target, call.value, to_bytes(call.data)});
    require(build_execute(execution->type, calls) == to_bytes(bytes));
  }
  if (const auto refusal = decode_refused(bytes)) require(encode_refused(*refusal) == to_bytes(bytes));
  if (const auto failed = decode_failed_op(bytes); failed && failed->refusal)
    require(decode_refused(failed->inner) == failed->refusal);
  for (const Hash& topic : {session_enabled_topic(), session_revoked_topic(), epoch_moved_topic()}) {
    const std::array topics{topic, Hash{}, Hash{}};
    for (std::size_t count = 0; count <= topics.size(); ++count)
      (void)decode_event(std::span(topics).first(count), bytes);
  }
  (void)decode_account_of(bytes);
  (void)decode_rest_of(bytes);
  (void)decode_words_of(bytes);
  return 0;
}
