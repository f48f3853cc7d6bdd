#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.hpp"
#include "sql/change_observer.hpp"
#include "sql/sqlite/sqlite_api.hpp"

namespace holdfast::sql {

/// Feeds the observer from SQLite's preupdate hook on the write connection, which sees cascades and triggers
/// too. Left out: tables of ours (`hf_`), full-text shadow tables, and other attached files.
class ChangeCapture {
 public:
  ChangeCapture(sqlite3* connection, ChangeObserver& observer);
  ~ChangeCapture();
  ChangeCapture(const ChangeCapture&) = delete;
  ChangeCapture& operator=(const ChangeCapture&) = delete;

  void enable(bool on) { enabled_ = on; }
  [[nodiscard]] std::size_t mark() const { return observer_.mark(); }
  void rewind(std::size_t mark) { observer_.rewind(mark); }
  void forget_member() {
    observer_.rewind(0);
    lost_row_ = false;
  }
  /// The observer's before_release(); 53200 when a row could not be taken down for want of memory.
  Result<Position> before_release(Connection& connection, const Session& session);
  [[nodiscard]] ChangeObserver& observer() { return observer_; }

  /// Shadow tables cannot be told by their names alone, and the hook may not ask: reads them where the
  /// schema has changed since the last call, and tells the observer.
  Result<void> follow_schema(Connection& connection);

 private:
  struct TransparentHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  static void on_preupdate(void* capture, sqlite3* connection, int operation, const char* database,
                           const char* table, sqlite3_int64 old_rowid, sqlite3_int64 new_rowid);
  [[nodiscard]] bool reports(std::string_view database, std::string_view table) const;

  sqlite3* connection_;
  ChangeObserver& observer_;
  bool enabled_ = false;
  /// A row of the member under way is missing in the observer's buffer.
  bool lost_row_ = false;
  std::int64_t schema_version_ = -1;
  std::unordered_set<std::string, TransparentHash, std::equal_to<>> shadow_tables_;
};

}  // namespace holdfast::sql
