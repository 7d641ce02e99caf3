// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, store, zeros} from "./Reader.sol";

uint256 constant NO_END = type(uint256).max;
uint256 constant MOST_COUNTED = 1 << 112; // above every limit's amount

/// What an operation uses of a session, in memory. A word each: the first second, the last second, the calls and their native value, the
/// session's id, the list of its permissions, the operation's time, where extras of permissions are, and for each limit what is counted
/// against it.
type Use is uint256;

using Uses for Use global;

library Uses {
    uint256 private constant UNTIL = 32;
    uint256 private constant EVERY = 64;
    uint256 private constant ID = 96;
    uint256 private constant PERMISSIONS = 128;
    uint256 private constant TIME = 160;
    uint256 private constant EXTRAS = 192;
    uint256 private constant ADDED = 224;
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

    /// @param at where the extras of permission `p`, which is carried, are
    function keepExtras(Use used, uint256 p, uint256 at) internal pure {
        unchecked {
            uint256 table = load(Use.unwrap(used) + EXTRAS);
            if (table == 0) {
                table = zeros(32 * load(load(Use.unwrap(used) + PERMISSIONS)));
                store(Use.unwrap(used) + EXTRAS, table);
            }
            store(table + 32 * p, at);
        }
    }

    /// @return whether a call needs a permission with extras
    function hasExtras(Use used) internal pure returns (bool) {
        unchecked {
            return load(Use.unwrap(used) + EXTRAS) != 0;
        }
    }

    /// @dev Where `hasExtras`.
    /// @return at where the extras of permission `p` are; 0 where it has none
    function extras(Use used, uint256 p) internal pure returns (uint256 at) {
        unchecked {
            return permission(used, p) == 0 ? 0 : load(load(Use.unwrap(used) + EXTRAS) + 32 * p);
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

    /// @param at where the window of a permission is
    /// @return where it ends
    function narrow(Use used, uint256 at) internal pure returns (uint256) {
        unchecked {
            uint256 times = load(at);
            intersect(used, times >> 216, (times >> 176) & type(uint40).max);
            return at + 10;
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
