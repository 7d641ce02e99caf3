#include "userop/user_op.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "evm/abi_codec.hpp"
#include "evm/keccak.hpp"

namespace valetkey {
namespace {

// EIP-7702 init code begins with these 20 bytes.
constexpr Address kEip7702Marker = "0x7702000000000000000000000000000000000000"_address;

Word join_halves(const Uint128& high, const Uint128& low) {
  return high.word() << 128 | low.word();
}

Uint128 high_half(const Word& word) {
  return *Uint128::from(word >> 128);
}

Uint128 low_half(const Word& word) {
  return *Uint128::from(word & Word::max_of_bits(128));
}

Word hash_word(ByteView data) {
  return to_word(keccak256(data));
}

Word hash_word(const Address& address, ByteView data) {
  Keccak256 hasher;
  hasher.update(address.view());
  hasher.update(data);
  return to_word(hasher.finish());
}

// keccak256(abi.encode(words...)).
template <std::size_t N>
Word hash_words(const std::array<Word, N>& words) {
  std::array<std::uint8_t, 32 * N> bytes;
  for (std::size_t i = 0; i < N; ++i) std::ranges::copy(words[i].to_big_endian(), bytes.begin() + 32 * i);
  return hash_word(bytes);
}

Word hash_init_code(const UserOp& op, EntryPointVersion version) {
  if (op.factory) return hash_word(op.factory->address, op.factory->data);
  if (!op.eip7702) return to_word(kKeccakOfNothing);
  // Before v0.8 the marker is hashed as it stands.
  const bool with_delegate = version == EntryPointVersion::v0_8;
  return hash_word(with_delegate ? op.eip7702->delegate : kEip7702Marker, op.eip7702->data);
}

Word hash_paymaster(const UserOp& op, EntryPointVersion version) {
  if (!op.paymaster) return to_word(kKeccakOfNothing);
  const Paymaster& paymaster = *op.paymaster;
  Keccak256 hasher;
  hasher.update(paymaster.address.view());
  if (version != EntryPointVersion::v0_6) {
    hasher.update(join_halves(paymaster.verification_gas_limit, paymaster.post_op_gas_limit));
  }
  hasher.update(paymaster.data);
  return to_word(hasher.finish());
}

UserOpHash as_user_op_hash(const Word& word) {
  return {word.to_big_endian()};
}

UserOpHash hash_v0_6(const UserOp& op, const EntryPoint& entry_point, ChainId chain) {
  const Word inner = hash_words(std::array<Word, 10>{
      to_word(op.sender), op.nonce, hash_init_code(op, entry_point.version), hash_word(op.call_data),
      op.call_gas_limit.word(), op.verification_gas_limit.word(), op.pre_verification_gas, op.max_fee_per_gas.word(),
      op.max_priority_fee_per_gas.word(), hash_paymaster(op, entry_point.version)});
  return as_user_op_hash(hash_words(std::array<Word, 3>{inner, to_word(entry_point.address), chain.value}));
}

// The eight words that v0.7 and v0.8 both hash.
std::array<Word, 8> hashed_words(const UserOp& op, EntryPointVersion version) {
  return {to_word(op.sender),
          op.nonce,
          hash_init_code(op, version),
          hash_word(op.call_data),
          join_halves(op.verification_gas_limit, op.call_gas_limit),
          op.pre_verification_gas,
          join_halves(op.max_priority_fee_per_gas, op.max_fee_per_gas),
          hash_paymaster(op, version)};
}

UserOpHash hash_v0_7(const UserOp& op, const EntryPoint& entry_point, ChainId chain) {
  const Word inner = hash_words(hashed_words(op, entry_point.version));
  return as_user_op_hash(hash_words(std::array<Word, 3>{inner, to_word(entry_point.address), chain.value}));
}

UserOpHash hash_v0_8(const UserOp& op, const EntryPoint& entry_point, ChainId chain) {
  static const Word kOpType = hash_word(as_bytes(
      "PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,"
      "uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)"));
  static const Word kDomainType =
      hash_word(as_bytes("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"));
  static const Word kName = hash_word(as_bytes("ERC4337"));
  static const Word kVersion = hash_word(as_bytes("1"));
  const Word domain =
      hash_words(std::array<Word, 5>{kDomainType, kName, kVersion, chain.value, to_word(entry_point.address)});
  const std::array<Word, 8> fields = hashed_words(op, entry_point.version);
  Keccak256 op_hasher;
  op_hasher.update(kOpType);
  for (const Word& field : fields) op_hasher.update(field);
  Keccak256 hasher;
  hasher.update(std::array<std::uint8_t, 2>{0x19, 0x01});
  hasher.update(domain);
  hasher.update(op_hasher.finish().view());
  return {hasher.finish().bytes};
}

}  // namespace

PackedUserOp pack_user_op(const UserOp& op) {
  PackedUserOp packed;
  packed.sender = op.sender;
  packed.nonce = op.nonce;
  if (op.factory) {
    append(packed.init_code, op.factory->address.view());
    append(packed.init_code, op.factory->data);
  } else if (op.eip7702) {
    append(packed.init_code, kEip7702Marker.view());
    append(packed.init_code, op.eip7702->data);
  }
  packed.call_data = op.call_data;
  packed.account_gas_limits = join_halves(op.verification_gas_limit, op.call_gas_limit);
  packed.pre_verification_gas = op.pre_verification_gas;
  packed.gas_fees = join_halves(op.max_priority_fee_per_gas, op.max_fee_per_gas);
  if (op.paymaster) {
    append(packed.paymaster_and_data, op.paymaster->address.view());
    append_word(packed.paymaster_and_data,
                join_halves(op.paymaster->verification_gas_limit, op.paymaster->post_op_gas_limit));
    append(packed.paymaster_and_data, op.paymaster->data);
  }
  packed.signature = op.signature;
  return packed;
}

Result<UserOp> unpack_user_op(const PackedUserOp& packed, const std::optional<Address>& eip7702_delegate) {
  UserOp op;
  op.sender = packed.sender;
  op.nonce = packed.nonce;
  if (const ByteView init = packed.init_code; !init.empty()) {
    if (init.size() < 20) {
      return fail("user_op_init_code", fmt::format("the init code has {} bytes", init.size()),
                  "it is empty, or begins with the factory's 20 bytes");
    }
    const auto address = read_fixed<Address>(init);
    Bytes data = to_bytes(init.subspan(20));
    if (address != kEip7702Marker) {
      op.factory = Factory{address, std::move(data)};
    } else if (eip7702_delegate) {
      op.eip7702 = Eip7702Init{*eip7702_delegate, std::move(data)};
    } else {
      return fail("user_op_delegate", "the init code is EIP-7702's, which does not name the delegate",
                  "give the address that the account's code delegates to");
    }
  }
  op.call_data = packed.call_data;
  op.verification_gas_limit = high_half(packed.account_gas_limits);
  op.call_gas_limit = low_half(packed.account_gas_limits);
  op.pre_verification_gas = packed.pre_verification_gas;
  op.max_priority_fee_per_gas = high_half(packed.gas_fees);
  op.max_fee_per_gas = low_half(packed.gas_fees);
  if (const ByteView bytes = packed.paymaster_and_data; !bytes.empty()) {
    if (bytes.size() < 52) {
      return fail("user_op_paymaster", fmt::format("paymasterAndData has {} bytes", bytes.size()),
                  "it is empty, or begins with 20 bytes of address and two gas limits of 16 bytes");
    }
    const Word limits = Word::from_big_endian(bytes.subspan<20, 32>());
    op.paymaster =
        Paymaster{read_fixed<Address>(bytes), high_half(limits), low_half(limits), to_bytes(bytes.subspan(52))};
  }
  op.signature = packed.signature;
  return op;
}

UserOpHash hash_user_op(const UserOp& op, const EntryPoint& entry_point, ChainId chain) {
  switch (entry_point.version) {
    case EntryPointVersion::v0_6:
      return hash_v0_6(op, entry_point, chain);
    case EntryPointVersion::v0_7:
      return hash_v0_7(op, entry_point, chain);
    case EntryPointVersion::v0_8:
      break;
  }
  return hash_v0_8(op, entry_point, chain);
}

Bytes encode_handle_ops(std::span<const PackedUserOp> ops, const Address& beneficiary) {
  constexpr Selector kHandleOps = "0x765e827f"_selector;
  constexpr std::size_t kOpHead = 9 * 32;
  const auto tail_size = [](const Bytes& bytes) { return 32 + padded_size(bytes.size()); };
  const auto op_size = [&](const PackedUserOp& op) {
    return kOpHead + tail_size(op.init_code) + tail_size(op.call_data) + tail_size(op.paymaster_and_data) +
           tail_size(op.signature);
  };
  Bytes data;
  append(data, kHandleOps.view());
  append_word(data, 64);
  append_word(data, to_word(beneficiary));
  append_word(data, ops.size());
  std::size_t offset = 32 * ops.size();
  for (const PackedUserOp& op : ops) {
    append_word(data, offset);
    offset += op_size(op);
  }
  for (const PackedUserOp& op : ops) {
    std::size_t tail = kOpHead;
    const auto append_offset = [&](const Bytes& bytes) {
      append_word(data, tail);
      tail += tail_size(bytes);
    };
    append_word(data, to_word(op.sender));
    append_word(data, op.nonce);
    append_offset(op.init_code);
    append_offset(op.call_data);
    append_word(data, op.account_gas_limits);
    append_word(data, op.pre_verification_gas);
    append_word(data, op.gas_fees);
    append_offset(op.paymaster_and_data);
    append_offset(op.signature);
    for (const Bytes* bytes : {&op.init_code, &op.call_data, &op.paymaster_and_data, &op.signature}) {
      append_word(data, bytes->size());
      append_padded(data, *bytes);
    }
  }
  return data;
}

std::optional<Word> max_cost(const UserOp& op) {
  std::optional<Word> gas = op.pre_verification_gas;
  const auto add = [&gas](const Uint128& limit) {
    if (gas) gas = checked_add(*gas, limit.word());
  };
  add(op.call_gas_limit);
  add(op.verification_gas_limit);
  if (op.paymaster) {
    add(op.paymaster->verification_gas_limit);
    add(op.paymaster->post_op_gas_limit);
  }
  return gas ? checked_mul(*gas, op.max_fee_per_gas.word()) : std::nullopt;
}

}  // namespace valetkey
