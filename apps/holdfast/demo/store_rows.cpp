#include "demo/store_rows.hpp"

#include <initializer_list>
#include <string_view>

namespace holdfast::demo {
namespace {

using sql::ValueView;

constexpr std::string_view kWriteDeveloper = R"sql(
INSERT INTO developers (id, email, name, verified, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at
WHERE developers.name <> excluded.name)sql";

constexpr std::string_view kWriteApp = R"sql(
INSERT INTO apps (id, developer_id, package_id, name, description, category, tags, status, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'published', $8, $8)
ON CONFLICT (id) DO UPDATE SET developer_id = excluded.developer_id, name = excluded.name,
  description = excluded.description, category = excluded.category, tags = excluded.tags,
  updated_at = excluded.updated_at
WHERE apps.developer_id <> excluded.developer_id OR apps.name <> excluded.name
   OR apps.description IS DISTINCT FROM excluded.description
   OR apps.category IS DISTINCT FROM excluded.category OR apps.tags IS DISTINCT FROM excluded.tags)sql";

constexpr std::string_view kWriteVersion = R"sql(
INSERT INTO app_versions (id, app_id, version_code, version_name, package_url, package_size, signature, permissions,
                          release_notes, status, published_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, '[]', $8, 'published', $9, $9)
ON CONFLICT (id) DO NOTHING)sql";

ValueView text_or_null(std::string_view text) {
  return text.empty() ? ValueView::of_null() : ValueView::of(text);
}

Result<std::int64_t> run(sql::Statement& statement, std::initializer_list<ValueView> values) {
  statement.reset();
  int position = 0;
  for (const auto& value : values) HF_CHECK(statement.bind(++position, value));
  HF_CHECK(statement.step());
  return statement.affected_rows();
}

}  // namespace

Result<std::int64_t> write_developers(sql::Connection& connection, const std::vector<DeveloperRow>& rows,
                                      base::Timestamp now) {
  HF_TRY(const auto statement, connection.prepare(kWriteDeveloper));
  const auto at = ValueView::of(std::int64_t{now.time_since_epoch().count()});
  const auto verified = ValueView::of(std::int64_t{1});
  std::int64_t changed = 0;
  for (const auto& row : rows) {
    HF_TRY(const auto count, run(*statement, {ValueView::of(std::string_view(row.id)),
                                              ValueView::of(std::string_view(row.email)),
                                              ValueView::of(std::string_view(row.name)), verified, at}));
    changed += count;
  }
  return changed;
}

Result<std::int64_t> write_apps(sql::Connection& connection, const std::vector<AppRow>& rows,
                                base::Timestamp now) {
  HF_TRY(const auto statement, connection.prepare(kWriteApp));
  const auto at = ValueView::of(std::int64_t{now.time_since_epoch().count()});
  std::int64_t changed = 0;
  for (const auto& row : rows) {
    HF_TRY(const auto count,
           run(*statement,
               {ValueView::of(std::string_view(row.id)), ValueView::of(std::string_view(row.developer_id)),
                ValueView::of(std::string_view(row.package_id)), ValueView::of(std::string_view(row.name)),
                text_or_null(row.description), text_or_null(row.category),
                ValueView::of(std::string_view(row.tags_json)), at}));
    changed += count;
  }
  return changed;
}

Result<std::int64_t> write_versions(sql::Connection& connection, const std::vector<VersionRow>& rows,
                                    base::Timestamp now) {
  HF_TRY(const auto statement, connection.prepare(kWriteVersion));
  const auto at = ValueView::of(std::int64_t{now.time_since_epoch().count()});
  std::int64_t changed = 0;
  for (const auto& row : rows) {
    HF_TRY(
        const auto count,
        run(*statement, {ValueView::of(std::string_view(row.id)), ValueView::of(std::string_view(row.app_id)),
                         ValueView::of(std::int64_t{row.code}), ValueView::of(std::string_view(row.name)),
                         ValueView::of(std::string_view(row.url)), ValueView::of(row.size_bytes),
                         ValueView::of(std::string_view(row.signature)),
                         ValueView::of(std::string_view(row.release_notes)), at}));
    changed += count;
  }
  return changed;
}

}  // namespace holdfast::demo
