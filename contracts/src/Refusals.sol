// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Why the validator refuses: the table of docs/refusals.md, the same numbers and names as RefusalCode in C++.

/// @dev `call` is the index of the call (of the permission where a session is refused), `rule` that of the rule, count, limit,
/// key or permission that the table names; 255 where an index has no meaning.
error Refused(uint8 code, uint8 call, uint8 rule);

uint256 constant NO_INDEX = 255;

uint256 constant WRONG_SENDER = 1;
uint256 constant NOT_EXECUTE = 2;
uint256 constant MALFORMED_CALLS = 3;
uint256 constant BAD_MODE = 4;
uint256 constant EMPTY_BATCH = 5;
uint256 constant MALFORMED_FIELD = 6;
uint256 constant UNKNOWN_VERSION = 7;
uint256 constant NOT_INSTALLED = 8;
uint256 constant EPOCH_MOVED = 9;
uint256 constant REVOKED = 10;
uint256 constant NOT_ENABLED = 11;
uint256 constant INIT_CODE = 12;
uint256 constant GAS_PRICE = 13;
uint256 constant PAYMASTER = 14;
uint256 constant FEES_NONE = 15;
uint256 constant TARGET_ZERO = 16;
uint256 constant TARGET_ACCOUNT = 17;
uint256 constant TARGET_ENTRY_POINT = 18;
uint256 constant TARGET_VALIDATOR = 19;
uint256 constant PERMISSION_MISSING = 20;
uint256 constant NO_PERMISSION = 21;
uint256 constant CALL_DATA_LENGTH = 22;
uint256 constant VALUE_OVER = 23;
uint256 constant DIRTY_WORD = 24;
uint256 constant RULE_IS = 25;
uint256 constant RULE_ONE_OF = 26;
uint256 constant RULE_IS_NOT = 27;
uint256 constant RULE_LESS_THAN = 28;
uint256 constant RULE_AT_MOST = 29;
uint256 constant RULE_MORE_THAN = 30;
uint256 constant RULE_AT_LEAST = 31;
uint256 constant RULE_BETWEEN = 32;
uint256 constant RATIO_WORD_OVER = 33;
uint256 constant RULE_RATIO = 34;
uint256 constant DIRTY_COUNT = 35;
uint256 constant TIME_BEFORE_START = 36;
uint256 constant PERIOD_BACKWARDS = 37;
uint256 constant LIMIT_PASSED = 38;
uint256 constant WINDOW_EMPTY = 39;
uint256 constant MALFORMED_SIGNATURES = 40;
uint256 constant MALFORMED_SESSION = 41;
uint256 constant SESSION_CAPS = 42;
uint256 constant KEY_THRESHOLD = 43;
uint256 constant KEY_KIND = 44;
uint256 constant KEY_ORDER = 45;
uint256 constant KEY_IS_ACCOUNT = 46;
uint256 constant TIME_OVER = 47;
uint256 constant WINDOW_ORDER = 48;
uint256 constant FEES_KIND = 49;
uint256 constant PAYMASTER_ORDER = 50;
uint256 constant NO_PAYER = 51;
uint256 constant LIMIT_KIND = 52;
uint256 constant LIMIT_ZERO = 53;
uint256 constant LIMIT_TOKEN = 54;
uint256 constant LIMIT_FEES = 55;
uint256 constant PERMISSION_FORM = 56;
uint256 constant PERMISSION_KIND = 57;
uint256 constant PERMISSION_TARGET = 58;
uint256 constant TEXT = 59;
uint256 constant SELECTOR = 60;
uint256 constant RESERVED_SELECTOR = 61;
uint256 constant LAYOUT = 62;
uint256 constant NUMBER_FORM = 63;
uint256 constant PERMISSION_WINDOW = 64;
uint256 constant RULE_CAPS = 65;
uint256 constant RULE_ORDER = 66;
uint256 constant RULE_TYPE = 67;
uint256 constant RULE_OPERATOR = 68;
uint256 constant RULE_VALUE = 69;
uint256 constant COUNT_CAPS = 70;
uint256 constant COUNT_ORDER = 71;
uint256 constant COUNT_LIMIT = 72;
uint256 constant COUNT_SOURCE = 73;
uint256 constant COUNT_TOKEN = 74;
uint256 constant LIMIT_UNUSED = 75;
uint256 constant LIMIT_INCOMPLETE = 76;
uint256 constant CALL_DATA_FORM = 77;
uint256 constant PATH_RANGE = 78;
uint256 constant INNER_CALL = 79;
uint256 constant INNER_COUNT = 80;
uint256 constant BATCH_CALL = 81;
uint256 constant BATCH_RULE = 82;
uint256 constant POLICY = 83;
uint256 constant DENIED_FUNCTION = 84;
uint256 constant PATH_CAPS = 85;
uint256 constant PATH_ORDER = 86;
uint256 constant PATH_STEPS = 87;
uint256 constant PATH_UNUSED = 88;
uint256 constant INSIDE_CAPS = 89;
uint256 constant INSIDE_FORM = 90;
uint256 constant INSIDE_PERMISSION = 91;
uint256 constant INNER_UNUSED = 92;
uint256 constant INNER_VALUE = 93;
uint256 constant EXTRAS_CAPS = 94;
uint256 constant BATCH_FORM = 95;
uint256 constant POLICY_FORM = 96;

function refuse(uint256 code) pure {
    refuse(code, NO_INDEX, NO_INDEX);
}

/// @dev As `revert Refused(uint8(code), uint8(where), uint8(rule))`. It calls itself, never in fact, because the compiler copies what does
/// not into each of its hundred places: that is 1.7 kB of code.
function refuse(uint256 code, uint256 where, uint256 rule) pure {
    if (code > NO_INDEX) refuse(NO_INDEX, where, rule);
    bytes4 selector = Refused.selector;
    assembly ("memory-safe") {
        mstore(0, selector)
        mstore(4, code)
        mstore(36, where)
        mstore(68, rule)
        revert(0, 100)
    }
}
