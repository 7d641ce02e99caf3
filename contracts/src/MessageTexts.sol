// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, store, freeMemory, keepMemory, hashMemory} from "./Reader.sol";
import "./PathSteps.sol";
import {PathForm} from "./PathForm.sol";
import {AT_LEAST, AT_MOST, BETWEEN, IS, IS_NOT, LESS_THAN, MORE_THAN, GROUP_ADDRESS, GROUP_UNSIGNED, Words} from "./Words.sol";

uint256 constant LAST_SECOND = 253_402_300_799; // of the year 9999

/// The words of the readable message: docs/protocol.md, section 2.
library MessageTexts {
    /// @return hash of `2026-11-21 09:00:00 UTC`
    /// @param time_ seconds since 1970, up to the year 9999
    function time(uint256 time_) internal pure returns (bytes32) {
        unchecked {
            (uint256 year, uint256 month, uint256 day) = date(time_ / 1 days);
            uint256 second = time_ % 1 days;
            uint256 digits = two(year / 100) << 168 | two(year % 100) << 152 | two(month) << 128 | two(day) << 104
                | two(second / 3600) << 80 | two(second / 60 % 60) << 56 | two(second % 60) << 32;
            return hashText(uint256(uint184(bytes23("0000-00-00 00:00:00 UTC"))) + digits, 23);
        }
    }

    /// @dev Days since 1970 to the Gregorian date. Years begin in March here, so that the leap day is the last of its year.
    function date(uint256 day) private pure returns (uint256 year, uint256 month, uint256) {
        unchecked {
            day += 719_468; // from 0000-03-01
            uint256 era = day / 146_097; // of 400 years
            uint256 rest = day % 146_097;
            uint256 yearOfEra = (rest - rest / 1460 + rest / 36_524 - rest / 146_096) / 365;
            rest -= 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100;
            uint256 fromMarch = (5 * rest + 2) / 153;
            month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
            year = 400 * era + yearOfEra + (month <= 2 ? 1 : 0);
            return (year, month, rest - (153 * fromMarch + 2) / 5 + 1);
        }
    }

    /// @return the two digits of `value` as what is to be added to the characters 00
    function two(uint256 value) private pure returns (uint256) {
        unchecked {
            return (value / 10) << 8 | value % 10;
        }
    }

    /// @return digits of `value`, right-aligned
    /// @return length how many
    function decimal(uint256 value) private pure returns (uint256 digits, uint256 length) {
        unchecked {
            do {
                digits |= (48 + value % 10) << (8 * length++);
                value /= 10;
            } while (value != 0);
        }
    }

    /// @return hash of `word 4`
    function word(uint256 position) internal pure returns (bytes32) {
        unchecked {
            (uint256 digits, uint256 length) = decimal(position);
            return hashText(uint256(uint40(bytes5("word "))) << (8 * length) | digits, 5 + length);
        }
    }

    /// @return hash of `at most 2000000000 wei`
    /// @param most up to 2^64 - 1, so that the text fits into a word
    function price(uint256 most) internal pure returns (bytes32) {
        unchecked {
            (uint256 digits, uint256 length) = decimal(most);
            uint256 text = uint256(uint64(bytes8("at most "))) << (8 * length) | digits;
            return hashText(text << 32 | uint32(bytes4(" wei")), 12 + length);
        }
    }

    /// @return hash of `in total` or `per 1 day from the session's start`
    function period(uint256 seconds_) internal pure returns (bytes32) {
        unchecked {
            if (seconds_ == 0) return keccak256("in total");
            (uint256 unit, bytes memory name) = seconds_ % 1 days == 0
                ? (1 days, bytes("day"))
                : seconds_ % 1 hours == 0
                    ? (1 hours, bytes("hour"))
                    : seconds_ % 1 minutes == 0 ? (1 minutes, bytes("minute")) : (1, bytes("second"));
            uint256 start = freeMemory();
            uint256 out = putNumber(put(start, "per ", 4), seconds_ / unit);
            out = put(put(out, " ", 1), bytes32(name), name.length);
            if (seconds_ != unit) out = put(out, "s", 1);
            return hashMemory(start, put(out, " from the session's start", 25) - start);
        }
    }

    /// @dev For a function that is named by a byte.
    /// @param text where `command(types)` is, `length` characters
    /// @return hash of `command 0x0b(types)`
    function command(uint256 number, uint256 text, uint256 length) internal pure returns (bytes32) {
        unchecked {
            uint256 start = freeMemory();
            uint256 out = put(start, "command 0x", 10);
            out = put(put(out, hexDigit(number >> 4), 1), hexDigit(number & 15), 1);
            for (uint256 i = 7; i < length; i += 32) store(out + i - 7, load(text + i));
            return hashMemory(start, out + length - 7 - start);
        }
    }

    function hexDigit(uint256 value) private pure returns (bytes32) {
        unchecked {
            return bytes32((value < 10 ? 48 + value : 87 + value) << 248);
        }
    }

    /// @param at where the steps of a path are, `length` bytes, which fit
    /// @return text `word 2 > every member > bytes 0 to 19`
    function path(uint256 at, uint256 length) internal pure returns (bytes memory text) {
        unchecked {
            uint256 start = freeMemory();
            uint256 out = start + 32;
            uint256 end = at + length;
            while (true) {
                uint256 word_ = load(at);
                out = step(out, word_);
                at += PathForm.sizeOf(word_ >> 248);
                if (at == end) break;
                out = put(out, " > ", 3);
            }
            store(start, out - start - 32);
            keepMemory(out);
            assembly ("memory-safe") {
                text := start
            }
        }
    }

    /// @param word_ where the step begins
    function step(uint256 out, uint256 word_) private pure returns (uint256) {
        unchecked {
            uint256 kind = word_ >> 248;
            uint256 number = (word_ >> 240) & 0xff;
            if (kind == STEP_WORD) return putNumber(put(out, "word ", 5), number);
            if (kind == STEP_MEMBER) return putNumber(put(out, "member ", 7), number);
            if (kind == STEP_EVERY_MEMBER) return put(out, "every member", 12);
            if (kind == STEP_SOME_MEMBER) return put(out, "some member", 11);
            if (kind == STEP_LENGTH) return put(out, "length", 6);
            uint256 size = Words.sizeInBytes(number);
            uint256 first = (word_ >> 224) & 0xffff;
            uint256 last = first + size - 1;
            if (kind == STEP_FROM_END) (first, last) = (last + 1, first + 1);
            out = putNumber(put(putNumber(put(out, "bytes ", 6), first), " to ", 4), last);
            if (kind == STEP_FROM_END) return put(out, " from the end", 13);
            if (kind == STEP_FROM_START) return out;
            return put(putNumber(put(out, ", every ", 8), (word_ >> 208) & 0xffff), " bytes", 6);
        }
    }

    /// @param where of a batch rule
    /// @return hash of `first call`, `last call`, `call +1`, `call -2`
    function batchCall(uint256 where) internal pure returns (bytes32) {
        unchecked {
            if (where == 0) return keccak256("first call");
            if (where == 0x80) return keccak256("last call");
            uint256 start = freeMemory();
            uint256 out = where < 0x80
                ? putNumber(put(start, "call +", 6), where)
                : putNumber(put(start, "call -", 6), 256 - where);
            return hashMemory(start, out - start);
        }
    }

    /// @return hash of the name of a group of types whose values a batch rule compares
    function batchType(uint256 group) internal pure returns (bytes32) {
        if (group == GROUP_ADDRESS) return keccak256("address");
        return group == GROUP_UNSIGNED ? keccak256("number") : keccak256("bytes");
    }

    /// @param characters left-aligned, `length` of them, at most 32
    /// @return where the text ends
    function put(uint256 out, bytes32 characters, uint256 length) private pure returns (uint256) {
        unchecked {
            store(out, uint256(characters));
            return out + length;
        }
    }

    function putNumber(uint256 out, uint256 value) private pure returns (uint256) {
        unchecked {
            (uint256 digits, uint256 length) = decimal(value);
            return put(out, bytes32(digits << (256 - 8 * length)), length);
        }
    }

    /// @return hash of the `length` characters that stand in `text`, right-aligned
    function hashText(uint256 text, uint256 length) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, text)
            hash := keccak256(sub(32, length), length)
        }
    }

    function comparison(uint256 operator, bool several) internal pure returns (bytes32) {
        if (operator == IS) return several ? keccak256("one of") : keccak256("is");
        if (operator == IS_NOT) return several ? keccak256("none of") : keccak256("is not");
        if (operator == LESS_THAN) return keccak256("less than");
        if (operator == AT_MOST) return keccak256("at most");
        if (operator == MORE_THAN) return keccak256("more than");
        if (operator == AT_LEAST) return keccak256("at least");
        assert(operator == BETWEEN);
        return keccak256("between");
    }

    /// @param kind of a limit without a token
    function counted(uint256 kind) internal pure returns (bytes32) {
        if (kind == 1) return keccak256("sum of the counted words");
        if (kind == 2) return keccak256("native value of every call");
        if (kind == 3) return keccak256("native value of the counted calls");
        if (kind == 4) return keccak256("every call");
        if (kind == 5) return keccak256("the counted calls");
        assert(kind == 6);
        return keccak256("gas fees");
    }
}
