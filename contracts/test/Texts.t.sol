// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";
import {Plan, SessionTest} from "./Sessions.sol";
import {FunctionText} from "../src/FunctionText.sol";
import {MessageTexts} from "../src/MessageTexts.sol";
import {ReservedSelectors} from "../src/ReservedSelectors.sol";
import {Session, SessionForm} from "../src/SessionForm.sol";
import {Words} from "../src/Words.sol";
import {copyToMemory, zeros, load} from "../src/Reader.sol";
import {Refused, TEXT, MALFORMED_SESSION} from "../src/Refusals.sol";
import {PathForm} from "../src/PathForm.sol";
import "../src/Hashing.sol";

/// The contract's inner functions, callable.
contract Inner {
    function types(string calldata text) external pure returns (bytes memory list, bool dynamic) {
        FunctionText.Text memory read_;
        (read_, dynamic) = read(text);
        list = new bytes(read_.words);
        for (uint256 i; i < read_.words; ++i) {
            uint256 kind = load(FunctionText.wordAt(read_.types, i)) >> 248;
            list[i] = bytes1(uint8(kind < FunctionText.BYTES ? kind : FunctionText.BYTES));
        }
    }

    function read(string calldata text) private pure returns (FunctionText.Text memory read_, bool dynamic) {
        uint256 at;
        assembly {
            at := text.offset
        }
        dynamic = FunctionText.read(read_, copyToMemory(at, bytes(text).length), bytes(text).length, 7);
    }

    function layout(string calldata text) external pure returns (bytes memory) {
        (FunctionText.Text memory read_,) = read(text);
        return FunctionText.layout(read_);
    }

    /// What stands behind the steps is as bad as can be.
    function follow(string calldata text, bytes calldata steps) external pure returns (uint256) {
        bytes memory copy = bytes.concat(steps, bytes32(type(uint256).max));
        uint256 at;
        assembly {
            at := add(copy, 32)
        }
        (FunctionText.Text memory read_,) = read(text);
        return PathForm.follow(read_, at, steps.length);
    }

    function path(bytes calldata steps) external pure returns (string memory) {
        bytes memory copy = bytes.concat(steps, bytes32(type(uint256).max));
        uint256 at;
        assembly {
            at := add(copy, 32)
        }
        return string(MessageTexts.path(at, steps.length));
    }

    function command(uint256 number, string calldata text) external pure returns (bytes32) {
        uint256 at;
        assembly {
            at := text.offset
        }
        return MessageTexts.command(number, copyToMemory(at, bytes(text).length), bytes(text).length);
    }

    function batchCall(uint256 where) external pure returns (bytes32) {
        return MessageTexts.batchCall(where);
    }

    function time(uint256 t) external pure returns (bytes32) {
        return MessageTexts.time(t);
    }

    function word(uint256 n) external pure returns (bytes32) {
        return MessageTexts.word(n);
    }

    function price(uint256 n) external pure returns (bytes32) {
        return MessageTexts.price(n);
    }

    function period(uint256 n) external pure returns (bytes32) {
        return MessageTexts.period(n);
    }

    function reserved(bytes32 hash) external pure returns (bool is_, bool stranger, bool denied) {
        (stranger, denied) = ReservedSelectors.find(hash);
        is_ = ReservedSelectors.isReserved(uint32(bytes4(hash)));
    }

    function isClean(uint256 w, uint256 kind) external pure returns (bool) {
        return Words.isClean(w, kind);
    }

    function hashes(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e)
        external
        pure
        returns (bytes32, bytes32, bytes32)
    {
        return (hash3(a, b, c), hash4(a, b, c, d), hash5(a, b, c, d, e));
    }

    /// In memory that was used before.
    function zerosAreZero(uint256 words) external pure returns (bool zero) {
        uint256 at;
        assembly {
            at := mload(0x40)
            for { let i } lt(i, words) { i := add(i, 1) } { mstore(add(at, mul(i, 32)), not(0)) }
        }
        zero = zeros(32 * words) == at;
        for (uint256 i; i < words; ++i) zero = zero && load(at + 32 * i) == 0;
        assembly {
            zero := and(zero, eq(mload(0x40), add(at, mul(32, words))))
        }
    }

    function id(bytes calldata session) external pure returns (bytes32 id_, bool whole) {
        uint256 at;
        assembly {
            at := session.offset
        }
        at = copyToMemory(at, session.length);
        uint256 next;
        (id_,, next) = SessionForm.read(Session.wrap(at), true, MALFORMED_SESSION);
        whole = next == at + session.length;
    }
}

