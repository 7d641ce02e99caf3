// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte} from "./Reader.sol";
import "./PathSteps.sol";
import {FunctionText} from "./FunctionText.sol";
import {Words, GROUP_ADDRESS, GROUP_YES_NO, GROUP_BYTES, UINT256} from "./Words.sol";

/// Holds the paths of a permission against the types of its function: docs/protocol.md, section 1, "Dynamic part".
library PathForm {
    uint256 private constant SIZES = 0x0203020201040406; // of steps in bytes, step 0 first

    // What a path leads to: the type of a value or BYTES, its contents, and to how many.
    uint256 internal constant ONE = 0;
    uint256 internal constant EVERY = 0x100;
    uint256 internal constant SOME = 0x200;
    uint256 internal constant NONE = 0xff; // to nothing, the path does not fit


    function sizeOf(uint256 step) internal pure returns (uint256) {
        unchecked {
            return step > STEP_REPEATED ? 0 : (SIZES >> (8 * (STEP_REPEATED - step))) & 0xff;
        }
    }

    /// @param at where the path's steps are, `length` bytes
    /// @return leaf what it leads to
    function follow(FunctionText.Text memory text, uint256 at, uint256 length) internal pure returns (uint256 leaf) {
        unchecked {
            uint256 end = at + length;
            uint256 reach; // ONE
            // What the path has come to. The arguments, and static elements, are read as tuples.
            (uint256 kind, uint256 number, uint256 parts) = (FunctionText.TUPLE, text.words, text.types);
            while (at != end) {
                uint256 word = load(at);
                uint256 step = word >> 248;
                at += sizeOf(step);
                if (step > STEP_REPEATED || at > end) return NONE;
                if (step >= STEP_LENGTH) return at == end ? value(word, kind, reach) : NONE;
                if (step == STEP_WORD) {
                    uint256 w = loadByte(at - 1);
                    if ((kind != FunctionText.TUPLE && kind != FunctionText.ROW) || w >= number) return NONE;
                    if (kind == FunctionText.TUPLE) parts = FunctionText.wordAt(parts, w);
                    kind = loadByte(parts);
                    if (kind < FunctionText.BYTES) {
                        return at == end && (length != 2 || w >= FIRST_PATH) ? kind | reach : NONE;
                    }
                } else {
                    uint256 words = loadByte(at - 1);
                    if (kind != FunctionText.LIST || words != number) return NONE;
                    if (step == STEP_EVERY_MEMBER) {
                        if (reach == SOME) return NONE;
                        reach = EVERY;
                    } else if (step == STEP_SOME_MEMBER) {
                        if (reach != ONE) return NONE;
                        reach = SOME;
                    }
                    kind = FunctionText.TUPLE;
                    if (words != 0) continue; // of a static element
                    kind = loadByte(parts);
                }
                number = loadByte(parts + 1);
                parts += 4;
            }
            return kind == FunctionText.BYTES ? kind | reach : NONE;
        }
    }

    /// @param word the last step, which reads a value of the dynamic type `kind`
    function value(uint256 word, uint256 kind, uint256 reach) private pure returns (uint256) {
        unchecked {
            uint256 step = word >> 248;
            bool isBytes = kind == FunctionText.BYTES;
            if (step == STEP_LENGTH) return isBytes || kind == FunctionText.LIST ? UINT256 | reach : NONE;
            uint256 type_ = (word >> 240) & 0xff;
            if (!isBytes || !isType(type_)) return NONE;
            if (step == STEP_REPEATED) {
                if (reach == SOME || (word >> 208) & 0xffff == 0) return NONE;
                reach = EVERY;
            }
            return type_ | reach;
        }
    }

    function isType(uint256 kind) private pure returns (bool) {
        uint256 group = kind >> 5;
        return group <= GROUP_BYTES && ((group != GROUP_ADDRESS && group != GROUP_YES_NO) || kind & 0x1f == 0);
    }
}
