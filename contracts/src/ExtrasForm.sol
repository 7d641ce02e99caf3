// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadAddress, hashMemory, store, zeros} from "./Reader.sol";
import "./Refusals.sol";
import {BIT_INNER} from "./SessionForm.sol";
import "./Words.sol";
import "./Hashing.sol";
import {MessageTexts} from "./MessageTexts.sol";
import {RuleForm} from "./RuleForm.sol";
import {Facts, Reading} from "./Reading.sol";

/// Checks the extras of a permission, batch rules and policies, and hashes them for the message: docs/protocol.md, sections 1 and 2.
library ExtrasForm {
    bytes32 private constant BATCH_RULE_TYPE =
        keccak256("BatchRule(string call,uint256 permission,string position,string type,string comparison,string of)");
    bytes32 private constant POLICY_TYPE = keccak256(
        "Policy(address contract,address[] addresses,uint256[] unsignedNumbers,int256[] signedNumbers,bool[] yesNo,bytes32[] fixedBytes)"
    );

    uint256 private constant MOST_BATCH_RULES = 8;
    uint256 private constant MOST_POLICIES = 4;
    uint256 private constant MOST_WORDS = 8;
    uint256 private constant NOTHING = 0xff; // position of a batch rule that compares nothing
    // The comparisons of batch rules are those of rules with one value.
    uint256 private constant ONE_IS = IS << 5;
    uint256 private constant ONE_AT_MOST = AT_MOST << 5;
    uint256 private constant ONE_AT_LEAST = AT_LEAST << 5;
    bytes5 private constant POLICY_TYPES = 0x003f5f609f; // of words, by group

    /// @return hash of the list of policies
    function check(Reading memory r, Facts memory f) internal pure returns (bytes32) {
        unchecked {
            uint256 count = f.batchCount = r.takeByte();
            if (count > MOST_BATCH_RULES) refuse(EXTRAS_CAPS, r.p, NO_INDEX);
            f.batch = r.at;
            uint256 last;
            for (uint256 b; b < count; ++b) {
                uint256 rule = load(r.take(7)) >> 200;
                if (rule <= last && b != 0) refuse(BATCH_FORM, r.p, b);
                if (!isBatchRule(f, rule)) refuse(BATCH_FORM, r.p, b);
                last = rule;
            }
            return checkPolicies(r, count != 0);
        }
    }

    /// @param rule position, type, comparison, where, permission, other position, other type
    /// @return whether the rule is right as far as its own permission says
    function isBatchRule(Facts memory f, uint256 rule) private pure returns (bool) {
        unchecked {
            if (rule >> 48 == NOTHING) return rule & 0xff_ff_ff_00_00_ff_ff == 0xff_00_00_00_00_ff_00;
            uint256 kind = (rule >> 40) & 0xff;
            uint256 group = kind >> 5;
            uint256 comparison = (rule >> 32) & 0xff;
            if (f.leafAt(rule >> 48) != kind || (rule >> 5) & 7 != group) return false;
            if (group == GROUP_UNSIGNED && (comparison == ONE_AT_MOST || comparison == ONE_AT_LEAST)) return true;
            return comparison == ONE_IS && (group == GROUP_ADDRESS || group == GROUP_UNSIGNED || group == GROUP_BYTES);
        }
    }

    /// @dev The batch rules of permission `r.p` once more, with the permissions of the other calls.
    /// @return hash of their list
    function checkBatch(Reading memory r, Facts memory f) internal pure returns (bytes32) {
        unchecked {
            bytes32[] memory hashes = new bytes32[](f.batchCount);
            for (uint256 b; b < hashes.length; ++b) {
                uint256 rule = load(f.batch + 7 * b) >> 200;
                uint256 q = (rule >> 16) & 0xff;
                if (q >= r.facts.length || r.facts[q].bits & BIT_INNER != 0) refuse(BATCH_FORM, r.p, b);
                uint256 message = zeros(7 * 32);
                store(message, uint256(BATCH_RULE_TYPE));
                store(message + 32, uint256(MessageTexts.batchCall((rule >> 24) & 0xff)));
                store(message + 64, q + 1);
                for (uint256 text = message + 96; text != message + 224; text += 32) store(text, EMPTY);
                if (rule >> 48 != NOTHING) {
                    uint256 other = (rule >> 8) & 0xff;
                    if (r.facts[q].leafAt(other) != rule & 0xff) refuse(BATCH_FORM, r.p, b);
                    store(message + 96, uint256(f.positionText(rule >> 48)));
                    store(message + 128, uint256(MessageTexts.batchType((rule >> 45) & 7)));
                    store(message + 160, uint256(MessageTexts.comparison((rule >> 37) & 7, false)));
                    store(message + 192, uint256(r.facts[q].positionText(other)));
                }
                hashes[b] = hashMemory(message, 7 * 32);
            }
            return hashOf(hashes, 0, hashes.length);
        }
    }

    /// @param others whether the permission has batch rules
    function checkPolicies(Reading memory r, bool others) private pure returns (bytes32) {
        unchecked {
            uint256 count = r.takeByte();
            if (count > MOST_POLICIES || (count == 0 && !others)) refuse(EXTRAS_CAPS, r.p, NO_INDEX);
            bytes32[] memory hashes = new bytes32[](count);
            address last;
            for (uint256 x; x < count; ++x) {
                address policy = loadAddress(r.take(20));
                if (r.isForbidden(policy) || policy <= last) refuse(POLICY_FORM, r.p, x);
                last = policy;
                hashes[x] = checkPolicy(r, policy, x);
            }
            return hashOf(hashes, 0, count);
        }
    }

    /// @dev The words of a policy.
    function checkPolicy(Reading memory r, address policy, uint256 x) private pure returns (bytes32) {
        unchecked {
            uint256 count = r.takeByte();
            if (count > MOST_WORDS) refuse(POLICY_FORM, r.p, x);
            uint256 message = zeros(7 * 32);
            store(message, uint256(POLICY_TYPE));
            store(message + 32, uint160(policy));
            uint256 lists = message + 64;
            for (uint256 list = lists; list != message + 224; list += 32) store(list, EMPTY);
            bytes32[] memory values = new bytes32[](count);
            uint256 group;
            uint256 first; // of the group's values
            for (uint256 i; i < count; ++i) {
                uint256 own = r.takeByte();
                if (own > GROUP_BYTES || own < group) refuse(POLICY_FORM, r.p, x);
                if (own != group) first = i;
                group = own;
                (uint256 value,) = RuleForm.checkValue(r, uint8(POLICY_TYPES[group]), POLICY_FORM, x);
                values[i] = bytes32(value);
                store(lists + 32 * group, uint256(hashOf(values, first, i + 1)));
            }
            return hashMemory(message, 7 * 32);
        }
    }
}
