#include "fixture.hpp"

#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "records/bind.hpp"
#include "records/sqlite_json.hpp"
#include "schema/functions.hpp"
#include "schema/migrations.hpp"
#include "schema/query.hpp"
#include "sql/sqlite/sqlite_connection.hpp"
#include "sql/sqlite/sqlite_database.hpp"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;
using simdjson::ondemand::object;

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Statements end with a semicolon at a line's end; `--` lines stand alone.
std::vector<std::string> split_statements(const std::string& script) {
  std::vector<std::string> statements;
  std::istringstream lines(script);
  std::string statement;
  for (std::string line; std::getline(lines, line);) {
    if (statement.empty() && (line.empty() || line.starts_with("--"))) continue;
    statement += line + "\n";
    if (!line.ends_with(';')) continue;
    statements.push_back(std::move(statement));
    statement.clear();
  }
  return statements;
}

std::string identifier(std::string_view name) { return schema::quote_identifier(name); }

std::string qualified(const schema::QualifiedName& name) {
  return identifier(name.schema) + "." + identifier(name.name);
}

// roles.json as GRANT statements; its anonymous role is anon here.
std::vector<std::string> grants(const schema::Catalogue& catalogue, const std::string& roles) {
  std::vector<std::string> out;
  for (const auto& schema : catalogue.schemas) {
    if (schema == "auth") continue;
    out.push_back("GRANT USAGE ON SCHEMA " + identifier(schema) + " TO anon;");
  }
  simdjson::dom::parser parser;
  const auto document = parser.parse(roles);
  const auto exceptions = document["anonymous"]["except"];
  const auto grant = [&out](std::string_view what, const std::string& table, std::string_view role) {
    out.push_back("GRANT " + std::string(what) + " ON " + table + " TO " + identifier(role) + ";");
  };
  const auto apply = [&](simdjson::dom::element rights, const std::string& table, std::string_view role) {
    simdjson::dom::array whole;
    if (rights["table"].get(whole) == simdjson::SUCCESS) {
      for (auto privilege : whole) grant(std::string_view(privilege), table, role);
    }
    simdjson::dom::object columns;
    if (rights["columns"].get(columns) != simdjson::SUCCESS) return;
    for (auto [privilege, names] : columns) {
      std::string list;
      for (auto name : simdjson::dom::array(names))
        list += (list.empty() ? "" : ", ") + identifier(std::string_view(name));
      grant(std::string(privilege) + " (" + list + ")", table, role);
    }
  };
  for (const auto& [name, table] : catalogue.tables) {
    if (name.schema == "private" || name.schema == "public" || name.schema == "auth") continue;
    simdjson::dom::element rights;
    if (exceptions[name.schema + "." + name.name].get(rights) == simdjson::SUCCESS) {
      apply(rights, qualified(name), "anon");
    } else {
      grant("SELECT, INSERT, UPDATE, DELETE", qualified(name), "anon");
    }
  }
  for (auto [role, tables] : simdjson::dom::object(document["others"])) {
    out.push_back("CREATE ROLE " + identifier(role) + ";");
    for (auto [table, rights] : simdjson::dom::object(tables)) {
      const auto dot = table.find('.');
      apply(rights, identifier(table.substr(0, dot)) + "." + identifier(table.substr(dot + 1)), role);
    }
  }
  return out;
}

Result<void> insert_row(sql::Connection& connection, const schema::Table& table, object row) {
  std::string names;
  std::string places;
  std::vector<types::Stored> values;
  for (auto field : row) {
    const std::string name(field.unescaped_key().value());
    const auto* column = table.find_column(name);
    if (column == nullptr || column->generated == schema::Generated::stored) continue;
    auto value = field.value().value();
    const std::string raw(simdjson::to_json_string(value).value());
    HF_TRY(auto stored, types::parse_json(column->type, raw));
    values.push_back(std::move(stored));
    names += (names.empty() ? "" : ", ") + identifier(name);
    places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
  }
  const std::string into = "INSERT INTO " + identifier(table.name.engine_name());
  HF_TRY(auto statement,
         connection.prepare(values.empty() ? into + " DEFAULT VALUES"
                                           : into + " (" + names + ") VALUES (" + places + ")"));
  HF_CHECK(records::bind_all(*statement, values));
  HF_CHECK(statement->step());
  return {};
}

