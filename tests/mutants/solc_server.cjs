// solc (WebAssembly) for many compilations in one process: warm it needs half the time. A line in, a line out: standard JSON.
'use strict';
const { createInterface } = require('node:readline');
const soljson = require('../../node_modules/solc/soljson.js');

// The input travels through the heap, since cwrap copies strings to a stack that holds less than a few MB.
function compile(text) {
  const size = soljson.lengthBytesUTF8(text) + 1;
  const input = soljson._solidity_alloc(size);
  soljson.stringToUTF8(text, input, size);
  const output = soljson.UTF8ToString(soljson._solidity_compile(input, 0, 0));
  soljson._solidity_reset();
  return output;
}

createInterface({ input: process.stdin }).on('line', (line) => process.stdout.write(JSON.stringify(JSON.parse(compile(line))) + '\n'));
