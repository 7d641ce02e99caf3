// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadCall} from "./Reader.sol";
import {refuse, PATH_RANGE} from "./Refusals.sol";
import "./PathSteps.sol";
import {Frame} from "./Frame.sol";
import {Words} from "./Words.sol";

/// Follows the paths of a permission into arguments: docs/protocol.md, section 1, "Dynamic part".
/// @dev For arguments that passed `Layout.check`, and with paths that were held against the layout when the session was enabled: every
/// offset and length that is met is one of a canonical form.
library Paths {
    /// @dev Calls `visit` with every value of the position in order: the value, and where contents begin where it leads to contents.
    function follow(
        Frame memory f,
        uint256 position,
        function(Frame memory, uint256, uint256) internal view visit
    ) internal view {
        unchecked {
            if (position < FIRST_PATH) return visit(f, loadCall(f.arguments + 32 * position), 0);
            f.path = position - FIRST_PATH;
            uint256 at = skip(begin(f.permission) + 1, f.path);
            f.steps = at + 1 + loadByte(at);
            walk(f, at + 1, 0, f.arguments, visit);
        }
    }

    /// @return the value of a position that has one
    function single(Frame memory f, uint256 position) internal view returns (uint256) {
        follow(f, position, keepWord);
        return f.found;
    }

    /// @return where the contents begin that a position goes to
    function contents(Frame memory f, uint256 position) internal view returns (uint256) {
        follow(f, position, keepPlace);
        return f.found;
    }

    /// @return where the paths of the permission end
    function end(uint256 permission) internal pure returns (uint256) {
        unchecked {
            uint256 at = begin(permission);
            return skip(at + 1, loadByte(at));
        }
    }

    /// @return where the number of paths is, behind the layout
    function begin(uint256 permission) private pure returns (uint256) {
        unchecked {
            return permission + 27 + loadByte(permission + 26);
        }
    }

    /// @return where `count` paths end that begin at `at`
    function skip(uint256 at, uint256 count) private pure returns (uint256) {
        unchecked {
            for (; count != 0; --count) at += 1 + loadByte(at);
            return at;
        }
    }

    function keepWord(Frame memory f, uint256 word, uint256) private pure {
        f.found = word;
    }

    function keepPlace(Frame memory f, uint256, uint256 place) private pure {
        f.found = place;
    }

    /// @param at the steps that are left
    /// @param word the value that the steps before led to
    /// @param place where in call data they led to: head words, the length of an array or of bytes, a static element
    function walk(
        Frame memory f,
        uint256 at,
        uint256 word,
        uint256 place,
        function(Frame memory, uint256, uint256) internal view visit
    ) private view {
        unchecked {
            while (at != f.steps) {
                uint256 step = load(at);
                uint256 operand = (step >> 240) & 0xff;
                at += 2;
                if (step >> 248 == STEP_WORD) {
                    word = loadCall(place + 32 * operand);
                    place += word;
                } else if (step >> 248 == STEP_MEMBER) {
                    if (operand >= loadCall(place)) refuse(PATH_RANGE, f.i, f.path);
                    place = member(place, operand, (step >> 232) & 0xff);
                    ++at;
                } else if (step >> 248 <= STEP_SOME_MEMBER) {
                    if (step >> 248 == STEP_SOME_MEMBER) f.some = true;
                    return walkMembers(f, at, place, operand, visit);
                } else {
                    return slices(f, step, place, visit);
                }
            }
            visit(f, word, place);
        }
    }

    /// @param words of a static element; 0: it is dynamic
    function walkMembers(
        Frame memory f,
        uint256 at,
        uint256 place,
        uint256 words,
        function(Frame memory, uint256, uint256) internal view visit
    ) private view {
        unchecked {
            uint256 count = loadCall(place);
            for (uint256 n; n != count; ++n) walk(f, at, 0, member(place, n, words), visit);
        }
    }

    /// @return where member `n` of the array at `place` is
    function member(uint256 place, uint256 n, uint256 words) private pure returns (uint256) {
        unchecked {
            place += 32;
            return place + (words == 0 ? loadCall(place + 32 * n) : 32 * words * n);
        }
    }

    /// @dev The last steps of an array or of bytes: its length, or values in it.
    function slices(
        Frame memory f,
        uint256 step,
        uint256 place,
        function(Frame memory, uint256, uint256) internal view visit
    ) private view {
        unchecked {
            uint256 length = loadCall(place);
            if (step >> 248 == STEP_LENGTH) return visit(f, length, 0);
            uint256 kind = (step >> 240) & 0xff;
            uint256 offset = (step >> 224) & 0xffff;
            uint256 size = Words.sizeInBytes(kind);
            place += 32;
            if (step >> 248 == STEP_REPEATED) {
                for (; offset + size <= length; offset += (step >> 208) & 0xffff) {
                    visit(f, Words.inBytes(place + offset, kind), 0);
                }
                return;
            }
            if (offset + size > length) refuse(PATH_RANGE, f.i, f.path);
            if (step >> 248 == STEP_FROM_END) offset = length - size - offset;
            visit(f, Words.inBytes(place + offset, kind), 0);
        }
    }
}
