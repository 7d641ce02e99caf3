// Tests the ERC-7562 tracer itself: it must catch validators that break one rule, and pass those that break none.
//   node tools/artifacts.mjs && node --test tests/erc7562/tracer.test.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  concat, createPublicClient, createWalletClient, encodeAbiParameters, encodeDeployData, encodeFunctionData, getCreate2Address,
  http, numberToHex, pad, parseEther, zeroAddress, zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { check, trace_call, trace_transaction } from '../../tools/erc7562.mjs';

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const artifact = (name) => JSON.parse(readFileSync(path(`build/artifacts/${name}.json`)));

const kDeployer = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const kDeveloper = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');

let anvil, url, client, wallet;
const contracts = {};

async function start_anvil() {
  anvil = spawn(path('node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil'), ['--hardfork', 'osaka', '--port', '0']);
  for await (const line of createInterface({ input: anvil.stdout })) {
    const listening = line.match(/Listening on (.+)/);
    if (listening) return `http://${listening[1]}`;
  }
  throw new Error('anvil ended before it listened');
}

async function send(transaction) {
  const hash = await wallet.sendTransaction({ gas: 14_000_000n, ...transaction });
  const receipt = await client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, 'success');
  return hash;
}

const creation_code = ({ abi, creationCode }, args) => encodeDeployData({ abi, bytecode: creationCode, args });

async function deploy(name, args = []) {
  const { abi, salt = zeroHash, ...rest } = artifact(name);
  const code = creation_code({ abi, ...rest }, args);
  const address = getCreate2Address({ from: kDeployer, salt, bytecode: code });
  if (!(await client.getCode({ address }))) await send({ to: kDeployer, data: concat([salt, code]) });
  return { abi, address };
}

async function deploy_account(entry_point, validator) {
  const account = await deploy('TestAccount', [entry_point.address, [{ module: validator.address, data: '0x' }]]);
  await send({ to: account.address, value: parseEther('1') });
  return account.address;
}

const pair = (high, low) => concat([numberToHex(high, { size: 16 }), numberToHex(low, { size: 16 })]);

// handleOps with one operation of `sender` that does nothing but being validated by `validator`.
async function handle_ops(entry_point, sender, validator, { signature = '0x00', initCode = '0x' } = {}) {
  const nonce = await client.readContract({
    ...entry_point, functionName: 'getNonce', args: [sender, BigInt(validator.address) << 32n],
  });
  const operation = {
    sender, nonce, initCode, callData: '0x', accountGasLimits: pair(3_000_000n, 100_000n), preVerificationGas: 100_000n,
    gasFees: pair(1n, 10n ** 9n), paymasterAndData: '0x', signature,
  };
  const data = encodeFunctionData({ abi: entry_point.abi, functionName: 'handleOps', args: [[operation], kDeveloper.address] });
  return { from: kDeveloper.address, to: entry_point.address, data, gas: numberToHex(14_000_000) };
}

async function violations_of(validator, signature, entry_point = contracts.EntryPointV07) {
  const account = await deploy_account(entry_point, validator);
  return check(await trace_call(url, await handle_ops(entry_point, account, validator, { signature })), account);
}

before(async () => {
  url = await start_anvil();
  client = createPublicClient({ chain: foundry, transport: http(url), pollingInterval: 10 });
  wallet = createWalletClient({ chain: foundry, transport: http(url), account: kDeveloper });
  const names = ['EntryPointV07', 'EntryPointV08', 'GoodValidator', 'ClockValidator', 'SharedSlotValidator',
    'CodelessCallValidator', 'RuleBreaker', 'TestFactory'];
  for (const name of names) contracts[name] = await deploy(name);
  await send({ to: contracts.RuleBreaker.address, value: 1n });
});

after(() => anvil.kill());

