// The same work by viem and Rhinestone's module-sdk, with their published functions: their v1 session, their USE signature.
// Prints one JSON object of nanoseconds, as bench_native does.
import { readFileSync } from 'node:fs';
import {
  encodeFunctionData, encodePacked, parseAbi, recoverAddress, toFunctionSelector,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { entryPoint07Address, getUserOperationHash } from 'viem/account-abstraction';
import {
  SMART_SESSIONS_ADDRESS, SmartSessionMode, encodeSmartSessionSignature, encodeValidationData, getOwnableValidator,
  getOwnableValidatorMockSignature, getPermissionId, getSpendingLimitsPolicy, getTimeFramePolicy, getUsageLimitPolicy,
  hashChainSessions,
} from '@rhinestone/module-sdk';

const ACCOUNT = '0xacc0000000000000000000000000000000000001';
const TOKEN = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913';
const RECIPIENT = '0xb0b0000000000000000000000000000000000001';
const FROM = 1_795_251_600;
const CHAINS = [8453, 10, 42161];
const SINGLE_MODE = `0x${'00'.repeat(32)}`;
const ERC20 = parseAbi(['function transfer(address to, uint256 value) returns (bool)']);
const ERC7579 = parseAbi(['function execute(bytes32 mode, bytes executionCalldata) payable']);

const signer = privateKeyToAccount(`0x${'42'.repeat(32)}`);

// An ERC-20 transfer with a spending limit, a time frame and a number of uses.
const validator = getOwnableValidator({ threshold: 1, owners: [signer.address] });
const policyData = ({ policy, initData }) => ({ policy, initData });
const session = {
  sessionValidator: validator.address,
  sessionValidatorInitData: encodeValidationData({ threshold: 1, owners: [signer.address] }),
  salt: `0x${'00'.repeat(31)}01`,
  userOpPolicies: [],
  erc7739Policies: { allowedERC7739Content: [], erc1271Policies: [] },
  actions: [{
    actionTarget: TOKEN,
    actionTargetSelector: '0xa9059cbb',
    actionPolicies: [
      getSpendingLimitsPolicy([{ token: TOKEN, limit: 1_000_000_000n }]),
      getTimeFramePolicy({ validAfter: FROM, validUntil: FROM + 30 * 86_400 }),
      getUsageLimitPolicy({ limit: 100n }),
    ].map(policyData),
  }],
  permitERC4337Paymaster: false,
  chainId: BigInt(CHAINS[0]),
};
const permissionId = getPermissionId({ session });
const mockSignature = getOwnableValidatorMockSignature({ threshold: 1 });

const chainSessions = CHAINS.map((chain) => ({
  chainId: BigInt(chain),
  session: {
    account: ACCOUNT,
    permissions: {
      permitGenericPolicy: false,
      permitAdminAccess: false,
      ignoreSecurityAttestations: false,
      permitERC4337Paymaster: session.permitERC4337Paymaster,
      userOpPolicies: session.userOpPolicies,
      erc7739Policies: session.erc7739Policies,
      actions: session.actions,
    },
    sessionValidator: session.sessionValidator,
    sessionValidatorInitData: session.sessionValidatorInitData,
    salt: session.salt,
    smartSession: SMART_SESSIONS_ADDRESS,
    nonce: 0n,
  },
}));

const use = (signature) => encodeSmartSessionSignature({ mode: SmartSessionMode.USE, permissionId, signature });

function prepare() {
  const transfer = encodeFunctionData({ abi: ERC20, functionName: 'transfer', args: [RECIPIENT, 25_000_000n] });
  const execution = encodePacked(['address', 'uint256', 'bytes'], [TOKEN, 0n, transfer]);
  const userOperation = {
    sender: ACCOUNT,
    nonce: 7n,
    callData: encodeFunctionData({ abi: ERC7579, functionName: 'execute', args: [SINGLE_MODE, execution] }),
    callGasLimit: 100_000n,
    verificationGasLimit: 150_000n,
    preVerificationGas: 50_000n,
    maxFeePerGas: 1_000_000_000n,
    maxPriorityFeePerGas: 1_000_000n,
    signature: use(mockSignature),
  };
  const hash = getUserOperationHash({
    chainId: CHAINS[0], entryPointAddress: entryPoint07Address, entryPointVersion: '0.7', userOperation,
  });
  return { userOperation, hash };
}

async function prepareAndSign() {
  const { userOperation, hash } = prepare();
  userOperation.signature = use(await signer.signMessage({ message: { raw: hash } }));
  return userOperation;
}

const abiText = readFileSync(process.argv[2], 'utf8');
const { hash: digest } = prepare();
const signature = await signer.sign({ hash: digest });

const items = {
  prepare_and_sign: prepareAndSign,
  prepare,
  session_digest_3_chains: () => hashChainSessions(chainSessions),
  abi_json_to_selectors: () => JSON.parse(abiText).filter(({ type }) => type === 'function').map(toFunctionSelector),
  recover_signer: () => recoverAddress({ hash: digest, signature }),
  sign_recoverable: () => signer.sign({ hash: digest }),
};

async function nanoseconds(once, times) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; ++i) {
    const result = once();
    if (result instanceof Promise) await result;
  }
  return Number(process.hrtime.bigint() - start) / times;
}

// The best of many batches of about 6 ms, after the compiler has seen the work often: as short as they are in native.cpp, for
// work that takes longer.
async function bestOfBatches(once) {
  const warm = await nanoseconds(once, 300);
  const times = Math.max(1, Math.round(6e6 / warm));
  let best = await nanoseconds(once, times);
  for (let i = 1; i < 120; ++i) best = Math.min(best, await nanoseconds(once, times));
  return best;
}

const answer = {};
for (const [name, once] of Object.entries(items)) answer[name] = Math.round(await bestOfBatches(once));
console.log(JSON.stringify(answer));
