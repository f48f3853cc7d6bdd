#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sql/sqlite/change_capture.hpp"
#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/sqlite_database.hpp"
#include "sql/sqlite/statement_cache.hpp"

namespace holdfast::sql {

enum class Access { read, write };

/// What only the writer and the reader pool may run.
enum class Control { begin, begin_immediate, commit, rollback, savepoint, release, rollback_to };
inline constexpr std::size_t kControls = 7;

/// What SQLite's authorizer has seen and lets through, each time that it compiles a statement.
struct Gatekeeper {
  bool transactions = false;
  /// Statements that change more than rows: tables, settings.
  std::int64_t other_changes = 0;
};

/// One SQLite connection with its statements, functions and session. Rooms cannot begin or end transactions
/// on it: `control()` does, for the writer and the reader pool.
class SqliteConnection final : public Connection {
 public:
  /// `options` must outlive the connection.
  static Result<std::unique_ptr<SqliteConnection>> open(const SqliteOptions& options, Access access);
  ~SqliteConnection() override;

  Result<StatementLease> prepare(std::string_view sql) override;
  Result<void> execute(std::string_view script) override;
  [[nodiscard]] const Session& session() const override { return session_; }

  /// From here on the registered functions answer for `session`; now() is this moment.
  void enter_session(const Session& session);
  void leave_session();
  /// Not bound by the session's deadline: it may be what ends a transaction that took too long.
  Result<void> control(Control control);
  /// Runs the setups again where they have not run since `generation`, and forgets the statements.
  Result<void> refresh(std::uint64_t generation);

  /// Grows with every row that is written, and when something else than rows may be: two equal answers mean
  /// that nothing was written between them.
  [[nodiscard]] std::int64_t writes() const {
    return sqlite3_total_changes64(handle_) + gatekeeper_.other_changes;
  }
  /// Grows with every page that did not fit into the cache and was written to the log before its
  /// transaction's end.
  [[nodiscard]] int spilled_pages() const;
  /// False when an error has made SQLite roll everything back by itself.
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  /// Rolls back what an earlier transaction could not, if there is such.
  Result<void> roll_back_rest() { return in_transaction() ? control(Control::rollback) : Result<void>(); }
  /// Foreign keys that are checked at COMMIT and would fail now.
  [[nodiscard]] bool has_deferred_violations() const;

  /// While alive, rooms may begin and end transactions themselves: exclusive().
  class FreeTransactions {
   public:
    explicit FreeTransactions(SqliteConnection& connection)
        : allowed_(connection.gatekeeper_.transactions), before_(std::exchange(allowed_, true)) {}
    ~FreeTransactions() { allowed_ = before_; }
    FreeTransactions(const FreeTransactions&) = delete;
    FreeTransactions& operator=(const FreeTransactions&) = delete;

   private:
    bool& allowed_;
    bool before_;
  };

  /// Null on readers and where nobody observes.
  [[nodiscard]] ChangeCapture* capture() { return capture_ ? &*capture_ : nullptr; }
  [[nodiscard]] sqlite3* handle() { return handle_; }
  /// After the disk has failed: closing must not bring another fsync, which could report success falsely.
  void leave_log_as_it_is() { sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }
  /// Pages in the write-ahead log after the last commit.
  [[nodiscard]] int wal_pages() const { return wal_pages_; }

 private:
  SqliteConnection(const SqliteOptions& options, Access access)
      : options_(options), access_(access), statements_(options.statements_per_connection) {}
  Result<void> open_file();
  Result<void> configure();
  Result<void> use_write_ahead_log();
  Result<void> install_hooks();
  Result<StatementHandle> compile(std::string_view sql, std::string_view* rest);
  [[nodiscard]] StatementHost host() { return {handle_, &session_, capture()}; }

  const SqliteOptions& options_;
  Access access_;
  sqlite3* handle_ = nullptr;
  Session session_;
  std::uint64_t generation_ = 0;
  int wal_pages_ = 0;
  Gatekeeper gatekeeper_;
  std::optional<ChangeCapture> capture_;
  StatementCache statements_;
  std::array<StatementHandle, kControls> controls_;
};

}  // namespace holdfast::sql
