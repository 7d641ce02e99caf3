// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, Call} from "./Sessions.sol";
import {DynamicSessionTest} from "./DynamicSessions.sol";
import {ExactPolicy, AnswerPolicy} from "./fixtures/TestPolicies.sol";
import {IPolicy} from "../src/IPolicy.sol";
import "../src/Refusals.sol";

/// Rules between the calls of a batch, policies, and functions that only a session which names them may call.
contract ExtrasTest is DynamicSessionTest {
    string private constant APPROVE = "approve(address,uint256)";
    string private constant SWAP = "swap(address,uint256)";

    // ---------------------------------------------------------------- approve, swap, approve 0

    /// Permissions: 0 approves what the next call swaps and needs 2 at the end; 1 swaps, behind an approval; 2 approves 0.
    function approvePlan() private returns (Plan memory p) {
        bytes memory batchRules = bytes.concat(hex"02", hex"013f000101013f", hex"ff00008002ff00", hex"00");
        bytes memory rules = bytes.concat(hex"01", isAddress(0, ROUTER), NONE, batchRules);
        p = add(plan(), onStatic(EXTRAS, TOKEN, selectorOf(APPROVE), 2, rules), APPROVE);
        batchRules = bytes.concat(hex"01", hex"013f60ff00013f", hex"00"); // at most what the call before approves
        add(p, onStatic(EXTRAS, ROUTER, selectorOf(SWAP), 2, bytes.concat(hex"0000", batchRules)), SWAP);
        rules = bytes.concat(hex"02", isAddress(0, ROUTER), unsigned(1, 0, 0), NONE);
        add(p, onStatic(0, TOKEN, selectorOf(APPROVE), 2, rules), APPROVE);
        enable(p);
    }

    function approve(uint256 amount, uint8 permission) private pure returns (Call memory) {
        return Call(TOKEN, 0, abi.encodeWithSignature(APPROVE, ROUTER, amount), permission);
    }

    function swap(uint256 amount) private pure returns (Call memory) {
        return Call(ROUTER, 0, abi.encodeWithSignature(SWAP, TOKEN, amount), 1);
    }

    function batchOf(Call memory a, Call memory b) private pure returns (Call[] memory calls) {
        calls = new Call[](2);
        (calls[0], calls[1]) = (a, b);
    }

    function batchOf(Call memory a, Call memory b, Call memory c) private pure returns (Call[] memory calls) {
        calls = new Call[](3);
        (calls[0], calls[1], calls[2]) = (a, b, c);
    }

    function refusedFor(Plan memory p, Call[] memory calls, uint256 code, uint256 i, uint256 index) private {
        refused(signedUse(p, calls, 0), code, i, index);
    }

    function test_batch_rules() public {
        Plan memory p = approvePlan();
        passes(signedUse(p, batchOf(approve(7, 0), swap(7), approve(0, 2)), 0));
        refusedFor(p, batchOf(approve(8, 0), swap(7), approve(0, 2)), BATCH_RULE, 0, 0);
        refusedFor(p, batchOf(approve(7, 0), swap(8), approve(0, 2)), BATCH_RULE, 0, 0);
        refusedFor(p, batchOf(approve(7, 0), swap(7)), BATCH_CALL, 0, 1); // no reset
        refusedFor(p, batchOf(approve(7, 0), approve(0, 2), swap(7)), BATCH_CALL, 0, 0); // another order
        refusedFor(p, batchOf(approve(7, 0), approve(7, 0), approve(0, 2)), BATCH_CALL, 0, 0);
        refusedFor(p, batchOf(swap(7), approve(7, 0), approve(0, 2)), BATCH_CALL, 0, 0); // nothing before the swap
        refusedFor(p, batchOf(approve(0, 2), swap(0)), BATCH_CALL, 1, 0);
        Call[] memory one = new Call[](1);
        one[0] = approve(7, 0);
        refusedFor(p, one, BATCH_CALL, 0, 0);
        one[0] = swap(7);
        refusedFor(p, one, BATCH_CALL, 0, 0);
        one[0] = approve(0, 2);
        passes(signedUse(p, one, 0)); // asks nothing of others
        // A call's own rules come first, of later calls too; then batch rules in the calls' order.
        refusedFor(p, batchOf(approve(8, 0), swap(7), approve(1, 2)), RULE_IS, 2, 1);
        refusedFor(p, batchOf(approve(7, 0), swap(7), Call(OTHER, 0, "", 3)), PERMISSION_MISSING, 2, 3);
    }

    /// The call of `revoke` stands in the batch, and is no call of a permission.
    function test_batch_with_revoke() public {
        Plan memory p = approvePlan();
        Call memory revoke = Call(address(v), 0, abi.encodeCall(v.revoke, (idOf(p))), 255);
        refusedFor(p, batchOf(approve(7, 0), swap(7), revoke), BATCH_CALL, 0, 1);
        Call[] memory calls = new Call[](4);
        (calls[0], calls[1], calls[2], calls[3]) = (revoke, approve(7, 0), swap(7), approve(0, 2));
        passes(signedUse(p, calls, 0));
    }

    /// Both sides are paths; first and last call, at least.
    function test_batch_rules_with_paths() public {
        string memory text = "f(bytes)";
        bytes memory paths = bytes.concat(hex"01", path(hex"000005390000")); // uint208 at the start
        Dynamics memory d = Dynamics(hex"80", paths, NONE);
        bytes memory extras = bytes.concat(hex"02", hex"8039a0000080398039a080008039", hex"00");
        Plan memory p = add(plan(), onDynamic(DYNAMIC | EXTRAS, ROUTER, selectorOf(text), 1, d, bytes.concat(hex"0000", extras)), text);
        enable(p);
        passes(signedUse(p, batchOf(numbered(5), numbered(5), numbered(5)), 0));
        passes(signedUse(p, batchOf(numbered(5), numbered(6), numbered(5)), 0));
        refusedFor(p, batchOf(numbered(5), numbered(4), numbered(5)), BATCH_RULE, 1, 0);
        refusedFor(p, batchOf(numbered(5), numbered(5), numbered(6)), BATCH_RULE, 0, 1);
        Call memory short = Call(ROUTER, 0, abi.encodeWithSignature(text, hex"00"), 0);
        refusedFor(p, batchOf(numbered(5), numbered(5), short), PATH_RANGE, 0, 0); // of the last call, asked by the first
        refusedFor(p, batchOf(short, numbered(5), numbered(5)), PATH_RANGE, 0, 0);
    }

    function numbered(uint208 n) private pure returns (Call memory) {
        return Call(ROUTER, 0, abi.encodeWithSignature("f(bytes)", abi.encodePacked(n, "rest")), 0);
    }

    function test_batch_rule_on_dirty_words() public {
        Plan memory p = plan();
        bytes memory rest = bytes.concat(hex"0000", hex"01", hex"00000001010000", hex"00"); // word 0 is that of the next call
        add(p, onStatic(EXTRAS, TOKEN, selectorOf(APPROVE), 2, rest), APPROVE);
        add(p, onStatic(0, ROUTER, selectorOf(SWAP), 2, hex"0000"), SWAP);
        enable(p);
        Call memory first = Call(TOKEN, 0, abi.encodeWithSignature(APPROVE, ROUTER, 7), 0);
        Call memory second = Call(ROUTER, 0, abi.encodeWithSignature(SWAP, ROUTER, 7), 1);
        passes(signedUse(p, batchOf(first, second), 0));
        bytes memory clean = second.data;
        second.data = withWord(clean, 0, uint160(ROUTER) | 1 << 160);
        refusedFor(p, batchOf(first, second), DIRTY_WORD, 0, 0);
        second.data = withWord(clean, 0, uint160(ROUTER) ^ 1);
        refusedFor(p, batchOf(first, second), BATCH_RULE, 0, 0);
        first.data = withWord(first.data, 0, uint160(ROUTER) | 1 << 160);
        second.data = withWord(clean, 0, uint160(ROUTER) | 1 << 160);
        refusedFor(p, batchOf(first, second), DIRTY_WORD, 0, 0); // the same dirt
    }

    // ---------------------------------------------------------------- policies

    function policyPlan(address policy, bytes memory words) private returns (Plan memory p) {
        bytes memory extras = abi.encodePacked(hex"0001", policy, words);
        // Two words, at most 10 wei, no rules, no counts
        p = add(plan(), abi.encodePacked(EXTRAS, ROUTER, selectorOf(SWAP), hex"02010a0000", extras), SWAP);
        enable(p);
    }

    function answering(bytes memory answer, bool reverts) private returns (Plan memory) {
        return policyPlan(address(new AnswerPolicy(answer, reverts)), NONE);
    }

    function test_policy_is_asked() public {
        bytes memory list = abi.encodePacked(hex"060000", hex"0014", OTHER, hex"01020102", hex"028101", hex"030101", hex"0420", bytes32("x"));
        uint256[] memory words = new uint256[](6);
        (words[0], words[1], words[2]) = (uint160(account), uint160(OTHER), 258);
        (words[3], words[4], words[5]) = (type(uint256).max - 1, 1, uint256(bytes32("x")));
        // The policy's address is in the session, the session's id in what it expects.
        address policy = address(0x9999);
        Plan memory p = policyPlan(policy, list);
        bytes memory data = swap(7).data;
        bytes memory question = abi.encodeCall(IPolicy.isAllowed, (account, idOf(p), ROUTER, 9, data, words));
        deploy(policy, address(new ExactPolicy(keccak256(question))));
        passes(signedUse(p, call(ROUTER, 9, data), 0));
        refusedFor(p, call(ROUTER, 8, data), POLICY, 0, 0);
        refusedFor(p, call(ROUTER, 9, swap(6).data), POLICY, 0, 0);
        refusedFor(p, call(ROUTER, 11, data), VALUE_OVER, 0, 0);
    }

    function deploy(address at, address from) private {
        vm.etch(at, from.code);
    }

    function test_policies_that_say_no() public {
        Call[] memory calls = call(ROUTER, 0, swap(7).data);
        bytes32 yes = bytes32(IPolicy.isAllowed.selector);
        passes(signedUse(answering(abi.encode(yes), false), calls, 0));
        refusedFor(answering(abi.encode(yes), true), calls, POLICY, 0, 0);
        refusedFor(answering(abi.encode(yes | bytes32(uint256(1))), false), calls, POLICY, 0, 0);
        refusedFor(answering(abi.encode(bytes32(bytes4(0x356981cb))), false), calls, POLICY, 0, 0);
        refusedFor(answering(abi.encode(uint256(1)), false), calls, POLICY, 0, 0);
        refusedFor(answering(abi.encodePacked(bytes4(yes)), false), calls, POLICY, 0, 0);
        refusedFor(answering(abi.encodePacked(bytes31(yes)), false), calls, POLICY, 0, 0);
        refusedFor(answering(abi.encode(yes, 0), false), calls, POLICY, 0, 0);
        refusedFor(answering("", false), calls, POLICY, 0, 0);
        refusedFor(policyPlan(OTHER, NONE), calls, POLICY, 0, 0); // no code
    }

    /// Extras of the other kinds: a plain transfer, any function, anything.
    function test_policies_of_every_kind() public {
        address yes = address(new AnswerPolicy(abi.encode(bytes32(IPolicy.isAllowed.selector)), false));
        for (uint8 kind = 1; kind < 4; ++kind) {
            for (uint256 allowed; allowed < 2; ++allowed) {
                bytes memory target = kind == 3 ? bytes("") : abi.encodePacked(ROUTER);
                bytes memory extras = abi.encodePacked(hex"000000", hex"0001", allowed == 1 ? yes : OTHER, hex"00");
                Plan memory p = add(plan(), abi.encodePacked(EXTRAS | kind, target, extras), "");
                enable(p);
                Call[] memory calls = call(ROUTER, 0, kind == 1 ? bytes("") : swap(1).data);
                if (allowed == 1) passes(signedUse(p, calls, 0));
                else refusedFor(p, calls, POLICY, 0, 0);
            }
        }
    }

    /// The second policy of the second call says no; the first call's permission has none.
    function test_indices_of_policies() public {
        address yes = address(new AnswerPolicy(abi.encode(bytes32(IPolicy.isAllowed.selector)), false));
        Plan memory p = add(plan(), onStatic(0, TOKEN, selectorOf(APPROVE), 2, hex"0000"), APPROVE);
        bytes memory extras = abi.encodePacked(hex"0002", yes, NONE, address(type(uint160).max), NONE);
        add(p, onStatic(EXTRAS, ROUTER, selectorOf(SWAP), 2, bytes.concat(hex"0000", extras)), SWAP);
        enable(p);
        refusedFor(p, batchOf(approve(1, 0), swap(1)), POLICY, 1, 1);
    }

    // ---------------------------------------------------------------- functions that have to be named

    function test_any_function_does_not_cover_reserved_ones() public {
        Plan memory p = add(plan(), abi.encodePacked(uint8(2), TOKEN, hex"000000"), "");
        enable(p);
        passes(signedUse(p, call(TOKEN, 0, swap(1).data), 0));
        passes(signedUse(p, call(TOKEN, 0, hex"12345678"), 0));
        bytes4[8] memory reserved = [
            bytes4(0xa9059cbb), 0x095ea7b3, 0xa22cb465, 0xac9650d8, 0xe9ae5c53, 0xf2fde38b, 0x2b67b570, 0x36c78516
        ];
        for (uint256 n; n < 8; ++n) {
            refusedFor(p, call(TOKEN, 0, abi.encodeWithSelector(reserved[n], OTHER, 1)), DENIED_FUNCTION, 0, 0);
            refusedFor(p, call(TOKEN, 0, abi.encodePacked(reserved[n])), DENIED_FUNCTION, 0, 0);
        }
        refusedFor(p, call(TOKEN, 0, hex"a9059c"), NO_PERMISSION, 0, 0);
        refusedFor(p, call(OTHER, 0, abi.encodePacked(reserved[0])), NO_PERMISSION, 0, 0);
    }
}