for (const version of ['EntryPointV07', 'EntryPointV08']) {
  describe(version, () => {
    const cases = [
      ['GoodValidator', /^$/],
      ['ClockValidator', /^OP-011 .* uses TIMESTAMP$/],
      ['SharedSlotValidator', /^STO-021 .* reads slot 0x0+, .*\nSTO-021 .* writes slot 0x0+, which is not associated/],
      ['CodelessCallValidator', /^OP-041 .* uses CALL on 0x0{36}dead, which has no code$/],
    ];
    for (const [name, expected] of cases) {
      test(name, async () => {
        assert.match((await violations_of(contracts[name], '0x00', contracts[version])).join('\n'), expected);
      });
    }
  });
}

describe('one rule each', () => {
  const expected = {
    0: [], 1: ['OP-011'], 2: ['OP-011'], 3: ['OP-011'], 4: ['OP-011'], 5: ['OP-011'], 6: ['OP-011'], 7: ['OP-011'],
    8: ['OP-011'], 9: ['OP-011'], 10: ['OP-011'], 11: ['OP-011'], 12: ['OP-080'], 13: ['OP-080'], 14: ['OP-011'],
    15: ['OP-031'], 16: ['OP-011'], 17: [], 18: ['STO-021'], 19: [], 20: ['STO-021'], 21: ['STO-021'], 22: ['STO-021'],
    23: [], 24: ['OP-041'], 25: ['OP-041'], 26: ['OP-041'], 27: ['OP-061'], 28: ['OP-020'], 29: ['OP-011', 'OP-011'],
    30: ['OP-054'], 31: [],
  };
  let account;
  before(async () => (account = await deploy_account(contracts.EntryPointV07, contracts.RuleBreaker)));

  for (const [number, rules] of Object.entries(expected)) {
    test(`case ${number}: ${rules.join(', ') || 'none'}`, async () => {
      const signature = numberToHex(Number(number), { size: 1 });
      const call = await handle_ops(contracts.EntryPointV07, account, contracts.RuleBreaker, { signature });
      const found = check(await trace_call(url, call), account);
      assert.deepEqual(found.map((text) => text.split(' ')[0]), rules, found.join('\n'));
    });
  }
});

describe('an account that is being deployed', () => {
  let call, account, factory;
  before(async () => {
    factory = contracts.TestFactory;
    const { address } = contracts.RuleBreaker;
    const code = creation_code(artifact('TestAccount'), [contracts.EntryPointV07.address, [{ module: address, data: '0x' }]]);
    account = await client.readContract({ ...factory, functionName: 'predict', args: [zeroHash, code] });
    await send({ to: account, value: parseEther('1') });
    const create = encodeFunctionData({ abi: factory.abi, functionName: 'create', args: [zeroHash, code] });
    const initCode = concat([factory.address, create]);
    call = await handle_ops(contracts.EntryPointV07, account, contracts.RuleBreaker, { initCode });
  });

  test('may not touch its associated storage while the factory has no stake', async () => {
    const found = check(await trace_call(url, call), account, { factory: factory.address });
    assert.deepEqual([...new Set(found.map((text) => text.split(' ')[0]))], ['STO-022'], found.join('\n'));
  });

  test('may when the factory has a stake', async () => {
    const found = check(await trace_call(url, call), account, { factory: factory.address, factoryStaked: true });
    assert.deepEqual(found, []);
  });
});

test('a transaction in the chain gives the same as a call', async () => {
  const account = await deploy_account(contracts.EntryPointV07, contracts.ClockValidator);
  const { to, data } = await handle_ops(contracts.EntryPointV07, account, contracts.ClockValidator);
  const trace = await trace_transaction(url, await send({ to, data }));
  assert.match(check(trace, account).join('\n'), /^OP-011 .* uses TIMESTAMP$/);
});

test('a trace without a validation of the account is an error, not a pass', async () => {
  const trace = await trace_call(url, { from: kDeveloper.address, to: contracts.EntryPointV07.address, data: '0x' });
  assert.throws(() => check(trace, zeroAddress), /no validation/);
});
