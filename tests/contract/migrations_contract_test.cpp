// Migrations on a real file: up, down, up; history that was edited; runners that meet or die; and the same
// files on PostgreSQL 15.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/principal.hpp"
#include "base/testing/source_folder.hpp"
#include "schema/functions.hpp"
#include "schema/migrations.hpp"
#include "schema/query.hpp"
#include "sql/sqlite/sqlite_database.hpp"
#include "support/postgres.hpp"

namespace holdfast::testing {
namespace {

namespace fs = std::filesystem;

/// A blueprint and a database in a folder of their own.
class Migrations : public ::testing::Test {
 protected:
  Migrations() {
    std::string pattern = (fs::temp_directory_path() / "holdfast-migrations-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::create_directories(folder_ / "blueprint/migrations");
    open();
  }
  ~Migrations() override {
    database_.reset();
    fs::remove_all(folder_);
  }

  void open() {
    database_.reset();
    sql::SqliteOptions options;
    options.file = file();
    options.setups.emplace_back([this](sqlite3* connection, const sql::Session& session) {
      return schema::register_functions(connection, session, catalogue_);
    });
    auto opened = sql::open_sqlite(std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.error().to_string();
    database_ = std::move(*opened);
  }

  [[nodiscard]] fs::path file() const { return folder_ / "data.sqlite"; }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "blueprint" / name) << text;
  }
  void read_blueprint(const fs::path& folder) {
    auto loaded = schema::load_blueprint(folder);
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
    blueprint_ = std::move(*loaded);
  }
  schema::Migrator migrator() { return {*database_, blueprint_}; }
  schema::Migrator fresh_migrator() {
    read_blueprint(folder_ / "blueprint");
    return migrator();
  }

  std::string dumped() {
    const auto loaded = migrator().load();
    EXPECT_TRUE(loaded.ok()) << loaded.error().to_string();
    if (!loaded.ok()) return {};
    publish(*loaded);
    return schema::dump(**loaded);
  }
  void publish(std::shared_ptr<const schema::Catalogue> catalogue) {
    catalogue_ = std::move(catalogue);
    sql::refresh_connections(*database_);
  }

  /// One statement as `role`; the code of its refusal.
  std::string run_as(std::string_view role, std::string_view statement) {
    sql::Session session;
    session.principal.role = role;
    const auto query = schema::compile_query(*catalogue_, base::kSystemRole, statement);
    if (!query.ok()) return query.error().code;
    const auto done = database_->write(session, [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(auto prepared, connection.prepare(query->sql));
      for (;;) {
        HF_TRY(const bool more, prepared->step());
        if (!more) return {};
      }
    });
    return done.ok() ? "" : done.error().code;
  }

  fs::path folder_;
  schema::Blueprint blueprint_;
  std::shared_ptr<const schema::Catalogue> catalogue_ = std::make_shared<const schema::Catalogue>();
  std::unique_ptr<sql::Database> database_;
};

std::vector<fs::path> shipped_blueprints() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(base::testing::source_folder() / "blueprints")) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  return folders;
}

TEST_F(Migrations, shipped_blueprints_go_up_down_and_up_to_the_same_catalogue) {
  for (const auto& folder : shipped_blueprints()) {
    fs::remove(file());
    open();
    read_blueprint(folder);
    const auto count = static_cast<int>(blueprint_.migrations.size());
    const auto empty = dumped();
    for (int target = 1; target <= count; ++target) {
      const auto number = blueprint_.migrations[static_cast<std::size_t>(target - 1)].number;
      const auto before = dumped();
      ASSERT_EQ(migrator().up(number).value(), 1);
      const auto after = dumped();
      ASSERT_EQ(migrator().down().value(), 1);
      EXPECT_EQ(dumped(), before);
      ASSERT_EQ(migrator().up(number).value(), 1);
      EXPECT_EQ(dumped(), after);
      EXPECT_TRUE(migrator().drift().value().empty());
    }
    ASSERT_EQ(migrator().down(count).value(), count);
    EXPECT_EQ(dumped(), empty);
  }
}

