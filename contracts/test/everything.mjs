// Prints the EIP-712 hash, as viem makes it, of the session in Everything.t.sol:
//   node contracts/test/everything.mjs
import { hashStruct } from 'viem';

const fields = (text) => text.split(',').map((field) => ({ type: field.split(' ')[0], name: field.split(' ')[1] }));

const types = {
  Session: fields(
    'uint256 chain,address account,uint64 epoch,uint32 serial,Keys keys,string from,string until,Permission[] permissions,TokenLimit[] tokenLimits,Limit[] limits,Gas gas',
  ),
  Keys: fields('uint256 needed,address[] of'),
  Permission: fields(
    'address contract,string function,string place,uint256 valueAtMost,string from,string until,AddressRule[] addresses,UnsignedRule[] unsignedNumbers,SignedRule[] signedNumbers,YesNoRule[] yesNo,BytesRule[] fixedBytes,RatioRule[] ratios,Count[] counts,Inside[] inside,BatchRule[] batch,Policy[] policies',
  ),
  AddressRule: fields('string position,string comparison,address[] values'),
  UnsignedRule: fields('string position,string comparison,uint256[] values'),
  SignedRule: fields('string position,string comparison,int256[] values'),
  YesNoRule: fields('string position,string comparison,bool[] values'),
  BytesRule: fields('string position,string comparison,bytes32[] values'),
  RatioRule: fields('string position,string comparison,uint256 numerator,uint256 denominator,string of'),
  Count: fields('string counts,uint256 limit'),
  Inside: fields('string position,string by,uint256[] permissions'),
  BatchRule: fields('string call,uint256 permission,string position,string type,string comparison,string of'),
  Policy: fields('address contract,address[] addresses,uint256[] unsignedNumbers,int256[] signedNumbers,bool[] yesNo,bytes32[] fixedBytes'),
  TokenLimit: fields('uint256 number,address token,uint256 atMost,string period'),
  Limit: fields('uint256 number,string counts,uint256 atMost,string period'),
  Gas: fields('string price,string fees,address[] paymasters'),
};

const account = '0xacc0000000000000000000000000000000000001';
const router = '0x2626664c2603336e57b271c5c0b26f421741e481';
const token = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913';
const other = '0x5555555555555555555555555555555555555555';
const word = (start, end = '') => '0x' + (start + '0'.repeat(64 - start.length - end.length) + end);

const nothing = {
  place: 'a call', valueAtMost: 0, from: "the session's start", until: "the session's end", addresses: [], unsignedNumbers: [],
  signedNumbers: [], yesNo: [], fixedBytes: [], ratios: [], counts: [], inside: [], batch: [], policies: [],
};

const data = {
  chain: 8453, account, epoch: 0x51c3000000000001n, serial: 7301, keys: { needed: 1, of: [word('').slice(0, 38) + '1234'] },
  from: '2025-11-21 09:00:00 UTC', until: '2025-11-24 09:00:00 UTC',
  permissions: [
    {
      ...nothing, contract: router, function: 'execute(bytes,bytes[],uint256)',
      unsignedNumbers: [
        { position: 'word 2', comparison: 'at least', values: [5] },
        { position: 'word 0 > length', comparison: 'at most', values: [4] },
      ],
      counts: [{ counts: 'word 2', limit: 1 }],
      inside: [{ position: 'word 1 > every member', by: 'command in word 0', permissions: [2, 3] }],
      batch: [
        { call: 'call -1', permission: 4, position: 'word 2', type: 'number', comparison: 'at most', of: 'word 2' },
        { call: 'last call', permission: 4, position: '', type: '', comparison: '', of: '' },
      ],
      policies: [
        {
          contract: other, addresses: [account], unsignedNumbers: [5], signedNumbers: [-1], yesNo: [true], fixedBytes: [word('', '7')],
        },
      ],
    },
    {
      ...nothing, contract: router, function: 'command 0x0b(address,uint256)', place: 'inside other calls only',
      addresses: [{ position: 'word 0', comparison: 'is', values: [account] }],
    },
    {
      ...nothing, contract: router, function: 'command 0x10(bytes,uint8[2][],string[2],(int8,(bool,bytes4)[]))',
      place: 'inside other calls only',
      addresses: [
        { position: 'word 0 > bytes 0 to 19', comparison: 'one of', values: [account, other] },
        { position: 'word 0 > bytes 20 to 1 from the end', comparison: 'is not', values: [other] },
      ],
      unsignedNumbers: [
        { position: 'word 2 > word 1 > length', comparison: 'between', values: [1, 5] },
        { position: 'word 1 > some member > word 0', comparison: 'is', values: [7] },
        { position: 'word 1 > member 3 > word 1', comparison: 'more than', values: [1] },
        { position: 'word 0 > bytes 20 to 22, every 23 bytes', comparison: 'one of', values: [500, 3000] },
      ],
      signedNumbers: [{ position: 'word 3 > word 0', comparison: 'at least', values: [-3] }],
      yesNo: [{ position: 'word 3 > word 1 > every member > word 0', comparison: 'is', values: [true] }],
      fixedBytes: [{ position: 'word 3 > word 1 > every member > word 1', comparison: 'is', values: [word('01020304')] }],
      ratios: [
        { position: 'word 1 > member 3 > word 1', comparison: 'at most', numerator: 1, denominator: 2, of: 'word 2 > word 1 > length' },
      ],
    },
    {
      ...nothing, contract: '0x000000000022d473030f116ddee9f6b43ac78ba3', function: 'approve(address,address,uint160,uint48)',
      from: '2025-11-21 09:01:00 UTC', addresses: [{ position: 'word 0', comparison: 'is', values: [token] }],
      counts: [{ counts: 'word 2', limit: 2 }],
    },
    {
      ...nothing, contract: other, function: 'plain transfer', valueAtMost: 100,
      policies: [{ contract: router, addresses: [], unsignedNumbers: [], signedNumbers: [], yesNo: [], fixedBytes: [] }],
    },
  ],
  tokenLimits: [{ number: 2, token, atMost: 500, period: "per 1 day from the session's start" }],
  limits: [{ number: 1, counts: 'sum of the counted words', atMost: 1000, period: 'in total' }],
  gas: { price: 'at most 2000000000 wei', fees: 'unlimited', paymasters: [] },
};

console.log(hashStruct({ data, primaryType: 'Session', types }));
