// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadAddress, loadNumber, loadCall, store, zeros} from "./Reader.sol";
import "./Refusals.sol";
import {KIND_FUNCTION, KIND_TRANSFER, KIND_ANYTHING, BIT_WINDOW, BIT_DYNAMIC} from "./SessionForm.sol";
import "./Words.sol";

uint256 constant NO_END = type(uint256).max;
uint256 constant MOST_COUNTED = 1 << 112; // above every limit's amount

/// What an operation uses of a session, in memory. A word each: the first second, the last second, the calls and their native value, the
/// session's id, the list of its permissions, the operation's time, and for each limit what is counted against it.
type Use is uint256;

using Uses for Use global;

library Uses {
    uint256 private constant UNTIL = 32;
    uint256 private constant EVERY = 64;
    uint256 private constant ID = 96;
    uint256 private constant PERMISSIONS = 128;
    uint256 private constant TIME = 160;
    uint256 private constant ADDED = 192;
    uint256 private constant ONE_CALL = 1 << 128;
    uint256 internal constant TOUCHED = 1 << 255; // marks a limit against which something was counted, also 0

    /// @param permissions_ of `SessionForm.read`
    /// @param until the first second that is over; 0: no end
    function start(bytes32 id_, uint256[] memory permissions_, uint256 from, uint256 until, uint256 limits)
        internal
        pure
        returns (Use used)
    {
        unchecked {
            uint256 at = zeros(ADDED + 32 * limits);
            store(at, from);
            store(at + UNTIL, until - 1); // 0 becomes NO_END
            store(at + ID, uint256(id_));
            uint256 list;
            assembly ("memory-safe") {
                list := permissions_
            }
            store(at + PERMISSIONS, list);
            return Use.wrap(at);
        }
    }

    function id(Use used) internal pure returns (bytes32) {
        unchecked {
            return bytes32(load(Use.unwrap(used) + ID));
        }
    }

    function setTime(Use used, uint256 seconds_) internal pure {
        unchecked {
            store(Use.unwrap(used) + TIME, seconds_);
        }
    }

    function time(Use used) internal pure returns (uint256) {
        unchecked {
            return load(Use.unwrap(used) + TIME);
        }
    }

    /// @return at where permission `p` is; 0 where it is not carried
    function permission(Use used, uint256 p) internal pure returns (uint256 at) {
        unchecked {
            uint256 list = load(Use.unwrap(used) + PERMISSIONS);
            return p < load(list) ? load(list + 32 + 32 * p) : 0;
        }
    }

    /// @return after_ the first second
    /// @return until the last second; NO_END: no end
    function window(Use used) internal pure returns (uint256 after_, uint256 until) {
        unchecked {
            return (load(Use.unwrap(used)), load(Use.unwrap(used) + UNTIL));
        }
    }

    /// @param until the first second that is over; 0: no end
    function intersect(Use used, uint256 from, uint256 until) internal pure {
        unchecked {
            uint256 at = Use.unwrap(used);
            if (from > load(at)) store(at, from);
            if (until - 1 < load(at + UNTIL)) store(at + UNTIL, until - 1);
        }
    }

    function addCall(Use used, uint256 value) internal pure {
        unchecked {
            if (value > MOST_COUNTED) value = MOST_COUNTED;
            uint256 at = Use.unwrap(used) + EVERY;
            store(at, load(at) + ONE_CALL + value);
        }
    }

    /// @return calls those that need a permission
    /// @return value their native value
    function everyCall(Use used) internal pure returns (uint256 calls, uint256 value) {
        unchecked {
            uint256 word = load(Use.unwrap(used) + EVERY);
            return (word >> 128, word & (ONE_CALL - 1));
        }
    }

    function add(Use used, uint256 limit, uint256 amount) internal pure {
        unchecked {
            if (amount > MOST_COUNTED) amount = MOST_COUNTED;
            uint256 at = Use.unwrap(used) + ADDED + 32 * limit;
            store(at, (load(at) | TOUCHED) + amount);
        }
    }

    /// @return 0, or what was added to the limit, with TOUCHED
    function added(Use used, uint256 limit) internal pure returns (uint256) {
        unchecked {
            return load(Use.unwrap(used) + ADDED + 32 * limit);
        }
    }
}