TEST_F(Migrations, shipped_blueprints_go_up_down_and_up_on_postgresql_too) {
  for (const auto& folder : shipped_blueprints()) {
    read_blueprint(folder);
    PgConnection postgres(Postgres::shared().create_database());
    const auto run = [&](const std::string& sql, const fs::path& path) {
      const auto ran = postgres.query("BEGIN; " + sql + "; COMMIT");
      EXPECT_TRUE(ran.ok()) << path << ": " << (ran.ok() ? "" : ran.error().to_string());
    };
    for (int round = 0; round < 2; ++round) {
      for (const auto& migration : blueprint_.migrations) run(migration.up_sql, migration.up_path);
      if (round == 1) break;
      for (auto migration = blueprint_.migrations.rbegin(); migration != blueprint_.migrations.rend();
           ++migration) {
        run(migration->down_sql, migration->down_path);
      }
    }
  }
}

TEST_F(Migrations, a_refused_file_keeps_the_files_before_it_from_running) {
  write("migrations/001_a.up.sql", "CREATE TABLE a (id int);");
  write("migrations/002_b.up.sql", "CREATE TABLE b (id int);\nDO 'BEGIN END';");
  const auto up = fresh_migrator().up();
  ASSERT_FALSE(up.ok());
  EXPECT_EQ(up.error().code, "HF003");
  EXPECT_TRUE(up.error().details.ends_with("002_b.up.sql:2:1")) << up.error().details;
  EXPECT_TRUE(dumped().find("table public.a") == std::string::npos);
}

TEST_F(Migrations, a_file_that_the_rows_refuse_leaves_no_trace) {
  write("migrations/001_a.up.sql", "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1), (1);");
  write("migrations/002_b.up.sql", "ALTER TABLE a ADD COLUMN more int;\nALTER TABLE a ADD PRIMARY KEY (id);");
  const auto up = fresh_migrator().up();
  ASSERT_FALSE(up.ok());
  EXPECT_EQ(up.error().code, "23505");
  EXPECT_NE(up.error().details.find("002_b.up.sql:2:1"), std::string::npos) << up.error().details;
  EXPECT_EQ(dumped().find("more"), std::string::npos);
  EXPECT_TRUE(migrator().drift().value().empty());
  write("migrations/002_b.up.sql", "DELETE FROM a; ALTER TABLE a ADD PRIMARY KEY (id);");
  EXPECT_EQ(fresh_migrator().up().value(), 1);
}

TEST_F(Migrations, edited_missing_and_late_files_are_refused) {
  write("migrations/001_a.up.sql", "CREATE TABLE a (id int);");
  write("migrations/003_c.up.sql", "CREATE TABLE c (id int);");
  ASSERT_EQ(fresh_migrator().up().value(), 2);
  write("migrations/002_b.up.sql", "CREATE TABLE b (id int);");
  EXPECT_EQ(fresh_migrator().up().error().code, "HF004");
  EXPECT_EQ(migrator().status().value().at(1).problem, "out of order");
  fs::remove(folder_ / "blueprint/migrations/002_b.up.sql");
  write("migrations/001_a.up.sql", "CREATE TABLE a (id bigint);");
  EXPECT_EQ(fresh_migrator().up().error().code, "HF004");
  EXPECT_EQ(migrator().status().value().at(0).problem, "edited");
  fs::remove(folder_ / "blueprint/migrations/001_a.up.sql");
  EXPECT_EQ(fresh_migrator().down().error().code, "HF004");
  EXPECT_EQ(migrator().status().value().at(0).problem, "missing");
}

