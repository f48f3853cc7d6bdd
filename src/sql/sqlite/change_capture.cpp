#include "sql/sqlite/change_capture.hpp"

#include <new>

#include "sql/sqlite/sqlite_value.hpp"

namespace holdfast::sql {
namespace {

class PreupdateRow final : public RowChange {
 public:
  PreupdateRow(sqlite3* connection, int operation, std::string_view table, bool& lost)
      : connection_(connection), table_(table), operation_(operation), lost_(lost) {}

  [[nodiscard]] std::string_view table() const override { return table_; }
  [[nodiscard]] Operation operation() const override {
    if (operation_ == SQLITE_INSERT) return Operation::insert;
    return operation_ == SQLITE_UPDATE ? Operation::update : Operation::erase;
  }
  [[nodiscard]] int column_count() const override { return sqlite3_preupdate_count(connection_); }
  [[nodiscard]] ValueView before(int column) const override {
    sqlite3_value* value = nullptr;
    const int outcome = sqlite3_preupdate_old(connection_, column, &value);
    return seen(outcome, value);
  }
  [[nodiscard]] ValueView after(int column) const override {
    sqlite3_value* value = nullptr;
    const int outcome = sqlite3_preupdate_new(connection_, column, &value);
    return seen(outcome, value);
  }

 private:
  ValueView seen(int outcome, sqlite3_value* value) const {
    if (outcome == SQLITE_OK) return view_of(value);
    lost_ = true;
    return ValueView::of_null();
  }

  sqlite3* connection_;
  std::string_view table_;
  int operation_;
  bool& lost_;
};

Result<std::int64_t> schema_version(Connection& connection) {
  HF_TRY(auto statement, connection.prepare("PRAGMA schema_version"));
  HF_CHECK(statement->step());
  return statement->column(0).integer;
}

}  // namespace

ChangeCapture::ChangeCapture(sqlite3* connection, ChangeObserver& observer)
    : connection_(connection), observer_(observer) {
  sqlite3_preupdate_hook(connection_, &on_preupdate, this);
}

ChangeCapture::~ChangeCapture() { sqlite3_preupdate_hook(connection_, nullptr, nullptr); }

Result<void> ChangeCapture::follow_schema(Connection& connection) {
  HF_TRY(const auto version, schema_version(connection));
  if (version == schema_version_) return {};
  shadow_tables_.clear();
  HF_TRY(auto statement,
         connection.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"));
  while (true) {
    HF_TRY(const bool row, statement->step());
    if (!row) break;
    shadow_tables_.emplace(statement->column(0).bytes);
  }
  HF_CHECK(observer_.schema_changed(connection));
  schema_version_ = version;
  return {};
}

void ChangeCapture::on_preupdate(void* capture, sqlite3* connection, int operation, const char* database,
                                 const char* table, sqlite3_int64 /*old_rowid*/,
                                 sqlite3_int64 /*new_rowid*/) {
  auto& self = *static_cast<ChangeCapture*>(capture);
  if (!self.enabled_ || !self.reports(database, table)) return;
  // No exception may pass through SQLite.
  try {
    self.observer_.on_change(PreupdateRow(connection, operation, table, self.lost_row_));
  } catch (const std::bad_alloc&) {
    self.lost_row_ = true;
  }
}

Result<Position> ChangeCapture::before_release(Connection& connection, const Session& session) {
  if (!lost_row_) {
    try {
      return observer_.before_release(connection, session);
    } catch (const std::bad_alloc&) {
    }
  }
  return Error{.code = "53200", .message = "out of memory", .details = "A change could not be logged."};
}

bool ChangeCapture::reports(std::string_view database, std::string_view table) const {
  if (database != "main" || table.starts_with("hf_") || table.starts_with("sqlite_")) return false;
  return shadow_tables_.empty() || !shadow_tables_.contains(table);
}

}  // namespace holdfast::sql
