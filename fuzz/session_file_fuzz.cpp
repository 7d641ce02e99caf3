// Any text as a session file and as a CSV: an error with a place and a fix, or a session that is valid and that its
// encoding keeps.
#include <cstdlib>
#include <string_view>

#include "session/approval.hpp"
#include "session/check.hpp"
#include "session/encoding.hpp"
#include "session_file/csv.hpp"
#include "session_file/session_file.hpp"

namespace {

using namespace valetkey;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_place(const Error& error, std::string_view path) {
  require(error.message.starts_with(path) && error.message[path.size()] == ':');
  require(!error.code.empty() && !error.fix.empty());
}

SessionFileOptions options() {
  SessionFileOptions options;
  options.path = "f.yaml";
  options.find_key = [](std::string_view name) -> Result<Address> {
    Address address = "0xb070000000000000000000000000000000000001"_address;
    if (!name.empty()) address.bytes[10] = static_cast<std::uint8_t>(name[0]);
    return address;
  };
  options.read_file = [](std::string_view) -> Result<std::string> {
    return R"([{"type":"function","name":"buy","inputs":[{"name":"n","type":"uint8[2]"},{"name":"s","type":"string"}]}])";
  };
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto rows = parse_csv(text, "f.csv"); !rows) require_place(rows.error(), "f.csv");

  const auto draft = read_session_file(text, options());
  if (!draft) {
    require_place(draft.error(), "f.yaml");
    return 0;
  }
  const auto built = build_session(*draft, {.now = 1'795'251'600,
                                            .epoch = 7,
                                            .serial = 1,
                                            .validator = "0x7a1e7e0000000000000000000000000000000001"_address});
  if (!built) {
    require_place(built.error(), "f.yaml");
    return 0;
  }
  require(!check_session(built->placed.session, built->placed.place));
  require(decode_session(encode_session(built->placed.session)) == built->placed.session);
  Approval approval;
  approval.validator = built->placed.place.validator;
  approval.sessions = {built->placed};
  approval.owner_signatures = {std::nullopt};
  approval.names = {built->names};
  require(parse_approval(write_approval(approval)) == approval);
  return 0;
}