TEST_F(Migrations, a_dry_run_meets_the_rows_and_changes_nothing) {
  write("migrations/001_a.up.sql", "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1);");
  ASSERT_EQ(fresh_migrator().up().value(), 1);
  const auto before = dumped();
  write("migrations/002_b.up.sql", "ALTER TABLE a ADD UNIQUE (id);");
  EXPECT_EQ(fresh_migrator().dry_run(file()).error().code, "23505");
  write("migrations/002_b.up.sql", "ALTER TABLE a ADD COLUMN t text;");
  EXPECT_EQ(fresh_migrator().dry_run(file()).value(), 1);
  EXPECT_NE(migrator().plan().value().find("ADD COLUMN \"t\""), std::string::npos);
  EXPECT_EQ(dumped(), before);
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("dry-run")) << entry.path();
  }
}

TEST_F(Migrations, two_runners_apply_each_file_once) {
  for (int i = 1; i <= 8; ++i) {
    write("migrations/00" + std::to_string(i) + "_t.up.sql",
          "CREATE TABLE t" + std::to_string(i) + " (id int);");
  }
  read_blueprint(folder_ / "blueprint");
  int applied[2] = {0, 0};
  {
    std::jthread runners[2];
    for (int runner = 0; runner < 2; ++runner) {
      runners[runner] = std::jthread([this, &applied, runner] {
        schema::Migrator mine(*database_, blueprint_);
        (void)mine.up(0, [&](const schema::MigrationState&, bool) { ++applied[runner]; }).ok();
      });
    }
  }
  ASSERT_TRUE(migrator().up().ok());
  const auto states = migrator().status().value();
  EXPECT_TRUE(std::ranges::all_of(states, &schema::MigrationState::applied));
  EXPECT_TRUE(migrator().drift().value().empty());
}

TEST_F(Migrations, killed_at_any_moment_the_next_run_goes_on) {
  write("migrations/001_a.up.sql",
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE a (id serial PRIMARY KEY, p int REFERENCES p, t "
        "text);"
        "INSERT INTO p VALUES (1); INSERT INTO a (p, t) SELECT 1, 'row' FROM generate_series(1, 2000);");
  write("migrations/002_b.up.sql",
        "ALTER TABLE a ADD COLUMN d text NOT NULL DEFAULT 'x'; ALTER TABLE p ADD COLUMN q int DEFAULT 1;");
  write("migrations/003_c.up.sql", "ALTER TABLE a ALTER COLUMN t TYPE varchar(10); CREATE INDEX ON a (t);");
  read_blueprint(folder_ / "blueprint");
  for (int delay_us = 500; delay_us <= 60000; delay_us = delay_us * 3 / 2) {
    database_.reset();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      open();
      (void)migrator().up().ok();
      _exit(0);
    }
    usleep(static_cast<useconds_t>(delay_us));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    open();
    EXPECT_TRUE(migrator().drift().value().empty());
  }
  ASSERT_TRUE(migrator().up().ok());
  publish(migrator().load().value());
  EXPECT_EQ(run_as(base::kSystemRole, "DELETE FROM a WHERE d <> 'x'"), "");
  EXPECT_TRUE(migrator().drift().value().empty());
}

TEST_F(Migrations, drift_names_what_someone_else_changed) {
  write("migrations/001_a.up.sql", "CREATE TABLE a (id int); CREATE INDEX i ON a (id);");
  ASSERT_EQ(fresh_migrator().up().value(), 1);
  ASSERT_TRUE(database_
                  ->exclusive([](sql::Connection& connection) {
                    return connection.execute(
                        "DROP INDEX i; CREATE TABLE foreign_one (x); ALTER TABLE a ADD COLUMN y TEXT");
                  })
                  .ok());
  EXPECT_EQ(migrator().drift().value().size(), 3U);
}

