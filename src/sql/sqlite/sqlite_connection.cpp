#include "sql/sqlite/sqlite_connection.hpp"

#include <mutex>

#include "sql/sqlite/heap_limit.hpp"
#include "sql/sqlite/sqlite_error.hpp"

namespace holdfast::sql {
namespace {

constexpr int kBusyTimeoutMs = 5000;
/// Virtual machine steps between two looks at the reader's deadline: some tens of microseconds.
constexpr int kStepsBetweenDeadlineChecks = 2000;

/// SQLite counts its memory under a global lock unless it is told not to before its first use.
void switch_off_memory_statistics() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  count_sqlite_memory();
}

int authorize(void* gatekeeper, int action, const char*, const char*, const char*, const char*) {
  auto& gate = *static_cast<Gatekeeper*>(gatekeeper);
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return gate.transactions ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return SQLITE_OK;
    default:
      ++gate.other_changes;
      return SQLITE_OK;
  }
}

int deadline_passed(void* session) { return static_cast<const Session*>(session)->deadline.passed() ? 1 : 0; }

int remember_wal_pages(void* pages, sqlite3*, const char* database, int count) {
  if (std::string_view(database) == "main") *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

/// hf_deadline(): 1, or the error 57014 once the session's deadline has passed. A statement of the writer
/// that may run long calls it for each row, because it cannot be interrupted.
void check_deadline(sqlite3_context* context, int /*count*/, sqlite3_value** /*arguments*/) {
  if (deadline_passed(sqlite3_user_data(context)) == 0) return sqlite3_result_int(context, 1);
  const auto error = deadline_error();
  const auto text = error.code + "|" + error.message + "||" + error.hint;
  sqlite3_result_error(context, text.c_str(), static_cast<int>(text.size()));
}

/// By the order of Control.
constexpr std::array<std::string_view, kControls> kControlTexts{
    "BEGIN",          "BEGIN IMMEDIATE",   "COMMIT", "ROLLBACK", "SAVEPOINT member",
    "RELEASE member", "ROLLBACK TO member"};

bool only_blanks(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const SqliteOptions& options,
                                                                 Access access) {
  switch_off_memory_statistics();
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(options, access));
  HF_CHECK(connection->open_file());
  HF_CHECK(connection->configure());
  for (const auto& setup : options.setups) HF_CHECK(setup(connection->handle_, connection->session_));
  HF_CHECK(connection->install_hooks());
  return connection;
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  controls_ = {};
  capture_.reset();
  sqlite3_close_v2(handle_);
}

Result<void> SqliteConnection::open_file() {
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (access_ == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const int outcome = sqlite3_open_v2(options_.file.c_str(), &handle_, flags, nullptr);
  if (outcome == SQLITE_OK) return {};
  auto error = handle_ == nullptr ? translate_error(outcome, "") : last_error(handle_);
  error.details += ": " + options_.file.string();
  return error;
}

Result<void> SqliteConnection::configure() {
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  // A misspelt column in double quotes is an error, not a text.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  HF_CHECK(
      execute("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF;"
              "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" +
              std::to_string(options_.cache_bytes_per_connection / 1024)));
  return access_ == Access::write ? use_write_ahead_log() : Result<void>();
}

Result<void> SqliteConnection::use_write_ahead_log() {
  HF_CHECK(execute("PRAGMA synchronous = FULL"));
  // In memory, the journal of a large savepoint is a list that the end of each statement walks from its
  // start.
  HF_CHECK(execute("PRAGMA temp_store = FILE; PRAGMA cache_size = -" +
                   std::to_string(options_.writer_cache_bytes / 1024)));
  HF_TRY(auto mode, prepare("PRAGMA journal_mode = WAL"));
  HF_CHECK(mode->step());
  if (mode->column(0).bytes == "wal") return {};
  return Error{.code = "58030",
               .message = "the file system does not support a write-ahead log",
               .details = options_.file.string(),
               .hint = "Put the data on a local file system."};
}

