// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadAddress, loadNumber, hashMemory, store, zeros} from "./Reader.sol";
import "./Refusals.sol";
import "./SessionForm.sol";
import "./Hashing.sol";
import {FunctionText} from "./FunctionText.sol";
import {MessageTexts, LAST_SECOND} from "./MessageTexts.sol";
import {FIRST_PATH} from "./PathSteps.sol";
import {PathForm} from "./PathForm.sol";
import {RuleForm} from "./RuleForm.sol";
import {ExtrasForm} from "./ExtrasForm.sol";
import {Facts, Path, Reading} from "./Reading.sol";
import {ReservedSelectors} from "./ReservedSelectors.sol";

/// Checks a permission and fills in its struct of the message: docs/protocol.md, sections 2 and 5, "Enabling".
library PermissionForm {
    bytes32 private constant INSIDE_TYPE = keccak256("Inside(string position,string by,uint256[] permissions)");

    uint256 private constant MOST_PATHS = 32;
    uint256 private constant LONGEST_PATH = 32;
    uint256 private constant MOST_INSIDES = 8;
    uint256 private constant BY_SELECTOR = 0xff;

    // The struct Permission as abi.encode(type, contract, function, …), a word each.
    uint256 private constant RULES = 7 * 32; // lists of six kinds
    uint256 private constant COUNTS = 13 * 32;
    uint256 private constant INSIDES = 14 * 32;
    uint256 private constant BATCH = 15 * 32;
    uint256 private constant POLICIES = 16 * 32;
    uint256 private constant STRUCT = 17 * 32;

    /// @param f what is learnt goes there
    /// @param type_ EIP-712's of the struct Permission
    function check(Reading memory r, Facts memory f, bytes32 type_) internal pure {
        unchecked {
            uint256 bits = f.bits = r.takeByte();
            if (!isKind(bits)) refuse(PERMISSION_KIND, r.p, NO_INDEX);
            if (bits & 3 != KIND_ANYTHING) {
                f.target = loadAddress(r.take(20));
                if (r.isForbidden(f.target)) refuse(PERMISSION_TARGET, r.p, NO_INDEX);
            }
            uint256 message = f.message = zeros(STRUCT);
            for (uint256 list = message + RULES; list != message + STRUCT; list += 32) store(list, EMPTY);
            store(message, uint256(type_));
            store(message + 32, uint160(f.target));
            store(message + 64, uint256(bits & 3 == KIND_FUNCTION ? checkFunction(r, f) : noFunction(r, bits & 3)));
            store(message + 96, uint256(bits & BIT_INNER == 0 ? keccak256("a call") : keccak256("inside other calls only")));
            if (bits & BIT_DYNAMIC != 0) store(message + INSIDES, uint256(checkDynamic(r, f)));
            store(message + 128, checkValue(r, bits & BIT_INNER != 0));
            (bytes32 from, bytes32 until) = checkWindow(r, bits & BIT_WINDOW != 0);
            store(message + 160, uint256(from));
            store(message + 192, uint256(until));
            RuleForm.checkRules(r, f, message + RULES);
            store(message + COUNTS, uint256(RuleForm.checkCounts(r, f)));
            if (bits & BIT_EXTRAS != 0) store(message + POLICIES, uint256(ExtrasForm.check(r, f)));
            if (r.at != r.end) refuse(PERMISSION_FORM, r.p, NO_INDEX);
        }
    }

    function isKind(uint256 bits) private pure returns (bool) {
        if (bits & 0x10 != 0) return false;
        if (bits & 3 != KIND_FUNCTION && bits & (BIT_INNER | BIT_COMMAND | BIT_DYNAMIC) != 0) return false;
        return bits & BIT_INNER == 0 ? bits & BIT_COMMAND == 0 : bits & BIT_EXTRAS == 0;
    }

    /// @return hash of its text
    function noFunction(Reading memory r, uint256 kind) private pure returns (bytes32) {
        if (loadByte(r.end) != 0) refuse(TEXT, r.p, NO_INDEX);
        if (kind == KIND_TRANSFER) return keccak256("plain transfer");
        if (kind == KIND_ANY_FUNCTION) return keccak256("any function");
        return keccak256("ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT");
    }

    /// @return hash of the function's text, as the owner reads it
    function checkFunction(Reading memory r, Facts memory f) private pure returns (bytes32 hash) {
        unchecked {
            uint256 text = r.end + 1; // behind its length
            uint256 length = loadByte(r.end);
            uint256 head = load(r.take(5));
            bool dynamic = FunctionText.read(f.text, text, length, r.p);
            hash = f.textHash = hashMemory(text, length);
            f.selector = head >> 224;
            if (f.bits & BIT_COMMAND != 0) {
                if (load(text) >> 192 != uint64(bytes8("command("))) refuse(TEXT, r.p, NO_INDEX);
                if (f.selector > 0xff) refuse(SELECTOR, r.p, NO_INDEX);
                hash = MessageTexts.command(f.selector, text, length);
            } else {
                if (uint256(hash) >> 224 != f.selector) refuse(SELECTOR, r.p, NO_INDEX);
                (bool stranger, bool denied) = ReservedSelectors.find(hash);
                if (stranger) refuse(RESERVED_SELECTOR, r.p, NO_INDEX);
                if (denied) refuse(DENIED_FUNCTION, r.p, NO_INDEX);
            }
            if ((head >> 216) & 0xff != f.text.words || dynamic != (f.bits & BIT_DYNAMIC != 0)) {
                refuse(LAYOUT, r.p, NO_INDEX);
            }
        }
    }

    /// @return most native value of a call, in wei
    function checkValue(Reading memory r, bool inner) private pure returns (uint256 most) {
        uint256 length = r.takeByte();
        if (length > 32) refuse(NUMBER_FORM, r.p, NO_INDEX);
        most = loadNumber(r.take(length), length);
        if (!RuleForm.isShortest(most, length)) refuse(NUMBER_FORM, r.p, NO_INDEX);
        if (inner && most != 0) refuse(INNER_VALUE, r.p, NO_INDEX);
    }

    function checkWindow(Reading memory r, bool present) private pure returns (bytes32 fromHash, bytes32 untilHash) {
        unchecked {
            uint256 from;
            uint256 until;
            if (present) {
                uint256 window = load(r.take(10));
                from = window >> 216;
                until = (window >> 176) & type(uint40).max;
                if (
                    (from == 0 && until == 0) || from > LAST_SECOND || until > LAST_SECOND
                        || (until != 0 && until <= from)
                ) refuse(PERMISSION_WINDOW, r.p, NO_INDEX);
            }
            fromHash = from == 0 ? keccak256("the session's start") : MessageTexts.time(from);
            untilHash = until == 0 ? keccak256("the session's end") : MessageTexts.time(until);
        }
    }

    /// @dev Layout, paths, insides.
    /// @return hash of the list of insides
    function checkDynamic(Reading memory r, Facts memory f) private pure returns (bytes32) {
        bytes memory layout = FunctionText.layout(f.text);
        uint256 length = r.takeByte();
        if (length != layout.length || hashMemory(r.take(length), length) != keccak256(layout)) {
            refuse(LAYOUT, r.p, NO_INDEX);
        }
        checkPaths(r, f);
        return checkInsides(r, f);
    }

    function checkPaths(Reading memory r, Facts memory f) private pure {
        unchecked {
            uint256 count = r.takeByte();
            if (count > MOST_PATHS) refuse(PATH_CAPS, r.p, NO_INDEX);
            f.paths = new Path[](count);
            uint256 lastLength;
            uint256 last; // left-aligned
            for (uint256 x; x < count; ++x) {
                uint256 length = r.takeByte();
                if (length == 0 || length > LONGEST_PATH) refuse(PATH_CAPS, r.p, NO_INDEX);
                uint256 at = r.take(length);
                uint256 steps = loadNumber(at, length) << (256 - 8 * length);
                if (length < lastLength || (length == lastLength && steps <= last)) refuse(PATH_ORDER, r.p, x);
                (lastLength, last) = (length, steps);
                uint256 leaf = PathForm.follow(f.text, at, length);
                if (leaf == PathForm.NONE) refuse(PATH_STEPS, r.p, x);
                f.paths[x].leaf = leaf;
                f.paths[x].text = MessageTexts.path(at, length);
            }
        }
    }

    function checkInsides(Reading memory r, Facts memory f) private pure returns (bytes32) {
        unchecked {
            uint256 count = r.takeByte();
            if (count > MOST_INSIDES) refuse(INSIDE_CAPS, r.p, NO_INDEX);
            f.insides = r.at;
            f.insideCount = count;
            bytes32[] memory hashes = new bytes32[](count);
            uint256 last;
            for (uint256 d; d < count; ++d) {
                uint256 head = load(r.take(3));
                uint256 position = head >> 248;
                uint256 commands = (head >> 240) & 0xff;
                uint256 number = (head >> 232) & 0xff;
                if (number == 0 || number > 31) refuse(INSIDE_FORM, r.p, d);
                uint256 at = r.take(number);
                if (d != 0 && position <= last) refuse(INSIDE_FORM, r.p, d);
                last = position;
                uint256 leaf = contentsAt(f, position);
                bool fits = leaf == FunctionText.BYTES || leaf == FunctionText.BYTES | PathForm.EVERY;
                if (commands != BY_SELECTOR) fits = fits && contentsAt(f, commands) == FunctionText.BYTES;
                if (!fits) refuse(INSIDE_FORM, r.p, d);
                bytes32 by = commands == BY_SELECTOR
                    ? keccak256("selector")
                    : keccak256(bytes.concat("command in ", f.paths[commands - FIRST_PATH].text));
                hashes[d] = hash4(INSIDE_TYPE, f.positionText(position), by, checkInside(r, at, number, d));
            }
            return hashOf(hashes, 0, count);
        }
    }

    /// @return leaf what a path leads to; NONE where the position is no path
    function contentsAt(Facts memory f, uint256 position) private pure returns (uint256 leaf) {
        return position < FIRST_PATH ? PathForm.NONE : f.leafAt(position);
    }

    /// @param at where the permissions of an inside are
    /// @return hash of the list of their numbers
    function checkInside(Reading memory r, uint256 at, uint256 count, uint256 d) private pure returns (bytes32) {
        unchecked {
            bytes32[] memory numbers = new bytes32[](count);
            uint256 last = r.p;
            for (uint256 i; i < count; ++i) {
                uint256 q = loadByte(at + i);
                if (q <= last || q >= r.permissions.length) refuse(INSIDE_PERMISSION, r.p, d);
                last = q;
                r.inside |= 1 << q;
                numbers[i] = bytes32(q + 1);
            }
            return hashOf(numbers, 0, count);
        }
    }

    // What has to do with other permissions, when all have been read.

    /// @dev The insides and batch rules of permission `r.p`.
    function checkOthers(Reading memory r, Facts memory f) internal pure {
        unchecked {
            uint256 at = f.insides;
            for (uint256 d; d < f.insideCount; ++d) at = checkInner(r, f, at, d);
            if (f.batchCount != 0) store(f.message + BATCH, uint256(ExtrasForm.checkBatch(r, f)));
        }
    }

    /// @param at where the inside is
    /// @return where it ends
    function checkInner(Reading memory r, Facts memory f, uint256 at, uint256 d) private pure returns (uint256) {
        unchecked {
            uint256 bits = loadByte(at + 1) == BY_SELECTOR ? BIT_INNER : BIT_INNER | BIT_COMMAND;
            uint256 end = at + 3 + loadByte(at + 2);
            for (uint256 q = at + 3; q != end; ++q) {
                Facts memory inner = r.facts[loadByte(q)];
                bool fits = inner.bits & (BIT_INNER | BIT_COMMAND) == bits && inner.target == f.target;
                for (uint256 o = at + 3; o != q; ++o) {
                    if (r.facts[loadByte(o)].selector == inner.selector) fits = false;
                }
                if (!fits) refuse(INSIDE_PERMISSION, r.p, d);
            }
            return end;
        }
    }

    /// @dev Each path of permission `p` is used, and an inner one is in an inside.
    function checkUsed(Reading memory r, Facts memory f, uint256 p) internal pure {
        unchecked {
            for (uint256 x; x < f.paths.length; ++x) {
                if ((f.used >> x) & 1 == 0) refuse(PATH_UNUSED, p, x);
            }
            if (f.bits & BIT_INNER != 0 && (r.inside >> p) & 1 == 0) refuse(INNER_UNUSED, p, NO_INDEX);
        }
    }

    /// @return hash of its struct, when all is checked
    function hashOfStruct(Facts memory f) internal pure returns (bytes32) {
        return hashMemory(f.message, STRUCT);
    }
}
