#include <algorithm>
#include <iterator>

#include "base/principal.hpp"
#include "schema/migrations.hpp"
#include "schema/migrations_run.hpp"
#include "schema/rules.hpp"

namespace holdfast::schema {
namespace {

using detail::SchemaObject;

std::vector<SchemaObject> expected_objects(const Catalogue& catalogue) {
  std::vector<SchemaObject> expected;
  for (const auto& [name, table] : catalogue.tables) {
    for (auto& object : detail::schema_objects(table)) expected.push_back(std::move(object));
    for (auto& object : detail::rule_triggers(table)) expected.push_back(std::move(object));
  }
  std::ranges::sort(expected);
  return expected;
}

bool same_object(const SchemaObject& left, const SchemaObject& right) {
  return left.type == right.type && left.name == right.name;
}

std::vector<std::string> differences(const std::vector<SchemaObject>& expected,
                                     const std::vector<SchemaObject>& present) {
  std::vector<std::string> lines;
  for (const auto& object : expected) {
    const auto found =
        std::ranges::find_if(present, [&](const auto& other) { return same_object(object, other); });
    if (found == present.end()) {
      lines.push_back(object.type + " \"" + object.name + "\" is missing");
    } else if (found->sql != object.sql) {
      lines.push_back(object.type + " \"" + object.name + "\" differs: should be " + object.sql + " but is " +
                      found->sql);
    }
  }
  for (const auto& object : present) {
    if (std::ranges::none_of(expected, [&](const auto& other) { return same_object(object, other); })) {
      lines.push_back(object.type + " \"" + object.name + "\" is in no migration");
    }
  }
  return lines;
}

}  // namespace

Result<std::vector<std::string>> Migrator::drift() {
  HF_TRY(const auto catalogue, load());
  std::vector<SchemaObject> present;
  const sql::Session session{.principal = base::Principal::system(), .request_id = {}};
  HF_CHECK(database_.read(session, [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(present, detail::read_schema_objects(connection));
    return {};
  }));
  return differences(expected_objects(*catalogue), present);
}

}  // namespace holdfast::schema
