#include "schema/functions_fts.hpp"

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <vector>

#include "schema/text_index.hpp"
#include "sql/sqlite/sqlite_error.hpp"
#include "text/fts_match.hpp"

namespace holdfast::schema {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void fail(sqlite3_context* context, const Error& error) {
  const std::string text = error.code + "|" + error.message + "|" + error.details + "|" + error.hint;
  sqlite3_result_error(context, text.data(), static_cast<int>(text.size()));
}

void give_text(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void fts_match(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  const auto query = text::parse_tsquery(text_of(arguments[0]));
  if (!query.ok()) return fail(context, query.error());
  give_text(context, text::fts_condition(*query).match);
}

void fts_exact(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  const auto query = text::parse_tsquery(text_of(arguments[0]));
  if (!query.ok()) return fail(context, query.error());
  sqlite3_result_int(context, text::fts_condition(*query).exact ? 1 : 0);
}

/// Rows with all elements. An array that holds a null is contained in none.
void fts_match_array(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  auto terms = array_terms(text_of(arguments[0]));
  if (!terms.ok()) return fail(context, terms.error());
  std::vector<std::string> wanted;
  for (auto& term : *terms) {
    if (!term) return give_text(context, text::fts_match_any({}));
    wanted.push_back(*std::move(term));
  }
  give_text(context, text::fts_match_all(wanted));
}

}  // namespace

Result<void> register_fts_functions(sqlite3* connection) {
  struct Row {
    const char* name;
    void (*function)(sqlite3_context*, int, sqlite3_value**);
  };
  constexpr Row kRows[] = {
      {"pg_fts_match", fts_match}, {"pg_fts_match_array", fts_match_array}, {"pg_fts_exact", fts_exact}};
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  for (const Row& row : kRows) {
    const int code = sqlite3_create_function_v2(connection, row.name, 1, kFlags, nullptr, row.function,
                                                nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return sql::translate_error(code, sqlite3_errstr(code));
  }
  return {};
}

}  // namespace holdfast::schema