/// A plain reader of function texts, written from docs/protocol.md alone. `ok` is false for what is no text.
contract PlainReader {
    bytes private t;
    uint256 private at;

    function read(string memory text) external returns (bool ok, bytes memory list, bool dynamic) {
        t = bytes(text);
        at = 0;
        if (t.length < 3 || t.length > 200) return (false, "", false);
        while (at < t.length && t[at] != "(") {
            bytes1 c = t[at];
            bool letter = (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || c == "_" || c == "$";
            if (!letter && !(at != 0 && c >= "0" && c <= "9")) return (false, "", false);
            ++at;
        }
        if (at == 0 || at >= t.length) return (false, "", false);
        uint256 depth;
        (ok, list, dynamic, depth) = tuple(true);
        ok = ok && depth <= 8 && at == t.length;
    }

    function tuple(bool outermost) private returns (bool ok, bytes memory list, bool dynamic, uint256 depth) {
        ++at;
        if (at < t.length && t[at] == ")") {
            ++at;
            return (outermost, "", false, 1);
        }
        while (true) {
            (bool okOne, bytes memory one, bool dynamicOne, uint256 depthOne) = member();
            if (!okOne || at >= t.length) return (false, "", false, 0);
            list = bytes.concat(list, dynamicOne ? bytes(hex"e0") : one);
            dynamic = dynamic || dynamicOne;
            if (depthOne > depth) depth = depthOne;
            bytes1 c = t[at++];
            if (c == ")") return (list.length <= 255, list, dynamic, depth + 1);
            if (c != ",") return (false, "", false, 0);
        }
    }

    function member() private returns (bool ok, bytes memory list, bool dynamic, uint256 depth) {
        if (at >= t.length) return (false, "", false, 0);
        if (t[at] == "(") {
            (ok, list, dynamic, depth) = tuple(false);
            if (!ok) return (false, "", false, 0);
        } else {
            uint256 start = at;
            while (at < t.length && t[at] != "," && t[at] != ")" && t[at] != "[") ++at;
            (ok, list, dynamic) = name(start);
            if (!ok) return (false, "", false, 0);
        }
        while (at < t.length && t[at] == "[") {
            uint256 start = ++at;
            while (at < t.length && t[at] != "]") ++at;
            if (at >= t.length) return (false, "", false, 0);
            ++depth;
            if (at++ == start) {
                if (!dynamic && list.length > 127) return (false, "", false, 0);
                dynamic = true;
                continue;
            }
            uint256 k = decimal(start, at - 1);
            if (k == 0 || k > 255) return (false, "", false, 0);
            if (dynamic) continue;
            bytes memory one = list;
            if (one.length * k > 255) return (false, "", false, 0);
            for (uint256 i = 1; i < k; ++i) list = bytes.concat(list, one);
        }
        return (true, list, dynamic, depth);
    }

    function name(uint256 start) private view returns (bool ok, bytes memory list, bool dynamic) {
        bytes memory n = new bytes(at - start);
        for (uint256 i; i < n.length; ++i) n[i] = t[start + i];
        bytes32 hash = keccak256(n);
        if (hash == keccak256("address")) return (true, hex"00", false);
        if (hash == keccak256("bool")) return (true, hex"60", false);
        if (hash == keccak256("bytes") || hash == keccak256("string")) return (true, hex"e0", true);
        for (uint256 b = 1; b <= 32; ++b) {
            if (hash == keccak256(bytes(string.concat("uint", vm.toString(8 * b))))) return (true, abi.encodePacked(uint8(0x1f + b)), false);
            if (hash == keccak256(bytes(string.concat("int", vm.toString(8 * b))))) return (true, abi.encodePacked(uint8(0x3f + b)), false);
            if (hash == keccak256(bytes(string.concat("bytes", vm.toString(b))))) return (true, abi.encodePacked(uint8(0x7f + b)), false);
        }
    }

    function decimal(uint256 start, uint256 end) private view returns (uint256 value) {
        if (end - start > 3 || t[start] == "0") return 0;
        for (uint256 i = start; i < end; ++i) {
            if (t[i] < "0" || t[i] > "9") return 0;
            value = 10 * value + uint8(t[i]) - 48;
        }
    }
}

/// What is hashed for the owner, and the functions in assembly against their plain versions.
contract TextsTest is SessionTest {
    Inner private inner;
    PlainReader private plain;

    function setUp() public override {
        super.setUp();
        inner = new Inner();
        plain = new PlainReader();
    }

    // ---------------------------------------------------------------- function texts

    function check(string memory text, bool good, bytes memory want, bool wantDynamic) private {
        (bool success, bytes memory answer) = address(inner).call(abi.encodeCall(inner.types, (text)));
        assertEq(success, good);
        if (!good) {
            assertEq(answer, abi.encodeWithSelector(Refused.selector, TEXT, 7, 255), text);
            return;
        }
        (bytes memory list, bool dynamic) = abi.decode(answer, (bytes, bool));
        assertEq(list, want, text);
        assertEq(dynamic, wantDynamic);
    }

    function test_function_texts() public {
        check("f()", true, "", false);
        check("_$9(address,bool,uint8,int256,bytes1,bytes32)", true, hex"0060205f809f", false);
        check("f(bytes,string,uint8[],uint8)", true, hex"e0e0e020", true);
        check("f(uint8[2][3],(address,bool)[2])", true, hex"20202020202000600060", false);
        check("f((uint8,bytes),uint16)", true, hex"e021", true);
        check("f(uint8[255])", true, bytesOf(0x20, 255), false);
        check("f(uint8[254],bool)", true, bytes.concat(bytesOf(0x20, 254), hex"60"), false);
        check("f(uint8[][][][][][][])", true, hex"e0", true); // 8 deep
        check("f((((((((uint8))))))))", true, hex"20", false);
        check("f(uint8[127][])", true, hex"e0", true);
        check("f(uint8[128][])", false, "", false);
        check("f((uint8[64],bool[63])[2],(uint8[64],bool[64])[])", false, "", false);
        string[36] memory bad = [
            "f(", "f)", "()", "(f)", "9f()", "f()x", "f() ", "f(())", "f(,)", "f(uint8,)", "f(uint8", "f(uint)", "f(uint0)",
            "f(uint7)", "f(uint264)", "f(uint08)", "f(uint2560)", "f(bytes0)", "f(bytes33)", "f(bytes01)", "f(int)", "f(address8)",
            "f(bool1)", "f(string1)", "f(Address)", "f(uint8[0])", "f(uint8[01])", "f(uint8[256])", "f(uint8[255],bool)", "f(uint8[16][16])",
            "f(uint8[)", "f(uint8])", "f(uint8[][][][][][][][])", "f(((((((((uint8)))))))))", "f(bytes,(uint8[255],bool))", unicode"f\u00e4()"
        ];
        for (uint256 i; i < bad.length; ++i) check(bad[i], false, "", false);
        string memory long = string(bytes.concat(bytesOf(0x61, 198), "()"));
        check(long, true, "", false);
        check(string.concat("a", long), false, "", false);
    }

    function bytesOf(uint8 value, uint256 count) private pure returns (bytes memory list) {
        list = new bytes(count);
        for (uint256 i; i < count; ++i) list[i] = bytes1(value);
    }

    /// Random texts from the grammar's pieces, most of them nearly right.
    function testFuzz_function_texts_against_a_plain_reader(uint256 seed) public {
        string[24] memory pieces = [
            "address", "bool", "uint256", "uint8", "int16", "bytes", "bytes4", "string", "(", ")", "(", ")", ",", ",", ",", "[2]", "[]",
            "[30]", "uint", "x", "(uint8,bool)", "(bytes)", "[255]", "0"
        ];
        string memory text = "f(";
        uint256 open = 1;
        uint256 random = seed;
        for (uint256 n = seed % 24; n != 0; --n) {
            random = uint256(keccak256(abi.encode(random)));
            // An argument, then mostly what may follow one.
            if (random & 0xf != 0) text = string.concat(text, pieces[(random >> 8) % 9]);
            if ((random >> 8) % 9 == 8 && random & 0xf != 0) {
                ++open;
                continue;
            }
            if (random >> 250 == 0) text = string.concat(text, pieces[(random >> 16) % 24]);
            if ((random >> 240) & 3 == 0) text = string.concat(text, pieces[15 + (random >> 24) % 3]);
            if (open > 1 && (random >> 230) & 1 == 0) {
                text = string.concat(text, ")");
                --open;
            }
            if (n != 1) text = string.concat(text, ",");
        }
        for (; open != 0; --open) text = string.concat(text, ")");
        (bool good, bytes memory want, bool dynamic) = plain.read(text);
        check(text, good, want, dynamic);
    }

    function test_reserved_selectors() public view {
        string[6] memory byName = [
            "transfer(address,uint256)", "transferFrom(address,address,uint256)", "approve(address,uint256)",
            "multicall(bytes[])", "withdraw(uint256)", "lockdown((address,address)[])"
        ];
        string[6] memory never = [
            "setApprovalForAll(address,bool)", "transferOwnership(address)", "upgradeTo(address)", "execute(bytes32,bytes)",
            "permit(address,address,uint256,uint256,bytes)", "isValidSignatureWithSender(address,bytes32,bytes)"
        ];
        for (uint256 i; i < 6; ++i) reserved(byName[i], false);
        for (uint256 i; i < 6; ++i) reserved(never[i], true);
        (bool is_, bool stranger, bool denied) = inner.reserved(keccak256("f()"));
        assertFalse(is_ || stranger || denied);
        (is_, stranger, denied) = inner.reserved(0);
        assertFalse(is_ || stranger || denied);
    }

    function reserved(string memory text, bool never) private view {
        bytes32 hash = keccak256(bytes(text));
        (bool is_, bool stranger, bool denied) = inner.reserved(hash);
        assertTrue(is_ && !stranger && denied == never, text);
        (is_, stranger, denied) = inner.reserved(hash ^ bytes32(uint256(1) << 216));
        assertTrue(is_ && stranger && !denied, text);
        // A selector beside it is none, whatever stands in the parts next to it.
        for (uint256 bit; bit < 32; ++bit) {
            (is_,,) = inner.reserved(hash ^ bytes32(uint256(1) << (224 + bit)));
            assertFalse(is_, text);
        }
    }

    // ---------------------------------------------------------------- layouts and paths

    function layout(string memory text, bytes memory want) private view {
        assertEq(inner.layout(text), want, text);
    }

    function test_layouts() public view {
        layout("f(bytes)", hex"80");
        layout("f(string,uint8,uint256)", hex"8002");
        layout("f(uint8,(address,bytes))", hex"018102020180");
        layout("f((address,bool)[2],bytes,bool)", hex"048001");
        layout("f(uint8[])", hex"820101");
        layout("f((uint8,bool)[],uint8[3][])", hex"820102820103");
        layout("f(bytes[],uint8[][])", hex"82018082_03_820101");
        layout("f(string[3],uint8)", hex"8303018001");
        layout("f((address,uint256[2],bytes)[2][])", hex"8208830205_81040203_80");
        layout("f(uint8[200],bytes)", hex"7f4980");
        layout("f(uint8[127],bytes,uint8)", hex"7f8001");
        layout("f(uint8[127][])", hex"82017f");
        layout("f((uint8[130],bytes))", hex"8183037f0380");
        layout("f((((bytes))),(uint8[],int8))", hex"810107810104810101808102048201_01_01");
    }

    function leads(string memory arguments, bytes memory steps, uint256 want) private view {
        string memory text = string.concat("f(", arguments, ")");
        assertEq(inner.follow(text, steps), want, string.concat(text, " ", vm.toString(steps)));
    }

    function test_paths() public view {
        uint256 every = 0x100;
        uint256 some = 0x200;
        string memory all = "uint8,bytes,uint8[2][],(int8,string)[],bytes[2],uint256[],(address,(bool,bytes4[]))[2]";
        leads(all, hex"0001", 0xe0);
        leads(all, hex"000104", 0x3f);
        leads(all, hex"000105000000", 0x00);
        leads(all, hex"00010583ffff", 0x83);
        leads(all, hex"0001065f0000", 0x5f);
        leads(all, hex"00010722000a0001", 0x22 | every);
        leads(all, hex"000204", 0x3f);
        leads(all, hex"00020107020001", 0x20);
        leads(all, hex"000202020001", 0x20 | every);
        leads(all, hex"000203020000", 0x20 | some);
        leads(all, hex"0003010000" hex"0000", 0x40);
        leads(all, hex"0003020000" hex"01", 0xe0 | every);
        leads(all, hex"0003020000010722000a0001", 0x22 | every);
        leads(all, hex"0003030000" hex"01", 0xe0 | some);
        leads(all, hex"0003030000" hex"0104", 0x3f | some);
        leads(all, hex"00040001", 0xe0);
        leads(all, hex"0004000104", 0x3f);
        leads(all, hex"000501ff01" hex"0000", 0x3f);
        leads(all, hex"000600000000", 0x00);
        leads(all, hex"0006000100010000", 0x60);
        leads(all, hex"00060001000100010201" hex"0000", 0x83 | every);
        leads("uint8[][]", hex"000002000201" hex"0000", 0x20 | every);
        leads("uint8[129],bytes", hex"0080", 0x20); // no head word by itself
        leads("uint8[129],bytes", hex"007f", 0xff);

        bytes[35] memory bad = [
            bytes(hex""), hex"00", hex"0000", hex"0007", hex"000000", hex"0002", hex"0003", hex"0005", hex"0006", hex"000601", // no value
            hex"00020102", hex"0002010702", hex"000201070100" hex"00", hex"000201070000" hex"00", hex"00020107020002", hex"0002010702000004",
            hex"000104" hex"00", hex"000105", hex"00010500", hex"0001050000", hex"00010500000000", hex"000105010000", hex"000105610000",
            hex"000105a00000", hex"000105e00000", hex"00010722000a0000", hex"00010722000a00", hex"000108", hex"000205000000",
            hex"00030300000107220000" hex"0001", hex"0001020100" hex"00", hex"0004010000", hex"00040002", hex"000704", hex"0003010001"
        ];
        for (uint256 i; i < bad.length; ++i) leads(all, bad[i], 0xff);
        leads("uint8[][][]", hex"000002000300" hex"01000100" hex"00", 0xff);
        leads("uint8[][][]", hex"000003000200" hex"0100010000", 0xff); // some, then every
        leads("uint8[][][]", hex"000003000300" hex"010001" hex"0000", 0xff); // some twice
        leads("uint8[][][]", hex"000002000200" hex"02010000", 0x20 | every);
        leads("uint8[][][]", hex"000003000100" hex"00" hex"0100010000", 0x20 | some);
    }

    function test_path_texts() public view {
        assertEq(inner.path(hex"0002"), "word 2");
        assertEq(inner.path(hex"00ff0200010000"), "word 255 > every member > member 0");
        assertEq(inner.path(hex"00000302000104"), "word 0 > some member > word 1 > length");
        assertEq(inner.path(hex"0000050000" hex"00"), "word 0 > bytes 0 to 19");
        assertEq(inner.path(hex"0000060000" hex"00"), "word 0 > bytes 20 to 1 from the end");
        assertEq(inner.path(hex"0000070000" hex"000017"), "word 0 > bytes 0 to 19, every 23 bytes");
        assertEq(inner.path(hex"00000560000a"), "word 0 > bytes 10 to 10");
        assertEq(inner.path(hex"0000063fffff"), "word 0 > bytes 65567 to 65536 from the end");
        assertEq(inner.path(hex"00000722ff00ffff"), "word 0 > bytes 65280 to 65282, every 65535 bytes");
    }

    function test_command_and_batch_texts() public view {
        assertEq(inner.command(0x0b, "command(address,uint256)"), keccak256("command 0x0b(address,uint256)"));
        assertEq(inner.command(0xfa, "command()"), keccak256("command 0xfa()"));
        string memory types = "(address,address,address,address,address,address,address,address,address,address)";
        assertEq(inner.command(0, string.concat("command", types)), keccak256(bytes(string.concat("command 0x00", types))));
        assertEq(inner.batchCall(0), keccak256("first call"));
        assertEq(inner.batchCall(0x80), keccak256("last call"));
        assertEq(inner.batchCall(1), keccak256("call +1"));
        assertEq(inner.batchCall(0x7f), keccak256("call +127"));
        assertEq(inner.batchCall(0xff), keccak256("call -1"));
        assertEq(inner.batchCall(0x81), keccak256("call -127"));
    }

    // ---------------------------------------------------------------- texts of the message

    function test_time_texts() public view {
        time(0, "1970-01-01 00:00:00 UTC");
        time(951782399, "2000-02-28 23:59:59 UTC");
        time(951782400, "2000-02-29 00:00:00 UTC");
        time(951868800, "2000-03-01 00:00:00 UTC");
        time(1709164800, "2024-02-29 00:00:00 UTC");
        time(1735689599, "2024-12-31 23:59:59 UTC");
        time(1763715600, "2025-11-21 09:00:00 UTC");
        time(1795251661, "2026-11-21 09:01:01 UTC");
        time(4107542399, "2100-02-28 23:59:59 UTC");
        time(4107542400, "2100-03-01 00:00:00 UTC");
        time(253402300799, "9999-12-31 23:59:59 UTC");
    }

    function time(uint256 seconds_, string memory text) private view {
        assertEq(inner.time(seconds_), keccak256(bytes(text)), text);
    }

    function testFuzz_time_texts_follow_each_other(uint256 day) public view {
        day = bound(day, 0, 2932895);
        // Counting from the first of the year, month by month.
        uint256 rest = day;
        uint256 year = 1970;
        if (rest >= 146097) (year, rest) = (1970 + 400 * (rest / 146097), rest % 146097);
        for (; rest >= days_(year, 0); ++year) rest -= days_(year, 0);
        uint256 month = 1;
        for (; rest >= days_(year, month); ++month) rest -= days_(year, month);
        string memory date = string.concat(padded(year), "-", padded(month), "-", padded(rest + 1));
        time(day * 1 days + 3661, string.concat(date, " 01:01:01 UTC"));
    }

    /// The days of a month; of the year for month 0.
    function days_(uint256 year, uint256 month) private pure returns (uint256) {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (month == 0) return leap ? 366 : 365;
        if (month == 2) return leap ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    function padded(uint256 n) private pure returns (string memory) {
        return string.concat(n < 10 ? "0" : "", vm.toString(n));
    }

    function testFuzz_numbers_in_texts(uint64 n) public view {
        assertEq(inner.word(n % 255), keccak256(bytes(string.concat("word ", vm.toString(uint256(n % 255))))));
        string memory text = string.concat("at most ", vm.toString(uint256(n)), " wei");
        assertEq(inner.price(n), keccak256(bytes(text)));
        assertEq(inner.price(n % 1000), keccak256(bytes(string.concat("at most ", vm.toString(uint256(n % 1000)), " wei"))));
    }

    function test_period_texts() public view {
        assertEq(inner.period(0), keccak256("in total"));
        assertEq(inner.period(1), keccak256("per 1 second from the session's start"));
        assertEq(inner.period(59), keccak256("per 59 seconds from the session's start"));
        assertEq(inner.period(60), keccak256("per 1 minute from the session's start"));
        assertEq(inner.period(5400), keccak256("per 90 minutes from the session's start"));
        assertEq(inner.period(7200), keccak256("per 2 hours from the session's start"));
        assertEq(inner.period(86400), keccak256("per 1 day from the session's start"));
        assertEq(inner.period(86400 * 30), keccak256("per 30 days from the session's start"));
        assertEq(inner.period(type(uint32).max), keccak256("per 4294967295 seconds from the session's start"));
    }

    // ---------------------------------------------------------------- assembly against plain versions

    function testFuzz_hashes(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e) public view {
        (bytes32 three, bytes32 four, bytes32 five) = inner.hashes(a, b, c, d, e);
        assertEq(three, keccak256(abi.encode(a, b, c)));
        assertEq(four, keccak256(abi.encode(a, b, c, d)));
        assertEq(five, keccak256(abi.encode(a, b, c, d, e)));
    }

    function test_zeros_in_dirty_memory() public view {
        for (uint256 words = 1; words < 40; words += 13) assertTrue(inner.zerosAreZero(words));
    }

    function testFuzz_session_id(bytes memory keys, bytes[5] memory permissions, uint256 count) public view {
        Plan memory p = plan();
        p.keys = keys;
        count = bound(count, 0, 5);
        for (uint256 i; i < count; ++i) p = add(p, bytes.concat("x", permissions[i]), TRANSFER);
        (bytes32 id, bool whole) = inner.id(full(p));
        assertEq(id, idOf(p));
        assertTrue(whole);
    }

    function testFuzz_clean_words(uint256 word, uint8 kind, uint8 shift) public view {
        uint256 group = kind >> 5;
        if (group > 4) return;
        word = shift & 1 == 0 ? word >> shift : word << shift;
        uint256 bits = 8 * (uint256(kind & 0x1f) + 1);
        bool want;
        if (group == 0) want = word <= type(uint160).max;
        else if (group == 1) want = bits == 256 || word < 2 ** bits;
        else if (group == 3) want = word <= 1;
        else if (group == 4) want = word % 2 ** (256 - bits) == 0;
        else want = bits == 256 || (int256(word) >= -int256(2 ** (bits - 1)) && int256(word) < int256(2 ** (bits - 1)));
        assertEq(inner.isClean(word, kind), want);
    }

    // ---------------------------------------------------------------- the whole message

    string private constant TAIL = "AddressRule(string position,string comparison,address[] values)"
        "BatchRule(string call,uint256 permission,string position,string type,string comparison,string of)"
        "BytesRule(string position,string comparison,bytes32[] values)Count(string counts,uint256 limit)"
        "Gas(string price,string fees,address[] paymasters)"
        "Inside(string position,string by,uint256[] permissions)Keys(uint256 needed,address[] of)"
        "Limit(uint256 number,string counts,uint256 atMost,string period)";
    string private constant PERMISSION =
        "Permission(address contract,string function,string place,uint256 valueAtMost,string from,string until,AddressRule[] addresses,UnsignedRule[] unsignedNumbers,SignedRule[] signedNumbers,YesNoRule[] yesNo,BytesRule[] fixedBytes,RatioRule[] ratios,Count[] counts,Inside[] inside,BatchRule[] batch,Policy[] policies)";
    string private constant POLICY =
        "Policy(address contract,address[] addresses,uint256[] unsignedNumbers,int256[] signedNumbers,bool[] yesNo,bytes32[] fixedBytes)";
    string private constant RATIO =
        "RatioRule(string position,string comparison,uint256 numerator,uint256 denominator,string of)";
    string private constant SESSION =
        "Session(uint256 chain,address account,uint64 epoch,uint32 serial,Keys keys,string from,string until,Permission[] permissions,TokenLimit[] tokenLimits,Limit[] limits,Gas gas)";
    string private constant SIGNED = "SignedRule(string position,string comparison,int256[] values)";
    string private constant TOKEN_LIMIT = "TokenLimit(uint256 number,address token,uint256 atMost,string period)";
    string private constant LAST = "UnsignedRule(string position,string comparison,uint256[] values)"
        "YesNoRule(string position,string comparison,bool[] values)";

    function ruleHash(string memory type_, string memory position, string memory comparison, bytes memory values)
        private
        pure
        returns (bytes32)
    {
        bytes32 typeHash = keccak256(bytes(string.concat(type_, "[] values)")));
        return keccak256(abi.encode(typeHash, keccak256(bytes(position)), keccak256(bytes(comparison)), keccak256(values)));
    }

    /// A session with a rule of every kind, against EIP-712 written out.
    function test_A04_message_is_plain_eip712() public view {
        string memory text = "f(address,uint24,int8,bool,bytes4,uint256)";
        Plan memory p = addLimit(addLimit(transferPlan(1000, 86400), 1, 55, 0), 6, 10, 3600);
        (p.paymasterCount, p.paymasters) = (1, abi.encodePacked(OTHER));
        (p.until, p.threshold, p.keyCount, p.keys) = (0, 2, 3, keyList(3));
        bytes memory rules = abi.encodePacked(
            uint8(8), hex"0000010014", OTHER, hex"2201000201f4", hex"22016001ff", hex"4002c1800101", hex"6003000101",
            hex"8304200401020304", hex"a005603fff3f01070109", hex"a005a03f012201020103"
        );
        p = add(
            p,
            abi.encodePacked(
                uint8(0x40), ROUTER, bytes4(keccak256(bytes(text))), uint8(6), hex"0164", FROM + 60, uint40(0), rules, hex"0101053f"
            ),
            text
        );
        (bytes32 id, bytes32 hash) = v.describe(account, full(p));
        assertEq(id, idOf(p));

        bytes32 none = keccak256("");
        bytes32 permissionType = keccak256(
            abi.encodePacked(
                PERMISSION, "AddressRule(string position,string comparison,address[] values)"
                "BatchRule(string call,uint256 permission,string position,string type,string comparison,string of)"
                "BytesRule(string position,string comparison,bytes32[] values)Count(string counts,uint256 limit)"
                "Inside(string position,string by,uint256[] permissions)", POLICY, RATIO, SIGNED, LAST
            )
        );
        bytes32 countType = keccak256("Count(string counts,uint256 limit)");
        bytes32 first = keccak256(
            bytes.concat(
                abi.encode(permissionType, TOKEN, keccak256(bytes(TRANSFER)), keccak256("a call"), 0, keccak256("the session's start"), keccak256("the session's end")),
                abi.encode(none, none, none, none, none, none, keccak256(abi.encode(keccak256(abi.encode(countType, keccak256("word 1"), 1)))), none, none, none)
            )
        );
        bytes32 second = keccak256(
            bytes.concat(
                abi.encode(permissionType, ROUTER, keccak256(bytes(text)), keccak256("a call"), 100, keccak256("2025-11-21 09:01:00 UTC"), keccak256("the session's end")),
                ruleLists(),
                abi.encode(keccak256(abi.encode(keccak256(abi.encode(countType, keccak256("word 5"), 2)))), none, none, none)
            )
        );
        assertEq(hash, sessionHash(p, keccak256(abi.encode(first, second))));
    }

    function ruleLists() private view returns (bytes memory) {
        bytes32 ratioType = keccak256(bytes(RATIO));
        bytes32 unsigned1 = ruleHash("UnsignedRule(string position,string comparison,uint256", "word 1", "is", abi.encode(500));
        bytes32 unsigned2 = ruleHash("UnsignedRule(string position,string comparison,uint256", "word 1", "at most", abi.encode(255));
        bytes32 ratio1 = keccak256(abi.encode(ratioType, keccak256("word 5"), keccak256("at most"), 7, 9, keccak256("native value")));
        bytes32 ratio2 = keccak256(abi.encode(ratioType, keccak256("word 5"), keccak256("at least"), 2, 3, keccak256("word 1")));
        return abi.encode(
            keccak256(abi.encode(ruleHash("AddressRule(string position,string comparison,address", "word 0", "one of", abi.encode(account, OTHER)))),
            keccak256(abi.encode(unsigned1, unsigned2)),
            keccak256(abi.encode(ruleHash("SignedRule(string position,string comparison,int256", "word 2", "between", abi.encode(-1, 1)))),
            keccak256(abi.encode(ruleHash("YesNoRule(string position,string comparison,bool", "word 3", "is", abi.encode(true)))),
            keccak256(abi.encode(ruleHash("BytesRule(string position,string comparison,bytes32", "word 4", "is not", abi.encode(bytes4(0x01020304))))),
            keccak256(abi.encode(ratio1, ratio2))
        );
    }

    function sessionHash(Plan memory p, bytes32 permissions) private view returns (bytes32) {
        bytes32 limitType = keccak256("Limit(uint256 number,string counts,uint256 atMost,string period)");
        bytes32 sum = keccak256(abi.encode(limitType, 2, keccak256("sum of the counted words"), 55, keccak256("in total")));
        bytes32 fees = keccak256(abi.encode(limitType, 3, keccak256("gas fees"), 10, keccak256("per 1 hour from the session's start")));
        bytes32 token = keccak256(abi.encode(keccak256(bytes(TOKEN_LIMIT)), 1, TOKEN, 1000, keccak256("per 1 day from the session's start")));
        bytes32 keys = keccak256(
            abi.encode(
                keccak256("Keys(uint256 needed,address[] of)"), 2,
                keccak256(abi.encode(vm.addr(keyAt(0)), vm.addr(keyAt(1)), vm.addr(keyAt(2))))
            )
        );
        bytes32 gas_ = keccak256(
            abi.encode(
                keccak256("Gas(string price,string fees,address[] paymasters)"), keccak256("at most 2000000000 wei"),
                keccak256("limited"), keccak256(abi.encode(OTHER))
            )
        );
        bytes32 type_ = keccak256(abi.encodePacked(SESSION, TAIL, PERMISSION, POLICY, RATIO, SIGNED, TOKEN_LIMIT, LAST));
        return keccak256(
            bytes.concat(
                abi.encode(type_, block.chainid, account, p.epoch, p.serial, keys, keccak256("2025-11-21 09:00:00 UTC"), keccak256("for ever")),
                abi.encode(permissions, keccak256(abi.encode(token)), keccak256(abi.encode(sum, fees)), gas_)
            )
        );
    }

    function test_A04_approval_digest_is_plain_eip712() public view {
        bytes32[] memory hashes = new bytes32[](2);
        (hashes[0], hashes[1]) = (bytes32(uint256(1)), bytes32(uint256(2)));
        bytes32 type_ = keccak256(
            abi.encodePacked("ApproveSessions(Session[] sessions)", TAIL, PERMISSION, POLICY, RATIO, SESSION, SIGNED, TOKEN_LIMIT, LAST)
        );
        bytes32 struct_ = keccak256(abi.encode(type_, keccak256(abi.encodePacked(hashes))));
        assertEq(v.approvalDigest(hashes), typedDataHash(struct_));
    }
}
