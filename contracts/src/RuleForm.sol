// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadNumber, store} from "./Reader.sol";
import "./Refusals.sol";
import {SessionForm, KIND_FUNCTION, BIT_INNER, LIMIT_TOKEN_AMOUNT, LIMIT_SUM, LIMIT_NATIVE, LIMIT_CALLS} from "./SessionForm.sol";
import "./Words.sol";
import "./Hashing.sol";
import {PathForm} from "./PathForm.sol";
import {Facts, Reading} from "./Reading.sol";
import {MessageTexts} from "./MessageTexts.sol";
import {TokenFunctions} from "./TokenFunctions.sol";

/// Checks the rules and counts of a permission and hashes them for the message: docs/protocol.md, section 5, "Enabling".
library RuleForm {
    bytes32 private constant ADDRESS_RULE_TYPE =
        keccak256("AddressRule(string position,string comparison,address[] values)");
    bytes32 private constant UNSIGNED_RULE_TYPE =
        keccak256("UnsignedRule(string position,string comparison,uint256[] values)");
    bytes32 private constant SIGNED_RULE_TYPE =
        keccak256("SignedRule(string position,string comparison,int256[] values)");
    bytes32 private constant YES_NO_RULE_TYPE =
        keccak256("YesNoRule(string position,string comparison,bool[] values)");
    bytes32 private constant BYTES_RULE_TYPE =
        keccak256("BytesRule(string position,string comparison,bytes32[] values)");
    bytes32 private constant RATIO_RULE_TYPE = keccak256(
        "RatioRule(string position,string comparison,uint256 numerator,uint256 denominator,string of)"
    );
    bytes32 private constant COUNT_TYPE = keccak256("Count(string counts,uint256 limit)");

    uint256 private constant MOST = 16; // rules, counts

    /// @param lists where the hash of each kind's list of rules goes, in the order of their groups; these are EMPTY so far
    function checkRules(Reading memory r, Facts memory f, uint256 lists) internal pure {
        unchecked {
            uint256 count = r.takeByte();
            if (count > (f.kind() == KIND_FUNCTION ? MOST : 0)) refuse(RULE_CAPS, r.p, NO_INDEX);
            bytes32[] memory hashes = new bytes32[](count);
            uint256 group;
            uint256 first; // of the group's rules
            uint256 last;
            for (uint256 j; j < count; ++j) {
                uint256 rule = load(r.take(3));
                // Group, position and operator, in the order in which rules rise.
                uint256 order = (rule >> 253) << 16 | ((rule >> 240) & 0xff) << 8 | ((rule >> 237) & 7);
                if (j != 0 && order <= last) refuse(RULE_ORDER, r.p, j);
                last = order;
                if (rule >> 253 > GROUP_RATIO) refuse(RULE_TYPE, r.p, j);
                if (rule >> 253 != group) first = j;
                group = rule >> 253;
                hashes[j] = group == GROUP_RATIO ? checkRatio(r, f, rule, j) : checkRule(r, f, rule, j);
                store(lists + 32 * group, uint256(hashOf(hashes, first, j + 1)));
            }
        }
    }

    function checkRule(Reading memory r, Facts memory f, uint256 rule, uint256 j) private pure returns (bytes32) {
        unchecked {
            uint256 kind = rule >> 248;
            uint256 group = kind >> 5;
            uint256 position = (rule >> 240) & 0xff;
            uint256 operator = (rule >> 237) & 7;
            uint256 count = ((rule >> 232) & 0x1f) + 1;
            if (f.leafAt(position) & 0xff != kind) refuse(RULE_TYPE, r.p, j);
            if (operator > IS_NOT) {
                if (operator > BETWEEN || count != (operator == BETWEEN ? 2 : 1)) refuse(RULE_OPERATOR, r.p, j);
                if (group != GROUP_UNSIGNED && group != GROUP_SIGNED) refuse(RULE_OPERATOR, r.p, j);
            } else if (group == GROUP_YES_NO && (operator != IS || count != 1)) {
                refuse(RULE_OPERATOR, r.p, j);
            }
            if (group == GROUP_ADDRESS && position == 0 && operator == IS) f.tokens = r.at - 3;
            bytes32 comparison = MessageTexts.comparison(operator, count > 1);
            return hash4(ruleType(group), f.positionText(position), comparison, checkValues(r, kind, count, j));
        }
    }

    function ruleType(uint256 group) private pure returns (bytes32) {
        if (group == GROUP_ADDRESS) return ADDRESS_RULE_TYPE;
        if (group == GROUP_UNSIGNED) return UNSIGNED_RULE_TYPE;
        if (group == GROUP_SIGNED) return SIGNED_RULE_TYPE;
        return group == GROUP_YES_NO ? YES_NO_RULE_TYPE : BYTES_RULE_TYPE;
    }

    /// @return hash of the list of values
    function checkValues(Reading memory r, uint256 kind, uint256 count, uint256 j) private pure returns (bytes32) {
        unchecked {
            bytes32[] memory values = new bytes32[](count);
            uint256 flip = kind >> 5 == GROUP_SIGNED ? SIGN : 0;
            bool afterAccount; // which comes first, whatever its address is
            for (uint256 i; i < count; ++i) {
                (uint256 value, bool isAccount) = checkValue(r, kind, RULE_VALUE, j);
                bool rises = i == 0 || afterAccount || value ^ flip > uint256(values[i - 1]) ^ flip;
                if (!rises || (isAccount && i != 0)) refuse(RULE_VALUE, r.p, j);
                afterAccount = isAccount;
                values[i] = bytes32(value);
            }
            return hashOf(values, 0, count);
        }
    }

    function isShortest(uint256 value, uint256 length) internal pure returns (bool) {
        unchecked {
            return length == 0 || value >> (8 * (length - 1)) != 0;
        }
    }

    /// @param code to refuse with, at `index`
    function checkValue(Reading memory r, uint256 kind, uint256 code, uint256 index)
        internal
        pure
        returns (uint256 value, bool isAccount)
    {
        unchecked {
            uint256 group = kind >> 5;
            uint256 width = (kind & 0x1f) + 1;
            uint256 at = r.take(1);
            uint256 length = loadByte(at);
            if (group == GROUP_SIGNED) length &= 0x7f;
            bool fits = length <= width;
            if (group == GROUP_ADDRESS) fits = length == 0 || length == 20;
            else if (group == GROUP_BYTES) fits = length == width;
            if (!fits) refuse(code, r.p, index);
            r.take(length);
            (value,) = Words.value(at, group, r.account);
            if (group == GROUP_ADDRESS) {
                isAccount = length == 0;
                fits = isAccount || value != uint160(r.account);
            } else if (group != GROUP_BYTES) {
                uint256 magnitude = loadNumber(at + 1, length);
                fits = isShortest(magnitude, length);
                if (group == GROUP_SIGNED) fits = fits && magnitude >> (8 * width - 1) == 0;
                else if (group == GROUP_YES_NO) fits = fits && magnitude < 2;
            }
            if (!fits) refuse(code, r.p, index);
        }
    }

    function checkRatio(Reading memory r, Facts memory f, uint256 rule, uint256 j) private pure returns (bytes32) {
        unchecked {
            uint256 more = load(r.take(3));
            uint256 position = (rule >> 240) & 0xff;
            uint256 kind = more >> 248;
            uint256 base = (more >> 240) & 0xff;
            uint256 baseKind = (more >> 232) & 0xff;
            bool fits = rule >> 248 == GROUP_RATIO << 5 && kind >> 5 == GROUP_UNSIGNED && baseKind >> 5 == GROUP_UNSIGNED;
            if (!fits || f.leafAt(position) != kind) refuse(RULE_TYPE, r.p, j);
            if (base == NATIVE_VALUE) fits = baseKind == UINT256 && f.bits & BIT_INNER == 0;
            else fits = f.leafAt(base) == baseKind;
            if (!fits) refuse(RULE_TYPE, r.p, j);
            uint256 operator = (rule >> 237) & 7;
            if ((operator != AT_MOST && operator != AT_LEAST) || (rule >> 232) & 0x1f != 0) {
                refuse(RULE_OPERATOR, r.p, j);
            }
            uint256 numerator = ratioNumber(r, j);
            uint256 denominator = ratioNumber(r, j);
            return keccak256(
                abi.encode(
                    RATIO_RULE_TYPE,
                    f.positionText(position),
                    MessageTexts.comparison(operator, false),
                    numerator,
                    denominator,
                    base == NATIVE_VALUE ? keccak256("native value") : f.positionText(base)
                )
            );
        }
    }

    function ratioNumber(Reading memory r, uint256 j) private pure returns (uint256 value) {
        unchecked {
            uint256 length = r.takeByte();
            if (length == 0 || length > 16) refuse(RULE_VALUE, r.p, j);
            value = loadNumber(r.take(length), length);
            if (!isShortest(value, length)) refuse(RULE_VALUE, r.p, j);
        }
    }

    /// @return hash of the list of counts
    function checkCounts(Reading memory r, Facts memory f) internal pure returns (bytes32) {
        unchecked {
            uint256 count = r.takeByte();
            if (count > MOST) refuse(COUNT_CAPS, r.p, NO_INDEX);
            bytes32[] memory hashes = new bytes32[](count);
            uint256 last;
            for (uint256 c; c < count; ++c) {
                uint256 entry = load(r.take(2)) >> 240;
                uint256 source = entry & 0xff;
                uint256 l = entry >> 8;
                uint256 kind = source < COUNT_VALUE ? r.takeByte() : 0;
                if (c != 0 && entry <= last) refuse(COUNT_ORDER, r.p, c);
                last = entry;
                if (l >= r.limits.length) refuse(COUNT_LIMIT, r.p, c);
                hashes[c] = hash3(COUNT_TYPE, checkSource(r, f, l, source, kind, c), bytes32(l + 1));
                r.counted |= 1 << l;
            }
            return hashOf(hashes, 0, count);
        }
    }

    /// @param kind the type of the word that is counted, where it is a word
    /// @return what the limit counts, in words
    function checkSource(Reading memory r, Facts memory f, uint256 l, uint256 source, uint256 kind, uint256 c)
        private
        pure
        returns (bytes32)
    {
        unchecked {
            uint256 limitKind = loadByte(r.limits[l]);
            if (source == COUNT_CALL) {
                if (limitKind != LIMIT_CALLS) refuse(COUNT_SOURCE, r.p, c);
                return keccak256("call");
            }
            if (source == COUNT_VALUE) {
                if (limitKind != LIMIT_NATIVE || f.bits & BIT_INNER != 0) refuse(COUNT_SOURCE, r.p, c);
                return keccak256("native value");
            }
            uint256 leaf = f.leafAt(source);
            if (limitKind > LIMIT_SUM || kind >> 5 != GROUP_UNSIGNED || leaf & 0xff != kind || leaf >= PathForm.SOME) {
                refuse(COUNT_SOURCE, r.p, c);
            }
            if (limitKind == LIMIT_TOKEN_AMOUNT) {
                address token = SessionForm.tokenAt(r.limits[l]);
                if (!TokenFunctions.isAmount(f, token, source)) refuse(COUNT_TOKEN, r.p, c);
                f.counted = token;
            }
            return f.positionText(source);
        }
    }
}
