#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "json.hpp"
#include "table.hpp"
#include "verbs.hpp"

namespace holdfast::cli {
namespace {

struct SqlOptions {
  std::string query;
  bool write = false;
  bool explain = false;
  bool json = false;
  bool csv = false;
};

std::string read_standard_input() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

Table to_table(const Json& result) {
  Table table;
  for (const auto& column : result["columns"].items) table.columns.push_back(column.text);
  for (const auto& row : result["rows"].items) {
    auto& cells = table.rows.emplace_back();
    for (const auto& cell : row.items)
      cells.push_back(cell.is_null() ? std::nullopt : std::optional<std::string>(cell.text));
  }
  return table;
}

void print(const std::string& json, const SqlOptions& options) {
  if (options.json) {
    std::printf("%s\n", json.c_str());
    return;
  }
  const Json result = Json::parse(json);
  if (!result["columns"].is_null()) {
    const Table table = to_table(result);
    std::fputs((options.csv ? to_csv(table) : to_text(table)).c_str(), stdout);
  }
  const std::string& affected = result["affected"].text;
  if (!affected.empty()) std::fprintf(stderr, "%s rows changed\n", affected.c_str());
}

int run(const Shell& shell, const SqlOptions& options) {
  if (options.json && options.csv)
    return report({.code = "HF010", .message = "--json and --csv exclude each other"});
  const bool from_input = options.query.empty() || options.query == "-";
  const auto result = shell.call("sql", Arguments()
                                            .text("query", from_input ? read_standard_input() : options.query)
                                            .flag("write", options.write)
                                            .flag("explain", options.explain)
                                            .flag("objects", options.json && !options.explain)
                                            .json());
  if (!result.ok()) return report(result.error());
  print(*result, options);
  return kDone;
}

}  // namespace

void declare_sql(Verb& holdfast, Shell& shell) {
  auto options = std::make_shared<SqlOptions>();
  holdfast.below("sql", "Run one statement of PostgreSQL's language, past all policies; read-only by default")
      .optional_argument("QUERY", options->query, "The statement; - or nothing: from standard input")
      .flag("--write", options->write, "Let INSERT, UPDATE and DELETE change rows")
      .flag("--explain", options->explain,
            "Show the SQLite statement and its query plan instead of running it")
      .flag("--json", options->json, "Print rows as a JSON array of objects")
      .flag("--csv", options->csv, "Print rows as CSV")
      .common_options(shell)
      .examples({"holdfast sql \"SELECT status, count(*) FROM apps GROUP BY status\"",
                 "holdfast sql --csv \"SELECT package_id, name FROM apps LIMIT 10\" > apps.csv",
                 "echo \"UPDATE apps SET status = 'published'\" | holdfast sql --write -"})
      .does(shell, [&shell, options] { return run(shell, *options); });
}

}  // namespace holdfast::cli
