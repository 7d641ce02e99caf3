// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Sessions are copied to memory once and read there by address; what they are compared with is read where it stands, in call data. Reading past
// the end gives whatever is there: callers check bounds where it matters.

function load(uint256 at) pure returns (uint256 word) {
    assembly ("memory-safe") {
        word := mload(at)
    }
}

function loadByte(uint256 at) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := byte(0, mload(at))
    }
}

function loadAddress(uint256 at) pure returns (address value) {
    assembly ("memory-safe") {
        value := shr(96, mload(at))
    }
}

/// @dev The number in the `length` bytes at `at`; 0 for length 0. `length` is at most 32.
function loadNumber(uint256 at, uint256 length) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(sub(256, shl(3, length)), mload(at))
    }
}

function hashMemory(uint256 at, uint256 length) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        hash := keccak256(at, length)
    }
}

function loadCall(uint256 at) pure returns (uint256 word) {
    assembly ("memory-safe") {
        word := calldataload(at)
    }
}

/// @return to where the `length` bytes of call data are in memory; two words behind them are kept free of anything else
function copyToMemory(uint256 at, uint256 length) pure returns (uint256 to) {
    assembly ("memory-safe") {
        to := mload(0x40)
        calldatacopy(to, at, length)
        mstore(0x40, add(to, and(add(length, 95), not(31))))
    }
}

function store(uint256 at, uint256 word) pure {
    assembly ("memory-safe") {
        mstore(at, word)
    }
}

function storeByte(uint256 at, uint256 value) pure {
    assembly ("memory-safe") {
        mstore8(at, value)
    }
}

/// @dev As `new bytes(length)` without its length; `length` is a multiple of 32.
/// @return at where `length` zero bytes are in memory
function zeros(uint256 length) pure returns (uint256 at) {
    assembly ("memory-safe") {
        at := mload(0x40)
        calldatacopy(at, calldatasize(), length)
        mstore(0x40, add(at, length))
    }
}

/// @return at where memory is free
function freeMemory() pure returns (uint256 at) {
    assembly ("memory-safe") {
        at := mload(0x40)
    }
}

/// @dev Keeps what was put into free memory, up to `end`.
function keepMemory(uint256 end) pure {
    assembly ("memory-safe") {
        mstore(0x40, and(add(end, 31), not(31)))
    }
}
