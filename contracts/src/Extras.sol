// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadAddress} from "./Reader.sol";
import "./Refusals.sol";
import {Calls} from "./Calls.sol";
import {Use} from "./Use.sol";
import {Frame} from "./Frame.sol";
import {IPolicy} from "./IPolicy.sol";
import {Paths} from "./Paths.sol";
import "./Words.sol";

/// What permissions ask of other calls of the batch and of policies, once every call has passed by itself: docs/protocol.md, 5.G.
library Extras {
    uint256 private constant LAST_CALL = 0x80;
    uint256 private constant NOTHING_COMPARED = 0xff;

    /// @param at where the account's call data are, of `count` calls
    /// @param indices where the calls' permissions are named
    function check(Use used, uint256 at, uint256 count, uint256 indices) internal view {
        unchecked {
            Frame[] memory calls = frames(used, at, count, indices);
            for (uint256 i; i < count; ++i) {
                uint256 extras = used.extras(calls[i].p);
                if (extras != 0) checkPolicies(calls[i], i, checkBatch(calls, i, extras));
            }
        }
    }

    function frames(Use used, uint256 at, uint256 count, uint256 indices) private pure returns (Frame[] memory calls) {
        unchecked {
            calls = new Frame[](count);
            bool isBatch = Calls.isBatch(at);
            uint256 next = Calls.firstOfBatch(at, count);
            for (uint256 i; i < count; ++i) {
                Frame memory f = calls[i];
                uint256 data;
                uint256 size;
                (f.target, f.value, data, size) = isBatch ? Calls.inBatch(next) : Calls.single(at);
                next = Calls.behind(data, size);
                (f.arguments, f.end) = (data + 4, data + size);
                (f.used, f.p) = (used, loadByte(indices + i));
                f.permission = used.permission(f.p);
            }
        }
    }

    // ---------------------------------------------------------------- batch rules

    /// @param at the number of batch rules of call `i`
    /// @return where they end
    function checkBatch(Frame[] memory calls, uint256 i, uint256 at) private view returns (uint256) {
        unchecked {
            uint256 rules = loadByte(at++);
            for (uint256 r; r < rules; ++r) {
                uint256 rule = load(at);
                uint256 other = place(i, (rule >> 224) & 0xff, calls.length);
                if (other >= calls.length || calls[other].p != (rule >> 216) & 0xff) refuse(BATCH_CALL, i, r);
                if (rule >> 248 != NOTHING_COMPARED) compare(calls[i], calls[other], rule, i, r);
                at += 7;
            }
            return at;
        }
    }

    /// @param where_ as in the session
    /// @return the index of the call that it names from call `i`; `count` or more: there is none
    function place(uint256 i, uint256 where_, uint256 count) private pure returns (uint256) {
        unchecked {
            if (where_ == 0) return 0;
            if (where_ == LAST_CALL) return count - 1;
            return where_ < LAST_CALL ? i + where_ : i + where_ - 256;
        }
    }

    function compare(Frame memory here, Frame memory there, uint256 rule, uint256 i, uint256 r) private view {
        unchecked {
            here.i = i;
            uint256 word = Paths.single(here, rule >> 248);
            there.i = i;
            uint256 other = Paths.single(there, (rule >> 208) & 0xff);
            if (!Words.isClean(word, (rule >> 240) & 0xff) || !Words.isClean(other, (rule >> 200) & 0xff)) {
                refuse(DIRTY_WORD, i, r);
            }
            uint256 operator = (rule >> 237) & 7;
            bool passes = operator == IS ? word == other : operator == AT_MOST ? word <= other : word >= other;
            if (!passes) refuse(BATCH_RULE, i, r);
        }
    }

    // ---------------------------------------------------------------- policies

    /// @param at the number of policies
    function checkPolicies(Frame memory f, uint256 i, uint256 at) private view {
        unchecked {
            uint256 policies = loadByte(at++);
            for (uint256 x; x < policies; ++x) {
                address policy = loadAddress(at);
                uint256[] memory words = new uint256[](loadByte(at + 20));
                at += 21;
                for (uint256 w; w < words.length; ++w) (words[w], at) = Words.value(at + 1, loadByte(at), msg.sender);
                if (!isAllowed(policy, f, words)) refuse(POLICY, i, x);
            }
        }
    }

    /// @dev A revert, no code, or an answer of another length is a no.
    function isAllowed(address policy, Frame memory f, uint256[] memory words) private view returns (bool) {
        bytes calldata data;
        unchecked {
            uint256 at = f.arguments - 4;
            uint256 size = f.end - at;
            assembly ("memory-safe") {
                data.offset := at
                data.length := size
            }
        }
        bytes memory question = abi.encodeCall(
            IPolicy.isAllowed, (msg.sender, f.used.id(), address(uint160(f.target)), f.value, data, words)
        );
        (bool success, bytes memory answer) = policy.staticcall(question);
        return success && answer.length == 32 && bytes32(answer) == bytes32(IPolicy.isAllowed.selector);
    }
}
