// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadNumber} from "./Reader.sol";
import "./Refusals.sol";
import "./Words.sol";

/// The comparisons of rules: docs/protocol.md, 5.G.7.
library Rules {
    /// @param at where the rule is
    /// @param rule the word there
    /// @return passes whether the word stands in the rule's relation to its values
    /// @return after_ where the rule ends
    function compare(uint256 at, uint256 rule, uint256 word) internal view returns (bool passes, uint256 after_) {
        unchecked {
            uint256 group = rule >> 253;
            uint256 operator = (rule >> 237) & 7;
            uint256 value;
            at += 3;
            if (operator <= IS_NOT) {
                bool found;
                for (uint256 rest = ((rule >> 232) & 0x1f) + 1; rest != 0; --rest) {
                    (value, at) = Words.value(at, group, msg.sender);
                    if (value == word) found = true;
                }
                return (found == (operator == IS), at);
            }
            (value, at) = Words.value(at, group, msg.sender);
            uint256 flip = group == GROUP_SIGNED ? SIGN : 0;
            word ^= flip;
            value ^= flip;
            if (operator == LESS_THAN) return (word < value, at);
            if (operator == AT_MOST) return (word <= value, at);
            if (operator == MORE_THAN) return (word > value, at);
            if (operator == AT_LEAST) return (word >= value, at);
            uint256 highest;
            (highest, at) = Words.value(at, group, msg.sender);
            return (word >= value && word <= highest ^ flip, at);
        }
    }

    /// @dev For a rule on one word. Refuses what is not clean or does not pass.
    /// @param i index of the call
    /// @param j index of the rule
    /// @return after_ where the rule ends
    function check(uint256 at, uint256 rule, uint256 word, uint256 i, uint256 j) internal view returns (uint256 after_) {
        if (!Words.isClean(word, rule >> 248)) refuse(DIRTY_WORD, i, j);
        bool passes;
        (passes, after_) = compare(at, rule, word);
        if (!passes) refuse(codeOf(rule), i, j);
    }

    /// @return why a word that does not pass the rule is refused
    function codeOf(uint256 rule) internal pure returns (uint256) {
        unchecked {
            uint256 operator = (rule >> 237) & 7;
            if (operator == IS) return (rule >> 232) & 0x1f == 0 ? RULE_IS : RULE_ONE_OF;
            if (operator == IS_NOT) return RULE_IS_NOT;
            return RULE_LESS_THAN + operator - LESS_THAN; // in the operators' order
        }
    }

    /// @dev For a rule that is not a ratio.
    /// @return where the rule ends
    function behind(uint256 at) internal pure returns (uint256) {
        unchecked {
            uint256 rule = load(at);
            at += 3;
            for (uint256 rest = ((rule >> 232) & 0x1f) + 1; rest != 0; --rest) {
                uint256 length = loadByte(at);
                at += 1 + (rule >> 253 == GROUP_SIGNED ? length & 0x7f : length);
            }
            return at;
        }
    }

    /// @param at where the ratio is
    /// @param i index of the call
    /// @param j index of the rule
    /// @return where it ends
    function checkRatio(uint256 at, uint256 word, uint256 base, uint256 i, uint256 j) internal pure returns (uint256) {
        unchecked {
            uint256 rule = load(at);
            if (!Words.isCleanUnsigned(word, rule >> 224) || !Words.isCleanUnsigned(base, rule >> 208)) {
                refuse(DIRTY_WORD, i, j);
            }
            if (word >> 128 != 0 || base >> 128 != 0) refuse(RATIO_WORD_OVER, i, j);
            at += 6;
            uint256 length = loadByte(at);
            uint256 numerator = loadNumber(at + 1, length);
            at += 1 + length;
            length = loadByte(at);
            uint256 left = word * loadNumber(at + 1, length);
            uint256 right = base * numerator;
            if ((rule >> 237) & 7 == AT_MOST ? left > right : left < right) refuse(RULE_RATIO, i, j);
            return at + 1 + length;
        }
    }
}
