// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, Call, SessionTest} from "./Sessions.sol";
import {Valetkey} from "../src/Valetkey.sol";
import {PackedUserOperation} from "../src/PackedUserOperation.sol";

/// A session that was made, and what an onlooker saw it do. Counted from accepted operations alone.
struct Seen {
    address account;
    uint32 serial;
    uint64 epoch;
    bytes32 id;
    bool revoked;
    bool over; // the account's epoch moved
    uint256 spent;
    uint256 lastPeriod;
}

/// Does with two accounts and their sessions what a fuzzer says, and keeps a record. Each function is one action.
contract Handler is SessionTest {
    uint256 public constant MOST = 1000; // of TOKEN, in all
    uint256 public constant CALLS = 3; // in a period
    uint32 public constant PERIOD = 1 hours;
    address private constant STRANGER = address(0xBAD);

    address[2] private accounts;
    Seen[] private seen;
    uint256[2][2] private current; // the newest sessions, by account and place
    mapping(uint256 session => mapping(uint256 period => uint256)) public callsIn;
    uint40 private time = FROM;

    uint256 public accepted;
    uint256 public acceptedAfterItsEnd;
    uint256 public approvedByAStranger;
    uint256 public strayWrites;

    constructor(Valetkey v_) {
        v = v_;
        accounts = [newAccount(), newAccount()];
        for (uint256 x; x < 4; ++x) make(x & 1, x >> 1);
    }

    function setUp() public override {}

    // ---------------------------------------------------------------- what the invariants read

    function count() external view returns (uint256) {
        return seen.length;
    }

    function get(uint256 i) external view returns (Seen memory) {
        return seen[i];
    }

    // ---------------------------------------------------------------- actions

    /// The newest sessions, sometimes an older one, also one that has ended.
    function use(uint256 pick, uint256 amount, uint8 calls, uint8 when, bool enabling) external {
        uint256 i = choose(pick);
        Plan memory p = planOf(i);
        Call[] memory list = new Call[](1 + calls % 2);
        for (uint256 c; c < list.length; ++c) list[c] = transfer(bound(amount, 0, MOST / 3))[0];
        // Mostly the time it is; else that of a period before or behind.
        uint40 named = when % 8 == 0 ? time + PERIOD : when % 8 == 1 ? (time < FROM + PERIOD ? FROM : time - PERIOD) : time;
        PackedUserOperation memory op = operation(list);
        bytes memory start = carry(p, 1);
        if (enabling) start = abi.encodePacked(uint8(2), full(p), approval(p, OWNER));
        sign(op, abi.encodePacked(start, indices(list), named), 1);
        vm.record();
        bool passed = lands(op);
        checkWrites(account, seen[i].id);
        if (!passed) return;
        ++accepted;
        if (seen[i].revoked || seen[i].over) ++acceptedAfterItsEnd;
        for (uint256 c; c < list.length; ++c) seen[i].spent += uint256(bytes32(slice(list[c].data, 36)));
        seen[i].lastPeriod = (time - FROM) / PERIOD;
        callsIn[i][seen[i].lastPeriod] += list.length;
    }

    /// Signed by the session's key, approved by somebody else.
    function approveAsStranger(uint256 pick) external {
        uint256 i = choose(pick);
        Plan memory p = planOf(i);
        bool before = isEnabled(i);
        PackedUserOperation memory op = operation(transfer(0));
        sign(op, abi.encodePacked(uint8(2), full(p), approval(p, OWNER + 1), uint8(0), time), 1);
        bool passed = lands(op);
        if (!before && (passed || isEnabled(i))) ++approvedByAStranger;
        if (passed) {
            ++callsIn[i][(time - FROM) / PERIOD];
            seen[i].lastPeriod = (time - FROM) / PERIOD;
        }
    }

    function enable(uint256 pick) external {
        uint256 i = choose(pick);
        bytes memory session = full(planOf(i));
        vm.record();
        vm.prank(account);
        (bool success,) = address(v).call(abi.encodeCall(v.enable, (session)));
        checkWrites(account, seen[i].id);
        if (success && (seen[i].revoked || seen[i].over)) ++acceptedAfterItsEnd;
    }

    function revoke(uint256 pick) external {
        uint256 i = choose(pick);
        vm.record();
        vm.prank(account);
        v.revoke(seen[i].id);
        checkWrites(account, seen[i].id);
        seen[i].revoked = true;
    }

    function revokeAll(uint256 a) external {
        moveEpoch(a & 1, abi.encodeCall(v.revokeAll, ()));
    }

    function installAgain(uint256 a) external {
        moveEpoch(a & 1, abi.encodeCall(v.onInstall, ("")));
    }

    function warp(uint16 seconds_) external {
        time += seconds_;
    }

    /// The same again under another serial: another session.
    function renew(uint256 a, uint256 s) external {
        make(a & 1, s & 1);
    }

    /// Who has no account here speaks for nobody but itself.
    function interfere(uint256 pick, uint8 how) external {
        uint256 i = choose(pick);
        bytes[4] memory calls = [
            abi.encodeCall(v.revoke, (seen[i].id)), abi.encodeCall(v.revokeAll, ()),
            abi.encodeCall(v.onUninstall, ("")), abi.encodeCall(v.enable, (full(planOf(i))))
        ];
        vm.record();
        vm.prank(STRANGER);
        (bool done,) = address(v).call(calls[how % 4]);
        checkWrites(STRANGER, done ? seen[i].id : bytes32(0));
    }

    // ---------------------------------------------------------------- parts

    function make(uint256 a, uint256 s) private {
        account = accounts[a];
        (uint64 epoch,) = v.accountOf(account);
        uint256 i = seen.length;
        seen.push(Seen(account, uint32(i), epoch, 0, false, false, 0, 0));
        seen[i].id = idOf(planOf(i));
        current[a][s] = i;
    }

    function planOf(uint256 i) private view returns (Plan memory p) {
        p = addLimit(transferPlan(MOST, 0), 4, CALLS, PERIOD);
        (p.epoch, p.serial, p.until) = (seen[i].epoch, seen[i].serial, 0);
    }

    function choose(uint256 pick) private returns (uint256 i) {
        i = pick % 4 == 3 ? (pick / 4) % seen.length : current[(pick / 4) & 1][(pick / 8) & 1];
        account = seen[i].account;
    }

    function isEnabled(uint256 i) private view returns (bool) {
        return v.wordsOf(seen[i].account, seen[i].id)[0] & 0xff == 1;
    }

    function moveEpoch(uint256 a, bytes memory call_) private {
        vm.roll(block.number + 1);
        vm.record();
        vm.prank(accounts[a]);
        (bool success,) = address(v).call(call_);
        assertTrue(success);
        checkWrites(accounts[a], 0);
        for (uint256 i; i < seen.length; ++i) {
            if (seen[i].account == accounts[a]) seen[i].over = true;
        }
    }

    /// As an EntryPoint: what is refused, wrongly signed or outside its window is as if it never was.
    function lands(PackedUserOperation memory op) private returns (bool) {
        try this.land(op) {
            return true;
        } catch {
            return false;
        }
    }

    function land(PackedUserOperation memory op) external {
        (uint256 validAfter, uint256 validUntil) = passes(op);
        assertTrue(validAfter <= time && (validUntil == 0 || time <= validUntil));
    }

    /// All that was written is the account's own word or one of this session's 24.
    function checkWrites(address who, bytes32 id) private {
        (, bytes32[] memory writes) = vm.accesses(address(v));
        uint256 own = uint256(keccak256(abi.encode(who, uint256(0))));
        uint256 first = uint256(keccak256(abi.encode(who, keccak256(abi.encode(id, uint256(1))))));
        unchecked {
            for (uint256 w; w < writes.length; ++w) {
                uint256 slot = uint256(writes[w]);
                if (slot != own && (id == 0 || slot - first >= 24)) ++strayWrites;
            }
        }
    }

    function slice(bytes memory data, uint256 at) private pure returns (bytes memory part) {
        part = new bytes(data.length - at);
        for (uint256 i; i < part.length; ++i) part[i] = data[at + i];
    }
}

