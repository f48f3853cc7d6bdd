#pragma once

#include "log/change_log.hpp"
#include "sql/sqlite/test_database.hpp"

namespace holdfast::log::testing {

using sql::testing::code_of;
using sql::testing::rows_of;
using sql::testing::script;
using sql::testing::system_session;

/// A database with a change log, in a throw-away folder.
class LoggedDatabase {
 public:
  LoggedDatabase() { open(); }

  void open() {
    database_.reset();
    log_ = std::make_unique<ChangeLog>();
    auto opened = sql::open_sqlite({.file = folder_.file(), .setups = {}, .observer = log_.get()});
    EXPECT_TRUE(opened.ok());
    database_ = *std::move(opened);
    const auto prepared =
        database_->exclusive([this](sql::Connection& connection) { return log_->prepare(connection); });
    EXPECT_EQ(code_of(prepared), "ok");
  }

  sql::Database& database() { return *database_; }
  ChangeLog& log() { return *log_; }

  void migrate(const std::string& sql) { EXPECT_EQ(code_of(database_->exclusive(script(sql))), "ok"); }
  void declare(std::shared_ptr<const schema::Catalogue> catalogue) {
    EXPECT_EQ(code_of(database_->exclusive([&](sql::Connection&) -> Result<void> {
                log_->set_catalogue(std::move(catalogue));
                return {};
              })),
              "ok");
  }
  /// The position, or the error's code.
  std::string write(const std::string& sql, const sql::Session& session = system_session()) {
    const auto committed = database_->write(session, script(sql));
    return committed.ok() ? std::to_string(committed->position) : committed.error().code;
  }
  std::vector<Change> changes(Position since = 0, std::size_t limit = 1000, const ChangeFilter& filter = {}) {
    std::vector<Change> found;
    const auto outcome = database_->read(system_session(), [&](sql::Connection& connection) -> Result<void> {
      HF_TRY(found, read_changes(connection, since, limit, filter));
      return {};
    });
    EXPECT_EQ(code_of(outcome), "ok");
    return found;
  }

 private:
  sql::testing::TemporaryFolder folder_;
  std::unique_ptr<ChangeLog> log_;
  std::unique_ptr<sql::Database> database_;
};

inline std::string describe(const sql::Value& value) {
  switch (value.kind) {
    case sql::ValueKind::null:
      return "null";
    case sql::ValueKind::integer:
      return std::to_string(value.integer);
    case sql::ValueKind::real:
      return std::to_string(value.real) + "r";
    case sql::ValueKind::text:
      return "'" + value.bytes + "'";
    case sql::ValueKind::blob:
      return "x" + std::to_string(value.bytes.size());
  }
  return "?";
}

/// `1.0 update t a=1 b='x'->'y'`: position, sequence, and every field; a secret is `?`.
inline std::string describe(const Change& change) {
  constexpr std::string_view kNames[] = {"", "insert", "update", "delete"};
  std::string line = std::to_string(change.position) + "." + std::to_string(change.sequence) + " ";
  (line += kNames[static_cast<int>(change.operation)]) += " " + change.table;
  for (const auto& field : change.fields) {
    (line += " ") += field.name + "=";
    if (field.secret)
      line += field.changed ? "?!" : "?";
    else if (change.operation == sql::Operation::insert)
      line += describe(field.after);
    else if (change.operation == sql::Operation::erase || !field.changed)
      line += describe(field.before);
    else
      line += describe(field.before) + "->" + describe(field.after);
  }
  return line;
}

inline std::vector<std::string> describe(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  for (const auto& change : changes) lines.push_back(describe(change));
  return lines;
}

}  // namespace holdfast::log::testing
