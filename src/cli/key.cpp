// key new, key list
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/context.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<Report> make_key(const Context& context, const std::string& name) {
  const Keystore store = context.keystore();
  if (store.address(name))
    return fail("key_exists", fmt::format("there is a key `{}` already", name), "choose another name");
  VALETKEY_TRY(password, context.new_password(name));
  VALETKEY_TRY(key, new_key());
  VALETKEY_CHECK(store.save(name, key, password, context.scrypt_cost()));
  const std::string address = to_checksum(key.address());
  return Report{fmt::format("{}  {}\n", address, name), Json{{"name", name}, {"address", address}}.dump()};
}

Result<Report> list_keys(const Context& context) {
  VALETKEY_TRY(keys, context.keystore().list());
  Report report;
  Json list = Json::array();
  for (const StoredKey& key : keys) {
    report.text += fmt::format("{}  {}\n", to_checksum(key.address), key.name);
    list.push_back({{"name", key.name}, {"address", to_checksum(key.address)}});
  }
  if (keys.empty()) report.text = fmt::format("no keys in {}\n", context.keystore().folder().string());
  report.json = Json{{"keys", list}}.dump();
  return report;
}

}  // namespace

void add_key(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("key", "keys of this machine, under a password")->require_subcommand(1);
  CLI::App* make = group->add_subcommand("new", "make a key");
  const auto name = std::make_shared<std::string>();
  make->add_option("name", *name, "a name for it, e.g. bot")->required();
  make->callback([&context, name] { context.action = [&context, name] { return make_key(context, *name); }; });
  CLI::App* list = group->add_subcommand("list", "list the keys");
  list->callback([&context] { context.action = [&context] { return list_keys(context); }; });
}

}  // namespace valetkey::cli
