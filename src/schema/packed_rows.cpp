#include "schema/packed_rows.hpp"

namespace holdfast::schema {
namespace {

using types::Kind;

bool is_real(const types::Type& type) { return type.is(Kind::float4) || type.is(Kind::float8); }

bool is_integer(const types::Type& type) {
  if (type.array) return false;
  switch (type.kind) {
    case Kind::boolean:
    case Kind::int2:
    case Kind::int4:
    case Kind::int8:
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::money:
    case Kind::oid:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string packed_sql(const std::string& column, const types::Type& type) {
  if (is_real(type)) {
    // printf() would write Inf, which no cast reads again.
    return "CASE WHEN " + column + " = 9e999 THEN '9e999' WHEN " + column + " = -9e999 THEN '-9e999' WHEN " +
           column + " IS NOT NULL THEN printf('%!.17g', " + column + ") END";
  }
  if (type.is(Kind::bytea)) return "CASE WHEN " + column + " IS NOT NULL THEN hex(" + column + ") END";
  return is_integer(type) ? column : column + " || ''";
}

std::string unpacked_sql(const std::string& row, std::size_t position, const types::Type& type) {
  const auto value = "json_extract(" + row + ", '$[" + std::to_string(position) + "]')";
  if (type.is(Kind::bytea)) return "pg_decode(" + value + ", 'hex')";
  return is_real(type) ? "CAST(" + value + " AS REAL)" : value;
}

}  // namespace holdfast::schema
