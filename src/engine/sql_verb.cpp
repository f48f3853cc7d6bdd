#include <chrono>

#include "base/json_writer.hpp"
#include "engine/detail/builtin_verbs.hpp"
#include "schema/query.hpp"
#include "types/codec.hpp"

namespace holdfast::engine::detail {
namespace {

constexpr std::chrono::minutes kLongestStatement{5};
/// The answer is one line on a socket and one text in memory.
constexpr std::size_t kLargestAnswerBytes = 256U << 20U;

struct SqlRequest {
  std::string query;
  bool write = false;
  bool explain = false;
  /// Rows as objects of JSON values; else as lists of PostgreSQL's texts.
  bool objects = false;
};

types::StoredView stored(sql::ValueView value) {
  using Storage = types::Stored::Storage;
  constexpr Storage kStorages[] = {Storage::null, Storage::integer, Storage::real, Storage::text,
                                   Storage::blob};
  return {.storage = kStorages[static_cast<std::size_t>(value.kind)],
          .integer = value.integer,
          .real = value.real,
          .bytes = value.bytes};
}

void append_text_cell(base::JsonWriter& writer, const types::Type& type, sql::ValueView value) {
  if (value.is_null()) {
    writer.null();
    return;
  }
  std::string text;
  types::append_text(text, type, stored(value));
  writer.string(text);
}

void append_row(base::JsonWriter& writer, const schema::CompiledQuery& query, const sql::Statement& row,
                bool objects) {
  objects ? writer.begin_object() : writer.begin_array();
  for (std::size_t i = 0; i < query.outputs.size(); ++i) {
    const auto& output = query.outputs[i];
    const auto value = row.column(static_cast<int>(i));
    if (objects) {
      std::string json;
      types::append_json(json, output.type, stored(value));
      writer.key(output.name).raw(json);
    } else {
      append_text_cell(writer, output.type, value);
    }
  }
  objects ? writer.end_object() : writer.end_array();
}

/// The rows as a JSON array; gives how many rows the statement changed.
Result<std::int64_t> run(sql::Connection& connection, const schema::CompiledQuery& query, bool objects,
                         std::string& rows) {
  rows.clear();
  base::JsonWriter writer(rows);
  HF_TRY(auto statement, connection.prepare(query.sql));
  writer.begin_array();
  while (true) {
    HF_TRY(const bool row, statement->step());
    if (!row) break;
    append_row(writer, query, *statement, objects);
    if (rows.size() > kLargestAnswerBytes)
      return Error{.code = "54000",
                   .message = "the answer is larger than 256 MiB",
                   .hint = "Ask for fewer rows or columns, with LIMIT or WHERE."};
  }
  writer.end_array();
  return statement->affected_rows();
}

std::string answer(const schema::CompiledQuery& query, const SqlRequest& request, std::int64_t affected,
                   const std::string& rows) {
  if (request.objects && !query.outputs.empty()) return rows;
  std::string json;
  base::JsonWriter writer(json);
  writer.begin_object();
  if (!query.outputs.empty()) {
    writer.key("columns").begin_array();
    for (const auto& output : query.outputs) writer.string(output.name);
    writer.end_array().key("types").begin_array();
    for (const auto& output : query.outputs) writer.string(types::format_type(output.type));
    writer.end_array().key("rows").raw(rows);
  }
  if (query.writes) writer.key("affected").integer(affected);
  writer.end_object();
  return json;
}

/// What SQLite is given and how it goes about it, as two columns of text.
Result<std::string> explain(sql::Database& database, const sql::Session& session,
                            const schema::CompiledQuery& query) {
  std::string rows;
  const auto read_plan = [&](sql::Connection& connection) -> Result<void> {
    rows.clear();
    base::JsonWriter writer(rows);
    writer.begin_array().begin_array().string("SQL").string(query.sql).end_array();
    HF_TRY(auto plan, connection.prepare("EXPLAIN QUERY PLAN " + query.sql));
    while (true) {
      HF_TRY(const bool row, plan->step());
      if (!row) break;
      writer.begin_array().string("plan").string(plan->column(3).bytes).end_array();
    }
    writer.end_array();
    return {};
  };
  HF_CHECK(database.read(session, read_plan));
  return R"({"columns":["what","text"],"types":["text","text"],"rows":)" + rows + "}";
}

Result<std::string> run_compiled(Engine& engine, const SqlRequest& request,
                                 const schema::CompiledQuery& query) {
  const sql::Session session{.principal = base::Principal::system(),
                             .request_id = "sql",
                             .deadline = base::Deadline::after(kLongestStatement)};
  if (request.explain) return explain(engine.database(), session, query);
  std::string rows;
  std::int64_t affected = 0;
  const auto work = [&](sql::Connection& connection) -> Result<void> {
    HF_TRY(affected, run(connection, query, request.objects, rows));
    return {};
  };
  // Full-text conditions read indexes, in the attached file, that follow the log.
  if (query.sql.find("fts.") != std::string::npos) HF_CHECK(engine.text_search().catch_up(session.deadline));
  if (query.writes) {
    HF_CHECK(engine.database().write(session, work));
  } else {
    HF_CHECK(engine.database().read(session, work));
  }
  return answer(query, request, affected, rows);
}

Result<std::string> sql(Engine& engine, const VerbArguments& arguments, const ProgressSink&) {
  HF_CHECK(arguments.allow({"query", "write", "explain", "objects"}));
  SqlRequest request;
  HF_TRY(request.query, arguments.text("query"));
  HF_TRY(request.write, arguments.flag("write"));
  HF_TRY(request.explain, arguments.flag("explain"));
  HF_TRY(request.objects, arguments.flag("objects"));
  HF_TRY(const auto query, schema::compile_query(*engine.catalogue(), base::kSystemRole, request.query));
  if (!query.parameters.empty())
    return Error{.code = "42P02",
                 .message = "there is no parameter $1",
                 .hint = "Write the value into the statement."};
  if (query.writes && !request.write && !request.explain)
    return Error{.code = "25006",
                 .message = "the statement writes, and `sql` is read-only by default",
                 .hint = "Add --write to let it."};
  return run_compiled(engine, request, query);
}

}  // namespace

void add_sql_verb(VerbTable& table) { table.add("sql", sql); }

}  // namespace holdfast::engine::detail