TEST_F(Migrations, renames_and_rebuilds_leave_no_drift) {
  write("migrations/001_a.up.sql",
        "CREATE TYPE m AS ENUM ('x', 'y'); CREATE TABLE p (id bigserial PRIMARY KEY, k text UNIQUE);"
        "CREATE TABLE a (id int PRIMARY KEY, p bigint REFERENCES p ON DELETE CASCADE, k text REFERENCES p "
        "(k), m m, "
        "n numeric(5,2), updated_at timestamptz, CHECK (id > 0));"
        "CREATE INDEX ai ON a (lower(k)) WHERE n > 1;"
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = now(); RETURN "
        "NEW; END';"
        "CREATE TRIGGER touch BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION touch();");
  write("migrations/002_b.up.sql",
        "ALTER TABLE p RENAME TO parents; ALTER TABLE parents RENAME COLUMN k TO code; ALTER TABLE a RENAME "
        "TO kids;"
        "ALTER TABLE kids ADD COLUMN note text; ALTER INDEX ai RENAME TO ki; CREATE SCHEMA s;"
        "ALTER TABLE kids SET SCHEMA s; ALTER TABLE s.kids ALTER n TYPE numeric(8,3); ALTER TYPE m RENAME "
        "VALUE 'x' TO 'z';");
  const auto up = fresh_migrator().up();
  ASSERT_TRUE(up.ok()) << up.error().to_string();
  const auto drift = migrator().drift();
  ASSERT_TRUE(drift.ok());
  for (const auto& line : *drift) ADD_FAILURE() << line;
}

TEST_F(Migrations, states_hold_for_everyone_but_the_system) {
  write("migrations/001_a.up.sql",
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE v (id int PRIMARY KEY, p int REFERENCES p ON "
        "DELETE CASCADE, "
        "status text, note text);");
  write(
      "blueprint.yaml",
      "tables:\n  v:\n    states:\n      column: status\n      initial: [draft]\n      transitions:\n"
      "        - {from: draft, to: review}\n        - {from: review, to: published, roles: [service_role]}\n"
      "      immutable: [published]\n");
  const auto up = fresh_migrator().up();
  ASSERT_TRUE(up.ok()) << up.error().to_string();
  publish(migrator().load().value());
  EXPECT_EQ(run_as("system", "SELECT 1"), "");
  EXPECT_EQ(run_as(base::kSystemRole, "INSERT INTO p VALUES (1), (2)"), "");
  EXPECT_EQ(run_as("authenticated", "INSERT INTO v VALUES (1, 1, 'review', 'n')"), "23514");
  EXPECT_EQ(run_as("authenticated", "INSERT INTO v VALUES (1, 1, 'draft', 'n'), (2, 2, 'draft', 'n')"), "");
  EXPECT_EQ(run_as("authenticated", "UPDATE v SET status = 'published' WHERE id = 1"), "23514");
  EXPECT_EQ(run_as("authenticated", "UPDATE v SET status = 'review'"), "");
  EXPECT_EQ(run_as("authenticated", "UPDATE v SET status = 'published'"), "42501");
  EXPECT_EQ(run_as("service_role", "UPDATE v SET status = 'published'"), "");
  EXPECT_EQ(run_as("service_role", "UPDATE v SET note = 'm'"), "23514");
  EXPECT_EQ(run_as("service_role", "DELETE FROM v WHERE id = 1"), "23514");
  EXPECT_EQ(run_as("service_role", "DELETE FROM p WHERE id = 1"), "");
  EXPECT_EQ(run_as(base::kSystemRole, "UPDATE v SET status = 'draft'"), "");
}

TEST_F(Migrations, rules_that_change_without_a_migration_take_effect_at_the_next_load) {
  write("migrations/001_a.up.sql", "CREATE TABLE v (id int PRIMARY KEY, status text);");
  ASSERT_EQ(fresh_migrator().up().value(), 1);
  write("blueprint.yaml", "tables:\n  v:\n    states: {column: status, initial: [draft]}\n");
  publish(fresh_migrator().load().value());
  EXPECT_EQ(run_as("anon", "INSERT INTO v VALUES (1, 'other')"), "23514");
  fs::remove(folder_ / "blueprint/blueprint.yaml");
  publish(fresh_migrator().load().value());
  EXPECT_EQ(run_as("anon", "INSERT INTO v VALUES (1, 'other')"), "");
}

}  // namespace
}  // namespace holdfast::testing
