#include "keys/web3_storage.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sys/random.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "base/hex.hpp"
#include "evm/keccak.hpp"

namespace valetkey {
namespace {

using nlohmann::json;
using DerivedKey = SecretBytes<32>;  // 16 bytes for the cipher, 16 for the MAC

constexpr std::uint64_t kMostMemory = 1ull << 30u;

Failure<> bad_form(std::string_view what) {
  return fail("keystore_form", fmt::format("the key file is not Web3 Secret Storage version 3: {}", what),
              "use a file that a wallet exported, or make a new key");
}

Result<void> fill_random(std::span<std::uint8_t> bytes) {
  if (getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())) return {};
  return fail("no_randomness", "the kernel gives no random bytes", "check this machine; no key was made");
}

// Runs one of OpenSSL's key derivations.
Result<DerivedKey> derive(const char* name, const OSSL_PARAM* parameters) {
  DerivedKey key;
  const std::unique_ptr<EVP_KDF, void (*)(EVP_KDF*)> kdf(EVP_KDF_fetch(nullptr, name, nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, void (*)(EVP_KDF_CTX*)> context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  const auto out = key.expose(ExposeSecret{});
  if (!context || EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) != 1) {
    return fail("keystore_crypto", fmt::format("{} failed", name), "check the free memory of this machine");
  }
  return key;
}

OSSL_PARAM octets(const char* name, ByteView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

Result<DerivedKey> scrypt(const Password& password, ByteView salt, ScryptCost cost) {
  std::uint64_t n = cost.n;
  std::uint64_t most = kMostMemory + (1u << 20u);
  const std::array parameters{octets(OSSL_KDF_PARAM_PASSWORD, password.expose(ExposeSecret{})),
                              octets(OSSL_KDF_PARAM_SALT, salt),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
                              OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &cost.r),
                              OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &cost.p),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most),
                              OSSL_PARAM_construct_end()};
  return derive("SCRYPT", parameters.data());
}

Result<DerivedKey> pbkdf2(const Password& password, ByteView salt, std::uint32_t iterations) {
  std::uint64_t count = iterations;
  std::string digest = "SHA256";
  const std::array parameters{octets(OSSL_KDF_PARAM_PASSWORD, password.expose(ExposeSecret{})),
                              octets(OSSL_KDF_PARAM_SALT, salt),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &count),
                              OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
                              OSSL_PARAM_construct_end()};
  return derive("PBKDF2", parameters.data());
}

// AES-128-CTR, which is its own inverse.
Result<SecretBytes<32>> apply_cipher(const DerivedKey& key, ByteView iv, std::span<const std::uint8_t, 32> input) {
  SecretBytes<32> output;
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int written = 0;
  if (!context ||
      EVP_EncryptInit_ex2(context.get(), EVP_aes_128_ctr(), key.expose(ExposeSecret{}).data(), iv.data(), nullptr) !=
          1 ||
      EVP_EncryptUpdate(context.get(), output.expose(ExposeSecret{}).data(), &written, input.data(), 32) != 1) {
    return fail("keystore_crypto", "aes-128-ctr failed", "check this machine's OpenSSL");
  }
  return output;
}

Hash mac_of(const DerivedKey& key, ByteView cipher_text) {
  Keccak256 hasher;
  hasher.update(ByteView(key.expose(ExposeSecret{})).subspan(16));
  hasher.update(cipher_text);
  return hasher.finish();
}

std::string bare_hex(ByteView bytes) {
  return to_hex(bytes).substr(2);
}

// Hex without 0x, as these files have it.
Result<Bytes> hex_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return bad_form(fmt::format("no `{}`", name));
  auto bytes = parse_hex("0x" + found->get<std::string>());
  if (!bytes) return bad_form(fmt::format("`{}` is not hex", name));
  return bytes;
}

Result<std::uint32_t> number_member(const json& object, const char* name, std::uint32_t most) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() == 0 ||
      found->get<std::uint64_t>() > most) {
    return bad_form(fmt::format("`{}` is not a number from 1 to {}", name, most));
  }
  return found->get<std::uint32_t>();
}

const json& object_member(const json& object, const char* name) {
  static const json none = json::object();
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : none;
}

Result<json> parse_file(std::string_view text) {
  json file = json::parse(text, nullptr, false);
  if (!file.is_object()) return bad_form("it is not a JSON object");
  if (file.value("version", json()) != json(3)) return bad_form("`version` is not 3");
  return file;
}

