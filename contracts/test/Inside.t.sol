// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, Call} from "./Sessions.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";
import {DynamicSessionTest} from "./DynamicSessions.sol";
import "../src/Refusals.sol";

/// Calls inside calls, told apart by their selector or by a command.
contract InsideTest is DynamicSessionTest {
    // ---------------------------------------------------------------- by selector: multicall

    string private constant MULTICALL = "multicall(bytes[])";
    string private constant PAY = "pay(address,uint256)";
    string private constant NOTE = "note(string)";
    string private constant STOP = "stop()";

    /// multicall of `pay` to 5, at most 100 each and 150 in all, and of `note` with at most 8 bytes.
    function multicallPlan() private returns (Plan memory p) {
        p = addLimit(addLimit(plan(), 1, 150, 0), 5, 5, 0);
        Dynamics memory d = Dynamics(hex"820180", bytes.concat(hex"02", path(hex"000004"), path(hex"00000200")), hex"0181ff03010203");
        bytes memory rules = bytes.concat(hex"01", unsigned(0x80, 0x60, 4), NONE);
        add(p, onDynamic(DYNAMIC, ROUTER, selectorOf(MULTICALL), 1, d, rules), MULTICALL);
        rules = bytes.concat(hex"02", isAddress(0, address(5)), unsigned(1, 0x60, 100), hex"0200013f01ff");
        add(p, onStatic(INNER, ROUTER, selectorOf(PAY), 2, rules), PAY);
        d = Dynamics(hex"80", bytes.concat(hex"01", path(hex"000004")), NONE);
        rules = bytes.concat(hex"01", unsigned(0x80, 0x60, 8), hex"0101ff");
        add(p, onDynamic(DYNAMIC | INNER, ROUTER, selectorOf(NOTE), 1, d, rules), NOTE);
        rules = abi.encodePacked(uint40(FROM + 60), uint40(FROM + 120), NONE, NONE); // behind its window
        add(p, onStatic(INNER | WINDOW, ROUTER, selectorOf(STOP), 0, rules), STOP);
        enable(p);
    }

    function pay(address to, uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSignature(PAY, to, amount);
    }

    function note(string memory text) private pure returns (bytes memory) {
        return abi.encodeWithSignature(NOTE, text);
    }

    function multicall(bytes memory a, bytes memory b) private pure returns (bytes memory) {
        bytes[] memory calls = new bytes[](2);
        (calls[0], calls[1]) = (a, b);
        return abi.encodeWithSignature(MULTICALL, calls);
    }

    function test_B01_inner_calls_by_selector() public {
        Plan memory p = multicallPlan();
        isPassed(p, multicall(pay(address(5), 70), note("eight by")));
        isPassed(p, abi.encodeWithSignature(MULTICALL, new bytes[](0)));
        isRefused(p, abi.encodeWithSignature(MULTICALL, new bytes[](5)), RULE_AT_MOST, 0); // of the outer call
        isRefused(p, multicall(pay(address(6), 1), note("")), RULE_IS, 0);
        isRefused(p, multicall(pay(address(5), 101), note("")), RULE_AT_MOST, 1);
        isRefused(p, multicall(note(""), note("nine byte")), RULE_AT_MOST, 0);
        isRefused(p, multicall(note(""), abi.encodeWithSignature("drain(address,uint256)", address(5), 1)), INNER_CALL, 0);
        isRefused(p, multicall(note(""), ""), INNER_CALL, 0);
        isRefused(p, multicall(note(""), hex"112233"), INNER_CALL, 0);
        isRefused(p, multicall(note(""), abi.encodeWithSignature(MULTICALL, new bytes[](0))), INNER_CALL, 0);
        isRefused(p, multicall(note(""), bytes.concat(pay(address(5), 1), hex"00")), CALL_DATA_LENGTH, 1);
        isRefused(p, multicall(note(""), abi.encodeWithSignature(PAY, address(5))), CALL_DATA_LENGTH, 1);
        isRefused(p, multicall(pay(address(5), 1), abi.encodeWithSignature(NOTE)), CALL_DATA_LENGTH, 2);
        isRefused(p, multicall(note(""), withWord(note(""), 0, 64)), CALL_DATA_FORM, 2);
        isRefused(p, multicall(note(""), withWord(note(""), 1, 1)), CALL_DATA_FORM, 2); // bytes of the outer call's padding
        isRefused(p, multicall(withWord(note(""), 1, 32), pay(address(5), 1)), CALL_DATA_FORM, 2); // bytes of the next call
        isRefused(p, multicall(note(""), bytes.concat(note(""), new bytes(32))), CALL_DATA_FORM, 2);
        isRefused(p, multicall(withWord(pay(address(5), 1), 0, 1 << 200 | 5), note("")), DIRTY_WORD, 0);
        // An inner permission is for no call of its own.
        refused(signedUse(p, named(1, pay(address(5), 1)), 0), NO_PERMISSION, 0, 1);
    }

    function named(uint8 permission, bytes memory data) private pure returns (Call[] memory calls) {
        calls = call(ROUTER, 0, data);
        calls[0].permission = permission;
    }

    function test_limits_and_windows_count_inside() public {
        Plan memory p = multicallPlan();
        refused(signedUse(p, call(ROUTER, 0, multicall(pay(address(5), 75), pay(address(5), 76))), 0), LIMIT_PASSED, NO_INDEX, 0);
        isPassed(p, multicall(pay(address(5), 75), pay(address(5), 75))); // 2 calls counted
        isPassed(p, multicall(note(""), note(""))); // 4
        refused(signedUse(p, call(ROUTER, 0, multicall(note(""), note(""))), 0), LIMIT_PASSED, NO_INDEX, 1);
        bytes memory stop = abi.encodeWithSignature(STOP);
        (uint256 validAfter, uint256 validUntil) = passes(signedUse(p, call(ROUTER, 0, multicall(note(""), stop)), 0));
        assertEq(validAfter, FROM + 60);
        assertEq(validUntil, FROM + 119);
    }

    function test_inner_permission_that_is_not_carried() public {
        Plan memory p = multicallPlan();
        PackedUserOperation memory op = operation(call(ROUTER, 0, multicall(note(""), pay(address(5), 1))));
        sign(op, abi.encodePacked(carry(p, 5), uint8(0), uint40(0)), 1); // 0 and 2
        refused(op, INNER_CALL, 0, 0);
        op = operation(call(ROUTER, 0, multicall(note(""), note(""))));
        sign(op, abi.encodePacked(carry(p, 5), uint8(0), uint40(0)), 1);
        passes(op);
    }

    // ---------------------------------------------------------------- by command: Universal Router

    string private constant EXECUTE = "execute(bytes,bytes[],uint256)";
    string private constant SWAP = "command(address,uint256,uint256,bytes,bool)";
    string private constant WRAP = "command(address,uint256)";
    address private constant USDC = address(0xC0FFEE);
    address private constant WETH = address(0xE7);

    /// WRAP_ETH (0b) to the router and V3_SWAP_EXACT_IN (00) from WETH to USDC for the account, at most 4 commands.
    function routerPlan() private returns (Plan memory p) {
        p = addLimit(plan(), 1, 1000, 0);
        bytes memory paths = bytes.concat(hex"03", path(hex"0000"), path(hex"000004"), path(hex"00010200"));
        Dynamics memory d = Dynamics(hex"8082018001", paths, hex"018280020102");
        bytes memory rules = bytes.concat(hex"01", unsigned(0x81, 0x60, 4), NONE);
        add(p, onDynamic(DYNAMIC, ROUTER, selectorOf(EXECUTE), 3, d, rules), EXECUTE);
        paths = bytes.concat(hex"02", path(hex"000305000000"), path(hex"000306000000"));
        d = Dynamics(hex"038001", paths, NONE);
        rules = bytes.concat(
            bytes.concat(hex"04", hex"00000000", isAddress(0x80, WETH), isAddress(0x81, USDC)), unsigned(1, 0x60, 100), hex"0100013f"
        );
        add(p, onDynamic(DYNAMIC | COMMAND, ROUTER, 0x00000000, 5, d, rules), SWAP);
        rules = bytes.concat(hex"01", isAddress(0, address(2)), NONE);
        add(p, onStatic(COMMAND, ROUTER, 0x0000000b, 2, rules), WRAP);
        enable(p);
    }

    function wrap(uint256 amount) private pure returns (bytes memory) {
        return abi.encode(address(2), amount);
    }

    function swap(address to, uint256 amount) private pure returns (bytes memory) {
        return abi.encode(to, amount, 1, abi.encodePacked(WETH, uint24(500), USDC), false);
    }

    function execute(bytes memory commands, bytes memory a, bytes memory b) private pure returns (bytes memory) {
        bytes[] memory inputs = new bytes[](2);
        (inputs[0], inputs[1]) = (a, b);
        return abi.encodeWithSignature(EXECUTE, commands, inputs, 1);
    }

    function test_B01_inner_calls_by_command() public {
        Plan memory p = routerPlan();
        isPassed(p, execute(hex"0b00", wrap(7), swap(account, 100)));
        isPassed(p, abi.encodeWithSignature(EXECUTE, "", new bytes[](0), 1));
        isRefused(p, execute(hex"0b01", wrap(7), swap(account, 100)), INNER_CALL, 0);
        isRefused(p, execute(hex"0b80", wrap(7), swap(account, 100)), INNER_CALL, 0); // may fail
        isRefused(p, execute(hex"8b00", wrap(7), swap(account, 100)), INNER_CALL, 0);
        isRefused(p, execute(hex"0b21", wrap(7), swap(account, 100)), INNER_CALL, 0);
        isRefused(p, execute(hex"0b", wrap(7), swap(account, 100)), INNER_COUNT, 0);
        isRefused(p, execute(hex"0b0000", wrap(7), swap(account, 100)), INNER_COUNT, 0);
        isRefused(p, execute("", wrap(7), swap(account, 100)), INNER_COUNT, 0);
        isRefused(p, abi.encodeWithSignature(EXECUTE, hex"0b", new bytes[](0), 1), INNER_COUNT, 0);
        isRefused(p, execute(hex"0b0b", wrap(7), swap(account, 100)), CALL_DATA_LENGTH, 2);
        isRefused(p, execute(hex"000b", wrap(7), wrap(7)), CALL_DATA_LENGTH, 1);
        isRefused(p, execute(hex"0000", bytes.concat(wrap(7), new bytes(96)), wrap(7)), CALL_DATA_FORM, 1);
        isRefused(p, execute(hex"0b00", wrap(7), swap(OTHER, 100)), RULE_IS, 0);
        isRefused(p, execute(hex"0b00", wrap(7), swap(account, 101)), RULE_AT_MOST, 3);
        isRefused(p, execute(hex"0b00", abi.encode(OTHER, 7), swap(account, 100)), RULE_IS, 0);
        isRefused(p, execute(hex"0b00", wrap(7), abi.encode(account, 1, 1, abi.encodePacked(WETH), false)), RULE_IS, 2);
        isRefused(p, execute(hex"0b00", wrap(7), abi.encode(account, 1, 1, "", false)), PATH_RANGE, 0);
        isRefused(p, execute(hex"0b00", wrap(7), bytes.concat(swap(account, 1), new bytes(32))), CALL_DATA_FORM, 1);
        // A path that is the rest of the call instead of the input's own
        bytes memory escaping = swap(account, 1);
        assembly ("memory-safe") {
            mstore(add(escaping, 128), 416) // offset of the path, behind the input
        }
        isRefused(p, execute(hex"000b", escaping, wrap(7)), CALL_DATA_FORM, 1);
    }

    // ---------------------------------------------------------------- deep

    /// 31 calls, each inside the one before.
    function test_deepest_nesting() public {
        Plan memory p = plan();
        for (uint256 n; n < 31; ++n) {
            bytes memory inside = abi.encodePacked(hex"0180ff01", uint8(n + 1));
            Dynamics memory d = Dynamics(hex"820180", bytes.concat(hex"01", path(hex"00000200")), inside);
            bytes4 selector = selectorOf(level(n));
            add(p, onDynamic(n == 0 ? DYNAMIC : DYNAMIC | INNER, ROUTER, selector, 1, d, hex"0000"), level(n));
        }
        add(p, onStatic(INNER, ROUTER, selectorOf(STOP), 0, hex"0000"), STOP);
        enable(p);
        isPassed(p, nested(abi.encodeWithSignature(STOP)));
        isRefused(p, nested(abi.encodeWithSignature("go()")), INNER_CALL, 0);
    }

    function level(uint256 n) private pure returns (string memory) {
        return string.concat("level", vm.toString(n), "(bytes[])");
    }

    function nested(bytes memory data) private pure returns (bytes memory) {
        for (uint256 n; n < 31; ++n) {
            bytes[] memory one = new bytes[](1);
            one[0] = data;
            data = abi.encodeWithSelector(selectorOf(level(30 - n)), one);
        }
        return data;
    }
}
