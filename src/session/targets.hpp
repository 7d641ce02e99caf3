// Contracts that are known by their addresses: those that no session may call, and Permit2.
#pragma once

#include <algorithm>
#include <array>

#include "evm/types.hpp"

namespace valetkey {

// The EntryPoints v0.6, v0.7, v0.8 and v0.9.
inline constexpr std::array kEntryPointAddresses = {
    "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789"_address,
    "0x0000000071727De22E5E9d8BAf0edAc6f37da032"_address,
    "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108"_address,
    "0x433709009B8330FDa32311DF1C2AFA402eD8D009"_address,
};

// Uniswap's Permit2, on every chain: allowances of all tokens.
inline constexpr Address kPermit2 = "0x000000000022d473030f116ddee9f6b43ac78ba3"_address;
inline constexpr Selector kPermit2Approve = "0x87517c45"_selector;   // approve(address,address,uint160,uint48)
inline constexpr Selector kPermit2Lockdown = "0xcc53287f"_selector;  // lockdown((address,address)[])
inline constexpr std::uint8_t kPermit2AmountWord = 2;

constexpr bool is_entry_point(const Address& address) {
  return std::ranges::find(kEntryPointAddresses, address) != kEntryPointAddresses.end();
}

}  // namespace valetkey
