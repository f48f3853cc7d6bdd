#include "search/detail/term_tokenizer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <string_view>

#include "text/fts_match.hpp"

namespace holdfast::search::detail {
namespace {

using TokenCallback = int (*)(void*, int, const char*, int, int, int);

int create(void* /*context*/, const char** /*arguments*/, int /*count*/, Fts5Tokenizer** tokenizer) {
  // It has no state, and FTS5 only asks that this not be null.
  static char stateless = 0;
  *tokenizer = reinterpret_cast<Fts5Tokenizer*>(&stateless);
  return SQLITE_OK;
}

void destroy(Fts5Tokenizer* /*tokenizer*/) {}

int tokenize(Fts5Tokenizer* /*tokenizer*/, void* context, int /*flags*/, const char* bytes, int size,
             TokenCallback found) {
  const std::string_view text(bytes == nullptr ? "" : bytes, static_cast<std::size_t>(size));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(text::kTokenEnd, begin), text.size());
    if (end > begin) {
      const int code = found(context, 0, text.data() + begin, static_cast<int>(end - begin),
                             static_cast<int>(begin), static_cast<int>(end));
      if (code != SQLITE_OK) return code;
    }
    begin = end + 1;
  }
  return SQLITE_OK;
}

/// FTS5 hands its functions out through a pointer that it binds: https://sqlite.org/fts5.html#extending_fts5
fts5_api* api_of(sqlite3* connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return api;
}

}  // namespace

Result<void> register_term_tokenizer(sqlite3* connection) {
  fts5_api* api = api_of(connection);
  fts5_tokenizer functions{create, destroy, tokenize};
  if (api == nullptr ||
      api->xCreateTokenizer(api, "holdfast_terms", nullptr, &functions, nullptr) != SQLITE_OK) {
    return Error{.code = "0A000",
                 .message = "SQLite has no FTS5",
                 .hint = "Use a SQLite library that was built with full-text search."};
  }
  return {};
}

}  // namespace holdfast::search::detail
