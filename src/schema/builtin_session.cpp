#include <array>

#include "schema/builtin_functions.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::array kRows{
    BuiltinRow{"auth.uid() -> uuid", "pg_auth_uid()"},
    BuiltinRow{"auth.role() -> text", "pg_auth_role()"},
    BuiltinRow{"auth.jwt() -> jsonb", "pg_auth_jwt()"},
    BuiltinRow{"auth.email() -> text", "pg_jsonb_get_text(pg_auth_jwt(), 'email')"},
    BuiltinRow{"current_setting(text) -> text", "pg_current_setting({0}, 0)"},
    BuiltinRow{"current_setting(text, bool) -> text", "pg_current_setting({0}, {1})"},
    BuiltinRow{"gen_random_uuid() -> uuid", "pg_gen_random_uuid()"},
    BuiltinRow{"uuid_generate_v4() -> uuid", "pg_gen_random_uuid()"},
    BuiltinRow{"extensions.uuid_generate_v4() -> uuid", "pg_gen_random_uuid()"},
    BuiltinRow{"extensions.gen_random_uuid() -> uuid", "pg_gen_random_uuid()"},
    BuiltinRow{"nextval(text) -> int8", "pg_nextval({0})"},
    BuiltinRow{"setval(text, int8) -> int8", "pg_setval({0}, {1})"},
    BuiltinRow{"setval(text, int8, bool) -> int8", "pg_setval({0}, {1}, {2})"},
    BuiltinRow{"version() -> text", "'PostgreSQL 15 (Holdfast on SQLite)'"},
    BuiltinRow{"pg_typeof(any) -> text", "{type0}"},
};

}  // namespace

std::span<const BuiltinRow> session_function_rows() { return kRows; }

}  // namespace holdfast::schema::detail
