// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Plan} from "./Sessions.sol";
import {DynamicSessionTest} from "./DynamicSessions.sol";
import "../src/Refusals.sol";

struct Hop {
    bytes path;
    address recipient;
    uint256 amountIn;
    uint256 amountOutMinimum;
}

struct Leaf {
    uint256 to; // an address; as a number it can be dirty
    uint256[] amounts;
}

struct Branch {
    uint256 number;
    Leaf[] leaves;
    bytes data;
}

/// Rules on dynamic arguments, and the one form of call data that passes under them.
contract DynamicTest is DynamicSessionTest {
    address private constant USDC = address(0xC0FFEE);
    address private constant WETH = address(0xE7);
    address private constant WBTC = address(0xB7C);

    // ---------------------------------------------------------------- a tuple with `bytes`: exactInput

    string private constant EXACT_INPUT = "exactInput((bytes,address,uint256,uint256))";

    function exactInputPlan() private returns (Plan memory p) {
        bytes memory paths = bytes.concat(
            bytes.concat(hex"08", path(hex"00000001"), path(hex"00000002"), path(hex"00000003"), path(hex"0000000004")),
            path(hex"0000000005000000"), path(hex"0000000006000000"), // first and last token
            path(hex"00000000070000000017"), path(hex"00000000072200140017") // every token, every fee
        );
        bytes memory rules = bytes.concat(
            bytes.concat(hex"08", hex"00800000", isAddress(0x84, USDC), isAddress(0x85, WETH)),
            rule(0, 0x86, 0x02, abi.encodePacked(hex"14", WETH, hex"14", WBTC, hex"14", USDC)),
            unsigned(0x81, 0x60, 1000), rule(0x3f, 0x83, 0x01, hex"012b0142"), rule(0x22, 0x87, 0x01, hex"0201f4020bb8"),
            hex"a082a03f813f01020101"
        );
        p = addLimit(plan(), 1, 1500, 0);
        Dynamics memory d = Dynamics(hex"8104028003", paths, NONE);
        add(p, onDynamic(DYNAMIC, ROUTER, selectorOf(EXACT_INPUT), 1, d, bytes.concat(rules, hex"0100813f")), EXACT_INPUT);
        enable(p);
    }

    function exactInput(bytes memory route, uint256 amount, uint256 least) private view returns (bytes memory) {
        return abi.encodeWithSelector(selectorOf(EXACT_INPUT), Hop(route, account, amount, least));
    }

    function test_slices_of_bytes() public {
        Plan memory p = exactInputPlan();
        bytes memory one = abi.encodePacked(USDC, uint24(500), WETH);
        bytes memory two = abi.encodePacked(USDC, uint24(3000), WBTC, uint24(500), WETH);
        isRefused(p, abi.encodeWithSelector(selectorOf(EXACT_INPUT), Hop(one, OTHER, 1, 2)), RULE_IS, 0);
        isRefused(p, exactInput(abi.encodePacked(WBTC, uint24(500), WETH), 1, 2), RULE_IS, 1);
        isRefused(p, exactInput(abi.encodePacked(USDC, uint24(500), WBTC), 1, 2), RULE_IS, 2);
        isRefused(p, exactInput(abi.encodePacked(USDC, uint24(3000), OTHER, uint24(500), WETH), 1, 2), RULE_ONE_OF, 3);
        isRefused(p, exactInput(one, 1001, 2002), RULE_AT_MOST, 4);
        isRefused(p, exactInput(abi.encodePacked(two, uint24(500), WETH), 1, 2), RULE_ONE_OF, 5);
        isRefused(p, exactInput(abi.encodePacked(USDC, uint24(501), WETH), 1, 2), RULE_ONE_OF, 6);
        isRefused(p, exactInput(abi.encodePacked(USDC, uint24(3000), WBTC, uint24(501), WETH), 1, 2), RULE_ONE_OF, 6);
        isRefused(p, exactInput(one, 10, 19), RULE_RATIO, 7);
        isRefused(p, exactInput(abi.encodePacked(bytes19(bytes20(USDC))), 1, 2), PATH_RANGE, 4);
        isRefused(p, exactInput("", 1, 2), PATH_RANGE, 4);
        isRefused(p, exactInput(abi.encodePacked(USDC), 1, 2), RULE_IS, 2); // first and last at once
        isPassed(p, exactInput(one, 10, 20));
        isPassed(p, exactInput(two, 990, 2000));
        refused(signedUse(p, call(ROUTER, 0, exactInput(two, 501, 1002)), 0), LIMIT_PASSED, NO_INDEX, 0);
        isPassed(p, exactInput(two, 500, 1000));
    }

    // ---------------------------------------------------------------- arrays in tuples in arrays

    string private constant TREE = "plant((uint256,(address,uint256[])[],bytes)[])";
    bytes private constant TREE_LAYOUT = hex"820e81030b0182078102040182010180";

    function treePlan() private returns (Plan memory p) {
        bytes memory paths = bytes.concat(
            bytes.concat(hex"08", path(hex"000004"), path(hex"000002000000"), path(hex"000003000000")),
            bytes.concat(path(hex"00000101000000"), path(hex"00000200000102000000")),
            bytes.concat(path(hex"00000200000205830000"), path(hex"0000020000010200000104")),
            path(hex"0000020000010200000102010000")
        );
        bytes memory rules = bytes.concat(
            bytes.concat(hex"08", rule(0, 0x84, 0x01, abi.encodePacked(hex"14", address(5), hex"14", address(6)))),
            bytes.concat(unsigned(0x80, 0x60, 3), unsigned(0x81, 0x60, 10), unsigned(0x82, 0x00, 7)),
            bytes.concat(unsigned(0x83, 0x80, 1), unsigned(0x86, 0x60, 2), unsigned(0x87, 0x40, 100)),
            rule(0x83, 0x85, 0x00, hex"0412345678")
        );
        p = addLimit(plan(), 1, 150, 0);
        Dynamics memory d = Dynamics(TREE_LAYOUT, paths, NONE);
        add(p, onDynamic(DYNAMIC, ROUTER, selectorOf(TREE), 1, d, bytes.concat(rules, hex"0100873f")), TREE);
        enable(p);
    }

    function branches() private pure returns (Branch[] memory tree) {
        tree = new Branch[](2);
        tree[0] = Branch(7, new Leaf[](2), hex"1234567890");
        tree[1] = Branch(2, new Leaf[](1), hex"12345678");
        tree[0].leaves[0] = Leaf(5, new uint256[](2));
        tree[0].leaves[1] = Leaf(6, new uint256[](0));
        tree[1].leaves[0] = Leaf(5, new uint256[](1));
        tree[0].leaves[0].amounts[0] = 10;
        tree[0].leaves[0].amounts[1] = 20;
        tree[1].leaves[0].amounts[0] = 30;
    }

    function encoded(Branch[] memory tree) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selectorOf(TREE), tree);
    }

    function test_members_every_and_some() public {
        Plan memory p = treePlan();
        isPassed(p, encoded(branches())); // 60 of 150
        Branch[] memory t = branches();
        t[0].leaves[1].to = 7;
        isRefused(p, encoded(t), RULE_ONE_OF, 0);
        isRefused(p, encoded(new Branch[](4)), RULE_AT_MOST, 1);
        t = branches();
        t[1].number = 11;
        isRefused(p, encoded(t), RULE_AT_MOST, 2);
        t[0].number = 2;
        t[1].number = 7;
        isPassed(p, encoded(t)); // some member; 120 of 150
        t[1].number = 6;
        isRefused(p, encoded(t), RULE_IS, 3);
        isRefused(p, encoded(new Branch[](0)), RULE_IS, 3); // some of none
        t = new Branch[](1);
        (t[0].number, t[0].data) = (7, hex"12345678");
        isRefused(p, encoded(t), PATH_RANGE, 3); // no member 1
        t = branches();
        t[1].number = 1;
        isRefused(p, encoded(t), RULE_MORE_THAN, 4);
        t = branches();
        t[1].leaves[0].amounts = new uint256[](3);
        isRefused(p, encoded(t), RULE_AT_MOST, 5);
        t = branches();
        t[0].leaves[0].amounts[1] = 100;
        isRefused(p, encoded(t), RULE_LESS_THAN, 6);
        t = branches();
        t[1].data = hex"123456";
        isRefused(p, encoded(t), PATH_RANGE, 5);
        t[1].data = hex"1234567978";
        isRefused(p, encoded(t), RULE_IS, 7);
        t = branches();
        t[0].leaves[0].amounts[1] = 21;
        refused(signedUse(p, call(ROUTER, 0, encoded(t)), 0), LIMIT_PASSED, NO_INDEX, 0); // every value is counted: 61
        t[0].leaves[0].amounts[1] = 1;
        t[1].leaves = new Leaf[](0);
        isPassed(p, encoded(t));
    }

    function test_dirty_words_behind_paths() public {
        Plan memory p = treePlan();
        bytes memory good = encoded(branches());
        uint256 n; // of the word with the second leaf's address
        while (wordOf(good, n) != 6) ++n;
        isRefused(p, withWord(good, n, 1 << 160 | 6), DIRTY_WORD, 0);
    }

    // ---------------------------------------------------------------- T[k], strings, other types in bytes

    string private constant MIXED = "mix(string[2],(uint8,bytes))";
    bytes private constant MIXED_LAYOUT = hex"830201808102020180";

    function mixedPlan(bytes memory paths, bytes memory rules) private returns (Plan memory p) {
        Dynamics memory d = Dynamics(MIXED_LAYOUT, paths, NONE);
        bytes memory rest = bytes.concat(rules, NONE);
        p = add(plan(), onDynamic(DYNAMIC, ROUTER, selectorOf(MIXED), 2, d, rest), MIXED);
        enable(p);
    }

    struct Pair {
        uint8 small;
        bytes data;
    }

    function mixed(string memory a, string memory b, uint8 small, bytes memory data) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selectorOf(MIXED), [a, b], Pair(small, data));
    }

    function test_types_inside_bytes() public {
        bytes memory paths = bytes.concat(
            bytes.concat(hex"06", path(hex"00010000"), path(hex"0000000104")),
            path(hex"0001000105410001"), path(hex"0001000105600000"), path(hex"0001000106600000"), path(hex"0001000106820000")
        );
        bytes memory rules = bytes.concat(
            bytes.concat(hex"06", rule(0x20, 0x80, 0x60, hex"0105"), unsigned(0x81, 0x60, 3)),
            bytes.concat(rule(0x41, 0x82, 0x40, hex"81ff"), rule(0x60, 0x83, 0x00, hex"0101")), // int16 below -256
            bytes.concat(rule(0x60, 0x84, 0x00, hex"00"), rule(0x82, 0x85, 0x20, hex"03aabb00"))
        );
        Plan memory p = mixedPlan(paths, rules);
        isPassed(p, mixed("a string of some length", "abc", 5, hex"01feff000000"));
        isPassed(p, mixed("", "", 0, hex"0180000000"));
        isRefused(p, mixed("", "", 6, hex"01feff0000"), RULE_AT_MOST, 0);
        isRefused(p, withWord(mixed("", "", 5, hex"01feff0000"), 6, 256), DIRTY_WORD, 0);
        isRefused(p, mixed("", "abcd", 5, hex"01feff0000"), RULE_AT_MOST, 1);
        isRefused(p, mixed("", "", 5, hex"01ff0000"), RULE_LESS_THAN, 2);
        isRefused(p, mixed("", "", 5, hex"0100000000"), RULE_LESS_THAN, 2);
        isRefused(p, mixed("", "", 5, hex"01fe"), PATH_RANGE, 2);
        isRefused(p, mixed("", "", 5, hex"00feff0000"), RULE_IS, 3);
        isRefused(p, mixed("", "", 5, hex"02feff0000"), DIRTY_WORD, 3);
        isRefused(p, mixed("", "", 5, hex"01feff0001"), RULE_IS, 4);
        isRefused(p, mixed("", "", 5, hex"01feff0002"), DIRTY_WORD, 4);
        isRefused(p, mixed("", "", 5, hex"01feffaabb00"), RULE_IS_NOT, 5);
    }

    function test_some_value_has_to_be_clean() public {
        string memory text = "pay(address[])";
        bytes memory rules = bytes.concat(hex"01", isAddress(0x80, address(5)), NONE);
        Dynamics memory d = Dynamics(hex"820101", bytes.concat(hex"01", path(hex"000003010000")), NONE);
        Plan memory p = add(plan(), onDynamic(DYNAMIC, ROUTER, selectorOf(text), 1, d, rules), text);
        enable(p);
        uint256[] memory to = new uint256[](2);
        (to[0], to[1]) = (5, 6);
        isPassed(p, abi.encodeWithSelector(selectorOf(text), to));
        (to[0], to[1]) = (6, 5);
        isPassed(p, abi.encodeWithSelector(selectorOf(text), to));
        to[1] = 7;
        isRefused(p, abi.encodeWithSelector(selectorOf(text), to), RULE_IS, 0);
        (to[0], to[1]) = (5, 1 << 160);
        isRefused(p, abi.encodeWithSelector(selectorOf(text), to), DIRTY_WORD, 0);
    }

    // ---------------------------------------------------------------- form (77)

    string private constant FLAT = "flat(bytes,uint256[],string)";

    function formPlan(string memory text, uint8 words, bytes memory layout) private returns (Plan memory p) {
        Dynamics memory d = Dynamics(layout, NONE, NONE);
        p = add(plan(), onDynamic(DYNAMIC, ROUTER, selectorOf(text), words, d, hex"0000"), text);
        enable(p);
    }

    function malformed(Plan memory p, bytes memory data) private {
        isRefused(p, data, CALL_DATA_FORM, 0);
    }

    function test_form_of_flat_arguments() public {
        Plan memory p = formPlan(FLAT, 3, hex"8082010180");
        uint256[] memory list = new uint256[](2);
        bytes memory good = abi.encodeWithSelector(selectorOf(FLAT), hex"1122", list, string(new bytes(33)));
        isPassed(p, good);
        // Words: 0 to 2 offsets (96, 160, 256); 3, 4 bytes; 5 to 7 array; 8 to 10 string.
        malformed(p, withWord(good, 0, 128)); // re-pointed
        malformed(p, withWord(good, 0, 256)); // both at the string: overlapping
        malformed(p, withWord(good, 2, 96)); // backwards, at the bytes
        malformed(p, withWord(good, 0, 0)); // at the head
        malformed(p, withWord(good, 0, 97));
        malformed(p, withWord(good, 0, type(uint256).max - 31)); // before the arguments
        malformed(p, withWord(good, 0, 1 << 255));
        malformed(p, withWord(good, 0, 1 << 255 | 96));
        malformed(p, withWord(withWord(good, 0, wordOf(good, 2)), 2, wordOf(good, 0))); // exchanged
        malformed(p, bytes.concat(good, new bytes(32))); // trailing word
        malformed(p, bytes.concat(good, hex"00"));
        malformed(p, slice(good, good.length - 32));
        malformed(p, slice(good, good.length - 1));
        isRefused(p, slice(good, 4 + 95), CALL_DATA_LENGTH, 0);
        malformed(p, slice(good, 4 + 96)); // the head alone
        isRefused(p, slice(good, 4), CALL_DATA_LENGTH, 0);
        isRefused(p, slice(good, 3), NO_PERMISSION, 0);
        // A gap, its offsets adjusted.
        bytes memory gap = withGap(good, 5, 1);
        malformed(p, withWord(withWord(gap, 1, 192), 2, 288));
        gap = withGap(good, 3, 1);
        malformed(p, withWord(withWord(withWord(gap, 0, 128), 1, 192), 2, 288));
        malformed(p, withWord(good, 4, wordOf(good, 4) | 1)); // dirty padding
        malformed(p, withWord(good, 4, wordOf(good, 4) | 1 << 239));
        malformed(p, withWord(good, 10, 1 << 247)); // the string's 34th byte
        isPassed(p, withWord(good, 10, 1 << 248)); // its 33rd
        // Lengths
        uint256[8] memory lengths =
            [uint256(1 << 255), type(uint256).max - 31, type(uint256).max, 1 << 64, 1 << 251, (1 << 251) + 2, 1 << 32, 0];
        for (uint256 n; n < 8; ++n) {
            malformed(p, withWord(good, 5, lengths[n]));
            malformed(p, withWord(good, 8, lengths[n]));
            if (lengths[n] != 0) malformed(p, withWord(good, 3, lengths[n]));
        }
        malformed(p, withWord(good, 3, 0)); // leaves a word that is nobody's
        malformed(p, withWord(good, 3, 33));
        malformed(p, withWord(good, 5, 1));
        malformed(p, withWord(good, 5, 3));
        malformed(p, withWord(good, 8, 32));
        malformed(p, withWord(good, 8, 65));
        isPassed(p, abi.encodeWithSelector(selectorOf(FLAT), "", new uint256[](0), ""));
    }

    function test_form_of_nested_arguments() public {
        Plan memory p = formPlan(TREE, 1, TREE_LAYOUT);
        bytes memory good = encoded(branches());
        isPassed(p, good);
        isPassed(p, encoded(new Branch[](0)));
        for (uint256 n; n < good.length / 32; ++n) {
            uint256 word = wordOf(good, n);
            // Offsets, counts and lengths. The branches' and leaves' own numbers are free, also the 2 of the second branch.
            bool free = word >= 5 && word <= 7 || word == 10 || word == 20 || word == 30 || word >> 128 != 0 || n == 20;
            if (free) continue;
            malformed(p, withWord(good, n, word + 32));
            malformed(p, withWord(good, n, word < 32 ? type(uint256).max - 31 + word : word - 32));
            malformed(p, withWord(good, n, 1 << 255));
            malformed(p, withWord(good, n, type(uint256).max - 31));
        }
    }

    /// An array whose member is the array itself, or its neighbour.
    function test_form_of_self_nesting() public {
        string memory text = "nest(bytes[][])";
        Plan memory p = formPlan(text, 1, hex"8203820180");
        bytes[][] memory lists = new bytes[][](1);
        lists[0] = new bytes[](2);
        bytes memory good = abi.encodeWithSelector(selectorOf(text), lists);
        isPassed(p, good); // words: 0 offset, 1 count, 2 offset, 3 count, 4 and 5 offsets, 6 and 7 lengths
        malformed(p, withWord(good, 2, 0));
        malformed(p, withWord(good, 2, type(uint256).max - 31)); // at its own count
        malformed(p, withWord(good, 4, 0));
        malformed(p, withWord(good, 5, 64)); // both at the first
        malformed(p, withWord(good, 5, 0));
        malformed(p, withWord(good, 0, 0));
    }

    function test_form_of_tuples_and_fixed_arrays() public {
        Plan memory p = formPlan(MIXED, 2, MIXED_LAYOUT);
        bytes memory good = mixed("ab", "", 1, hex"33");
        isPassed(p, good);
        // Words: 0, 1 offsets; 2, 3 offsets of strings; 4, 5 "ab"; 6 ""; 7 small; 8 offset; 9, 10 data.
        malformed(p, withWord(good, 2, 96));
        malformed(p, withWord(good, 3, 64));
        malformed(p, withWord(good, 1, 64));
        malformed(p, withWord(good, 8, 0));
        malformed(p, withWord(good, 8, 32));
        malformed(p, withWord(good, 8, 96));
        malformed(p, withWord(good, 9, 33));
        isPassed(p, withWord(good, 7, type(uint256).max)); // no rule reads it
    }

    /// Whatever passes is what the ABI's own encoder makes of what its decoder reads.
    function testFuzz_what_passes_is_canonical(uint256 at, uint256 word, uint256 mask) public {
        Plan memory p = formPlan(TREE, 1, TREE_LAYOUT);
        bytes memory data = encoded(branches());
        at = bound(at, 0, data.length / 32 - 1);
        // Small changes meet offsets and lengths more often than random words.
        word = mask & 3 == 0 ? word : mask & 3 == 1 ? wordOf(data, at) ^ (1 << (word & 0xff)) : 32 * (word & 0x1f);
        data = withWord(data, at, word);
        (bool success,) = validate(signedUse(p, call(ROUTER, 0, data), 0));
        if (!success) return;
        Branch[] memory tree = this.decoded(data);
        assertEq(encoded(tree), data);
    }

    function decoded(bytes calldata data) external pure returns (Branch[] memory) {
        return abi.decode(data[4:], (Branch[]));
    }

    function slice(bytes memory data, uint256 size) private pure returns (bytes memory part) {
        part = new bytes(size);
        for (uint256 b; b < size; ++b) part[b] = data[b];
    }
}
