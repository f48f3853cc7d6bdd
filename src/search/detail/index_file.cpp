#include "search/detail/index_file.hpp"

#include <array>
#include <fstream>
#include <utility>

#include "search/detail/term_tokenizer.hpp"
#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/sqlite_error.hpp"

namespace holdfast::search::detail {
namespace {

constexpr int kBusyMilliseconds = 10'000;
constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;"
    "PRAGMA journal_size_limit = 16777216";
constexpr char kUsualCache[] = "PRAGMA cache_size = -65536";
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out.push_back(c);
    out.push_back(c);
  }
  out.push_back(quote);
  return out;
}

bool is_readable(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, kMagic.size()> head{};
  file.read(head.data(), head.size());
  if (file.gcount() == 0) return true;  // empty: SQLite takes it
  return std::string_view(head.data(), static_cast<std::size_t>(file.gcount())) == kMagic;
}

Result<void> remove_files(const std::filesystem::path& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code error;
    std::filesystem::remove(path.string() + suffix, error);
    if (error) {
      return Error{.code = "58030",
                   .message = "the damaged search index cannot be removed",
                   .details = path.string() + suffix + ": " + error.message()};
    }
  }
  return {};
}

}  // namespace

std::string quote_name(std::string_view name) { return quoted(name, '"'); }
std::string quote_text(std::string_view text) { return quoted(text, '\''); }

void CloseConnection::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

FileStatement& FileStatement::bind(int position, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), position, value);
  return *this;
}

FileStatement& FileStatement::bind(int position, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Result<bool> FileStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = sql::last_error(sqlite3_db_handle(statement_.get()));
  finish();
  return error;
}

Result<void> FileStatement::run() {
  HF_CHECK(step());
  finish();
  return {};
}

void FileStatement::finish() { sqlite3_reset(statement_.get()); }

std::int64_t FileStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string FileStatement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<std::unique_ptr<IndexFile>> IndexFile::open(const std::filesystem::path& path) {
  sqlite3* connection = nullptr;
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &connection, kFlags, nullptr);
  std::unique_ptr<IndexFile> file(new IndexFile(connection));
  if (code != SQLITE_OK) return sql::last_error(connection);
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
  HF_CHECK(register_term_tokenizer(connection));
  auto settings = file->execute(kSettings);
  if (!settings.ok() && settings.error().code == "HF012") {
    HF_CHECK(file->reset());
    settings = file->execute(kSettings);
  }
  if (!settings.ok()) return std::move(settings).error();
  HF_CHECK(file->execute(kUsualCache));
  return file;
}

IndexFile::~IndexFile() {
  if (!connection_) return;
  sqlite3_busy_timeout(connection_.get(), 0);
  sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

Result<void> IndexFile::ensure(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) {
    if (is_readable(path)) return {};
    HF_CHECK(remove_files(path));
  }
  return make(path);
}

Result<void> IndexFile::make(const std::filesystem::path& path) {
  // A first page, so that read-only connections find a database in WAL mode.
  HF_TRY(const auto made, open(path));
  return made->execute("PRAGMA user_version = 1");
}

Result<void> IndexFile::replace(const std::filesystem::path& path) {
  HF_CHECK(remove_files(path));
  return ensure(path);
}

Result<void> IndexFile::execute(const std::string& script) {
  if (sqlite3_exec(connection_.get(), script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return sql::last_error(connection_.get());
}

Result<FileStatement> IndexFile::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return sql::last_error(connection_.get());
  }
  return FileStatement(statement);
}

Result<void> IndexFile::reset() {
  // The schema is read first, so that the file stays in WAL mode:
  // https://sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigresetdatabase
  static_cast<void>(execute("SELECT count(*) FROM sqlite_schema").ok());
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
  auto outcome = execute("VACUUM");
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr);
  return outcome;
}

Result<void> IndexFile::check() {
  // It reads the whole file once: pages that stay would cost memory, and the time to find it.
  HF_CHECK(execute("PRAGMA cache_size = -1024"));
  const auto answer = quick_check();
  const auto restored = execute(kUsualCache);
  if (!answer.ok()) return answer.error();
  if (*answer == "ok") return restored;
  return Error{.code = "HF012", .message = "the search index is damaged", .details = *answer};
}

Result<std::string> IndexFile::quick_check() {
  HF_TRY(auto statement, prepare("PRAGMA quick_check(1)"));
  HF_CHECK(statement.step());
  std::string answer = statement.text(0);
  statement.finish();
  return answer;
}

}  // namespace holdfast::search::detail
