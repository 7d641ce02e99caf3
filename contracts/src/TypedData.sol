// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// EIP-712 in the domain of a validator: docs/protocol.md, section 2.

function domainSeparator(address validator) pure returns (bytes32) {
    return keccak256(
        abi.encode(
            keccak256("EIP712Domain(string name,string version,address verifyingContract)"),
            keccak256("valetkey"),
            keccak256("1"),
            validator
        )
    );
}

function typedDataHash(bytes32 domain, bytes32 structHash) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, hex"1901")
        mstore(add(free, 2), domain)
        mstore(add(free, 34), structHash)
        hash := keccak256(free, 66)
    }
}
