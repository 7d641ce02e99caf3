// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, Call, SessionTest} from "./Sessions.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";
import "../src/Refusals.sol";

/// Every code of docs/refusals.md with its indices, and the passing neighbour where there is a bound.
contract RefusalsTest is SessionTest {
    uint256 private constant NO = 255;

    function usable() private returns (Plan memory p) {
        p = transferPlan(1000, 0);
        enable(p);
    }

    // ---------------------------------------------------------------- operation and calls (1 to 5)

    function test_sender_and_calls() public {
        Plan memory p = usable();
        Call[] memory calls = transfer(10);
        PackedUserOperation memory op = signedUse(p, calls, 0);
        op.sender = OTHER;
        refused(op, WRONG_SENDER, NO, NO);

        bytes memory good = operation(calls).callData;
        callDataRefused(p, "", NOT_EXECUTE);
        callDataRefused(p, hex"e9ae5c", NOT_EXECUTE);
        callDataRefused(p, bytes.concat(hex"e9ae5c54", new bytes(200)), NOT_EXECUTE);
        callDataRefused(p, hex"e9ae5c53", MALFORMED_CALLS);
        callDataRefused(p, bytes.concat(good, hex"00"), MALFORMED_CALLS);
        callDataRefused(p, bytes.concat(good, new bytes(32)), MALFORMED_CALLS);
        callDataRefused(p, with(good, 4 + 63, 0x60), MALFORMED_CALLS); // offset
        callDataRefused(p, with(good, 4 + 32, 0x01), MALFORMED_CALLS);
        callDataRefused(p, with(good, 4 + 64, 0xff), MALFORMED_CALLS); // length beyond everything
        callDataRefused(p, with(good, 4 + 95, uint8(good[99]) - 1), MALFORMED_CALLS); // a byte of data as padding
        callDataRefused(p, with(good, good.length - 1, 1), MALFORMED_CALLS); // padding
        callDataRefused(p, execute(0, new bytes(51)), MALFORMED_CALLS);
        callDataRefused(p, execute(bytes32(uint256(1)), new bytes(64)), BAD_MODE);

        bytes memory empty = abi.encode(new bytes32[](0));
        callDataRefused(p, execute(BATCH, empty), EMPTY_BATCH);
        callDataRefused(p, execute(BATCH, bytes.concat(empty, new bytes(32))), MALFORMED_CALLS);
        Call[] memory two = new Call[](2);
        two[0] = two[1] = calls[0];
        good = batch(two);
        uint256 first = 4 + 96 + 64 + 64; // where the first call is
        callDataRefused(p, with(good, first, 1), MALFORMED_CALLS); // dirty target
        callDataRefused(p, with(good, first + 95, 0x80), MALFORMED_CALLS); // offset of the data
        callDataRefused(p, with(good, first + 127, 67), MALFORMED_CALLS); // length of the data
        callDataRefused(p, with(good, first + 96, 0x80), MALFORMED_CALLS);
        callDataRefused(p, with(good, first + 128 + 68, 1), MALFORMED_CALLS); // padding
        callDataRefused(p, with(good, 4 + 96 + 31, 0x40), MALFORMED_CALLS); // offset of the list
        callDataRefused(p, with(good, 4 + 96 + 64 + 31, 0x60), MALFORMED_CALLS); // offset of a call
        callDataRefused(p, with(good, 4 + 96 + 63, 1), MALFORMED_CALLS); // number of calls
        callDataRefused(p, with(good, 4 + 96 + 62, 1), MALFORMED_CALLS);
    }

    function with(bytes memory data, uint256 at, uint8 value) private pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        copy[at] = bytes1(value);
    }

    function callDataRefused(Plan memory p, bytes memory callData, uint256 code) private {
        PackedUserOperation memory op = operation(callData);
        sign(op, abi.encodePacked(carry(p, 1), uint8(0), uint40(0)), 1);
        refused(op, code, NO, NO);
    }

    // ---------------------------------------------------------------- the field and the account (6 to 15)

    function fieldRefused(bytes memory field, uint256 signers, uint256 code) private {
        PackedUserOperation memory op = operation(transfer(10));
        sign(op, field, signers);
        refused(op, code, NO, NO);
    }

    function test_field_and_account() public {
        Plan memory p = usable();
        bytes memory field = useField(p, transfer(10), 0);
        fieldRefused(with(field, 0, 0), 1, MALFORMED_FIELD);
        fieldRefused(with(field, 0, 3), 1, MALFORMED_FIELD);
        fieldRefused(field, 0, MALFORMED_FIELD);
        fieldRefused(field, 2, MALFORMED_FIELD);
        fieldRefused(bytes.concat(field, hex"00"), 1, MALFORMED_FIELD);
        fieldRefused(with(with(field, 1, 0), 2, 36), 1, MALFORMED_FIELD); // header without its counts
        fieldRefused("", 0, MALFORMED_FIELD);
        bytes memory approval_ = approval(p, OWNER);
        bytes memory tail = hex"000000000000";
        fieldRefused(abi.encodePacked(uint8(2), full(p), with(approval_, 0, 0), tail), 1, MALFORMED_FIELD);
        fieldRefused(abi.encodePacked(uint8(2), full(p), with(approval_, 0, 17), new bytes(32 * 16), tail), 1, MALFORMED_FIELD);
        fieldRefused(abi.encodePacked(uint8(2), full(p), with(approval_, 1, 1), tail), 1, MALFORMED_FIELD);

        ++p.serial;
        refused(signedUse(p, transfer(10), 0), NOT_ENABLED, NO, NO);
        ++p.epoch;
        refused(signedUse(p, transfer(10), 0), EPOCH_MOVED, NO, NO);
        p = transferPlan(1000, 0);
        vm.prank(account);
        v.revoke(idOf(p));
        refused(signedUse(p, transfer(10), 0), REVOKED, NO, NO);
        refused(signedEnable(p, transfer(10), approval(p, OWNER)), REVOKED, NO, NO);
        sessionRefused(p, REVOKED, NO, NO);
        account = OTHER;
        refused(signedUse(p, transfer(10), 0), NOT_INSTALLED, NO, NO);
        sessionRefused(p, NOT_INSTALLED, NO, NO);
    }

    function gasOperation(Plan memory p, uint256 price, bytes memory initCode, bytes memory paymaster)
        private
        view
        returns (PackedUserOperation memory op)
    {
        op = operation(transfer(1));
        op.gasFees = bytes32(price);
        op.initCode = initCode;
        op.paymasterAndData = paymaster;
        sign(op, useField(p, transfer(1), 0), 1);
    }

    function test_gas() public {
        Plan memory p = usable();
        bytes memory long = bytes.concat(hex"7702", new bytes(19));
        refused(gasOperation(p, 1 gwei, long, ""), INIT_CODE, NO, NO);
        passes(gasOperation(p, 1 gwei, bytes.concat(hex"7702", new bytes(18)), ""));
        passes(gasOperation(p, 1 gwei, bytes.concat(hex"7703", new bytes(19)), ""));
        refused(gasOperation(p, 2 gwei + 1, "", ""), GAS_PRICE, NO, NO);
        passes(gasOperation(p, type(uint256).max << 128 | 2 gwei, "", "")); // the priority fee is inside the highest fee
        refused(gasOperation(p, 2 gwei + 1, "", new bytes(52)), GAS_PRICE, NO, NO);
        refused(gasOperation(p, 1, "", abi.encodePacked(OTHER, new bytes(32))), PAYMASTER, NO, NO);

        (p.fees, p.paymasterCount, p.paymasters) = (0, 1, abi.encodePacked(OTHER));
        enable(p);
        refused(gasOperation(p, 1 gwei, "", ""), FEES_NONE, NO, NO);
        refused(gasOperation(p, 1 gwei, "", abi.encodePacked(OTHER, new bytes(31))), PAYMASTER, NO, NO);
        refused(gasOperation(p, 1 gwei, "", abi.encodePacked(ROUTER, new bytes(32))), PAYMASTER, NO, NO);
        passes(gasOperation(p, 1 gwei, "", abi.encodePacked(OTHER, new bytes(32))));

        p = transferPlan(1000, 0);
        p.price = type(uint64).max; // unlimited
        enable(p);
        passes(gasOperation(p, type(uint128).max, "", ""));
    }

    // ---------------------------------------------------------------- calls under permissions (16 to 23)

    function callRefused(Plan memory p, Call[] memory calls, uint256 code, uint256 i, uint256 rule_) private {
        refused(signedUse(p, calls, 0), code, i, rule_);
    }

    function named(address target, uint256 value, bytes memory data, uint8 permission)
        private
        pure
        returns (Call[] memory calls)
    {
        calls = call(target, value, data);
        calls[0].permission = permission;
    }

    function test_targets() public {
        Plan memory p = add(plan(), hex"0320ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000", "");
        enable(p);
        callRefused(p, call(address(0), 0, ""), TARGET_ZERO, 0, NO);
        callRefused(p, call(account, 0, ""), TARGET_ACCOUNT, 0, NO);
        address[4] memory entryPoints = [
            0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789, 0x0000000071727De22E5E9d8BAf0edAc6f37da032,
            0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108, 0x433709009B8330FDa32311DF1C2AFA402eD8D009
        ];
        for (uint256 e; e < 4; ++e) callRefused(p, call(entryPoints[e], 0, ""), TARGET_ENTRY_POINT, 0, NO);
        passes(signedUse(p, call(OTHER, 7 ether, hex"0102"), 0)); // anything goes, also less than a selector

        bytes memory revoke = abi.encodeCall(v.revoke, (idOf(p)));
        callRefused(p, named(address(v), 0, abi.encodeCall(v.revoke, (bytes32(uint256(1)))), 255), TARGET_VALIDATOR, 0, NO);
        callRefused(p, named(address(v), 1, revoke, 255), TARGET_VALIDATOR, 0, NO);
        callRefused(p, named(address(v), 0, bytes.concat(revoke, hex"00"), 255), TARGET_VALIDATOR, 0, NO);
        callRefused(p, named(address(v), 0, revoke, 0), TARGET_VALIDATOR, 0, NO);
        callRefused(p, named(address(v), 0, abi.encodeCall(v.revokeAll, ()), 255), TARGET_VALIDATOR, 0, NO);
        passes(signedUse(p, named(address(v), 0, revoke, 255), 0));
    }

    function test_permissions() public {
        Plan memory p = transferPlan(1000, 0);
        add(p, abi.encodePacked(uint8(1), OTHER, hex"0164", hex"0000"), ""); // 1: plain transfer of at most 100
        add(p, abi.encodePacked(uint8(2), ROUTER, hex"000000"), ""); // 2: any function
        string memory text = "f(bytes,uint8)";
        add(p, onDynamic(0x80, ROUTER, text, 2, hex"0280010000", hex"000000"), text); // 3: dynamic
        enable(p);
        bytes memory good = abi.encodeWithSignature(TRANSFER, address(5), 10);
        bytes4 other = bytes4(keccak256(bytes(text)));

        callRefused(p, named(TOKEN, 0, good, 4), PERMISSION_MISSING, 0, 4);
        callRefused(p, named(TOKEN, 0, good, 255), PERMISSION_MISSING, 0, 255);
        PackedUserOperation memory op = operation(transfer(10));
        sign(op, abi.encodePacked(carry(p, 2), uint8(0), uint40(0)), 1); // carried as a hash only
        refused(op, PERMISSION_MISSING, 0, 0);

        callRefused(p, call(OTHER, 0, good), NO_PERMISSION, 0, 0);
        callRefused(p, call(TOKEN, 0, abi.encodeWithSelector(other, 1, 2)), NO_PERMISSION, 0, 0);
        callRefused(p, call(TOKEN, 0, hex"a9059c"), NO_PERMISSION, 0, 0);
        callRefused(p, call(TOKEN, 0, ""), NO_PERMISSION, 0, 0);
        callRefused(p, named(OTHER, 0, hex"00", 1), NO_PERMISSION, 0, 1);
        callRefused(p, named(ROUTER, 0, "", 1), NO_PERMISSION, 0, 1);
        callRefused(p, named(ROUTER, 0, hex"010203", 2), NO_PERMISSION, 0, 2);
        callRefused(p, named(TOKEN, 0, hex"01020304", 2), NO_PERMISSION, 0, 2);

        callRefused(p, call(TOKEN, 0, bytes.concat(good, hex"00")), CALL_DATA_LENGTH, 0, 0);
        callRefused(p, call(TOKEN, 0, hex"a9059cbb"), CALL_DATA_LENGTH, 0, 0);
        callRefused(p, named(ROUTER, 0, abi.encodePacked(other, new bytes(63)), 3), CALL_DATA_LENGTH, 0, 3);
        callRefused(p, named(ROUTER, 0, hex"", 3), NO_PERMISSION, 0, 3);

        callRefused(p, call(TOKEN, 1, good), VALUE_OVER, 0, 0);
        callRefused(p, named(OTHER, 101, "", 1), VALUE_OVER, 0, 1);

        passes(signedUse(p, call(TOKEN, 0, good), 0));
        passes(signedUse(p, named(OTHER, 100, "", 1), 0));
        passes(signedUse(p, named(ROUTER, 0, hex"01020304", 2), 0));
        passes(signedUse(p, named(ROUTER, 0, abi.encodeWithSelector(other, "", 1), 3), 0));
        passes(signedUse(p, named(ROUTER, 0, abi.encodeWithSelector(other, "0123", 1), 3), 0));

        Call[] memory calls = new Call[](2); // the second call is the one to blame
        calls[0] = call(TOKEN, 0, good)[0];
        calls[1] = named(OTHER, 101, "", 1)[0];
        callRefused(p, calls, VALUE_OVER, 1, 1);
    }

    // ---------------------------------------------------------------- rules (24 to 35)

    /// One rule on word 0 of f(TYPE): the first word passes, the second is refused.
    function rule(string memory type_, bytes memory rule_, uint256 good, uint256 bad, uint256 code) private {
        string memory text = string.concat("f(", type_, ")");
        Plan memory p = rulePlan(text, 1, 1, rule_);
        enable(p);
        bytes4 selector = bytes4(keccak256(bytes(text)));
        passes(signedUse(p, call(ROUTER, 0, abi.encodeWithSelector(selector, good)), 0));
        callRefused(p, call(ROUTER, 0, abi.encodeWithSelector(selector, bad)), code, 0, 0);
    }

    function test_rules() public {
        uint256 minus = type(uint256).max; // -1
        rule("address", abi.encodePacked(hex"00000014", OTHER), uint160(OTHER), uint160(ROUTER), RULE_IS);
        rule("address", hex"00000000", uint160(account), uint160(ROUTER), RULE_IS);
        rule("address", abi.encodePacked(hex"0000010014", OTHER), uint160(account), uint160(ROUTER), RULE_ONE_OF);
        rule("address", abi.encodePacked(hex"00000014", OTHER), uint160(OTHER), uint160(OTHER) | 1 << 160, DIRTY_WORD);
        rule("uint8", hex"2000000105", 5, 6, RULE_IS);
        rule("uint8", hex"2000000105", 5, 0x105, DIRTY_WORD);
        rule("uint8", hex"20002000", 1, 0, RULE_IS_NOT);
        rule("uint8", hex"20002101050106", 4, 6, RULE_IS_NOT);
        rule("uint24", hex"2200010201f4020bb8", 500, 501, RULE_ONE_OF);
        rule("uint256", hex"3f0040010a", 9, 10, RULE_LESS_THAN);
        rule("uint256", hex"3f0060010a", 10, 11, RULE_AT_MOST);
        rule("uint256", hex"3f0080010a", 11, 10, RULE_MORE_THAN);
        rule("uint256", hex"3f00a0010a", 10, 9, RULE_AT_LEAST);
        rule("uint256", hex"3f00c1010a0114", 20, 21, RULE_BETWEEN);
        rule("uint256", hex"3f00c1010a0114", 10, 9, RULE_BETWEEN);
        rule("int256", hex"5f004000", minus, 0, RULE_LESS_THAN);
        rule("int256", hex"5f00608103", minus - 3, minus - 2, RULE_AT_MOST);
        rule("int256", hex"5f00800105", 6, minus, RULE_MORE_THAN);
        rule("int8", hex"4000a08103", minus - 3, minus - 4, RULE_AT_LEAST);
        rule("int8", hex"4000a080", 127, minus - 1, RULE_AT_LEAST); // at least -1
        rule("int8", hex"4000a08103", 3, 128, DIRTY_WORD);
        rule("int16", hex"4100c181030105", 5, 6, RULE_BETWEEN);
        rule("int16", hex"4100c181030105", minus - 3, minus - 4, RULE_BETWEEN);
        rule("bool", hex"6000000101", 1, 0, RULE_IS);
        rule("bool", hex"60000000", 0, 2, DIRTY_WORD);
        rule("bytes4", hex"8300000401020304", 0x01020304 << 224, 0x01020305 << 224, RULE_IS);
        rule("bytes4", hex"8300000401020304", 0x01020304 << 224, 0x01020304 << 224 | 1, DIRTY_WORD);
        rule("bytes32", abi.encodePacked(hex"9f000020", bytes32(minus)), minus, 0, RULE_IS);
        rule("uint128", hex"a000602fff3f01010101", 0, 1, RULE_RATIO);
    }

    function test_ratios_and_counts() public {
        // word 1 is at least 3/2 of word 0, and at most the value
        Plan memory p = rulePlan("f(uint256,uint256)", 2, 2, hex"a001603fff3f01010101a001a03f003f01030102");
        p.permissions[0] = onFunction(
            ROUTER, "f(uint256,uint256)", 2, abi.encodePacked(hex"20", bytes32(type(uint256).max), hex"02", hex"a001603fff3f01010101", hex"a001a03f003f01030102", hex"00")
        );
        enable(p);
        bytes4 f = bytes4(keccak256("f(uint256,uint256)"));
        passes(signedUse(p, call(ROUTER, 3, abi.encodeWithSelector(f, 2, 3)), 0));
        callRefused(p, call(ROUTER, 9, abi.encodeWithSelector(f, 2, 2)), RULE_RATIO, 0, 1);
        callRefused(p, call(ROUTER, 2, abi.encodeWithSelector(f, 2, 3)), RULE_RATIO, 0, 0);
        callRefused(p, call(ROUTER, 2, abi.encodeWithSelector(f, 2, 1 << 128)), RATIO_WORD_OVER, 0, 0);
        callRefused(p, call(ROUTER, 1 << 128, abi.encodeWithSelector(f, 2, 3)), RATIO_WORD_OVER, 0, 0);

        p = rulePlan("f(uint8,uint8)", 2, 1, hex"a001a020002001010101");
        enable(p);
        f = bytes4(keccak256("f(uint8,uint8)"));
        callRefused(p, call(ROUTER, 0, abi.encodeWithSelector(f, 1, 256)), DIRTY_WORD, 0, 0);
        callRefused(p, call(ROUTER, 0, abi.encodeWithSelector(f, 256, 1)), DIRTY_WORD, 0, 0);

        p = addLimit(plan(), 1, 1000, 0);
        p = add(p, onFunction(ROUTER, "f(uint8,uint8)", 2, hex"000002000020000120"), "f(uint8,uint8)");
        enable(p);
        callRefused(p, call(ROUTER, 0, abi.encodeWithSelector(f, 1, 256)), DIRTY_COUNT, 0, 1);
        passes(signedUse(p, call(ROUTER, 0, abi.encodeWithSelector(f, 1, 255)), 0));
        assertEq(v.restOf(account, full(p), 0)[0], 1000 - 256);
    }

    // ---------------------------------------------------------------- limits, windows, signatures (36 to 40)

    function test_limits_windows_signatures() public {
        Plan memory p = transferPlan(1000, 1 hours);
        enable(p);
        refused(signedUse(p, transfer(1), FROM - 1), TIME_BEFORE_START, NO, 0);
        refused(signedUse(p, transfer(1001), FROM), LIMIT_PASSED, NO, 0);
        passes(signedUse(p, transfer(1000), FROM + 1 hours));
        refused(signedUse(p, transfer(0), FROM + 1 hours - 1), PERIOD_BACKWARDS, NO, 0);
        refused(signedUse(p, transfer(1), FROM + 1 hours), LIMIT_PASSED, NO, 0);

        p = transferPlan(1000, 0);
        p.permissions[0] = onFunction(TOKEN, TRANSFER, 2, abi.encodePacked(hex"00", UNTIL, uint40(0), hex"000100013f"));
        p.permissions[0][0] = 0x40;
        enable(p);
        refused(signedUse(p, transfer(1), 0), WINDOW_EMPTY, NO, NO);
        p = transferPlan(1000, 0);
        (p.from, p.until) = (0, 1); // ends with second 0
        enable(p);
        refused(signedUse(p, transfer(1), 0), WINDOW_EMPTY, NO, NO);

        p = transferPlan(1000, 0);
        (p.threshold, p.keyCount, p.keys) = (2, 3, keyList(3));
        enable(p);
        PackedUserOperation memory op = operation(transfer(1));
        bytes memory field = useField(p, transfer(1), 0);
        bytes32 digest = useDigest(hashOf(op), field);
        (bytes memory a, bytes memory b) = (signature(0, digest), signature(1, digest));
        op.signature = bytes.concat(field, b, a);
        refused(op, MALFORMED_SIGNATURES, NO, NO);
        op.signature = bytes.concat(field, a, a);
        refused(op, MALFORMED_SIGNATURES, NO, NO);
        op.signature = bytes.concat(field, a, with(b, 0, 3));
        refused(op, MALFORMED_SIGNATURES, NO, NO);
        op.signature = bytes.concat(field, a, b);
        passes(op);
    }

    // ---------------------------------------------------------------- sessions (41 to 56)

    function test_session_form() public {
        Plan memory p = transferPlan(1, 0);
        bytes memory good = full(p);
        sessionRefused("", MALFORMED_SESSION, NO, NO);
        sessionRefused(bytes.concat(good, hex"00"), MALFORMED_SESSION, NO, NO);
        sessionRefused(with(with(good, 0, 0), 1, 36), MALFORMED_SESSION, NO, NO);
        sessionRefused(with(good, 2, 2), UNKNOWN_VERSION, NO, NO);
        p = transferPlan(1, 0);
        p.keys = bytes.concat(p.keys, hex"00");
        sessionRefused(p, MALFORMED_SESSION, NO, NO);
        p = transferPlan(1, 0);
        (p.keyCount, p.keys) = (17, new bytes(21 * 17));
        sessionRefused(p, MALFORMED_SESSION, NO, NO);
        p = transferPlan(1, 0);
        (p.paymasterCount, p.paymasters) = (17, new bytes(20 * 17));
        sessionRefused(p, MALFORMED_SESSION, NO, NO);
        p = transferPlan(1, 0);
        for (uint256 l; l < 16; ++l) addLimit(p, 4, 1, 0);
        sessionRefused(p, MALFORMED_SESSION, NO, NO);
        p = transferPlan(1, 0);
        for (uint256 i; i < 32; ++i) add(p, p.permissions[0], TRANSFER);
        sessionRefused(p, MALFORMED_SESSION, NO, NO);
        p = add(transferPlan(1, 0), "", "");
        sessionRefused(p, MALFORMED_SESSION, NO, NO);
        p = transferPlan(1, 0);
        (p.keyCount, p.keys) = (0, "");
        sessionRefused(p, SESSION_CAPS, NO, NO);
        sessionRefused(plan(), SESSION_CAPS, NO, NO);
    }

    function test_session_header() public {
        bytes memory key = keyList(1);
        headerRefused(0, 1, key, KEY_THRESHOLD, NO);
        headerRefused(2, 1, key, KEY_THRESHOLD, NO);
        headerRefused(1, 1, with(key, 0, 1), KEY_KIND, 0);
        headerRefused(1, 1, new bytes(21), KEY_ORDER, 0);
        headerRefused(1, 2, bytes.concat(key, key), KEY_ORDER, 1);
        headerRefused(1, 1, abi.encodePacked(uint8(0), account), KEY_IS_ACCOUNT, 0);

        timesRefused(253402300800, 0, TIME_OVER);
        timesRefused(0, 253402300800, TIME_OVER);
        timesRefused(FROM, FROM, WINDOW_ORDER);
        timesRefused(FROM, FROM - 1, WINDOW_ORDER);
        Plan memory p = transferPlan(1, 0);
        (p.from, p.until) = (253402300798, 253402300799);
        enable(p);

        payersRefused(2, 0, "", FEES_KIND, NO);
        payersRefused(0, 0, "", NO_PAYER, NO);
        payersRefused(0, 1, new bytes(20), PAYMASTER_ORDER, 0);
        payersRefused(1, 2, abi.encodePacked(OTHER, OTHER), PAYMASTER_ORDER, 1);
        payersRefused(1, 2, abi.encodePacked(OTHER, ROUTER), PAYMASTER_ORDER, 1);

        sessionRefused(addLimit(transferPlan(1, 0), 7, 1, 0), LIMIT_KIND, NO, 1);
        sessionRefused(addLimit(transferPlan(1, 0), 4, 0, 0), LIMIT_ZERO, NO, 1);
        sessionRefused(addTokenLimit(transferPlan(1, 0), 1, 0, address(0)), LIMIT_TOKEN, NO, 1);
        sessionRefused(addTokenLimit(transferPlan(1, 0), 1, 0, account), LIMIT_TOKEN, NO, 1);
        p = addLimit(transferPlan(1, 0), 6, 1, 0);
        (p.fees, p.paymasterCount, p.paymasters) = (0, 1, abi.encodePacked(OTHER));
        sessionRefused(p, LIMIT_FEES, NO, 1);
    }

    function headerRefused(uint8 threshold, uint8 count, bytes memory keys, uint256 code, uint256 k) private {
        Plan memory p = transferPlan(1, 0);
        (p.threshold, p.keyCount, p.keys) = (threshold, count, keys);
        sessionRefused(p, code, NO, k);
    }

    function timesRefused(uint40 from, uint40 until, uint256 code) private {
        Plan memory p = transferPlan(1, 0);
        (p.from, p.until) = (from, until);
        sessionRefused(p, code, NO, NO);
    }

    function payersRefused(uint8 fees, uint8 count, bytes memory paymasters, uint256 code, uint256 m) private {
        Plan memory p = transferPlan(1, 0);
        (p.fees, p.paymasterCount, p.paymasters) = (fees, count, paymasters);
        sessionRefused(p, code, NO, m);
    }

    // ---------------------------------------------------------------- permissions (56 to 76)

    function permissionRefused(bytes memory permission, string memory text, uint256 code, uint256 rule_) private {
        // Behind a good one, so that the index counts.
        Plan memory p = add(rulePlan("ok()", 0, 0, ""), permission, text);
        addLimit(addLimit(addLimit(p, 4, 1, 0), 5, 1, 0), 3, 1, 0); // 0 every call, 1 counted calls, 2 counted value
        addTokenLimit(addLimit(p, 1, 1, 0), 1, 0, TOKEN); // 3 sum of words, 4 TOKEN
        sessionRefused(p, code, 1, rule_);
    }

    /// A permission for f(ARGUMENTS), from the most value on.
    function partRefused(string memory arguments, uint8 words, bytes memory rest, uint256 code, uint256 rule_) private {
        string memory text = string.concat("f(", arguments, ")");
        permissionRefused(onFunction(ROUTER, text, words, rest), text, code, rule_);
    }

    function test_permission_form() public {
        permissionRefused(abi.encodePacked(uint8(2), ROUTER, hex"00000000"), "", PERMISSION_FORM, NO);
        permissionRefused(abi.encodePacked(uint8(2), ROUTER, hex"0000"), "", PERMISSION_FORM, NO);
        permissionRefused(hex"01", "", PERMISSION_FORM, NO);
        permissionRefused(abi.encodePacked(uint8(2), ROUTER, hex"0501"), "", PERMISSION_FORM, NO);
        partRefused("uint8", 1, hex"0001200000", PERMISSION_FORM, NO);
        partRefused("uint8", 1, hex"00000103", PERMISSION_FORM, NO);
        bytes memory kinds = hex"10080605090a828124";
        for (uint256 i; i < kinds.length; ++i) {
            permissionRefused(abi.encodePacked(kinds[i], ROUTER, hex"000000"), "", PERMISSION_KIND, NO);
        }
        address[6] memory forbidden = [
            address(0), account, address(v), 0x0000000071727De22E5E9d8BAf0edAc6f37da032,
            0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108, 0x433709009B8330FDa32311DF1C2AFA402eD8D009
        ];
        for (uint256 i; i < 6; ++i) {
            permissionRefused(abi.encodePacked(uint8(2), forbidden[i], hex"000000"), "", PERMISSION_TARGET, NO);
        }
        permissionRefused(abi.encodePacked(uint8(2), ROUTER, hex"000000"), "f()", TEXT, NO);
        permissionRefused(onFunction(ROUTER, "f(uint)", 1, hex"000000"), "f(uint)", TEXT, NO);
        permissionRefused(onFunction(ROUTER, "f(uint8)", 1, hex"000000"), "f(uint16)", SELECTOR, NO);
        permissionRefused(onFunction(ROUTER, "f(uint8)", 2, hex"000000"), "f(uint8)", LAYOUT, NO);
        permissionRefused(onFunction(ROUTER, "f(bytes)", 1, hex"000000"), "f(bytes)", LAYOUT, NO);
        permissionRefused(onDynamic(0x80, ROUTER, "f(uint8)", 1, hex"01010000", hex"000000"), "f(uint8)", LAYOUT, NO);
        string memory never = "setApprovalForAll(address,bool)";
        permissionRefused(onFunction(ROUTER, never, 2, hex"000000"), never, DENIED_FUNCTION, NO);
        partRefused("", 0, abi.encodePacked(uint8(33), new bytes(33), hex"0000"), NUMBER_FORM, NO);
        partRefused("", 0, hex"01000000", NUMBER_FORM, NO);
        windowRefused(0, 0);
        windowRefused(FROM, FROM);
        windowRefused(253402300800, 0);
        windowRefused(0, 253402300800);
    }

    function windowRefused(uint40 from, uint40 until) private {
        bytes memory one = onFunction(ROUTER, "f()", 0, abi.encodePacked(uint8(0), from, until, hex"0000"));
        one[0] = 0x40;
        permissionRefused(one, "f()", PERMISSION_WINDOW, NO);
    }

    function test_rule_form() public {
        permissionRefused(abi.encodePacked(uint8(2), ROUTER, hex"000100"), "", RULE_CAPS, NO);
        partRefused("uint8", 1, abi.encodePacked(hex"0011", new bytes(99)), RULE_CAPS, NO);
        partRefused("uint8", 1, hex"0002200000002000000000", RULE_ORDER, 1);
        partRefused("uint8,uint8", 2, hex"0002200100002000000000", RULE_ORDER, 1);
        partRefused("uint8", 1, hex"00012001000000", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"00012100000000", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"0001c000000000", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"0001a000602100200101010100", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"0001a0006020ff20010101010000", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"0001a000602001200101010100", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"0001a100602000200101010100", RULE_TYPE, 0);
        partRefused("uint8", 1, hex"0001a000002000200101010100", RULE_OPERATOR, 0);
        partRefused("uint8", 1, hex"00012000e00000", RULE_OPERATOR, 0);
        partRefused("uint8", 1, hex"000120004100010100", RULE_OPERATOR, 0);
        partRefused("uint8", 1, hex"00012000c00000", RULE_OPERATOR, 0);
        partRefused("address", 1, hex"00010000600000", RULE_OPERATOR, 0);
        partRefused("bytes4", 1, hex"0001830060040102030400", RULE_OPERATOR, 0);
        partRefused("bool", 1, hex"00016000200000", RULE_OPERATOR, 0);
        partRefused("bool", 1, hex"000160000100010100", RULE_OPERATOR, 0);
        partRefused("bool", 1, hex"0001600000010200", RULE_VALUE, 0);
        partRefused("uint8", 1, hex"000120000002010000", RULE_VALUE, 0);
        partRefused("uint8", 1, hex"0001200000010000", RULE_VALUE, 0);
        partRefused("uint8", 1, hex"00012000010105010500", RULE_VALUE, 0);
        partRefused("uint8", 1, hex"00012000c10106010500", RULE_VALUE, 0);
        partRefused("int8", 1, hex"0001400000018000", RULE_VALUE, 0);
        partRefused("int8", 1, hex"0001400000010000", RULE_VALUE, 0);
        partRefused("int8", 1, hex"00014000010105810500", RULE_VALUE, 0);
        partRefused("bytes4", 1, hex"00018300000301020300", RULE_VALUE, 0);
        partRefused("address", 1, hex"0001000000130000000000000000000000000000000000000000", RULE_VALUE, 0);
        partRefused("address", 1, abi.encodePacked(hex"000100000014", account, hex"00"), RULE_VALUE, 0);
        partRefused("address", 1, abi.encodePacked(hex"000100000114", OTHER, hex"0000"), RULE_VALUE, 0);
        partRefused("uint8", 1, hex"0001a0006020002000010100", RULE_VALUE, 0);
        partRefused("uint8", 1, hex"0001a000602000200100010100", RULE_VALUE, 0);
        partRefused("uint8", 1, abi.encodePacked(hex"0001a000602000200101", uint8(17), type(uint136).max, hex"00"), RULE_VALUE, 0);
    }

    function test_count_form() public {
        partRefused("uint8", 1, abi.encodePacked(hex"000011", new bytes(51)), COUNT_CAPS, NO);
        partRefused("uint8", 1, hex"000002030020030020", COUNT_ORDER, 1);
        partRefused("uint8", 1, hex"000001050020", COUNT_LIMIT, 0);
        partRefused("uint8", 1, hex"00000100ff", COUNT_SOURCE, 0); // kind 4 counts every call by itself
        partRefused("uint8", 1, hex"000001020020", COUNT_SOURCE, 0);
        partRefused("uint8", 1, hex"00000101fe", COUNT_SOURCE, 0);
        partRefused("uint8", 1, hex"000001030021", COUNT_SOURCE, 0);
        partRefused("uint8", 1, hex"000001030120", COUNT_SOURCE, 0);
        partRefused("int8", 1, hex"000001030040", COUNT_SOURCE, 0);
        partRefused("uint8", 1, hex"000001040020", COUNT_TOKEN, 0);
        permissionRefused(onFunction(TOKEN, "mint(uint256)", 1, hex"00000104003f"), "mint(uint256)", COUNT_TOKEN, 0);
        string memory text = "transferFrom(address,address,uint256)";
        permissionRefused(onFunction(ROUTER, text, 3, hex"00000104023f"), text, COUNT_TOKEN, 0);
    }

    function test_unused_and_incomplete() public {
        for (uint8 kind; kind < 6; ++kind) {
            Plan memory p = rulePlan("ok()", 0, 0, "");
            if (kind == 0) addTokenLimit(p, 1, 0, TOKEN);
            else addLimit(p, kind, 1, 0);
            if (kind == 2 || kind == 4) enable(p);
            else sessionRefused(p, LIMIT_UNUSED, NO, 0);
        }
        sessionRefused(add(transferPlan(1, 0), hex"03000000", ""), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(add(transferPlan(1, 0), abi.encodePacked(uint8(2), TOKEN, hex"000000"), ""), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(add(transferPlan(1, 0), abi.encodePacked(uint8(1), TOKEN, hex"000000"), ""), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(add(transferPlan(1, 0), onFunction(TOKEN, "burn(uint256)", 1, hex"000000"), "burn(uint256)"), LIMIT_INCOMPLETE, 1, 0);
    }

    // ---------------------------------------------------------------- arguments of any form (62, 85 to 96)

    string private constant MANY = "f(bytes,bytes[],uint8)"; // layout 80 820180 01

    /// A permission for MANY, from the layout on.
    function dynamicRefused(bytes memory dynamic, bytes memory rest, uint256 code, uint256 rule_) private {
        permissionRefused(onDynamic(0x80, ROUTER, MANY, 3, dynamic, rest), MANY, code, rule_);
    }

    function pathsRefused(bytes memory paths, uint256 code, uint256 rule_) private {
        dynamicRefused(abi.encodePacked(hex"058082018001", paths, hex"00"), hex"000000", code, rule_);
    }

    function test_layout_and_paths() public {
        dynamicRefused(hex"0480820180", "", LAYOUT, NO);
        dynamicRefused(hex"0580820180", "", PERMISSION_FORM, NO); // cut off
        dynamicRefused(hex"0580820180020000", hex"000000", LAYOUT, NO);
        dynamicRefused(hex"058082018001", "", PERMISSION_FORM, NO);
        pathsRefused(hex"21", PATH_CAPS, NO);
        pathsRefused(hex"0100", PATH_CAPS, NO);
        pathsRefused(hex"0121", PATH_CAPS, NO);
        permissionRefused(
            onDynamic(0x80, ROUTER, MANY, 3, hex"058082018001" hex"01" hex"030000", ""), MANY, PERMISSION_FORM, NO
        );
        pathsRefused(hex"02" hex"020000" hex"020000", PATH_ORDER, 1);
        pathsRefused(hex"02" hex"03000004" hex"020000", PATH_ORDER, 1); // the shorter comes first
        pathsRefused(hex"02" hex"0400010200" hex"0400010100", PATH_ORDER, 1);
        pathsRefused(hex"01" hex"020002", PATH_STEPS, 0);
        pathsRefused(hex"02" hex"020000" hex"03000005", PATH_STEPS, 1);
        pathsRefused(hex"01" hex"03000004", PATH_UNUSED, 0);

        // Paths are read by rules and counts of their type, those of contents by neither.
        bytes memory paths = hex"058082018001" hex"03" hex"020000" hex"03000004" hex"0500010300" hex"04" hex"00";
        dynamicRefused(paths, hex"0001" hex"3f83600100" hex"00", RULE_TYPE, 0);
        dynamicRefused(paths, hex"0001" hex"9f806000", RULE_TYPE, 0);
        dynamicRefused(paths, hex"0001" hex"3e81600100" hex"00", RULE_TYPE, 0);
        dynamicRefused(paths, hex"0001" hex"2000600100" hex"00", RULE_TYPE, 0); // word 0 is dynamic
        dynamicRefused(paths, hex"0002" hex"3f81600105" hex"3f80600105" hex"00", RULE_ORDER, 1);
        dynamicRefused(paths, hex"0001" hex"a082603f813f01010101" hex"00", RULE_TYPE, 0); // a ratio to some member
        dynamicRefused(paths, hex"0001" hex"a081603f823f01010101" hex"00", RULE_TYPE, 0);
        dynamicRefused(paths, hex"0000" hex"01" hex"03823f", COUNT_SOURCE, 0); // some
        dynamicRefused(paths, hex"0000" hex"01" hex"03803f", COUNT_SOURCE, 0);
        dynamicRefused(paths, hex"0000" hex"01" hex"03a03f", COUNT_SOURCE, 0);
        dynamicRefused(paths, hex"0001" hex"3f81600105" hex"01" hex"03813f", PATH_UNUSED, 0);
        Plan memory p = add(addLimit(plan(), 1, 1, 0), onDynamic(0x80, ROUTER, MANY, 3, hex"058082018001" hex"01" hex"03000004" hex"00", hex"0000" hex"01" hex"00813f"), MANY);
        sessionRefused(p, COUNT_SOURCE, 0, 0);
        p = add(addLimit(plan(), 1, 1, 0), onDynamic(0x80, ROUTER, MANY, 3, hex"058082018001" hex"01" hex"03000004" hex"00", hex"0000" hex"01" hex"00803f"), MANY);
        enable(p);
    }

    /// The outer permission of MANY with these insides, then an inner function and two inner commands of ROUTER.
    function insides(bytes memory list, bytes memory first) private view returns (Plan memory p) {
        bytes memory paths = hex"03" hex"020000" hex"03000004" hex"0400010200";
        bytes memory rest = hex"0001" hex"3f81600105" hex"00";
        p = add(plan(), onDynamic(0x80, ROUTER, MANY, 3, abi.encodePacked(hex"058082018001", paths, list), rest), MANY);
        add(p, first, "g()");
        add(p, onCommand(0x0c, ROUTER, 1, 1, hex"000000"), "command(bool)");
        add(p, onCommand(0x0c, ROUTER, 2, 0, hex"000000"), "command()");
    }

    function insidesRefused(bytes memory list, uint256 code, uint256 d) private {
        bytes memory first = onFunction(ROUTER, "g()", 0, hex"000000");
        first[0] = 0x04;
        sessionRefused(insides(list, first), code, 0, d);
    }

    function test_insides() public {
        bytes memory first = onFunction(ROUTER, "g()", 0, hex"000000");
        first[0] = 0x04;
        enable(insides(hex"02" hex"80ff01" hex"01" hex"828002" hex"0203", first));
        insidesRefused(hex"09", INSIDE_CAPS, NO);
        insidesRefused(hex"01" hex"80ff00", INSIDE_FORM, 0);
        insidesRefused(hex"01" hex"80ff20", INSIDE_FORM, 0);
        insidesRefused(hex"01" hex"81ff01" hex"01", INSIDE_FORM, 0); // a value
        insidesRefused(hex"01" hex"83ff01" hex"01", INSIDE_FORM, 0); // no such path
        insidesRefused(hex"01" hex"00ff01" hex"01", INSIDE_FORM, 0); // a head word
        insidesRefused(hex"01" hex"828201" hex"02", INSIDE_FORM, 0); // commands of every member
        insidesRefused(hex"01" hex"828101" hex"02", INSIDE_FORM, 0);
        insidesRefused(hex"01" hex"820001" hex"02", INSIDE_FORM, 0);
        insidesRefused(hex"02" hex"82ff01" hex"01" hex"80ff01" hex"01", INSIDE_FORM, 1);
        insidesRefused(hex"02" hex"80ff01" hex"01" hex"80ff01" hex"01", INSIDE_FORM, 1);
        insidesRefused(hex"01" hex"80ff01" hex"00", INSIDE_PERMISSION, 0); // itself
        insidesRefused(hex"01" hex"80ff01" hex"04", INSIDE_PERMISSION, 0);
        insidesRefused(hex"01" hex"828002" hex"0302", INSIDE_PERMISSION, 0);
        insidesRefused(hex"02" hex"80ff01" hex"01" hex"82ff01" hex"02", INSIDE_PERMISSION, 1); // a command by selector
        insidesRefused(hex"01" hex"828001" hex"01", INSIDE_PERMISSION, 0);
        sessionRefused(insides(hex"02" hex"80ff01" hex"01" hex"828001" hex"02", first), INNER_UNUSED, 3, NO);
        sessionRefused(insides(hex"01" hex"828002" hex"0203", first), INNER_UNUSED, 1, NO);
        first[1] = 0x11; // another contract
        sessionRefused(insides(hex"02" hex"80ff01" hex"01" hex"828002" hex"0203", first), INSIDE_PERMISSION, 0, 0);
        first = onFunction(ROUTER, "g()", 0, hex"000000"); // not inner
        sessionRefused(insides(hex"02" hex"80ff01" hex"01" hex"828002" hex"0203", first), INSIDE_PERMISSION, 0, 0);
        first[0] = 0x04;
        Plan memory p = insides(hex"02" hex"80ff01" hex"01" hex"828002" hex"0203", first);
        p.permissions[3] = onCommand(0x0c, ROUTER, 1, 0, hex"000000"); // the same command
        sessionRefused(p, INSIDE_PERMISSION, 0, 1);
    }

    function test_inner_permissions() public {
        permissionRefused(onCommand(0x0c, ROUTER, 1, 0, hex"000000"), "commander()", TEXT, NO);
        permissionRefused(onCommand(0x0c, ROUTER, 1, 1, hex"000000"), "command()", LAYOUT, NO);
        bytes memory one = onCommand(0x0c, ROUTER, 1, 0, hex"000000");
        one[23] = 0x01;
        permissionRefused(one, "command()", SELECTOR, NO);
        permissionRefused(onCommand(0x0c, ROUTER, 1, 0, hex"01010000"), "command()", INNER_VALUE, NO);
        permissionRefused(onCommand(0x0c, ROUTER, 1, 0, hex"0100"), "command()", NUMBER_FORM, NO);
        permissionRefused(onCommand(0x0c, ROUTER, 1, 1, hex"0001" hex"a000603fff3f01010101" hex"00"), "command(uint256)", RULE_TYPE, 0);
        permissionRefused(onCommand(0x0c, ROUTER, 1, 0, hex"0000" hex"0102fe"), "command()", COUNT_SOURCE, 0);
        permissionRefused(onCommand(0x0c, ROUTER, 1, 0, hex"000000"), "command()", INNER_UNUSED, NO);
        one = onFunction(ROUTER, "setApprovalForAll(address,bool)", 2, hex"000000");
        one[0] = 0x04;
        permissionRefused(one, "setApprovalForAll(address,bool)", DENIED_FUNCTION, NO);
    }

    // ---------------------------------------------------------------- extras

    /// A permission for f(uint8,address,bytes4) with these extras, beside one for g(uint16,int8) and an inner one.
    function extrasRefused(bytes memory extras, uint256 code, uint256 rule_) private {
        string memory text = "f(uint8,address,bytes4)";
        Plan memory p = rulePlan("g(uint16,int8)", 2, 0, "");
        bytes memory one = onFunction(ROUTER, text, 3, abi.encodePacked(hex"000000", extras));
        one[0] = 0x20;
        add(p, one, text);
        add(p, onDynamic(0x80, ROUTER, MANY, 3, hex"058082018001" hex"01" hex"020000" hex"01" hex"80ff01" hex"03", hex"000000"), MANY);
        bytes memory inner = onFunction(ROUTER, "h(uint8)", 1, hex"000000");
        inner[0] = 0x04;
        add(p, inner, "h(uint8)");
        sessionRefused(p, code, 1, rule_);
    }

    function test_batch_rules() public {
        extrasRefused(hex"09", EXTRAS_CAPS, NO);
        extrasRefused(hex"0000", EXTRAS_CAPS, NO);
        extrasRefused(hex"0005", EXTRAS_CAPS, NO);
        extrasRefused(hex"01" hex"002060000001", PERMISSION_FORM, NO);
        // position, type, comparison, where, permission, other position, other type
        bytes[21] memory bad = [
            bytes(hex"03206000000021"), hex"00216000000021", hex"00202000000021", hex"00204000000021", hex"00206100000021",
            hex"00206000000000", hex"01006000000000", hex"02836000000083", hex"80206000000021", hex"fe206000000021",
            hex"ff20000000ff00", hex"ff00600000ff00", hex"ff000000000000", hex"ff00000000ff20", // as this permission says
            hex"00206000050021", hex"00206000030020", hex"00206000000020", hex"00206000000121", hex"0020600000ff21",
            hex"00206000008021", hex"ff00000003ff00" // as the other one says
        ];
        for (uint256 i; i < bad.length; ++i) extrasRefused(abi.encodePacked(hex"01", bad[i], hex"00"), BATCH_FORM, 0);
        extrasRefused(hex"02" hex"ff000001" hex"00ff00" hex"ff000000" hex"00ff00" hex"00", BATCH_FORM, 1);
        extrasRefused(hex"02" hex"ff000001" hex"00ff00" hex"ff000001" hex"00ff00" hex"00", BATCH_FORM, 1);
    }

    function policyRefused(bytes memory policies, uint256 code, uint256 x) private {
        extrasRefused(abi.encodePacked(hex"00", policies), code, x);
    }

    function test_policies() public {
        address[4] memory forbidden = [address(0), account, address(v), 0x0000000071727De22E5E9d8BAf0edAc6f37da032];
        for (uint256 i; i < 4; ++i) policyRefused(abi.encodePacked(hex"01", forbidden[i], hex"00"), POLICY_FORM, 0);
        policyRefused(abi.encodePacked(hex"02", OTHER, hex"00", OTHER, hex"00"), POLICY_FORM, 1);
        policyRefused(abi.encodePacked(hex"02", OTHER, hex"00", ROUTER, hex"00"), POLICY_FORM, 1);
        policyRefused(abi.encodePacked(hex"01", OTHER, hex"09"), POLICY_FORM, 0);
        bytes[9] memory bad = [
            bytes(hex"0105"), hex"020100" hex"0000", hex"0100" hex"13", hex"0101" hex"0100", hex"0101" hex"21", hex"0102" hex"0100",
            hex"0103" hex"0102", hex"0104" hex"1f", abi.encodePacked(hex"010014", account)
        ];
        for (uint256 i; i < bad.length; ++i) policyRefused(abi.encodePacked(hex"01", OTHER, bad[i]), POLICY_FORM, 0);
        policyRefused(abi.encodePacked(hex"01", OTHER, hex"0101"), PERMISSION_FORM, NO);
        policyRefused(abi.encodePacked(hex"01", OTHER, hex"0101" hex"02" hex"01"), PERMISSION_FORM, NO);
    }

    // ---------------------------------------------------------------- Permit2

    address private constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;
    string private constant PERMIT2_APPROVE = "approve(address,address,uint160,uint48)";

    /// TOKEN is limited, by the approval of it, and this may be done on Permit2.
    function onPermit2(bytes memory permission, string memory text) private view returns (Plan memory) {
        return add(transferPlan(1000, 0), permission, text);
    }

    function approvePermit2(bytes memory rules, bytes memory counts) private pure returns (bytes memory) {
        return onFunction(PERMIT2, PERMIT2_APPROVE, 4, abi.encodePacked(hex"00", rules, counts));
    }

    function test_permit2() public {
        bytes memory isToken = abi.encodePacked(hex"01" hex"000000" hex"14", TOKEN);
        bytes memory isOther = abi.encodePacked(hex"01" hex"000000" hex"14", OTHER);
        bytes memory isOthers = abi.encodePacked(hex"01" hex"000001" hex"14", ROUTER, hex"14", OTHER);
        bytes memory isEither = abi.encodePacked(hex"01" hex"000001" hex"14", OTHER, hex"14", TOKEN);
        bytes memory isNot = abi.encodePacked(hex"01" hex"000020" hex"14", TOKEN);
        bytes memory counts = hex"01" hex"000233";
        enable(onPermit2(approvePermit2(isToken, counts), PERMIT2_APPROVE));
        enable(onPermit2(approvePermit2(isOther, hex"00"), PERMIT2_APPROVE));
        enable(onPermit2(approvePermit2(isOthers, hex"00"), PERMIT2_APPROVE));
        string memory lockdown = "lockdown((address,address)[])";
        enable(onPermit2(onDynamic(0x80, PERMIT2, lockdown, 1, hex"038201020000", hex"000000"), lockdown));

        sessionRefused(onPermit2(approvePermit2(isToken, hex"00"), PERMIT2_APPROVE), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(onPermit2(approvePermit2(isEither, hex"00"), PERMIT2_APPROVE), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(onPermit2(approvePermit2(isNot, hex"00"), PERMIT2_APPROVE), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(onPermit2(approvePermit2(hex"00", hex"00"), PERMIT2_APPROVE), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(onPermit2(approvePermit2(isEither, counts), PERMIT2_APPROVE), COUNT_TOKEN, 1, 0);
        sessionRefused(onPermit2(approvePermit2(isOther, counts), PERMIT2_APPROVE), COUNT_TOKEN, 1, 0);
        sessionRefused(onPermit2(approvePermit2(isToken, hex"01" hex"00032f"), PERMIT2_APPROVE), COUNT_SOURCE, 1, 0);
        sessionRefused(onPermit2(approvePermit2(isToken, hex"01" hex"000325"), PERMIT2_APPROVE), COUNT_TOKEN, 1, 0);
        bytes memory elsewhere = onFunction(ROUTER, PERMIT2_APPROVE, 4, abi.encodePacked(hex"00", isToken, counts));
        sessionRefused(onPermit2(elsewhere, PERMIT2_APPROVE), COUNT_TOKEN, 1, 0);
        string memory text = "transferFrom(address,address,uint160,address)";
        sessionRefused(onPermit2(onFunction(PERMIT2, text, 4, hex"000000"), text), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(onPermit2(abi.encodePacked(uint8(2), PERMIT2, hex"000000"), ""), LIMIT_INCOMPLETE, 1, 0);
        sessionRefused(onPermit2(abi.encodePacked(uint8(1), PERMIT2, hex"000000"), ""), LIMIT_INCOMPLETE, 1, 0);
    }
}
