// approve: the owner's signature into the approval.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "chain/files.hpp"
#include "chain/session_state.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string file;
  std::string out;
  std::string key;
  std::string signature;
  std::string owner;            // address, for checking without a chain
  std::string owner_validator;  // address
};

// The signature as the account's isValidSignature takes it.
Result<Bytes> owner_signature(const Context& context, const Options& options, const Hash& digest) {
  Bytes signature;
  if (!options.key.empty()) {
    VALETKEY_TRY(key, context.key(options.key));
    signature = to_bytes(sign_recoverable(key, digest).view());
  } else {
    VALETKEY_TRY(given, parse_hex(options.signature));
    signature = std::move(given);
  }
  if (!options.owner.empty()) {
    VALETKEY_TRY(owner, parse_address(options.owner));
    const auto signer = recover_signer(digest, signature);
    if (!signer || *signer != owner) {
      return fail("wrong_signature", fmt::format("the signature is not that of `{}`", to_checksum(owner)),
                  "sign exactly what `valetkey session typed-data` prints, with the owner's wallet");
    }
  }
  // A signature longer than one key's has its validator in front already.
  if (signature.size() != 65) return signature;
  VALETKEY_TRY(validator, context.address_or_devnet(options.owner_validator, &DevnetContracts::owner_validator,
                                                    "--owner-validator"));
  return adapter().wrap_message_signature(validator, signature);
}

struct Checked {
  int sessions = 0;  // for which a chain took the signature
  std::vector<Address>
      validators;  // of their accounts, beside valetkey's and the one that signed: whoever they ask may approve, too
  bool all_listed = true;  // false: the node does not give the accounts' events
};

void add_validators(Client& client, const PlacedSession& session, const Bytes& signature, Checked& checked) {
  const auto found = list_validators(client, session.place.account, 0);
  if (!found) checked.all_listed = false;
  for (const Address& validator : found.value_or(std::vector<Address>{})) {
    const bool signing = signature.size() >= Address::kSize && read_fixed<Address>(signature) == validator;
    const bool known = std::ranges::find(checked.validators, validator) != checked.validators.end();
    if (!signing && !known && validator != session.place.validator) checked.validators.push_back(validator);
  }
}

// By the sessions whose chain is at hand.
Result<Checked> check_on_chain(const Context& context, const Approval& approval, const Hash& digest,
                               const Bytes& signature) {
  VALETKEY_TRY(client, context.client_if_any());
  Checked checked;
  for (const PlacedSession& session : approval.sessions) {
    if (!client || client->chain() != session.place.chain) continue;
    VALETKEY_TRY(accepted, accepts_signature(*client, session.place.account, digest, signature));
    if (!accepted) {
      return fail("wrong_signature",
                  fmt::format("the account `{}` does not take the signature", to_checksum(session.place.account)),
                  "sign with the account's owner, and name the owner's validator with --owner-validator");
    }
    ++checked.sessions;
    add_validators(*client, session, signature, checked);
  }
  return checked;
}

Result<Report> approve(const Context& context, const Options& options) {
  if (options.key.empty() == options.signature.empty()) {
    return fail("missing_option", "who approves?", "give either --key NAME, or --signature 0x… made by a wallet");
  }
  VALETKEY_TRY(approval, read_approval(options.file));
  const Hash digest = approval_digest(approval);
  VALETKEY_TRY(signature, owner_signature(context, options, digest));
  VALETKEY_TRY(checked, check_on_chain(context, approval, digest, signature));
  const auto all = static_cast<int>(approval.sessions.size());
  if (checked.sessions == 0 && options.owner.empty()) {
    return fail("unchecked", "nothing here can say whether the signature is the owner's",
                "give --rpc of a node of the account's chain, or --owner 0x…, the owner's address");
  }
  approval.owner_signatures.assign(approval.sessions.size(), signature);
  const std::string out = options.out.empty() ? options.file : options.out;
  VALETKEY_CHECK(write_text(out, write_approval(approval)));
  Report report;
  report.text = fmt::format("approved: {} ({})\n", out,
                            checked.sessions == all
                                ? "checked on the chain"
                                : fmt::format("checked on the chain for {} of {} sessions", checked.sessions, all));
  Json others = Json::array();
  for (const Address& validator : checked.validators) {
    report.text +=
        fmt::format("  note: the account's validator {} may approve sessions, too\n", to_checksum(validator));
    others.push_back(to_checksum(validator));
  }
  if (!checked.all_listed)
    report.text +=
        "  note: the account may have more validators that may approve; this node does not give its events\n";
  report.json = Json{
      {"file", out},
      {"digest", to_hex(digest)},
      {"checked_on_chain", checked.sessions},
      {"sessions", all},
      {"other_validators",
       others}}.dump();
  return report;
}

}  // namespace

void add_approve(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("approve", "put the owner's signature into an approval");
  command->add_option("approval", options->file, "approval file, from `session build`")->required();
  command->add_option("--key", options->key, "the owner's key in the keystore");
  command->add_option("--signature", options->signature,
                      "the owner's signature of `session typed-data`, made by a wallet");
  command->add_option("--owner", options->owner, "the owner's address, to check the signature without a chain");
  command->add_option("--owner-validator", options->owner_validator,
                      "the account's validator that knows the owner (else the devnet's)");
  command->add_option("--out,-o", options->out, "where to write it (else the same file)");
  command->callback(
      [&context, options] { context.action = [&context, options] { return approve(context, *options); }; });
}

}  // namespace valetkey::cli
