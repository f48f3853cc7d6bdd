#include "base/error_codes.hpp"

#include <algorithm>
#include <array>

namespace holdfast::base {
namespace {

constexpr std::array kCodes{
    ErrorCode{"08P01", 500, "The parameters given are not those of the statement."},
    ErrorCode{"0A000", 400, "The statement asks for a feature that the engine does not have."},
    ErrorCode{"0LP01", 400, "A privilege cannot be granted on this kind of object."},
    ErrorCode{"21000", 500, "A sub-query gave several rows for one, or an upsert meets a row twice."},
    ErrorCode{"22001", 400, "A text is longer than its column allows."},
    ErrorCode{"22002", 400, "A null was read where the program has no place for one."},
    ErrorCode{"22003", 400, "A number is out of range for its type."},
    ErrorCode{"22007", 400, "A date or time is not in a form that PostgreSQL reads."},
    ErrorCode{"22008", 400, "A date or time is out of range."},
    ErrorCode{"22012", 400, "Division by zero."},
    ErrorCode{"22021", 400, "A text is not valid UTF-8 or contains the zero character."},
    ErrorCode{"22023", 400, "A parameter has a value that the operation does not allow."},
    ErrorCode{"22P02", 400, "A text is not in the input form of its type."},
    ErrorCode{"22P05", 400, "A character cannot be stored."},
    ErrorCode{"23000", 400, "A constraint is violated."},
    ErrorCode{"23502", 400, "A column that must have a value has none."},
    ErrorCode{"23503", 409, "A foreign key points at a row that is not there, or a row is still pointed at."},
    ErrorCode{"23505", 409, "A row with this key exists already."},
    ErrorCode{"23514", 400, "A check, a state machine or an immutability rule refuses the row."},
    ErrorCode{"25006", 405, "A write in a read-only transaction."},
    ErrorCode{"25P02", 500, "The transaction was ended by an earlier error."},
    ErrorCode{"28000", 403, "The role may not log in."},
    ErrorCode{"2BP01", 400, "The object is still needed by others."},
    ErrorCode{"2D000", 500, "A statement tries to begin or end a transaction that is not its own."},
    ErrorCode{"3F000", 400, "The schema does not exist."},
    ErrorCode{"40001", 500, "The transaction met a concurrent one; make it again."},
    ErrorCode{"42501", 403, "The role lacks a privilege, or a policy refuses the row (401 for anonymous)."},
    ErrorCode{"42601", 400, "A syntax error in SQL."},
    ErrorCode{"42602", 400, "A name is not valid."},
    ErrorCode{"42701", 400, "A column stands twice."},
    ErrorCode{"42702", 400, "A column name is ambiguous."},
    ErrorCode{"42703", 400, "The column does not exist."},
    ErrorCode{"42704", 400, "The type, role, constraint or index does not exist."},
    ErrorCode{"42710", 400, "The object exists already."},
    ErrorCode{"42723", 400, "The function exists already."},
    ErrorCode{"42725", 400, "A function name is ambiguous."},
    ErrorCode{"42804", 400, "A value's type does not fit."},
    ErrorCode{"42809", 400, "The object is of the wrong kind."},
    ErrorCode{"42830", 400, "A foreign key points at columns without a unique key."},
    ErrorCode{"42846", 400, "The type cannot be cast to the other."},
    ErrorCode{"42883", 404, "The function or operator does not exist."},
    ErrorCode{"428C9", 400, "A generated or identity column cannot be given a value."},
    ErrorCode{"42939", 400, "The name is reserved."},
    ErrorCode{"42P01", 404, "The table or view does not exist."},
    ErrorCode{"42P02", 400, "The statement has a parameter, and none was given."},
    ErrorCode{"42P06", 400, "The schema exists already."},
    ErrorCode{"42P07", 400, "The table exists already."},
    ErrorCode{"42P10", 400, "ON CONFLICT names no unique constraint."},
    ErrorCode{"42P13", 400, "The function is not well defined."},
    ErrorCode{"42P16", 400, "The table or view is not well defined."},
    ErrorCode{"42P17", 500, "A policy reads its own table without end."},
    ErrorCode{"53100", 503, "The disk is full."},
    ErrorCode{"53200", 503, "Out of memory."},
    ErrorCode{"53300", 503, "Too many connections."},
    ErrorCode{"54000", 413, "A limit of the program was exceeded."},
    ErrorCode{"54001", 500, "The statement is too complex."},
    ErrorCode{"55000", 500, "The view is not one that can be written to."},
    ErrorCode{"55P03", 503, "Another process holds the lock of the database."},
    ErrorCode{"57014", 504, "The deadline passed and the statement was ended."},
    ErrorCode{"58030", 500, "The disk did not do what was asked of it."},
    ErrorCode{"HF001", 500, "A setting is unknown or wrong."},
    ErrorCode{"HF002", 409, "The data folder is in use by another process."},
    ErrorCode{"HF003", 400, "A migration uses what has no faithful translation for this engine."},
    ErrorCode{"HF004", 409, "An applied migration was edited, is missing or is out of order."},
    ErrorCode{"HF005", 503, "The server is stopping."},
    ErrorCode{"HF006", 413, "The request is larger than the limit."},
    ErrorCode{"HF007", 401, "The API key is unknown, revoked or expired."},
    ErrorCode{"HF008", 404, "There is nothing at this address."},
    ErrorCode{"HF009", 500, "A file of the blueprint is wrong."},
    ErrorCode{"HF010", 400, "The command line or control request is wrong."},
    ErrorCode{"HF011", 503, "An index did not reach the wanted position in time."},
    ErrorCode{"HF012", 500, "A file on disk is damaged or of an unknown version."},
    ErrorCode{"HF013", 410, "The log no longer holds the position asked for."},
    ErrorCode{"HF014", 400, "The bytes received are not a well-formed HTTP request."},
    ErrorCode{"HF015", 408, "The request did not arrive in time."},
    ErrorCode{"HF016", 414, "The URL is longer than the limit."},
    ErrorCode{"HF017", 431, "The request's headers are larger than the limit."},
    ErrorCode{"HF018", 405, "The method is not allowed at this address."},
    ErrorCode{"HF019", 409, "Migrations of the blueprint are not applied yet."},
    ErrorCode{"HF020", 500, "A call of the library that cannot be made where it was made."},
    ErrorCode{"P0001", 400, "A function raised an error."},
    ErrorCode{"P0002", 400, "One row was wanted, and there is none."},
    ErrorCode{"P0003", 400, "One row was wanted, and there are several."},
    ErrorCode{"PGRST002", 503, "The schema is not loaded yet."},
    ErrorCode{"PGRST100", 400, "The query string cannot be parsed."},
    ErrorCode{"PGRST101", 405, "The method is not allowed for a function."},
    ErrorCode{"PGRST102", 400, "The request body is not valid."},
    ErrorCode{"PGRST103", 416, "The range asked for cannot be satisfied."},
    ErrorCode{"PGRST105", 405, "A PUT request is not well formed."},
    ErrorCode{"PGRST106", 406, "The schema is not exposed."},
    ErrorCode{"PGRST107", 406, "None of the media types that the client accepts can be given."},
    ErrorCode{"PGRST108", 400, "A filter names an embedded resource that is not in the select."},
    ErrorCode{"PGRST114", 400, "PUT does not take limit and offset."},
    ErrorCode{"PGRST115", 400, "The key in the query differs from the key in the body."},
    ErrorCode{"PGRST116", 406, "A single object was asked for, and there are none or several."},
    ErrorCode{"PGRST117", 405, "The HTTP method is not supported."},
    ErrorCode{"PGRST118", 400, "Ordering by a related table needs a to-one relationship."},
    ErrorCode{"PGRST120", 400, "An embedded resource can only be filtered with is.null or not.is.null."},
    ErrorCode{"PGRST122", 400, "An invalid preference under handling=strict."},
    ErrorCode{"PGRST123", 400, "Aggregate functions are switched off."},
    ErrorCode{"PGRST124", 400, "More rows would change than max-affected allows."},
    ErrorCode{"PGRST125", 404, "The path is invalid."},
    ErrorCode{"PGRST126", 404, "The description of the API is switched off."},
    ErrorCode{"PGRST127", 400, "The feature is not implemented."},
    ErrorCode{"PGRST128", 400, "A function that gives one row has no use for max-affected."},
    ErrorCode{"PGRST200", 400, "There is no relationship between these tables."},
    ErrorCode{"PGRST201", 300, "There are several relationships between these tables; name one."},
    ErrorCode{"PGRST202", 404, "There is no function of this name and these parameters."},
    ErrorCode{"PGRST203", 300, "There are several functions of this name and these parameters."},
    ErrorCode{"PGRST204", 400, "The column is not in the table."},
    ErrorCode{"PGRST205", 404, "The table is not in the schema."},
    ErrorCode{"PGRST300", 500, "No secret to verify tokens with is configured."},
    ErrorCode{"PGRST301", 401, "The token is not valid."},
    ErrorCode{"PGRST302", 401, "Anonymous access is switched off."},
    ErrorCode{"PGRST303", 401, "The token's claims are not valid (expired, not yet valid, audience)."},
    ErrorCode{"XX000", 500, "A defect in Holdfast: please report it."},
};

static_assert(std::ranges::is_sorted(kCodes, {}, &ErrorCode::code));

}  // namespace

std::span<const ErrorCode> error_codes() { return kCodes; }

int http_status(std::string_view code, bool anonymous) {
  if (code == "42501") return anonymous ? 401 : 403;
  const auto row = std::ranges::lower_bound(kCodes, code, {}, &ErrorCode::code);
  if (row != kCodes.end() && row->code == code) return row->http_status;
  if (code.size() != 5 || code.starts_with("HF")) return 500;
  // PostgREST's own rules for what stands in no row.
  const auto family = code.substr(0, 2);
  if (family == "08" || family == "53") return 503;
  if (family == "0L" || family == "0P" || family == "28") return 403;
  constexpr std::array<std::string_view, 15> kOurs{"09", "25", "2D", "38", "39", "3B", "40", "54",
                                                   "55", "57", "58", "F0", "HV", "P0", "XX"};
  return std::ranges::find(kOurs, family) == kOurs.end() ? 400 : 500;
}

std::string www_authenticate(const Error& error) {
  if (error.code != "PGRST301" && error.code != "PGRST303") return "Bearer";
  std::string description;
  for (const char c : error.message) {
    if (c == '"' || c == '\\') description += '\\';
    description += c;
  }
  return "Bearer error=\"invalid_token\", error_description=\"" + description + "\"";
}

}  // namespace holdfast::base
