// valetkey's edges: files, keystore, and a node. Everything here blocks, and no object may be used by two threads at
// once. Errors are values, as in valetkey.hpp; none of them tells a key, a password or the secret part of an RPC
// address.
#pragma once

// read_approval(path), write_text(path, text): all of a file or nothing. Errors: file_read (also above 16 MB),
// file_write, those of parse_approval.
#include "chain/files.hpp"

// Keystore(home_folder() / "keys"): Web3 Secret Storage v3 files, mode 0600. open(name, password) takes a second with
// the standard cost (256 MiB of memory, scrypt). Errors: key_missing, key_readable, wrong_password, keystore_form,
// keystore_io. read_password_file, ask_password. Passwords are wiped when they go.
#include "keys/keystore.hpp"
#include "keys/password.hpp"

// Client::connect(url, chain): JSON-RPC over HTTP; 30 s and 32 MB an answer at most; asks for the chain id at once
// (error wrong_chain). Errors: rpc_url, rpc_unreachable, rpc_timeout, rpc_too_long, rpc_http_status, rpc_answer,
// rpc_fault.
#include "chain/client.hpp"

// read_chain_view: state, nonce, fees and time, five requests. Errors also: no_validator, no_entry_point.
#include "chain/chain_view.hpp"

// read_session_state (two requests), list_sessions (from events alone), accepts_signature (ERC-1271).
#include "chain/session_state.hpp"

// estimate_operation: gas, from a plain node. simulate_operation: the chain's answer before anything is sent.
// submit_operation: by handleOps from a funded key; its outcome is done, reverted, refused or unknown (sent, no receipt
// in time: never taken for a failure). explain_failure.
#include "chain/entry_point.hpp"

// The local chain of `valetkey devnet`: where its contracts are, and its keys, which everybody knows.
#include "chain/devnet.hpp"
