#include "server/page_data.hpp"

#include <chrono>

#include "auth/api_keys.hpp"
#include "base/json_writer.hpp"

namespace holdfast::server {
namespace {

using base::JsonWriter;

constexpr std::chrono::seconds kCountTime{2};
constexpr std::chrono::seconds kCountedAgain{10};

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? "\"\"" : std::string(1, c));
  return out + '"';
}

Result<std::int64_t> count_rows(sql::Connection& connection, const schema::Table& table) {
  HF_TRY(const auto statement,
         connection.prepare("SELECT count(*) FROM " + quoted_name(table.name.engine_name())));
  HF_CHECK(statement->step());
  return statement->column(0).integer;
}

void write_tables(JsonWriter& json, sql::Connection& connection, const schema::Catalogue& catalogue) {
  json.begin_array();
  for (const auto& [name, table] : catalogue.tables) {
    if (table.is_view()) continue;
    json.begin_object().key("name").string(name.to_string()).key("comment").string(table.comment).key("rows");
    const auto rows = count_rows(connection, table);
    if (rows.ok()) {
      json.integer(*rows);
    } else {
      json.null();  // too large to count in the time there is
    }
    json.end_object();
  }
  json.end_array();
}

Result<void> write_keys(JsonWriter& json, sql::Database& database) {
  HF_TRY(const auto keys, auth::list_api_keys(database));
  json.key("keys").begin_array();
  for (const auto& key : keys) {
    json.begin_object().key("prefix").string(key.prefix).key("name").string(key.name);
    json.key("kind").string(key.kind == auth::KeyKind::service ? "service" : "publishable");
    json.key("created_at").string(key.created_at).key("revoked_at").string(key.revoked_at).end_object();
  }
  json.end_array();
  return {};
}

void write_public(JsonWriter& json, Site& site) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(base::now() - site.started);
  const auto& blueprint = site.engine.blueprint();
  json.key("version").string(HOLDFAST_VERSION);
  json.key("blueprint").string(blueprint.name).key("description").string(blueprint.description);
  json.key("engine").string(site.engine.settings().database_url.empty() ? "SQLite, embedded" : "PostgreSQL");
  json.key("uptime_seconds").integer(uptime.count());
}

}  // namespace

Result<std::string> TableCounts::json(Site& site) {
  const auto position = site.engine.change_log().durable_position();
  const auto catalogue = site.engine.catalogue();
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard one_count_at_a_time(mutex_);
  const bool unchanged = position == position_ && catalogue == catalogue_;
  if (catalogue_ != nullptr && (unchanged || (catalogue == catalogue_ && now < counted_at_ + kCountedAgain)))
    return json_;
  std::string counted;
  const sql::Session session{.principal = base::Principal::system(),
                             .request_id = {},
                             .deadline = base::Deadline::after(kCountTime)};
  HF_CHECK(site.engine.database().read(session, [&](sql::Connection& connection) -> Result<void> {
    JsonWriter json(counted);
    write_tables(json, connection, *catalogue);
    return {};
  }));
  json_ = std::move(counted);
  position_ = position;
  catalogue_ = catalogue;
  counted_at_ = std::chrono::steady_clock::now();
  return json_;
}

Result<std::string> page_data(Site& site, TableCounts& counts, const PageViewer& viewer) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_public(json, site);
  if (!viewer.role.empty()) {
    json.key("role").string(viewer.role);
    json.key("position").integer(site.engine.change_log().durable_position());
  }
  if (viewer.sees_everything) {
    HF_TRY(const auto tables, counts.json(site));
    json.key("tables").raw(tables);
    HF_CHECK(write_keys(json, site.engine.database()));
  }
  json.end_object();
  return out;
}

}  // namespace holdfast::server
