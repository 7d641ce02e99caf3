#include "world.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace valetkey::testing {

bool ChainTest::passes_at(Seconds time, const UserOp& op) {
  const PackedUserOp packed = pack_user_op(op);
  const nlohmann::json bundle{{"from", to_hex(kPayer)},
                              {"to", to_hex(scene_.entry_point().address)},
                              {"data", to_hex(encode_handle_ops(std::span(&packed, 1), kPayer))},
                              {"gas", "0xe00000"}};
  const auto answer = node_.ask_all("eth_call", {{bundle, "latest", nlohmann::json::object(), {{"time", to_quantity(time)}}}}).front();
  if (answer.contains("result")) return true;
  // Nothing but the time may be wrong.
  const auto failed = decode_failed_op(parse_hex(answer.at("error").value("data", "0x")).value_or(Bytes{}));
  EXPECT_TRUE(failed && failed->reason.starts_with("AA22")) << answer.dump();
  return false;
}

std::string ChainTest::erc7562_violations(const Receipt& receipt) {
  const std::string command = "node " VALETKEY_TEST_ROOT "/tools/erc7562.mjs " + node_.url() + " " + to_hex(receipt.transaction) + " " +
                              to_hex(scene_.account()) + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer;
  for (std::size_t size; (size = fread(buffer.data(), 1, buffer.size(), pipe)) != 0;) text.append(buffer.data(), size);
  const int status = pclose(pipe);
  return status == 0 && text.empty() ? "" : "status " + std::to_string(status) + ": " + text;
}

}  // namespace valetkey::testing
