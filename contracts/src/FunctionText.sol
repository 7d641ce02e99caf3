// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, store, storeByte, zeros, freeMemory, keepMemory} from "./Reader.sol";
import {refuse, TEXT, NO_INDEX} from "./Refusals.sol";

/// Reads a function's canonical signature: docs/protocol.md, section 5, "Texts".
/// @dev Reading moves on two places in memory: `at` in the text, behind which stands a zero byte, and `out`, where the next type goes. What
/// does not belong where it stands, also the end, is met as a character that is not the wanted one.
///
/// What is read stands in a row of bytes, in the order of the arguments:
///   the type of a static word, as in the encoding of rules
///   BYTES                    `bytes` or `string`
///   TUPLE words size parts   dynamic tuple; how many head words it has (1 byte), then its members in `size` bytes (2)
///   LIST words size parts    `T[]`; the words of a static element, 0 of a dynamic one, then its parts
///   ROW times size parts     `T[k]` with dynamic T
library FunctionText {
    uint256 internal constant BYTES = 0xe0; // no type of a word is as high
    uint256 internal constant TUPLE = 0xe1;
    uint256 internal constant LIST = 0xe2;
    uint256 internal constant ROW = 0xe3;
    uint256 private constant LAYOUT_OF = 0x60; // between these and their numbers in a layout

    uint256 private constant SHORTEST = 3;
    uint256 private constant LONGEST = 200;
    uint256 private constant MOST_WORDS = 255;
    uint256 private constant MOST_RUN = 127; // static words in one item of a layout
    uint256 private constant DEEPEST = 8;

    // Bit c: the character c is one of these.
    uint256 private constant DIGITS = 0x3ff << 48;
    uint256 private constant LETTERS = 0x7fffffe87fffffe << 64 | 1 << 36; // letters, _ and $

    struct Text {
        uint256 types; // where what was read begins
        uint256 end; // and ends
        uint256 words; // head words of the arguments
        uint256 permission; // for the refusal
    }

    /// @param text what was read goes there
    /// @return dynamic whether an argument is dynamic
    function read(Text memory text, uint256 start, uint256 length, uint256 permission)
        internal
        pure
        returns (bool dynamic)
    {
        unchecked {
            text.permission = permission;
            if (length < SHORTEST || length > LONGEST) wrong(text);
            uint256 at = withZero(start, length);
            uint256 end = at + length;
            text.types = freeMemory(); // nothing else is put there while the text is read
            if (!isOf(at, LETTERS)) wrong(text);
            do ++at; while (isOf(at, LETTERS | DIGITS));
            if (loadByte(at) != 0x28) wrong(text); // (
            uint256 depth;
            (at, text.end, text.words, dynamic, depth) = list(text, at, text.types, 1);
            if (depth > DEEPEST || at != end) wrong(text);
            keepMemory(text.end);
        }
    }

    /// @dev `(type,type,…)`; only the outermost list may be empty. Depth counts brackets and arrays from the inside.
    function list(Text memory text, uint256 at, uint256 out, uint256 open)
        private
        pure
        returns (uint256 behind, uint256 outBehind, uint256 words, bool dynamic, uint256 depth)
    {
        unchecked {
            if (open > DEEPEST) wrong(text);
            ++at; // (
            if (open == 1 && loadByte(at) == 0x29) return (at + 1, out, 0, false, 1);
            while (true) {
                bool itemDynamic;
                uint256 itemDepth;
                uint256 start = out;
                (at, out, itemDynamic, itemDepth) = item(text, at, out, open);
                if (itemDynamic) dynamic = true;
                if (itemDepth > depth) depth = itemDepth;
                words += itemDynamic ? 1 : out - start;
                if (words > MOST_WORDS) wrong(text);
                uint256 sign = loadByte(at++);
                if (sign == 0x29) return (at, out, words, dynamic, depth + 1); // )
                if (sign != 0x2c) wrong(text); // ,
            }
        }
    }

    /// @dev A type with its arrays; leaves it behind the earlier ones.
    function item(Text memory text, uint256 at, uint256 out, uint256 open)
        private
        pure
        returns (uint256, uint256, bool dynamic, uint256 depth)
    {
        unchecked {
            uint256 start = out;
            if (loadByte(at) == 0x28) {
                uint256 members;
                (at, out, members, dynamic, depth) = list(text, at, out, open + 1);
                if (dynamic) out = wrap(TUPLE, members, start, out);
            } else {
                uint256 kind;
                (at, kind) = elementary(text, at);
                dynamic = kind == BYTES;
                storeByte(out++, kind);
            }
            while (loadByte(at) == 0x5b) {
                uint256 times; // 0: []
                if (loadByte(++at) != 0x5d) (at, times) = number(text, at, MOST_WORDS);
                if (loadByte(at++) != 0x5d) wrong(text);
                ++depth;
                uint256 words = dynamic ? 0 : out - start;
                if (times == 0) {
                    if (words > MOST_RUN) wrong(text);
                    dynamic = true;
                    out = wrap(LIST, words, start, out);
                } else if (dynamic) {
                    out = wrap(ROW, times, start, out);
                } else {
                    if (words * times > MOST_WORDS) wrong(text);
                    for (uint256 end = start + words * times; out != end; ++out) storeByte(out, loadByte(out - words));
                }
            }
            return (at, out, dynamic, depth);
        }
    }

    /// @dev Makes the types from `start` to `end` the parts of one dynamic type.
    /// @return where that ends
    function wrap(uint256 kind, uint256 words, uint256 start, uint256 end) private pure returns (uint256) {
        uint256 head;
        unchecked {
            head = kind << 248 | words << 240 | (end - start) << 224;
        }
        assembly ("memory-safe") {
            mcopy(add(start, 4), start, sub(end, start))
            mstore(start, or(head, shr(32, shl(32, mload(start)))))
            end := add(end, 4)
        }
        return end;
    }

    /// @return where the type behind the one at `at` is
    function next(uint256 at) internal pure returns (uint256) {
        unchecked {
            uint256 head = load(at);
            return head >> 248 <= BYTES ? at + 1 : at + 4 + ((head >> 224) & 0xffff);
        }
    }

    /// @return where the type of the head word is that stands `words` words behind the one at `at`
    function wordAt(uint256 at, uint256 words) internal pure returns (uint256) {
        unchecked {
            for (; words != 0; --words) at = next(at);
            return at;
        }
    }

    /// @dev A text has at most 200 characters, and so a layout fewer than 255 bytes.
    /// @return code the structure of the arguments: docs/protocol.md, "Dynamic part"
    function layout(Text memory text) internal pure returns (bytes memory code) {
        unchecked {
            uint256 start = freeMemory();
            uint256 end = items(text.types, text.end, start + 32);
            store(start, end - start - 32);
            keepMemory(end);
            assembly ("memory-safe") {
                code := start
            }
        }
    }

    /// @dev The items of a layout for the types from `at` to `end`, to where `out` is.
    /// @return where they end
    function items(uint256 at, uint256 end, uint256 out) private pure returns (uint256) {
        unchecked {
            while (at != end) {
                uint256 kind = loadByte(at);
                if (kind < BYTES) {
                    uint256 run;
                    do (++run, ++at); while (run != MOST_RUN && at != end && loadByte(at) < BYTES);
                    storeByte(out++, run);
                    continue;
                }
                storeByte(out++, kind - LAYOUT_OF);
                uint256 behind = next(at);
                if (kind != BYTES) {
                    if (kind != LIST) storeByte(out++, loadByte(at + 1));
                    uint256 size = out++;
                    out = items(at + 4, behind, out);
                    storeByte(size, out - size - 1);
                }
                at = behind;
            }
            return out;
        }
    }

    /// @dev What follows the type is looked at by whoever reads on.
    /// @return the place behind the type
    /// @return kind its byte in the encoding of rules, or BYTES
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
                if (!isOf(at + 5, DIGITS)) return (at + 5, BYTES);
                (at, size) = number(text, at + 5, 32);
                return (at, 0x80 + size - 1);
            }
            if (word >> 224 == uint32(bytes4("bool"))) return (at + 4, 0x60);
            if (word >> 208 != uint48(bytes6("string"))) wrong(text);
            return (at + 6, BYTES);
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