Result<void> insert_line(sql::Connection& connection, const schema::Catalogue& catalogue,
                         const std::string& line) {
  simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(line);
  auto document = parser.iterate(padded);
  const std::string schema{document["schema"].get_string().value()};
  const std::string name{document["table"].get_string().value()};
  const auto* table = catalogue.find_table({schema, name});
  if (table == nullptr) return Error{.code = "42P01", .message = schema + "." + name};
  for (auto row : document["rows"].get_array()) {
    auto inserted = insert_row(connection, *table, row.get_object().value());
    if (!inserted.ok()) {
      auto error = inserted.error();
      error.hint = schema + "." + name;
      return error;
    }
  }
  return {};
}

}  // namespace

Fixture::~Fixture() {
  database_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Result<void> Fixture::open(const fs::path& file) {
  sql::SqliteOptions options;
  options.file = file;
  options.setups.emplace_back([this](sqlite3* handle, const sql::Session& session) {
    return schema::register_functions(handle, session, catalogue_);
  });
  options.setups.push_back(records::json_functions());
  HF_TRY(database_, sql::open_sqlite(std::move(options)));
  return {};
}

// Statements are translated one by one, so that one that is refused does not take the others along.
Result<void> Fixture::apply(const std::vector<std::string>& statements) {
  auto next = std::make_shared<schema::Catalogue>(*catalogue_);
  std::vector<std::string> translated;
  for (const auto& statement : statements) {
    schema::Catalogue trial = *next;
    auto script = schema::translate_script(trial, "schema.sql", statement);
    if (!script.ok()) {
      refused_.push_back(script.error().to_string() + ": " + statement);
      continue;
    }
    *next = std::move(trial);
    std::ranges::move(script->statements, std::back_inserter(translated));
  }
  catalogue_ = next;
  const auto run = [&](sql::Connection& connection) -> Result<void> {
    auto& sqlite = dynamic_cast<sql::SqliteConnection&>(connection);
    HF_CHECK(schema::register_functions(sqlite.handle(), sqlite.session(), next));
    HF_CHECK(connection.execute("PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE"));
    for (const auto& sql : translated) {
      const auto done = connection.execute(sql);
      if (!done.ok()) refused_.push_back(done.error().to_string() + ": " + sql);
    }
    return connection.execute("COMMIT; PRAGMA foreign_keys=ON");
  };
  HF_CHECK(database_->exclusive(run));
  sql::refresh_connections(*database_);
  return {};
}

Result<void> Fixture::load_rows(const fs::path& data) {
  return database_->exclusive([&](sql::Connection& connection) -> Result<void> {
    HF_CHECK(connection.execute("PRAGMA foreign_keys=OFF; BEGIN"));
    std::ifstream lines(data);
    for (std::string line; std::getline(lines, line);) {
      const auto inserted = insert_line(connection, *catalogue_, line);
      if (!inserted.ok()) refused_.push_back(inserted.error().to_string());
    }
    return connection.execute("COMMIT; PRAGMA foreign_keys=ON; ANALYZE");
  });
}

Result<void> Fixture::restore() {
  database_.reset();
  const fs::path copy = folder_ / ("copy" + std::to_string(++copies_) + ".sqlite");
  fs::copy_file(folder_ / "loaded.sqlite", copy);
  return open(copy);
}

Result<std::unique_ptr<Fixture>> Fixture::load(const fs::path& folder) {
  std::unique_ptr<Fixture> fixture(new Fixture);
  std::string pattern = (fs::temp_directory_path() / "holdfast-conformance-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return Error{.code = "58030", .message = "cannot make a folder"};
  fixture->folder_ = pattern;
  HF_CHECK(fixture->open(fixture->folder_ / "loaded.sqlite"));
  HF_CHECK(fixture->apply(split_statements(read_file(folder / "schema.sql"))));
  HF_CHECK(fixture->apply(grants(*fixture->catalogue_, read_file(folder / "roles.json"))));
  HF_CHECK(fixture->load_rows(folder / "data.jsonl"));
  HF_CHECK(fixture->restore());
  return fixture;
}

}  // namespace holdfast::conformance
