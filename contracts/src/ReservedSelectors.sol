// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// Functions that move or hand over value. Four bytes collide, and another text for one of these selectors can be ground in minutes, so
/// only the function's own text may name it: docs/refusals.md, "Reserved selectors".
library ReservedSelectors {
    // The first 12 bytes of keccak256 of each text, in the table's order: 4 are the selector, 8 more can't be ground.

    /// @dev Those that the table marks never.
    bytes private constant DENIED =
        hex"a22cb4651ab9570f89bb5163" // setApprovalForAll(address,bool)
        hex"d505accfee7b46ac3ce97322" // permit(address,address,uint256,uint256,uint8,bytes32,bytes32)
        hex"9fd5a6cfd207f3e5388ccd6e" // permit(address,address,uint256,uint256,bytes)
        hex"8fcbaf0c4bd00d696b151e36" // permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)
        hex"2b67b570c59a90b23ef7a9df" // permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)
        hex"2a2d80d1de76481ad3ea1133" // permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)
        hex"959b8c3fa5f1ac78a7061180" // authorizeOperator(address)
        hex"c04a8a10f889571e478e7f36" // approveDelegation(address,uint256)
        hex"110496e50fa93367cc44fb6a" // allow(address,bool)
        hex"e9ae5c53b168c30927736511" // execute(bytes32,bytes)
        hex"8dd7712f953d894fac19bc17" // executeUserOp((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes),bytes32)
        hex"9517e29fb4b6049eb6540d14" // installModule(uint256,address,bytes)
        hex"a71763a892832e18e6ea273f" // uninstallModule(uint256,address,bytes)
        hex"4f1ef2866b98625bdfefae89" // upgradeToAndCall(address,bytes)
        hex"f2fde38b092330466c661fc7" // transferOwnership(address)
        hex"3659cfe672549963da205df8" // upgradeTo(address)
        hex"1626ba7e356f5979dd355a3d" // isValidSignature(bytes32,bytes)
        hex"f551e2eed3f79ded38b38e7e"; // isValidSignatureWithSender(address,bytes32,bytes)

    bytes private constant BY_NAME =
        hex"a9059cbb2ab09eb219583f4a" // transfer(address,uint256)
        hex"23b872dd7302113369cda290" // transferFrom(address,address,uint256)
        hex"095ea7b334ae44009aa867bf" // approve(address,uint256)
        hex"39509351d3325647dde3fdd3" // increaseAllowance(address,uint256)
        hex"a457c2d77307f80ff2f3ac81" // decreaseAllowance(address,uint256)
        hex"42842e0eb38857a7775b4e73" // safeTransferFrom(address,address,uint256)
        hex"b88d4fde60196325a28bb7f9" // safeTransferFrom(address,address,uint256,bytes)
        hex"f242432a01954b0e0efb67e7" // safeTransferFrom(address,address,uint256,uint256,bytes)
        hex"2eb2c2d667cf048e1ec82a45" // safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)
        hex"87517c45cbdab9849fa9eca0" // approve(address,address,uint160,uint48)
        hex"36c7851638b88ae7ab64ce96" // transferFrom(address,address,uint160,address)
        hex"e3ee160ec5755e52a4395e85" // transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)
        hex"cf0929959cbb5cf6cbabf004" // transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)
        hex"ef55bec64c1b5e56fa55bf6f" // receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)
        hex"88b7ab637aab73fe4e8f6fc8" // receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)
        hex"1296ee6229cbd38b2b6a4120" // transferAndCall(address,uint256)
        hex"4000aea038e4acde4ff65b41" // transferAndCall(address,uint256,bytes)
        hex"3177029fdd2b36d90f497184" // approveAndCall(address,uint256)
        hex"cae9ca5133009d821214ac82" // approveAndCall(address,uint256,bytes)
        hex"9bd9bbc68c9d2d57236e56ab" // send(address,uint256,bytes)
        hex"b753a98c7edc34134b021830" // push(address,uint256)
        hex"f2d5d56b731d9dd563e9f44d" // pull(address,uint256)
        hex"bb35783b345a0424fdde5c6a" // move(address,address,uint256)
        hex"2e1a7d4d13322e7b96f9a574" // withdraw(uint256)
        hex"ac9650d882acfa253cba1ed5" // multicall(bytes[])
        hex"cc53287fb525687eda413b87"; // lockdown((address,address)[])

    uint256 private constant EACH = 0x0000000100000001000000010000000100000001000000010000000100000001; // times a selector: 8 of it
    uint256 private constant HIGH = EACH << 31;

    /// @return whether it is the selector of one of these functions
    function isReserved(uint256 selector) internal pure returns (bool) {
        unchecked {
            uint256 each = selector * EACH;
            // Those of DENIED, then those of BY_NAME; the first fills the last word up.
            uint256 found = zeros(each ^ 0xa22cb465d505accf9fd5a6cf8fcbaf0c2b67b5702a2d80d1959b8c3fc04a8a10);
            found |= zeros(each ^ 0x110496e5e9ae5c538dd7712f9517e29fa71763a84f1ef286f2fde38b3659cfe6);
            found |= zeros(each ^ 0x1626ba7ef551e2eea9059cbb23b872dd095ea7b339509351a457c2d742842e0e);
            found |= zeros(each ^ 0xb88d4fdef242432a2eb2c2d687517c4536c78516e3ee160ecf092995ef55bec6);
            found |= zeros(each ^ 0x88b7ab631296ee624000aea03177029fcae9ca519bd9bbc6b753a98cf2d5d56b);
            found |= zeros(each ^ 0xbb35783b2e1a7d4dac9650d8cc53287fa22cb465a22cb465a22cb465a22cb465);
            return found != 0;
        }
    }

    /// @return not 0 where one of the eight parts of 32 bits is 0
    function zeros(uint256 parts) private pure returns (uint256) {
        unchecked {
            return (parts - EACH) & ~parts & HIGH;
        }
    }

    /// @return stranger whether the text with this hash takes the selector of one of these functions without being it
    /// @return denied whether it is one of those that no session may call
    function find(bytes32 textHash) internal pure returns (bool stranger, bool denied) {
        if (!isReserved(uint32(bytes4(textHash))) || isIn(BY_NAME, textHash)) return (false, false);
        denied = isIn(DENIED, textHash);
        stranger = !denied;
    }

    function isIn(bytes memory hashes, bytes32 textHash) private pure returns (bool) {
        unchecked {
            for (uint256 i = 32; i < hashes.length + 32; i += 12) {
                bytes32 known;
                assembly ("memory-safe") {
                    known := mload(add(hashes, i))
                }
                if (bytes12(known) == bytes12(textHash)) return true;
            }
            return false;
        }
    }
}
