// valetkey: let somebody else act for a smart account, within bounds that its owner signed.
//
// The pure half of the library: no files, sockets, clock, environment, threads or logs. Values are plain, functions
// keep no state: everything here may be used from several threads as long as no object is changed in one while another
// reads it. Errors are values (`Result<T>`, which is std::expected<T, Error>): a stable code, a sentence, and the fix.
// The other half, files, keystore and RPC, is in edge.hpp.
//
//   approval file -- parse_approval --> HeldSession -- draft_operation --> Draft -- prepare --> PreparedUserOp
//                                                              ^                                   | sign
//           calls (build_named_call) and ChainView (edge.hpp: read_chain_view)                SignedUserOp
#pragma once

// Error{code, message, fix}, Result<T>, VALETKEY_TRY(name, expression), VALETKEY_CHECK(expression).
#include "base/result.hpp"

// Address (20 bytes), Hash (32 bytes), Selector (4 bytes), ChainId, and Word: 256 bits, unsigned, with checked
// arithmetic. parse_address (EIP-55), to_checksum, to_hex, parse_hex, parse_decimal, to_decimal. Amounts are base
// units, gas is gas units, fees are wei per gas, times are seconds since 1970.
#include "evm/types.hpp"
#include "evm/word.hpp"

// SecretKey: a secp256k1 key, wiped when it goes, not copied and not printed. sign_recoverable (RFC 6979, low s; 65
// bytes r, s, v), recover_signer.
#include "crypto/ecdsa.hpp"

// Call{target, value in wei, data}, and ERC-7579's encodings of calls.
#include "userop/execution.hpp"

// UserOp (ERC-4337), EntryPoint v0.7 and v0.8 with their addresses, hash_user_op, max_cost.
#include "userop/user_op.hpp"

// parse_approval: the JSON file, at most 16 sessions, checked whole: encodings, ids, typed data, names. Linear in its
// size. Errors: approval_json, approval_version, approval_field, approval_session, approval_id, approval_typed_data,
// approval_names, approval_form. write_approval: its one byte-exact form. approval_digest: what the owner signs
// (EIP-712), docs/protocol.md section 2.
#include "session/approval.hpp"

// Refusal{code, call, rule}: why an operation is not allowed, with the number and the name that the contract uses
// (docs/refusals.md). refusal_name, refusal_sentence.
#include "session/refusal.hpp"

// SessionState: what the chain keeps of a session (24 words), docs/protocol.md section 4.
#include "policy/state.hpp"

// evaluate: the contract's verdict for an operation in a state, with its reason; linear in calls x rules. check_clock,
// limit_rests.
#include "policy/evaluate.hpp"

// explain: what a session allows, in words, the most that can leave, warnings. amount_text: `150 USDC`.
#include "policy/explain.hpp"

// AccountAdapter: what differs between kinds of smart accounts. openzeppelin_account().
#include "account/account.hpp"

// HeldSession::open: one session of an approval; hashes it once (some microseconds), then every operation is cheap.
// Errors: approval_choice.
#include "account/held_session.hpp"

// build_named_call: `router.exactInputSingle`, {{"params.amountIn", "150 USDC"}, …}. parse_call_text:
// `usdc.transfer(merchant, 10 USDC)`. Errors: call_contract, call_function, call_argument, amount_form, amount_unit,
// amount_fraction, amount_range.
#include "account/call_text.hpp"

// draft_operation: chooses permissions, USE or ENABLE, and evaluates; a refusal is a value of the draft with code and
// sentence. prepare: what the keys sign. A PreparedUserOp belongs to one session, chain and EntryPoint; it has a dummy
// signature of the final size.
#include "account/operation.hpp"

// limits_left: name, rest, amount, unit and a line of text for each limit. status_text.
#include "account/limit_rest.hpp"

// sign(prepared, keys): the session's threshold of keys, in any order (errors sign_key, sign_threshold), one signature
// each. attach_signatures: for keys held elsewhere. Only a SignedUserOp can be sent.
#include "protocol/prepare.hpp"
