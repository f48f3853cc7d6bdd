#include "demo/batch_writer.hpp"

#include <memory>

namespace holdfast::demo {

bool BatchWriter::submit(Batch batch) {
  wait_until_below(kMostUnderWay);
  {
    const base::MutexLock lock(mutex_);
    if (error_) return false;
    ++under_way_;
  }
  const auto rows = std::make_shared<std::int64_t>(0);  // shared by the work and its answer
  database_.write_async(
      {.session = {.principal = base::Principal::system(), .request_id = "demo"},
       .work = [batch = std::move(batch), rows](sql::Connection& connection) -> Result<void> {
         HF_TRY(*rows, batch(connection));
         return {};
       },
       .done =
           [this, rows](const Result<sql::Committed>& answer) {
             note(answer.ok() ? Result<std::int64_t>(*rows) : Result<std::int64_t>(answer.error()));
           }});
  return true;
}

Result<std::int64_t> BatchWriter::finish() {
  wait_until_below(1);
  const base::MutexLock lock(mutex_);
  if (error_) return *error_;
  return rows_;
}

void BatchWriter::wait_until_below(int count) {
  base::MutexLock lock(mutex_);
  while (under_way_ >= count) changed_.wait(lock);
}

void BatchWriter::note(Result<std::int64_t> outcome) {
  const base::MutexLock lock(mutex_);
  --under_way_;
  if (outcome.ok()) {
    rows_ += *outcome;
  } else if (!error_) {
    error_ = std::move(outcome).error();
  }
  changed_.notify_all();
}

}  // namespace holdfast::demo
