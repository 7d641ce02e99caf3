// ERC-7562: what the validation of a user operation may not do, judged from a trace by tools/erc7562_tracer.js.
//
//   import { trace_call, trace_transaction, check } from './erc7562.mjs';
//   const trace = await trace_call(rpc_url, { from, to: entry_point, data: handle_ops_call_data });
//   const violations = check(trace, account);                    // [] or sentences such as
//                                                                // "OP-011 0x12… uses TIMESTAMP"
// or, for a transaction in the chain:
//   node tools/erc7562.mjs RPC_URL TRANSACTION_HASH ACCOUNT      exit 0 none, 2 violations, 1 failed
//
// Of a bundle, the operations of `account` are looked at. When the bundle deploys the account or has a paymaster:
// check(trace, account, { factory, factoryStaked, paymaster, paymasterStaked }).

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { keccak256 } from 'viem';

const tracer = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'erc7562_tracer.js'), 'utf8');

async function request(rpc_url, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(rpc_url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

export const trace_call = (rpc_url, call, block = 'latest') =>
  request(rpc_url, 'debug_traceCall', [call, block, { tracer }]);

export const trace_transaction = (rpc_url, hash) => request(rpc_url, 'debug_traceTransaction', [hash, { tracer }]);

const kCreateSender = '0x570e1a36'; // SenderCreator.createSender(bytes)
const kDepositTo = '0xb760faf9'; // EntryPoint.depositTo(address)
const kP256Verify = 0x100n; // OP-062: precompiles 0x1 to 0x11 and P256VERIFY

const lower = (address) => (address ?? '').toLowerCase();

function is_precompile(address) {
  const number = BigInt(address);
  return (number >= 1n && number <= 0x11n) || number === kP256Verify;
}

// "Associated storage": the slot numbered A, and keccak256(A || x) + n with n <= 128 and x a word.
function association(hashes) {
  const bases = new Map();
  return (owner, slot) => {
    if (!owner) return false;
    const padded = '0x' + owner.slice(2).padStart(64, '0');
    if (slot === padded) return true;
    if (!bases.has(owner)) {
      bases.set(owner, hashes.filter((input) => input.startsWith(padded)).map((input) => BigInt(keccak256(input))));
    }
    const number = BigInt(slot);
    return bases.get(owner).some((base) => number >= base && number - base <= 128n);
  };
}

// Indices of the frames below `top`, with it.
function subtree(frames, top) {
  const inside = new Set([top]);
  frames.forEach((frame, index) => {
    if (inside.has(frame.parent)) inside.add(index);
  });
  return [...inside];
}

function* opcode_violations(frame, phase, entities) {
  const who = frame.storage || frame.to;
  const deploying = phase.kind === 'factory';
  for (const name of Object.keys(frame.opcodes)) {
    const balance = name === 'BALANCE' || name === 'SELFBALANCE';
    if (balance && phase.staked) continue;
    if (name === 'CREATE' && deploying && (phase.staked || who === entities.account)) continue;
    if (name === 'CREATE2' && deploying) continue; // its frame is looked at below
    const rule = balance ? 'OP-080' : name === 'CREATE2' ? 'OP-031' : 'OP-011';
    yield `${rule} ${who} uses ${name}`;
  }
  if (frame.type === 'CREATE2' && deploying && !phase.staked && frame.to !== entities.account) {
    yield `OP-031 ${frame.from} creates ${frame.to}, which is not the account`;
  }
  for (const [address, name] of Object.entries(frame.codeless)) {
    if (address === entities.account && deploying) continue; // OP-042
    if (!is_precompile(address)) yield `OP-041 ${who} uses ${name} on ${address}, which has no code`;
  }
  if (/out ?of ?gas/i.test(frame.error)) yield `OP-020 ${frame.to} runs out of gas`;
  else if (/opcode/i.test(frame.error) && !frame.opcodes.INVALID) yield `OP-013 ${frame.to}: ${frame.error}`;
}

function* call_violations(frame, phase, entities) {
  if (!frame.type.includes('CALL')) return;
  if (frame.to === entities.entryPoint) {
    const deposit = frame.selector === kDepositTo && (frame.from === entities.account || frame.from === entities.factory);
    const pays = frame.selector === '0x' && frame.from === entities.account;
    if (!deposit && !pays) yield `OP-054 ${frame.from} calls ${frame.selector} of the EntryPoint`;
  } else if (frame.type !== 'DELEGATECALL' && BigInt('0x' + frame.value) !== 0n) {
    yield `OP-061 ${frame.from} sends ${BigInt('0x' + frame.value)} wei to ${frame.to}`;
  }
}

function* storage_violations(frame, phase, entities, associated) {
  const { account } = entities;
  const owner = frame.storage;
  if (owner === '' || owner === account) return; // STO-010
  const accesses = [
    ['reads', frame.reads], ['writes', frame.writes],
    ['reads transient', frame.transientReads], ['writes transient', frame.transientWrites],
  ];
  for (const [verb, slots] of accesses) {
    for (const slot of Object.keys(slots)) {
      const what = `${owner} ${verb} slot ${slot}`;
      if (associated(account, slot)) {
        if (entities.deploying && !entities.factoryStaked) {
          yield `STO-022 ${what} of an account that is being deployed, and the factory has no stake`;
        }
      } else if (phase.staked && (owner === phase.entity || associated(phase.entity, slot) || verb.startsWith('reads'))) {
        continue; // STO-031, STO-032, STO-033
      } else if (owner === phase.entity) {
        yield `STO-031 ${what} of its own, and has no stake`;
      } else {
        yield `STO-021 ${what}, which is not associated with the account`;
      }
    }
  }
}

// Violations by the operations of `account`, each once. Throws when the trace has no validation of that account.
export function check(trace, account, { factory, factoryStaked = false, paymaster, paymasterStaked = false } = {}) {
  const entities = { entryPoint: lower(trace.entryPoint), account: lower(account), factory: lower(factory), factoryStaked };
  const { frames } = trace;
  const phases = [];
  frames.forEach((frame, top) => {
    if (frame.parent !== 0) return;
    if (frame.to === entities.account) phases.push({ kind: 'account', entity: entities.account, staked: false, top });
    if (frame.selector === kCreateSender && factory) {
      phases.push({ kind: 'factory', entity: entities.factory, staked: factoryStaked, top });
    }
    if (paymaster && frame.to === lower(paymaster)) {
      phases.push({ kind: 'paymaster', entity: lower(paymaster), staked: paymasterStaked, top });
    }
  });
  entities.deploying = phases.some((phase) => phase.kind === 'factory');
  if (!phases.some((phase) => phase.kind === 'account')) {
    throw new Error(`the trace has no validation of \`${account}\`\n  trace a call of EntryPoint.handleOps`);
  }

  const associated = association(trace.hashes);
  const violations = new Set();
  for (const phase of phases) {
    for (const index of subtree(frames, phase.top)) {
      const frame = frames[index];
      const found = [];
      if (index !== phase.top) found.push(...call_violations(frame, phase, entities));
      // The EntryPoint's and its SenderCreator's own code is trusted.
      const trusted = frame.to === entities.entryPoint || (phase.kind === 'factory' && index === phase.top);
      if (!trusted) {
        found.push(...opcode_violations(frame, phase, entities));
        found.push(...storage_violations(frame, phase, entities, associated));
      }
      found.forEach((text) => violations.add(text));
    }
  }
  return [...violations];
}

async function main([rpc_url, hash, account]) {
  if (!account) throw new Error('give RPC_URL TRANSACTION_HASH ACCOUNT');
  const violations = check(await trace_transaction(rpc_url, hash), account);
  violations.forEach((text) => console.log(text));
  return violations.length === 0 ? 0 : 2;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(argv.slice(2)).catch((error) => {
    console.error(`erc7562: ${error.message}`);
    return 1;
  });
}
