#include "records/sqlite_json.hpp"

#include <sqlite3.h>

#include <charconv>
#include <memory>

#include "base/json_writer.hpp"
#include "schema/query.hpp"
#include "types/codec.hpp"

namespace holdfast::records {
namespace {

constexpr char kFieldEnd = '\x1f';
constexpr char kColumnEnd = '\x1e';

struct Member {
  std::string key;
  types::Type type;
  bool is_json = false;
};
using Members = std::vector<Member>;

int take_number(std::string_view& text) {
  int number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

Members parse_descriptor(std::string_view text) {
  Members members;
  while (!text.empty()) {
    Member member;
    const auto name_end = text.find(kFieldEnd);
    member.key = text.substr(0, name_end);
    text.remove_prefix(name_end + 1);
    const int kind = take_number(text);
    member.is_json = kind < 0;
    if (!member.is_json) member.type.kind = static_cast<types::Kind>(kind);
    member.type.array = take_number(text) != 0;
    member.type.length = take_number(text);
    member.type.scale = take_number(text);
    members.push_back(std::move(member));
  }
  return members;
}

// Parsed once a statement: SQLite keeps it with the constant argument.
const Members& descriptor_of(sqlite3_context* context, sqlite3_value* argument,
                             std::unique_ptr<Members>& fresh) {
  if (auto* kept = static_cast<const Members*>(sqlite3_get_auxdata(context, 0)); kept != nullptr)
    return *kept;
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(argument));
  fresh = std::make_unique<Members>(
      parse_descriptor({text, static_cast<std::size_t>(sqlite3_value_bytes(argument))}));
  return *fresh;
}

void keep_descriptor(sqlite3_context* context, std::unique_ptr<Members> fresh) {
  if (fresh == nullptr) return;
  sqlite3_set_auxdata(context, 0, fresh.release(), [](void* kept) { delete static_cast<Members*>(kept); });
}

types::StoredView stored_view(sqlite3_value* value) {
  using Storage = types::Stored::Storage;
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return {.storage = Storage::integer, .integer = sqlite3_value_int64(value)};
    case SQLITE_FLOAT:
      return {.storage = Storage::real, .real = sqlite3_value_double(value)};
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      return {.storage = Storage::text,
              .bytes = {text, static_cast<std::size_t>(sqlite3_value_bytes(value))}};
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
      return {.storage = Storage::blob,
              .bytes = {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))}};
    }
    default:
      return {};
  }
}

void append_member(std::string& out, const Member& member, sqlite3_value* value) {
  const auto stored = stored_view(value);
  if (stored.storage == types::Stored::Storage::null) {
    out += "null";
  } else if (member.is_json) {
    out += stored.bytes;
  } else {
    types::append_json(out, member.type, stored);
  }
}

