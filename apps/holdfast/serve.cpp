#include "server/server.hpp"

#include <malloc.h>

#include <array>
#include <cstdio>
#include <memory>

#include "base/log.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

void configure_log(const engine::Settings& settings) {
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
  base::set_log_format(settings.log_format == "json");
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (kLevels[i] == settings.log_level) base::set_log_level(static_cast<base::LogLevel>(i));
}

/// HF004 for an edited history, HF019 for what is not applied: serving half a schema would answer wrongly.
Result<void> check_migrations(engine::Engine& engine) {
  HF_TRY(const auto states, engine.migrator().status());
  std::size_t pending = 0;
  for (const auto& state : states) {
    if (!state.problem.empty())
      return Error{
          .code = "HF004",
          .message = "migration " + std::to_string(state.number) + " " + state.name + ": " + state.problem,
          .hint = "`holdfast migrate status` shows all. Put the applied files back as they were."};
    pending += state.applied ? 0U : 1U;
  }
  if (pending == 0) return {};
  return Error{.code = "HF019",
               .message = std::to_string(pending) + " of " + std::to_string(states.size()) +
                          " migrations of " + engine.blueprint().name + " are not applied",
               .hint = "Run `holdfast migrate up` first, or `holdfast serve --migrate`."};
}

Result<void> migrate_and_check(engine::Engine& engine, const Shell& shell, bool migrate) {
  const auto log_step = [](const engine::Progress& step) {
    base::log_info("migrating", {{"step", step.what}});
  };
  if (migrate) HF_CHECK(engine::run_control(engine, shell.verbs, {.verb = "migrate.up"}, log_step));
  return check_migrations(engine);
}

/// Large buffers go back to the system as soon as they are free, rather than stay as holes in a heap.
void configure_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
  ::mallopt(M_ARENA_MAX, 4);
}

Result<void> serve(const Shell& shell, bool migrate) {
  HF_TRY(const auto settings, shell.settings());
  configure_log(settings);
  configure_memory();
  HF_TRY(const auto engine, engine::Engine::open(settings));
  HF_CHECK(migrate_and_check(*engine, shell, migrate));
  HF_TRY(const auto server, server::Server::listen(*engine));
  HF_TRY(const auto control, engine::ControlServer::start(*engine, shell.verbs));
  std::printf("serving %s from %s on http://%s\n", engine->blueprint().name.c_str(),
              settings.data_folder.c_str(), server->address().c_str());
  std::fflush(stdout);
  server->run();
  return {};
}

}  // namespace

void declare_serve(Verb& holdfast, Shell& shell) {
  auto migrate = std::make_shared<bool>(false);
  holdfast.below("serve", "Serve a data folder over HTTP until SIGTERM or SIGINT")
      .all_settings(shell)
      .flag("--migrate", *migrate, "Apply pending migrations first")
      .examples({"holdfast serve", "holdfast serve --data /var/lib/holdfast --listen 0.0.0.0:8420",
                 "holdfast serve --blueprint ./my-blueprint --migrate --log-format json"})
      .does(shell, [&shell, migrate] {
        const auto served = serve(shell, *migrate);
        return served.ok() ? kDone : report(served.error());
      });
}

}  // namespace holdfast::cli
