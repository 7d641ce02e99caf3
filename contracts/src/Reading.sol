// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {loadByte} from "./Reader.sol";
import {refuse, PERMISSION_FORM, NO_INDEX} from "./Refusals.sol";
import {isEntryPoint} from "./Targets.sol";
import {Session} from "./SessionForm.sol";
import {FunctionText} from "./FunctionText.sol";
import {MessageTexts} from "./MessageTexts.sol";
import {FIRST_PATH} from "./PathSteps.sol";
import {PathForm} from "./PathForm.sol";

struct Path {
    uint256 leaf; // of `PathForm.follow`
    bytes text;
}

/// What is known of a permission that was read.
struct Facts {
    uint256 bits; // its first byte
    address target; // 0 where it has none
    uint256 selector;
    bytes32 textHash; // 0 where it has none
    FunctionText.Text text;
    Path[] paths;
    uint256 used; // bit x: something reads path x
    uint256 insides; // where its first inside is
    uint256 insideCount;
    uint256 batch; // where its first batch rule is
    uint256 batchCount;
    uint256 tokens; // where the rule is that word 0 is one of some addresses; 0: there is none
    address counted; // the token whose limit it counts against; 0: none
    uint256 message; // where the encoding of its EIP-712 struct is
}

/// A session while its permissions are read.
struct Reading {
    address account;
    address validator;
    Session session;
    uint256[] permissions; // of `SessionForm.read`
    uint256[] limits; // where each is
    uint256 counted; // bit l: a permission counts against limit l
    uint256 inside; // bit p: permission p is in an inside
    Facts[] facts; // of the permissions so far
    uint256 p; // the permission that is read
    uint256 at; // where in it
    uint256 end; // of it
}

using ReadingParts for Facts global;
using ReadingParts for Reading global;

library ReadingParts {
    /// @return at where the next `length` bytes of the permission are
    function take(Reading memory r, uint256 length) internal pure returns (uint256 at) {
        unchecked {
            at = r.at;
            if (at + length > r.end) refuse(PERMISSION_FORM, r.p, NO_INDEX);
            r.at = at + length;
        }
    }

    function takeByte(Reading memory r) internal pure returns (uint256) {
        return loadByte(take(r, 1));
    }

    /// @return whether sessions may not call that contract
    function isForbidden(Reading memory r, address target) internal pure returns (bool) {
        return target == address(0) || target == r.account || target == r.validator || isEntryPoint(target);
    }

    function kind(Facts memory f) internal pure returns (uint256) {
        return f.bits & 3;
    }

    /// @dev Notes that the path is used.
    /// @return leaf what the position leads to, as in `PathForm.follow`
    function leafAt(Facts memory f, uint256 position) internal pure returns (uint256 leaf) {
        unchecked {
            if (position < FIRST_PATH) {
                if (position >= f.text.words) return PathForm.NONE;
                return loadByte(FunctionText.wordAt(f.text.types, position));
            }
            uint256 x = position - FIRST_PATH;
            if (x >= f.paths.length) return PathForm.NONE;
            f.used |= 1 << x;
            return f.paths[x].leaf;
        }
    }

    /// @return hash of the text of a position that `leafAt` leads somewhere
    function positionText(Facts memory f, uint256 position) internal pure returns (bytes32) {
        unchecked {
            if (position < FIRST_PATH) return MessageTexts.word(position);
            return keccak256(f.paths[position - FIRST_PATH].text);
        }
    }
}
