#include "demo/store_rows.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::demo {
namespace {

using sql::ValueView;

/// An INSERT that takes any number of rows. `row` numbers its `parameters` from $1 to at most $9.
struct RowInsert {
  std::string_view into;
  std::string_view row;
  int parameters = 0;
  std::string_view on_conflict;
};

/// SQLite copies each page that a statement changes, once a statement, so that it can undo it: rows that
/// share a statement share the copies.
constexpr std::size_t kRowsInStatement = 100;

constexpr RowInsert kDevelopers{
    .into = "INSERT INTO developers (id, email, name, verified, created_at, updated_at)",
    .row = "($1, $2, $3, 1, $4, $4)",
    .parameters = 4,
    .on_conflict = R"sql(
ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at
WHERE developers.name <> excluded.name)sql"};

constexpr RowInsert kApps{.into = R"sql(
INSERT INTO apps (id, developer_id, package_id, name, description, category, tags, status, created_at, updated_at))sql",
                          .row = "($1, $2, $3, $4, $5, $6, $7, 'published', $8, $8)",
                          .parameters = 8,
                          .on_conflict = R"sql(
ON CONFLICT (id) DO UPDATE SET developer_id = excluded.developer_id, name = excluded.name,
  description = excluded.description, category = excluded.category, tags = excluded.tags,
  updated_at = excluded.updated_at
WHERE apps.developer_id <> excluded.developer_id OR apps.name <> excluded.name
   OR apps.description IS DISTINCT FROM excluded.description
   OR apps.category IS DISTINCT FROM excluded.category OR apps.tags IS DISTINCT FROM excluded.tags)sql"};

constexpr RowInsert kVersions{.into = R"sql(
INSERT INTO app_versions (id, app_id, version_code, version_name, package_url, package_size, signature, permissions,
                          release_notes, status, published_at, created_at))sql",
                              .row = "($1, $2, $3, $4, $5, $6, $7, '[]', $8, 'published', $9, $9)",
                              .parameters = 9,
                              .on_conflict = " ON CONFLICT (id) DO NOTHING"};

void append_row(std::string& text, const RowInsert& insert, int before) {
  for (std::size_t i = 0; i < insert.row.size(); ++i) {
    text += insert.row[i];
    if (insert.row[i] == '$') text += std::to_string(before + (insert.row[++i] - '0'));
  }
}

std::string text_for(const RowInsert& insert, std::size_t rows) {
  std::string text(insert.into);
  for (std::size_t i = 0; i < rows; ++i) {
    text += i == 0 ? " VALUES " : ", ";
    append_row(text, insert, static_cast<int>(i) * insert.parameters);
  }
  return text.append(insert.on_conflict);
}

ValueView view(std::string_view text) { return ValueView::of(text); }

ValueView text_or_null(std::string_view text) { return text.empty() ? ValueView::of_null() : view(text); }

std::array<ValueView, 4> values_of(const DeveloperRow& row, ValueView now) {
  return {view(row.id), view(row.email), view(row.name), now};
}

std::array<ValueView, 8> values_of(const AppRow& row, ValueView now) {
  return {view(row.id),
          view(row.developer_id),
          view(row.package_id),
          view(row.name),
          text_or_null(row.description),
          text_or_null(row.category),
          view(row.tags_json),
          now};
}

std::array<ValueView, 9> values_of(const VersionRow& row, ValueView now) {
  return {view(row.id),        view(row.app_id),        ValueView::of(std::int64_t{row.code}),
          view(row.name),      view(row.url),           ValueView::of(row.size_bytes),
          view(row.signature), view(row.release_notes), now};
}

template <class Row>
Result<std::int64_t> run(sql::Statement& statement, std::span<const Row> rows, ValueView now) {
  statement.reset();
  int position = 0;
  for (const auto& row : rows) {
    for (const auto& value : values_of(row, now)) HF_CHECK(statement.bind(++position, value));
  }
  HF_CHECK(statement.step());
  return statement.affected_rows();
}

template <class Row>
Result<std::int64_t> write_rows(sql::Connection& connection, const RowInsert& insert,
                                std::span<const Row> rows, base::Timestamp now) {
  const auto at = ValueView::of(std::int64_t{now.time_since_epoch().count()});
  std::int64_t changed = 0;
  for (const auto width : {kRowsInStatement, std::size_t{1}}) {
    if (rows.size() < width) continue;
    HF_TRY(const auto statement, connection.prepare(text_for(insert, width)));
    for (; rows.size() >= width; rows = rows.subspan(width)) {
      HF_TRY(const auto count, run(*statement, rows.first(width), at));
      changed += count;
    }
  }
  return changed;
}

}  // namespace

Result<std::int64_t> write_developers(sql::Connection& connection, const std::vector<DeveloperRow>& rows,
                                      base::Timestamp now) {
  return write_rows<DeveloperRow>(connection, kDevelopers, rows, now);
}

Result<std::int64_t> write_apps(sql::Connection& connection, const std::vector<AppRow>& rows,
                                base::Timestamp now) {
  return write_rows<AppRow>(connection, kApps, rows, now);
}

Result<std::int64_t> write_versions(sql::Connection& connection, const std::vector<VersionRow>& rows,
                                    base::Timestamp now) {
  return write_rows<VersionRow>(connection, kVersions, rows, now);
}

}  // namespace holdfast::demo
