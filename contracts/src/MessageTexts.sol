// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AT_LEAST, AT_MOST, BETWEEN, IS, IS_NOT, LESS_THAN, MORE_THAN} from "./Words.sol";

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
            (uint256 digits, uint256 length) = decimal(seconds_ / unit);
            bytes memory count = abi.encodePacked(digits << (256 - 8 * length));
            assembly ("memory-safe") {
                mstore(count, length)
            }
            return keccak256(
                abi.encodePacked("per ", count, " ", name, seconds_ == unit ? "" : "s", " from the session's start")
            );
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
