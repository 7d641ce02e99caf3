// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadNumber, loadCall, store} from "./Reader.sol";
import "./Refusals.sol";
import "./SessionForm.sol";
import {Use} from "./Use.sol";
import {Frame} from "./Frame.sol";
import {Layout} from "./Layout.sol";
import {Paths} from "./Paths.sol";
import {FIRST_PATH} from "./PathSteps.sol";
import {ReservedSelectors} from "./ReservedSelectors.sol";
import {Rules} from "./Rules.sol";
import "./Words.sol";

/// Evaluates a call under a permission with dynamic arguments, calls inside, or extras, and under one that is not for a single function:
/// docs/protocol.md, 5.G.3 to 9. The plain ones, which nobody should pay this for, are in `Permissions`.
library Dynamic {
    uint256 private constant HEAD = 26; // of a function's permission: kind, contract, selector, number of words
    uint256 private constant NO_COMMANDS = 0xff;

    /// @param permission where it is
    /// @param data where the call's data are, `size` bytes
    /// @param i index of the call
    /// @param p index of the permission
    function check(
        uint256 permission,
        uint256 target,
        uint256 value,
        uint256 data,
        uint256 size,
        uint256 i,
        uint256 p,
        Use used
    ) internal view {
        unchecked {
            Frame memory f;
            (f.used, f.i, f.p, f.permission, f.value) = (used, i, p, permission, value);
            (f.arguments, f.end) = (data + 4, data + size);
            uint256 head = load(permission);
            uint256 kind = (head >> 248) & 3;
            uint256 at;
            if (kind == KIND_FUNCTION) {
                bool fits = size >= 4 && (head >> 248) & BIT_INNER == 0
                    && head << 8 >> 64 == (target << 32 | loadCall(data) >> 224);
                if (!fits) refuse(NO_PERMISSION, i, p);
                at = checkFunction(f);
            } else {
                bool fits = kind == KIND_ANYTHING
                    || (uint160(head >> 88) == target && (kind == KIND_TRANSFER ? size == 0 : size >= 4));
                if (!fits) refuse(NO_PERMISSION, i, p);
                if (kind == KIND_ANY_FUNCTION && ReservedSelectors.isReserved(loadCall(data) >> 224)) {
                    refuse(DENIED_FUNCTION, i, p);
                }
                at = checkRest(f, permission + (kind == KIND_ANYTHING ? 1 : 21));
            }
            if ((head >> 248) & BIT_EXTRAS != 0) used.keepExtras(p, at);
        }
    }

    /// @return behind where the counts of the permission end
    function checkFunction(Frame memory f) private view returns (uint256 behind) {
        unchecked {
            uint256 head = load(f.permission);
            uint256 words = (head >> 48) & 0xff;
            uint256 size = f.end - f.arguments;
            uint256 at = f.permission + HEAD;
            if (head >> 255 == 0) {
                if (size != 32 * words) refuse(CALL_DATA_LENGTH, f.i, f.p);
                return checkRest(f, at);
            }
            if (size < 32 * words) refuse(CALL_DATA_LENGTH, f.i, f.p);
            Layout.check(f, at + 1, words);
            uint256 insides = Paths.end(f.permission);
            behind = checkRest(f, endOfInsides(insides));
            checkInsides(f, insides);
        }
    }

    /// @param at where the most value is
    /// @return where the counts end
    function checkRest(Frame memory f, uint256 at) private view returns (uint256) {
        unchecked {
            uint256 length = loadByte(at++);
            if (f.value > loadNumber(at, length)) refuse(VALUE_OVER, f.i, f.p);
            at += length;
            if (loadByte(f.permission) & BIT_WINDOW != 0) at = f.used.narrow(at);
            return count(f, checkRules(f, at));
        }
    }

    // ---------------------------------------------------------------- rules and counts

    function checkRules(Frame memory f, uint256 at) private view returns (uint256) {
        unchecked {
            uint256 rules = loadByte(at++);
            for (uint256 j; j < rules; ++j) {
                uint256 rule = load(at);
                uint256 position = (rule >> 240) & 0xff;
                if (rule >> 253 == GROUP_RATIO) {
                    uint256 word = Paths.single(f, position);
                    uint256 base = (rule >> 216) & 0xff;
                    base = base == NATIVE_VALUE ? f.value : Paths.single(f, base);
                    at = Rules.checkRatio(at, word, base, f.i, j);
                    continue;
                }
                if (position < FIRST_PATH) {
                    at = Rules.check(at, rule, loadCall(f.arguments + 32 * position), f.i, j);
                    continue;
                }
                (f.entry, f.index, f.some, f.passed) = (at, j, false, false);
                Paths.follow(f, position, checkRule);
                if (f.some && !f.passed) refuse(Rules.codeOf(rule), f.i, j);
                at = Rules.behind(at);
            }
            return at;
        }
    }

    function checkRule(Frame memory f, uint256 word, uint256) private view {
        uint256 rule = load(f.entry);
        if (!Words.isClean(word, rule >> 248)) refuse(DIRTY_WORD, f.i, f.index);
        (bool passes,) = Rules.compare(f.entry, rule, word);
        if (passes) f.passed = true;
        else if (!f.some) refuse(Rules.codeOf(rule), f.i, f.index);
    }

    function count(Frame memory f, uint256 at) private view returns (uint256) {
        unchecked {
            uint256 counts = loadByte(at++);
            for (uint256 c; c < counts; ++c) {
                uint256 entry = load(at);
                uint256 source = (entry >> 240) & 0xff;
                if (source >= COUNT_VALUE) {
                    f.used.add(entry >> 248, source == COUNT_CALL ? 1 : f.value);
                    at += 2;
                } else {
                    (f.entry, f.index) = (at, c);
                    Paths.follow(f, source, countWord);
                    at += 3;
                }
            }
            return at;
        }
    }

    function countWord(Frame memory f, uint256 word, uint256) private pure {
        uint256 entry = load(f.entry);
        if (!Words.isCleanUnsigned(word, entry >> 232)) refuse(DIRTY_COUNT, f.i, f.index);
        f.used.add(entry >> 248, word);
    }

    // ---------------------------------------------------------------- calls inside

    /// @param at the number of insides
    function endOfInsides(uint256 at) private pure returns (uint256) {
        unchecked {
            uint256 rest = loadByte(at++);
            for (; rest != 0; --rest) at += 3 + loadByte(at + 2);
            return at;
        }
    }

    /// @param at the number of insides
    function checkInsides(Frame memory f, uint256 at) private view {
        unchecked {
            uint256 insides = loadByte(at++);
            for (uint256 d; d < insides; ++d) {
                uint256 inside = load(at);
                (f.entry, f.index) = (at, d);
                if ((inside >> 240) & 0xff != NO_COMMANDS) {
                    f.found = 0;
                    Paths.follow(f, inside >> 248, countContents);
                    uint256 contents = f.found;
                    f.command = Paths.contents(f, (inside >> 240) & 0xff);
                    if (loadCall(f.command) != contents) refuse(INNER_COUNT, f.i, d);
                    f.command += 32;
                }
                Paths.follow(f, inside >> 248, checkContents);
                at += 3 + ((inside >> 232) & 0xff);
            }
        }
    }

    function countContents(Frame memory f, uint256, uint256) private pure {
        unchecked {
            ++f.found;
        }
    }

    /// @param place where the length of the contents is
    function checkContents(Frame memory f, uint256, uint256 place) private view {
        unchecked {
            uint256 size = loadCall(place);
            uint256 data = place + 32;
            uint256 selector; // or command
            if ((load(f.entry) >> 240) & 0xff != NO_COMMANDS) {
                selector = loadCall(f.command++) >> 248;
            } else {
                if (size < 4) refuse(INNER_CALL, f.i, f.index);
                selector = loadCall(data) >> 224;
                data += 4;
                size -= 4;
            }
            uint256 free = load(0x40);
            Frame memory inner;
            inner.p = choose(f, selector);
            (inner.used, inner.i, inner.permission) = (f.used, f.i, f.used.permission(inner.p));
            (inner.arguments, inner.end) = (data, data + size);
            checkFunction(inner);
            store(0x40, free); // so that memory doesn't grow with the number of contents
        }
    }

    /// @return q the first permission of the inside for that selector or command
    function choose(Frame memory f, uint256 selector) private pure returns (uint256 q) {
        unchecked {
            uint256 at = f.entry + 2;
            for (uint256 rest = loadByte(at); rest != 0; --rest) {
                q = loadByte(++at);
                uint256 permission = f.used.permission(q);
                if (permission != 0 && (load(permission) >> 56) & type(uint32).max == selector) return q;
            }
            refuse(INNER_CALL, f.i, f.index);
        }
    }
}
