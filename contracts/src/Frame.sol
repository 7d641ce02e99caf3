// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Use} from "./Use.sol";

/// A call, or call data inside one, and the permission that it is held against.
struct Frame {
    Use used;
    uint256 i; // index of the call
    uint256 p; // index of the permission
    uint256 permission; // where it is
    uint256 target; // for policies
    uint256 value; // native value; none inside a call
    uint256 arguments; // where they begin, behind a selector
    uint256 end; // where they end
    uint256 entry; // where the rule, count or inside that is looked at is
    uint256 index; // its index
    uint256 path; // index of the path that is followed
    uint256 steps; // where its steps end
    bool some; // whether it goes to some member
    bool passed; // whether some value passed the rule
    uint256 found; // the value, or the place, that was looked for
    uint256 command; // where the command of the next call inside is
}
