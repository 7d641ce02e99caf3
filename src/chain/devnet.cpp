#include "chain/devnet.hpp"

#include <fmt/format.h>

#include "chain/artifact.hpp"
#include "chain/deployer.hpp"
#include "chain/sender.hpp"
#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "userop/user_op.hpp"

namespace valetkey {
namespace {

constexpr std::uint64_t kGas = 14'700'000;                   // osaka refuses transactions above 2^24
constexpr std::uint64_t kPoolFee = 500;                      // 0.05 %
constexpr std::uint64_t kLastTick = 887'270;                 // the full range, in the fee's spacing of 10
constexpr Word kPoolUsdc = 3'900'000'000'000_w;              // 3,900,000 USDC
constexpr Word kPoolWeth = 1'000'000'000'000'000'000'000_w;  // 1,000 WETH
constexpr Word kAccountCoin = 10'000'000'000'000'000'000_w;  // 10 ETH
constexpr Word kAccountUsdc = 5'000'000'000_w;               // 5,000 USDC
// floor(sqrt(2^192 * amount of token1 / amount of token0)) for the pool's amounts, in either order of the tokens.
constexpr Word kPriceUsdcFirst = 1268665939277855878237710493292676_w;
constexpr Word kPriceWethFirst = 4947797163183637925127070_w;

SecretKey fixed_key(const Hash& bytes) {
  return std::move(*SecretKey::from_bytes(SecretBytes<32>(bytes.bytes)));
}

Bytes call_data(std::string_view function, const Value::List& values) {
  return *build_call(*parse_function(function), values);
}

Bytes words(const Value::List& values) {
  Bytes bytes;
  for (const Value& value : values) append_word(bytes, *value.word());
  return bytes;
}

class Deployment {
 public:
  Deployment(Client& client, const SecretKey& payer, const DevnetOptions& options, const Progress& progress)
      : client_(client), payer_(payer), options_(options), progress_(progress) {}

  Result<DevnetContracts> run() {
    VALETKEY_CHECK(deploy_entry_points());
    VALETKEY_TRY(validator, deploy("Valetkey"));
    VALETKEY_TRY(owner_validator, deploy("OwnerValidator"));
    contracts_.validator = validator;
    contracts_.owner_validator = owner_validator;
    VALETKEY_CHECK(deploy_tokens());
    VALETKEY_CHECK(deploy_account());
    VALETKEY_CHECK(deploy_uniswap());
    VALETKEY_CHECK(fill_pool());
    return contracts_;
  }

 private:
  Result<void> send(std::string_view what, const Address& to, Bytes data, const Word& value = 0) {
    VALETKEY_TRY(outcome, send_transaction(client_, payer_, {to, std::move(data), value, kGas}));
    if (outcome.receipt && outcome.receipt->success) return {};
    return fail("devnet_deploy", fmt::format("{} failed on the local chain", what),
                "stop the devnet and start it again");
  }

  Result<Address> deploy(std::string_view name, const Bytes& arguments = {}) {
    VALETKEY_TRY(artifact, read_artifact(options_.artifacts, name));
    Bytes init_code = std::move(artifact.creation_code);
    append(init_code, arguments);
    const Address address = deployed_address(artifact.salt, init_code);
    VALETKEY_CHECK(send(name, kDeployer, encode_deployment(artifact.salt, init_code)));
    VALETKEY_TRY(code, client_.code(address));
    if (code.empty())
      return fail("devnet_deploy", fmt::format("{} is not at its address", name), "compile the contracts again");
    progress_(fmt::format("{:<26} {}", name, to_checksum(address)));
    return address;
  }

  Result<void> deploy_entry_points() {
    for (const auto& [name, expected] :
         {std::pair{"EntryPointV07", kEntryPointV07}, {"EntryPointV08", kEntryPointV08}}) {
      VALETKEY_TRY(address, deploy(name));
      if (address != expected.address) {
        return fail("devnet_deploy", fmt::format("{} landed on another address", name),
                    "install the pinned packages with tools/setup");
      }
    }
    return {};
  }

