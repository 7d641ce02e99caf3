// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, copyToMemory} from "./Reader.sol";
import "./Refusals.sol";
import "./SessionForm.sol";
import "./Hashing.sol";
import {domainSeparator, typedDataHash} from "./TypedData.sol";
import {MessageTexts, LAST_SECOND} from "./MessageTexts.sol";
import {Facts, Reading} from "./Reading.sol";
import {PermissionForm} from "./PermissionForm.sol";
import {TokenFunctions} from "./TokenFunctions.sol";

/// Checks a session in full and rebuilds, in the same pass, the message that its owner reads and signs (EIP-712).
/// @dev docs/protocol.md, sections 2 and 5 "Enabling". What is hashed here is what `Permissions` enforces: the same bytes. Valetkey
/// creates it, and asks it about every session that is to be enabled: one contract would be larger than contracts may be (EIP-170).
contract Enabling {
    // The types of the message, in the order of their names.
    string private constant RULES = "AddressRule(string position,string comparison,address[] values)"
        "BatchRule(string call,uint256 permission,string position,string type,string comparison,string of)"
        "BytesRule(string position,string comparison,bytes32[] values)" "Count(string counts,uint256 limit)";
    string private constant GAS = "Gas(string price,string fees,address[] paymasters)";
    string private constant INSIDE = "Inside(string position,string by,uint256[] permissions)";
    string private constant KEYS = "Keys(uint256 needed,address[] of)";
    string private constant LIMIT = "Limit(uint256 number,string counts,uint256 atMost,string period)";
    string private constant PERMISSION =
        "Permission(address contract,string function,string place,uint256 valueAtMost,string from,string until,AddressRule[] addresses,UnsignedRule[] unsignedNumbers,SignedRule[] signedNumbers,YesNoRule[] yesNo,BytesRule[] fixedBytes,RatioRule[] ratios,Count[] counts,Inside[] inside,BatchRule[] batch,Policy[] policies)";
    string private constant POLICY_AND_RATIO_RULE =
        "Policy(address contract,address[] addresses,uint256[] unsignedNumbers,int256[] signedNumbers,bool[] yesNo,bytes32[] fixedBytes)"
        "RatioRule(string position,string comparison,uint256 numerator,uint256 denominator,string of)";
    string private constant SESSION =
        "Session(uint256 chain,address account,uint64 epoch,uint32 serial,Keys keys,string from,string until,Permission[] permissions,TokenLimit[] tokenLimits,Limit[] limits,Gas gas)";
    string private constant SIGNED_RULE = "SignedRule(string position,string comparison,int256[] values)";
    string private constant TOKEN_LIMIT = "TokenLimit(uint256 number,address token,uint256 atMost,string period)";
    string private constant MORE_RULES = "UnsignedRule(string position,string comparison,uint256[] values)"
        "YesNoRule(string position,string comparison,bool[] values)";

    bytes32 private constant KEYS_TYPE = keccak256("Keys(uint256 needed,address[] of)");
    bytes32 private constant LIMIT_TYPE =
        keccak256("Limit(uint256 number,string counts,uint256 atMost,string period)");
    bytes32 private constant TOKEN_LIMIT_TYPE =
        keccak256("TokenLimit(uint256 number,address token,uint256 atMost,string period)");
    bytes32 private constant GAS_TYPE = keccak256("Gas(string price,string fees,address[] paymasters)");

    bytes32 private immutable PERMISSION_TYPE =
        keccak256(abi.encodePacked(PERMISSION, RULES, INSIDE, POLICY_AND_RATIO_RULE, SIGNED_RULE, MORE_RULES));
    bytes32 private immutable SESSION_TYPE = keccak256(
        abi.encodePacked(
            SESSION,
            RULES, GAS, INSIDE, KEYS, LIMIT, PERMISSION, POLICY_AND_RATIO_RULE, SIGNED_RULE, TOKEN_LIMIT, MORE_RULES
        )
    );
    bytes32 private immutable APPROVE_TYPE = keccak256(
        abi.encodePacked(
            abi.encodePacked("ApproveSessions(Session[] sessions)", RULES, GAS, INSIDE, KEYS, LIMIT, PERMISSION),
            POLICY_AND_RATIO_RULE, SESSION, SIGNED_RULE, TOKEN_LIMIT, MORE_RULES
        )
    );
    address private immutable VALIDATOR = msg.sender; // who created this contract
    bytes32 private immutable DOMAIN_SEPARATOR = domainSeparator(msg.sender);

    /// @param session in full, as `SessionForm.read` found it to end where its bytes end
    /// @return hash the EIP-712 hash of the struct Session, after all checks
    function check(address account, bytes calldata session) external view returns (bytes32 hash) {
        unchecked {
            uint256 start;
            assembly ("memory-safe") {
                start := session.offset
            }
            Session s = Session.wrap(copyToMemory(start, session.length));
            (, uint256[] memory permissions_,) = SessionForm.read(s, true, MALFORMED_SESSION);
            SessionForm.checkForm(s, permissions_);
            if (s.keyCount() == 0 || s.permissionCount() == 0) refuse(SESSION_CAPS);
            bytes32 keys = checkKeys(s, account);
            (uint256 from, uint256 until) = s.window();
            if (from > LAST_SECOND || until > LAST_SECOND) refuse(TIME_OVER);
            if (until != 0 && until <= from) refuse(WINDOW_ORDER);
            bytes32 paymasters = checkPaymasters(s);
            Reading memory r;
            r.account = account;
            r.validator = VALIDATOR;
            r.session = s;
            r.permissions = permissions_;
            (bytes32 tokenLimits, bytes32 limits, bool feesLimited) = checkLimits(r);
            bytes32 permissions = checkPermissions(r);
            checkComplete(r);
            return keccak256(
                abi.encode(
                    SESSION_TYPE,
                    block.chainid,
                    account,
                    s.epoch(),
                    s.serial(),
                    keys,
                    MessageTexts.time(from),
                    until == 0 ? keccak256("for ever") : MessageTexts.time(until),
                    permissions,
                    tokenLimits,
                    limits,
                    gasHash(s, feesLimited, paymasters)
                )
            );
        }
    }

    /// @return what the owner signs to approve the sessions with these hashes
    function approvalDigest(bytes32[] calldata sessionHashes) external view returns (bytes32) {
        bytes32 list = keccak256(abi.encodePacked(sessionHashes));
        return typedDataHash(DOMAIN_SEPARATOR, keccak256(abi.encode(APPROVE_TYPE, list)));
    }

    function checkKeys(Session s, address account) private pure returns (bytes32) {
        unchecked {
            if (s.threshold() == 0 || s.threshold() > s.keyCount()) refuse(KEY_THRESHOLD);
            bytes32[] memory keys = new bytes32[](s.keyCount());
            address last;
            for (uint256 k; k < s.keyCount(); ++k) {
                if (s.keyKind(k) != 0) refuse(KEY_KIND, NO_INDEX, k);
                address key = s.key(k);
                if (key <= last) refuse(KEY_ORDER, NO_INDEX, k);
                if (key == account) refuse(KEY_IS_ACCOUNT, NO_INDEX, k);
                last = key;
                keys[k] = bytes32(uint256(uint160(key)));
            }
            return hash3(KEYS_TYPE, bytes32(s.threshold()), hashOf(keys, 0, keys.length));
        }
    }

    function checkPaymasters(Session s) private pure returns (bytes32) {
        unchecked {
            (, uint256 fees) = s.gas();
            if (fees > 1) refuse(FEES_KIND);
            bytes32[] memory paymasters = new bytes32[](s.paymasterCount());
            address last;
            for (uint256 m; m < s.paymasterCount(); ++m) {
                address paymaster = s.paymaster(m);
                if (paymaster <= last) refuse(PAYMASTER_ORDER, NO_INDEX, m);
                last = paymaster;
                paymasters[m] = bytes32(uint256(uint160(paymaster)));
            }
            if (fees == 0 && s.paymasterCount() == 0) refuse(NO_PAYER);
            return hashOf(paymasters, 0, paymasters.length);
        }
    }

    function gasHash(Session s, bool feesLimited, bytes32 paymasters) private pure returns (bytes32) {
        (uint256 most, uint256 fees) = s.gas();
        bytes32 price = most == UNLIMITED_PRICE
            ? keccak256("unlimited")
            : MessageTexts.price(most);
        bytes32 fee = fees == 0
            ? keccak256("none, a paymaster pays")
            : feesLimited ? keccak256("limited") : keccak256("unlimited");
        return hash4(GAS_TYPE, price, fee, paymasters);
    }

    function checkLimits(Reading memory r) private pure returns (bytes32, bytes32, bool feesLimited) {
        unchecked {
            uint256 count = r.session.limitCount();
            (, uint256 fees) = r.session.gas();
            r.limits = new uint256[](count);
            bytes32[] memory tokenHashes = new bytes32[](count);
            bytes32[] memory hashes = new bytes32[](count);
            uint256 tokens;
            uint256 at = r.session.limitsAt();
            for (uint256 l; l < count; ++l) {
                r.limits[l] = at;
                uint256 limit = load(at);
                uint256 kind = SessionForm.limitKind(limit);
                uint256 amount = SessionForm.limitAmount(limit);
                if (kind > LIMIT_GAS_FEES) refuse(LIMIT_KIND, NO_INDEX, l);
                if (amount == 0) refuse(LIMIT_ZERO, NO_INDEX, l);
                bytes32 period = MessageTexts.period(SessionForm.limitPeriod(limit));
                if (kind == LIMIT_TOKEN_AMOUNT) {
                    address token = SessionForm.tokenAt(at);
                    if (token == address(0) || token == r.account) refuse(LIMIT_TOKEN, NO_INDEX, l);
                    tokenHashes[tokens++] =
                        hash5(TOKEN_LIMIT_TYPE, bytes32(l + 1), bytes32(uint256(uint160(token))), bytes32(amount), period);
                } else {
                    if (kind == LIMIT_GAS_FEES) {
                        if (fees == 0) refuse(LIMIT_FEES, NO_INDEX, l);
                        feesLimited = true;
                    }
                    hashes[l - tokens] =
                        hash5(LIMIT_TYPE, bytes32(l + 1), MessageTexts.counted(kind), bytes32(amount), period);
                }
                at += SessionForm.limitSize(limit);
            }
            return (hashOf(tokenHashes, 0, tokens), hashOf(hashes, 0, count - tokens), feesLimited);
        }
    }

    function checkPermissions(Reading memory r) private view returns (bytes32) {
        unchecked {
            uint256 count = r.permissions.length;
            r.facts = new Facts[](count);
            for (uint256 p; p < count; ++p) {
                r.p = p;
                r.at = r.permissions[p];
                r.end = r.at + (load(r.at - 2) >> 240);
                PermissionForm.check(r, r.facts[p], PERMISSION_TYPE);
            }
            for (uint256 p; p < count; ++p) {
                r.p = p;
                PermissionForm.checkOthers(r, r.facts[p]);
            }
            bytes32[] memory hashes = new bytes32[](count);
            for (uint256 p; p < count; ++p) {
                PermissionForm.checkUsed(r, r.facts[p], p);
                hashes[p] = PermissionForm.hashOfStruct(r.facts[p]);
            }
            return hashOf(hashes, 0, count);
        }
    }

    /// @dev Where a session limits a token, nothing else of it may move that token uncounted.
    function checkComplete(Reading memory r) private pure {
        unchecked {
            uint256 count = r.limits.length;
            for (uint256 l; l < count; ++l) {
                uint256 kind = SessionForm.limitKind(load(r.limits[l]));
                bool named = kind == LIMIT_TOKEN_AMOUNT || kind == LIMIT_SUM || kind == LIMIT_NATIVE || kind == LIMIT_CALLS;
                if (named && (r.counted >> l) & 1 == 0) refuse(LIMIT_UNUSED, NO_INDEX, l);
            }
            for (uint256 l; l < count; ++l) {
                if (SessionForm.limitKind(load(r.limits[l])) != LIMIT_TOKEN_AMOUNT) continue;
                for (uint256 p; p < r.facts.length; ++p) {
                    if (TokenFunctions.movesUncounted(r.facts[p], SessionForm.tokenAt(r.limits[l]))) {
                        refuse(LIMIT_INCOMPLETE, p, l);
                    }
                }
            }
        }
    }
}
