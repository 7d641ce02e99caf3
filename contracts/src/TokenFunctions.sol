// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load} from "./Reader.sol";
import {KIND_ANYTHING} from "./SessionForm.sol";
import {Words, GROUP_ADDRESS} from "./Words.sol";
import {NO_INDEX} from "./Refusals.sol";
import {Facts} from "./Reading.sol";

/// What moves a token that a session limits: docs/protocol.md, section 5, "Enabling", 5 (`count_token`) and 7.
library TokenFunctions {
    bytes32 private constant TRANSFER = keccak256("transfer(address,uint256)");
    bytes32 private constant APPROVE = keccak256("approve(address,uint256)");
    bytes32 private constant INCREASE_ALLOWANCE = keccak256("increaseAllowance(address,uint256)");
    bytes32 private constant TRANSFER_FROM = keccak256("transferFrom(address,address,uint256)");

    // Holds allowances of all tokens, and gives allowances of its own; the token is word 0, the amount word 2.
    address private constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    bytes32 private constant PERMIT2_APPROVE = keccak256("approve(address,address,uint160,uint48)");
    bytes32 private constant PERMIT2_LOCKDOWN = keccak256("lockdown((address,address)[])");

    /// @return whether the word at the position is an amount of the token
    function isAmount(Facts memory f, address token, uint256 position) internal pure returns (bool) {
        if (f.target == token && position == amountWord(f.textHash)) return true;
        if (f.target != PERMIT2 || f.textHash != PERMIT2_APPROVE || position != 2) return false;
        (bool named, uint256 count) = names(f, token);
        return named && count == 1;
    }

    /// @return the word that holds the amount of an ERC-20 function; NO_INDEX for any other function
    function amountWord(bytes32 textHash) private pure returns (uint256) {
        if (textHash == TRANSFER || textHash == APPROVE || textHash == INCREASE_ALLOWANCE) return 1;
        return textHash == TRANSFER_FROM ? 2 : NO_INDEX;
    }

    /// @return whether the permission could move the token without counting against a limit of it
    function movesUncounted(Facts memory f, address token) internal pure returns (bool) {
        if (f.kind() == KIND_ANYTHING) return true;
        if (f.counted == token) return false;
        if (f.target == token) return true;
        if (f.target != PERMIT2 || f.textHash == PERMIT2_LOCKDOWN) return false;
        (bool named, uint256 count) = names(f, token);
        return f.textHash != PERMIT2_APPROVE || named || count == 0;
    }

    /// @return named whether a rule lets word 0 be the token
    /// @return count how many addresses it may be; 0: there is no such rule
    function names(Facts memory f, address token) private pure returns (bool named, uint256 count) {
        unchecked {
            if (f.tokens == 0) return (false, 0);
            count = ((load(f.tokens) >> 232) & 0x1f) + 1;
            uint256 at = f.tokens + 3;
            for (uint256 i; i < count; ++i) {
                uint256 value;
                (value, at) = Words.value(at, GROUP_ADDRESS, address(0));
                if (value == uint160(token)) named = true;
            }
        }
    }
}
