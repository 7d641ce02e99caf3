// Everything that valetkey is shown with, on a fresh local chain.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "chain/client.hpp"
#include "crypto/ecdsa.hpp"
#include "userop/user_op.hpp"

namespace valetkey {

inline constexpr ChainId kDevnetChain{31337};

// The first two accounts of anvil, with 10,000 ETH each. Their keys are known to everybody.
SecretKey devnet_payer_key();
SecretKey devnet_owner_key();

// Where things are.
struct DevnetContracts {
  Address validator;
  Address owner_validator;
  Address account;  // AccountERC7579, for the EntryPoint of the options
  Address usdc;     // TestToken, 6 decimals, anybody can mint
  Address weth;
  Address factory;  // Uniswap V3
  Address pool;     // USDC and WETH, 0.05 %, about 3900 USDC for 1 WETH
  Address position_manager;
  Address router;  // SwapRouter02
};

struct DevnetOptions {
  std::filesystem::path artifacts;          // of tools/artifacts.mjs
  Address owner;                            // of the account
  EntryPoint entry_point = kEntryPointV07;  // that the account trusts
  bool install_validator = true;            // false: `valetkey install` has still to be called
};

using Progress = std::function<void(std::string_view)>;

// Both EntryPoints, the validator, an account with 10 ETH and 5,000 USDC, WETH9, a token like USDC and Uniswap V3 with
// liquidity. `payer` needs 2,000 ETH. Errors: those of read_artifact and send_transaction, devnet_deploy.
Result<DevnetContracts> deploy_devnet(Client& client, const SecretKey& payer, const DevnetOptions& options,
                                      const Progress& progress);

}  // namespace valetkey
