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
            return keccak256(
                abi.encodePacked(
                    two(year / 100), two(year % 100), "-", two(month), "-", two(day), " ",
                    two(second / 3600), ":", two(second / 60 % 60), ":", two(second % 60), " UTC"
                )
            );
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

    function two(uint256 value) private pure returns (bytes2) {
        unchecked {
            return bytes2(uint16((48 + value / 10) << 8 | (48 + value % 10)));
        }
    }

    function decimal(uint256 value) internal pure returns (bytes memory digits) {
        unchecked {
            uint256 length = 1;
            for (uint256 rest = value / 10; rest != 0; rest /= 10) ++length;
            digits = new bytes(length);
            for (; length != 0; value /= 10) digits[--length] = bytes1(uint8(48 + value % 10));
        }
    }

    /// @return hash of `word 4`
    function word(uint256 position) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("word ", decimal(position)));
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
            uint256 count = seconds_ / unit;
            return keccak256(
                abi.encodePacked(
                    "per ", decimal(count), " ", name, count == 1 ? "" : "s", " from the session's start"
                )
            );
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
