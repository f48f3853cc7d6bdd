#include "sql/sqlite/sqlite_statement.hpp"

#include <charconv>
#include <cstring>

#include "sql/sqlite/sqlite_error.hpp"
#include "sql/sqlite/sqlite_value.hpp"

namespace holdfast::sql {
namespace {

/// PostgreSQL's own limit on the number of a parameter.
constexpr int kMaxParameters = 65535;

Result<int> position_of(const char* name) {
  int position = 0;
  if (name != nullptr && name[0] == '$') {
    const char* end = name + std::strlen(name);
    const auto [stop, failure] = std::from_chars(name + 1, end, position);
    if (failure == std::errc{} && stop == end && position >= 1 && position <= kMaxParameters) return position;
  }
  return Error{.code = "42601",
               .message = "a placeholder is not of the form $1",
               .details = name == nullptr ? "?" : name,
               .hint = "Number placeholders $1, $2, and so on."};
}

Result<std::vector<int>> map_placeholders(sqlite3_stmt* statement) {
  std::vector<int> slots;
  const int count = sqlite3_bind_parameter_count(statement);
  for (int index = 1; index <= count; ++index) {
    HF_TRY(const auto position, position_of(sqlite3_bind_parameter_name(statement, index)));
    if (static_cast<std::size_t>(position) > slots.size()) slots.resize(static_cast<std::size_t>(position));
    slots[static_cast<std::size_t>(position) - 1] = index;
  }
  return slots;
}

int bind_value(sqlite3_stmt* statement, int slot, ValueView value) {
  // A view of nothing may have no address, and SQLite takes a null address for NULL.
  const char* bytes = value.bytes.data() == nullptr ? "" : value.bytes.data();
  switch (value.kind) {
    case ValueKind::null:
      return sqlite3_bind_null(statement, slot);
    case ValueKind::integer:
      return sqlite3_bind_int64(statement, slot, value.integer);
    case ValueKind::real:
      return sqlite3_bind_double(statement, slot, value.real);
    case ValueKind::text:
      return sqlite3_bind_text64(statement, slot, bytes, value.bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
    case ValueKind::blob:
      return sqlite3_bind_blob64(statement, slot, bytes, value.bytes.size(), SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

}  // namespace

Result<std::unique_ptr<SqliteStatement>> SqliteStatement::make(StatementHost host, StatementHandle handle) {
  HF_TRY(auto slots, map_placeholders(handle.get()));
  return std::unique_ptr<SqliteStatement>(new SqliteStatement(host, std::move(handle), std::move(slots)));
}

Result<void> SqliteStatement::bind(int position, ValueView value) {
  if (position < 1 || position > parameter_count())
    return Error{.code = "08P01",
                 .message = "the statement has no parameter $" + std::to_string(position),
                 .details = "It has " + std::to_string(parameter_count()) + " parameters."};
  const int slot = slots_[static_cast<std::size_t>(position) - 1];
  if (slot == 0) return {};
  const int outcome = bind_value(handle_.get(), slot, value);
  if (outcome != SQLITE_OK) return translate_error(outcome, sqlite3_errmsg(host_.connection));
  return {};
}

Result<bool> SqliteStatement::step() {
  if (stage_ == Stage::done) return false;
  if (stage_ == Stage::ready) HF_CHECK(start());
  switch (sqlite3_step(handle_.get())) {
    case SQLITE_ROW:
      stage_ = Stage::rows;
      return true;
    case SQLITE_DONE:
      stage_ = Stage::done;
      affected_rows_ = sqlite3_stmt_readonly(handle_.get()) != 0 ? 0 : sqlite3_changes64(host_.connection);
      return false;
    default:
      return failed();
  }
}

/// The writer is never interrupted, because that would end the transaction of the whole batch: its deadline
/// is looked at between statements, and inside them by those that call hf_deadline().
Result<void> SqliteStatement::start() {
  if (host_.session->deadline.passed()) return deadline_error();
  if (host_.capture != nullptr) capture_mark_ = host_.capture->mark();
  stage_ = Stage::rows;
  return {};
}

Error SqliteStatement::failed() {
  auto error = last_error(host_.connection);
  if (host_.capture != nullptr) host_.capture->rewind(capture_mark_);
  sqlite3_reset(handle_.get());
  stage_ = Stage::done;
  return error;
}

void SqliteStatement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
  stage_ = Stage::ready;
}

std::string_view SqliteStatement::column_name(int column) const {
  const char* name = sqlite3_column_name(handle_.get(), column);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

ValueView SqliteStatement::column(int column) const {
  return view_of(sqlite3_column_value(handle_.get(), column));
}

}  // namespace holdfast::sql
