#include "log/log_scan.hpp"

#include <algorithm>
#include <cstdio>

#include "log/layouts.hpp"
#include "log/record_format.hpp"

namespace holdfast::log {
namespace {

std::string iso_time(std::int64_t microseconds) {
  using std::chrono::floor;
  const base::Timestamp at{std::chrono::microseconds(microseconds)};
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  char text[64];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return std::string(text, static_cast<std::size_t>(length));
}

Result<void> check_held(sql::Connection& connection, Position since) {
  HF_TRY(auto statement, connection.prepare("SELECT trimmed FROM hf_log"));
  HF_TRY(const bool row, statement->step());
  const Position trimmed = row ? statement->column(0).integer : 0;
  if (since >= trimmed) return {};
  return Error{.code = "HF013",
               .message = "the log no longer holds position " + std::to_string(since),
               .details = "It begins after position " + std::to_string(trimmed) + ".",
               .hint = "Read the tables anew, then follow the log from the newest position."};
}

/// From column `first` on.
Commit read_commit(const sql::Statement& row, int first) {
  const auto text = [&](int column) { return std::string(row.column(first + column).bytes); };
  return {.position = row.column(first).integer,
          .at = iso_time(row.column(first + 1).integer),
          .actor = text(2),
          .role = text(3),
          .key_prefix = text(4),
          .request_id = text(5)};
}

bool bit_of(std::string_view bitmap, std::size_t i) {
  return (static_cast<unsigned>(static_cast<unsigned char>(bitmap[i / 8])) >> (i % 8) & 1U) != 0;
}

/// Turns one commit's records into changes.
class RecordDecoder {
 public:
  RecordDecoder(sql::Connection& connection, const ChangeFilter& filter)
      : layouts_(connection), filter_(filter) {}

  void begin(Position position) {
    position_ = position;
    sequence_ = 0;
  }
  [[nodiscard]] std::size_t sequence() const { return static_cast<std::size_t>(sequence_); }

  Result<void> decode(std::string_view records, std::vector<Change>& out) {
    RecordCursor cursor(records);
    while (!cursor.at_end()) {
      HF_TRY(const auto length, cursor.varint());
      HF_TRY(const auto body, cursor.bytes(length));
      HF_CHECK(decode_record(RecordCursor(body), out));
      ++sequence_;
    }
    return {};
  }

 private:
  Result<void> decode_record(RecordCursor cursor, std::vector<Change>& out) {
    HF_TRY(const auto id, cursor.varint());
    HF_TRY(const auto* layout, layouts_.find(id));
    const auto& tables = filter_.tables;
    if (!tables.empty() && std::ranges::find(tables, layout->table) == tables.end()) return {};
    HF_TRY(const auto operation, cursor.operation());
    Change change{.position = position_,
                  .sequence = sequence_,
                  .table = layout->table,
                  .operation = operation,
                  .fields = {}};
    change.fields.reserve(layout->columns.size());
    for (const auto& column : layout->columns)
      change.fields.push_back({.name = column.name,
                               .type = column.type,
                               .before = {},
                               .after = {},
                               .changed = true,
                               .secret = column.secret});
    if (operation == sql::Operation::update)
      HF_CHECK(decode_update(cursor, change.fields));
    else
      HF_CHECK(
          decode_row(cursor, change.fields,
                     operation == sql::Operation::insert ? &Change::Field::after : &Change::Field::before));
    out.push_back(std::move(change));
    return {};
  }

  static Result<void> decode_row(RecordCursor& cursor, std::vector<Change::Field>& fields,
                                 sql::Value Change::Field::*side) {
    for (auto& field : fields) {
      HF_TRY(const auto value, cursor.value());
      field.*side = sql::Value::copy_of(value);
    }
    return {};
  }

