#include "log/change_log.hpp"

#include <algorithm>
#include <cmath>
#include <list>

#include "base/mutex.hpp"
#include "log/layouts.hpp"
#include "log/record_format.hpp"

namespace holdfast::log {
namespace {

constexpr std::int64_t kFormat = 1;

constexpr std::string_view kTables = R"(
CREATE TABLE IF NOT EXISTS hf_log(format INTEGER NOT NULL, trimmed INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hf_commits(
  position INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL,
  key_prefix TEXT NOT NULL, request TEXT NOT NULL, records BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hf_changes(
  position INTEGER NOT NULL, part INTEGER NOT NULL, records BLOB NOT NULL,
  PRIMARY KEY (position, part)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hf_layouts(layout INTEGER PRIMARY KEY, table_name TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hf_layout_columns(
  layout INTEGER NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
  secret INTEGER NOT NULL, PRIMARY KEY (layout, ordinal)) STRICT, WITHOUT ROWID;
INSERT INTO hf_log SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM hf_log);
)";

Result<std::int64_t> query_integer(sql::Connection& connection, std::string_view sql) {
  HF_TRY(auto statement, connection.prepare(sql));
  HF_CHECK(statement->step());
  return statement->column(0).integer;
}

sql::ValueView typed(const Layout::Column& column, sql::ValueView value) {
  if (column.real && value.kind == sql::ValueKind::integer)
    return sql::ValueView::of(static_cast<double>(value.integer));
  return value;
}

bool same(sql::ValueView left, sql::ValueView right) {
  if (left.kind != right.kind) return false;
  if (left.kind == sql::ValueKind::integer) return left.integer == right.integer;
  // Bitwise, so that -0 and 0 differ: the log gives back exactly what stood there.
  if (left.kind == sql::ValueKind::real)
    return std::signbit(left.real) == std::signbit(right.real) && !(left.real < right.real) &&
           !(left.real > right.real);
  return left.bytes == right.bytes;
}

void append_column(std::string& out, const Layout::Column& column, sql::ValueView value) {
  if (column.secret)
    append_secret(out);
  else
    append_value(out, typed(column, value));
}

/// Which columns differ goes to `bitmap`, and their old values to `old_values`.
void append_update(std::string& out, std::string& old_values, const Layout& layout,
                   const sql::RowChange& change) {
  const auto bitmap = out.size();
  out.append((layout.columns.size() + 7) / 8, '\0');
  old_values.clear();
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    const auto& column = layout.columns[i];
    const auto after = change.after(static_cast<int>(i));
    const auto before = change.before(static_cast<int>(i));
    append_column(out, column, after);
    if (same(typed(column, before), typed(column, after))) continue;
    out[bitmap + i / 8] = static_cast<char>(out[bitmap + i / 8] | (1 << (i % 8)));
    append_column(old_values, column, before);
  }
  out += old_values;
}

Result<void> insert_commit(sql::Connection& connection, Position position, const sql::Session& session,
                           std::string_view records) {
  HF_TRY(auto insert,
         connection.prepare("INSERT INTO hf_commits(position, at, actor, role, key_prefix, request, records) "
                            "VALUES($1, $2, $3, $4, $5, $6, $7)"));
  const auto& who = session.principal;
  HF_CHECK(insert->bind(1, sql::ValueView::of(position)));
  HF_CHECK(insert->bind(2, sql::ValueView::of(std::int64_t{session.now.time_since_epoch().count()})));
  HF_CHECK(insert->bind(3, sql::ValueView::of(who.subject)));
  HF_CHECK(insert->bind(4, sql::ValueView::of(who.role)));
  HF_CHECK(insert->bind(5, sql::ValueView::of(who.key_prefix)));
  HF_CHECK(insert->bind(6, sql::ValueView::of(session.request_id)));
  HF_CHECK(insert->bind(7, sql::ValueView::of_blob(records)));
  HF_CHECK(insert->step());
  return {};
}

Result<void> insert_part(sql::Connection& connection, Position position, std::size_t part,
                         std::string_view records) {
  HF_TRY(auto insert,
         connection.prepare("INSERT INTO hf_changes(position, part, records) VALUES($1, $2, $3)"));
  HF_CHECK(insert->bind(1, sql::ValueView::of(position)));
  HF_CHECK(insert->bind(2, sql::ValueView::of(static_cast<std::int64_t>(part))));
  HF_CHECK(insert->bind(3, sql::ValueView::of_blob(records)));
  HF_CHECK(insert->step());
  return {};
}

}  // namespace

/// Positions and who wants to hear of them: the only part that other threads touch.
struct ChangeLog::State {
  struct Listeners {
    base::Mutex mutex;
    std::list<std::function<void(Position)>> functions HF_GUARDED_BY(mutex);
  };

