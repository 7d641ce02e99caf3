#include "session_file/session_file.hpp"

namespace valetkey {

std::vector<ChainName> known_chains() {
  return {
      {"ethereum", {1}, "ETH"},         {"sepolia", {11155111}, "ETH"}, {"base", {8453}, "ETH"},
      {"base-sepolia", {84532}, "ETH"}, {"optimism", {10}, "ETH"},      {"arbitrum", {42161}, "ETH"},
      {"polygon", {137}, "POL"},        {"bnb", {56}, "BNB"},           {"avalanche", {43114}, "AVAX"},
      {"gnosis", {100}, "xDAI"},        {"devnet", {31337}, "ETH"},
  };
}

}  // namespace valetkey
