#include "search/text_search.hpp"

#include <utility>

#include "base/mutex.hpp"
#include "search/detail/index_file.hpp"
#include "search/detail/term_tokenizer.hpp"
#include "search/detail/text_projection.hpp"
#include "sql/sqlite/sqlite_api.hpp"
#include "sql/sqlite/sqlite_error.hpp"

namespace holdfast::search {
namespace {

sql::Session system_session() { return {.principal = base::Principal::system(), .request_id = {}}; }

/// `file:` names take a query, so the signs that would begin or end one are escaped.
std::string read_only_address(const std::filesystem::path& file) {
  std::string address = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%') {
      address += "%25";
    } else if (c == '?') {
      address += "%3f";
    } else if (c == '#') {
      address += "%23";
    } else {
      address.push_back(c);
    }
  }
  return address + "?mode=ro";
}

class TextSearchOnSqlite final : public TextSearch {
 public:
  TextSearchOnSqlite(std::unique_ptr<detail::TextProjection> projection, sql::Database& database,
                     const log::ChangeLog& log)
      : database_(database), log_(log), projection_(std::move(projection)) {}

  Result<void> start(const std::shared_ptr<const schema::Catalogue>& catalogue) {
    HF_CHECK(adopt(*catalogue, false));
    runner_ = std::make_unique<log::ProjectionRunner>(database_, log_, *projection_);
    return {};
  }

  Result<void> set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue) override {
    const Change changing(*this);
    // Changes that were read for the indexes of before would lack those of a table that now has one.
    const log::ProjectionRunner::Pause pause(*runner_);
    return adopt(*catalogue, true);
  }

  Result<void> catch_up(base::Deadline deadline) override {
    const log::Position wanted = log_.durable_position();
    HF_CHECK(wait_until_unchanged(deadline));
    return runner_->wait_for(wanted, deadline);
  }

  Result<void> rebuild() override { return runner_->rebuild(); }
  log::ProjectionRunner& runner() override { return *runner_; }

 private:
  /// While alive, the set of indexes changes and queries wait.
  class Change {
   public:
    explicit Change(TextSearchOnSqlite& search) : search_(search) {
      const base::MutexLock lock(search_.mutex_);
      ++search_.changes_;
    }
    ~Change() {
      const base::MutexLock lock(search_.mutex_);
      --search_.changes_;
      search_.unchanged_.notify_all();
    }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

   private:
    TextSearchOnSqlite& search_;
  };

  Result<void> adopt(const schema::Catalogue& catalogue, bool fill) {
    return database_.read(system_session(), [&](sql::Connection& connection) {
      return projection_->adopt(connection, catalogue, fill);
    });
  }

  Result<void> wait_until_unchanged(base::Deadline deadline) {
    base::MutexLock lock(mutex_);
    while (changes_ > 0 && unchanged_.wait_until(lock, deadline)) {
    }
    if (changes_ > 0) {
      return Error{.code = "HF011",
                   .message = "an index is still being built",
                   .hint = "Try again.",
                   .retryable = true};
    }
    return {};
  }

  sql::Database& database_;
  const log::ChangeLog& log_;
  base::Mutex mutex_;
  base::ConditionVariable unchanged_;
  int changes_ HF_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<detail::TextProjection> projection_;
  /// Last: it must stop before what it runs goes.
  std::unique_ptr<log::ProjectionRunner> runner_;
};

Result<void> attach(sqlite3* connection, const std::filesystem::path& file) {
  const std::string sql = "ATTACH DATABASE " + detail::quote_text(read_only_address(file)) + " AS fts";
  if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) {
    // The schema is read now, so that a damaged one is found here.
    if (sqlite3_exec(connection, "SELECT 1 FROM fts.sqlite_schema", nullptr, nullptr, nullptr) == SQLITE_OK) {
      return {};
    }
  }
  Error error = sql::last_error(connection);
  sqlite3_exec(connection, "DETACH DATABASE fts", nullptr, nullptr, nullptr);
  return error;
}

}  // namespace

sql::ConnectionSetup TextSearch::attach_setup(const std::filesystem::path& file) {
  return [file](sqlite3* connection, const sql::Session& /*session*/) -> Result<void> {
    HF_CHECK(detail::register_term_tokenizer(connection));
    if (sqlite3_db_filename(connection, "fts") != nullptr) return {};
    HF_CHECK(detail::IndexFile::ensure(file));
    auto attached = attach(connection, file);
    if (attached.ok()) return attached;
    const auto& code = attached.error().code;
    if (code == "HF012") {
      HF_TRY(const auto damaged, detail::IndexFile::open(file));
      HF_CHECK(damaged->reset());
    } else if (code == "25006") {  // the machine stopped while it was made: a reader may not undo that
      HF_CHECK(detail::IndexFile::make(file));
    } else if (code == "XX000") {  // a header that cannot be: another text encoding, for one
      HF_CHECK(detail::IndexFile::replace(file));
    } else {
      return attached;
    }
    return attach(connection, file);
  };
}

Result<std::unique_ptr<TextSearch>> TextSearch::open(const std::filesystem::path& file,
                                                     sql::Database& database, const log::ChangeLog& log,
                                                     std::shared_ptr<const schema::Catalogue> catalogue) {
  HF_TRY(auto projection, detail::TextProjection::open(file));
  auto search = std::make_unique<TextSearchOnSqlite>(std::move(projection), database, log);
  HF_CHECK(search->start(catalogue));
  return std::unique_ptr<TextSearch>(std::move(search));
}

}  // namespace holdfast::search
