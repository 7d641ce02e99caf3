#include "seeds.hpp"

#include "base/bytes.hpp"
#include "evm/abi_codec.hpp"
#include "example_session.hpp"
#include "protocol/contract.hpp"
#include "random_rules.hpp"
#include "reference_path.hpp"
#include "session/approval.hpp"
#include "session/encoding.hpp"
#include "session/function_text.hpp"
#include "signed_swap.hpp"
#include "userop/execution.hpp"

namespace valetkey::fuzz {
namespace {

constexpr std::size_t kRandomSessions = 12;

std::string text(ByteView bytes) {
  return std::string(as_text(bytes));
}

std::vector<Session> sessions() {
  std::vector<Session> list{testing::example_session()};
  testing::Random random(7);
  for (std::size_t i = 0; i < kRandomSessions; ++i)
    list.push_back(i % 2 == 0 ? testing::random_session(random, testing::example_place())
                              : testing::random_rich_session(random, testing::example_place()));
  return list;
}

// The length of a function text, the text, the steps of a path.
std::vector<std::string> paths() {
  std::vector<std::string> list;
  testing::Random random(8);
  for (const char* signature : {"order((address,(uint96,bytes)[],bytes4[2])[],uint8,bytes[2])",
                                "exactInput((bytes,address,uint256,uint256))", "f((uint256,bool[3])[],string[][2])"}) {
    const TextLayout function = parse_function_text(signature).value();
    for (int i = 0; i < 8; ++i) {
      Bytes seed{static_cast<std::uint8_t>(std::string_view(signature).size())};
      append(seed, as_bytes(signature));
      append(seed, encode_path(testing::random_path(random, function)));
      list.push_back(text(seed));
    }
  }
  return list;
}

void append_measured(Bytes& to, ByteView bytes) {
  to.push_back(static_cast<std::uint8_t>(bytes.size()));
  append(to, bytes);
}

// A function text, a path in it, and arguments for it.
std::vector<std::string> arguments() {
  std::vector<std::string> list;
  testing::Random random(9);
  for (const std::string_view signature :
       {"order((address,(uint96,bytes)[],bytes4[2])[],uint8,bytes[2])", "exactInput((bytes,address,uint256,uint256))",
        "f((uint256,bool[3])[],string[][2])", "execute(bytes,bytes[],uint256)", "g(uint256[][][],(bytes,uint8)[2])"}) {
    const TextLayout function = parse_function_text(signature).value();
    const auto types = testing::with_plain_words(parse_function("function " + std::string(signature)).value().inputs);
    for (int i = 0; i < 6; ++i) {
      Bytes seed;
      append_measured(seed, as_bytes(signature));
      append_measured(seed, encode_path(testing::random_path(random, function)));
      append(seed, build_arguments(types, testing::random_values(random, types)).value());
      list.push_back(text(seed));
    }
  }
  return list;
}

Approval approval_of(const Session& session) {
  Approval approval;
  approval.validator = testing::kExampleValidator;
  approval.sessions = {{session, testing::example_place()}};
  approval.owner_signatures = {Bytes(65, 0x11)};
  approval.names = {SessionNames{}};
  return approval;
}

std::vector<std::string> approvals() {
  std::vector<std::string> list;
  for (const Session& session : sessions()) list.push_back(write_approval(approval_of(session)));
  Approval named = approval_of(testing::example_session());
  named.names = {testing::example_names()};
  list.push_back(write_approval(named));
  return list;
}

std::vector<std::string> call_data() {
  const Call transfer{testing::kUsdc, 0, testing::token_call("transfer(address,uint256)", testing::kRouter, 5)};
  const Call plain{testing::kRouter, 7, {}};
  Bytes failed = encode_refused({RefusalCode::limit_passed, 255, 1});
  return {text(encode_execute_single(transfer)), text(encode_execute_single(plain)),
          text(encode_execute_batch({{transfer, plain, transfer}})), text(failed)};
}

}  // namespace

std::vector<std::string> seeds_of(std::string_view target) {
  std::vector<std::string> list;
  if (target == "encoding") {
    for (const Session& session : sessions()) list.push_back(text(encode_session(session)));
  }
  if (target == "path") list = paths();
  if (target == "arguments") list = arguments();
  if (target == "approval") list = approvals();
  if (target == "call_data") list = call_data();
  if (target == "field") {
    const SignedSwap swap;
    list = {text(swap.use), text(swap.enable)};
  }
  return list;
}

}  // namespace valetkey::fuzz
