// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {loadByte} from "./Reader.sol";
import {refuse, TEXT, NO_INDEX} from "./Refusals.sol";

/// Reads a function's canonical signature: docs/protocol.md, section 5, "Texts".
library FunctionText {
    uint256 internal constant DYNAMIC = 0xe0; // stands for the offset word of a dynamic argument
    uint256 private constant SHORTEST = 3;
    uint256 private constant LONGEST = 200;
    uint256 private constant MOST_WORDS = 255;
    uint256 private constant DEEPEST = 8;
    uint256 private constant TYPE_BYTES = 255 * 8 + 255; // words of the parts that are open at one time

    struct Text {
        uint256 at; // next byte to read
        uint256 end;
        uint256 words; // how many types there are so far
        bytes types; // a byte for each head word, as in the encoding of rules
        uint256 permission; // for the refusal
    }

    /// @return text its `words` head words are in `types`
    /// @return dynamic whether an argument is dynamic
    function read(uint256 at, uint256 length, uint256 permission)
        internal
        pure
        returns (Text memory text, bool dynamic)
    {
        unchecked {
            text.permission = permission;
            require_(text, length >= SHORTEST && length <= LONGEST);
            text.at = at;
            text.end = at + length;
            text.types = new bytes(TYPE_BYTES);
            require_(text, isLetter(peek(text)));
            while (isLetter(peek(text)) || isDigit(peek(text))) ++text.at;
            require_(text, peek(text) == "(");
            uint256 depth;
            (dynamic, depth) = list(text, 1);
            require_(text, depth <= DEEPEST && text.at == text.end);
        }
    }

    /// @dev `(type,type,…)`; only the outermost list may be empty. Depth counts brackets and arrays from the inside.
    function list(Text memory text, uint256 open) private pure returns (bool dynamic, uint256 depth) {
        unchecked {
            require_(text, open <= DEEPEST);
            uint256 start = text.words;
            ++text.at; // (
            if (open == 1 && peek(text) == ")") {
                ++text.at;
                return (false, 1);
            }
            while (true) {
                (bool itemDynamic, uint256 itemDepth) = item(text, open);
                if (itemDynamic) dynamic = true;
                if (itemDepth > depth) depth = itemDepth;
                require_(text, text.words - start <= MOST_WORDS);
                bytes1 sign = peek(text);
                require_(text, sign == "," || sign == ")");
                ++text.at;
                if (sign == ")") return (dynamic, depth + 1);
            }
        }
    }

    /// @dev A type with its arrays; leaves its head words behind the earlier ones.
    function item(Text memory text, uint256 open) private pure returns (bool dynamic, uint256 depth) {
        unchecked {
            uint256 start = text.words;
            if (peek(text) == "(") {
                (dynamic, depth) = list(text, open + 1);
            } else {
                dynamic = elementary(text);
            }
            while (peek(text) == "[") {
                ++text.at;
                ++depth;
                uint256 size = arraySize(text);
                if (size == 0) {
                    dynamic = true;
                } else if (!dynamic) {
                    repeat(text, start, size);
                }
            }
            if (dynamic) {
                text.words = start;
                push(text, DYNAMIC);
            }
        }
    }

    /// @return size what stands before the closing bracket, which is read too; 0 for nothing
    function arraySize(Text memory text) private pure returns (uint256 size) {
        unchecked {
            if (peek(text) != "]") {
                size = number(text);
                require_(text, size != 0 && size <= MOST_WORDS && peek(text) == "]");
            }
            ++text.at;
        }
    }

    function repeat(Text memory text, uint256 start, uint256 times) private pure {
        unchecked {
            uint256 words = text.words - start;
            require_(text, words * times <= MOST_WORDS);
            for (uint256 i = words; i < words * times; ++i) push(text, uint8(text.types[start + i - words]));
        }
    }

    function elementary(Text memory text) private pure returns (bool dynamic) {
        unchecked {
            uint256 start = text.at;
            while (peek(text) >= "a" && peek(text) <= "z") ++text.at;
            bytes32 name = word(start, text.at - start);
            bool sized = isDigit(peek(text));
            uint256 size = sized ? number(text) : 0;
            if (name == "uint" || name == "int") {
                require_(text, size != 0 && size <= 256 && size & 7 == 0);
                push(text, (name == "uint" ? 0x20 : 0x40) + size / 8 - 1);
            } else if (name == "bytes" && sized) {
                require_(text, size != 0 && size <= 32);
                push(text, 0x80 + size - 1);
            } else {
                require_(text, !sized);
                if (name == "address") {
                    push(text, 0x00);
                } else if (name == "bool") {
                    push(text, 0x60);
                } else {
                    require_(text, name == "bytes" || name == "string");
                    return true;
                }
            }
        }
    }

    /// @dev One to three digits without a leading zero; 0 is none of them.
    function number(Text memory text) private pure returns (uint256 value) {
        unchecked {
            uint256 start = text.at;
            while (isDigit(peek(text))) value = 10 * value + loadByte(text.at++) - 48;
            require_(text, text.at != start && text.at - start <= 3 && loadByte(start) != 48);
        }
    }

    function word(uint256 at, uint256 length) private pure returns (bytes32 value) {
        if (length > 31) return 0;
        assembly ("memory-safe") {
            let unused := sub(256, shl(3, length))
            value := shl(unused, shr(unused, mload(at)))
        }
    }

    function peek(Text memory text) private pure returns (bytes1) {
        return text.at < text.end ? bytes1(uint8(loadByte(text.at))) : bytes1(0);
    }

    function push(Text memory text, uint256 kind) private pure {
        unchecked {
            text.types[text.words++] = bytes1(uint8(kind));
        }
    }

    function isLetter(bytes1 sign) private pure returns (bool) {
        return (sign >= "a" && sign <= "z") || (sign >= "A" && sign <= "Z") || sign == "_" || sign == "$";
    }

    function isDigit(bytes1 sign) private pure returns (bool) {
        return sign >= "0" && sign <= "9";
    }

    function require_(Text memory text, bool holds) private pure {
        if (!holds) refuse(TEXT, text.permission, NO_INDEX);
    }
}
