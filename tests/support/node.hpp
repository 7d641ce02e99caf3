// A local chain for tests, asked in batches. What can't go wrong on a working machine throws std::runtime_error.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "chain/anvil.hpp"
#include "chain/client.hpp"
#include "chain/transport.hpp"
#include "evm/types.hpp"

namespace valetkey::testing {

inline constexpr ChainId kTestChain{31337};
inline constexpr Address kPayer = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"_address;  // anvil's first account

// Program and folder: VALETKEY_ANVIL and VALETKEY_ARTIFACTS, or those of the source tree.
std::string anvil_program();
std::string artifacts_folder();

class Node {
 public:
  explicit Node(ChainId chain = kTestChain);
  ~Node();

  [[nodiscard]] const std::string& url() const { return anvil_.url(); }
  [[nodiscard]] Client& client() { return client_; }

  // `result` of the answer.
  nlohmann::json ask(std::string_view method, const nlohmann::json& params);
  // One request for all; the whole answers, each with `result` or `error`, in the order of `params`.
  std::vector<nlohmann::json> ask_all(std::string_view method, const std::vector<nlohmann::json>& params);

  // A transaction of kPayer, or of another account that anvil knows or impersonates. A revert is a Receipt without
  // success.
  Receipt send(const Address& to, const Bytes& data, const Word& value = 0, const Address& from = kPayer);
  // Through the deterministic deployer; nothing happens where it is there. `arguments` are the constructor's.
  // `number` tells several of one kind apart.
  Address deploy(std::string_view artifact, const Bytes& arguments = {}, std::uint64_t number = 0);

  // Seconds since 1970 of the next block, which is mined at once.
  void mine_at(std::uint64_t timestamp);
  std::uint64_t now();

 private:
  Anvil anvil_;
  std::unique_ptr<HttpTransport> transport_;
  Client client_;
};

}  // namespace valetkey::testing
