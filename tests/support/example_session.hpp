// The session of docs/protocol.md, section 8: USDC for WETH on Uniswap, as examples/uniswap.yaml says it.
#pragma once

#include "session/approval.hpp"
#include "session/model.hpp"
#include "session/typed_data.hpp"

namespace valetkey::testing {

inline constexpr Address kExampleAccount = "0xacc0000000000000000000000000000000000001"_address;
inline constexpr Address kExampleValidator = "0x7a1e7cef00000000000000000000000000000001"_address;
inline constexpr Address kUsdc = "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"_address;
inline constexpr Address kWeth = "0x4200000000000000000000000000000000000006"_address;
inline constexpr Address kRouter = "0x2626664c2603336e57b271c5c0b26f421741e481"_address;
inline constexpr Seconds kExampleFrom = 1'795'251'600;  // 2026-11-21 09:00:00 UTC

// The private key is 32 bytes of 0x42.
Address example_key();

Session example_session();
SessionPlace example_place();
PlacedSession example_placed();
SessionNames example_names();

// A permission for a function, without rules.
Permission function_permission(const Address& contract, std::string_view text);
Rule number_rule(std::uint8_t position, Comparison comparison, std::vector<Word> values, std::uint8_t bytes = 32);
Rule address_rule(std::uint8_t position, Comparison comparison, std::vector<Address> values, bool with_account = false);

// Call data: transfer(address,uint256) and its like, exactInputSingle.
Bytes token_call(std::string_view text, const Address& to, const Word& amount);
Bytes swap_call(const Word& amount_in, const Word& amount_out_minimum);

}  // namespace valetkey::testing
