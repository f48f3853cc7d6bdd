#include "sql/sqlite/reader_pool.hpp"

#include "sql/sqlite/sqlite_error.hpp"
#include "sql/sqlite/write_batch.hpp"

namespace holdfast::sql {

Result<void> ReaderPool::read(const Session& session, const Database::Work& work, Snapshot snapshot) {
  if (session.deadline.passed()) return deadline_error();
  HF_TRY(auto reader, take());
  reader->enter_session(session);
  if (snapshot == Snapshot::of_all) HF_CHECK(reader->control(Control::begin));
  auto outcome = call_work(work, *reader);
  reader->leave_session();
  if (reader->in_transaction()) HF_CHECK(reader->control(Control::commit));
  give_back(std::move(reader));
  return outcome;
}

Result<ReaderPool::Reader> ReaderPool::take() {
  Reader reader;
  {
    const base::MutexLock lock(mutex_);
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!reader) {
    HF_TRY(auto opened, SqliteConnection::open(options_, Access::read));
    statistics_.readers.fetch_add(1, std::memory_order_relaxed);
    reader = Reader(opened.release(), CountedClose{&statistics_});
  }
  HF_CHECK(reader->refresh(generation_));
  return reader;
}

void ReaderPool::give_back(Reader reader) {
  const base::MutexLock lock(mutex_);
  if (idle_.size() < options_.max_idle_readers) idle_.push_back(std::move(reader));
}

}  // namespace holdfast::sql
