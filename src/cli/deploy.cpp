// deploy: the validator at its address, the same on every chain.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/artifact.hpp"
#include "chain/deployer.hpp"
#include "chain/sender.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "evm/keccak.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::uint64_t chain = 0;
  bool calldata = false;
  std::string payer;
};

Report done(std::string_view what, const Address& address, ChainId chain, const Hash& code_hash) {
  return {fmt::format("{}: {} on chain {}, code hash {}\n", what, to_checksum(address), chain.value, to_hex(code_hash)),
          Json{{"validator", to_checksum(address)},
               {"chain", chain.value},
               {"code_hash", to_hex(code_hash)},
               {"state", what}}
              .dump()};
}

Result<void> check_deployer(Client& client) {
  VALETKEY_TRY(code, client.code(kDeployer));
  if (!code.empty()) return {};
  return fail("no_deployer", fmt::format("the deterministic deployer is not on chain {}", client.chain().value),
              fmt::format("deploy it at `{}` first, as its project says", to_checksum(kDeployer)));
}

Result<Report> deploy(const Context& context, const Options& options) {
  VALETKEY_TRY(artifact, read_artifact(context.artifacts(), "Valetkey"));
  const Address address = deployed_address(artifact.salt, artifact.creation_code);
  const Bytes data = encode_deployment(artifact.salt, artifact.creation_code);
  if (options.calldata) {
    const std::string words = fmt::format("deploy the validator at {}, from any account", to_checksum(address));
    return Report{
        fmt::format("{}\n  target  {}\n  value   0\n  data    {}\n", words, to_checksum(kDeployer), to_hex(data)),
        Json{{"target", to_checksum(kDeployer)}, {"value", "0"}, {"data", to_hex(data)}, {"words", words}}.dump()};
  }
  VALETKEY_TRY(client, context.client(options.chain == 0 ? std::nullopt : std::optional(ChainId{options.chain})));
  VALETKEY_TRY(code, code_to_be(client, address, artifact.creation_code));
  const Hash code_hash = keccak256(code);
  VALETKEY_TRY(there, is_deployed(client, address, code_hash));
  if (there) return done("there already", address, client.chain(), code_hash);
  VALETKEY_CHECK(check_deployer(client));
  VALETKEY_TRY(payer, context.payer(options.payer));
  VALETKEY_TRY(outcome, send_transaction(client, payer, {.to = kDeployer, .data = data}, context.wait()));
  if (!outcome.receipt) {
    return Report{fmt::format("sent, outcome unknown: {}\n  look for the transaction {}\n", outcome.why_unknown,
                              to_hex(outcome.transaction)),
                  Json{{"outcome", "unknown"}, {"transaction", to_hex(outcome.transaction)}, {"exit", kUnknown}}.dump(),
                  kUnknown};
  }
  VALETKEY_TRY(now_there, is_deployed(client, address, code_hash));
  if (!now_there)
    return fail("deploy_failed", fmt::format("the transaction {} deployed nothing", to_hex(outcome.transaction)),
                "try again with more gas");
  return done("deployed", address, client.chain(), code_hash);
}

}  // namespace

void add_deploy(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("deploy", "put the validator on a chain, or find it there");
  command->add_option("--chain", options->chain, "chain id that the node must have");
  command->add_flag("--calldata", options->calldata, "send nothing: print target, value and data");
  command->add_option("--payer", options->payer, "key that sends the transaction (else the devnet's)");
  command->callback(
      [&context, options] { context.action = [&context, options] { return deploy(context, *options); }; });
}

}  // namespace valetkey::cli
