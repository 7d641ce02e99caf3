// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadAddress} from "./Reader.sol";
import {refuse, MALFORMED_SESSION, UNKNOWN_VERSION} from "./Refusals.sol";

/// A session where it stands in memory, from the length of its header on: docs/protocol.md, section 1.
type Session is uint256;

using SessionForm for Session global;

uint256 constant LIMIT_TOKEN_AMOUNT = 0;
uint256 constant LIMIT_SUM = 1;
uint256 constant LIMIT_NATIVE_EVERY = 2;
uint256 constant LIMIT_NATIVE = 3;
uint256 constant LIMIT_CALLS_EVERY = 4;
uint256 constant LIMIT_CALLS = 5;
uint256 constant LIMIT_GAS_FEES = 6;

uint256 constant UNLIMITED_PRICE = type(uint64).max; // of gas

uint256 constant KIND_FUNCTION = 0;
uint256 constant KIND_TRANSFER = 1;
uint256 constant KIND_ANY_FUNCTION = 2;
uint256 constant KIND_ANYTHING = 3;

uint256 constant BIT_INNER = 0x04;
uint256 constant BIT_COMMAND = 0x08;
uint256 constant BIT_EXTRAS = 0x20;
uint256 constant BIT_WINDOW = 0x40;
uint256 constant BIT_DYNAMIC = 0x80;

