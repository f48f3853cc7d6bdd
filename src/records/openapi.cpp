#include <algorithm>

#include "base/json_writer.hpp"
#include "records/run.hpp"
#include "schema/access.hpp"

namespace holdfast::records {
namespace {

using base::JsonWriter;
using schema::Privilege;
using schema::Table;

// JSON Schema's name for a column's type.
std::string_view json_type(const types::Type& type) {
  using types::Kind;
  if (type.array) return "array";
  switch (type.kind) {
    case Kind::boolean:
      return "boolean";
    case Kind::int2:
    case Kind::int4:
    case Kind::int8:
      return "integer";
    case Kind::float4:
    case Kind::float8:
    case Kind::numeric:
      return "number";
    default:
      return "string";
  }
}

class Description {
 public:
  explicit Description(const Task& task)
      : catalogue_(*task.schema->catalogue),
        schema_(task.request.schema),
        role_(task.session.principal.role) {
    for (const auto& [name, table] : catalogue_.tables) {
      const bool visible =
          name.schema == schema_ && (may(table, Privilege::insert) || !readable(table).empty());
      if (visible) tables_.push_back(&table);
    }
  }

  std::string write() {
    json_.begin_object().key("swagger").string("2.0");
    json_.key("info").begin_object().key("title").string("Holdfast REST API");
    json_.key("version").string("1").end_object();
    json_.key("basePath").string("/");
    json_.key("consumes").begin_array().string("application/json").string("text/csv").end_array();
    json_.key("produces").begin_array().string("application/json").string("text/csv").end_array();
    json_.key("paths").begin_object();
    for (const auto* table : tables_) write_path(*table);
    write_functions();
    json_.end_object().key("definitions").begin_object();
    for (const auto* table : tables_) write_definition(*table);
    json_.end_object().end_object();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool may(const Table& table, Privilege privilege) const {
    return schema::has_privilege(catalogue_, role_, table, privilege);
  }
  [[nodiscard]] std::vector<const schema::Column*> readable(const Table& table) const {
    return schema::readable_columns(catalogue_, role_, table);
  }

  void write_operation(const Table& table, std::string_view method, std::string_view status,
                       std::string_view meaning) {
    json_.key(method).begin_object().key("tags").begin_array().string(table.name.name).end_array();
    if (!table.comment.empty()) json_.key("summary").string(table.comment);
    json_.key("responses").begin_object().key(status).begin_object().key("description").string(meaning);
    if (method == "get") {
      json_.key("schema").begin_object().key("type").string("array").key("items").begin_object();
      json_.key("$ref").string("#/definitions/" + table.name.name).end_object().end_object();
    }
    json_.end_object().end_object().end_object();
  }

  void write_path(const Table& table) {
    json_.key("/" + table.name.name).begin_object();
    if (!readable(table).empty()) write_operation(table, "get", "200", "OK");
    const bool writable = writable_base(catalogue_, table) != nullptr;
    if (writable && may(table, Privilege::insert)) write_operation(table, "post", "201", "Created");
    if (writable && may(table, Privilege::update)) write_operation(table, "patch", "204", "No Content");
    if (writable && may(table, Privilege::erase)) write_operation(table, "delete", "204", "No Content");
    json_.end_object();
  }

  void write_functions() {
    std::string last;
    for (const auto& [name, function] : catalogue_.functions) {
      if (name.schema != schema_ || name.name == last || !schema::may_execute(catalogue_, role_, function))
        continue;
      last = name.name;
      json_.key("/rpc/" + name.name).begin_object().key("post").begin_object();
      json_.key("tags").begin_array().string("(rpc) " + name.name).end_array();
      if (!function.comment.empty()) json_.key("summary").string(function.comment);
      json_.key("responses").begin_object().key("200").begin_object().key("description").string("OK");
      json_.end_object().end_object().end_object().end_object();
    }
  }

  void write_definition(const Table& table) {
    json_.key(table.name.name).begin_object();
    if (!table.comment.empty()) json_.key("description").string(table.comment);
    json_.key("type").string("object").key("properties").begin_object();
    for (const auto* column : readable(table)) {
      json_.key(column->name).begin_object();
      json_.key("format").string(types::format_type(column->type));
      if (!column->type.is(types::Kind::json) && !column->type.is(types::Kind::jsonb)) {
        json_.key("type").string(json_type(column->type));
      }
      if (!column->comment.empty()) json_.key("description").string(column->comment);
      json_.end_object();
    }
    json_.end_object().end_object();
  }

  const schema::Catalogue& catalogue_;
  std::string schema_;
  std::string role_;
  std::vector<const Table*> tables_;
  std::string out_;
  JsonWriter json_{out_};
};

}  // namespace

std::string describe_api(const Task& task) { return Description(task).write(); }

}  // namespace holdfast::records