  static Result<void> decode_update(RecordCursor& cursor, std::vector<Change::Field>& fields) {
    HF_TRY(const auto bitmap, cursor.bytes((fields.size() + 7) / 8));
    HF_CHECK(decode_row(cursor, fields, &Change::Field::after));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      fields[i].changed = bit_of(bitmap, i);
      fields[i].before = fields[i].after;
      if (!fields[i].changed) continue;
      HF_TRY(const auto value, cursor.value());
      fields[i].before = sql::Value::copy_of(value);
    }
    return {};
  }

  LayoutReader layouts_;
  const ChangeFilter& filter_;
  Position position_ = 0;
  int sequence_ = 0;
};

Result<void> decode_parts(sql::Connection& connection, Position position, RecordDecoder& decoder,
                          std::vector<Change>& out) {
  HF_TRY(auto parts, connection.prepare("SELECT records FROM hf_changes WHERE position = $1 ORDER BY part"));
  HF_CHECK(parts->bind(1, sql::ValueView::of(position)));
  while (true) {
    HF_TRY(const bool row, parts->step());
    if (!row) return {};
    HF_CHECK(decoder.decode(parts->column(0).bytes, out));
  }
}

}  // namespace

Result<void> check_reached(sql::Connection& connection, Position since) {
  HF_TRY(auto statement, connection.prepare("SELECT max((SELECT coalesce(max(position), 0) FROM hf_commits), "
                                            "(SELECT trimmed FROM hf_log))"));
  HF_TRY(const bool row, statement->step());
  const Position newest = row ? statement->column(0).integer : 0;
  if (since <= newest) return {};
  return Error{.code = "HF013",
               .message = "the log has not come to position " + std::to_string(since),
               .details = "Its newest position is " + std::to_string(newest) + ".",
               .hint = "Was the data restored? Read the tables anew, then follow the log from since=now."};
}

Result<LogScan> scan_log(sql::Connection& connection, Position since, ScanLimits limits,
                         const ChangeFilter& filter) {
  HF_CHECK(check_held(connection, since));
  LogScan scan{.commits = {}, .changes = {}, .upto = since};
  RecordDecoder decoder(connection, filter);
  HF_TRY(auto rows, connection.prepare("SELECT records, position, at, actor, role, key_prefix, request "
                                       "FROM hf_commits WHERE position > $1 ORDER BY position"));
  HF_CHECK(rows->bind(1, sql::ValueView::of(since)));
  for (std::size_t scanned = 0;; scanned += decoder.sequence()) {
    HF_TRY(const bool row, rows->step());
    if (!row) return scan;
    if (scan.changes.size() >= limits.changes || scanned >= limits.scanned) break;
    if (limits.with_commits) scan.commits.push_back(read_commit(*rows, 1));
    scan.upto = rows->column(1).integer;
    decoder.begin(scan.upto);
    const auto records = rows->column(0).bytes;
    HF_CHECK(decoder.decode(records, scan.changes));
    if (records.size() >= kPartBytes) HF_CHECK(decode_parts(connection, scan.upto, decoder, scan.changes));
  }
  scan.more = true;
  return scan;
}

Result<std::vector<Change>> read_changes(sql::Connection& connection, Position since, std::size_t limit,
                                         const ChangeFilter& filter) {
  HF_TRY(auto scan, scan_log(connection, since, {.changes = limit}, filter));
  return std::move(scan.changes);
}

Result<std::vector<Commit>> read_commits(sql::Connection& connection, Position since, std::size_t limit) {
  HF_CHECK(check_held(connection, since));
  std::vector<Commit> commits;
  HF_TRY(auto rows, connection.prepare("SELECT position, at, actor, role, key_prefix, request "
                                       "FROM hf_commits WHERE position > $1 ORDER BY position LIMIT $2"));
  HF_CHECK(rows->bind(1, sql::ValueView::of(since)));
  HF_CHECK(rows->bind(2, sql::ValueView::of(static_cast<std::int64_t>(limit))));
  while (true) {
    HF_TRY(const bool row, rows->step());
    if (!row) return commits;
    commits.push_back(read_commit(*rows, 0));
  }
}

}  // namespace holdfast::log
