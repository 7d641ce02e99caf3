// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// The cheatcodes of forge that the tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    // State and environment
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function chainId(uint256 id) external;
    function prevrandao(bytes32 value) external;
    function txGasPrice(uint256 price) external;
    function deal(address account, uint256 balance) external;
    function etch(address account, bytes calldata code) external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function record() external;
    function accesses(address account) external returns (bytes32[] memory reads, bytes32[] memory writes);
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);

    /// Deploys a contract of the project by its artifact, so that its code is not compiled again into the test's.
    function deployCode(string calldata artifact) external returns (address);

    // The caller of the next call, or of all calls until stopPrank
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;

    // What the next call must do
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata data) external;
    function expectEmit() external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function expectCall(address target, bytes calldata data) external;
    function mockCall(address target, bytes calldata data, bytes calldata result) external;
    function recordLogs() external;
    function lastCallGas() external view returns (Gas memory gas); // of the last call's own frame
    function getRecordedLogs() external returns (Log[] memory);

    // Keys
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    // Fuzzing
    function assume(bool condition) external pure;

    // Text, files, labels
    function label(address account, string calldata name) external;
    function toString(address value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function toString(int256 value) external pure returns (string memory);
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

/// Base of every forge test: assertions that revert with both values.
abstract contract Test {

    error AssertionFailed(string message);

    function assertTrue(bool condition) internal pure {
        assertTrue(condition, "condition is false");
    }

    function assertTrue(bool condition, string memory message) internal pure {
        if (!condition) revert AssertionFailed(message);
    }

    function assertFalse(bool condition) internal pure {
        assertTrue(!condition, "condition is true");
    }

    function assertFalse(bool condition, string memory message) internal pure {
        assertTrue(!condition, message);
    }

    function assertEq(uint256 got, uint256 want) internal pure {
        assertEq(got, want, "");
    }

    function assertEq(uint256 got, uint256 want, string memory message) internal pure {
        if (got != want) _differ(vm.toString(got), vm.toString(want), message);
    }

    function assertEq(int256 got, int256 want) internal pure {
        if (got != want) _differ(vm.toString(got), vm.toString(want), "");
    }

    function assertEq(address got, address want) internal pure {
        assertEq(got, want, "");
    }

    function assertEq(address got, address want, string memory message) internal pure {
        if (got != want) _differ(vm.toString(got), vm.toString(want), message);
    }

    function assertEq(bytes32 got, bytes32 want) internal pure {
        assertEq(got, want, "");
    }

    function assertEq(bytes32 got, bytes32 want, string memory message) internal pure {
        if (got != want) _differ(vm.toString(got), vm.toString(want), message);
    }


    function assertEq(bool got, bool want) internal pure {
        if (got != want) _differ(got ? "true" : "false", want ? "true" : "false", "");
    }

    function assertEq(bytes memory got, bytes memory want) internal pure {
        assertEq(got, want, "");
    }

    function assertEq(bytes memory got, bytes memory want, string memory message) internal pure {
        if (keccak256(got) != keccak256(want)) _differ(vm.toString(got), vm.toString(want), message);
    }

    function assertEq(string memory got, string memory want) internal pure {
        if (keccak256(bytes(got)) != keccak256(bytes(want))) _differ(got, want, "");
    }

    function assertNotEq(bytes32 a, bytes32 b) internal pure {
        if (a == b) revert AssertionFailed(string.concat("both are ", vm.toString(a)));
    }

    function assertLe(uint256 got, uint256 most) internal pure {
        assertLe(got, most, "");
    }

    function assertLe(uint256 got, uint256 most, string memory message) internal pure {
        if (got > most) _differ(vm.toString(got), string.concat("at most ", vm.toString(most)), message);
    }

    function assertGe(uint256 got, uint256 least) internal pure {
        if (got < least) _differ(vm.toString(got), string.concat("at least ", vm.toString(least)), "");
    }

    /// Folds `value` into [low, high], keeping values that are inside.
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        assertTrue(low <= high, "bound: low is above high");
        if (value >= low && value <= high) return value;
        uint256 size = high - low + 1;
        return size == 0 ? value : low + value % size;
    }

    function _differ(string memory got, string memory want, string memory message) private pure {
        string memory text = string.concat("got ", got, ", want ", want);
        revert AssertionFailed(bytes(message).length == 0 ? text : string.concat(message, ": ", text));
    }
}