/// Evaluates one call under one permission of an enabled session: docs/protocol.md, 5.G.
/// @dev The encoding was checked when the session was enabled, and the id covers it; here it is only read.
library Permissions {
    /// @param at where the permission is: kind, contract, selector, number of words
    /// @param data where the call's data are
    /// @return whether the permission is for the function of that contract; call data shorter than a selector are left to `checkLength`
    function isForFunction(uint256 at, uint256 target, uint256 data) internal pure returns (bool) {
        // The kind is 0. What it says of window and dynamic arguments does not matter here.
        uint256 head = load(at) & ~((BIT_WINDOW | BIT_DYNAMIC) << 248);
        return head >> 56 == (target << 32 | loadCall(data) >> 224);
    }

    /// @dev For the permission of a function.
    /// @param size of the call data
    /// @param i index of the call
    /// @param p index of the permission
    /// @return rest where its most value is
    function checkLength(uint256 at, uint256 size, uint256 i, uint256 p) internal pure returns (uint256 rest) {
        unchecked {
            uint256 head = load(at);
            uint256 least = 4 + 32 * ((head >> 48) & 0xff);
            // Bit 255: dynamic arguments.
            if (size != least && (head >> 255 == 0 || size < least)) {
                refuse(size < 4 ? NO_PERMISSION : CALL_DATA_LENGTH, i, p);
            }
            return at + 26;
        }
    }

    /// @dev For the permission of another function, or of another kind. Parameters as above.
    function checkOtherKind(uint256 at, uint256 target, uint256 size, uint256 i, uint256 p)
        internal
        pure
        returns (uint256 rest)
    {
        unchecked {
            uint256 kind = loadByte(at) & 3;
            if (kind == KIND_ANYTHING) return at + 1;
            bool fits = kind == KIND_TRANSFER ? size == 0 : kind != KIND_FUNCTION && size >= 4;
            if (!fits || uint160(loadAddress(at + 1)) != target) refuse(NO_PERMISSION, i, p);
            return at + 21;
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
            if (loadByte(permission) & BIT_WINDOW != 0) {
                uint256 window = load(at);
                used.intersect(window >> 216, (window >> 176) & type(uint40).max);
                at += 10;
            }
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
                uint256 kind = rule >> 248;
                uint256 word = loadCall(arguments + 32 * ((rule >> 240) & 0xff));
                if (kind >> 5 == GROUP_RATIO) {
                    at = checkRatio(at, word, arguments, callValue, index, j);
                    continue;
                }
                if (!Words.isClean(word, kind)) refuse(DIRTY_WORD, index, j);
                at = compare(at, rule, word, index, j);
            }
            return at;
        }
    }

    function compare(uint256 at, uint256 rule, uint256 word, uint256 index, uint256 j)
        private
        view
        returns (uint256)
    {
        unchecked {
            uint256 group = rule >> 253;
            uint256 operator = (rule >> 237) & 7;
            uint256 count_ = ((rule >> 232) & 0x1f) + 1;
            uint256 value;
            at += 3;
            if (operator <= IS_NOT) {
                bool found;
                for (uint256 i; i < count_; ++i) {
                    (value, at) = Words.value(at, group, msg.sender);
                    if (value == word) found = true;
                }
                if (operator == IS) {
                    if (!found) refuse(count_ == 1 ? RULE_IS : RULE_ONE_OF, index, j);
                } else if (found) {
                    refuse(RULE_IS_NOT, index, j);
                }
                return at;
            }
            (value, at) = Words.value(at, group, msg.sender);
            uint256 flip = group == GROUP_SIGNED ? SIGN : 0;
            word ^= flip;
            value ^= flip;
            if (operator == LESS_THAN) {
                if (word >= value) refuse(RULE_LESS_THAN, index, j);
            } else if (operator == AT_MOST) {
                if (word > value) refuse(RULE_AT_MOST, index, j);
            } else if (operator == MORE_THAN) {
                if (word <= value) refuse(RULE_MORE_THAN, index, j);
            } else if (operator == AT_LEAST) {
                if (word < value) refuse(RULE_AT_LEAST, index, j);
            } else {
                uint256 highest;
                (highest, at) = Words.value(at, group, msg.sender);
                if (word < value || word > highest ^ flip) refuse(RULE_BETWEEN, index, j);
            }
            return at;
        }
    }

    function checkRatio(uint256 at, uint256 word, uint256 arguments, uint256 callValue, uint256 index, uint256 j)
        private
        pure
        returns (uint256)
    {
        unchecked {
            uint256 rule = load(at);
            uint256 base = (rule >> 216) & 0xff;
            base = base == NATIVE_VALUE ? callValue : loadCall(arguments + 32 * base);
            if (!Words.isCleanUnsigned(word, rule >> 224) || !Words.isCleanUnsigned(base, rule >> 208)) {
                refuse(DIRTY_WORD, index, j);
            }
            if (word >> 128 != 0 || base >> 128 != 0) refuse(RATIO_WORD_OVER, index, j);
            at += 6;
            uint256 length = loadByte(at);
            uint256 numerator = loadNumber(at + 1, length);
            at += 1 + length;
            length = loadByte(at);
            uint256 left = word * loadNumber(at + 1, length);
            uint256 right = base * numerator;
            if ((rule >> 237) & 7 == AT_MOST ? left > right : left < right) refuse(RULE_RATIO, index, j);
            return at + 1 + length;
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
