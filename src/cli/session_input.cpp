#include "cli/session_input.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "chain/files.hpp"
#include "chain/session_state.hpp"
#include "evm/abi_codec.hpp"
#include "session_file/text.hpp"

namespace valetkey::cli {
namespace {

Result<Variables> read_variables(const std::vector<std::string>& set) {
  Variables variables;
  for (const std::string& each : set) {
    const std::size_t sign = each.find('=');
    if (sign == std::string::npos || sign == 0) {
      return fail("bad_set", fmt::format("`--set {}` is not `name=value`", each), "write it as `--set user=0x…`");
    }
    if (!variables.emplace(each.substr(0, sign), Variable{each.substr(sign + 1), "--set"}).second) {
      return fail("bad_set", fmt::format("`--set {}` is given twice", each.substr(0, sign)), "give it once");
    }
  }
  return variables;
}

// The devnet's addresses, for those that the text asks for and nobody has set.
Result<void> add_devnet_variables(const Context& context, std::string_view text, Variables& variables) {
  VALETKEY_TRY(devnet, context.devnet());
  if (!devnet) return fail("no_devnet", "--devnet is given, and no devnet runs", "start `valetkey devnet`");
  const DevnetContracts& contracts = devnet->contracts;
  for (const auto& [name, address] : {std::pair{"account", contracts.account},
                                      {"usdc", contracts.usdc},
                                      {"weth", contracts.weth},
                                      {"router", contracts.router}}) {
    if (text.find(fmt::format("${{{}}}", name)) == std::string_view::npos) continue;
    variables.emplace(name, Variable{to_checksum(address), "--devnet"});
  }
  return {};
}

Result<SessionDraft> read_draft(const Context& context, const BuildOptions& options, const std::string& file,
                                const Variables& row) {
  VALETKEY_TRY(text, read_text(file));
  SessionFileOptions reading;
  reading.path = file;
  VALETKEY_TRY(variables, read_variables(options.set));
  reading.variables = std::move(variables);
  for (const auto& [name, value] : row) {
    if (!reading.variables.emplace(name, value).second)
      return fail("bad_set", fmt::format("`--set {}` and {} both give `{}`", name, value.origin, name),
                  "give one of them");
  }
  if (options.devnet) VALETKEY_CHECK(add_devnet_variables(context, text, reading.variables));
  const auto folder = std::filesystem::path(file).parent_path();
  reading.read_file = [folder](std::string_view path) { return read_text(folder / path); };
  reading.find_key = [&context](std::string_view name) { return context.key_address(std::string(name)); };
  VALETKEY_TRY(draft, read_session_file(text, reading));
  for (const FileWarning& warning : draft.warnings) {
    fmt::print(stderr, "warning: {}:{}:{}: {}\n  {}\n", file, warning.where.line, warning.where.column,
               warning.what.message, warning.what.fix);
  }
  return draft;
}

Result<std::uint32_t> serial_number(const BuildOptions& options) {
  if (!options.serial.empty()) {
    VALETKEY_TRY(serial, session_file::parse_count(options.serial, 0xffff'ffff));
    return static_cast<std::uint32_t>(serial);
  }
  std::uint32_t serial = 0;
  if (getrandom(&serial, sizeof serial, 0) == sizeof serial) return serial;
  return fail("no_randomness", "the kernel gives no random bytes", "give --serial NUMBER");
}

Result<Seconds> time_of_building(const BuildOptions& options, std::optional<Client>& client) {
  if (!options.now.empty()) return session_file::parse_time(options.now);
  if (!client) return static_cast<Seconds>(std::time(nullptr));
  VALETKEY_TRY(block, client->newest_block());
  return block.timestamp;
}

Result<std::uint64_t> account_epoch(const BuildOptions& options, std::optional<Client>& client,
                                    const SessionDraft& draft, const Address& validator) {
  if (!options.epoch.empty()) return session_file::parse_count(options.epoch, ~std::uint64_t{0});
  if (client && client->chain() == draft.place.chain) {
    VALETKEY_TRY(state, read_account_state(*client, validator, draft.place.account));
    return state.epoch;
  }
  return fail("missing_option",
              fmt::format("{}: the account's epoch on chain {} is not known", draft.path, draft.place.chain.value),
              "give --rpc of a node of that chain, or --epoch (0 where the account never revoked all)");
}

// What the file says of a token against what its contract says.
Result<void> check_tokens(Client& client, const SessionDraft& draft) {
  static const Selector decimals = selector_of_text("decimals()");
  for (const AddressName& token : draft.names.addresses) {
    if (!token.unit) continue;
    VALETKEY_TRY(answer, client.call({.to = token.address, .data = to_bytes(decimals.view())}));
    const bool right = !answer.reverted && answer.data.size() == 32 &&
                       Word::from_short_big_endian(answer.data) == Word(token.unit->decimals);
    if (right) continue;
    const std::string found = !answer.reverted && answer.data.size() == 32
                                  ? to_decimal(Word::from_short_big_endian(answer.data)) + " decimals"
                                  : "no decimals: it is no token of this chain";
    return fail("token_decimals",
                fmt::format("{}: `{}` has {} decimals in the file, and its contract says {}", draft.path, token.name,
                            token.unit->decimals, found),
                "correct the file: a wrong number of decimals makes every amount wrong");
  }
  return {};
}

}  // namespace

Result<Approval> build_approval(const Context& context, const BuildOptions& options, const Variables& row) {
  VALETKEY_TRY(client, context.client_if_any());
  VALETKEY_TRY(validator, context.validator(options.validator));
  VALETKEY_TRY(now, time_of_building(options, client));
  VALETKEY_TRY(serial, serial_number(options));
  Approval approval;
  approval.validator = validator;
  for (const std::string& file : options.files) {
    VALETKEY_TRY(draft, read_draft(context, options, file, row));
    VALETKEY_TRY(epoch, account_epoch(options, client, draft, validator));
    if (client && client->chain() == draft.place.chain) VALETKEY_CHECK(check_tokens(*client, draft));
    VALETKEY_TRY(built, build_session(draft, {now, epoch, serial, validator}));
    approval.sessions.push_back(std::move(built.placed));
    approval.names.push_back(std::move(built.names));
    ++serial;
  }
  if (approval.sessions.size() > kMaxSiblings) {
    return fail("too_many_sessions", fmt::format("an approval has at most {} sessions", kMaxSiblings),
                "build several approvals");
  }
  approval.owner_signatures.resize(approval.sessions.size());
  return approval;
}

Result<Approval> read_for_people(const Context& context, BuildOptions options) {
  if (options.files.size() == 1) {
    VALETKEY_TRY(text, read_text(options.files.front()));
    if (text.starts_with('{')) return read_approval(options.files.front());
  }
  if (options.epoch.empty()) {
    VALETKEY_TRY(client, context.client_if_any());
    if (!client) options.epoch = "0";
  }
  return build_approval(context, options);
}

}  // namespace valetkey::cli
