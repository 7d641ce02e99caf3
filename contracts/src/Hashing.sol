// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

uint256 constant EMPTY = uint256(keccak256("")); // of an empty text or list

// As keccak256(abi.encode(type_, a, …)), with the words in free memory.

function hash3(bytes32 type_, bytes32 a, bytes32 b) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, type_)
        mstore(add(free, 32), a)
        mstore(add(free, 64), b)
        hash := keccak256(free, 96)
    }
}

function hash4(bytes32 type_, bytes32 a, bytes32 b, bytes32 c) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, type_)
        mstore(add(free, 32), a)
        mstore(add(free, 64), b)
        mstore(add(free, 96), c)
        hash := keccak256(free, 128)
    }
}

function hash5(bytes32 type_, bytes32 a, bytes32 b, bytes32 c, bytes32 d) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, type_)
        mstore(add(free, 32), a)
        mstore(add(free, 64), b)
        mstore(add(free, 96), c)
        mstore(add(free, 128), d)
        hash := keccak256(free, 160)
    }
}

/// @return hash keccak256 of the words from `start` up to `end`, EIP-712's encoding of a list
function hashOf(bytes32[] memory words, uint256 start, uint256 end) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        hash := keccak256(add(add(words, 32), shl(5, start)), shl(5, sub(end, start)))
    }
}