/// After the pragmas and setups, which the hooks would stand in the way of.
Result<void> SqliteConnection::install_hooks() {
  sqlite3_create_function_v2(handle_, "hf_deadline", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, &session_,
                             &check_deadline, nullptr, nullptr, nullptr);
  // Now, because it must not need memory when memory has run out.
  std::string_view rest;
  HF_TRY(controls_[static_cast<std::size_t>(Control::rollback)], compile("ROLLBACK", &rest));
  sqlite3_set_authorizer(handle_, &authorize, &gatekeeper_);
  if (access_ == Access::read) {
    sqlite3_progress_handler(handle_, kStepsBetweenDeadlineChecks, &deadline_passed, &session_);
    return {};
  }
  // The writer checkpoints by itself, once its callers have been answered, and minds the errors.
  sqlite3_wal_hook(handle_, &remember_wal_pages, &wal_pages_);
  if (options_.observer != nullptr) capture_.emplace(handle_, *options_.observer);
  return {};
}

Result<void> SqliteConnection::refresh(std::uint64_t generation) {
  if (generation_ == generation) return {};
  statements_.clear();
  for (const auto& setup : options_.setups) HF_CHECK(setup(handle_, session_));
  generation_ = generation;
  return {};
}

void SqliteConnection::enter_session(const Session& session) {
  session_ = session;
  session_.now = base::now();
}

void SqliteConnection::leave_session() {
  static const Session kNobody{};
  session_ = kNobody;
}

bool SqliteConnection::has_deferred_violations() const {
  int current = 0;
  int highest = 0;
  sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
  return current != 0;
}

int SqliteConnection::spilled_pages() const {
  int current = 0;
  int highest = 0;
  sqlite3_db_status(handle_, SQLITE_DBSTATUS_CACHE_SPILL, &current, &highest, 0);
  return current;
}

Result<StatementHandle> SqliteConnection::compile(std::string_view sql, std::string_view* rest) {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int outcome = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                         SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (outcome != SQLITE_OK) {
    auto error = last_error(handle_);
    if (const int offset = sqlite3_error_offset(handle_); offset >= 0 && error.details.empty())
      error.details = "At byte " + std::to_string(offset) + " of the statement.";
    return error;
  }
  *rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  return StatementHandle(statement);
}

Result<StatementLease> SqliteConnection::prepare(std::string_view sql) {
  auto* entry = statements_.find_idle(sql);
  if (entry == nullptr) {
    std::string_view rest;
    auto handle = StatementHandle();
    if (!only_blanks(sql)) {
      HF_TRY(handle, compile(sql, &rest));
    }
    if (!handle || !only_blanks(rest))
      return Error{.code = "42601", .message = "prepare() takes one statement", .details = std::string(sql)};
    HF_TRY(auto statement, SqliteStatement::make(host(), std::move(handle)));
    entry = statements_.adopt(sql, std::move(statement));
  }
  return StatementCache::lease(entry);
}

Result<void> SqliteConnection::execute(std::string_view script) {
  while (!only_blanks(script)) {
    std::string_view rest;
    HF_TRY(auto handle, compile(script, &rest));
    script = rest;
    if (!handle) continue;
    HF_TRY(auto statement, SqliteStatement::make(host(), std::move(handle)));
    for (bool row = true; row;) {
      HF_TRY(row, statement->step());
    }
  }
  return {};
}

Result<void> SqliteConnection::control(Control control) {
  const FreeTransactions freed(*this);
  const auto index = static_cast<std::size_t>(control);
  auto& statement = controls_[index];
  if (!statement) {
    std::string_view rest;
    HF_TRY(statement, compile(kControlTexts[index], &rest));
  }
  const int outcome = sqlite3_step(statement.get());
  if (outcome == SQLITE_DONE || outcome == SQLITE_ROW) {
    sqlite3_reset(statement.get());
    return {};
  }
  auto error = last_error(handle_);
  sqlite3_reset(statement.get());
  return error;
}

}  // namespace holdfast::sql
