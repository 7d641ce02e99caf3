// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadCall} from "./Reader.sol";
import {refuse, CALL_DATA_FORM} from "./Refusals.sol";
import {Frame} from "./Frame.sol";

/// Holds arguments against the layout of a permission, so that rules and the contract that is called can't read different values: only the
/// one canonical ABI form passes. docs/protocol.md, section 1, "Dynamic part", and 5.G.4.
/// @dev The layout is the session's and bounds the recursion. Everything in call data is hostile: nothing behind the arguments' end decides.
library Layout {
    // Items; smaller bytes are so many static words.
    uint256 private constant BYTES = 0x80;
    uint256 private constant TUPLE = 0x81;
    uint256 private constant ARRAY = 0x82;

    /// @param at where the layout is, behind its length
    /// @param words head words of the arguments
    function check(Frame memory f, uint256 at, uint256 words) internal pure {
        unchecked {
            if (list(f, at, at + loadByte(at - 1), f.arguments, words) != f.end) refuse(CALL_DATA_FORM, f.i, f.p);
        }
    }

    /// @param at the items, up to `last`
    /// @param base where the head words of the arguments, or of a tuple, begin
    /// @return next where the tails end
    function list(Frame memory f, uint256 at, uint256 last, uint256 base, uint256 words)
        private
        pure
        returns (uint256 next)
    {
        unchecked {
            next = skip(f, base, words, 32);
            uint256 head = base;
            while (at != last) {
                uint256 item = loadByte(at);
                if (item < BYTES) {
                    head += 32 * item;
                    ++at;
                } else {
                    next = tail(f, at, head, base, next);
                    head += 32;
                    at = behind(at);
                }
            }
        }
    }

    /// @param item of every member
    /// @param base where the members' offsets begin
    /// @return next where the tails end
    function members(Frame memory f, uint256 item, uint256 base, uint256 count) private pure returns (uint256 next) {
        unchecked {
            next = skip(f, base, count, 32);
            for (uint256 head = base; count != 0; --count) {
                next = tail(f, item, head, base, next);
                head += 32;
            }
        }
    }

    /// @param head where the offset is, counted from `base`
    /// @param from where the tail has to begin
    /// @return next where it ends
    function tail(Frame memory f, uint256 at, uint256 head, uint256 base, uint256 from)
        private
        pure
        returns (uint256 next)
    {
        unchecked {
            if (loadCall(head) != from - base) refuse(CALL_DATA_FORM, f.i, f.p);
            uint256 item = load(at);
            uint256 kind = item >> 248;
            uint256 count = (item >> 240) & 0xff;
            if (kind == TUPLE) return list(f, at + 3, behind(at), from, count);
            if (kind > ARRAY) return members(f, at + 3, from, count);
            next = skip(f, from, 1, 32);
            count = loadCall(from);
            if (kind == BYTES) return padded(f, next, count);
            item = loadByte(at + 2);
            return item < BYTES ? skip(f, next, count, 32 * item) : members(f, at + 2, next, count);
        }
    }

    /// @return next where `length` bytes and the zeros that fill up their last word end
    function padded(Frame memory f, uint256 from, uint256 length) private pure returns (uint256 next) {
        unchecked {
            uint256 rest = (0 - length) & 31;
            next = skip(f, skip(f, from, length, 1), rest, 1);
            if (loadCall(next - rest) >> (256 - 8 * rest) != 0) refuse(CALL_DATA_FORM, f.i, f.p);
        }
    }

    /// @return next where `count` times `size` bytes end
    function skip(Frame memory f, uint256 from, uint256 count, uint256 size) private pure returns (uint256 next) {
        unchecked {
            next = from + count * size;
            if (count >> 64 != 0 || next > f.end) refuse(CALL_DATA_FORM, f.i, f.p);
        }
    }

    /// @return where the item ends
    function behind(uint256 at) private pure returns (uint256) {
        unchecked {
            uint256 item = load(at);
            uint256 kind = item >> 248;
            if (kind == BYTES) return at + 1;
            return kind == ARRAY ? at + 2 + ((item >> 240) & 0xff) : at + 3 + ((item >> 232) & 0xff);
        }
    }
}
