#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "schema/functions.hpp"
#include "schema/migrations.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::schema {
namespace {

namespace fs = std::filesystem;

/// A folder beside the database (the same disk has room and rights), removed with all it holds.
class ThrowAwayFolder {
 public:
  static Result<ThrowAwayFolder> beside(const fs::path& file) {
    std::string pattern = (file.parent_path() / "dry-run-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) return ThrowAwayFolder(pattern);
    return Error{.code = "58030", .message = "no folder for the copy could be made", .details = pattern};
  }
  ThrowAwayFolder(ThrowAwayFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ThrowAwayFolder& operator=(ThrowAwayFolder&&) = delete;
  ~ThrowAwayFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path file() const { return path_ / "copy.sqlite"; }

 private:
  explicit ThrowAwayFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

class Handle {
 public:
  Handle(const fs::path& file, int flags) {
    outcome_ = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
  }
  ~Handle() { sqlite3_close_v2(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  [[nodiscard]] sqlite3* get() const { return handle_; }
  [[nodiscard]] Result<void> opened() const {
    if (outcome_ == SQLITE_OK) return {};
    return Error{.code = "58030", .message = sqlite3_errmsg(handle_)};
  }

 private:
  sqlite3* handle_ = nullptr;
  int outcome_ = SQLITE_OK;
};

/// In one step, so that writers cannot make it begin again.
Result<void> copy_database(const fs::path& from, const fs::path& to) {
  const Handle source(from, SQLITE_OPEN_READONLY);
  HF_CHECK(source.opened());
  const Handle target(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  HF_CHECK(target.opened());
  auto* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  if (backup != nullptr) {
    sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
  }
  if (sqlite3_errcode(target.get()) == SQLITE_OK) return {};
  return Error{.code = "58030", .message = sqlite3_errmsg(target.get()), .details = to.string()};
}

}  // namespace

Result<int> Migrator::dry_run(const std::filesystem::path& database_file) {
  HF_TRY(const auto folder, ThrowAwayFolder::beside(database_file));
  HF_CHECK(copy_database(database_file, folder.file()));
  HF_TRY(const auto catalogue, load());
  sql::SqliteOptions options;
  options.file = folder.file();
  options.setups.emplace_back([catalogue](sqlite3* connection, const sql::Session& session) {
    return register_functions(connection, session, catalogue);
  });
  HF_TRY(const auto copy, sql::open_sqlite(std::move(options)));
  return Migrator(*copy, blueprint_).up();
}

}  // namespace holdfast::schema
