#include "chain/transaction.hpp"

#include "evm/keccak.hpp"

namespace valetkey {
namespace {

// RLP, yellow paper appendix B.
void append_length(Bytes& to, std::size_t size, std::uint8_t base) {
  if (size <= 55) {
    to.push_back(static_cast<std::uint8_t>(base + size));
    return;
  }
  std::size_t bytes = 1;
  while (size >> (8 * bytes) != 0) ++bytes;
  to.push_back(static_cast<std::uint8_t>(base + 55 + bytes));
  append_big_endian(to, size, bytes);
}

void append_text(Bytes& to, ByteView bytes) {
  if (bytes.size() != 1 || bytes[0] >= 0x80) append_length(to, bytes.size(), 0x80);
  append(to, bytes);
}

void append_number(Bytes& to, const Word& number) {
  const auto bytes = number.to_big_endian();
  append_text(to, ByteView(bytes).last((number.bit_length() + 7) / 8));
}

Bytes typed_list(const Bytes& items) {
  Bytes result{0x02};
  append_length(result, items.size(), 0xc0);
  append(result, items);
  return result;
}

}  // namespace

SignedTransaction sign_transaction(const Transaction& transaction, const SecretKey& key) {
  Bytes items;
  append_number(items, transaction.chain.value);
  append_number(items, transaction.nonce);
  append_number(items, transaction.tip);
  append_number(items, transaction.highest);
  append_number(items, transaction.gas);
  append_text(items, transaction.to ? transaction.to->view() : ByteView{});
  append_number(items, transaction.value);
  append_text(items, transaction.data);
  append_length(items, 0, 0xc0);  // access list
  const Signature signature = sign_recoverable(key, keccak256(typed_list(items)));
  append_number(items, signature.bytes[64] - 27u);
  append_number(items, Word::from_short_big_endian(signature.view().first(32)));
  append_number(items, Word::from_short_big_endian(signature.view().subspan(32, 32)));
  SignedTransaction result{typed_list(items), {}};
  result.hash = keccak256(result.raw);
  return result;
}

}  // namespace valetkey
