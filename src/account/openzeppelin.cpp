// OpenZeppelin's AccountERC7579 5.x: the validator is in the first 20 bytes of the nonce, and of an ERC-1271 signature.
#include "account/account.hpp"

namespace valetkey {
namespace {

class OpenZeppelinAccount final : public AccountAdapter {
 public:
  std::string_view name() const override { return "openzeppelin"; }

  Word nonce_key(const Address& validator, std::uint32_t lane) const override {
    return to_word(validator) << 32 | Word(lane);
  }

  Bytes user_op_signature_prefix(const Address&) const override { return {}; }

  Bytes wrap_message_signature(const Address& validator, ByteView signature) const override {
    Bytes wrapped;
    wrapped.reserve(validator.bytes.size() + signature.size());
    append(wrapped, validator.view());
    append(wrapped, signature);
    return wrapped;
  }

  Bytes encode_calls(std::span<const Call> calls) const override {
    return calls.size() == 1 ? encode_execute_single(calls.front()) : encode_execute_batch(calls);
  }

  Call install_validator(const Address& account, const Address& validator, ByteView init_data) const override {
    return {account, 0, encode_install_module(ModuleType::validator, validator, init_data)};
  }

  Call uninstall_validator(const Address& account, const Address& validator, ByteView deinit_data) const override {
    return {account, 0, encode_uninstall_module(ModuleType::validator, validator, deinit_data)};
  }
};

}  // namespace

const AccountAdapter& openzeppelin_account() {
  static const OpenZeppelinAccount adapter;
  return adapter;
}

}  // namespace valetkey
