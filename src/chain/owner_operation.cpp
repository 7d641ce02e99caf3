#include "chain/owner_operation.hpp"

#include <algorithm>

namespace valetkey {
namespace {

Bytes sign_hash(const AccountAdapter& adapter, const OwnerSigner& owner, const UserOpHash& hash) {
  Bytes signature = adapter.user_op_signature_prefix(owner.validator);
  append(signature, sign_recoverable(*owner.key, Hash{hash.bytes}).view());
  return signature;
}

}  // namespace

Result<OperationOutcome> send_as_owner(Client& client, const AccountAdapter& adapter, const Address& account,
                                       const OwnerSigner& owner, std::span<const Call> calls, const SecretKey& payer,
                                       const WaitOptions& wait, const EntryPoint& entry_point) {
  VALETKEY_TRY(nonce, read_nonce(client, entry_point, account, adapter.nonce_key(owner.validator, 0)));
  VALETKEY_TRY(fees, client.fees());
  UserOp op;
  op.sender = account;
  op.nonce = nonce;
  op.call_data = adapter.encode_calls(calls);
  op.max_fee_per_gas = std::min(fees.highest, Word(~std::uint64_t{0})).low_64();
  op.max_priority_fee_per_gas = std::min(fees.tip, Word(~std::uint64_t{0})).low_64();
  op.signature = sign_hash(adapter, owner, hash_user_op(op, entry_point, client.chain()));
  VALETKEY_TRY(gas, estimate_operation(client, op, entry_point));
  op.verification_gas_limit = gas.verification;
  op.call_gas_limit = gas.call;
  op.pre_verification_gas = gas.pre_verification;
  op.signature = sign_hash(adapter, owner, hash_user_op(op, entry_point, client.chain()));
  VALETKEY_TRY(simulation, simulate_operation(client, op, entry_point, payer.address()));
  if (simulation.failed) return fail(explain_failure(*simulation.failed));
  return submit_operation(client, payer, op, entry_point, wait);
}

}  // namespace valetkey
