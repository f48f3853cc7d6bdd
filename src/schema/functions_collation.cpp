#include <sqlite3.h>

#include "schema/functions_call.hpp"
#include "types/numeric.hpp"

namespace holdfast::schema::functions {
namespace {

std::string_view view(int size, const void* text) {
  return {static_cast<const char*>(text), static_cast<std::size_t>(size)};
}

int compare_numerics(void*, int left_size, const void* left, int right_size, const void* right) {
  return types::compare_numeric(view(left_size, left), view(right_size, right));
}

int compare_typed(void* type, int left_size, const void* left, int right_size, const void* right) {
  const auto text = [](std::string_view bytes) {
    return types::StoredView{.storage = types::Stored::Storage::text, .bytes = bytes};
  };
  try {
    return types::compare(*static_cast<const types::Type*>(type), text(view(left_size, left)),
                          text(view(right_size, right)));
  } catch (const std::exception&) {
    // Out of memory while a value was read: any fixed order will do, for the statement fails anyway.
    return view(left_size, left).compare(view(right_size, right));
  }
}

void delete_type(void* type) { delete static_cast<types::Type*>(type); }

Result<void> add_typed(sqlite3* connection, const std::string& name, const types::Type& type) {
  const int code = sqlite3_create_collation_v2(connection, name.c_str(), SQLITE_UTF8, new types::Type(type),
                                               compare_typed, delete_type);
  if (code != SQLITE_OK)
    return failure(code == SQLITE_NOMEM ? "53200" : "XX000",
                   "cannot register collation " + name + ": " + sqlite3_errstr(code));
  return {};
}

/// `pg_order interval`: made when a statement first names it.
void make_wanted(void* environment, sqlite3* connection, int, const char* name) {
  constexpr std::string_view kPrefix = "pg_order ";
  const std::string_view wanted(name);
  if (!wanted.starts_with(kPrefix)) return;
  const auto& catalogue = *static_cast<const Environment*>(environment)->catalogue;
  if (const auto type = resolve_type(catalogue, wanted.substr(kPrefix.size()))) {
    // Where this fails SQLite says that there is no such collation.
    static_cast<void>(add_typed(connection, std::string(wanted), *type).ok());
  }
}

void release_environment(void* holder) { delete static_cast<std::shared_ptr<const Environment>*>(holder); }

/// collation_needed has no destructor of its own: a client-data free function of a dummy collation stands in.
Result<void> keep_alive(sqlite3* connection, const std::shared_ptr<const Environment>& environment) {
  const int code = sqlite3_create_collation_v2(connection, "pg_numeric", SQLITE_UTF8,
                                               new std::shared_ptr<const Environment>(environment),
                                               compare_numerics, release_environment);
  if (code != SQLITE_OK)
    return failure(code == SQLITE_NOMEM ? "53200" : "XX000",
                   std::string("cannot register pg_numeric: ") + sqlite3_errstr(code));
  return {};
}

}  // namespace

Result<void> register_collations(sqlite3* connection, const std::shared_ptr<const Environment>& environment) {
  // SQLite keeps a plain pointer for collation_needed; pg_numeric's user data owns what it points to.
  sqlite3_collation_needed(connection, const_cast<Environment*>(environment.get()), make_wanted);
  HF_CHECK(keep_alive(connection, environment));
  for (const auto& [name, enumeration] : environment->catalogue->enums) {
    types::Type type;
    type.kind = types::Kind::enumeration;
    type.enumeration = enumeration;
    HF_CHECK(add_typed(connection, "enum_" + name.schema + "." + name.name, type));
  }
  return {};
}

}  // namespace holdfast::schema::functions
