#include "sql/sqlite/sqlite_database.hpp"

#include <atomic>

#include "sql/sqlite/group_writer.hpp"
#include "sql/sqlite/heap_limit.hpp"
#include "sql/sqlite/reader_pool.hpp"

namespace holdfast::sql {
namespace {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::unique_ptr<const SqliteOptions> options, std::unique_ptr<SqliteConnection> writer)
      : options_(std::move(options)),
        writer_(*options_, std::move(writer), generation_, statistics_),
        readers_(*options_, generation_, statistics_) {}

  Result<void> read(const Session& session, const Work& work) override {
    return readers_.read(session, work, ReaderPool::Snapshot::of_all);
  }
  Result<void> read_statement(const Session& session, const Work& work) override {
    return readers_.read(session, work, ReaderPool::Snapshot::of_each);
  }
  void write_async(WriteJob job) override { writer_.submit(std::move(job)); }
  Result<void> exclusive(const Work& work) override { return writer_.run_alone(work); }
  [[nodiscard]] const Statistics& statistics() const override { return statistics_; }
  void refresh() { ++generation_; }

 private:
  std::unique_ptr<const SqliteOptions> options_;
  /// Counts refreshes; connections compare it with what they have seen.
  std::atomic<std::uint64_t> generation_ = 0;
  Statistics statistics_;
  /// Closed last, so that it checkpoints and removes the write-ahead log.
  GroupWriter writer_;
  ReaderPool readers_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(SqliteOptions options) {
  // Connections refer to the options, so they must not move.
  auto kept = std::make_unique<const SqliteOptions>(std::move(options));
  limit_sqlite_memory(kept->heap_limit_bytes);
  HF_TRY(auto writer, SqliteConnection::open(*kept, Access::write));
  return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(std::move(kept), std::move(writer)));
}

void refresh_connections(Database& database) {
  if (auto* sqlite = dynamic_cast<SqliteDatabase*>(&database)) sqlite->refresh();
}

}  // namespace holdfast::sql