Result<DerivedKey> derive_as_told(const json& crypto, const Password& password) {
  const json& parameters = object_member(crypto, "kdfparams");
  const json kdf = crypto.value("kdf", json());
  if (parameters.value("dklen", json()) != json(32)) return bad_form("`dklen` is not 32");
  VALETKEY_TRY(salt, hex_member(parameters, "salt"));
  if (kdf == "scrypt") {
    VALETKEY_TRY(n, number_member(parameters, "n", 1u << 24u));
    VALETKEY_TRY(r, number_member(parameters, "r", 64));
    VALETKEY_TRY(p, number_member(parameters, "p", 64));
    if (128ull * n * r > kMostMemory) return bad_form("scrypt would take more than 1 GiB");
    if (n < 2 || (n & (n - 1)) != 0) return bad_form("`n` is not a power of two");
    if (r == 1 && n >= 1u << 16u) return bad_form("`n` is not below 2^16 with `r` 1 (RFC 7914, section 2)");
    return scrypt(password, salt, {n, r, p});
  }
  if (kdf == "pbkdf2") {
    VALETKEY_TRY(iterations, number_member(parameters, "c", 100'000'000));
    if (parameters.value("prf", json()) != json("hmac-sha256")) return bad_form("`prf` is not hmac-sha256");
    return pbkdf2(password, salt, iterations);
  }
  return bad_form("`kdf` is neither scrypt nor pbkdf2");
}

std::string random_uuid(std::span<std::uint8_t, 16> random) {
  random[6] = static_cast<std::uint8_t>((random[6] & 0x0fu) | 0x40u);
  random[8] = static_cast<std::uint8_t>((random[8] & 0x3fu) | 0x80u);
  const std::string hex = bare_hex(random);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

}  // namespace

Result<std::string> seal_key(const SecretKey& key, const Password& password, ScryptCost cost) {
  std::array<std::uint8_t, 64> random{};  // salt (32), iv (16), id (16)
  VALETKEY_CHECK(fill_random(random));
  const ByteView salt = ByteView(random).first(32);
  const ByteView iv = ByteView(random).subspan(32, 16);
  VALETKEY_TRY(derived, scrypt(password, salt, cost));
  VALETKEY_TRY(sealed, apply_cipher(derived, iv, key.expose(ExposeSecret{})));
  const Bytes cipher_text = to_bytes(sealed.expose(ExposeSecret{}));  // encrypted: no secret
  const nlohmann::ordered_json file{
      {"version", 3},
      {"id", random_uuid(std::span(random).last<16>())},
      {"address", bare_hex(key.address().view())},
      {"crypto",
       {{"cipher", "aes-128-ctr"},
        {"cipherparams", {{"iv", bare_hex(iv)}}},
        {"ciphertext", bare_hex(cipher_text)},
        {"kdf", "scrypt"},
        {"kdfparams", {{"dklen", 32}, {"n", cost.n}, {"r", cost.r}, {"p", cost.p}, {"salt", bare_hex(salt)}}},
        {"mac", bare_hex(mac_of(derived, cipher_text).view())}}}};
  return file.dump(2) + "\n";
}

Result<SecretKey> open_key(std::string_view text, const Password& password) {
  VALETKEY_TRY(file, parse_file(text));
  const json& crypto = object_member(file, "crypto");
  if (crypto.value("cipher", json()) != json("aes-128-ctr")) return bad_form("`cipher` is not aes-128-ctr");
  VALETKEY_TRY(iv, hex_member(object_member(crypto, "cipherparams"), "iv"));
  VALETKEY_TRY(cipher_text, hex_member(crypto, "ciphertext"));
  VALETKEY_TRY(mac, hex_member(crypto, "mac"));
  if (iv.size() != 16) return bad_form("`iv` is not 16 bytes");
  if (cipher_text.size() != 32) return bad_form("`ciphertext` is not 32 bytes");
  VALETKEY_TRY(derived, derive_as_told(crypto, password));
  if (!equal_constant_time(mac_of(derived, cipher_text).view(), mac)) {
    return fail("wrong_password", "the password does not open this key",
                "try again; a lost password can't be recovered");
  }
  VALETKEY_TRY(bytes, apply_cipher(derived, iv, std::span<const std::uint8_t, 32>(cipher_text)));
  return SecretKey::from_bytes(std::move(bytes));
}

Result<Address> sealed_address(std::string_view text) {
  VALETKEY_TRY(file, parse_file(text));
  VALETKEY_TRY(bytes, hex_member(file, "address"));
  if (bytes.size() != Address::kSize) return bad_form("`address` is not 20 bytes");
  return read_fixed<Address>(bytes);
}

Result<SecretKey> new_key() {
  SecretBytes<32> bytes;
  VALETKEY_CHECK(fill_random(bytes.expose(ExposeSecret{})));
  return SecretKey::from_bytes(std::move(bytes));
}

}  // namespace valetkey