/// What holds whatever accounts, holders and strangers do, in whatever order.
contract InvariantsTest is SessionTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private h;

    function setUp() public override {
        super.setUp();
        h = new Handler(v);
    }

    function targetContracts() external view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(h);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0].addr = address(h);
        bytes4[12] memory actions = [
            Handler.use.selector, Handler.use.selector, Handler.use.selector, Handler.use.selector, Handler.enable.selector,
            Handler.approveAsStranger.selector, Handler.revoke.selector, Handler.revokeAll.selector, Handler.installAgain.selector,
            Handler.warp.selector, Handler.renew.selector, Handler.interfere.selector
        ];
        list[0].selectors = new bytes4[](12);
        for (uint256 i; i < 12; ++i) list[0].selectors[i] = actions[i];
    }

    function invariant_spent_is_never_above_a_limit() public view {
        for (uint256 i; i < h.count(); ++i) {
            Seen memory s = h.get(i);
            assertLe(s.spent, h.MOST());
            assertLe(h.callsIn(i, s.lastPeriod), h.CALLS());
            uint256[24] memory words = v.wordsOf(s.account, s.id);
            if (words[0] & 0xff != 1) continue;
            assertEq(words[0] >> 8, s.spent, "spent");
            assertEq(words[9], s.lastPeriod << 112 | h.callsIn(i, s.lastPeriod), "calls in the period");
        }
    }

    function invariant_revoked_stays_revoked() public view {
        assertEq(h.acceptedAfterItsEnd(), 0);
        for (uint256 i; i < h.count(); ++i) {
            Seen memory s = h.get(i);
            (uint64 epoch,) = v.accountOf(s.account);
            if (s.revoked) assertEq(v.wordsOf(s.account, s.id)[0], 2);
            assertTrue(s.over == (epoch != s.epoch), "an epoch came back");
        }
    }

    function invariant_only_the_owner_enables_and_nobody_elses_storage_changes() public view {
        assertEq(h.approvedByAStranger(), 0);
        assertEq(h.strayWrites(), 0);
    }

    /// That the actions reach what the invariants speak of.
    function test_the_actions_do_something() public {
        uint256 refused;
        for (uint256 n; n < 200; ++n) {
            uint256 seed = uint256(keccak256(abi.encode(n)));
            uint256 before = h.accepted();
            h.use(seed, seed >> 8, uint8(seed >> 16), uint8(seed >> 24), seed & 256 != 0);
            if (h.accepted() == before) ++refused;
            if (n % 20 == 19) h.renew(seed, seed >> 1);
            if (n % 50 == 49) h.revokeAll(seed);
            if (n % 10 == 9) h.warp(uint16(seed));
            if (n % 33 == 32) h.revoke(seed);
        }
        assertGe(h.accepted(), 20);
        assertGe(refused, 20);
        invariant_spent_is_never_above_a_limit();
        invariant_revoked_stays_revoked();
        invariant_only_the_owner_enables_and_nobody_elses_storage_changes();
    }
}
