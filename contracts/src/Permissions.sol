// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadNumber, loadCall} from "./Reader.sol";
import "./Refusals.sol";
import {BIT_WINDOW} from "./SessionForm.sol";
import {Use} from "./Use.sol";
import {Rules} from "./Rules.sol";
import "./Words.sol";

/// Evaluates one call under one plain permission of an enabled session, of a function with static arguments alone: docs/protocol.md, 5.G.
/// `Dynamic` does the others.
/// @dev The encoding was checked when the session was enabled, and the id covers it; here it is only read.
library Permissions {
    /// @param at where the permission is: kind, contract, selector, number of words
    /// @param data where the call's data are
    /// @return whether the permission is a plain one for that function; call data shorter than a selector are left to `checkLength`
    function isPlain(uint256 at, uint256 target, uint256 data) internal pure returns (bool) {
        // The kind is a function's, with a window or without.
        uint256 head = load(at) & ~(BIT_WINDOW << 248);
        return head >> 56 == (target << 32 | loadCall(data) >> 224);
    }

    /// @param size of the call data
    /// @param i index of the call
    /// @param p index of the permission
    /// @return rest where the most value is
    function checkLength(uint256 at, uint256 size, uint256 i, uint256 p) internal pure returns (uint256 rest) {
        unchecked {
            if (size != 4 + 32 * ((load(at) >> 48) & 0xff)) refuse(size < 4 ? NO_PERMISSION : CALL_DATA_LENGTH, i, p);
            return at + 26;
        }
    }

    /// @param permission where it is
    /// @param at where its most value is
    /// @param data where the call's data are
    function use(uint256 permission, uint256 at, uint256 value, uint256 data, uint256 i, uint256 p, Use used)
        internal
        view
    {
        unchecked {
            uint256 length = loadByte(at++);
            if (value > loadNumber(at, length)) refuse(VALUE_OVER, i, p);
            at += length;
            if (loadByte(permission) & BIT_WINDOW != 0) at = used.narrow(at);
            at = checkRules(at, data + 4, value, i);
            count(at, data + 4, value, i, used);
        }
    }

    function checkRules(uint256 at, uint256 arguments, uint256 callValue, uint256 index)
        private
        view
        returns (uint256)
    {
        unchecked {
            uint256 rules = loadByte(at++);
            for (uint256 j; j < rules; ++j) {
                uint256 rule = load(at);
                uint256 word = loadCall(arguments + 32 * ((rule >> 240) & 0xff));
                if (rule >> 253 == GROUP_RATIO) {
                    uint256 base = (rule >> 216) & 0xff;
                    base = base == NATIVE_VALUE ? callValue : loadCall(arguments + 32 * base);
                    at = Rules.checkRatio(at, word, base, index, j);
                    continue;
                }
                // As `Rules.check`, which the compiler would not inline at two places.
                if (!Words.isClean(word, rule >> 248)) refuse(DIRTY_WORD, index, j);
                bool passes;
                (passes, at) = Rules.compare(at, rule, word);
                if (!passes) refuse(Rules.codeOf(rule), index, j);
            }
            return at;
        }
    }

    function count(uint256 at, uint256 arguments, uint256 callValue, uint256 index, Use used) private pure {
        unchecked {
            uint256 counts = loadByte(at++);
            for (uint256 c; c < counts; ++c) {
                uint256 entry = load(at);
                uint256 source = (entry >> 240) & 0xff;
                uint256 amount;
                at += 2;
                if (source < COUNT_VALUE) {
                    amount = loadCall(arguments + 32 * source);
                    if (!Words.isCleanUnsigned(amount, entry >> 232)) refuse(DIRTY_COUNT, index, c);
                    ++at;
                } else {
                    amount = source == COUNT_CALL ? 1 : callValue;
                }
                used.add(entry >> 248, amount);
            }
        }
    }
}
