// Approvals: what is read is written back byte for byte, and every session in it is valid.
#include "require.hpp"
#include "session/approval.hpp"
#include "session/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace valetkey;
  using fuzz::require;
  const std::string_view text = fuzz::text_of(data, size);
  const auto approval = parse_approval(text);
  if (!approval) {
    require(!approval.error().code.empty() && !approval.error().message.empty());
    return 0;
  }
  require(write_approval(*approval) == text);
  for (const PlacedSession& placed : approval->sessions) require(!check_session(placed.session, placed.place));
  return 0;
}
