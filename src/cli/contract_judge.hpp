// The contract as the judge of cases: on a local chain of their own.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "chain/anvil.hpp"
#include "chain/artifact.hpp"
#include "cli/case_run.hpp"
#include "crypto/ecdsa.hpp"

namespace valetkey::cli {

// The session is enabled by its account, with keys of the judge's own in place of the session's. Each operation is put
// to validateUserOp as the account would, and sent where it passes. What the contract decides and stores is held
// against the evaluator.
class ContractJudge final : public CaseJudge {
 public:
  // `contract` is the validator, which the session must be of: at deployed_address. Errors: those of Anvil::start and
  // of the client, case_chain (the contract is not deployed, or refuses the session).
  static Result<std::unique_ptr<ContractJudge>> start(const std::filesystem::path& anvil, const Artifact& contract,
                                                      const HeldSession& session);
  Result<CaseAnswer> decide(const CaseOperation& operation) override;

 private:
  ContractJudge(HeldSession session, std::vector<SecretKey> keys, Anvil anvil, Client client)
      : session_(std::move(session)), keys_(std::move(keys)), anvil_(std::move(anvil)), client_(std::move(client)) {}

  Result<void> prepare_chain(const Artifact& contract);
  Result<void> enable();
  Result<void> set_policies(bool allow);
  // As the account, in a block of its own.
  Result<void> send(const Address& to, ByteView data);
  Result<Bytes> validation_call(const Draft& draft) const;

  HeldSession session_;
  std::vector<SecretKey> keys_;  // of the session, as many as have to sign
  Anvil anvil_;
  Client client_;
};

}  // namespace valetkey::cli
