#include "userop/user_op.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "evm/abi_type.hpp"
#include "evm/keccak.hpp"

namespace valetkey {
namespace {

UserOp sample() {
  UserOp op;
  op.sender = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"_address;
  op.nonce = 3;
  op.call_data = {1, 2};
  op.call_gas_limit = 100;
  op.verification_gas_limit = 200;
  op.pre_verification_gas = 300;
  op.max_fee_per_gas = 5;
  op.max_priority_fee_per_gas = 4;
  return op;
}

Paymaster paymaster() {
  return {"0x000000000000000000000000000000000000beef"_address, 7, 8, {9}};
}

TEST(UserOp, PackedFieldsAreWhereTheEntryPointReadsThem) {
  UserOp op = sample();
  op.factory = Factory{"0x000000000000000000000000000000000000f00d"_address, {0xaa}};
  op.paymaster = paymaster();
  const PackedUserOp packed = pack_user_op(op);
  EXPECT_EQ(to_hex(packed.init_code), "0x000000000000000000000000000000000000f00daa");
  EXPECT_EQ(packed.account_gas_limits, (200_w << 128) | 100_w);
  EXPECT_EQ(packed.gas_fees, (4_w << 128) | 5_w);
  EXPECT_EQ(
      to_hex(packed.paymaster_and_data),
      "0x000000000000000000000000000000000000beef000000000000000000000000000000070000000000000000000000000000000809");
}

TEST(UserOp, UnpackIsTheInverse) {
  UserOp op = sample();
  op.factory = Factory{"0x000000000000000000000000000000000000f00d"_address, {0xaa}};
  op.paymaster = paymaster();
  op.signature = {1, 2, 3};
  EXPECT_EQ(pack_user_op(unpack_user_op(pack_user_op(op)).value()), pack_user_op(op));
  EXPECT_EQ(pack_user_op(unpack_user_op(pack_user_op(sample())).value()), pack_user_op(sample()));
}

TEST(UserOp, UnpackRefusesShortFields) {
  PackedUserOp packed = pack_user_op(sample());
  packed.init_code.resize(19);
  EXPECT_EQ(unpack_user_op(packed).error().code, "user_op_init_code");
  packed.init_code.clear();
  packed.paymaster_and_data.resize(51);
  EXPECT_EQ(unpack_user_op(packed).error().code, "user_op_paymaster");
}

TEST(UserOp, Eip7702NeedsTheDelegate) {
  UserOp op = sample();
  op.eip7702 = Eip7702Init{"0x000000000000000000000000000000000000c0de"_address, {0xab, 0xcd}};
  const PackedUserOp packed = pack_user_op(op);
  EXPECT_EQ(to_hex(packed.init_code), "0x7702000000000000000000000000000000000000abcd");
  EXPECT_EQ(unpack_user_op(packed).error().code, "user_op_delegate");
  const UserOp back = unpack_user_op(packed, op.eip7702->delegate).value();
  EXPECT_EQ(hash_user_op(back, kEntryPointV08, ChainId{1}), hash_user_op(op, kEntryPointV08, ChainId{1}));
}

// Computed with viem 2.57; the vectors hold many more operations, but none of these.
TEST(UserOp, Eip7702HashNamesTheDelegate) {
  UserOp op = sample();
  op.eip7702 = Eip7702Init{"0x000000000000000000000000000000000000c0de"_address, {0xab, 0xcd}};
  EXPECT_EQ(to_hex(hash_user_op(op, kEntryPointV08, ChainId{1})),
            "0xf979669993b171707763e6c2641b438e7a66963ea3cf88b3bde212b1a932e638");
  op.eip7702->data.clear();
  EXPECT_EQ(to_hex(hash_user_op(op, kEntryPointV08, ChainId{1})),
            "0x44bb41543a17a5b22030e81d6eda178cbfb758e77b82986a7ca4f2fa2e454b47");
}

TEST(UserOp, TheHashCoversEveryFieldButTheSignature) {
  using Edit = void (*)(UserOp&);
  const Edit edits[] = {
      [](UserOp& op) { op.sender.bytes[19] ^= 1; },        [](UserOp& op) { op.nonce = 4; },
      [](UserOp& op) { op.factory = Factory{}; },          [](UserOp& op) { op.call_data.push_back(0); },
      [](UserOp& op) { op.call_gas_limit = 101; },         [](UserOp& op) { op.verification_gas_limit = 201; },
      [](UserOp& op) { op.pre_verification_gas = 301; },   [](UserOp& op) { op.max_fee_per_gas = 6; },
      [](UserOp& op) { op.max_priority_fee_per_gas = 5; }, [](UserOp& op) { op.paymaster = paymaster(); },
  };
  for (const EntryPoint& entry_point : {kEntryPointV06, kEntryPointV07, kEntryPointV08}) {
    const UserOpHash hash = hash_user_op(sample(), entry_point, ChainId{1});
    for (const Edit edit : edits) {
      UserOp changed = sample();
      edit(changed);
      EXPECT_NE(hash_user_op(changed, entry_point, ChainId{1}), hash);
    }
    UserOp signed_op = sample();
    signed_op.signature = {1};
    EXPECT_EQ(hash_user_op(signed_op, entry_point, ChainId{1}), hash);
    EXPECT_NE(hash_user_op(sample(), entry_point, ChainId{2}), hash);
    EXPECT_NE(hash_user_op(sample(), {Address{}, entry_point.version}, ChainId{1}), hash);
  }
}

TEST(UserOp, MaxCostCountsEveryGasLimit) {
  UserOp op = sample();
  EXPECT_EQ(max_cost(op), Word(600 * 5));
  op.paymaster = paymaster();
  EXPECT_EQ(max_cost(op), Word((600 + 15) * 5));
  op.pre_verification_gas = Word::max();
  EXPECT_EQ(max_cost(op), std::nullopt);
  op.pre_verification_gas = Word(1) << 255;
  EXPECT_EQ(max_cost(op), std::nullopt);
}

// Hash of the call data that viem 2.57 encodes for the same operations.
TEST(UserOp, HandleOpsCallData) {
  EXPECT_EQ(selector_of_text("handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)"),
            "0x765e827f"_selector);
  PackedUserOp first;
  first.sender = sample().sender;
  first.nonce = 3;
  first.call_data = {1, 2};
  first.account_gas_limits = 0x0101010101010101010101010101010101010101010101010101010101010101_w;
  first.pre_verification_gas = 300;
  first.gas_fees = 0x0202020202020202020202020202020202020202020202020202020202020202_w;
  first.signature = Bytes(33, 0xee);
  PackedUserOp second = first;
  second.call_data.clear();
  const Bytes data = encode_handle_ops(std::array{first, second}, "0x000000000000000000000000000000000000c0de"_address);
  EXPECT_EQ(to_hex(keccak256(data)), "0x3404530273f6d02522cea24968d3247ddd334c1f98b7d73ba8e5b8cbad0f0c6a");
}

}  // namespace
}  // namespace valetkey