  LayoutBook layouts;
  std::string buffer;
  std::string record;
  std::string old_values;
  Position given = 0;

  base::Mutex mutex;
  base::ConditionVariable moved;
  Position durable HF_GUARDED_BY(mutex) = 0;
  Listeners listeners;

  void make_durable(Position position) {
    {
      const base::MutexLock lock(mutex);
      durable = position;
    }
    moved.notify_all();
  }
};

ChangeLog::ChangeLog() : state_(std::make_unique<State>()) {}
ChangeLog::~ChangeLog() = default;

Result<void> ChangeLog::prepare(sql::Connection& connection) {
  HF_CHECK(connection.execute("BEGIN IMMEDIATE"));
  HF_CHECK(connection.execute(kTables));
  HF_CHECK(connection.execute("COMMIT"));
  HF_TRY(const auto format, query_integer(connection, "SELECT format FROM hf_log"));
  if (format != kFormat) return damaged_log("format " + std::to_string(format));
  HF_CHECK(state_->layouts.load(connection));
  HF_TRY(const auto last, query_integer(connection,
                                        "SELECT max((SELECT coalesce(max(position), 0) FROM hf_commits), "
                                        "(SELECT trimmed FROM hf_log))"));
  state_->given = last;
  state_->make_durable(last);
  return {};
}

void ChangeLog::set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue) {
  state_->layouts.set_catalogue(std::move(catalogue));
}

Result<void> ChangeLog::schema_changed(sql::Connection& connection) {
  return state_->layouts.read_tables(connection);
}

void ChangeLog::on_change(const sql::RowChange& change) {
  const auto& layout = state_->layouts.of(change.table(), change.column_count());
  const auto operation = change.operation();
  auto& record = state_->record;
  record.clear();
  append_varint(record, static_cast<std::uint64_t>(layout.id));
  record += static_cast<char>(operation);
  if (operation == sql::Operation::update) {
    append_update(record, state_->old_values, layout, change);
  } else {
    const bool inserted = operation == sql::Operation::insert;
    for (int i = 0; i < change.column_count(); ++i)
      append_column(record, layout.columns[static_cast<std::size_t>(i)],
                    inserted ? change.after(i) : change.before(i));
  }
  append_varint(state_->buffer, record.size());
  state_->buffer += record;
}

std::size_t ChangeLog::mark() const { return state_->buffer.size(); }

void ChangeLog::rewind(std::size_t mark) {
  state_->buffer.resize(std::min(mark, state_->buffer.size()));
  // One large commit must not hold its memory for ever.
  constexpr std::size_t kKeptBytes = 1U << 20U;
  if (mark == 0 && state_->buffer.capacity() > kKeptBytes) state_->buffer.shrink_to_fit();
}

Result<Position> ChangeLog::before_release(sql::Connection& connection, const sql::Session& session) {
  if (state_->buffer.empty()) return Position{0};
  HF_TRY(const auto parts, split_parts(state_->buffer));
  const auto position = state_->given + 1;
  HF_CHECK(insert_commit(connection, position, session, parts.front()));
  for (std::size_t part = 1; part < parts.size(); ++part)
    HF_CHECK(insert_part(connection, position, part, parts[part]));
  // Last, because from here on they count as written.
  HF_CHECK(state_->layouts.write_new(connection));
  state_->given = position;
  rewind(0);
  return position;
}

void ChangeLog::after_rollback() {
  state_->layouts.settle(false);
  state_->given = durable_position();
}

void ChangeLog::after_commit(Position last) {
  state_->layouts.settle(true);
  if (last == 0) return;
  state_->make_durable(last);
  const base::MutexLock lock(state_->listeners.mutex);
  for (const auto& listener : state_->listeners.functions) listener(last);
}

Position ChangeLog::durable_position() const {
  const base::MutexLock lock(state_->mutex);
  return state_->durable;
}

Position ChangeLog::wait_beyond(Position position, base::Deadline deadline) const {
  base::MutexLock lock(state_->mutex);
  while (state_->durable <= position && state_->moved.wait_until(lock, deadline)) {
  }
  return state_->durable;
}

void ChangeLog::on_commit(std::function<void(Position)> listener) {
  const base::MutexLock lock(state_->listeners.mutex);
  state_->listeners.functions.push_back(std::move(listener));
}

std::unique_ptr<Subscription> ChangeLog::subscribe(std::function<void(Position)> listener) const {
  auto& listeners = state_->listeners;
  const base::MutexLock lock(listeners.mutex);
  const auto place = listeners.functions.insert(listeners.functions.end(), std::move(listener));
  return std::make_unique<Subscription>([&listeners, place] {
    const base::MutexLock ending(listeners.mutex);
    listeners.functions.erase(place);
  });
}

}  // namespace holdfast::log
