// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadAddress, loadNumber, loadCall} from "./Reader.sol";

// The types of words and the values that rules compare them with: docs/protocol.md, section 1, "Rule".

uint256 constant GROUP_ADDRESS = 0;
uint256 constant GROUP_UNSIGNED = 1;
uint256 constant GROUP_SIGNED = 2;
uint256 constant GROUP_YES_NO = 3;
uint256 constant GROUP_BYTES = 4;
uint256 constant GROUP_RATIO = 5;

uint256 constant UINT256 = 0x3f; // a type

uint256 constant IS = 0;
uint256 constant IS_NOT = 1;
uint256 constant LESS_THAN = 2;
uint256 constant AT_MOST = 3;
uint256 constant MORE_THAN = 4;
uint256 constant AT_LEAST = 5;
uint256 constant BETWEEN = 6;

uint256 constant NATIVE_VALUE = 0xff; // base of a ratio
uint256 constant COUNT_VALUE = 0xfe; // sources of a count
uint256 constant COUNT_CALL = 0xff;

uint256 constant SIGN = 1 << 255;

library Words {
    /// @return whether the word has no bit outside its type
    function isClean(uint256 word, uint256 kind) internal pure returns (bool) {
        unchecked {
            uint256 group = kind >> 5;
            if (group == GROUP_UNSIGNED) return isCleanUnsigned(word, kind);
            if (group == GROUP_ADDRESS) return word >> 160 == 0;
            uint256 bits = 8 * ((kind & 0x1f) + 1);
            if (group == GROUP_YES_NO) return word < 2;
            if (group == GROUP_BYTES) return word << bits == 0;
            int256 signed;
            assembly ("memory-safe") {
                signed := signextend(sub(shr(3, bits), 1), word)
            }
            return uint256(signed) == word;
        }
    }

    /// @dev `isClean` for a kind that is known to be unsigned.
    function isCleanUnsigned(uint256 word, uint256 kind) internal pure returns (bool) {
        unchecked {
            return word >> (8 * (kind & 0x1f) + 8) == 0;
        }
    }

    /// @return how many bytes a value of that type takes inside `bytes`
    function sizeInBytes(uint256 kind) internal pure returns (uint256) {
        unchecked {
            return kind >> 5 == GROUP_ADDRESS ? 20 : (kind & 0x1f) + 1; // a bool's is 1
        }
    }

    /// @return word the value of that type in call data at `at`, as the word that it would be
    function inBytes(uint256 at, uint256 kind) internal pure returns (uint256 word) {
        unchecked {
            uint256 size = sizeInBytes(kind);
            word = loadCall(at) >> (256 - 8 * size);
            if (kind >> 5 == GROUP_BYTES) return word << (256 - 8 * size);
            if (kind >> 5 == GROUP_SIGNED) {
                assembly ("memory-safe") {
                    word := signextend(sub(size, 1), word)
                }
            }
        }
    }

    /// @dev The value of a rule as the word it is compared with. A length of 0 in an address rule means the account.
    function value(uint256 at, uint256 group, address account) internal pure returns (uint256 word, uint256 after_) {
        unchecked {
            uint256 length = load(at) >> 248;
            if (group == GROUP_SIGNED) {
                word = loadNumber(at + 1, length & 0x7f);
                return (length & 0x80 == 0 ? word : ~word, at + 1 + (length & 0x7f));
            }
            after_ = at + 1 + length;
            if (group == GROUP_ADDRESS) {
                return (uint160(length == 0 ? account : loadAddress(at + 1)), after_);
            }
            word = loadNumber(at + 1, length);
            if (group == GROUP_BYTES) word <<= 256 - 8 * length;
        }
    }
}
