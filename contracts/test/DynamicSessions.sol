// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Plan, Call, SessionTest} from "./Sessions.sol";
import "../src/Refusals.sol";

/// Builds permissions with dynamic arguments, calls inside and extras: docs/protocol.md, section 1.
abstract contract DynamicSessionTest is SessionTest {
    uint8 internal constant DYNAMIC = 0x80;
    uint8 internal constant INNER = 0x04;
    uint8 internal constant COMMAND = 0x0c;
    uint8 internal constant WINDOW = 0x40;
    uint8 internal constant EXTRAS = 0x20;
    bytes internal constant NONE = hex"00"; // no rules, no counts, …

    /// What a dynamic permission has behind its number of words.
    struct Dynamics {
        bytes layout;
        bytes paths; // with their number
        bytes insides; // with their number
    }

    function selectorOf(string memory text) internal pure returns (bytes4) {
        return bytes4(keccak256(bytes(text)));
    }

    function onDynamic(uint8 kind, address target, bytes4 selector, uint8 words, Dynamics memory d, bytes memory rest)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(
            kind, target, selector, words, uint8(d.layout.length), d.layout, d.paths, d.insides, uint8(0), rest
        );
    }

    /// A permission without dynamic arguments.
    function onStatic(uint8 kind, address target, bytes4 selector, uint8 words, bytes memory rest)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(kind, target, selector, words, uint8(0), rest);
    }

    function path(bytes memory steps) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(steps.length), steps);
    }

    /// @return the shortest bytes of the number behind their length
    function number(uint256 n) internal pure returns (bytes memory) {
        bytes memory digits;
        for (; n != 0; n >>= 8) digits = abi.encodePacked(uint8(n), digits);
        return abi.encodePacked(uint8(digits.length), digits);
    }

    function rule(uint8 kind, uint8 position, uint8 comparison, bytes memory values) internal pure returns (bytes memory) {
        return abi.encodePacked(kind, position, comparison, values);
    }

    function unsigned(uint8 position, uint8 comparison, uint256 n) internal pure returns (bytes memory) {
        return rule(0x3f, position, comparison, number(n));
    }

    function isAddress(uint8 position, address a) internal pure returns (bytes memory) {
        return rule(0, position, 0, abi.encodePacked(uint8(20), a));
    }

    // ---------------------------------------------------------------- calls

    function isRefused(Plan memory p, bytes memory data, uint256 code, uint256 index) internal {
        refused(signedUse(p, call(ROUTER, 0, data), 0), code, 0, index);
    }

    function isPassed(Plan memory p, bytes memory data) internal {
        passes(signedUse(p, call(ROUTER, 0, data), 0));
    }

    /// The call data with their n-th word behind the selector changed.
    function withWord(bytes memory data, uint256 n, uint256 word) internal pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        assembly ("memory-safe") {
            mstore(add(copy, add(36, mul(n, 32))), word)
        }
    }

    function wordOf(bytes memory data, uint256 n) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(data, add(36, mul(n, 32))))
        }
    }

    /// The call data with `words` zero words put in before the n-th.
    function withGap(bytes memory data, uint256 n, uint256 words) internal pure returns (bytes memory copy) {
        copy = new bytes(data.length + 32 * words);
        for (uint256 b; b < data.length; ++b) copy[b < 4 + 32 * n ? b : b + 32 * words] = data[b];
    }
}
