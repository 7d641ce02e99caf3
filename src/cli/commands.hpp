// One function per group of commands: it declares options and says what to do.
#pragma once

namespace CLI {
class App;
}

namespace valetkey::cli {

class Context;

void add_key(CLI::App& app, Context& context);
void add_session(CLI::App& app, Context& context);
void add_session_test(CLI::App& group, Context& context);  // beside those of add_session
void add_approve(CLI::App& app, Context& context);
void add_owner(CLI::App& app, Context& context);  // install, enable, revoke
void add_send(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_list(CLI::App& app, Context& context);
void add_deploy(CLI::App& app, Context& context);
void add_devnet(CLI::App& app, Context& context);

}  // namespace valetkey::cli
