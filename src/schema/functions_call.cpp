#include "schema/functions_call.hpp"

#include <sqlite3.h>

#include <charconv>

namespace holdfast::schema::functions {
namespace {

using Storage = types::Stored::Storage;

/// The bar separates the fields of a raised error.
void append_field(std::string& out, std::string_view field) {
  for (const char c : field) {
    if (c == '|') {
      out += "\xC2\xA6";
    } else {
      out += c;
    }
  }
}

void delete_type(void* type) { delete static_cast<types::Type*>(type); }

std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"') return std::string(name);
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    if (name[i] == '"') ++i;
    out += name[i];
  }
  return out;
}

/// Where the schema of `schema.name` ends, quotes minded.
std::size_t dot_of(std::string_view name) {
  bool quoted = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"') quoted = !quoted;
    if (name[i] == '.' && !quoted) return i;
  }
  return std::string_view::npos;
}

Result<types::Type> find_enum(const Catalogue& catalogue, std::string_view name) {
  QualifiedName qualified;
  const std::size_t dot = dot_of(name);
  if (dot != std::string_view::npos) qualified.schema = unquoted(name.substr(0, dot));
  qualified.name = unquoted(dot == std::string_view::npos ? name : name.substr(dot + 1));
  const auto found = catalogue.enums.find(qualified);
  if (found == catalogue.enums.end())
    return failure("42704", "type \"" + std::string(name) + "\" does not exist");
  types::Type type;
  type.kind = types::Kind::enumeration;
  type.enumeration = found->second;
  return type;
}

/// `(10,2)` in the middle or at the end of a name.
void take_modifiers(std::string& name, int& length, int& scale) {
  const std::size_t open = name.find('(');
  const std::size_t close = name.find(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return;
  const char* end = name.data() + close;
  const auto [comma, fault] = std::from_chars(name.data() + open + 1, end, length);
  if (fault == std::errc{} && comma != end && *comma == ',') std::from_chars(comma + 1, end, scale);
  name.erase(open, close - open + 1);
}

}  // namespace

Error failure(std::string_view code, std::string message, std::string hint) {
  return {.code = std::string(code), .message = std::move(message), .hint = std::move(hint)};
}

Result<types::Type> resolve_type(const Catalogue& catalogue, std::string_view name) {
  const bool array = name.ends_with("[]");
  std::string base(array ? name.substr(0, name.size() - 2) : name);
  int length = -1;
  int scale = -1;
  if (!base.starts_with('"')) take_modifiers(base, length, scale);
  auto type = types::builtin_type(base);
  if (!type) type = find_enum(catalogue, base);
  if (!type) return type;
  type->length = length;
  type->scale = scale;
  type->array = array;
  return type;
}

bool Call::is_null(int i) const { return sqlite3_value_type(values_[i]) == SQLITE_NULL; }
bool Call::is_text(int i) const { return sqlite3_value_type(values_[i]) == SQLITE_TEXT; }
std::int64_t Call::integer(int i) const { return sqlite3_value_int64(values_[i]); }
double Call::real(int i) const { return sqlite3_value_double(values_[i]); }

bool Call::any_null() const {
  for (int i = 0; i < count_; ++i) {
    if (is_null(i)) return true;
  }
  return false;
}

std::string_view Call::text(int i) const {
  // A blob stays what it is; anything else becomes text.
  const bool blob = sqlite3_value_type(values_[i]) == SQLITE_BLOB;
  const void* bytes = blob ? sqlite3_value_blob(values_[i]) : sqlite3_value_text(values_[i]);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(values_[i]))};
}

types::StoredView Call::stored(int i) const {
  switch (sqlite3_value_type(values_[i])) {
    case SQLITE_INTEGER:
      return {.storage = Storage::integer, .integer = integer(i)};
    case SQLITE_FLOAT:
      return {.storage = Storage::real, .real = real(i)};
    case SQLITE_TEXT:
      return {.storage = Storage::text, .bytes = text(i)};
    case SQLITE_BLOB:
      return {.storage = Storage::blob, .bytes = text(i)};
    default:
      return {};
  }
}

Result<types::Type> Call::type(int i) const {
  if (const auto* kept = static_cast<const types::Type*>(sqlite3_get_auxdata(context_, i))) return *kept;
  HF_TRY(types::Type type, resolve_type(*environment_.catalogue, text(i)));
  sqlite3_set_auxdata(context_, i, new types::Type(type), delete_type);
  return type;
}

void Call::reply(std::int64_t value) { sqlite3_result_int64(context_, value); }
void Call::reply(double value) { sqlite3_result_double(context_, value); }
void Call::reply_null() { sqlite3_result_null(context_); }

void Call::reply(std::string_view value) {
  sqlite3_result_text64(context_, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

void Call::reply(const types::Stored& value) {
  switch (value.storage) {
    case Storage::null:
      return reply_null();
    case Storage::integer:
      return reply(value.integer);
    case Storage::real:
      return reply(value.real);
    case Storage::text:
      return reply(std::string_view(value.bytes));
    case Storage::blob:
      return sqlite3_result_blob64(context_, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT);
  }
}

void Call::raise(const Error& error) {
  std::string text = error.code + '|';
  append_field(text, error.message);
  text += '|';
  append_field(text, error.details);
  text += '|';
  text += error.hint;
  sqlite3_result_error(context_, text.data(), static_cast<int>(text.size()));
}

}  // namespace holdfast::schema::functions
