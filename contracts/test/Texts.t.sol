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
import {Enabling} from "../src/Enabling.sol";

/// The contract's inner functions, callable.
contract Inner is Enabling {
    function types(string calldata text) external pure returns (bytes memory list, bool dynamic) {
        uint256 at;
        assembly {
            at := text.offset
        }
        at = copyToMemory(at, bytes(text).length);
        FunctionText.Text memory read;
        (read, dynamic) = FunctionText.read(at, bytes(text).length, 7);
        list = new bytes(read.words);
        for (uint256 i; i < read.words; ++i) list[i] = bytes1(uint8(load(read.types + i) >> 248));
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

    function isStranger(bytes32 hash) external pure returns (bool) {
        return ReservedSelectors.isStranger(hash);
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

    function test_reserved_selectors_are_strangers_to_other_texts() public view {
        string[6] memory own = [
            "transfer(address,uint256)", "transferFrom(address,address,uint256)", "approve(address,uint256)",
            "setApprovalForAll(address,bool)", "multicall(bytes[])", "transferOwnership(address)"
        ];
        for (uint256 i; i < own.length; ++i) {
            bytes32 hash = keccak256(bytes(own[i]));
            assertFalse(inner.isStranger(hash), own[i]);
            assertTrue(inner.isStranger(hash ^ bytes32(uint256(1) << 216)), own[i]);
        }
        assertFalse(inner.isStranger(keccak256("f()")));
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
        "BytesRule(string position,string comparison,bytes32[] values)Count(string counts,uint256 limit)"
        "Gas(string price,string fees,address[] paymasters)Keys(uint256 needed,address[] of)"
        "Limit(uint256 number,string counts,uint256 atMost,string period)";
    string private constant PERMISSION =
        "Permission(address contract,string function,uint256 valueAtMost,string from,string until,AddressRule[] addresses,UnsignedRule[] unsignedNumbers,SignedRule[] signedNumbers,YesNoRule[] yesNo,BytesRule[] fixedBytes,RatioRule[] ratios,Count[] counts)";
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
                PERMISSION, "AddressRule(string position,string comparison,address[] values)BytesRule(string position,string comparison,bytes32[] values)Count(string counts,uint256 limit)", RATIO, SIGNED, LAST
            )
        );
        bytes32 countType = keccak256("Count(string counts,uint256 limit)");
        bytes32 first = keccak256(
            bytes.concat(
                abi.encode(permissionType, TOKEN, keccak256(bytes(TRANSFER)), 0, keccak256("the session's start"), keccak256("the session's end")),
                abi.encode(none, none, none, none, none, none, keccak256(abi.encode(keccak256(abi.encode(countType, keccak256("word 1"), 1)))))
            )
        );
        bytes32 second = keccak256(
            bytes.concat(
                abi.encode(permissionType, ROUTER, keccak256(bytes(text)), 100, keccak256("2025-11-21 09:01:00 UTC"), keccak256("the session's end")),
                ruleLists(),
                abi.encode(keccak256(abi.encode(keccak256(abi.encode(countType, keccak256("word 5"), 2)))))
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
        bytes32 type_ = keccak256(abi.encodePacked(SESSION, TAIL, PERMISSION, RATIO, SIGNED, TOKEN_LIMIT, LAST));
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
            abi.encodePacked("ApproveSessions(Session[] sessions)", TAIL, PERMISSION, RATIO, SESSION, SIGNED, TOKEN_LIMIT, LAST)
        );
        bytes32 struct_ = keccak256(abi.encode(type_, keccak256(abi.encodePacked(hashes))));
        assertEq(v.approvalDigest(hashes), typedDataHash(struct_));
    }
}
