// Reads a file of typed data, one JSON as a wallet gets it on each line, and prints viem's hash of each. With --leaves also changes every
// leaf of the message once, and says where the hash stays the same: exit status 1.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const { hashTypedData } = createRequire(import.meta.url)('viem');

const leaves = process.argv.includes('--leaves');
const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean);
let unchanged = 0;

// A text, number, address, bytes32 or bool that is another one of its type.
function changed(value) {
  if (typeof value === 'boolean') return !value;
  if (/^0x[0-9a-fA-F]{40}$/.test(value)) return (value.toLowerCase().slice(0, -1) + (value.endsWith('0') ? '1' : '0'));
  if (/^0x[0-9a-fA-F]{64}$/.test(value)) return value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
  if (typeof value === 'number') return value + 1;
  if (/^-?\d+$/.test(value)) return (BigInt(value) < 1n ? BigInt(value) + 1n : BigInt(value) - 1n).toString();
  return value + ' ';
}

function* places(node, path = []) {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object') yield* places(value, [...path, key]);
    else yield [...path, key];
  }
}

for (const line of lines) {
  const data = JSON.parse(line);
  const hash = hashTypedData(data);
  console.log(hash);
  if (!leaves) continue;
  for (const part of ['domain', 'message']) {
    for (const path of places(data[part])) {
      const copy = structuredClone(data);
      let at = copy[part];
      for (const key of path.slice(0, -1)) at = at[key];
      at[path.at(-1)] = changed(at[path.at(-1)]);
      if (hashTypedData(copy) === hash) {
        console.error(`no other hash: ${part}.${path.join('.')}`);
        ++unchanged;
      }
    }
  }
}
process.exit(unchanged === 0 ? 0 : 1);
