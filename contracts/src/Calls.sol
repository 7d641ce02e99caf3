// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {loadCall} from "./Reader.sol";
import {refuse, NOT_EXECUTE, MALFORMED_CALLS, BAD_MODE, EMPTY_BATCH} from "./Refusals.sol";

/// The calls of an account's `execute(bytes32,bytes)` (ERC-7579), single or batch in default mode.
/// @dev Only the one canonical ABI form passes, so that account and validator can't read different calls: docs/protocol.md, 5.B.
library Calls {
    uint256 private constant EXECUTE = 0xe9ae5c53;
    uint256 private constant BATCH = 1 << 248;
    uint256 private constant MOST_CALLS = 255;

    /// @param at where the call data are, `size` bytes
    /// @return count number of calls, at least 1
    function decode(uint256 at, uint256 size) internal pure returns (uint256 count) {
        unchecked {
            uint256 selector = loadCall(at) >> 224;
            if (size < 100) refuse(size < 4 || selector != EXECUTE ? NOT_EXECUTE : MALFORMED_CALLS);
            if (selector != EXECUTE) refuse(NOT_EXECUTE);
            uint256 mode = loadCall(at + 4);
            if (mode & ~BATCH != 0) refuse(BAD_MODE);
            uint256 length = loadCall(at + 68);
            uint256 rest = size - 100 - length;
            // Each of these is 0 in the canonical form.
            uint256 wrong = (loadCall(at + 36) ^ 64) | ((size - 100) & 31) | (rest >> 5) | padding(at + 100 + length, rest);
            if (wrong != 0) refuse(MALFORMED_CALLS);
            if (mode != 0) return decodeBatch(at + 100, length);
            if (length < 52) refuse(MALFORMED_CALLS);
            return 1;
        }
    }

    function decodeBatch(uint256 at, uint256 length) private pure returns (uint256 count) {
        unchecked {
            if (length < 64 || loadCall(at) != 32) refuse(MALFORMED_CALLS);
            count = loadCall(at + 32);
            if (count == 0 && length == 64) refuse(EMPTY_BATCH);
            if (count == 0 || count > MOST_CALLS || length < 64 + 160 * count) refuse(MALFORMED_CALLS);
            uint256 offsets = at + 64;
            uint256 end = at + length;
            uint256 call = offsets + 32 * count;
            for (uint256 entry = offsets; entry != offsets + 32 * count; entry += 32) {
                uint256 size = loadCall(call + 96);
                // 0 in the canonical form. What is read behind the end of the batch does no harm: the last call has to end there.
                uint256 wrong = (loadCall(entry) ^ (call - offsets)) | (loadCall(call) >> 160) | (loadCall(call + 64) ^ 96) | (size >> 32);
                call += 128 + size;
                uint256 rest = (0 - size) & 31;
                wrong |= padding(call, rest);
                call += rest;
                if (wrong != 0 || call > end) refuse(MALFORMED_CALLS);
            }
            if (call != end) refuse(MALFORMED_CALLS);
        }
    }

    // For call data that passed `decode`, at `at`. Of each call: its target, native value, where its data are, and their size.

    function isBatch(uint256 at) internal pure returns (bool) {
        unchecked {
            return loadCall(at + 4) != 0;
        }
    }

    function single(uint256 at) internal pure returns (uint256 target, uint256 value, uint256 data, uint256 size) {
        unchecked {
            return (loadCall(at + 100) >> 96, loadCall(at + 120), at + 152, loadCall(at + 68) - 52);
        }
    }

    /// @return where the first call of a batch is
    function firstOfBatch(uint256 at, uint256 count) internal pure returns (uint256) {
        unchecked {
            return at + 164 + 32 * count;
        }
    }

    function inBatch(uint256 call) internal pure returns (uint256 target, uint256 value, uint256 data, uint256 size) {
        unchecked {
            return (loadCall(call), loadCall(call + 32), call + 128, loadCall(call + 96));
        }
    }

    /// @return where the next call of a batch is
    function behind(uint256 data, uint256 size) internal pure returns (uint256) {
        unchecked {
            return data + ((size + 31) & ~uint256(31));
        }
    }

    /// @return the `length` bytes, fewer than 32, at `at`
    function padding(uint256 at, uint256 length) private pure returns (uint256) {
        unchecked {
            return loadCall(at) >> (256 - 8 * length);
        }
    }
}
