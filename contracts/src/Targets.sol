// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

address constant ENTRY_POINT_V06 = 0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789;
address constant ENTRY_POINT_V07 = 0x0000000071727De22E5E9d8BAf0edAc6f37da032;
address constant ENTRY_POINT_V08 = 0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108;
address constant ENTRY_POINT_V09 = 0x433709009B8330FDa32311DF1C2AFA402eD8D009;

function isEntryPoint(address target) pure returns (bool) {
    return target == ENTRY_POINT_V07 || target == ENTRY_POINT_V08 || target == ENTRY_POINT_V06
        || target == ENTRY_POINT_V09;
}
