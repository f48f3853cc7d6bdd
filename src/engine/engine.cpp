#include "engine/engine.hpp"

#include <optional>
#include <vector>

#include "auth/api_keys.hpp"
#include "base/memory_budget.hpp"
#include "base/mutex.hpp"
#include "engine/data_folder.hpp"
#include "engine/detail/current_catalogue.hpp"
#include "engine/memory_limit.hpp"
#include "records/sqlite_json.hpp"
#include "schema/functions.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::engine {
namespace {

/// A blueprint as it was read once, and the migrator that works from it. Kept until the engine closes, so
/// that references to earlier readings stay valid.
struct Reading {
  Reading(sql::Database& database, schema::Blueprint read)
      : blueprint(std::move(read)), migrator(database, blueprint) {}
  const schema::Blueprint blueprint;
  schema::Migrator migrator;
};

/// Members stand in the order in which they are opened, so that they close in the opposite one.
class EmbeddedEngine final : public Engine {
 public:
  explicit EmbeddedEngine(Settings settings) : settings_(std::move(settings)) {}

  Result<void> start() {
    HF_CHECK(open_folder());
    HF_CHECK(open_database());
    HF_CHECK(read_blueprint());
    HF_CHECK(publish_catalogue());
    return open_rooms();
  }

  [[nodiscard]] const Settings& settings() const override { return settings_; }
  [[nodiscard]] const schema::Blueprint& blueprint() const override { return latest().blueprint; }
  sql::Database& database() override { return *database_; }
  const log::ChangeLog& change_log() const override { return change_log_; }
  auth::Authenticator& authenticator() override { return *authenticator_; }
  [[nodiscard]] const auth::Secrets& secrets() const override { return secrets_; }
  search::TextSearch& text_search() override { return *text_search_; }
  records::Rest& rest() override { return *rest_; }
  schema::Migrator& migrator() override { return latest().migrator; }
  [[nodiscard]] std::shared_ptr<const schema::Catalogue> catalogue() const override {
    return catalogue_.get();
  }

  Result<void> reload() override {
    const base::MutexLock one_at_a_time(reload_mutex_);
    HF_CHECK(read_blueprint());
    HF_CHECK(publish_catalogue());
    rest_->set_catalogue(catalogue_.get());
    return text_search_->set_catalogue(catalogue_.get());
  }

 private:
  Result<void> open_folder();
  Result<void> open_database();
  void share_out_memory(sql::SqliteOptions& options) const;
  Result<void> read_blueprint();
  Result<void> publish_catalogue();
  Result<void> open_rooms();
  [[nodiscard]] Reading& latest() const {
    const base::MutexLock lock(readings_mutex_);
    return *readings_.back();
  }

  Settings settings_;
  std::optional<FolderLock> lock_;
  auth::Secrets secrets_;
  detail::CurrentCatalogue catalogue_;
  log::ChangeLog change_log_;
  std::unique_ptr<sql::Database> database_;
  mutable base::Mutex readings_mutex_;
  std::vector<std::unique_ptr<Reading>> readings_ HF_GUARDED_BY(readings_mutex_);
  std::unique_ptr<search::TextSearch> text_search_;
  std::unique_ptr<auth::Authenticator> authenticator_;
  std::unique_ptr<records::Rest> rest_;
  base::Mutex reload_mutex_;
};

Result<void> EmbeddedEngine::open_folder() {
  HF_CHECK(prepare_data_folder(settings_.data_folder));
  HF_TRY(lock_, FolderLock::take(settings_.data_folder));
  HF_TRY(secrets_, auth::load_or_create_secrets(settings_.data_folder));
  return {};
}

/// Half for requests under way, three eighths for SQLite with its caches, the rest for the program itself.
void EmbeddedEngine::share_out_memory(sql::SqliteOptions& options) const {
  const std::size_t limit = effective_memory_limit(settings_);
  base::request_memory().set_limit(limit / 2);
  options.heap_limit_bytes = limit / 8 * 3;
  options.writer_cache_bytes = std::min(options.writer_cache_bytes, limit / 8);
  options.cache_bytes_per_connection = std::min(options.cache_bytes_per_connection, limit / 32);
}

Result<void> EmbeddedEngine::open_database() {
  sql::SqliteOptions options;
  share_out_memory(options);
  options.file = database_file(settings_.data_folder);
  options.observer = &change_log_;
  options.batching = settings_.group_commit;
  options.setups.emplace_back([this](sqlite3* connection, const sql::Session& session) {
    return schema::register_functions(connection, session, catalogue_.get());
  });
  options.setups.push_back(search::TextSearch::attach_setup(search_file(settings_.data_folder)));
  options.setups.push_back(records::json_functions());
  HF_TRY(database_, sql::open_sqlite(std::move(options)));
  return database_->exclusive([this](sql::Connection& connection) -> Result<void> {
    HF_CHECK(change_log_.prepare(connection));
    return auth::prepare_api_keys(connection);
  });
}

Result<void> EmbeddedEngine::read_blueprint() {
  HF_TRY(const auto folder, find_blueprint(settings_.blueprint));
  HF_TRY(auto blueprint, schema::load_blueprint(folder));
  auto reading = std::make_unique<Reading>(*database_, std::move(blueprint));
  const base::MutexLock lock(readings_mutex_);
  readings_.push_back(std::move(reading));
  return {};
}

Result<void> EmbeddedEngine::publish_catalogue() {
  HF_TRY(auto loaded, latest().migrator.load());
  catalogue_.set(loaded);
  sql::refresh_connections(*database_);
  return database_->exclusive([this, &loaded](sql::Connection&) -> Result<void> {
    change_log_.set_catalogue(loaded);
    return {};
  });
}

Result<void> EmbeddedEngine::open_rooms() {
  HF_TRY(text_search_, search::TextSearch::open(search_file(settings_.data_folder), *database_, change_log_,
                                                catalogue_.get()));
  authenticator_ =
      std::make_unique<auth::Authenticator>(*database_, secrets_,
                                            auth::AuthOptions{.audience = settings_.jwt_audience,
                                                              .jwt_secret = settings_.jwt_secret,
                                                              .allow_no_key = settings_.allow_no_key});
  rest_ = std::make_unique<records::Rest>(
      *database_, text_search_.get(),
      records::RestOptions{.schemas = blueprint().exposed_schemas,
                           .max_rows = settings_.max_rows,
                           .aggregates = settings_.aggregates,
                           .allow_tx_preference = settings_.tx_end.ends_with("-allow-override"),
                           .rollback_by_default = settings_.tx_end.starts_with("rollback")});
  rest_->set_catalogue(catalogue_.get());
  return {};
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const Settings& settings) {
  if (!settings.database_url.empty())
    return Error{.code = "HF001",
                 .message = "serving from PostgreSQL comes in a later release",
                 .details = "A database URL is set by --database-url, DATABASE_URL or holdfast.yaml.",
                 .hint = "Unset it to use the embedded engine in --data."};
  auto engine = std::make_unique<EmbeddedEngine>(settings);
  HF_CHECK(engine->start());
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace holdfast::engine
