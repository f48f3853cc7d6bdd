#include <algorithm>
#include <array>

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

// Parameters that every relation takes.
struct CommonParameter {
  std::string_view key;
  std::string_view name;
  std::string_view place;
  std::string_view meaning;
  std::string_view choices;  ///< separated by blanks; empty: any text
};
constexpr std::array kParameters{
    CommonParameter{"preferReturn", "Prefer", "header", "Preference",
                    "return=representation return=minimal return=none"},
    CommonParameter{"preferCount", "Prefer", "header", "Preference",
                    "count=exact count=planned count=estimated"},
    CommonParameter{"preferPost", "Prefer", "header", "Preference",
                    "return=representation return=minimal return=headers-only resolution=ignore-duplicates "
                    "resolution=merge-duplicates"},
    CommonParameter{"select", "select", "query", "Columns and embedded relations", ""},
    CommonParameter{"on_conflict", "on_conflict", "query", "Columns of the key that an upsert meets", ""},
    CommonParameter{"order", "order", "query", "Order of the rows", ""},
    CommonParameter{"range", "Range", "header", "Rows, from and to", ""},
    CommonParameter{"rangeUnit", "Range-Unit", "header", "Unit of Range", "items"},
    CommonParameter{"offset", "offset", "query", "Rows to leave out first", ""},
    CommonParameter{"limit", "limit", "query", "Most rows to give", ""},
};

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
    json_.key("description").string("The relations and functions of schema " + schema_);
    json_.key("version").string("1").end_object();
    json_.key("basePath").string("/").key("schemes").begin_array().string("http").end_array();
    for (const auto* key : {"consumes", "produces"}) {
      json_.key(key).begin_array().string("application/json");
      json_.string("application/vnd.pgrst.object+json;nulls=stripped");
      json_.string("application/vnd.pgrst.object+json").string("text/csv").end_array();
    }
    json_.key("paths").begin_object();
    for (const auto* table : tables_) write_path(*table);
    write_functions();
    json_.end_object().key("definitions").begin_object();
    for (const auto* table : tables_) write_definition(*table);
    json_.end_object().key("parameters").begin_object();
    write_parameters();
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

  void reference(const std::string& kind, const std::string& name) {
    json_.begin_object().key("$ref").string("#/" + kind + "/" + name).end_object();
  }

  void write_operation(const Table& table, std::string_view method,
                       const std::vector<std::string>& parameters) {
    json_.key(method).begin_object().key("tags").begin_array().string(table.name.name).end_array();
    if (!table.comment.empty()) json_.key("summary").string(table.comment);
    json_.key("parameters").begin_array();
    const bool filters = method != "post";
    if (filters) {
      for (const auto* column : readable(table)) {
        reference("parameters", "rowFilter." + table.name.name + "." + column->name);
      }
    }
    for (const auto& name : parameters) reference("parameters", name);
    json_.end_array().key("responses").begin_object();
    if (method == "get") {
      json_.key("200").begin_object().key("description").string("OK").key("schema").begin_object();
      json_.key("type").string("array").key("items");
      reference("definitions", table.name.name);
      json_.end_object().end_object().key("206").begin_object().key("description").string("Partial Content");
    } else {
      json_.key(method == "post" ? "201" : "204").begin_object().key("description");
      json_.string(method == "post" ? "Created" : "No Content");
    }
    json_.end_object().end_object().end_object();
  }

  void write_path(const Table& table) {
    const std::string body = "body." + table.name.name;
    json_.key("/" + table.name.name).begin_object();
    if (!readable(table).empty()) {
      write_operation(table, "get",
                      {"select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"});
    }
    const bool writable = writable_base(catalogue_, table) != nullptr;
    if (writable && may(table, Privilege::insert))
      write_operation(table, "post", {body, "select", "preferPost"});
    if (writable && may(table, Privilege::update)) write_operation(table, "patch", {body, "preferReturn"});
    if (writable && may(table, Privilege::erase)) write_operation(table, "delete", {"preferReturn"});
    json_.end_object();
  }

  void write_functions() {
    std::string last;
    for (const auto& [name, function] : catalogue_.functions) {
      if (name.schema != schema_ || name.name == last || !schema::may_execute(catalogue_, role_, function))
        continue;
      last = name.name;
      json_.key("/rpc/" + name.name).begin_object();
      if (function.volatility != schema::Function::Volatility::volatile_) write_call(function, true);
      write_call(function, false);
      json_.end_object();
    }
  }

  void write_call(const schema::Function& function, bool by_query) {
    json_.key(by_query ? "get" : "post").begin_object();
    json_.key("tags").begin_array().string("(rpc) " + function.name.name).end_array();
    if (!function.comment.empty()) json_.key("summary").string(function.comment);
    json_.key("parameters").begin_array();
    if (by_query) {
      for (const auto& parameter : function.parameters) {
        json_.begin_object().key("name").string(parameter.name).key("in").string("query");
        json_.key("required").boolean(!parameter.default_value.has_value());
        write_type(parameter.type);
        json_.end_object();
      }
    } else {
      write_arguments(function);
    }
    json_.end_array().key("responses").begin_object().key("200").begin_object();
    json_.key("description").string("OK").end_object().end_object().end_object();
  }

  void write_arguments(const schema::Function& function) {
    json_.begin_object().key("name").string("args").key("in").string("body").key("required").boolean(true);
    json_.key("schema").begin_object().key("type").string("object").key("required").begin_array();
    for (const auto& parameter : function.parameters) {
      if (!parameter.default_value.has_value()) json_.string(parameter.name);
    }
    json_.end_array().key("properties").begin_object();
    for (const auto& parameter : function.parameters) {
      json_.key(parameter.name).begin_object();
      write_type(parameter.type);
      json_.end_object();
    }
    json_.end_object().end_object().end_object();
  }

  void write_type(const types::Type& type) {
    json_.key("format").string(types::format_type(type));
    if (!type.is(types::Kind::json) && !type.is(types::Kind::jsonb))
      json_.key("type").string(json_type(type));
    if (type.array) {
      json_.key("items").begin_object().key("type").string(json_type(type.element())).end_object();
    }
    const bool bounded = type.is(types::Kind::varchar) || type.is(types::Kind::bpchar);
    if (bounded && type.length > 0) json_.key("maxLength").integer(type.length);
    if (type.is(types::Kind::enumeration)) {
      json_.key("enum").begin_array();
      for (const auto& label : type.enumeration->labels) json_.string(label);
      json_.end_array();
    }
  }

  // Clients read keys out of these notes.
  [[nodiscard]] std::string note_of(const Table& table, const schema::Column& column) const {
    std::string note;
    const auto keys = key_columns(catalogue_, table);
    if (std::ranges::find(keys, column.name) != keys.end()) note += "Note:\nThis is a Primary Key.<pk/>";
    for (const auto& key : table.foreign_keys) {
      if (key.columns.size() != 1 || key.columns.front() != column.name) continue;
      const auto& target = key.target.name;
      const auto& other = key.target_columns.front();
      note += (note.empty() ? "Note:\n" : "\n") + ("This is a Foreign Key to `" + target + "." + other) +
              "`.<fk table='" + target + "' column='" + other + "'/>";
      break;
    }
    if (column.comment.empty() || note.empty()) return column.comment + note;
    return column.comment + "\n\n" + note;
  }

  void write_definition(const Table& table) {
    json_.key(table.name.name).begin_object();
    if (!table.comment.empty()) json_.key("description").string(table.comment);
    json_.key("required").begin_array();
    for (const auto* column : readable(table)) {
      if (column->not_null) json_.string(column->name);
    }
    json_.end_array().key("type").string("object").key("properties").begin_object();
    for (const auto* column : readable(table)) {
      json_.key(column->name).begin_object();
      write_type(column->type);
      if (column->default_value && column->generated == schema::Generated::no) {
        json_.key("default").string(column->default_value->postgres);
      }
      if (const auto note = note_of(table, *column); !note.empty()) json_.key("description").string(note);
      json_.end_object();
    }
    json_.end_object().end_object();
  }

  void write_parameters() {
    for (const auto& parameter : kParameters) {
      json_.key(parameter.key).begin_object().key("name").string(parameter.name);
      json_.key("description").string(parameter.meaning).key("required").boolean(false);
      json_.key("in").string(parameter.place).key("type").string("string");
      if (!parameter.choices.empty()) write_choices(parameter.choices);
      json_.end_object();
    }
    for (const auto* table : tables_) {
      json_.key("body." + table->name.name).begin_object().key("name").string(table->name.name);
      json_.key("description").string(table->name.name).key("required").boolean(false);
      json_.key("in").string("body").key("schema");
      reference("definitions", table->name.name);
      json_.end_object();
      for (const auto* column : readable(*table)) {
        json_.key("rowFilter." + table->name.name + "." + column->name).begin_object();
        json_.key("name").string(column->name).key("required").boolean(false);
        json_.key("in").string("query").key("type").string("string").end_object();
      }
    }
  }

  void write_choices(std::string_view choices) {
    json_.key("enum").begin_array();
    while (!choices.empty()) {
      const auto end = std::min(choices.find(' '), choices.size());
      json_.string(choices.substr(0, end));
      choices.remove_prefix(std::min(end + 1, choices.size()));
    }
    json_.end_array();
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
