#include "evm/abi_codec.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

constexpr Address kTo = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"_address;

AbiFunction sample_function() {
  return parse_function(
             "function f(uint256 a, (address to, uint24[] fees, string note) p, (int64 a, bool b)[2] s, bytes data, "
             "string[2] names, bytes4 sel, uint8[][] grid)")
      .value();
}

std::vector<Value> sample_values() {
  return {
      7,
      Value::List{kTo, Value::List{500, 3000}, "hello"},
      Value::List{Value::List{wrapping_sub(0, 2).value, Value::boolean(true)}, Value::List{5, Value::boolean(false)}},
      Bytes{1, 2, 3, 4, 5},
      Value::List{"x", "yy"},
      0xdeadbeef_w << 224,
      Value::List{Value::List{1, 2}, Value::List{}, Value::List{3}}};
}

// Encoded with viem 2.57.
Bytes sample_call() {
  return "0xdd3c5c01"
         "0000000000000000000000000000000000000000000000000000000000000007"
         "0000000000000000000000000000000000000000000000000000000000000140"
         "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
         "0000000000000000000000000000000000000000000000000000000000000001"
         "0000000000000000000000000000000000000000000000000000000000000005"
         "0000000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000240"
         "0000000000000000000000000000000000000000000000000000000000000280"
         "deadbeef00000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000340"
         "0000000000000000000000005aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
         "0000000000000000000000000000000000000000000000000000000000000060"
         "00000000000000000000000000000000000000000000000000000000000000c0"
         "0000000000000000000000000000000000000000000000000000000000000002"
         "00000000000000000000000000000000000000000000000000000000000001f4"
         "0000000000000000000000000000000000000000000000000000000000000bb8"
         "0000000000000000000000000000000000000000000000000000000000000005"
         "68656c6c6f000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000005"
         "0102030405000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000040"
         "0000000000000000000000000000000000000000000000000000000000000080"
         "0000000000000000000000000000000000000000000000000000000000000001"
         "7800000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000002"
         "7979000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000003"
         "0000000000000000000000000000000000000000000000000000000000000060"
         "00000000000000000000000000000000000000000000000000000000000000c0"
         "00000000000000000000000000000000000000000000000000000000000000e0"
         "0000000000000000000000000000000000000000000000000000000000000002"
         "0000000000000000000000000000000000000000000000000000000000000001"
         "0000000000000000000000000000000000000000000000000000000000000002"
         "0000000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000001"
         "0000000000000000000000000000000000000000000000000000000000000003"_hex;
}

TEST(AbiCodec, EncodesAsOthersDo) {
  EXPECT_EQ(to_hex(build_call(sample_function(), sample_values()).value()), to_hex(sample_call()));
}

TEST(AbiCodec, DecodesWhatItEncodes) {
  EXPECT_EQ(decode_call(sample_function(), sample_call()).value(), sample_values());
}

// Whatever is accepted must be the canonical form of what it decodes to.
TEST(AbiCodec, EveryFlippedBitIsRefusedOrEncodesBack) {
  const AbiFunction function = sample_function();
  const Bytes call = sample_call();
  int refused = 0;
  for (std::size_t bit = 0; bit < 8 * call.size(); ++bit) {
    Bytes changed = call;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const auto decoded = decode_call(function, changed);
    if (decoded) {
      EXPECT_EQ(build_call(function, *decoded).value(), changed) << "bit " << bit;
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 5000);
}

TEST(AbiCodec, EveryCutAndEveryExtraByteIsRefused) {
  const Bytes call = sample_call();
  for (std::size_t size = 0; size < call.size(); ++size) {
    EXPECT_FALSE(decode_call(sample_function(), ByteView(call).first(size))) << size;
  }
  Bytes longer = call;
  longer.resize(call.size() + 32);
  EXPECT_EQ(decode_call(sample_function(), longer).error().code, "abi_data_trailing");
}

std::string decode_code(std::string_view types, std::string_view hex) {
  const auto function = parse_function("f" + std::string(types));
  const auto decoded = decode_arguments(function->inputs, parse_hex(hex).value());
  return decoded ? "ok" : std::string(decoded.error().code);
}

TEST(AbiCodec, RefusalsNameTheirReason) {
  const std::string zero(64, '0');
  const std::string ones(64, 'f');
  const std::string word32 = std::string(62, '0') + "20";
  EXPECT_EQ(decode_code("(uint256)", "0x" + ones), "ok");
  EXPECT_EQ(decode_code("(address)", "0x" + ones), "abi_data_dirty");
  EXPECT_EQ(decode_code("(uint256)", "0x" + zero.substr(2)), "abi_data_short");
  EXPECT_EQ(decode_code("(bytes)", "0x" + word32 + zero), "ok");
  EXPECT_EQ(decode_code("(bytes)", "0x" + zero + zero), "abi_data_offset");
  EXPECT_EQ(decode_code("(bytes)", "0x" + word32 + ones), "abi_data_short");
  EXPECT_EQ(decode_code("(uint256[])", "0x" + word32 + ones), "abi_data_short");
  EXPECT_EQ(decode_code("(bytes)", "0x" + word32 + std::string(63, '0') + "1" + ones), "abi_data_dirty");
  EXPECT_EQ(decode_code("()", "0x"), "ok");
  EXPECT_EQ(decode_code("()", "0x" + zero), "abi_data_trailing");
}

TEST(AbiCodec, ValuesThatAreNotOfTheTypeNameTheirPlace) {
  const AbiFunction function = parse_function("function f((address to, uint24[] fees) p)").value();
  const auto range = build_call(function, std::vector<Value>{Value(Value::List{kTo, Value::List{1, 1u << 24}})});
  EXPECT_EQ(range.error().code, "value_range");
  EXPECT_NE(range.error().message.find("`p.fees[1]`"), std::string::npos);
  EXPECT_EQ(build_call(function, std::vector<Value>{Value(Value::List{kTo})}).error().code, "value_count");
  EXPECT_EQ(build_call(function, std::vector<Value>{}).error().code, "value_count");
  EXPECT_EQ(build_call(function, std::vector<Value>{7}).error().code, "value_shape");
  EXPECT_EQ(build_call(function, std::vector<Value>{Value(Value::List{"text", Value::List{}})}).error().code,
            "value_shape");
}

TEST(AbiCodec, StaticCallIsTheSameAsTheGeneralOne) {
  const AbiFunction transfer = parse_function("transfer(address,uint256)").value();
  const Bytes call = encode_static_call(selector(transfer), std::array<Word, 2>{to_word(kTo), 1000});
  EXPECT_EQ(call, build_call(transfer, std::vector<Value>{kTo, 1000}).value());
  EXPECT_EQ(read_head_word(call, 1), Word(1000));
  EXPECT_EQ(read_head_word(call, 2), std::nullopt);
  EXPECT_EQ(read_head_word(ByteView(call).first(67), 1), std::nullopt);
  EXPECT_EQ(read_head_word({}, 0), std::nullopt);
}

TEST(AbiCodec, CallOfAnotherFunctionIsRefused) {
  Bytes call = sample_call();
  call[0] ^= 1;
  EXPECT_EQ(decode_call(sample_function(), call).error().code, "abi_data_selector");
}

}  // namespace
}  // namespace valetkey
