// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm, Vm} from "./Vm.sol";
import {Plan, Call, OwnedAccount, SessionTest} from "./Sessions.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";
import "../src/Refusals.sol";

/// Notes that it was called.
contract Trap {
    bool public called;

    fallback() external {
        called = true;
    }
}

/// Rows of spec/attacks.md that are not about one moment of a session's life but about what the contract can't do, how calls are
/// wrapped, and how permissions stand beside each other. The others are in Attacks.t.sol.
contract AttackRowsTest is SessionTest {
    uint256 private constant NO = 255;
    string private constant APPROVE = "approve(address,uint256)";
    string private constant F = "f(uint256)";

    // ---------------------------------------------------------------- the contract as a whole

    /// How often each opcode is in the contract's code, its constants left out.
    function opcodes() private view returns (uint256[256] memory times) {
        bytes memory code = address(v).code;
        bool reached = true; // what stands behind a JUMP, a return or a revert is reached at a JUMPDEST only; constants have none
        for (uint256 i; i < code.length; ++i) {
            uint8 op = uint8(code[i]);
            if (op == 0x5b) reached = true;
            if (reached) ++times[op];
            if (op == 0x00 || op == 0x56 || op == 0xf3 || op == 0xfd || op == 0xfe) reached = false;
            if (op >= 0x60 && op <= 0x7f) i += op - 0x5f; // PUSH1 to PUSH32
        }
    }

    function test_I3_the_code_can_call_nobody_and_write_nowhere_else() public view {
        uint256[256] memory times = opcodes();
        // CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, SELFDESTRUCT
        uint8[6] memory never = [0xf0, 0xf1, 0xf2, 0xf4, 0xf5, 0xff];
        for (uint256 i; i < 6; ++i) assertEq(times[never[i]], 0, vm.toString(never[i]));
        assertLe(times[0xfa], 8, "STATICCALL: ecrecover, the account's ERC-1271, Enabling, policies, where they are inlined");
    }

    function test_C08_the_code_reads_no_clock_and_no_balance() public view {
        uint256[256] memory times = opcodes();
        // BALANCE, ORIGIN, GASPRICE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH, COINBASE, TIMESTAMP, GASLIMIT, SELFBALANCE, BASEFEE, BLOBHASH,
        // BLOBBASEFEE
        uint8[13] memory never = [0x31, 0x32, 0x3a, 0x3b, 0x3c, 0x3f, 0x41, 0x42, 0x45, 0x47, 0x48, 0x49, 0x4a];
        for (uint256 i; i < 13; ++i) assertEq(times[never[i]], 0, vm.toString(never[i]));
        // BLOCKHASH, NUMBER, PREVRANDAO: of the next epoch, which no validation moves (tests/chain, with the ERC-7562 tracer).
        for (uint256 op = 0x43; op <= 0x44; ++op) assertLe(times[op], 2, vm.toString(op));
    }

    function test_I3_C10_validation_touches_the_accounts_own_words_only() public {
        Plan memory p = addLimit(addLimit(transferPlan(1000, 60), 4, 9, 0), 6, 1 ether, 0);
        uint256 own = uint256(keccak256(abi.encode(account, uint256(0))));
        uint256 first = uint256(keccak256(abi.encode(account, keccak256(abi.encode(idOf(p), uint256(1))))));
        for (uint256 n; n < 2; ++n) {
            PackedUserOperation memory op = operation(transfer(1));
            bytes memory start = n == 0 ? abi.encodePacked(uint8(2), full(p), approval(p, OWNER)) : carry(p, 1);
            sign(op, abi.encodePacked(start, uint8(0), FROM), 1);
            vm.record();
            passes(op);
            (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(v));
            assertGe(writes.length, 2);
            for (uint256 i; i < writes.length; ++i) assertTrue(uint256(writes[i]) - first < 24, "writes");
            for (uint256 i; i < reads.length; ++i) {
                unchecked {
                    assertTrue(uint256(reads[i]) == own || uint256(reads[i]) - first < 24, "reads");
                }
            }
            (reads, writes) = vm.accesses(account);
            assertEq(writes.length, 0);
            (reads, writes) = vm.accesses(TOKEN);
            assertEq(reads.length + writes.length, 0);
        }
    }

    function test_A10_A11_a_session_signs_no_message() public {
        Plan memory p = transferPlan(1000, 0);
        enable(p);
        bytes32 hash = keccak256("Permit");
        bytes memory field = useField(p, transfer(1), 0);
        bytes[4] memory signatures = [bytes(""), signature(0, hash), bytes.concat(field, signature(0, useDigest(hash, field))), approval(p, OWNER)];
        address[4] memory senders = [account, address(v), TOKEN, address(0)];
        for (uint256 i; i < 16; ++i) {
            vm.prank(i % 2 == 0 ? account : OTHER);
            bytes4 answer = v.isValidSignatureWithSender(senders[i / 4], hash, signatures[i % 4]);
            assertEq(bytes32(answer), bytes32(bytes4(0xffffffff)));
        }
    }

    function test_A17_a_wrapped_signature_calls_nobody() public {
        Plan memory p = transferPlan(1000, 0);
        Trap trap = new Trap();
        bytes memory whole = approval(p, OWNER);
        bytes memory own = new bytes(65);
        for (uint256 i; i < 65; ++i) own[i] = whole[whole.length - 65 + i];
        bytes32 magic = 0x6492649264926492649264926492649264926492649264926492649264926492;
        bytes memory wrapped = bytes.concat(abi.encode(address(trap), hex"01020304", own), magic);
        wrongSignature(signedEnable(p, transfer(1), abi.encodePacked(uint16(0x0100), uint16(wrapped.length), wrapped)));
        assertFalse(trap.called());
        assertEq(v.wordsOf(account, idOf(p))[0], 0);
    }

    function test_D06_nobody_installs_for_another() public {
        Plan memory p = transferPlan(1000, 0);
        bytes memory data = abi.encodePacked(uint24(full(p).length), full(p));
        vm.prank(OTHER);
        v.onInstall(data);
        assertEq(v.wordsOf(OTHER, idOf(p))[0], 1);
        assertEq(v.wordsOf(account, idOf(p))[0], 0);
        refused(signedUse(p, transfer(1), 0), NOT_ENABLED, NO, NO);
        // A delegate that is set again installs again: what was enabled before is over.
        enable(p);
        vm.prank(account);
        v.onInstall("");
        refused(signedUse(p, transfer(1), 0), EPOCH_MOVED, NO, NO);
    }

    // ---------------------------------------------------------------- permissions beside each other

    function dynamicPlan(string memory text, bytes memory layout, bytes memory rest) private view returns (Plan memory) {
        bytes memory dynamic = abi.encodePacked(uint8(layout.length), layout, uint8(0), uint8(0)); // no paths, no insides
        return add(addLimit(plan(), 1, 100, 0), onDynamic(0x80, ROUTER, text, 2, dynamic, rest), text);
    }

    function test_B09_the_offset_of_a_dynamic_argument_has_no_rule() public {
        // The first word is where the bytes are, not what they are: a path leads there.
        bytes memory rule = abi.encodePacked(hex"00019f000020", bytes32(uint256(64)), hex"00");
        sessionRefused(dynamicPlan("f(bytes,uint256)", hex"8001", rule), RULE_TYPE, 0, 0);
        sessionRefused(dynamicPlan("f(bytes,uint256)", hex"8001", hex"00013f0000014000"), RULE_TYPE, 0, 0);
        sessionRefused(dynamicPlan("f(uint256[],uint256)", hex"82010101", hex"00013f0000014000"), RULE_TYPE, 0, 0);
        sessionRefused(dynamicPlan("f(bytes,uint256)", hex"8001", hex"00000100003f"), COUNT_SOURCE, 0, 0);
    }

    function test_B11_B12_the_holder_may_choose_and_every_limit_still_holds() public {
        // The same function under a rule, and without one; both count.
        Plan memory p = addLimit(plan(), 1, 100, 0);
        p = add(p, onFunction(ROUTER, F, 1, hex"00013f0060013c0100003f"), F); // at most 60
        p = add(p, onFunction(ROUTER, F, 1, hex"00000100003f"), F);
        enable(p);
        Call[] memory calls = call(ROUTER, 0, abi.encodeWithSignature(F, 61));
        refused(signedUse(p, calls, 0), RULE_AT_MOST, 0, 0);
        calls[0].permission = 1;
        passes(signedUse(p, calls, 0));
        for (uint8 choice; choice < 2; ++choice) {
            calls = call(ROUTER, 0, abi.encodeWithSignature(F, 40));
            calls[0].permission = choice;
            refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 0);
        }
        // A token's limit can't be left out by one of them.
        p = transferPlan(100, 0);
        sessionRefused(add(p, onFunction(TOKEN, TRANSFER, 2, hex"000000"), TRANSFER), LIMIT_INCOMPLETE, 1, 0);
    }

    function test_B17_nothing_stands_twice_in_a_list() public {
        sessionRefused(rulePlan("f(uint8)", 1, 1, hex"20000101050105"), RULE_VALUE, 0, 0);
        Plan memory p = transferPlan(1, 0);
        (p.keyCount, p.keys) = (2, bytes.concat(keyList(1), keyList(1)));
        sessionRefused(p, KEY_ORDER, NO, 1);
        p = transferPlan(1, 0);
        (p.paymasterCount, p.paymasters) = (2, abi.encodePacked(OTHER, OTHER));
        sessionRefused(p, PAYMASTER_ORDER, NO, 1);
        p = transferPlan(1, 0);
        p.permissions[0] = onFunction(TOKEN, TRANSFER, 2, hex"00000200013f00013f");
        sessionRefused(p, COUNT_ORDER, 0, 1);
    }

    /// As a single call, as a batch of one, and as the last of a batch.
    function refusedInEveryForm(Plan memory p, Call memory good, Call memory bad, uint256 code, uint256 rule_) private {
        Call[] memory one = new Call[](1);
        one[0] = bad;
        refused(signedUse(p, one, 0), code, 0, rule_);
        PackedUserOperation memory op = operation(batch(one));
        sign(op, useField(p, one, 0), 1);
        refused(op, code, 0, rule_);
        Call[] memory three = new Call[](3);
        (three[0], three[1], three[2]) = (good, good, bad);
        refused(signedUse(p, three, 0), code, 2, rule_);
        three[2] = good;
        uint256 snapshot = vm.snapshotState();
        passes(signedUse(p, three, 0));
        vm.revertToState(snapshot);
    }

    function test_B19_every_check_holds_in_every_form_of_call() public {
        Plan memory p = addLimit(plan(), 1, 100, 0);
        p = add(p, onFunction(ROUTER, F, 1, hex"0105013f0060013c0100003f"), F); // value at most 5, word at most 60
        enable(p);
        Call memory good = Call(ROUTER, 5, abi.encodeWithSignature(F, 20), 0);
        refusedInEveryForm(p, good, Call(ROUTER, 5, abi.encodeWithSignature(F, 61), 0), RULE_AT_MOST, 0);
        refusedInEveryForm(p, good, Call(ROUTER, 6, abi.encodeWithSignature(F, 20), 0), VALUE_OVER, 0);
        refusedInEveryForm(p, good, Call(ROUTER, 5, abi.encodeWithSignature("g(uint256)", 20), 0), NO_PERMISSION, 0);
        refusedInEveryForm(p, good, Call(OTHER, 5, abi.encodeWithSignature(F, 20), 0), NO_PERMISSION, 0);
        refusedInEveryForm(p, good, Call(ROUTER, 5, bytes.concat(abi.encodeWithSignature(F, 20), hex"00"), 0), CALL_DATA_LENGTH, 0);
        refusedInEveryForm(p, good, Call(ROUTER, 5, abi.encodeWithSignature(F, 20), 1), PERMISSION_MISSING, 1);
        refusedInEveryForm(p, good, Call(account, 5, abi.encodeWithSignature(F, 20), 0), TARGET_ACCOUNT, NO);
        refusedInEveryForm(p, good, Call(address(v), 5, abi.encodeWithSignature(F, 20), 0), TARGET_VALIDATOR, NO);
        refusedInEveryForm(p, good, Call(address(0), 5, abi.encodeWithSignature(F, 20), 0), TARGET_ZERO, NO);
        // Limits, however the calls are wrapped.
        Call[] memory calls = new Call[](2);
        calls[0] = calls[1] = Call(ROUTER, 0, abi.encodeWithSignature(F, 51), 0);
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 0);
        calls = call(ROUTER, 0, abi.encodeWithSignature(F, 51));
        passes(signedUse(p, calls, 0));
        PackedUserOperation memory op = operation(batch(calls));
        sign(op, useField(p, calls, 0), 1);
        refused(op, LIMIT_PASSED, NO, 0);
    }

    // ---------------------------------------------------------------- allowances

    function test_C01_an_allowance_counts_each_time_it_is_given() public {
        Plan memory p = addTokenLimit(plan(), 100, 0, TOKEN);
        p = add(p, onFunction(TOKEN, APPROVE, 2, hex"00000100013f"), APPROVE);
        p = add(p, onFunction(TOKEN, TRANSFER, 2, hex"00000100013f"), TRANSFER);
        enable(p);
        passes(signedUse(p, approving(60), 0));
        passes(signedUse(p, approving(0), 0)); // gives nothing back: what was given may be spent already
        refused(signedUse(p, approving(60), 0), LIMIT_PASSED, NO, 0);
        refused(signedUse(p, approving(type(uint256).max), 0), LIMIT_PASSED, NO, 0);
        Call[] memory calls = transfer(41);
        calls[0].permission = 1;
        refused(signedUse(p, calls, 0), LIMIT_PASSED, NO, 0);
        calls = transfer(40);
        calls[0].permission = 1;
        passes(signedUse(p, calls, 0));
        refused(signedUse(p, approving(1), 0), LIMIT_PASSED, NO, 0);
    }

    function approving(uint256 amount) private pure returns (Call[] memory) {
        return call(TOKEN, 0, abi.encodeWithSignature(APPROVE, OTHER, amount));
    }
}
