// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm, Vm} from "./Vm.sol";
import {Plan, Call, Execution, OwnedAccount, SessionTest} from "./Sessions.sol";
import {Valetkey} from "../src/Valetkey.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";
import "../src/Refusals.sol";

/// Tries to use the moment in which the validator asks it.
contract ReentrantAccount is OwnedAccount {
    Valetkey private immutable v;

    constructor(address owner_, Valetkey v_) OwnedAccount(owner_) {
        v = v_;
    }

    function isValidSignature(bytes32, bytes calldata) external view override returns (bytes4) {
        (bool success,) = address(v).staticcall{gas: 100_000}(abi.encodeCall(v.revokeAll, ()));
        return success ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// The rows of spec/attacks.md that reach the contract, by name, and the life of a session.
contract AttacksTest is SessionTest {
    uint256 private constant NO = 255;
    string private constant F = "f(uint256[2],address)";

    function status(Plan memory p) private view returns (uint256) {
        return v.wordsOf(account, idOf(p))[0] & 0xff;
    }

    function spent(Plan memory p, uint256 amount) private view returns (uint256) {
        return amount - v.restOf(account, full(p), 0)[0];
    }

    // ---------------------------------------------------------------- signatures and enabling

    function test_A01_positions_follow_the_abi_layout() public {
        Plan memory p = rulePlan(F, 3, 1, abi.encodePacked(hex"00020014", OTHER));
        enable(p);
        passes(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature(F, [uint256(1), 2], OTHER)), 0));
        refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature(F, [uint256(1), uint160(OTHER)], ROUTER)), 0), RULE_IS, 0, 0);
        sessionRefused(rulePlan(F, 3, 1, abi.encodePacked(hex"00010014", OTHER)), RULE_TYPE, 0, 0);
        sessionRefused(rulePlan(F, 2, 0, ""), LAYOUT, 0, NO);
    }

    function test_A02_no_byte_of_an_approved_session_can_change() public {
        Plan memory p = transferPlan(1000, 0);
        bytes memory session = full(p);
        bytes memory approval_ = approval(p, OWNER);
        PackedUserOperation memory op = operation(transfer(1));
        for (uint256 i; i < session.length; ++i) {
            bytes memory other = bytes.concat(session);
            other[i] ^= 0x01;
            sign(op, abi.encodePacked(uint8(2), other, approval_, uint48(0)), 1);
            (bool success, bytes memory answer) = validate(op);
            assertTrue(!success || abi.decode(answer, (uint256)) == 1, vm.toString(i));
        }
        assertEq(status(p), 0);
        passes(signedEnable(p, transfer(1), approval_));
    }

    function test_A03_a_signature_for_use_is_none_for_enable() public {
        Plan memory p = transferPlan(1000, 0);
        PackedUserOperation memory op = operation(transfer(1));
        bytes memory signature_ = signature(0, useDigest(hashOf(op), useField(p, transfer(1), 0)));
        op.signature = abi.encodePacked(uint8(2), full(p), approval(p, OWNER), uint48(0), signature_);
        wrongSignature(op);
        PackedUserOperation memory enabling = signedEnable(p, transfer(1), approval(p, OWNER));
        passes(enabling);
        bytes memory tail = enabling.signature;
        for (uint256 i; i < 66; ++i) signature_[i] = tail[tail.length - 66 + i];
        op.signature = bytes.concat(useField(p, transfer(1), 0), signature_);
        wrongSignature(op);
    }

    function test_A05_enabling_again_forgets_nothing() public {
        Plan memory p = transferPlan(1000, 0);
        PackedUserOperation memory op = signedEnable(p, transfer(600), approval(p, OWNER));
        passes(op);
        refused(op, LIMIT_PASSED, NO, 0); // ENABLE of an enabled session is a USE
        enable(p);
        assertEq(spent(p, 1000), 600);
        vm.recordLogs();
        passes(signedEnable(p, transfer(1), hex"0100000200ff")); // its approval is not looked at
        assertEq(vm.getRecordedLogs().length, 0);
        vm.prank(account);
        v.revoke(idOf(p));
        refused(signedEnable(p, transfer(1), approval(p, OWNER)), REVOKED, NO, NO);
        sessionRefused(p, REVOKED, NO, NO);
    }

    function test_A06_an_approval_holds_on_its_chain_and_account() public {
        Plan memory p = transferPlan(1000, 0);
        bytes memory approval_ = approval(p, OWNER);
        vm.chainId(5);
        wrongSignature(signedEnable(p, transfer(1), approval_));
        vm.chainId(31337);
        address first = account;
        account = newAccount(); // of the same owner
        wrongSignature(signedEnable(p, transfer(1), approval_));
        account = first;
        passes(signedEnable(p, transfer(1), approval_));
    }

    function test_A07_another_operation_hash_is_another_signature() public {
        Plan memory p = transferPlan(1000, 0);
        enable(p);
        PackedUserOperation memory op = signedUse(p, transfer(1), 0);
        (, bytes memory answer) = ask(op, keccak256("of another entry point"));
        assertEq(abi.decode(answer, (uint256)), 1);
    }

    function test_A09_a_malleable_or_empty_signature_is_wrong() public {
        Plan memory p = transferPlan(1000, 0);
        enable(p);
        PackedUserOperation memory op = operation(transfer(1));
        bytes memory field = useField(p, transfer(1), 0);
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(keyAt(0), useDigest(hashOf(op), field));
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        bytes[6] memory wrong = [
            abi.encodePacked(uint8(0), r, high, parity ^ 7), abi.encodePacked(uint8(0), r, s, parity - 27),
            abi.encodePacked(uint8(0), r, s, parity ^ 7), abi.encodePacked(uint8(0), r, s, uint8(29)),
            new bytes(66), abi.encodePacked(uint8(0), r, bytes32(0), parity)
        ];
        for (uint256 i; i < 6; ++i) {
            op.signature = bytes.concat(field, wrong[i]);
            wrongSignature(op);
        }
        op.signature = abi.encodePacked(field, uint8(0), r, s | bytes32(uint256(parity - 27) << 255)); // EIP-2098
        refused(op, MALFORMED_FIELD, NO, NO);
        op.signature = abi.encodePacked(field, uint8(0), r, s, parity);
        passes(op);
    }

    function test_A13_a_key_counts_once() public {
        Plan memory p = transferPlan(1000, 0);
        (p.threshold, p.keyCount, p.keys) = (2, 3, keyList(3));
        enable(p);
        PackedUserOperation memory op = operation(transfer(1));
        bytes memory field = useField(p, transfer(1), 0);
        bytes32 digest = useDigest(hashOf(op), field);
        bytes[3] memory one = [signature(0, digest), signature(1, digest), signature(2, digest)];
        for (uint256 i; i < 9; ++i) {
            op.signature = bytes.concat(field, one[i / 3], one[i % 3]);
            if (i / 3 < i % 3) passes(op);
            else refused(op, MALFORMED_SIGNATURES, NO, NO);
        }
        bytes memory stranger = bytes.concat(one[2]);
        stranger[0] = hex"01"; // key 2 signs as key 1
        op.signature = bytes.concat(field, one[0], stranger);
        wrongSignature(op);
        op.signature = bytes.concat(field, one[0]);
        refused(op, MALFORMED_FIELD, NO, NO);
    }

    function test_wrong_approval_stores_and_emits_nothing() public {
        Plan memory p = addLimit(transferPlan(1000, 60), 4, 5, 0);
        bytes memory approval_ = approval(p, OWNER);
        uint256 snapshot = vm.snapshotState();
        vm.recordLogs();
        PackedUserOperation memory op = operation(transfer(1));
        sign(op, abi.encodePacked(uint8(2), full(p), approval(p, OWNER + 1), uint8(0), FROM), 1);
        wrongSignature(op);
        op = operation(transfer(1001));
        sign(op, abi.encodePacked(uint8(2), full(p), approval(p, OWNER + 1), uint8(0), FROM), 1);
        refused(op, LIMIT_PASSED, NO, 0); // all else is looked at
        uint256[24] memory words = v.wordsOf(account, idOf(p));
        for (uint256 i; i < 24; ++i) assertEq(words[i], 0);
        assertEq(vm.getRecordedLogs().length, 0);
        vm.revertToState(snapshot);
        op = operation(transfer(1));
        sign(op, abi.encodePacked(uint8(2), full(p), approval_, uint8(0), FROM), 1);
        vm.recordLogs();
        passes(op);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].topics[2], idOf(p));
        assertEq(abi.decode(logs[0].data, (bytes)), full(p));
    }

    function test_siblings_share_one_signature() public {
        Plan memory p = transferPlan(1000, 0);
        (, bytes32 own) = v.describe(account, full(p));
        bytes32[] memory hashes = new bytes32[](3);
        (hashes[0], hashes[1], hashes[2]) = (keccak256("a"), own, keccak256("b"));
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(OWNER, v.approvalDigest(hashes));
        bytes memory wrongPlace = abi.encodePacked(uint8(3), uint8(0), hashes[0], hashes[2], uint16(65), r, s, parity);
        wrongSignature(signedEnable(p, transfer(1), wrongPlace));
        passes(signedEnable(p, transfer(1), abi.encodePacked(uint8(3), uint8(1), hashes[0], hashes[2], uint16(65), r, s, parity)));
    }

    // ---------------------------------------------------------------- windows

    function test_A19_A20_windows_are_the_exact_intersection() public {
        Plan memory p = transferPlan(1000, 0);
        for (uint256 i; i < 9; ++i) {
            // A permission's window that begins and ends a second around the session's.
            uint40 from = uint40(FROM + i / 3 - 1);
            uint40 until = uint40(UNTIL + i % 3 - 1);
            p.permissions[0] = onFunction(TOKEN, TRANSFER, 2, abi.encodePacked(hex"00", from, until, hex"000100013f"));
            p.permissions[0][0] = 0x40;
            enable(p);
            (uint256 validAfter, uint256 validUntil) = passes(signedUse(p, transfer(1), 0));
            assertEq(validAfter, from > FROM ? from : FROM);
            assertEq(validUntil, (until < UNTIL ? until : UNTIL) - 1);
        }
        p = transferPlan(1000, 0);
        (p.from, p.until) = (0, 0); // 0 is no end
        enable(p);
        (uint256 a, uint256 u) = passes(signedUse(p, transfer(1), 0));
        assertEq(a, 0);
        assertEq(u, 0);
        p.until = 2; // the last second that has a number
        enable(p);
        (a, u) = passes(signedUse(p, transfer(1), 0));
        assertEq(u, 1);
    }

    function test_C09_periods_are_named_and_enforced_by_the_window() public {
        Plan memory p = transferPlan(1000, 3600);
        p.until = 0;
        enable(p);
        uint40[4] memory times = [FROM, FROM + 3599, FROM + 3600, FROM + 3601];
        for (uint256 i; i < 4; ++i) {
            (uint256 a, uint256 u) = passes(signedUse(p, transfer(400), times[i]));
            assertEq(a, i < 2 ? FROM : FROM + 3600);
            assertEq(u, (i < 2 ? FROM : FROM + 3600) + 3599);
        }
        refused(signedUse(p, transfer(201), FROM + 7199), LIMIT_PASSED, NO, 0);
        refused(signedUse(p, transfer(0), FROM + 3599), PERIOD_BACKWARDS, NO, 0);
        passes(signedUse(p, transfer(1000), FROM + 7200));
        assertEq(v.restOf(account, full(p), FROM + 7200)[0], 0);
        assertEq(v.restOf(account, full(p), FROM + 10800)[0], 1000);
        p = transferPlan(1000, type(uint32).max);
        enable(p);
        (uint256 after_, uint256 until) = passes(signedUse(p, transfer(1), FROM));
        assertEq(after_, FROM);
        assertEq(until, UNTIL - 1);
    }

    // ---------------------------------------------------------------- calls

    function sudo() private returns (Plan memory p) {
        p = add(plan(), hex"0320ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000", "");
        enable(p);
    }

    function decode(bytes calldata callData) external pure returns (bytes memory again) {
        (bytes32 mode, bytes memory data) = abi.decode(callData[4:], (bytes32, bytes));
        if (mode == 0) return execute(mode, data);
        return execute(mode, abi.encode(abi.decode(data, (Execution[]))));
    }

    /// What passes is what solc's own decoder reads, encoded the one way.
    function testFuzz_B03_changed_call_data_pass_only_in_canonical_form(uint256 at, uint8 value, uint8 size) public {
        Plan memory p = sudo();
        Call[] memory calls = new Call[](2);
        calls[0] = call(OTHER, 1, new bytes(size % 70))[0];
        calls[1] = call(ROUTER, 2, hex"01020304")[0];
        bytes memory data = batch(calls);
        uint256 i = bound(at, 36, data.length - 1);
        data[i] = bytes1(value);
        PackedUserOperation memory op = operation(data);
        sign(op, abi.encodePacked(carry(p, 1), hex"0000", uint40(0)), 1);
        (bool success,) = validate(op);
        if (!success) return;
        assertEq(this.decode(data), data);
    }

    function test_B02_B04_B06_B07_modes_and_targets() public {
        Plan memory p = sudo();
        bytes memory one = abi.encodePacked(OTHER, uint256(0), hex"01020304");
        bytes32[7] memory modes = [
            bytes32(bytes1(0xff)), bytes32(bytes1(0xfe)), bytes32(bytes2(0x0001)), bytes32(bytes2(0x0101)), bytes32(bytes1(0x02)),
            bytes32(uint256(1) << 176), bytes32(uint256(1))
        ];
        for (uint256 i; i < 7; ++i) {
            PackedUserOperation memory op = operation(execute(modes[i], one));
            sign(op, abi.encodePacked(carry(p, 1), hex"000000000000"), 1);
            refused(op, BAD_MODE, NO, NO);
        }
        PackedUserOperation memory empty = operation(batch(new Call[](0)));
        sign(empty, abi.encodePacked(carry(p, 1), uint40(0)), 1);
        refused(empty, EMPTY_BATCH, NO, NO);
        address[3] memory targets = [account, address(v), 0x0000000071727De22E5E9d8BAf0edAc6f37da032];
        uint256[3] memory codes = [TARGET_ACCOUNT, TARGET_VALIDATOR, TARGET_ENTRY_POINT];
        for (uint256 i; i < 3; ++i) {
            Call[] memory calls = new Call[](2); // behind a good one
            calls[0] = call(OTHER, 0, "")[0];
            calls[1] = call(targets[i], 0, abi.encodeWithSignature("installModule(uint256,address,bytes)", 1, OTHER, ""))[0];
            refused(signedUse(p, calls, 0), codes[i], 1, NO);
        }
    }

    function test_B05_B14_B15_B16_a_call_needs_its_own_permission() public {
        // Two permissions of one function: the named one decides.
        Plan memory p = rulePlan("f(uint8)", 1, 1, hex"2000000105");
        p = add(p, onFunction(ROUTER, "f(uint8)", 1, hex"00012000000106" hex"00"), "f(uint8)");
        enable(p);
        Call[] memory calls = call(ROUTER, 0, abi.encodeWithSignature("f(uint8)", 6));
        refused(signedUse(p, calls, 0), RULE_IS, 0, 0);
        calls[0].permission = 1;
        passes(signedUse(p, calls, 0));
        refused(signedUse(p, call(ROUTER, 1, ""), 0), NO_PERMISSION, 0, 0); // plain transfer
        refused(signedUse(p, call(address(1), 0, hex"00000001"), 0), NO_PERMISSION, 0, 0);
        // Ground texts that share a selector with transfer and approve.
        string memory text = "many_msg_babbage(bytes1)";
        assertEq(bytes32(bytes4(keccak256(bytes(text)))), bytes32(bytes4(0xa9059cbb)));
        sessionRefused(add(plan(), onFunction(TOKEN, text, 1, hex"000000"), text), RESERVED_SELECTOR, 0, NO);
    }

    function test_B08_B10_dirty_and_signed_words() public {
        Plan memory p = rulePlan("f(bytes4)", 1, 1, hex"8300200401020304"); // is not
        enable(p);
        refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature("f(bytes4)", uint256(0x01020304))), 0), DIRTY_WORD, 0, 0);
        refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature("f(bytes4)", bytes4(0x01020304))), 0), RULE_IS_NOT, 0, 0);
        p = rulePlan("f(int256)", 1, 1, hex"5f00a000"); // at least 0
        enable(p);
        refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature("f(int256)", -1)), 0), RULE_AT_LEAST, 0, 0);
        refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature("f(int256)", type(int256).min)), 0), RULE_AT_LEAST, 0, 0);
        passes(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature("f(int256)", type(int256).max)), 0));
    }

    function test_B20_every_way_to_move_a_limited_token_counts() public {
        string[4] memory texts = [TRANSFER, "approve(address,uint256)", "increaseAllowance(address,uint256)", "transferFrom(address,address,uint256)"];
        Plan memory p = addTokenLimit(plan(), 100, 0, TOKEN);
        for (uint256 i; i < 4; ++i) p = add(p, counting(texts[i], i < 3), texts[i]);
        enable(p);
        Call[] memory calls = new Call[](4);
        for (uint8 i; i < 4; ++i) {
            bytes memory arguments = i < 3 ? abi.encode(OTHER, 25) : abi.encode(account, OTHER, 25);
            calls[i] = Call(TOKEN, 0, abi.encodePacked(bytes4(keccak256(bytes(texts[i]))), arguments), i);
        }
        passes(signedUse(p, calls, 0));
        assertEq(spent(p, 100), 100);
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 0);
        for (uint256 i; i < 4; ++i) {
            p.permissions[i] = onFunction(TOKEN, texts[i], i < 3 ? 2 : 3, hex"000000"); // one that does not count
            sessionRefused(p, LIMIT_INCOMPLETE, i, 0);
            p.permissions[i] = counting(texts[i], i < 3);
        }
        sessionRefused(add(p, onFunction(TOKEN, "push(address,uint256)", 2, hex"000000"), "push(address,uint256)"), LIMIT_INCOMPLETE, 4, 0);
    }

    /// A permission of TOKEN's function whose amount, the last of two or three words, counts against limit 0.
    function counting(string memory text, bool two) private pure returns (bytes memory) {
        return onFunction(TOKEN, text, two ? 2 : 3, two ? bytes(hex"00000100013f") : bytes(hex"00000100023f"));
    }

    // ---------------------------------------------------------------- limits

    function test_C02_C03_C13_counters_persist_and_only_when_accepted() public {
        Plan memory p = addLimit(transferPlan(1000, 0), 4, 2, 0);
        enable(p);
        PackedUserOperation memory first = signedUse(p, transfer(600), 0);
        PackedUserOperation memory second = signedUse(p, transfer(600), 0);
        second.nonce = 1 << 64; // another lane of the same bundle: both are validated before either runs
        sign(second, useField(p, transfer(600), 0), 1);
        passes(first);
        refused(second, LIMIT_PASSED, NO, 0);
        assertEq(spent(p, 1000), 600);
        passes(signedUse(p, transfer(400), 0));
        refused(signedUse(p, transfer(0), 0), LIMIT_PASSED, NO, 1); // two calls are used up
        assertEq(v.restOf(account, full(p), 0)[1], 0);
    }

    function test_C05_every_limit_holds_and_order_does_not_matter() public {
        for (uint256 order; order < 2; ++order) {
            Plan memory p = addTokenLimit(plan(), order == 0 ? 100 : 50, 0, TOKEN);
            p = addTokenLimit(p, order == 0 ? 50 : 100, 0, TOKEN);
            p = add(p, onFunction(TOKEN, TRANSFER, 2, hex"00000200013f01013f"), TRANSFER);
            enable(p);
            refused(signedUse(p, transfer(51), 0), LIMIT_PASSED, NO, order == 0 ? 1 : 0);
            passes(signedUse(p, transfer(50), 0));
            refused(signedUse(p, transfer(1), 0), LIMIT_PASSED, NO, order == 0 ? 1 : 0);
        }
    }

    function test_C06_C07_C14_C15_C16_amounts() public {
        Plan memory p = transferPlan(MOST_112, 0);
        enable(p);
        refused(signedUse(p, transfer(type(uint256).max), 0), LIMIT_PASSED, NO, 0);
        refused(signedUse(p, transfer(1 << 112), 0), LIMIT_PASSED, NO, 0);
        Call[] memory calls = new Call[](3); // sums that would wrap
        calls[0] = calls[1] = transfer(type(uint256).max)[0];
        calls[2] = transfer(2)[0];
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 0);
        passes(signedUse(p, transfer(0), 0));
        passes(signedUse(p, transfer(MOST_112), 0));
        refused(signedUse(p, transfer(1), 0), LIMIT_PASSED, NO, 0);
        passes(signedUse(p, transfer(0), 0));
        sessionRefused(transferPlan(0, 0), LIMIT_ZERO, NO, 0); // period 0 is "in total", amount 0 is nothing
        refused(signedUse(p, call(TOKEN, 0, bytes.concat(transfer(0)[0].data, hex"00")), 0), CALL_DATA_LENGTH, 0, 0);
    }

    function test_C07_counted_words_that_would_wrap() public {
        string memory f = "f(uint256,uint256)";
        Plan memory p = addLimit(plan(), 1, 100, 0); // a sum of counted words, in total
        p = add(p, onFunction(ROUTER, f, 2, hex"00000200003f00013f"), f); // both words count against it
        enable(p);
        passes(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature(f, 50, 10)), 0));
        uint256 half = 1 << 255;
        uint256[7] memory words = [uint256(1), 40, 60, 1 << 112, half - 40, half, type(uint256).max];
        Call[] memory two = new Call[](2);
        unchecked {
            for (uint256 i; i < 7; ++i) {
                uint256 w = words[i];
                uint256[3] memory others = [0 - w, half - w, 0 - w - 60]; // the sum is 2^256, half of it, 2^256 less what is spent
                for (uint256 k; k < 3; ++k) {
                    refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature(f, w, others[k])), 0), LIMIT_PASSED, NO, 0);
                    two[0] = call(ROUTER, 0, abi.encodeWithSignature(f, w, 0))[0];
                    two[1] = call(ROUTER, 0, abi.encodeWithSignature(f, 0, others[k]))[0];
                    refused(signedUse(p, two, 0), LIMIT_PASSED, NO, 0);
                    if (others[k] <= 40) continue;
                    refused(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature(f, others[k], 0)), 0), LIMIT_PASSED, NO, 0);
                }
            }
        }
        assertEq(spent(p, 100), 60);
        passes(signedUse(p, call(ROUTER, 0, abi.encodeWithSignature(f, 0, 40)), 0));
    }

    function test_unnamed_and_named_limits_of_value_and_calls() public {
        // every call's value, the counted calls' value, every call, the counted calls
        Plan memory p = addLimit(addLimit(addLimit(addLimit(plan(), 2, 10, 0), 3, 4, 0), 4, 3, 0), 5, 1, 0);
        p = add(p, abi.encodePacked(uint8(1), OTHER, hex"01ff00", hex"0201fe03ff"), "");
        p = add(p, abi.encodePacked(uint8(1), ROUTER, hex"01ff0000"), "");
        enable(p);
        Call[] memory calls = call(OTHER, 5, "");
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 1);
        calls[0].value = 4;
        passes(signedUse(p, calls, 0));
        calls[0].value = 0;
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 3);
        calls[0] = Call(ROUTER, 7, "", 1);
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 0);
        calls[0].value = 6;
        passes(signedUse(p, calls, 0));
        calls[0].value = 0;
        passes(signedUse(p, calls, 0));
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 2);
    }

    function test_C11_fees_count_at_their_most_also_without_wrapping() public {
        Plan memory p = addLimit(transferPlan(1000, 0), 6, 250_000 gwei, 0);
        (p.paymasterCount, p.paymasters) = (1, abi.encodePacked(OTHER));
        p.price = type(uint64).max; // unlimited
        enable(p);
        PackedUserOperation memory op = signedUse(p, transfer(1), 0); // 250,000 gas at 1 gwei
        uint256 snapshot = vm.snapshotState();
        passes(op);
        refused(op, LIMIT_PASSED, NO, 1);
        vm.revertToState(snapshot);
        uint256[4] memory gas_ = [uint256(50_001), type(uint256).max, 1 << 200, type(uint256).max - 150_000];
        for (uint256 i; i < 4; ++i) {
            op.preVerificationGas = gas_[i];
            sign(op, useField(p, transfer(1), 0), 1);
            refused(op, LIMIT_PASSED, NO, 1);
        }
        op.paymasterAndData = abi.encodePacked(OTHER, new bytes(32)); // pays itself: nothing is counted
        sign(op, useField(p, transfer(1), 0), 1);
        passes(op);
        op = operation(transfer(1));
        op.gasFees = 0;
        op.preVerificationGas = type(uint128).max; // for nothing
        sign(op, useField(p, transfer(1), 0), 1);
        passes(op);
    }

    function test_I2_a_session_that_is_not_enabled_and_a_wrong_key() public {
        Plan memory p = transferPlan(1000, 0);
        refused(signedUse(p, transfer(1), 0), NOT_ENABLED, NO, NO);
        wrongSignature(signedEnable(p, transfer(1), approval(p, 0xBAD)));
        enable(p);
        p.keys = keyList(1);
        PackedUserOperation memory op = operation(transfer(1));
        bytes memory stranger = signature(1, useDigest(hashOf(op), useField(p, transfer(1), 0)));
        stranger[0] = 0;
        op.signature = bytes.concat(useField(p, transfer(1), 0), stranger);
        wrongSignature(op);
    }

    // ---------------------------------------------------------------- life

    function test_D01_D08_a_revoked_session_leaves_its_mark_only() public {
        Plan memory p = addLimit(transferPlan(1000, 60), 4, 9, 0);
        enable(p);
        passes(signedUse(p, transfer(5), FROM));
        vm.recordLogs();
        vm.prank(account);
        v.revoke(idOf(p));
        assertEq(vm.getRecordedLogs().length, 1);
        assertEq(v.wordsOf(account, idOf(p))[0], 2);
        refused(signedUse(p, transfer(5), FROM), REVOKED, NO, NO);
        ++p.serial; // the same again is another session
        enable(p);
        passes(signedUse(p, transfer(1000), FROM));
    }

    function test_D02_D03_D10_uninstalling_ends_everything_and_never_fails() public {
        Plan memory p = transferPlan(1000, 0);
        enable(p);
        PackedUserOperation memory op = signedUse(p, transfer(1), 0);
        passes(op);
        vm.prank(account);
        v.onUninstall(hex"ffffffffff");
        refused(op, NOT_INSTALLED, NO, NO);
        assertFalse(v.isInitialized(account));
        vm.startPrank(account);
        v.onUninstall(new bytes(5000)); // also of what is not installed
        v.onInstall("");
        vm.stopPrank();
        refused(op, EPOCH_MOVED, NO, NO);
        refused(signedEnable(p, transfer(1), abi.encodePacked(uint32(0x01000000))), EPOCH_MOVED, NO, NO);
        assertEq(bytes32(v.isValidSignatureWithSender(account, 0, "")), bytes32(bytes4(0xffffffff)));
        assertTrue(v.isModuleType(1) && !v.isModuleType(2));
        vm.prank(OTHER);
        v.onUninstall(""); // who never was here
    }

    function test_installing_again_and_revoking_all_move_the_epoch() public {
        Plan memory p = transferPlan(1000, 0);
        (uint64 epoch,) = v.accountOf(account);
        assertEq(epoch, 0);
        enable(p);
        vm.prank(account);
        v.onInstall(""); // after an uninstall that the account swallowed
        refused(signedUse(p, transfer(1), 0), EPOCH_MOVED, NO, NO);
        uint64 second;
        (second,) = v.accountOf(account);
        assertTrue(second != 0);
        p = transferPlan(1000, 0);
        enable(p);
        passes(signedUse(p, transfer(1), 0));
        vm.prank(account);
        v.revokeAll();
        refused(signedUse(p, transfer(1), 0), EPOCH_MOVED, NO, NO);
        bool installed;
        (epoch, installed) = v.accountOf(account);
        assertTrue(installed && epoch != second);
    }

    function test_installation_data_enable_sessions() public {
        account = address(new OwnedAccount(vm.addr(OWNER)));
        Plan memory p = transferPlan(1000, 0);
        Plan memory q = transferPlan(7, 0);
        bytes memory data = abi.encodePacked(uint24(full(p).length), full(p), uint24(full(q).length), full(q));
        bytes[3] memory bad = [bytes.concat(data, hex"00"), bytes.concat(data, hex"000001"), bytes.concat(hex"000000", data)];
        for (uint256 i; i < 3; ++i) {
            vm.prank(account);
            (bool success, bytes memory answer) = address(v).call(abi.encodeCall(v.onInstall, (bad[i])));
            assertFalse(success);
            assertEq(answer, abi.encodeWithSelector(Refused.selector, MALFORMED_SESSION, NO, NO));
        }
        vm.prank(account);
        v.onInstall(data);
        passes(signedUse(p, transfer(1000), 0));
        passes(signedUse(q, transfer(7), 0));
    }

    function test_a_session_revokes_itself() public {
        Plan memory p = transferPlan(1000, 0);
        enable(p);
        bytes memory data = abi.encodeCall(v.revoke, (idOf(p)));
        Call[] memory calls = new Call[](2);
        calls[0] = transfer(3)[0];
        calls[1] = Call(address(v), 0, data, 255);
        passes(signedUse(p, calls, 0));
        vm.prank(account);
        (bool success,) = address(v).call(data);
        assertTrue(success);
        refused(signedUse(p, transfer(1), 0), REVOKED, NO, NO);
    }

    function test_D04_an_account_can_not_use_the_moment_of_approval() public {
        account = address(new ReentrantAccount(vm.addr(OWNER), v));
        vm.prank(account);
        v.onInstall("");
        Plan memory p = transferPlan(1000, 0);
        wrongSignature(signedEnable(p, transfer(1), abi.encodePacked(uint8(1), uint8(0), uint16(0))));
        assertEq(status(p), 0);
    }

    /// Random operations of two accounts and two sessions, against a model.
    function testFuzz_D05_sequences_keep_to_the_model(uint256 seed) public {
        address[2] memory accounts = [account, newAccount()];
        Plan[2] memory plans = [transferPlan(1000, 0), transferPlan(500, 0)];
        uint256[4] memory used; // by account and session
        uint256[4] memory states;
        uint64[2] memory epochs;
        for (uint256 n; n < 14; ++n) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 a = seed & 1;
            uint256 s = (seed >> 1) & 1;
            uint256 x = 2 * a + s;
            Plan memory p = plans[s];
            account = accounts[a];
            p.epoch = epochs[a];
            uint256 action = (seed >> 8) & 15;
            if (action < 9) {
                uint256 amount = (seed >> 16) % 400;
                uint256 most = s == 0 ? 1000 : 500;
                PackedUserOperation memory op = signedUse(p, transfer(amount), 0);
                if (states[x] == 0) refused(op, NOT_ENABLED, NO, NO);
                else if (states[x] == 2) refused(op, REVOKED, NO, NO);
                else if (used[x] + amount > most) refused(op, LIMIT_PASSED, NO, 0);
                else {
                    passes(op);
                    used[x] += amount;
                }
            } else if (action < 13) {
                if (states[x] == 2) sessionRefused(p, REVOKED, NO, NO);
                else enable(p);
                if (states[x] == 0) states[x] = 1;
            } else if (action == 13) {
                vm.prank(account);
                v.revoke(idOf(p));
                states[x] = 2;
            } else {
                vm.roll(block.number + 1);
                vm.prank(account);
                if (action == 14) v.revokeAll();
                else v.onInstall("");
                (uint64 epoch,) = v.accountOf(account);
                assertTrue(epoch != epochs[a]);
                refused(signedUse(p, transfer(0), 0), EPOCH_MOVED, NO, NO);
                epochs[a] = epoch; // the session's id is another from now on
                (states[2 * a], states[2 * a + 1], used[2 * a], used[2 * a + 1]) = (0, 0, 0, 0);
            }
            for (uint256 y; y < 4; ++y) {
                p = plans[y & 1];
                p.epoch = epochs[y >> 1];
                uint256 word = v.wordsOf(accounts[y >> 1], idOf(p))[0];
                assertEq(word & 0xff, states[y]);
                if (states[y] != 2) assertEq(word >> 8, used[y]);
            }
        }
    }

    function test_nobody_else_can_speak_for_an_account() public {
        Plan memory p = transferPlan(1000, 0);
        enable(p);
        PackedUserOperation memory op = signedUse(p, transfer(1), 0);
        vm.prank(OTHER);
        (bool success, bytes memory answer) = address(v).call(abi.encodeCall(v.validateUserOp, (op, hashOf(op))));
        assertFalse(success);
        assertEq(answer, abi.encodeWithSelector(Refused.selector, WRONG_SENDER, NO, NO));
        vm.startPrank(OTHER);
        v.revoke(idOf(p));
        v.revokeAll();
        v.onUninstall("");
        vm.stopPrank();
        passes(op);
    }
}
