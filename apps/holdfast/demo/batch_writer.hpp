#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/mutex.hpp"
#include "base/result.hpp"
#include "sql/database.hpp"

namespace holdfast::demo {

/// Hands batches to the database's writer thread while the caller makes the next ones; submit() waits when
/// two are under way. After an error nothing more is written.
class BatchWriter {
 public:
  /// Writes one batch, and gives how many rows it changed. May run more than once.
  using Batch = std::function<Result<std::int64_t>(sql::Connection&)>;

  explicit BatchWriter(sql::Database& database) : database_(database) {}
  ~BatchWriter() { wait_until_below(1); }
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  /// False when an earlier batch failed.
  bool submit(Batch batch);
  /// Waits for all; gives how many rows were changed in total, or the first error.
  Result<std::int64_t> finish();

 private:
  static constexpr int kMostUnderWay = 2;

  void wait_until_below(int count);
  void note(Result<std::int64_t> outcome);

  sql::Database& database_;
  base::Mutex mutex_;
  base::ConditionVariable changed_;
  int under_way_ HF_GUARDED_BY(mutex_) = 0;
  std::int64_t rows_ HF_GUARDED_BY(mutex_) = 0;
  std::optional<Error> error_ HF_GUARDED_BY(mutex_);
};

}  // namespace holdfast::demo
