// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {load, loadByte, loadAddress, loadNumber, copyToMemory, hashMemory, store, zeros} from "./Reader.sol";
import "./Refusals.sol";
import {domainSeparator, typedDataHash} from "./TypedData.sol";
import {isEntryPoint} from "./Targets.sol";
import "./SessionForm.sol";
import "./Words.sol";
import {FunctionText} from "./FunctionText.sol";
import {MessageTexts} from "./MessageTexts.sol";
import {ReservedSelectors} from "./ReservedSelectors.sol";

/// Checks a session in full and rebuilds, in the same pass, the message that its owner reads and signs (EIP-712).
/// @dev docs/protocol.md, sections 2 and 5 "Enabling". What is hashed here is what `Permissions` enforces: the same bytes. Valetkey
/// creates it, and asks it about every session that is to be enabled: one contract would be larger than contracts may be (EIP-170).
contract Enabling {
    string private constant RULES = "AddressRule(string position,string comparison,address[] values)"
        "BytesRule(string position,string comparison,bytes32[] values)" "Count(string counts,uint256 limit)";
    string private constant GAS = "Gas(string price,string fees,address[] paymasters)";
    string private constant KEYS = "Keys(uint256 needed,address[] of)";
    string private constant LIMIT = "Limit(uint256 number,string counts,uint256 atMost,string period)";
    string private constant PERMISSION =
        "Permission(address contract,string function,uint256 valueAtMost,string from,string until,AddressRule[] addresses,UnsignedRule[] unsignedNumbers,SignedRule[] signedNumbers,YesNoRule[] yesNo,BytesRule[] fixedBytes,RatioRule[] ratios,Count[] counts)";
    string private constant RATIO_RULE =
        "RatioRule(string position,string comparison,uint256 numerator,uint256 denominator,string of)";
    string private constant SESSION =
        "Session(uint256 chain,address account,uint64 epoch,uint32 serial,Keys keys,string from,string until,Permission[] permissions,TokenLimit[] tokenLimits,Limit[] limits,Gas gas)";
    string private constant SIGNED_RULE = "SignedRule(string position,string comparison,int256[] values)";
    string private constant TOKEN_LIMIT = "TokenLimit(uint256 number,address token,uint256 atMost,string period)";
    string private constant MORE_RULES = "UnsignedRule(string position,string comparison,uint256[] values)"
        "YesNoRule(string position,string comparison,bool[] values)";

    bytes32 private constant ADDRESS_RULE_TYPE =
        keccak256("AddressRule(string position,string comparison,address[] values)");
    bytes32 private constant UNSIGNED_RULE_TYPE =
        keccak256("UnsignedRule(string position,string comparison,uint256[] values)");
    bytes32 private constant SIGNED_RULE_TYPE =
        keccak256("SignedRule(string position,string comparison,int256[] values)");
    bytes32 private constant YES_NO_RULE_TYPE =
        keccak256("YesNoRule(string position,string comparison,bool[] values)");
    bytes32 private constant BYTES_RULE_TYPE =
        keccak256("BytesRule(string position,string comparison,bytes32[] values)");
    bytes32 private constant RATIO_RULE_TYPE = keccak256(
        "RatioRule(string position,string comparison,uint256 numerator,uint256 denominator,string of)"
    );
    bytes32 private constant COUNT_TYPE = keccak256("Count(string counts,uint256 limit)");
    bytes32 private constant KEYS_TYPE = keccak256("Keys(uint256 needed,address[] of)");
    bytes32 private constant LIMIT_TYPE =
        keccak256("Limit(uint256 number,string counts,uint256 atMost,string period)");
    bytes32 private constant TOKEN_LIMIT_TYPE =
        keccak256("TokenLimit(uint256 number,address token,uint256 atMost,string period)");
    bytes32 private constant GAS_TYPE = keccak256("Gas(string price,string fees,address[] paymasters)");

    bytes32 private immutable PERMISSION_TYPE =
        keccak256(abi.encodePacked(PERMISSION, RULES, RATIO_RULE, SIGNED_RULE, MORE_RULES));
    bytes32 private immutable SESSION_TYPE = keccak256(
        abi.encodePacked(
            SESSION, RULES, GAS, KEYS, LIMIT, PERMISSION, RATIO_RULE, SIGNED_RULE, TOKEN_LIMIT, MORE_RULES
        )
    );
    bytes32 private immutable APPROVE_TYPE = keccak256(
        abi.encodePacked(
            "ApproveSessions(Session[] sessions)",
            RULES, GAS, KEYS, LIMIT, PERMISSION, RATIO_RULE, SESSION, SIGNED_RULE, TOKEN_LIMIT, MORE_RULES
        )
    );
    address private immutable VALIDATOR = msg.sender; // who created this contract
    bytes32 private immutable DOMAIN_SEPARATOR = domainSeparator(msg.sender);

    uint256 private constant LAST_SECOND = 253_402_300_799; // of the year 9999
    uint256 private constant MOST = 16; // rules, counts
    uint256 private constant EMPTY = uint256(keccak256("")); // of an empty list
    bytes32 private constant TRANSFER = keccak256("transfer(address,uint256)");
    bytes32 private constant APPROVE = keccak256("approve(address,uint256)");
    bytes32 private constant INCREASE_ALLOWANCE = keccak256("increaseAllowance(address,uint256)");
    bytes32 private constant TRANSFER_FROM = keccak256("transferFrom(address,address,uint256)");

    /// What is known while the permissions of a session are read.
    struct Reading {
        address account;
        Session session;
        uint256[] permissions; // of `SessionForm.read`
        uint256[] limits; // where each is
        uint256 counted; // bit l: a permission counts against limit l
        uint256 p; // the permission that is read
        uint256 at; // where in it
        uint256 end; // of it
        address target;
        uint256 kind;
        bytes32 textHash;
        FunctionText.Text text; // kind function
        address[] targets; // of each permission so far
        bool[] counts; // whether it counts against a limit on its target as a token
        bool[] anything;
    }

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
            bytes32[] memory hashes = new bytes32[](count);
            r.targets = new address[](count);
            r.counts = new bool[](count);
            r.anything = new bool[](count);
            for (uint256 p; p < count; ++p) {
                r.p = p;
                r.at = r.permissions[p];
                r.end = r.at + (load(r.at - 2) >> 240);
                hashes[p] = checkPermission(r);
            }
            return hashOf(hashes, 0, count);
        }
    }

    function checkPermission(Reading memory r) private view returns (bytes32) {
        unchecked {
            uint256 bits = loadByte(take(r, 1));
            uint256 kind = bits & 3;
            if (bits & 0x3c != 0 || (kind != KIND_FUNCTION && bits & BIT_DYNAMIC != 0)) refuse(PERMISSION_KIND, r.p, NO_INDEX);
            r.kind = kind;
            r.target = address(0);
            if (kind != KIND_ANYTHING) {
                address target = loadAddress(take(r, 20));
                if (target == address(0) || target == r.account || target == VALIDATOR || isEntryPoint(target)) {
                    refuse(PERMISSION_TARGET, r.p, NO_INDEX);
                }
                r.target = r.targets[r.p] = target;
            } else {
                r.anything[r.p] = true;
            }
            bytes32 text = checkText(r, bits & BIT_DYNAMIC != 0);
            uint256 length = loadByte(take(r, 1));
            if (length > 32) refuse(NUMBER_FORM, r.p, NO_INDEX);
            uint256 mostValue = loadNumber(take(r, length), length);
            if (!isShortest(mostValue, length)) refuse(NUMBER_FORM, r.p, NO_INDEX);
            (bytes32 from, bytes32 until) = checkWindow(r, bits & BIT_WINDOW != 0);
            uint256 message = zeros(13 * 32); // as abi.encode(PERMISSION_TYPE, r.target, text, …), a word each
            store(message, uint256(PERMISSION_TYPE));
            store(message + 32, uint160(r.target));
            store(message + 64, uint256(text));
            store(message + 96, mostValue);
            store(message + 128, uint256(from));
            store(message + 160, uint256(until));
            for (uint256 list = message + 192; list != message + 384; list += 32) store(list, EMPTY);
            checkRules(r, message + 192);
            store(message + 384, uint256(checkCounts(r)));
            if (r.at != r.end) refuse(PERMISSION_FORM, r.p, NO_INDEX);
            return hashMemory(message, 13 * 32);
        }
    }

    /// @return at where the next `length` bytes of the permission are
    function take(Reading memory r, uint256 length) private pure returns (uint256 at) {
        unchecked {
            at = r.at;
            if (at + length > r.end) refuse(PERMISSION_FORM, r.p, NO_INDEX);
            r.at = at + length;
        }
    }

    function checkText(Reading memory r, bool dynamic) private pure returns (bytes32 hash) {
        unchecked {
            uint256 at = r.end + 1;
            uint256 length = loadByte(r.end);
            if (r.kind != KIND_FUNCTION) {
                if (length != 0) refuse(TEXT, r.p, NO_INDEX);
                if (r.kind == KIND_TRANSFER) return keccak256("plain transfer");
                if (r.kind == KIND_ANYTHING) {
                    return keccak256("ANY CALL TO ANY CONTRACT, EVEN TAKING OVER THIS ACCOUNT");
                }
                return keccak256("any function");
            }
            uint256 head = load(take(r, 5));
            bool textDynamic;
            (r.text, textDynamic) = FunctionText.read(at, length, r.p);
            hash = r.textHash = hashMemory(at, length);
            if (uint256(hash) >> 224 != head >> 224) refuse(SELECTOR, r.p, NO_INDEX);
            if (ReservedSelectors.isStranger(hash)) refuse(RESERVED_SELECTOR, r.p, NO_INDEX);
            if ((head >> 216) & 0xff != r.text.words || dynamic != textDynamic) refuse(LAYOUT, r.p, NO_INDEX);
        }
    }

    function checkWindow(Reading memory r, bool present) private pure returns (bytes32 fromHash, bytes32 untilHash) {
        unchecked {
            uint256 from;
            uint256 until;
            if (present) {
                uint256 window = load(take(r, 10));
                from = window >> 216;
                until = (window >> 176) & type(uint40).max;
                if (
                    (from == 0 && until == 0) || from > LAST_SECOND || until > LAST_SECOND
                        || (until != 0 && until <= from)
                ) refuse(PERMISSION_WINDOW, r.p, NO_INDEX);
            }
            fromHash = from == 0 ? keccak256("the session's start") : MessageTexts.time(from);
            untilHash = until == 0 ? keccak256("the session's end") : MessageTexts.time(until);
        }
    }

    /// @param lists where the hash of each kind's list of rules goes, in the order of their groups; these are EMPTY so far
    function checkRules(Reading memory r, uint256 lists) private pure {
        unchecked {
            uint256 count = loadByte(take(r, 1));
            if (count > (r.kind == KIND_FUNCTION ? MOST : 0)) refuse(RULE_CAPS, r.p, NO_INDEX);
            bytes32[] memory hashes = new bytes32[](count);
            uint256 group;
            uint256 first; // of the group's rules
            uint256 last;
            for (uint256 j; j < count; ++j) {
                uint256 rule = load(take(r, 3));
                // Group, position and operator, in the order in which rules rise.
                uint256 order = (rule >> 253) << 16 | ((rule >> 240) & 0xff) << 8 | ((rule >> 237) & 7);
                if (j != 0 && order <= last) refuse(RULE_ORDER, r.p, j);
                last = order;
                if (rule >> 253 > GROUP_RATIO) refuse(RULE_TYPE, r.p, j);
                if (rule >> 253 != group) first = j;
                group = rule >> 253;
                hashes[j] = group == GROUP_RATIO ? checkRatio(r, rule, j) : checkRule(r, rule, j);
                store(lists + 32 * group, uint256(hashOf(hashes, first, j + 1)));
            }
        }
    }

    function checkRule(Reading memory r, uint256 rule, uint256 j) private pure returns (bytes32) {
        unchecked {
            uint256 kind = rule >> 248;
            uint256 group = kind >> 5;
            uint256 position = (rule >> 240) & 0xff;
            uint256 operator = (rule >> 237) & 7;
            uint256 count = ((rule >> 232) & 0x1f) + 1;
            if (!isWord(r, position, kind)) refuse(RULE_TYPE, r.p, j);
            if (operator > IS_NOT) {
                if (operator > BETWEEN || count != (operator == BETWEEN ? 2 : 1)) refuse(RULE_OPERATOR, r.p, j);
                if (group != GROUP_UNSIGNED && group != GROUP_SIGNED) refuse(RULE_OPERATOR, r.p, j);
            } else if (group == GROUP_YES_NO && (operator != IS || count != 1)) {
                refuse(RULE_OPERATOR, r.p, j);
            }
            bytes32 comparison = MessageTexts.comparison(operator, count > 1);
            return hash4(ruleType(group), MessageTexts.word(position), comparison, checkValues(r, kind, count, j));
        }
    }

    function ruleType(uint256 group) private pure returns (bytes32) {
        if (group == GROUP_ADDRESS) return ADDRESS_RULE_TYPE;
        if (group == GROUP_UNSIGNED) return UNSIGNED_RULE_TYPE;
        if (group == GROUP_SIGNED) return SIGNED_RULE_TYPE;
        return group == GROUP_YES_NO ? YES_NO_RULE_TYPE : BYTES_RULE_TYPE;
    }

    /// @return hash of the list of values
    function checkValues(Reading memory r, uint256 kind, uint256 count, uint256 j) private pure returns (bytes32) {
        unchecked {
            bytes32[] memory values = new bytes32[](count);
            uint256 flip = kind >> 5 == GROUP_SIGNED ? SIGN : 0;
            bool afterAccount; // which comes first, whatever its address is
            for (uint256 i; i < count; ++i) {
                (uint256 value, bool isAccount) = checkValue(r, kind, j);
                bool rises = i == 0 || afterAccount || value ^ flip > uint256(values[i - 1]) ^ flip;
                if (!rises || (isAccount && i != 0)) refuse(RULE_VALUE, r.p, j);
                afterAccount = isAccount;
                values[i] = bytes32(value);
            }
            return hashOf(values, 0, count);
        }
    }

    function isWord(Reading memory r, uint256 position, uint256 kind) private pure returns (bool) {
        return position < r.text.words && loadByte(r.text.types + position) == kind;
    }

    function isShortest(uint256 value, uint256 length) private pure returns (bool) {
        unchecked {
            return length == 0 || value >> (8 * (length - 1)) != 0;
        }
    }

    function checkValue(Reading memory r, uint256 kind, uint256 j) private pure returns (uint256 value, bool isAccount) {
        unchecked {
            uint256 group = kind >> 5;
            uint256 width = (kind & 0x1f) + 1;
            uint256 at = take(r, 1);
            uint256 length = loadByte(at);
            if (group == GROUP_SIGNED) length &= 0x7f;
            if (group == GROUP_ADDRESS) {
                if (length != 0 && length != 20) refuse(RULE_VALUE, r.p, j);
            } else if (group == GROUP_BYTES ? length != width : length > width) {
                refuse(RULE_VALUE, r.p, j);
            }
            take(r, length);
            (value,) = Words.value(at, group, r.account);
            if (group == GROUP_ADDRESS) {
                isAccount = length == 0;
                if (!isAccount && value == uint160(r.account)) refuse(RULE_VALUE, r.p, j);
            } else if (group != GROUP_BYTES) {
                uint256 magnitude = loadNumber(at + 1, length);
                if (!isShortest(magnitude, length)) refuse(RULE_VALUE, r.p, j);
                if (group == GROUP_SIGNED && magnitude >> (8 * width - 1) != 0) refuse(RULE_VALUE, r.p, j);
                if (group == GROUP_YES_NO && magnitude > 1) refuse(RULE_VALUE, r.p, j);
            }
        }
    }

    function checkRatio(Reading memory r, uint256 rule, uint256 j) private pure returns (bytes32) {
        unchecked {
            uint256 more = load(take(r, 3));
            uint256 position = (rule >> 240) & 0xff;
            uint256 kind = more >> 248;
            uint256 base = (more >> 240) & 0xff;
            uint256 baseKind = (more >> 232) & 0xff;
            if (rule >> 248 != GROUP_RATIO << 5 || kind >> 5 != GROUP_UNSIGNED || baseKind >> 5 != GROUP_UNSIGNED) {
                refuse(RULE_TYPE, r.p, j);
            }
            if (!isWord(r, position, kind)) refuse(RULE_TYPE, r.p, j);
            if (base == NATIVE_VALUE ? baseKind != 0x3f : !isWord(r, base, baseKind)) refuse(RULE_TYPE, r.p, j);
            uint256 operator = (rule >> 237) & 7;
            if ((operator != AT_MOST && operator != AT_LEAST) || (rule >> 232) & 0x1f != 0) {
                refuse(RULE_OPERATOR, r.p, j);
            }
            uint256 numerator = ratioNumber(r, j);
            uint256 denominator = ratioNumber(r, j);
            return keccak256(
                abi.encode(
                    RATIO_RULE_TYPE,
                    MessageTexts.word(position),
                    MessageTexts.comparison(operator, false),
                    numerator,
                    denominator,
                    base == NATIVE_VALUE ? keccak256("native value") : MessageTexts.word(base)
                )
            );
        }
    }

    function ratioNumber(Reading memory r, uint256 j) private pure returns (uint256 value) {
        unchecked {
            uint256 length = loadByte(take(r, 1));
            if (length == 0 || length > 16) refuse(RULE_VALUE, r.p, j);
            value = loadNumber(take(r, length), length);
            if (!isShortest(value, length)) refuse(RULE_VALUE, r.p, j);
        }
    }

    function checkCounts(Reading memory r) private pure returns (bytes32) {
        unchecked {
            uint256 count = loadByte(take(r, 1));
            if (count > MOST) refuse(COUNT_CAPS, r.p, NO_INDEX);
            bytes32[] memory hashes = new bytes32[](count);
            uint256 last;
            for (uint256 c; c < count; ++c) {
                uint256 entry = load(take(r, 2)) >> 240;
                uint256 source = entry & 0xff;
                uint256 l = entry >> 8;
                uint256 kind = source < COUNT_VALUE ? loadByte(take(r, 1)) : 0;
                if (c != 0 && entry <= last) refuse(COUNT_ORDER, r.p, c);
                last = entry;
                if (l >= r.limits.length) refuse(COUNT_LIMIT, r.p, c);
                hashes[c] = hash3(COUNT_TYPE, checkSource(r, l, source, kind, c), bytes32(l + 1));
                r.counted |= 1 << l;
            }
            return hashOf(hashes, 0, count);
        }
    }

    /// @param kind the type of the word that is counted, where it is a word
    /// @return what the limit counts, in words
    function checkSource(Reading memory r, uint256 l, uint256 source, uint256 kind, uint256 c)
        private
        pure
        returns (bytes32)
    {
        uint256 limitKind = loadByte(r.limits[l]);
        if (source == COUNT_CALL) {
            if (limitKind != LIMIT_CALLS) refuse(COUNT_SOURCE, r.p, c);
            return keccak256("call");
        }
        if (source == COUNT_VALUE) {
            if (limitKind != LIMIT_NATIVE) refuse(COUNT_SOURCE, r.p, c);
            return keccak256("native value");
        }
        if (limitKind > LIMIT_SUM || r.kind != KIND_FUNCTION || kind >> 5 != GROUP_UNSIGNED || !isWord(r, source, kind)) {
            refuse(COUNT_SOURCE, r.p, c);
        }
        if (limitKind == LIMIT_TOKEN_AMOUNT) {
            if (SessionForm.tokenAt(r.limits[l]) != r.target || source != amountWord(r.textHash)) refuse(COUNT_TOKEN, r.p, c);
            r.counts[r.p] = true;
        }
        return MessageTexts.word(source);
    }

    /// @return the word that holds the amount of an ERC-20 function; NO_INDEX for any other function
    function amountWord(bytes32 textHash) private pure returns (uint256) {
        if (textHash == TRANSFER || textHash == APPROVE || textHash == INCREASE_ALLOWANCE) return 1;
        return textHash == TRANSFER_FROM ? 2 : NO_INDEX;
    }

    /// @dev Where a session limits a token, nothing else of it may move that token uncounted.
    function checkComplete(Reading memory r) private pure {
        unchecked {
            uint256 count = r.limits.length;
            for (uint256 l; l < count; ++l) {
                uint256 kind = loadByte(r.limits[l]);
                bool named = kind == LIMIT_TOKEN_AMOUNT || kind == LIMIT_SUM || kind == LIMIT_NATIVE || kind == LIMIT_CALLS;
                if (named && (r.counted >> l) & 1 == 0) refuse(LIMIT_UNUSED, NO_INDEX, l);
            }
            for (uint256 l; l < count; ++l) {
                if (loadByte(r.limits[l]) != LIMIT_TOKEN_AMOUNT) continue;
                for (uint256 p; p < r.targets.length; ++p) {
                    if (r.anything[p] || (r.targets[p] == SessionForm.tokenAt(r.limits[l]) && !r.counts[p])) {
                        refuse(LIMIT_INCOMPLETE, p, l);
                    }
                }
            }
        }
    }

    // As keccak256(abi.encode(type_, a, …)), with the words in free memory.

    function hash3(bytes32 type_, bytes32 a, bytes32 b) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, type_)
            mstore(add(free, 32), a)
            mstore(add(free, 64), b)
            hash := keccak256(free, 96)
        }
    }

    function hash4(bytes32 type_, bytes32 a, bytes32 b, bytes32 c) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, type_)
            mstore(add(free, 32), a)
            mstore(add(free, 64), b)
            mstore(add(free, 96), c)
            hash := keccak256(free, 128)
        }
    }

    function hash5(bytes32 type_, bytes32 a, bytes32 b, bytes32 c, bytes32 d) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, type_)
            mstore(add(free, 32), a)
            mstore(add(free, 64), b)
            mstore(add(free, 96), c)
            mstore(add(free, 128), d)
            hash := keccak256(free, 160)
        }
    }

    /// @return hash keccak256 of the words from `start` up to `end`, EIP-712's encoding of a list
    function hashOf(bytes32[] memory hashes, uint256 start, uint256 end) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(add(hashes, 32), shl(5, start)), shl(5, sub(end, start)))
        }
    }
}
