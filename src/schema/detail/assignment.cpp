#include "schema/detail/assignment.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

bool is_number(Kind kind) {
  return kind == Kind::int2 || kind == Kind::int4 || kind == Kind::int8 || kind == Kind::float4 ||
         kind == Kind::float8 || kind == Kind::numeric;
}

bool is_text(Kind kind) {
  return kind == Kind::text || kind == Kind::varchar || kind == Kind::bpchar || kind == Kind::name;
}

bool is_day_or_moment(Kind kind) {
  return kind == Kind::date || kind == Kind::timestamp || kind == Kind::timestamptz;
}

}  // namespace

bool assigns_by_itself(const types::Type& from, const types::Type& to) {
  if (from.is(Kind::unknown)) return true;
  if (from.array != to.array) return !to.array && is_text(to.kind);
  if (from.same_as(to)) return true;
  if (from.kind == Kind::enumeration && to.kind == Kind::enumeration) return false;
  if (is_text(to.kind)) return true;
  return (is_number(from.kind) && is_number(to.kind)) ||
         (is_day_or_moment(from.kind) && is_day_or_moment(to.kind)) ||
         (from.kind == Kind::json && to.kind == Kind::jsonb) ||
         (from.kind == Kind::jsonb && to.kind == Kind::json) ||
         (from.kind == Kind::time && to.kind == Kind::timetz) ||
         (from.kind == Kind::bit && to.kind == Kind::varbit) ||
         (from.kind == Kind::varbit && to.kind == Kind::bit);
}

}  // namespace holdfast::schema::detail
