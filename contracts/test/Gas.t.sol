// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, Call} from "./Sessions.sol";
import {DynamicSessionTest} from "./DynamicSessions.sol";
import {TestAccount, InitialValidator} from "./fixtures/TestAccount.sol";
import {OwnerValidator} from "./fixtures/OwnerValidator.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";

/// The rows of the gas table, in the validator's own call frame: cold storage, counters that are not 0. `make gas` measures the same on a
/// real chain; here it is the bound that a change must not break.
contract GasTest is DynamicSessionTest {
    event Measured(string what, uint256 gas);

    Plan[9] private plans; // rows 1, 2, 3, 4, 5, 9, 10, 11, 12
    address private owners;
    address private constant TOKEN_2 = address(0x22);
    address private constant TOKEN_3 = address(0x33);

    function setUp() public override {
        super.setUp();
        owners = address(new OwnerValidator());
        InitialValidator[] memory validators = new InitialValidator[](2);
        validators[0] = InitialValidator(owners, abi.encode(vm.addr(OWNER)));
        validators[1] = InitialValidator(address(v), "");
        account = address(new TestAccount(address(1), validators));
        Plan[9] memory all;
        all[0] = add(plan(), onFunction(TOKEN, TRANSFER, 2, hex"000000"), TRANSFER);
        all[1] = transferPlan(1000, 0);
        all[2] = addLimit(transferPlan(1000, 0), 4, 20, 0);
        bytes memory rules = abi.encodePacked(hex"000200000014", address(5), hex"3f0160010a00");
        all[3] = add(plan(), onFunction(TOKEN, TRANSFER, 2, rules), TRANSFER);
        all[4] = addTokenLimit(addTokenLimit(addTokenLimit(plan(), 1000, 0, TOKEN), 1000, 0, TOKEN_2), 1000, 0, TOKEN_3);
        all[4] = add(all[4], onFunction(TOKEN, TRANSFER, 2, hex"00000100013f"), TRANSFER);
        all[4] = add(all[4], onFunction(TOKEN_2, TRANSFER, 2, hex"00000101013f"), TRANSFER);
        all[4] = add(all[4], onFunction(TOKEN_3, TRANSFER, 2, hex"00000102013f"), TRANSFER);
        all[5] = addLimit(transferPlan(1000, 0), 4, 20, 0);
        (all[5].threshold, all[5].keyCount, all[5].keys) = (2, 3, keyList(3));
        (all[6], all[7], all[8]) = (swapPlan(), routerPlan(), multicallPlan());
        for (uint256 i; i < 9; ++i) {
            enable(all[i]);
            passes(signedUse(all[i], callsOf(i), 0));
            plans[i] = all[i];
        }
    }

    function callsOf(uint256 i) private view returns (Call[] memory calls) {
        if (i > 5) return call(ROUTER, 0, i == 6 ? swap() : i == 7 ? routerSwap() : multicall());
        calls = transfer(10);
        if (i != 4) return calls;
        calls = new Call[](3);
        calls[0] = Call(TOKEN, 0, transfer(10)[0].data, 0);
        calls[1] = Call(TOKEN_2, 0, transfer(10)[0].data, 1);
        calls[2] = Call(TOKEN_3, 0, transfer(10)[0].data, 2);
    }

    function measure(string memory what, bytes memory data, uint256 hold) private returns (bytes memory answer) {
        vm.prank(account);
        bool success;
        (success, answer) = address(v).call(data);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        assertTrue(success, what);
        emit Measured(what, used);
        assertLe(used, hold, what);
    }

    function row(uint256 i, string memory what, uint256 hold) private {
        PackedUserOperation memory op = signedUse(plans[i], callsOf(i), 0);
        bytes memory answer = measure(what, abi.encodeCall(v.validateUserOp, (op, hashOf(op))), hold);
        assertTrue(abi.decode(answer, (uint256)) != 1, what);
    }

    function test_row_1_one_function() public {
        row(0, "1", 12_000);
    }

    function test_row_2_spending_limit() public {
        row(1, "2", 16_000);
    }

    function test_row_3_limit_window_uses() public {
        row(2, "3", 16_500);
    }

    function test_row_4_two_rules() public {
        row(3, "4", 14_000);
    }

    function test_row_5_batch_of_three() public {
        row(4, "5", 28_000);
    }

    function test_row_9_two_of_three_keys() public {
        row(5, "9", 21_000);
    }

    function test_row_6_enable_and_first_use() public {
        Plan memory p = plans[2];
        ++p.serial;
        (, bytes32 hash) = v.describe(account, full(p));
        bytes32[] memory hashes = new bytes32[](1);
        hashes[0] = hash;
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(OWNER, v.approvalDigest(hashes));
        bytes memory approval_ = abi.encodePacked(uint8(1), uint8(0), uint16(85), owners, r, s, parity);
        PackedUserOperation memory op = signedEnable(p, transfer(10), approval_);
        bytes memory answer = measure("6", abi.encodeCall(v.validateUserOp, (op, hashOf(op))), 110_000);
        assertTrue(abi.decode(answer, (uint256)) != 1);
    }

    function test_row_7_enable_by_own_call() public {
        Plan memory p = plans[2];
        ++p.serial;
        measure("7", abi.encodeCall(v.enable, (full(p))), 60_000);
    }

    function test_row_8_revoke() public {
        measure("8", abi.encodeCall(v.revoke, (idOf(plans[2]))), 9_000);
    }

    // ---------------------------------------------------------------- rows 10 to 12: rules alone, without limits

    string private constant EXACT_INPUT_SINGLE = "exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))";
    string private constant EXECUTE = "execute(bytes,bytes[],uint256)";
    string private constant MULTICALL = "multicall(bytes[])";
    string private constant PAY = "pay(address,uint256)";
    address private constant WETH = 0x4200000000000000000000000000000000000006;

    function test_row_10_swap_with_six_rules() public {
        row(6, "10", 17_000);
    }

    function test_row_11_universal_router_of_two_commands() public {
        row(7, "11", 40_000);
    }

    function test_row_12_multicall_of_three_inner_calls() public {
        row(8, "12", 31_500);
    }

    /// SwapRouter02 with the rules of docs/protocol.md, section 8.
    function swapPlan() private view returns (Plan memory) {
        bytes memory rules = bytes.concat(
            bytes.concat(hex"06", isAddress(0, TOKEN), isAddress(1, WETH), hex"00030000"),
            hex"2202010201f4020bb8", unsigned(4, 0x60, 200_000_000), hex"a005a03f043f040ee6b2800101"
        );
        bytes memory one = onStatic(0, ROUTER, selectorOf(EXACT_INPUT_SINGLE), 7, bytes.concat(rules, NONE));
        return add(plan(), one, EXACT_INPUT_SINGLE);
    }

    function swap() private view returns (bytes memory) {
        uint256 amount = 150_000_000;
        return abi.encodeWithSignature(EXACT_INPUT_SINGLE, TOKEN, WETH, 500, account, amount, amount * 250_000_000, 0);
    }

    /// WRAP_ETH and V3_SWAP_EXACT_IN: to whom, how much, first and last token, at most 4 commands.
    function routerPlan() private view returns (Plan memory p) {
        bytes memory paths = bytes.concat(hex"03", path(hex"0000"), path(hex"000004"), path(hex"00010200"));
        Dynamics memory d = Dynamics(hex"8082018001", paths, hex"018280020102");
        bytes memory rules = bytes.concat(hex"01", unsigned(0x81, 0x60, 4), NONE);
        p = add(plan(), onDynamic(DYNAMIC, ROUTER, selectorOf(EXECUTE), 3, d, rules), EXECUTE);
        paths = bytes.concat(hex"02", path(hex"000305000000"), path(hex"000306000000"));
        d = Dynamics(hex"038001", paths, NONE);
        rules = bytes.concat(hex"04", hex"00000000", isAddress(0x80, WETH), isAddress(0x81, TOKEN));
        rules = bytes.concat(rules, unsigned(1, 0x60, 100), NONE);
        add(p, onDynamic(DYNAMIC | COMMAND, ROUTER, 0x00000000, 5, d, rules), "command(address,uint256,uint256,bytes,bool)");
        rules = bytes.concat(hex"02", isAddress(0, address(2)), unsigned(1, 0x60, 100), NONE);
        add(p, onStatic(COMMAND, ROUTER, 0x0000000b, 2, rules), "command(address,uint256)");
    }

    function routerSwap() private view returns (bytes memory) {
        bytes[] memory inputs = new bytes[](2);
        inputs[0] = abi.encode(address(2), 100);
        inputs[1] = abi.encode(account, 100, 1, abi.encodePacked(WETH, uint24(500), TOKEN), false);
        return abi.encodeWithSignature(EXECUTE, hex"0b00", inputs, 1);
    }

    /// Three calls of one function with two rules.
    function multicallPlan() private view returns (Plan memory p) {
        Dynamics memory d = Dynamics(hex"820180", bytes.concat(hex"01", path(hex"00000200")), hex"0180ff0101");
        p = add(plan(), onDynamic(DYNAMIC, ROUTER, selectorOf(MULTICALL), 1, d, hex"0000"), MULTICALL);
        bytes memory rules = bytes.concat(hex"02", isAddress(0, address(5)), unsigned(1, 0x60, 100), NONE);
        add(p, onStatic(INNER, ROUTER, selectorOf(PAY), 2, rules), PAY);
    }

    function multicall() private pure returns (bytes memory) {
        bytes[] memory inner = new bytes[](3);
        for (uint256 n; n < 3; ++n) inner[n] = abi.encodeWithSignature(PAY, address(5), n);
        return abi.encodeWithSignature(MULTICALL, inner);
    }

    /// 16 keys that all sign, 32 permissions with 16 rules and 16 counts each, 16 limits, 16 siblings; a batch that uses them all.
    function test_B13_the_caps_fit_into_a_block() public {
        string memory text = "f(uint256[16])";
        bytes memory rules;
        for (uint8 i; i < 16; ++i) rules = abi.encodePacked(rules, hex"3f", i, hex"6020", type(uint256).max);
        bytes memory counts;
        for (uint8 l; l < 16; ++l) counts = abi.encodePacked(counts, l, l, hex"3f");
        Plan memory p = plan();
        (p.threshold, p.keyCount, p.keys) = (16, 16, keyList(16));
        (p.paymasterCount, p.paymasters) = (16, "");
        for (uint160 m = 1; m <= 16; ++m) p.paymasters = abi.encodePacked(p.paymasters, address(m));
        for (uint256 l; l < 16; ++l) addLimit(p, 1, MOST_112, 60);
        Call[] memory calls = new Call[](32);
        for (uint160 i; i < 32; ++i) {
            bytes memory one = onFunction(address(0x1000 + i), text, 16, abi.encodePacked(hex"0010", rules, hex"10", counts));
            p = add(p, one, text);
            calls[i] = Call(address(0x1000 + i), 0, abi.encodePacked(bytes4(keccak256(bytes(text))), new bytes(512)), uint8(i));
        }
        (, bytes32 own) = v.describe(account, full(p));
        bytes32[] memory hashes = new bytes32[](16);
        hashes[15] = own;
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(OWNER, v.approvalDigest(hashes));
        bytes memory approval_ = abi.encodePacked(uint8(16), uint8(15), new bytes(32 * 15), uint16(85), owners, r, s, parity);
        PackedUserOperation memory op = operation(calls);
        sign(op, abi.encodePacked(uint8(2), full(p), approval_, indices(calls), FROM), 16);
        bytes memory answer = measure("caps: ENABLE and first use", abi.encodeCall(v.validateUserOp, (op, hashOf(op))), 30_000_000);
        assertTrue(abi.decode(answer, (uint256)) != 1);
        sign(op, useField(p, calls, FROM), 16);
        answer = measure("caps: USE", abi.encodeCall(v.validateUserOp, (op, hashOf(op))), 30_000_000);
        assertTrue(abi.decode(answer, (uint256)) != 1);
        ++p.serial;
        measure("caps: enable", abi.encodeCall(v.enable, (full(p))), 30_000_000);
    }
}
