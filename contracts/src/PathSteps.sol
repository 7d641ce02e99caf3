// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Positions, and the steps of paths: docs/protocol.md, section 1, "Rule" and "Dynamic part".

uint256 constant FIRST_PATH = 0x80; // of the positions; those below are head words

uint256 constant STEP_WORD = 0;
uint256 constant STEP_MEMBER = 1;
uint256 constant STEP_EVERY_MEMBER = 2;
uint256 constant STEP_SOME_MEMBER = 3;
uint256 constant STEP_LENGTH = 4;
uint256 constant STEP_FROM_START = 5;
uint256 constant STEP_FROM_END = 6;
uint256 constant STEP_REPEATED = 7;
