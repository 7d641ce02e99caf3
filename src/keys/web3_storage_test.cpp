#include "keys/web3_storage.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

// The definition's test vector for pbkdf2. (Its vector for scrypt breaks RFC 7914: n is not below 2^(16 r).)
constexpr std::string_view kPbkdf2File =
    R"({"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
"kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3})";
// A scrypt file as go-ethereum writes them; its password is empty.
constexpr std::string_view kScryptFile =
    R"({"address":"45dea0fb0bba44f4fcf290bba71fd57d7117cbb8","crypto":{"cipher":"aes-128-ctr",
"ciphertext":"b87781948a1befd247bff51ef4063f716cf6c2d3481163e9a8f42e1f9bb74145","cipherparams":{"iv":"dc4926b48a105133d2f16b96833abf1e"},
"kdf":"scrypt","kdfparams":{"dklen":32,"n":2,"p":1,"r":8,"salt":"004244bbdc51cadda545b1cfa43cff9ed2ae88e08c61f1479dbb45410722f8f0"},
"mac":"39990c1684557447940d4c69e06b1b82b2aceacb43f284df65c956daf3046b85"},"id":"ce541d8d-c79b-40f8-9f8c-20f59616faba","version":3})";
constexpr std::string_view kVectorKey = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

std::string exposed(const SecretKey& key) {
  return to_hex(key.expose(ExposeSecret{}));
}

SecretKey some_key() {
  return std::move(*new_key());
}

std::string code_of(const auto& result) {
  return result ? "no error" : std::string(result.error().code);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Web3Storage, OpensThePublishedVectors) {
  const Password password("testpassword");
  EXPECT_EQ(exposed(open_key(kPbkdf2File, password).value()), kVectorKey);
  EXPECT_EQ(open_key(kScryptFile, Password("")).value().address(), sealed_address(kScryptFile).value());
}

TEST(Web3Storage, SealedKeyOpensWithItsPasswordOnly) {
  const SecretKey key = some_key();
  const auto file = seal_key(key, Password("right"), kLightScrypt);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->find(exposed(key).substr(2)), std::string::npos);
  EXPECT_EQ(sealed_address(*file).value(), key.address());
  EXPECT_EQ(exposed(open_key(*file, Password("right")).value()), exposed(key));
  EXPECT_EQ(code_of(open_key(*file, Password("wrong"))), "wrong_password");
  EXPECT_EQ(code_of(open_key(*file, Password(""))), "wrong_password");
}

TEST(Web3Storage, NewKeysDiffer) {
  EXPECT_NE(some_key().address(), some_key().address());
}

TEST(Web3Storage, RefusesWhatItCantTrust) {
  const Password password("");
  const std::string file(kScryptFile);
  for (const auto& broken : {std::string("[]"), std::string("{"), replaced(file, R"("version":3)", R"("version":1)"),
                             replaced(file, "aes-128-ctr", "aes-128-cbc"), replaced(file, R"("scrypt")", R"("md5")"),
                             replaced(file, R"("n":2)", R"("n":3)"), replaced(file, R"("n":2)", R"("n":1)"),
                             replaced(file, R"("n":2)", R"("n":16777216)"), replaced(file, R"("p":1)", R"("p":0)"),
                             replaced(file, R"("n":2,"p":1,"r":8)", R"("n":262144,"p":8,"r":1)"),
                             replaced(file, R"("dklen":32)", R"("dklen":16)"), replaced(file, "dc4926b4", ""),
                             replaced(file, "b8778194", "x8778194")}) {
    EXPECT_EQ(code_of(open_key(broken, password)), "keystore_form") << broken;
  }
  EXPECT_EQ(code_of(open_key(replaced(file, "b8778194", "b8778195"), password)), "wrong_password");
}

}  // namespace
}  // namespace valetkey
