// devnet, devnet time, devnet stop: a local chain with everything on it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "chain/anvil.hpp"
#include "chain/devnet.hpp"
#include "chain/entry_point.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "session/texts.hpp"
#include "session_file/text.hpp"

namespace valetkey::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::uint16_t port = 0;
  std::string owner;
  bool bare = false;
  std::string shift;
  std::string entry_point = "v0.7";
};

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// Until a signal comes (true) or anvil ends by itself (false).
bool wait_for_stop(Anvil& anvil, const sigset_t& signals) {
  while (anvil.is_alive()) {
    const timespec pause{0, 500'000'000};
    if (sigtimedwait(&signals, nullptr, &pause) > 0) return true;
  }
  return false;
}

struct RemoveFile {
  std::filesystem::path home;
  ~RemoveFile() { remove_devnet_file(home); }
};

Result<Report> run(const Context& context, const Options& options) {
  const sigset_t signals = stop_signals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  VALETKEY_TRY(lock, DevnetLock::take(context.home()));
  static_cast<void>(lock);
  remove_devnet_file(context.home());  // left behind by a devnet that was killed
  VALETKEY_TRY(owner, options.owner.empty() ? Result<Address>(devnet_owner_key().address())
                                            : context.key_address(options.owner));
  VALETKEY_TRY(entry_point, parse_entry_point(options.entry_point));
  if (entry_point != kEntryPointV07 && entry_point != kEntryPointV08)
    return fail("entry_point", "the devnet has the EntryPoints at their own addresses only", "write `v0.7` or `v0.8`");
  VALETKEY_TRY(anvil, Anvil::start(context.anvil(), kDevnetChain, options.port));
  VALETKEY_TRY(client, Client::connect(anvil.url(), kDevnetChain));
  const SecretKey payer = devnet_payer_key();
  VALETKEY_TRY(contracts,
               deploy_devnet(client, payer, {context.artifacts(), owner, entry_point, !options.bare}, progress));
  const RemoveFile file{context.home()};
  VALETKEY_CHECK(write_devnet_file(context.home(), {getpid(), anvil.url(), owner, entry_point, contracts}));
  progress(fmt::format("the devnet runs at {}; stop it with Ctrl-C or `valetkey devnet stop`", anvil.url()));
  if (wait_for_stop(anvil, signals)) return Report{"", Json{{"stopped", true}}.dump()};
  return fail("devnet_ended", "anvil ended by itself", "start the devnet again");
}

Result<DevnetFile> running(const Context& context) {
  VALETKEY_TRY(found, find_devnet(context.home()));
  if (!found) return fail("no_devnet", "no devnet runs", "start it with `valetkey devnet`");
  return std::move(*found);
}

Result<Report> stop(const Context& context) {
  VALETKEY_TRY(devnet, running(context));
  kill(devnet.pid, SIGTERM);
  for (int i = 0; i < 500; ++i) {
    VALETKEY_TRY(found, find_devnet(context.home()));
    if (!found) return Report{"stopped\n", Json{{"stopped", true}}.dump()};
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return fail("devnet_running", fmt::format("the devnet (process {}) does not stop", devnet.pid),
              "end that process yourself");
}

Result<Report> shift_time(const Context& context, const std::string& shift) {
  if (!shift.starts_with('+'))
    return fail("bad_duration", fmt::format("`{}` does not go forward", shift), "write e.g. `+1d` or `+12h`");
  VALETKEY_TRY(seconds, session_file::parse_duration(std::string_view(shift).substr(1)));
  VALETKEY_TRY(devnet, running(context));
  VALETKEY_TRY(client, Client::connect(devnet.rpc, kDevnetChain));
  VALETKEY_CHECK(client.control("evm_increaseTime", fmt::format("[{}]", seconds)));
  VALETKEY_CHECK(client.control("evm_mine", "[]"));
  VALETKEY_TRY(block, client.newest_block());
  return Report{fmt::format("the devnet's time is {}\n", time_text(block.timestamp)),
                Json{{"now", block.timestamp}}.dump()};
}

}  // namespace

void add_devnet(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "devnet", "a local chain with the validator, an account, tokens and Uniswap V3; runs until stopped");
  command->add_option("--port", options->port, "port to listen at (else a free one)");
  command->add_option("--owner", options->owner,
                      "who owns the account: a key of the keystore or an address (else `devnet:owner`)");
  command->add_flag("--bare", options->bare, "don't install the validator on the account");
  command->add_option("--entry-point", options->entry_point, "EntryPoint of the account: v0.7 or v0.8")
      ->capture_default_str();
  command->require_subcommand(0, 1);
  CLI::App* time = command->add_subcommand("time", "move the devnet's clock forward");
  time->add_option("by", options->shift, "how far, e.g. +1d")->required();
  CLI::App* end = command->add_subcommand("stop", "stop the running devnet");
  command->callback([&context, options, time, end] {
    if (time->parsed()) {
      context.action = [&context, options] { return shift_time(context, options->shift); };
    } else if (end->parsed()) {
      context.action = [&context] { return stop(context); };
    } else {
      context.action = [&context, options] { return run(context, *options); };
    }
  });
}

}  // namespace valetkey::cli
