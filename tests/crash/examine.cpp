#include "crash/examine.hpp"

#include <algorithm>
#include <map>

#include "sql/sqlite/test_database.hpp"

namespace holdfast::crash {
namespace {

using sql::testing::rows_on;
using sql::testing::system_session;

const std::map<std::string, std::vector<std::string>>& keys() {
  static const std::map<std::string, std::vector<std::string>> kKeys{
      {"accounts", {"id"}}, {"orders", {"id"}}, {"lines", {"order_id", "part"}}, {"links", {"id"}}};
  return kKeys;
}

/// Column by column, as text.
using Row = std::map<std::string, std::string>;
/// By table and key.
using Rows = std::map<std::string, Row>;

std::string text_of(sql::ValueView value) {
  switch (value.kind) {
    case sql::ValueKind::null:
      return "NULL";
    case sql::ValueKind::integer:
      return std::to_string(value.integer);
    case sql::ValueKind::real:
      return std::to_string(value.real);
    default:
      return "'" + std::string(value.bytes) + "'";
  }
}

std::string key_of(const std::string& table, const Row& row) {
  std::string key = table;
  for (const auto& column : keys().at(table)) key += "/" + row.at(column);
  return key;
}

std::string describe(const Row& row) {
  std::string text;
  for (const auto& [column, value] : row) text += column + "=" + value.substr(0, 40) + " ";
  return text;
}

Row side_of(const log::Change& change, sql::Value log::Change::Field::*side) {
  Row row;
  for (const auto& field : change.fields) row[field.name] = text_of((field.*side).view());
  return row;
}

/// A row holds what the log says of it; columns that came later are not in old records.
bool agrees(const Row& row, const Row& logged) {
  return std::ranges::all_of(logged, [&](const auto& entry) {
    const auto found = row.find(entry.first);
    return found != row.end() && found->second == entry.second;
  });
}

class Replay {
 public:
  explicit Replay(std::vector<std::string>& problems) : problems_(problems) {}

  void apply(const log::Change& change) {
    const auto at = "position " + std::to_string(change.position) + ": ";
    if (change.operation != sql::Operation::insert) {
      const auto before = side_of(change, &log::Change::Field::before);
      const auto found = rows_.find(key_of(change.table, before));
      if (found == rows_.end() || !agrees(before, found->second)) {
        problems_.push_back(at + "the log changes a row that it did not give: " + describe(before));
        return;
      }
      rows_.erase(found);
    }
    if (change.operation != sql::Operation::erase) {
      auto after = side_of(change, &log::Change::Field::after);
      auto key = key_of(change.table, after);
      if (!rows_.emplace(key, std::move(after)).second)
        problems_.push_back(at + "the log gives a row twice: " + key);
    }
  }
  [[nodiscard]] const Rows& rows() const { return rows_; }

 private:
  Rows rows_;
  std::vector<std::string>& problems_;
};

class Examination {
 public:
  Examination(sql::Connection& connection, Findings& findings)
      : connection_(connection), findings_(findings) {}

  Result<void> run() {
    HF_CHECK(expect_rows("PRAGMA integrity_check", "ok"));
    HF_CHECK(expect_rows("SELECT 'an orphan in ' || \"table\" FROM pragma_foreign_key_check", ""));
    HF_CHECK(check_positions());
    HF_CHECK(read_tables());
    return compare_with_log();
  }

 private:
  Result<void> expect_rows(const std::string& query, const std::string& expected) {
    HF_TRY(const auto rows, rows_on(connection_, query));
    std::string text;
    for (const auto& row : rows) text += (text.empty() ? "" : "\n") + row;
    if (text != expected) findings_.problems.push_back(query + ": " + text);
    return {};
  }

  Result<void> check_positions() {
    HF_TRY(auto commits, connection_.prepare("SELECT position, request FROM hf_commits ORDER BY position"));
    while (true) {
      HF_TRY(const bool row, commits->step());
      if (!row) return {};
      const auto position = commits->column(0).integer;
      if (position != findings_.position + 1)
        findings_.problems.push_back("a gap before position " + std::to_string(position));
      findings_.position = position;
      findings_.requests.emplace_back(commits->column(1).bytes);
    }
  }

  void check_whole(log::Position position, std::size_t rows) {
    constexpr std::string_view kRows = " rows ";
    const auto& request = findings_.requests[static_cast<std::size_t>(position) - 1];
    const auto told = request.rfind(kRows);
    if (told != std::string::npos && request.substr(told + kRows.size()) != std::to_string(rows))
      findings_.problems.push_back("half a commit: " + request + " has " + std::to_string(rows));
  }

  Result<void> read_tables() {
    if (findings_.migrations == 0) return {};
    for (const auto& [table, key] : keys()) {
      HF_TRY(auto rows, connection_.prepare("SELECT * FROM " + table + " ORDER BY 1, 2"));
      while (true) {
        HF_TRY(const bool found, rows->step());
        if (!found) break;
        Row row;
        for (int i = 0; i < rows->column_count(); ++i)
          row[std::string(rows->column_name(i))] = text_of(rows->column(i));
        findings_.tables += table + " " + describe(row) + "\n";
        rows_[key_of(table, row)] = std::move(row);
      }
    }
    return {};
  }

  Result<void> compare_with_log() {
    Replay replay(findings_.problems);
    std::map<log::Position, std::size_t> rows_logged;
    log::Position since = 0;
    while (true) {
      HF_TRY(const auto changes, log::read_changes(connection_, since, 1000));
      if (changes.empty()) break;
      for (const auto& change : changes) {
        replay.apply(change);
        ++rows_logged[change.position];
      }
      since = changes.back().position;
    }
    for (const auto& [position, rows] : rows_logged) check_whole(position, rows);
    for (const auto& [key, logged] : replay.rows()) {
      const auto row = rows_.find(key);
      if (row == rows_.end() || !agrees(row->second, logged))
        findings_.problems.push_back("the tables do not hold what the log says: " + key);
    }
    for (const auto& [key, row] : rows_)
      if (!replay.rows().contains(key)) findings_.problems.push_back("the log does not know the row " + key);
    return {};
  }

  sql::Connection& connection_;
  Findings& findings_;
  Rows rows_;
};

/// Every note has the word `line`, so that the index is asked for each of them.
Result<void> examine_search(Store& store, Findings& findings) {
  HF_CHECK(store.search()->catch_up(base::Deadline::after(std::chrono::seconds(20))));
  return store.database().read(system_session(), [&](sql::Connection& connection) -> Result<void> {
    const std::string found =
        "(SELECT rowid FROM fts.\"lines.lines_text\" WHERE \"lines.lines_text\" MATCH '\"line\"')";
    HF_TRY(const auto lost, rows_on(connection, "SELECT count(*) FROM lines WHERE rowid NOT IN " + found));
    HF_TRY(const auto strange, rows_on(connection, "SELECT count(*) FROM " + found +
                                                       " WHERE rowid NOT IN (SELECT rowid FROM lines)"));
    if (lost.at(0) != "0")
      findings.problems.push_back("rows that the text index does not find: " + lost.at(0));
    if (strange.at(0) != "0")
      findings.problems.push_back("rows that the text index alone knows: " + strange.at(0));
    return {};
  });
}

}  // namespace

Result<Findings> examine(Store& store) {
  Findings findings;
  findings.migrations = store.migrations();
  HF_CHECK(store.database().read(system_session(), [&](sql::Connection& connection) {
    return Examination(connection, findings).run();
  }));
  if (store.search() != nullptr && findings.migrations > 0) HF_CHECK(examine_search(store, findings));
  return findings;
}

}  // namespace holdfast::crash
