// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test, vm} from "./Vm.sol";
import {Valetkey} from "../src/Valetkey.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";
import "../src/Refusals.sol";

/// A session to be built: docs/protocol.md, section 1. Lists stand encoded, with their counts apart so that tests can make them wrong.
struct Plan {
    uint8 version;
    uint64 epoch;
    uint32 serial;
    uint40 from;
    uint40 until;
    uint64 price;
    uint8 fees;
    uint8 threshold;
    uint8 keyCount;
    bytes keys;
    uint8 paymasterCount;
    bytes paymasters;
    uint8 limitCount;
    bytes limits;
    bytes[] permissions;
    string[] texts;
}

/// A call of an operation and the permission that it names.
struct Call {
    address target;
    uint256 value;
    bytes data;
    uint8 permission;
}

struct Execution {
    address target;
    uint256 value;
    bytes data;
}

/// An account that says by ERC-1271 what its owner signed.
contract OwnedAccount {
    address public owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view virtual returns (bytes4) {
        if (signature.length != 65) return 0xffffffff;
        address signer =
            ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        return signer == owner ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// Builds sessions, operations and signature fields, and asks the validator as an account does.
abstract contract SessionTest is Test {
    Valetkey internal v;
    address internal account;
    uint256 internal constant OWNER = 0xA11CE;
    uint40 internal constant FROM = 1763715600; // 2025-11-21 09:00:00 UTC
    uint40 internal constant UNTIL = FROM + 3 days;
    address internal constant TOKEN = 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913;
    address internal constant ROUTER = 0x2626664c2603336E57B271c5C0b26F421741e481;
    address internal constant OTHER = 0x5555555555555555555555555555555555555555;
    string internal constant TRANSFER = "transfer(address,uint256)";
    bytes32 internal constant BATCH = bytes32(uint256(1) << 248);
    uint256 internal constant MOST_112 = type(uint112).max;

    function setUp() public virtual {
        v = Valetkey(vm.deployCode("Valetkey.sol:Valetkey"));
        account = newAccount();
    }

    function newAccount() internal returns (address a) {
        a = address(new OwnedAccount(vm.addr(OWNER)));
        vm.prank(a);
        v.onInstall("");
    }

    // ---------------------------------------------------------------- keys

    /// The k-th of 16 private keys, in the order of their addresses.
    function keyAt(uint256 k) internal pure returns (uint256) {
        return 1000 + uint8(bytes16(hex"0c080f0d0601070b0e04000205030a09")[k]);
    }

    function keyList(uint256 count) internal pure returns (bytes memory keys) {
        for (uint256 k; k < count; ++k) keys = bytes.concat(keys, hex"00", bytes20(vm.addr(keyAt(k))));
    }

    // ---------------------------------------------------------------- sessions

    function plan() internal view returns (Plan memory p) {
        (uint64 epoch,) = v.accountOf(account);
        (p.version, p.epoch, p.serial, p.from, p.until) = (1, epoch, 7301, FROM, UNTIL);
        (p.price, p.fees, p.threshold, p.keyCount) = (2 gwei, 1, 1, 1);
        p.keys = keyList(1);
    }

    function add(Plan memory p, bytes memory permission, string memory text) internal pure returns (Plan memory) {
        uint256 count = p.permissions.length;
        bytes[] memory permissions = new bytes[](count + 1);
        string[] memory texts = new string[](count + 1);
        for (uint256 i; i < count; ++i) (permissions[i], texts[i]) = (p.permissions[i], p.texts[i]);
        (permissions[count], texts[count]) = (permission, text);
        (p.permissions, p.texts) = (permissions, texts);
        return p;
    }

    function addLimit(Plan memory p, uint8 kind, uint256 amount, uint32 period) internal pure returns (Plan memory) {
        p.limits = abi.encodePacked(p.limits, kind, uint112(amount), period);
        ++p.limitCount;
        return p;
    }

    function addTokenLimit(Plan memory p, uint256 amount, uint32 period, address token)
        internal
        pure
        returns (Plan memory)
    {
        addLimit(p, 0, amount, period);
        p.limits = bytes.concat(p.limits, bytes20(token));
        return p;
    }

    /// @param rest from the most value on: `00`, rules, counts
    function onFunction(address target, string memory text, uint8 words, bytes memory rest)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(uint8(0), target, bytes4(keccak256(bytes(text))), words, rest);
    }

    /// @param bits 0x80 and others
    /// @param dynamic layout, paths and insides, each behind its length or number
    /// @param rest from the most value on
    function onDynamic(uint8 bits, address target, string memory text, uint8 words, bytes memory dynamic, bytes memory rest)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(bits, target, bytes4(keccak256(bytes(text))), words, dynamic, rest);
    }

    /// The permission for a command inside other calls: its text is `command(…)`, its name a byte.
    function onCommand(uint8 bits, address target, uint8 command, uint8 words, bytes memory rest)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(bits, target, uint32(command), words, rest);
    }

    /// A session that may transfer TOKEN, in all `most`.
    function transferPlan(uint256 most, uint32 period) internal view returns (Plan memory) {
        return add(
            addTokenLimit(plan(), most, period, TOKEN), onFunction(TOKEN, TRANSFER, 2, hex"00000100013f"), TRANSFER
        );
    }

    /// A session with one function of ROUTER and these rules.
    function rulePlan(string memory text, uint8 words, uint8 count, bytes memory rules)
        internal
        view
        returns (Plan memory)
    {
        return add(plan(), onFunction(ROUTER, text, words, abi.encodePacked(uint8(0), count, rules, uint8(0))), text);
    }

    function header(Plan memory p) internal pure returns (bytes memory) {
        return bytes.concat(
            abi.encodePacked(p.version, p.epoch, p.serial, p.from, p.until, p.price, p.fees, p.threshold),
            abi.encodePacked(p.keyCount, p.paymasterCount, p.limitCount, uint8(p.permissions.length)),
            p.keys, p.paymasters, p.limits
        );
    }

    function full(Plan memory p) internal pure returns (bytes memory session) {
        session = header(p);
        session = bytes.concat(bytes2(uint16(session.length)), session);
        for (uint256 i; i < p.permissions.length; ++i) {
            session = abi.encodePacked(
                session, uint16(p.permissions[i].length), p.permissions[i], uint8(bytes(p.texts[i]).length), p.texts[i]
            );
        }
    }

    function idOf(Plan memory p) internal pure returns (bytes32) {
        bytes memory preimage = bytes.concat("S", header(p));
        for (uint256 i; i < p.permissions.length; ++i) {
            preimage = bytes.concat(preimage, keccak256(bytes.concat("P", p.permissions[i])));
        }
        return keccak256(preimage);
    }

    function enable(Plan memory p) internal {
        vm.prank(account);
        v.enable(full(p));
    }

    // ---------------------------------------------------------------- operations

    function call(address target, uint256 value, bytes memory data) internal pure returns (Call[] memory calls) {
        calls = new Call[](1);
        calls[0] = Call(target, value, data, 0);
    }

    function transfer(uint256 amount) internal pure returns (Call[] memory) {
        return call(TOKEN, 0, abi.encodeWithSignature(TRANSFER, address(5), amount));
    }

    function execute(bytes32 mode, bytes memory calls) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(0xe9ae5c53, mode, calls);
    }

    function single(Call memory c) internal pure returns (bytes memory) {
        return execute(0, abi.encodePacked(c.target, c.value, c.data));
    }

    function batch(Call[] memory calls) internal pure returns (bytes memory) {
        Execution[] memory executions = new Execution[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            executions[i] = Execution(calls[i].target, calls[i].value, calls[i].data);
        }
        return execute(BATCH, abi.encode(executions));
    }

    function operation(bytes memory callData) internal view returns (PackedUserOperation memory op) {
        op.sender = account;
        op.callData = callData;
        op.accountGasLimits = bytes32(uint256(100_000) << 128 | 100_000);
        op.preVerificationGas = 50_000;
        op.gasFees = bytes32(uint256(1 gwei) << 128 | 1 gwei);
    }

    function operation(Call[] memory calls) internal view returns (PackedUserOperation memory) {
        return operation(calls.length == 1 ? single(calls[0]) : batch(calls));
    }

    function indices(Call[] memory calls) internal pure returns (bytes memory list) {
        for (uint256 i; i < calls.length; ++i) list = bytes.concat(list, bytes1(calls[i].permission));
    }

    /// The session as USE carries it: those permissions in full that `carried` has a bit for.
    function carry(Plan memory p, uint256 carried) internal pure returns (bytes memory field) {
        field = header(p);
        field = abi.encodePacked(uint8(1), uint16(field.length), field);
        for (uint256 i; i < p.permissions.length; ++i) {
            bytes memory one = p.permissions[i];
            field = (carried >> i) & 1 == 0
                ? abi.encodePacked(field, uint16(0), keccak256(bytes.concat("P", one)))
                : abi.encodePacked(field, uint16(one.length), one);
        }
    }

    function hashOf(PackedUserOperation memory op) internal view returns (bytes32) {
        return keccak256(abi.encode(op.sender, op.nonce, keccak256(op.initCode), keccak256(op.callData), op.accountGasLimits, op.preVerificationGas, op.gasFees, keccak256(op.paymasterAndData), block.chainid));
    }

    function typedDataHash(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,address verifyingContract)"),
                keccak256("valetkey"), keccak256("1"), address(v)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function useDigest(bytes32 userOpHash, bytes memory field) internal view returns (bytes32) {
        return typedDataHash(
            keccak256(abi.encode(keccak256("UseSession(bytes32 userOpHash,bytes32 signatureField)"), userOpHash, keccak256(field)))
        );
    }

    function signature(uint256 k, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(keyAt(k), digest);
        return abi.encodePacked(uint8(k), r, s, parity);
    }

    /// `field` up to the keys' signatures, and then these of the first `signers` keys.
    function sign(PackedUserOperation memory op, bytes memory field, uint256 signers) internal view {
        bytes32 digest = useDigest(hashOf(op), field);
        op.signature = field;
        for (uint256 k; k < signers; ++k) op.signature = bytes.concat(op.signature, signature(k, digest));
    }

    function useField(Plan memory p, Call[] memory calls, uint40 time) internal pure returns (bytes memory) {
        return abi.encodePacked(carry(p, type(uint256).max), indices(calls), time);
    }

    function signedUse(Plan memory p, Call[] memory calls, uint40 time)
        internal
        view
        returns (PackedUserOperation memory op)
    {
        op = operation(calls);
        sign(op, useField(p, calls, time), p.threshold);
    }

    /// The owner's approval of this session alone, with the owner's signature.
    function approval(Plan memory p, uint256 ownerKey) internal view returns (bytes memory) {
        (, bytes32 hash) = v.describe(account, full(p));
        bytes32[] memory hashes = new bytes32[](1);
        hashes[0] = hash;
        (uint8 parity, bytes32 r, bytes32 s) = vm.sign(ownerKey, v.approvalDigest(hashes));
        return abi.encodePacked(uint8(1), uint8(0), uint16(65), r, s, parity);
    }

    function signedEnable(Plan memory p, Call[] memory calls, bytes memory approval_)
        internal
        view
        returns (PackedUserOperation memory op)
    {
        op = operation(calls);
        sign(op, abi.encodePacked(uint8(2), full(p), approval_, indices(calls), uint40(0)), p.threshold);
    }

    // ---------------------------------------------------------------- asking the validator

    function validate(PackedUserOperation memory op) internal returns (bool success, bytes memory answer) {
        return ask(op, hashOf(op));
    }

    function ask(PackedUserOperation memory op, bytes32 userOpHash) internal returns (bool success, bytes memory answer) {
        vm.prank(account);
        return address(v).call(abi.encodeCall(v.validateUserOp, (op, userOpHash)));
    }

    function passes(PackedUserOperation memory op) internal returns (uint256 validAfter, uint256 validUntil) {
        (bool success, bytes memory answer) = validate(op);
        if (!success) assertEq(answer, "", "refused");
        uint256 data = abi.decode(answer, (uint256));
        assertTrue(data != 1, "a signature is wrong");
        return (data >> 208, (data >> 160) & type(uint48).max);
    }

    function wrongSignature(PackedUserOperation memory op) internal {
        (bool success, bytes memory answer) = validate(op);
        if (!success) assertEq(answer, "", "refused");
        assertEq(abi.decode(answer, (uint256)), 1, "validation data");
    }

    function refused(PackedUserOperation memory op, uint256 code, uint256 call_, uint256 rule) internal {
        (bool success, bytes memory answer) = validate(op);
        assertTrue(!success, string.concat("not refused: ", vm.toString(code)));
        assertEq(answer, abi.encodeWithSelector(Refused.selector, code, call_, rule));
    }

    /// Every way of enabling refuses the session so.
    function sessionRefused(Plan memory p, uint256 code, uint256 call_, uint256 rule) internal {
        sessionRefused(full(p), code, call_, rule);
    }

    function sessionRefused(bytes memory session, uint256 code, uint256 call_, uint256 rule) internal {
        vm.prank(account);
        (bool success, bytes memory answer) = address(v).call(abi.encodeCall(v.enable, (session)));
        assertTrue(!success, string.concat("not refused: ", vm.toString(code)));
        assertEq(answer, abi.encodeWithSelector(Refused.selector, code, call_, rule));
    }
}