  Result<void> deploy_tokens() {
    VALETKEY_TRY(weth, deploy("WETH9"));
    VALETKEY_TRY(usdc, deploy("TestToken"));
    contracts_.weth = weth;
    contracts_.usdc = usdc;
    return {};
  }

  Result<void> deploy_account() {
    Value::List validators;
    validators.push_back(Value::List{contracts_.owner_validator, words({options_.owner})});
    if (options_.install_validator) validators.push_back(Value::List{contracts_.validator, Bytes{}});
    static const std::vector<AbiType> types = parse_function("constructor_(address,(address,bytes)[])")->inputs;
    const Value::List arguments{options_.entry_point.address, std::move(validators)};
    VALETKEY_TRY(account, deploy("TestAccount", *build_arguments(types, arguments)));
    contracts_.account = account;
    VALETKEY_CHECK(send("paying the account", account, {}, kAccountCoin));
    return mint(account, kAccountUsdc);
  }

  Result<void> mint(const Address& to, const Word& amount) {
    return send("minting", contracts_.usdc, call_data("mint(address,uint256)", {to, amount}));
  }

  Result<void> deploy_uniswap() {
    VALETKEY_TRY(factory, deploy("UniswapV3Factory"));
    VALETKEY_TRY(positions, deploy("NonfungiblePositionManager", words({factory, contracts_.weth, Address{}})));
    VALETKEY_TRY(router, deploy("SwapRouter02", words({Address{}, factory, positions, contracts_.weth})));
    contracts_.factory = factory;
    contracts_.position_manager = positions;
    contracts_.router = router;
    return {};
  }

  Result<void> fill_pool() {
    const bool usdc_first = contracts_.usdc < contracts_.weth;
    const Address& token0 = usdc_first ? contracts_.usdc : contracts_.weth;
    const Address& token1 = usdc_first ? contracts_.weth : contracts_.usdc;
    const Word price = usdc_first ? kPriceUsdcFirst : kPriceWethFirst;
    const Address& positions = contracts_.position_manager;
    VALETKEY_CHECK(send("making the pool", positions,
                        call_data("createAndInitializePoolIfNecessary(address,address,uint24,uint160)",
                                  {token0, token1, kPoolFee, price})));
    VALETKEY_CHECK(mint(payer_.address(), kPoolUsdc));
    VALETKEY_CHECK(send("wrapping ETH", contracts_.weth, call_data("deposit()", {}), kPoolWeth));
    for (const Address& token : {token0, token1}) {
      VALETKEY_CHECK(send("approving", token, call_data("approve(address,uint256)", {positions, Word::max()})));
    }
    VALETKEY_CHECK(
        send("filling the pool", positions,
             call_data("mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
                       {Value(Value::List{token0, token1, kPoolFee, wrapping_sub(0, kLastTick).value, kLastTick,
                                          usdc_first ? kPoolUsdc : kPoolWeth, usdc_first ? kPoolWeth : kPoolUsdc,
                                          Word(0), Word(0), payer_.address(), Word::max()})})));
    VALETKEY_TRY(answer, client_.read(contracts_.factory,
                                      call_data("getPool(address,address,uint24)", {token0, token1, kPoolFee})));
    const auto pool = answer.size() == 32 ? to_address(Word::from_short_big_endian(answer)) : std::nullopt;
    if (!pool) return fail("devnet_deploy", "the factory does not name its pool", "stop the devnet and start it again");
    contracts_.pool = *pool;
    progress_(fmt::format("{:<26} {}", "pool USDC/WETH 0.05 %", to_checksum(*pool)));
    return {};
  }

  Client& client_;
  const SecretKey& payer_;
  const DevnetOptions& options_;
  const Progress& progress_;
  DevnetContracts contracts_;
};

}  // namespace

SecretKey devnet_payer_key() {
  return fixed_key("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"_hash);
}

SecretKey devnet_owner_key() {
  return fixed_key("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"_hash);
}

Result<DevnetContracts> deploy_devnet(Client& client, const SecretKey& payer, const DevnetOptions& options,
                                      const Progress& progress) {
  return Deployment(client, payer, options, progress).run();
}

}  // namespace valetkey
