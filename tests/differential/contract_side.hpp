// The contract's answers, from a real EVM.
#pragma once

#include <span>
#include <vector>

#include "case.hpp"
#include "node.hpp"

namespace valetkey::testing {

class ContractSide {
 public:
  // Deploys the validator on the node.
  explicit ContractSide(Node& node);

  [[nodiscard]] const Address& validator() const { return validator_; }
  // One batch of eth_simulateV1, which tells the events too. Throws where the words before the call are not those of the case: then the contract's storage is not
  // laid out as the overrides assume.
  std::vector<Outcome> ask(std::span<const Case> cases);

 private:
  [[nodiscard]] nlohmann::json request(const Case& one) const;

  Node& node_;
  Address validator_;
  Bytes harness_;  // runtime codes of contracts/test/fixtures/Differential.sol
  Bytes policy_;
};

}  // namespace valetkey::testing
