// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// ERC-4337, EntryPoint v0.7 to v0.9.
struct PackedUserOperation {
    address sender;
    uint256 nonce;
    bytes initCode;
    bytes callData;
    bytes32 accountGasLimits; // verification gas limit (16) | call gas limit (16)
    uint256 preVerificationGas;
    bytes32 gasFees; // max priority fee per gas (16) | max fee per gas (16)
    bytes paymasterAndData; // paymaster (20) | its verification gas limit (16) | its postOp gas limit (16) | data
    bytes signature;
}
