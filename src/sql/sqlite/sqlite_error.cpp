#include "sql/sqlite/sqlite_error.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace holdfast::sql {
namespace {

constexpr std::size_t kSqlStateLength = 5;

bool is_code(std::string_view text) {
  return text.size() >= kSqlStateLength && text.size() <= 8 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// `SQLSTATE|message|details|hint`; what is missing at the end is empty.
std::optional<Error> parse_raised(std::string_view text) {
  std::array<std::string, 4> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto bar = i + 1 < fields.size() ? text.find('|') : std::string_view::npos;
    if (i == 0 && (bar == std::string_view::npos || !is_code(text.substr(0, bar)))) return std::nullopt;
    fields[i] = text.substr(0, bar);
    if (bar == std::string_view::npos) break;
    text.remove_prefix(bar + 1);
  }
  return Error{.code = std::move(fields[0]),
               .message = std::move(fields[1]),
               .details = std::move(fields[2]),
               .hint = std::move(fields[3])};
}

Error check_violation(std::string_view text) {
  constexpr std::string_view kIntroduction = "CHECK constraint failed: ";
  constexpr std::string_view kCoded = "hf_";
  auto name = text;
  if (name.starts_with(kIntroduction)) name.remove_prefix(kIntroduction.size());
  if (name.starts_with(kCoded)) {
    const auto code = name.substr(kCoded.size(), kSqlStateLength);
    const auto rest = name.substr(std::min(name.size(), kCoded.size() + kSqlStateLength));
    if (is_code(code) && rest.starts_with(':'))
      return {
          .code = std::string(code), .message = std::string(rest.substr(1)), .details = std::string(text)};
  }
  return {.code = "23514",
          .message = "new row violates check constraint \"" + std::string(name) + "\"",
          .details = std::string(text)};
}

Error constraint_error(int extended_code, std::string_view text) {
  const std::string details(text);
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return {
          .code = "23505", .message = "duplicate key value violates a unique constraint", .details = details};
    case SQLITE_CONSTRAINT_NOTNULL:
      return {
          .code = "23502", .message = "null value in a column that must have a value", .details = details};
    case SQLITE_CONSTRAINT_CHECK:
      return check_violation(text);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {.code = "23503", .message = "a foreign key constraint is violated", .details = details};
    case SQLITE_CONSTRAINT_DATATYPE:
      return {.code = "42804", .message = "a value's type does not fit its column", .details = details};
    default:
      // ON DELETE RESTRICT is a trigger of SQLite's own.
      if (text.starts_with("FOREIGN KEY")) return constraint_error(SQLITE_CONSTRAINT_FOREIGNKEY, text);
      return {.code = "23000", .message = "a constraint is violated", .details = details};
  }
}

/// What SQLite reports as its general error can only be told apart by the beginning or end of its text.
Error general_error(std::string_view text) {
  struct Pattern {
    std::string_view part;
    std::string_view code;
  };
  constexpr std::array kPatterns{
      Pattern{"no such table", "42P01"},      Pattern{"no such column", "42703"},
      Pattern{"no such function", "42883"},   Pattern{"wrong number of arguments", "42883"},
      Pattern{"ambiguous column", "42702"},   Pattern{"syntax error", "42601"},
      Pattern{"incomplete input", "42601"},   Pattern{"unrecognized token", "42601"},
      Pattern{"already exists", "42P07"},     Pattern{"integer overflow", "22003"},
      Pattern{"does not match any", "42P10"}, Pattern{"not authorized", "2D000"},
  };
  // Its limits on one statement, whatever they are of: columns, terms, variables, depth, tables of a join.
  constexpr std::array<std::string_view, 5> kTooComplex{"too many", "parser stack overflow", "too large",
                                                        "at most", "too complex"};
  if (std::ranges::any_of(kTooComplex, [&](auto part) { return text.find(part) != std::string_view::npos; }))
    return {.code = "54000",
            .message = "the request is too complex",
            .details = std::string(text),
            .hint = "Ask for fewer columns, filters or levels at a time."};
  const auto pattern = std::ranges::find_if(
      kPatterns, [&](const Pattern& p) { return text.find(p.part) != std::string_view::npos; });
  const auto code = pattern == kPatterns.end() ? std::string_view("XX000") : pattern->code;
  return {.code = std::string(code), .message = std::string(text)};
}

Error named(std::string_view code, std::string_view message, std::string_view text) {
  return {.code = std::string(code), .message = std::string(message), .details = std::string(text)};
}

/// After a failed sync nobody knows what the disk holds, and a second one may report success falsely.
Error disk_error(int extended_code, std::string_view text) {
  auto error = named("58030", "the disk did not do what was asked of it", text);
  error.poisons_connection = extended_code == SQLITE_IOERR_FSYNC || extended_code == SQLITE_IOERR_DIR_FSYNC;
  return error;
}

}  // namespace

Error deadline_error() {
  return {.code = "57014",
          .message = "canceling statement due to statement timeout",
          .hint = "Narrow the statement, or allow it more time."};
}

Error translate_error(int extended_code, std::string_view text) {
  if (auto raised = parse_raised(text)) return *std::move(raised);
  switch (extended_code & 0xff) {
    case SQLITE_CONSTRAINT:
      return constraint_error(extended_code, text);
    case SQLITE_INTERRUPT:
      return deadline_error();
    case SQLITE_FULL:
      return named("53100", "could not extend the database: the disk is full", text);
    case SQLITE_IOERR:
      if (extended_code == SQLITE_IOERR_NOMEM) return named("53200", "out of memory", text);
      return disk_error(extended_code, text);
    case SQLITE_CANTOPEN:
      return named("58030", "the disk did not do what was asked of it", text);
    case SQLITE_NOMEM:
      return named("53200", "out of memory", text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return named("HF012", "the database file is damaged or is none", text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: {
      auto busy = named("55P03", "another process holds the database's lock", text);
      busy.retryable = true;
      return busy;
    }
    case SQLITE_READONLY:
      return named("25006", "cannot write in a read-only transaction", text);
    case SQLITE_MISMATCH:
      return named("42804", "a value's type does not fit its column", text);
    case SQLITE_TOOBIG:
      return named("54000", "a value is larger than the engine takes", text);
    case SQLITE_AUTH:
      return named("2D000", "transactions are begun and ended by the database alone", text);
    default:
      return general_error(text);
  }
}

Error last_error(sqlite3* connection) {
  return translate_error(sqlite3_extended_errcode(connection), sqlite3_errmsg(connection));
}

}  // namespace holdfast::sql
