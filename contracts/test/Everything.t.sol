// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, SessionTest} from "./Sessions.sol";

/// A session with a bit of everything that a session may say. Its message, written out by hand, is in everything.mjs beside this file, which
/// prints the hash that a wallet makes of it.
contract EverythingTest is SessionTest {
    bytes32 private constant HASH = 0xf7fa119fd6c933ee7bd755b9e9d0998e890f0a1d7d841736ee80b37134945e3a; // node contracts/test/everything.mjs
    address private constant ACCOUNT = 0xAcc0000000000000000000000000000000000001;
    address private constant PERMIT2 = 0x000000000022D473030F116dDEE9F6B43aC78BA3;

    function path(bytes memory steps) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(steps.length), steps);
    }

    /// execute(bytes,bytes[],uint256) of ROUTER: commands, their inputs, a deadline.
    function outer() private pure returns (bytes memory) {
        bytes memory dynamic = abi.encodePacked(
            hex"058082018001", uint8(3), path(hex"0000"), path(hex"000004"), path(hex"00010200"), hex"01" hex"8280020102"
        );
        bytes memory rules = hex"02" hex"3f02a00105" hex"3f81600104";
        bytes memory batch = hex"02" hex"023f60ff030233" hex"ff00008003ff00";
        bytes memory words = abi.encodePacked(hex"05" hex"0000" hex"010105" hex"0280" hex"030101" hex"0420", bytes32(uint256(7)));
        bytes memory policies = abi.encodePacked(hex"01", OTHER, words);
        string memory text = "execute(bytes,bytes[],uint256)";
        return onDynamic(0xa0, ROUTER, text, 3, dynamic, abi.encodePacked(hex"00", rules, hex"01" hex"00023f", batch, policies));
    }

    /// command(bytes,uint8[2][],string[2],(int8,(bool,bytes4)[])), number 0x10.
    function manyPaths() private pure returns (bytes memory) {
        bytes memory paths = abi.encodePacked(
            path(hex"00030000"), path(hex"0002000104"), path(hex"000005000000"), path(hex"000006000000"), path(hex"000103020000"),
            path(hex"00010103020001"), path(hex"0000072200140017"), path(hex"0003000102020000"), path(hex"0003000102020001")
        );
        bytes memory dynamic = abi.encodePacked(hex"0f" hex"80" hex"820102" hex"83020180" hex"81020401820102", uint8(9), paths, hex"00");
        bytes memory rules = abi.encodePacked(
            hex"0a", hex"008201" hex"00" hex"14", OTHER, hex"008320" hex"14", OTHER, hex"3f81c101010105", hex"2084000107", hex"2085800101",
            hex"2286010201f4020bb8"
        );
        rules = abi.encodePacked(rules, hex"4080a08102", hex"6087000101", hex"8388000401020304", hex"a0856020813f01010102");
        return abi.encodePacked(uint8(0x8c), ROUTER, uint32(0x10), uint8(4), dynamic, hex"00", rules, hex"00");
    }

    function everything() private pure returns (Plan memory p) {
        (p.version, p.epoch, p.serial, p.from, p.until) = (1, 0x51c3000000000001, 7301, FROM, UNTIL);
        (p.price, p.fees, p.threshold, p.keyCount, p.keys) = (2 gwei, 1, 1, 1, abi.encodePacked(uint8(0), address(0x1234)));
        p = addTokenLimit(addLimit(p, 1, 1000, 0), 500, 86400, TOKEN);
        add(p, outer(), "execute(bytes,bytes[],uint256)");
        add(p, onCommand(0x0c, ROUTER, 0x0b, 2, hex"00" hex"01" hex"00000000" hex"00"), "command(address,uint256)");
        add(p, manyPaths(), "command(bytes,uint8[2][],string[2],(int8,(bool,bytes4)[]))");
        string memory approve = "approve(address,address,uint160,uint48)";
        bytes memory rest = abi.encodePacked(hex"00", FROM + 60, uint40(0), hex"01" hex"000000" hex"14", TOKEN, hex"01" hex"010233");
        bytes memory permit2 = onFunction(PERMIT2, approve, 4, rest);
        permit2[0] = 0x40;
        add(p, permit2, approve);
        add(p, abi.encodePacked(uint8(0x21), OTHER, hex"0164" hex"00" hex"00" hex"00" hex"01", ROUTER, hex"00"), "");
    }

    function test_the_message_is_what_a_wallet_hashes() public {
        vm.chainId(8453);
        (bytes32 id, bytes32 hash) = v.describe(ACCOUNT, full(everything()));
        assertEq(id, idOf(everything()));
        assertEq(hash, HASH);
    }
}
