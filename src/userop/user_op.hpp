// ERC-4337 user operations, packed and hashed for each EntryPoint.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "evm/types.hpp"
#include "evm/word.hpp"

namespace valetkey {

enum class EntryPointVersion : std::uint8_t { v0_6, v0_7, v0_8 };

struct EntryPoint {
  Address address;
  EntryPointVersion version = EntryPointVersion::v0_7;

  bool operator==(const EntryPoint&) const = default;
};

inline constexpr EntryPoint kEntryPointV06{"0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789"_address,
                                           EntryPointVersion::v0_6};
inline constexpr EntryPoint kEntryPointV07{"0x0000000071727De22E5E9d8BAf0edAc6f37da032"_address,
                                           EntryPointVersion::v0_7};
inline constexpr EntryPoint kEntryPointV08{"0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108"_address,
                                           EntryPointVersion::v0_8};
inline constexpr Address kEntryPointV09Address = "0x433709009B8330FDa32311DF1C2AFA402eD8D009"_address;

// The hash that an EntryPoint gives an operation, on one chain.
using UserOpHash = FixedBytes<32, struct UserOpHashTag>;

struct Factory {
  Address address;
  Bytes data;
};

// EIP-7702: the account's code is a delegation; initCode is the marker 0x7702 padded to 20 bytes, then `data`.
// The EntryPoint v0.8 puts the delegate in the marker's place when it hashes.
struct Eip7702Init {
  Address delegate;
  Bytes data;
};

struct Paymaster {
  Address address;
  Uint128 verification_gas_limit;
  Uint128 post_op_gas_limit;
  Bytes data;
};

// An operation as bundlers take it (ERC-7769). Gas in gas units, fees in wei per gas.
struct UserOp {
  Address sender;
  Word nonce;  // 192-bit key, then 64-bit sequence
  std::optional<Factory> factory;
  std::optional<Eip7702Init> eip7702;  // never together with a factory
  Bytes call_data;
  Uint128 call_gas_limit;
  Uint128 verification_gas_limit;
  Word pre_verification_gas;
  Uint128 max_fee_per_gas;
  Uint128 max_priority_fee_per_gas;
  std::optional<Paymaster> paymaster;
  Bytes signature;
};

// The EntryPoint's struct, v0.7 and later.
struct PackedUserOp {
  Address sender;
  Word nonce;
  Bytes init_code;
  Bytes call_data;
  Word account_gas_limits;  // verificationGasLimit (16 bytes), callGasLimit (16 bytes)
  Word pre_verification_gas;
  Word gas_fees;  // maxPriorityFeePerGas (16 bytes), maxFeePerGas (16 bytes)
  Bytes paymaster_and_data;
  Bytes signature;

  bool operator==(const PackedUserOp&) const = default;
};

// What goes on chain.
PackedUserOp pack_user_op(const UserOp& op);
// The inverse; init code that begins with the 7702 marker needs its delegate, which is not in the packed form.
// Errors: user_op_init_code, user_op_paymaster (shorter than their fixed parts), user_op_delegate.
Result<UserOp> unpack_user_op(const PackedUserOp& packed, const std::optional<Address>& eip7702_delegate = {});

// The hash to sign, without packing. v0.6: initCode is factory and its data, paymasterAndData the paymaster and its
// data (no gas limits).
UserOpHash hash_user_op(const UserOp& op, const EntryPoint& entry_point, ChainId chain);

// abi.encode of `handleOps(PackedUserOperation[] ops, address beneficiary)`.
Bytes encode_handle_ops(std::span<const PackedUserOp> ops, const Address& beneficiary);

// The most that the operation can cost, in wei: (all gas limits + preVerificationGas) * maxFeePerGas; none past 256
// bits.
std::optional<Word> max_cost(const UserOp& op);

}  // namespace valetkey
