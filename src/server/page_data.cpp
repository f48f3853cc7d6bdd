#include "server/page_data.hpp"

#include <algorithm>
#include <chrono>

#include "auth/api_keys.hpp"
#include "base/json_writer.hpp"

namespace holdfast::server {
namespace {

using base::JsonWriter;

constexpr std::int64_t kCommitsShown = 7;
constexpr std::chrono::seconds kCountTime{2};

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
  json.key("tables").begin_array();
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

Result<void> write_commits(JsonWriter& json, sql::Connection& connection, sql::Position newest) {
  HF_TRY(auto commits, log::read_commits(connection, std::max<sql::Position>(0, newest - kCommitsShown),
                                         static_cast<std::size_t>(kCommitsShown)));
  std::ranges::reverse(commits);
  json.key("commits").begin_array();
  for (const auto& commit : commits) {
    json.begin_object().key("position").integer(commit.position).key("at").string(commit.at);
    json.key("role").string(commit.role).key("actor").string(commit.actor);
    json.key("key").string(commit.key_prefix).end_object();
  }
  json.end_array();
  return {};
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

Result<std::string> page_data(Site& site, bool everything) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_public(json, site);
  json.key("everything").boolean(everything);
  if (everything) {
    const sql::Session session{.principal = base::Principal::system(),
                               .request_id = {},
                               .deadline = base::Deadline::after(kCountTime)};
    const auto newest = site.engine.change_log().durable_position();
    json.key("position").integer(newest);
    HF_CHECK(site.engine.database().read(session, [&](sql::Connection& connection) -> Result<void> {
      HF_CHECK(write_commits(json, connection, newest));
      write_tables(json, connection, *site.engine.catalogue());
      return {};
    }));
    HF_CHECK(write_keys(json, site.engine.database()));
  }
  json.end_object();
  return out;
}

bool is_local_caller(const HttpRequest& request, std::string_view listen) {
  const auto is_loopback = [](std::string_view host) {
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1) == "[::1]";
    const auto name = host.substr(0, host.rfind(':'));
    return name == "localhost" || name == "127.0.0.1";
  };
  const auto& remote = request.remote_address;
  const bool from_here = remote == "127.0.0.1" || remote == "::1";
  const bool through_proxy = !request.header("x-forwarded-for").empty() ||
                             !request.header("forwarded").empty() || !request.header("via").empty() ||
                             !request.header("x-real-ip").empty();
  const auto site = request.header("sec-fetch-site");
  const bool from_foreign_page = !site.empty() && site != "same-origin" && site != "none";
  return is_loopback(listen) && from_here && !through_proxy && !from_foreign_page &&
         is_loopback(request.header("host"));
}

}  // namespace holdfast::server