void give_text(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void rest_object(sqlite3_context* context, int count, sqlite3_value** arguments) {
  std::unique_ptr<Members> fresh;
  const Members& members = descriptor_of(context, arguments[0], fresh);
  std::string out = "{";
  for (std::size_t i = 0; i < members.size() && static_cast<int>(i) + 1 < count; ++i) {
    if (i > 0) out += ',';
    out += members[i].key;
    append_member(out, members[i], arguments[i + 1]);
  }
  out += '}';
  give_text(context, out);
  keep_descriptor(context, std::move(fresh));
}

void rest_value(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  std::unique_ptr<Members> fresh;
  const Members& members = descriptor_of(context, arguments[0], fresh);
  std::string out;
  append_member(out, members.front(), arguments[1]);
  give_text(context, out);
  keep_descriptor(context, std::move(fresh));
}

// SQLite zeroes the aggregate's memory and does not know of destructors: it holds a pointer.
void rest_array_step(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  auto** slot = static_cast<std::string**>(sqlite3_aggregate_context(context, sizeof(std::string*)));
  if (slot == nullptr) return sqlite3_result_error_nomem(context);
  if (*slot == nullptr) {
    *slot = new std::string("[");
  } else {
    **slot += ',';
  }
  const auto json = stored_view(arguments[0]);
  **slot += json.storage == types::Stored::Storage::null ? std::string_view("null") : json.bytes;
}

void rest_array_final(sqlite3_context* context) {
  auto** slot = static_cast<std::string**>(sqlite3_aggregate_context(context, 0));
  if (slot == nullptr || *slot == nullptr) return sqlite3_result_text(context, "[]", 2, SQLITE_STATIC);
  const std::unique_ptr<std::string> text(*slot);
  *text += ']';
  give_text(context, *text);
}

int compare_stored(void* type, int left_size, const void* left, int right_size, const void* right) {
  const auto view = [](int size, const void* bytes) {
    return types::StoredView{.storage = types::Stored::Storage::text,
                             .bytes = {static_cast<const char*>(bytes), static_cast<std::size_t>(size)}};
  };
  return types::compare(*static_cast<const types::Type*>(type), view(left_size, left),
                        view(right_size, right));
}

constexpr types::Kind kArrayKinds[] = {types::Kind::boolean,   types::Kind::int2,       types::Kind::int4,
                                       types::Kind::int8,      types::Kind::float4,     types::Kind::float8,
                                       types::Kind::text,      types::Kind::varchar,    types::Kind::numeric,
                                       types::Kind::uuid,      types::Kind::date,       types::Kind::time,
                                       types::Kind::timestamp, types::Kind::timestamptz};

std::string array_collation(types::Kind kind) {
  return "rest_array_" + std::to_string(static_cast<int>(kind));
}

int register_collation(sqlite3* connection, const std::string& name, types::Type type) {
  return sqlite3_create_collation_v2(connection, name.c_str(), SQLITE_UTF8, new types::Type(std::move(type)),
                                     compare_stored,
                                     [](void* kept) { delete static_cast<types::Type*>(kept); });
}

Result<void> register_all(sqlite3* connection) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  int failed = 0;
  failed |= sqlite3_create_function_v2(connection, "rest_object", -1, kFlags, nullptr, rest_object, nullptr,
                                       nullptr, nullptr);
  failed |= sqlite3_create_function_v2(connection, "rest_value", 2, kFlags, nullptr, rest_value, nullptr,
                                       nullptr, nullptr);
  failed |= sqlite3_create_function_v2(connection, "rest_array", 1, kFlags, nullptr, nullptr, rest_array_step,
                                       rest_array_final, nullptr);
  failed |= register_collation(connection, "rest_jsonb", {.kind = types::Kind::jsonb});
  for (const auto kind : kArrayKinds) {
    failed |= register_collation(connection, array_collation(kind), {.kind = kind, .array = true});
  }
  if (failed != SQLITE_OK)
    return Error{.code = "XX000", .message = "cannot register the functions of room records"};
  return {};
}

}  // namespace

sql::ConnectionSetup json_functions() {
  return [](sqlite3* connection, const sql::Session&) { return register_all(connection); };
}

std::string descriptor_literal(const std::vector<OutputColumn>& columns) {
  std::string text;
  for (const auto& column : columns) {
    // A label is text; its enum type need not be known to print it.
    const auto kind = column.type.kind == types::Kind::enumeration ? types::Kind::text : column.type.kind;
    text += column.key;
    text += kFieldEnd;
    text += std::to_string(column.is_json ? -1 : static_cast<int>(kind)) + kFieldEnd;
    text += std::to_string(column.type.array ? 1 : 0) + kFieldEnd;
    text += std::to_string(column.type.length) + kFieldEnd;
    text += std::to_string(column.type.scale) + kColumnEnd;
  }
  return schema::quote_literal(text);
}

std::string collation(const types::Type& type) {
  if (type.array) {
    for (const auto kind : kArrayKinds) {
      if (kind == type.kind) return " COLLATE " + array_collation(kind);
    }
    return "";
  }
  if (type.kind == types::Kind::numeric) return " COLLATE pg_numeric";
  if (type.kind == types::Kind::jsonb) return " COLLATE rest_jsonb";
  if (type.kind == types::Kind::enumeration && type.enumeration != nullptr) {
    return " COLLATE " +
           schema::quote_identifier("enum_" + type.enumeration->schema + "." + type.enumeration->name);
  }
  return "";
}

}  // namespace holdfast::records
