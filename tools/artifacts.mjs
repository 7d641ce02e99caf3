#!/usr/bin/env node
// Gathers the contracts that the devnet, the tests and the C++ build use into build/artifacts, one file each:
//   {"name", "abi", "creationCode", "runtimeCode"}, and "salt" and "address" where these are canonical
// Our own contracts are compiled with the settings of foundry.toml, each apart from the others, so that its code
// follows from its own sources alone; everybody else's are copied from node_modules.
//
//   node tools/artifacts.mjs [--out FOLDER]     writes only what changed

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const own = {
  'contracts/test/fixtures/OwnerValidator.sol': ['OwnerValidator'],
  'contracts/test/fixtures/TestAccount.sol': ['TestAccount', 'TestFactory'],
  'contracts/test/fixtures/TestPaymaster.sol': ['TestPaymaster'],
  'contracts/test/fixtures/TestToken.sol': ['TestToken'],
  'contracts/test/fixtures/Differential.sol': ['Differential', 'DifferentialPolicy'],
  'contracts/test/fixtures/Erc7562Validators.sol': [
    'GoodValidator', 'ClockValidator', 'SharedSlotValidator', 'CodelessCallValidator', 'RuleBreaker',
  ],
  'contracts/src/Valetkey.sol': ['Valetkey'],
};

// The deterministic deployer 0x4e59b44847b379578588920cA78FbF26c0B4956C puts an EntryPoint with its salt at its address.
const foreign = {
  EntryPointV07: {
    file: '@account-abstraction/contracts/artifacts/EntryPoint.json',
    salt: '0x90d8084deab30c2a37c45e8d47f49f2f7965183cb6990a98943ef94940681de3',
    address: '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
  },
  EntryPointV08: {
    file: '@account-abstraction/contracts-v0.8/artifacts/EntryPoint.json',
    salt: '0x0a59dbff790c23c976a548690c27297883cc66b4c67024f9117b0238995e35e9',
    address: '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
  },
  WETH9: { file: 'canonical-weth/build/contracts/WETH9.json' },
  UniswapV3Factory: { file: '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json' },
  UniswapV3Pool: { file: '@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json' },
  NonfungiblePositionManager: {
    file: '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json',
  },
  SwapRouter02: { file: '@uniswap/swap-router-contracts/artifacts/contracts/SwapRouter02.sol/SwapRouter02.json' },
};

function fail(what, fix) {
  process.stderr.write(`artifacts: ${what}\n  ${fix}\n`);
  process.exit(1);
}

const read = (path) => readFileSync(join(root, path), 'utf8');

// The value of `key` in the first section of foundry.toml.
function setting(toml, key) {
  const line = toml.match(new RegExp(`^${key} = (.+)$`, 'm'));
  if (!line) fail(`foundry.toml has no \`${key}\``, 'add it to [profile.default]');
  return JSON.parse(line[1]);
}

function compiler_settings(toml) {
  return {
    evmVersion: setting(toml, 'evm_version'),
    viaIR: setting(toml, 'via_ir'),
    optimizer: { enabled: setting(toml, 'optimizer'), runs: setting(toml, 'optimizer_runs') },
    metadata: { bytecodeHash: setting(toml, 'bytecode_hash'), appendCBOR: setting(toml, 'cbor_metadata') },
  };
}

// `path` and everything it imports, as {path: {content}}. An import that begins with "@" is a package.
function sources_of(path, found = {}) {
  if (found[path]) return found;
  found[path] = { content: read(path) };
  for (const [, target] of found[path].content.matchAll(/^\s*(?:import|\}\s*from)\b[^;"']*["']([^"']+)["']/gm)) {
    const next = target.startsWith('@') ? `node_modules/${target}` : posix.join(posix.dirname(path), target);
    if (!existsSync(join(root, next))) fail(`\`${path}\` imports \`${target}\`, which is not there`, 'run tools/setup');
    sources_of(next, found);
  }
  return found;
}

// In a process of its own, so that several contracts compile at once.
async function compile(input) {
  const solc = spawn(join(root, 'tools/solc'), ['--standard-json'], { stdio: ['pipe', 'pipe', 'inherit'] });
  solc.stdin.end(JSON.stringify(input));
  return JSON.parse(await text(solc.stdout));
}

async function compile_own(names, path, sources, settings) {
  const wanted = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'];
  const output = await compile({
    language: 'Solidity',
    sources,
    settings: {
      ...settings,
      remappings: ['@openzeppelin/=node_modules/@openzeppelin/', '@account-abstraction/=node_modules/@account-abstraction/'],
      outputSelection: { [path]: Object.fromEntries(names.map((name) => [name, wanted])) },
    },
  });
  const errors = (output.errors ?? []).filter((error) => error.severity === 'error');
  if (errors.length > 0) fail(`\`${path}\` does not compile`, errors.map((error) => error.formattedMessage).join('\n'));
  return names.map((name) => {
    const { abi, evm } = output.contracts[path][name];
    return { name, abi, creationCode: '0x' + evm.bytecode.object, runtimeCode: '0x' + evm.deployedBytecode.object };
  });
}

function copy_foreign(name, { file, ...fixed }) {
  const { abi, bytecode, deployedBytecode } = JSON.parse(read(`node_modules/${file}`));
  return { name, abi, creationCode: bytecode, runtimeCode: deployedBytecode, ...fixed };
}

// Writes the artifacts of `names` that `make` gives, unless they were made from the same inputs.
async function update(out, names, inputs, make) {
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  const stamp = (name) => join(out, '.stamps', name);
  const file = (name) => join(out, `${name}.json`);
  const fresh = (name) => existsSync(file(name)) && existsSync(stamp(name)) && readFileSync(stamp(name), 'utf8') === key;
  if (names.every(fresh)) return;
  process.stdout.write(`artifacts: ${names.join(', ')}\n`);
  for (const artifact of await make()) {
    writeFileSync(file(artifact.name), JSON.stringify(artifact, null, 1) + '\n');
    writeFileSync(stamp(artifact.name), key);
  }
}

async function main(args) {
  const out = args[0] === '--out' && args[1] ? args[1] : join(root, 'build/artifacts');
  if (!existsSync(join(root, 'node_modules/solc'))) fail('node_modules is not complete', 'run tools/setup');
  mkdirSync(join(out, '.stamps'), { recursive: true });

  const itself = read('tools/artifacts.mjs');
  const compiler = JSON.parse(read('node_modules/solc/package.json')).version;
  const settings = compiler_settings(read('foundry.toml'));
  const updates = [];
  for (const [name, what] of Object.entries(foreign)) {
    const make = () => [copy_foreign(name, what)];
    updates.push(update(out, [name], [itself, what, read('package-lock.json')], make));
  }
  for (const [path, names] of Object.entries(own)) {
    if (!existsSync(join(root, path))) {
      process.stdout.write(`artifacts: ${names.join(', ')} skipped, \`${path}\` is not there\n`);
      continue;
    }
    const sources = sources_of(path);
    const make = () => compile_own(names, path, sources, settings);
    updates.push(update(out, names, [itself, compiler, settings, sources], make));
  }
  await Promise.all(updates);
}

await main(process.argv.slice(2));
