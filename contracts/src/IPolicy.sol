// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// A contract that sessions may have asked about each call: docs/protocol.md, section 1, "Extras".
/// @dev It is asked by STATICCALL during validation; most public bundlers don't carry operations that ask one.
interface IPolicy {
    /// @param session id of the session
    /// @param target of the call
    /// @param value native value of the call
    /// @param data of the call
    /// @param words what the session's owner signed for this policy
    /// @return this function's selector where the account's session may make the call; anything else, or a revert, refuses it
    function isAllowed(
        address account,
        bytes32 session,
        address target,
        uint256 value,
        bytes calldata data,
        uint256[] calldata words
    ) external view returns (bytes4);
}
