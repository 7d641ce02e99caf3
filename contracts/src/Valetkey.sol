// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PackedUserOperation} from "./PackedUserOperation.sol";
import {load, loadByte, loadCall, copyToMemory} from "./Reader.sol";
import "./Refusals.sol";
import {isEntryPoint} from "./Targets.sol";
import {Calls} from "./Calls.sol";
import "./SessionForm.sol";
import {Use, Uses, NO_END, MOST_COUNTED} from "./Use.sol";
import {Permissions} from "./Permissions.sol";
import {Dynamic} from "./Dynamic.sol";
import {Extras} from "./Extras.sol";
import {domainSeparator, typedDataHash} from "./TypedData.sol";
import {Enabling} from "./Enabling.sol";

/// Sessions for ERC-7579 accounts: keys that may do only what the account's owner signed for.
/// @dev An ERC-7579 validator (module type 1). It carries sessions in the signature field and stores one word for each, with the
/// counters of its limits packed beside it. docs/protocol.md is the specification; docs/refusals.md the reasons. Not audited.
contract Valetkey {
    event SessionEnabled(address indexed account, bytes32 indexed id, bytes session);
    event SessionRevoked(address indexed account, bytes32 indexed id);
    event EpochMoved(address indexed account, uint64 epoch);

    uint256 private constant USE = 1;
    uint256 private constant ENABLE = 2;
    uint256 private constant STATUS_ENABLED = 1;
    uint256 private constant STATUS_REVOKED = 2;
    uint256 private constant INSTALLED = 1 << 64;
    uint256 private constant PERIOD_WORDS = 8; // where the counters of limits per period begin
    uint256 private constant WORDS = 24;
    uint256 private constant COUNTER = type(uint112).max;
    uint256 private constant SIGNATURE = 66; // key's index, r, s, v
    uint256 private constant SIG_VALIDATION_FAILED = 1;
    uint256 private constant VALIDATOR_MODULE = 1;
    uint256 private constant NO_PERMISSION_NEEDED = 255;
    uint256 private constant MOST_SIBLINGS = 16;
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    bytes32 private constant ERC1271_MAGIC = bytes32(bytes4(0x1626ba7e));

    bytes32 private constant USE_TYPE = keccak256("UseSession(bytes32 userOpHash,bytes32 signatureField)");
    bytes32 private immutable DOMAIN_SEPARATOR = domainSeparator(address(this));
    Enabling private immutable ENABLING = Enabling(firstCreation());

    // Innermost by account, so that the slots are the account's own to ERC-7562.
    mapping(address account => uint256) private _accounts; // epoch, installed
    mapping(bytes32 id => mapping(address account => uint256[WORDS])) private _sessions;

    constructor() {
        new Enabling();
    }

    /// @dev A contract's nonce begins with 1 (EIP-161). So this code hangs on its own address alone, also where somebody runs it in an
    /// eth_call to know what code will be there.
    /// @return the address of the first contract that this one creates
    function firstCreation() private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), hex"01")))));
    }

    // ---------------------------------------------------------------- validation

    /// @dev Only a wrong signature returns 1; everything else that is wrong reverts with `Refused`. No clock, no balance, no call but
    /// ERC-1271's at ENABLE; storage only of the account (ERC-7562).
    function validateUserOp(PackedUserOperation calldata op, bytes32 userOpHash) external returns (uint256) {
        unchecked {
            if (op.sender != msg.sender) refuse(WRONG_SENDER);
            (uint256 at, uint256 size) = bytesOf(op, CALL_DATA);
            uint256 count = Calls.decode(at, size);
            (at, size) = bytesOf(op, SIGNATURE_FIELD);
            at = copyToMemory(at, size);
            uint256 mode = loadByte(at);
            if (mode - 1 > ENABLE - 1) refuse(MALFORMED_FIELD);
            Session s = Session.wrap(at + 1);
            (bytes32 id, uint256[] memory permissions, uint256 behind) = SessionForm.read(s, mode == ENABLE, MALFORMED_FIELD);
            uint256 indices = behind;
            if (mode == ENABLE) indices = skipApproval(behind);
            uint256 signatures = indices + count + 5;
            if (signatures + SIGNATURE * s.threshold() != at + size) refuse(MALFORMED_FIELD);

            (uint256 slot, uint256 word) = find(s, id);
            bool approved = true;
            if (word == 0) {
                if (mode == USE) refuse(NOT_ENABLED);
                approved = enableApproved(s, id, slot, behind);
                word = STATUS_ENABLED;
            }

            checkGas(op, s);
            Use used = newUse(s, id, permissions);
            checkCalls(op, used, count, indices);
            if (s.limitCount() != 0) {
                used.setTime(load(signatures - 5) >> 216);
                countLimits(op, s, slot, used, word, approved);
            }
            (uint256 validAfter, uint256 validUntil) = used.window();
            if (validAfter >= validUntil) {
                // An end at second 0 would be read as no end.
                if (validAfter > validUntil || validUntil == 0) refuse(WINDOW_EMPTY);
            }
            bool signed = checkSignatures(s, useDigest(userOpHash, at, signatures - at), signatures);
            if (!(signed && approved)) return SIG_VALIDATION_FAILED;
            return validAfter << 208 | (validUntil == NO_END ? 0 : validUntil << 160);
        }
    }

    /// @dev What the session's keys sign: the EIP-712 hash of UseSession.
    /// @param at where the signature field is, `length` bytes up to the keys' signatures
    function useDigest(bytes32 userOpHash, uint256 at, uint256 length) private view returns (bytes32 hash) {
        bytes32 type_ = USE_TYPE;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, type_)
            mstore(add(free, 32), userOpHash)
            mstore(add(free, 64), keccak256(at, length))
            hash := keccak256(free, 96)
        }
        return typedDataHash(DOMAIN_SEPARATOR, hash);
    }

    // Members of a user operation, as offsets in its encoding.
    uint256 private constant INIT_CODE_MEMBER = 64;
    uint256 private constant CALL_DATA = 96;
    uint256 private constant PAYMASTER_AND_DATA = 224;
    uint256 private constant SIGNATURE_FIELD = 256;

    /// @dev Without the checks of Solidity's own access: who encodes it badly is the account itself.
    /// @return at where the bytes of that member are, `size` of them
    function bytesOf(PackedUserOperation calldata op, uint256 member) private pure returns (uint256 at, uint256 size) {
        assembly ("memory-safe") {
            at := add(op, calldataload(add(op, member)))
            size := calldataload(at)
            at := add(at, 32)
        }
    }

    /// @param at the approval: number of sessions, place of this one, hashes of the others, length of the owner's signature, it
    /// @return where the approval ends
    function skipApproval(uint256 at) private pure returns (uint256) {
        unchecked {
            uint256 siblings = loadByte(at);
            if (siblings == 0 || siblings > MOST_SIBLINGS || loadByte(at + 1) >= siblings) refuse(MALFORMED_FIELD);
            at += 2 + 32 * (siblings - 1);
            return at + 2 + (load(at) >> 240);
        }
    }

    /// @return slot as `_sessions[id][msg.sender].slot`
    /// @return word the session's first word; 0 where it is not enabled
    function find(Session s, bytes32 id) private view returns (uint256 slot, uint256 word) {
        uint256 account = _accounts[msg.sender];
        if (account != INSTALLED | s.epoch()) refuse(account & INSTALLED == 0 ? NOT_INSTALLED : EPOCH_MOVED);
        assembly ("memory-safe") {
            mstore(0, id)
            mstore(32, _sessions.slot)
            mstore(32, keccak256(0, 64))
            mstore(0, caller())
            slot := keccak256(0, 64)
            word := sload(slot)
        }
        if (word & 0xff == STATUS_REVOKED) refuse(REVOKED);
    }

    /// @dev What is stored and emitted here is undone where a later check refuses.
    /// @param behind where the session ends and the approval begins
    /// @return approved whether the owner's signature is right; nothing is stored or emitted where it is not
    function enableApproved(Session s, bytes32 id, uint256 slot, uint256 behind)
        private
        returns (bool approved)
    {
        unchecked {
            uint256 at = Session.unwrap(s);
            bytes memory session = slice(at, behind - at);
            approved = isApproved(behind, ENABLING.check(msg.sender, session));
            if (!approved) return false;
            write(slot, 0, STATUS_ENABLED);
            emit SessionEnabled(msg.sender, id, session);
        }
    }

    function newUse(Session s, bytes32 id, uint256[] memory permissions) private pure returns (Use used) {
        (uint256 from, uint256 until) = s.window();
        return Uses.start(id, permissions, from, until, s.limitCount());
    }

    function checkGas(PackedUserOperation calldata op, Session s) private pure {
        unchecked {
            (uint256 at, uint256 size) = bytesOf(op, INIT_CODE_MEMBER);
            if (size > 20) {
                if (loadCall(at) >> 240 == 0x7702) refuse(INIT_CODE);
            }
            (uint256 most, uint256 fees) = s.gas();
            if (uint128(uint256(op.gasFees)) > most) {
                if (most != UNLIMITED_PRICE) refuse(GAS_PRICE);
            }
            (at, size) = bytesOf(op, PAYMASTER_AND_DATA);
            if (size != 0) {
                if (size < 52 || !isPaymaster(s, address(uint160(loadCall(at) >> 96)))) refuse(PAYMASTER);
            } else if (fees != 1) {
                refuse(FEES_NONE);
            }
        }
    }

    /// @return the most that an operation without a paymaster costs the account, in wei, at most MOST_COUNTED
    function feeOf(PackedUserOperation calldata op) private pure returns (uint256) {
        unchecked {
            uint256 price = uint128(uint256(op.gasFees));
            uint256 limits = (uint256(op.accountGasLimits) >> 128) + uint128(uint256(op.accountGasLimits));
            uint256 gas = limits + op.preVerificationGas;
            if (gas < limits) return MOST_COUNTED;
            // So much gas is over every limit, unless nothing is paid for it.
            if (gas >> 128 != 0) return price == 0 ? 0 : MOST_COUNTED;
            return gas * price < MOST_COUNTED ? gas * price : MOST_COUNTED;
        }
    }

    function isPaymaster(Session s, address paymaster) private pure returns (bool) {
        unchecked {
            uint256 count = s.paymasterCount();
            for (uint256 m; m < count; ++m) {
                if (s.paymaster(m) == paymaster) return true;
            }
            return false;
        }
    }

    /// @param indices where the calls' permissions are named
    function checkCalls(PackedUserOperation calldata op, Use used, uint256 count, uint256 indices) private view {
        unchecked {
            (uint256 at,) = bytesOf(op, CALL_DATA);
            if (!Calls.isBatch(at)) {
                (uint256 target, uint256 value, uint256 data, uint256 size) = Calls.single(at);
                checkCall(used, 0, loadByte(indices), target, value, data, size);
            } else {
                uint256 next = Calls.firstOfBatch(at, count);
                for (uint256 i; i < count; ++i) {
                    (uint256 target, uint256 value, uint256 data, uint256 size) = Calls.inBatch(next);
                    checkCall(used, i, loadByte(indices + i), target, value, data, size);
                    next = Calls.behind(data, size);
                }
            }
            if (used.hasExtras()) Extras.check(used, at, count, indices);
        }
    }

    /// @param i index of the call
    /// @param p index of the permission that it uses
    /// @param data where the call's data are, `size` bytes
    function checkCall(Use used, uint256 i, uint256 p, uint256 target, uint256 value, uint256 data, uint256 size)
        private
        view
    {
        uint256 permission = used.permission(p);
        // The contract of a permission is none of the forbidden targets: that was checked when the session was enabled.
        if (permission != 0 && Permissions.isPlain(permission, target, data)) {
            uint256 rest = Permissions.checkLength(permission, size, i, p);
            Permissions.use(permission, rest, value, data, i, p, used);
        } else {
            if (isForbidden(address(uint160(target)), value, data, size, used.id(), i, p)) return;
            if (permission == 0) refuse(PERMISSION_MISSING, i, p);
            Dynamic.check(permission, target, value, data, size, i, p, used);
        }
        used.addCall(value);
    }

    /// @dev Refuses targets that no session may call.
    /// @return revokes whether the call revokes this very session, which needs no permission
    function isForbidden(
        address target,
        uint256 value,
        uint256 data,
        uint256 size,
        bytes32 id,
        uint256 i,
        uint256 p
    ) private view returns (bool revokes) {
        unchecked {
            if (target == address(0)) refuse(TARGET_ZERO, i, NO_INDEX);
            if (target == msg.sender) refuse(TARGET_ACCOUNT, i, NO_INDEX);
            if (isEntryPoint(target)) refuse(TARGET_ENTRY_POINT, i, NO_INDEX);
            if (target != address(this)) return false;
            revokes = value == 0 && size == 36 && loadCall(data) >> 224 == uint32(Valetkey.revoke.selector)
                && loadCall(data + 4) == uint256(id) && p == NO_PERMISSION_NEEDED;
            if (!revokes) refuse(TARGET_VALIDATOR, i, NO_INDEX);
        }
    }

    /// @param word the session's first word
    /// @param stores whether to store; where the owner's approval is wrong all is looked at and nothing stored
    function countLimits(
        PackedUserOperation calldata op,
        Session s,
        uint256 slot,
        Use used,
        uint256 word,
        bool stores
    ) private {
        unchecked {
            uint256 open; // which word of totals `word` is
            uint256 count = s.limitCount();
            uint256 at = s.limitsAt();
            for (uint256 l; l < count; ++l) {
                uint256 limit = load(at);
                at += SessionForm.limitSize(limit);
                uint256 added = used.added(l);
                if (added == 0) {
                    added = unnamed(op, used, SessionForm.limitKind(limit));
                    if (added == 0) continue;
                }
                added ^= Uses.TOUCHED;
                uint256 most = SessionForm.limitAmount(limit);
                uint256 period = SessionForm.limitPeriod(limit);
                if (period != 0) {
                    uint256 own = inPeriod(s, used, read(slot, PERIOD_WORDS + l), period, l);
                    if ((own & COUNTER) + added > most) refuse(LIMIT_PASSED, NO_INDEX, l);
                    if (stores) write(slot, PERIOD_WORDS + l, own + added);
                    continue;
                }
                if (l >> 1 != open) {
                    if (stores) write(slot, open, word);
                    open = l >> 1;
                    word = read(slot, open);
                }
                uint256 shift = 8 + 112 * (l & 1);
                if (((word >> shift) & COUNTER) + added > most) refuse(LIMIT_PASSED, NO_INDEX, l);
                word += added << shift;
            }
            if (stores) write(slot, open, word);
        }
    }

    /// @return what counts against a limit of that kind without being named, with TOUCHED; 0 where nothing does
    function unnamed(PackedUserOperation calldata op, Use used, uint256 kind) private pure returns (uint256) {
        (uint256 calls, uint256 value) = used.everyCall();
        if (kind == LIMIT_CALLS_EVERY) return calls == 0 ? 0 : calls | Uses.TOUCHED;
        if (kind == LIMIT_NATIVE_EVERY) return calls == 0 ? 0 : value | Uses.TOUCHED;
        if (kind != LIMIT_GAS_FEES) return 0;
        (, uint256 paymaster) = bytesOf(op, PAYMASTER_AND_DATA);
        return paymaster == 0 ? feeOf(op) | Uses.TOUCHED : 0;
    }

    /// @return the counter's word at the operation's time: what is spent in its period, and the period's number
    function inPeriod(Session s, Use used, uint256 word, uint256 period, uint256 l)
        private
        pure
        returns (uint256)
    {
        unchecked {
            (uint256 from,) = s.window();
            uint256 time = used.time();
            if (time < from) refuse(TIME_BEFORE_START, NO_INDEX, l);
            uint256 number = (time - from) / period;
            if (word >> 112 > number) refuse(PERIOD_BACKWARDS, NO_INDEX, l);
            used.intersect(from + number * period, from + (number + 1) * period);
            return word >> 112 == number ? word : number << 112;
        }
    }

    function read(uint256 slot, uint256 index) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(slot, index))
        }
    }

    function write(uint256 slot, uint256 index, uint256 word) private {
        assembly ("memory-safe") {
            sstore(add(slot, index), word)
        }
    }

    /// @return right whether every signature is of its key; all are looked at
    function checkSignatures(Session s, bytes32 digest, uint256 at) private view returns (bool right) {
        unchecked {
            uint256 next;
            uint256 end = at + SIGNATURE * s.threshold();
            right = true;
            do {
                uint256 k = loadByte(at);
                if (k < next || k >= s.keyCount()) refuse(MALFORMED_SIGNATURES);
                next = k + 1;
                if (recover(digest, at + 1) != s.key(k)) right = false;
                if (load(at + 33) > HALF_ORDER) right = false;
                at += SIGNATURE;
            } while (at != end); // an enabled session's threshold is not 0
        }
    }

    /// @dev As Solidity's ecrecover. What it gives is compared with a key, and no key is 0.
    /// @param at r (32), s (32), v (1)
    function recover(bytes32 digest, uint256 at) private view returns (address signer) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, digest)
            mstore(add(free, 32), byte(0, mload(add(at, 64))))
            mcopy(add(free, 64), at, 64)
            mstore(0, 0)
            pop(staticcall(gas(), 1, free, 128, 0, 32))
            signer := mload(0)
        }
    }

    /// @dev ERC-1271. A revert, too short an answer or any other answer is a wrong signature.
    /// @param at the approval, as in `skipApproval`
    function isApproved(uint256 at, bytes32 sessionHash_) private view returns (bool) {
        unchecked {
            bytes32[] memory hashes = new bytes32[](loadByte(at));
            uint256 place = loadByte(at + 1);
            at += 2;
            for (uint256 i; i < hashes.length; ++i) {
                hashes[i] = i == place ? sessionHash_ : bytes32(load(at));
                if (i != place) at += 32;
            }
            bytes memory signature = slice(at + 2, load(at) >> 240);
            (bool success, bytes memory answer) =
                msg.sender.staticcall(abi.encodeWithSelector(0x1626ba7e, ENABLING.approvalDigest(hashes), signature));
            return success && answer.length == 32 && bytes32(answer) == ERC1271_MAGIC;
        }
    }

    function slice(uint256 at, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 32), at, length)
        }
    }

    // ---------------------------------------------------------------- the account's own calls

    /// @notice Enables a session, given in full; one that is enabled is left as it is.
    function enable(bytes calldata session) external {
        enableSession(session);
    }

    function enableSession(bytes calldata session) private {
        (Session s, bytes32 id) = readSession(session);
        (uint256 slot, uint256 word) = find(s, id);
        if (word != 0) return;
        ENABLING.check(msg.sender, session);
        write(slot, 0, STATUS_ENABLED);
        emit SessionEnabled(msg.sender, id, session);
    }

    /// @notice Ends a session for ever, also one that was never enabled.
    function revoke(bytes32 id) external {
        _sessions[id][msg.sender][0] = STATUS_REVOKED;
        emit SessionRevoked(msg.sender, id);
    }

    /// @notice Ends every session of the account and every approval that was not used yet.
    function revokeAll() external {
        _accounts[msg.sender] = moveEpoch() | (_accounts[msg.sender] & INSTALLED);
    }

    /// @dev The next epoch hangs on block data, so that nobody can be made to sign for a later one.
    function moveEpoch() private returns (uint256 epoch) {
        unchecked {
            epoch = _accounts[msg.sender] & type(uint64).max;
            bytes32 hash = keccak256(
                abi.encode(epoch, msg.sender, block.number, blockhash(block.number - 1), block.prevrandao)
            );
            epoch = uint64(bytes8(hash));
            emit EpochMoved(msg.sender, uint64(epoch));
        }
    }

    // ---------------------------------------------------------------- ERC-7579 module

    /// @param data sessions in full, each behind its length in 3 bytes
    function onInstall(bytes calldata data) external {
        uint256 account = _accounts[msg.sender];
        // Accounts swallow a failed uninstall: what was allowed before must not come back.
        if (account & INSTALLED != 0) account = moveEpoch();
        _accounts[msg.sender] = account | INSTALLED;
        unchecked {
            for (uint256 at; at != data.length;) {
                uint256 length = data.length < at + 3 ? data.length : uint24(bytes3(data[at:at + 3]));
                at += 3;
                if (at + length > data.length) refuse(MALFORMED_SESSION);
                enableSession(data[at:at + length]);
                at += length;
            }
        }
    }

    function onUninstall(bytes calldata) external {
        _accounts[msg.sender] = moveEpoch();
    }

    function isModuleType(uint256 moduleType) external pure returns (bool) {
        return moduleType == VALIDATOR_MODULE;
    }

    function isInitialized(address account) external view returns (bool) {
        return _accounts[account] & INSTALLED != 0;
    }

    /// @dev Sessions sign no messages.
    function isValidSignatureWithSender(address, bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }

    // ---------------------------------------------------------------- views

    /// @return epoch of the account
    /// @return installed whether the validator is installed
    function accountOf(address account) external view returns (uint64 epoch, bool installed) {
        return (uint64(_accounts[account]), _accounts[account] & INSTALLED != 0);
    }

    /// @return words of the session: docs/protocol.md, section 4; the first byte from below is 0 nothing, 1 enabled, 2 revoked
    function wordsOf(address account, bytes32 id) external view returns (uint256[WORDS] memory words) {
        return _sessions[id][account];
    }

    /// @return rest what is left of each limit in the period of `time`
    function restOf(address account, bytes calldata session, uint40 time) external view returns (uint256[] memory rest) {
        unchecked {
            (Session s, bytes32 id) = readSession(session);
            uint256[WORDS] storage words = _sessions[id][account];
            rest = new uint256[](s.limitCount());
            uint256 at = s.limitsAt();
            (uint256 from,) = s.window();
            for (uint256 l; l < rest.length; ++l) {
                uint256 limit = load(at);
                at += SessionForm.limitSize(limit);
                uint256 period = SessionForm.limitPeriod(limit);
                rest[l] = SessionForm.limitAmount(limit);
                if (period == 0) {
                    rest[l] -= (words[l >> 1] >> (8 + 112 * (l & 1))) & COUNTER;
                } else {
                    uint256 word = words[PERIOD_WORDS + l];
                    uint256 number = time < from ? 0 : (time - from) / period;
                    if (word >> 112 > number) rest[l] = 0;
                    else if (word >> 112 == number) rest[l] -= word & COUNTER;
                }
            }
        }
    }

    /// @return id the session's
    /// @return hash its EIP-712 hash as the owner of `account` sees it, after all checks of enabling
    function describe(address account, bytes calldata session) external view returns (bytes32 id, bytes32 hash) {
        (, id) = readSession(session);
        hash = ENABLING.check(account, session);
    }

    /// @return what the owner signs to approve the sessions with these hashes, of `describe`
    function approvalDigest(bytes32[] calldata sessionHashes) external view returns (bytes32) {
        return ENABLING.approvalDigest(sessionHashes);
    }

    function readSession(bytes calldata session)
        private
        pure
        returns (Session s, bytes32 id)
    {
        unchecked {
            uint256 at;
            assembly ("memory-safe") {
                at := session.offset
            }
            at = copyToMemory(at, session.length);
            uint256 end;
            s = Session.wrap(at);
            (id,, end) = SessionForm.read(s, true, MALFORMED_SESSION);
            if (end != at + session.length) refuse(MALFORMED_SESSION);
        }
    }
}