library SessionForm {
    uint256 private constant HEADER = 37; // up to the keys
    uint256 private constant MOST = 16; // keys, paymasters, limits
    uint256 private constant MOST_PERMISSIONS = 32;

    /// @dev Walks over the session and hashes its id. The id covers every byte of an enabled session, so for that no more needs looking
    /// at; for one that is not enabled yet `checkForm` and `Enabling` do. Lengths are followed wherever they lead, the caller checks this.
    /// As keccak256(abi.encodePacked("S", header, hashes)), with keccak256(abi.encodePacked("P", permission)) for each in full.
    /// @param full permissions in full with their texts; otherwise hashes may stand for them
    /// @param malformed the code to refuse with where the header is too short to hold its counts: they would be read from what follows, and
    /// an enabled session's id could be spelled with other counts
    /// @return id the session's
    /// @return permissions where each is, behind its length in 2 bytes; 0 where only the hash is carried
    /// @return next where the session ends
    function read(Session s, bool full, uint256 malformed)
        internal
        pure
        returns (bytes32 id, uint256[] memory permissions, uint256 next)
    {
        unchecked {
            uint256 length = load(Session.unwrap(s)) >> 240;
            if (length < HEADER) refuse(malformed);
            uint256 header = Session.unwrap(s) + 2;
            uint256 count = s.permissionCount();
            assembly ("memory-safe") {
                permissions := mload(0x40)
                mstore(permissions, count)
                let entry := add(permissions, 32)
                let preimage := add(entry, shl(5, count)) // in free memory
                mstore(0x40, preimage)
                mstore8(preimage, 0x53) // S
                mcopy(add(preimage, 1), header, length)
                let hash := add(add(preimage, 1), length)
                let end := add(hash, shl(5, count))
                mstore8(end, 0x50) // P, what is hashed of a permission stands behind
                next := add(header, length)
                for {} lt(hash, end) { hash := add(hash, 32) } {
                    length := shr(240, mload(next))
                    next := add(next, 2)
                    switch or(length, full)
                    case 0 {
                        mstore(entry, 0)
                        mstore(hash, mload(next))
                        next := add(next, 32)
                    }
                    default {
                        mstore(entry, next)
                        mcopy(add(end, 1), next, length)
                        mstore(hash, keccak256(end, add(length, 1)))
                        next := add(next, length)
                        if full { next := add(add(next, 1), byte(0, mload(next))) }
                    }
                    entry := add(entry, 32)
                }
                id := keccak256(preimage, sub(end, preimage))
            }
        }
    }

    /// @dev What `read` leaves out: version, caps, the header's length, every permission in full.
    function checkForm(Session s, uint256[] memory permissions) internal pure {
        unchecked {
            uint256 header = Session.unwrap(s) + 2;
            uint256 length = load(Session.unwrap(s)) >> 240;
            if (loadByte(header) != 1) refuse(UNKNOWN_VERSION);
            uint256 limits = s.limitCount();
            if (
                s.keyCount() > MOST || s.paymasterCount() > MOST || limits > MOST
                    || permissions.length > MOST_PERMISSIONS
            ) refuse(MALFORMED_SESSION);
            uint256 at = s.limitsAt();
            for (; limits != 0; --limits) at += limitSize(load(at));
            if (at - header != length) refuse(MALFORMED_SESSION);
            for (uint256 p; p < permissions.length; ++p) {
                if (load(permissions[p] - 2) >> 240 == 0) refuse(MALFORMED_SESSION);
            }
        }
    }

    function headerByte(Session s, uint256 offset) private pure returns (uint256) {
        unchecked {
            return loadByte(Session.unwrap(s) + 2 + offset);
        }
    }

    function epoch(Session s) internal pure returns (uint256) {
        return load(Session.unwrap(s) + 3) >> 192;
    }

    function serial(Session s) internal pure returns (uint256) {
        return load(Session.unwrap(s) + 11) >> 224;
    }

    /// @return from the first second it works
    /// @return until the first second that is over; 0: no end
    function window(Session s) internal pure returns (uint256 from, uint256 until) {
        unchecked {
            uint256 word = load(Session.unwrap(s) + 15);
            return (word >> 216, (word >> 176) & type(uint40).max);
        }
    }

    /// @return price most wei per gas; UNLIMITED_PRICE: any
    /// @return fees 0: a paymaster pays; 1: the account may pay
    function gas(Session s) internal pure returns (uint256 price, uint256 fees) {
        unchecked {
            uint256 word = load(Session.unwrap(s) + 25);
            return (word >> 192, (word >> 184) & 0xff);
        }
    }

    function threshold(Session s) internal pure returns (uint256) {
        return headerByte(s, 32);
    }

    function keyCount(Session s) internal pure returns (uint256) {
        return headerByte(s, 33);
    }

    function paymasterCount(Session s) internal pure returns (uint256) {
        return headerByte(s, 34);
    }

    function limitCount(Session s) internal pure returns (uint256) {
        return headerByte(s, 35);
    }

    function permissionCount(Session s) internal pure returns (uint256) {
        return headerByte(s, 36);
    }

    function keyKind(Session s, uint256 k) internal pure returns (uint256) {
        return headerByte(s, HEADER + 21 * k);
    }

    function key(Session s, uint256 k) internal pure returns (address) {
        unchecked {
            return loadAddress(Session.unwrap(s) + 3 + HEADER + 21 * k);
        }
    }

    function paymaster(Session s, uint256 m) internal pure returns (address) {
        unchecked {
            return loadAddress(Session.unwrap(s) + 2 + HEADER + 21 * s.keyCount() + 20 * m);
        }
    }

    function limitsAt(Session s) internal pure returns (uint256) {
        unchecked {
            return Session.unwrap(s) + 2 + HEADER + 21 * s.keyCount() + 20 * s.paymasterCount();
        }
    }

    // A limit is read as the word where it begins.

    function limitKind(uint256 limit) internal pure returns (uint256) {
        return limit >> 248;
    }

    /// @return most of it
    function limitAmount(uint256 limit) internal pure returns (uint256) {
        return (limit >> 136) & type(uint112).max;
    }

    /// @return in seconds; 0: in total
    function limitPeriod(uint256 limit) internal pure returns (uint256) {
        return (limit >> 104) & type(uint32).max;
    }

    /// @return how many bytes it takes
    function limitSize(uint256 limit) internal pure returns (uint256) {
        return limitKind(limit) == LIMIT_TOKEN_AMOUNT ? 39 : 19;
    }

    /// @dev The token of a limit of kind 0.
    function tokenAt(uint256 at) internal pure returns (address) {
        unchecked {
            return loadAddress(at + 19);
        }
    }
}
