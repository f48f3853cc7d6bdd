#include "crash/store.hpp"

#include <map>

#include "schema/functions.hpp"
#include "schema/migrations_store.hpp"

namespace holdfast::crash {
namespace {

/// Parents and children that go with them, a key of two columns, a foreign key that is checked at commit, a
/// text index; then a column more, and a table that SQLite can only change by building it anew.
const schema::Blueprint& blueprint() {
  static const schema::Blueprint kBlueprint = [] {
    schema::Blueprint made;
    made.name = "crash";
    made.migrations = {
        {.number = 1,
         .name = "tables",
         .up_path = "001_tables.up.sql",
         .up_sql = R"(
CREATE TABLE accounts(id bigint PRIMARY KEY, name text NOT NULL UNIQUE, balance bigint NOT NULL CHECK (balance >= 0));
CREATE TABLE orders(id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
                    total double precision NOT NULL);
CREATE TABLE lines(order_id bigint NOT NULL REFERENCES orders(id) ON DELETE CASCADE, part bigint NOT NULL,
                   note text NOT NULL, PRIMARY KEY (order_id, part));
CREATE TABLE links(id bigint PRIMARY KEY,
                   order_id bigint REFERENCES orders(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX orders_account ON orders(account_id);
CREATE INDEX lines_text ON lines USING gin (to_tsvector('english', note));
)",
         .down_path = {},
         .down_sql = {}},
        {.number = 2,
         .name = "status",
         .up_path = "002_status.up.sql",
         .up_sql = "ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'open';",
         .down_path = {},
         .down_sql = {}},
        {.number = 3,
         .name = "rebuild",
         .up_path = "003_rebuild.up.sql",
         .up_sql = "ALTER TABLE orders ADD CONSTRAINT known_status CHECK (status IN ('open', 'paid'));"
                   "CREATE INDEX orders_total ON orders(total);",
         .down_path = {},
         .down_sql = {}},
    };
    return made;
  }();
  return kBlueprint;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder, const StoreOptions& options) {
  std::unique_ptr<Store> store(new Store(options));
  HF_CHECK(store->open_database(folder));
  HF_CHECK(store->load_catalogue());
  if (options.search) {
    HF_TRY(store->search_, search::TextSearch::open(folder / "search.db", *store->database_, store->changes_,
                                                    store->catalogue_));
  }
  return store;
}

Result<void> Store::open_database(const std::filesystem::path& folder) {
  sql::SqliteOptions options;
  options.file = folder / "holdfast.db";
  options.observer = &changes_;
  options.checkpoint_pages = options_.checkpoint_pages;
  options.writer_cache_bytes = options_.writer_cache_bytes;
  options.setups.emplace_back([this](sqlite3* connection, const sql::Session& session) {
    const std::lock_guard lock(catalogue_mutex_);
    return schema::register_functions(connection, session, catalogue_);
  });
  if (options_.search) options.setups.push_back(search::TextSearch::attach_setup(folder / "search.db"));
  HF_TRY(database_, sql::open_sqlite(std::move(options)));
  migrator_ = std::make_unique<schema::Migrator>(*database_, blueprint());
  return database_->exclusive([this](sql::Connection& connection) -> Result<void> {
    if (!options_.synchronous.empty())
      HF_CHECK(connection.execute("PRAGMA synchronous = " + options_.synchronous));
    HF_CHECK(schema::detail::prepare_migration_tables(connection));
    HF_TRY(const auto applied, schema::detail::read_applied(connection));
    migrations_ = static_cast<int>(applied.size());
    return changes_.prepare(connection);
  });
}

/// What the files before it declare is the same in every store, and read once a process.
Result<void> Store::load_catalogue() {
  static std::map<int, std::shared_ptr<const schema::Catalogue>> known;
  if (!known.contains(migrations_)) {
    HF_TRY(known[migrations_], migrator_->load());
  }
  const auto& loaded = known[migrations_];
  {
    const std::lock_guard lock(catalogue_mutex_);
    catalogue_ = loaded;
  }
  if (migrations_ == 0) return {};
  sql::refresh_connections(*database_);
  return database_->exclusive([&](sql::Connection&) -> Result<void> {
    changes_.set_catalogue(loaded);
    return {};
  });
}

Result<void> Store::migrate(int target) {
  HF_CHECK(migrator_->up(target));
  migrations_ = target;
  HF_CHECK(load_catalogue());
  if (search_) HF_CHECK(search_->set_catalogue(catalogue_));
  return {};
}

}  // namespace holdfast::crash
