// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, storeByte, zeros} from "./Reader.sol";
import {refuse, TEXT, NO_INDEX} from "./Refusals.sol";

/// Reads a function's canonical signature: docs/protocol.md, section 5, "Texts".
/// @dev Reading moves on two places in memory: `at` in the text, behind which stands a zero byte, and `out`, where the next head word's type
/// goes. What does not belong where it stands, also the end, is met as a character that is not the wanted one.
library FunctionText {
    uint256 internal constant DYNAMIC = 0xe0; // stands for the offset word of a dynamic argument
    uint256 private constant SHORTEST = 3;
    uint256 private constant LONGEST = 200;
    uint256 private constant MOST_WORDS = 255;
    uint256 private constant DEEPEST = 8;
    uint256 private constant TYPE_BYTES = 9 * 256; // words of the parts that are open at one time

    // Bit c: the character c is one of these.
    uint256 private constant DIGITS = 0x3ff << 48;
    uint256 private constant LETTERS = 0x7fffffe87fffffe << 64 | 1 << 36; // letters, _ and $

    struct Text {
        uint256 types; // where they are: a byte for each head word, as in the encoding of rules
        uint256 words; // how many
        uint256 permission; // for the refusal
    }

    /// @param dynamic whether an argument is dynamic
    function read(uint256 start, uint256 length, uint256 permission)
        internal
        pure
        returns (Text memory text, bool dynamic)
    {
        unchecked {
            text.permission = permission;
            if (length < SHORTEST || length > LONGEST) wrong(text);
            uint256 at = withZero(start, length);
            uint256 end = at + length;
            uint256 out = zeros(TYPE_BYTES);
            text.types = out;
            if (!isOf(at, LETTERS)) wrong(text);
            do ++at; while (isOf(at, LETTERS | DIGITS));
            if (loadByte(at) != 0x28) wrong(text); // (
            uint256 depth;
            (at, out, dynamic, depth) = list(text, at, out, 1);
            if (depth > DEEPEST || at != end) wrong(text);
            text.words = out - text.types;
        }
    }

    /// @dev `(type,type,…)`; only the outermost list may be empty. Depth counts brackets and arrays from the inside.
    function list(Text memory text, uint256 at, uint256 out, uint256 open)
        private
        pure
        returns (uint256 behind, uint256 outBehind, bool dynamic, uint256 depth)
    {
        unchecked {
            if (open > DEEPEST) wrong(text);
            ++at; // (
            if (open == 1 && loadByte(at) == 0x29) return (at + 1, out, false, 1);
            uint256 start = out;
            while (true) {
                bool itemDynamic;
                uint256 itemDepth;
                (at, out, itemDynamic, itemDepth) = item(text, at, out, open);
                if (itemDynamic) dynamic = true;
                if (itemDepth > depth) depth = itemDepth;
                if (out - start > MOST_WORDS) wrong(text);
                uint256 sign = loadByte(at++);
                if (sign == 0x29) return (at, out, dynamic, depth + 1); // )
                if (sign != 0x2c) wrong(text); // ,
            }
        }
    }

    /// @dev A type with its arrays; leaves its head words behind the earlier ones.
    function item(Text memory text, uint256 at, uint256 out, uint256 open)
        private
        pure
        returns (uint256, uint256, bool dynamic, uint256 depth)
    {
        unchecked {
            uint256 start = out;
            if (loadByte(at) == 0x28) {
                (at, out, dynamic, depth) = list(text, at, out, open + 1);
            } else {
                uint256 kind;
                (at, kind) = elementary(text, at);
                dynamic = kind == DYNAMIC;
                storeByte(out++, kind);
            }
            while (loadByte(at) == 0x5b) {
                uint256 times; // 0: []
                if (loadByte(++at) != 0x5d) (at, times) = number(text, at, MOST_WORDS);
                if (loadByte(at++) != 0x5d) wrong(text);
                ++depth;
                if (times == 0) {
                    dynamic = true;
                } else if (!dynamic) {
                    uint256 words = out - start;
                    if (words * times > MOST_WORDS) wrong(text);
                    for (uint256 end = start + words * times; out != end; ++out) storeByte(out, loadByte(out - words));
                }
            }
            if (dynamic) {
                storeByte(start, DYNAMIC);
                out = start + 1;
            }
            return (at, out, dynamic, depth);
        }
    }

    /// @dev What follows the type is looked at by whoever reads on.
    /// @return the place behind the type
    /// @return kind its byte in the encoding of rules, or DYNAMIC
    function elementary(Text memory text, uint256 at) private pure returns (uint256, uint256 kind) {
        unchecked {
            uint256 word = load(at);
            uint256 size;
            if (word >> 200 == uint56(bytes7("address"))) return (at + 7, 0x00);
            if (word >> 224 == uint32(bytes4("uint")) || word >> 232 == uint24(bytes3("int"))) {
                bool signed = word >> 248 == 0x69; // i
                (at, size) = number(text, signed ? at + 3 : at + 4, 256);
                if (size & 7 != 0) wrong(text);
                return (at, (signed ? 0x40 : 0x20) + size / 8 - 1);
            }
            if (word >> 216 == uint40(bytes5("bytes"))) {
                if (!isOf(at + 5, DIGITS)) return (at + 5, DYNAMIC);
                (at, size) = number(text, at + 5, 32);
                return (at, 0x80 + size - 1);
            }
            if (word >> 224 == uint32(bytes4("bool"))) return (at + 4, 0x60);
            if (word >> 208 != uint48(bytes6("string"))) wrong(text);
            return (at + 6, DYNAMIC);
        }
    }

    /// @dev One to three digits without a leading zero, from 1 to `most`.
    /// @return the place behind them
    function number(Text memory text, uint256 at, uint256 most) private pure returns (uint256, uint256 value) {
        unchecked {
            uint256 start = at;
            if (loadByte(at) == 0x30) wrong(text); // 0
            for (; isOf(at, DIGITS); ++at) value = 10 * value + loadByte(at) - 0x30;
            if (at == start || at - start > 3 || value > most) wrong(text);
            return (at, value);
        }
    }

    function isOf(uint256 at, uint256 characters) private pure returns (bool) {
        return (characters >> loadByte(at)) & 1 != 0;
    }

    /// @dev As `bytes.concat(text, hex"00")`.
    /// @return to where the copy is
    function withZero(uint256 at, uint256 length) private pure returns (uint256 to) {
        unchecked {
            to = zeros(LONGEST + 24); // a multiple of 32
        }
        assembly ("memory-safe") {
            mcopy(to, at, length)
        }
    }

    function wrong(Text memory text) private pure {
        refuse(TEXT, text.permission, NO_INDEX);
    }
}
