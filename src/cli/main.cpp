// valetkey: the command line.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <clocale>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/report.hpp"

namespace {

// Keys are in this process's memory: no core dump, no debugger of the same user.
void protect_memory() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace valetkey;
  protect_memory();
  cli::Context context;
  CLI::App app("Session keys for smart accounts: say what a key may do, sign it once, have the chain enforce it.",
               "valetkey");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--json", context.json, "print one JSON object instead of text");
  app.add_option("--rpc", context.rpc, "address of an Ethereum node (else VALETKEY_RPC, else the running devnet)");
  app.add_option("--password-file", context.password_file,
                 "file with the key's password in its first line (else VALETKEY_PASSWORD, else a prompt)");
  app.add_option("--timeout", context.timeout, "seconds to wait for a receipt")->capture_default_str();
  cli::add_key(app, context);
  cli::add_session(app, context);
  cli::add_approve(app, context);
  cli::add_owner(app, context);
  cli::add_send(app, context);
  cli::add_status(app, context);
  cli::add_list(app, context);
  cli::add_deploy(app, context);
  cli::add_devnet(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    return cli::print(fail("usage", error.what(), "see `valetkey --help`, or `valetkey COMMAND --help`"), context.json);
  }
  try {
    return cli::print(context.action(), context.json);
  } catch (const std::exception& error) {
    return cli::print(fail("unexpected", error.what(), "please report this"), context.json);
  }
}
