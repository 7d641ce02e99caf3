#include "chain/deployer.hpp"

#include <fmt/format.h>

#include "evm/keccak.hpp"

namespace valetkey {

Address deployed_address(const Hash& salt, ByteView init_code) {
  Bytes text{0xff};
  append(text, kDeployer.view());
  append(text, salt.view());
  append(text, keccak256(init_code).view());
  const Hash hash = keccak256(text);
  return read_fixed<Address>(hash.view().last(Address::kSize));
}

Bytes encode_deployment(const Hash& salt, ByteView init_code) {
  Bytes data = to_bytes(salt.view());
  append(data, init_code);
  return data;
}

Result<Bytes> code_to_be(Client& client, const Address& address, ByteView init_code) {
  VALETKEY_TRY(answer, client.call({.to = address}, {address, to_bytes(init_code)}));
  if (!answer.reverted && !answer.data.empty()) return std::move(answer.data);
  return fail("no_override",
              fmt::format("{} can't run a call with other code (state overrides of eth_call)", client.name()),
              "use another RPC address");
}

Result<bool> is_deployed(Client& client, const Address& address, const Hash& code_hash) {
  VALETKEY_TRY(code, client.code(address));
  if (code.empty()) return false;
  const Hash found = keccak256(code);
  if (found != code_hash) {
    return fail("other_code",
                fmt::format("the code at `{}` has the hash {}, expected is {}", to_checksum(address), to_hex(found),
                            to_hex(code_hash)),
                "don't use this chain's contract; build the version that is deployed there, or use another node");
  }
  return true;
}

}  // namespace valetkey
