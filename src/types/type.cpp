#include "types/type.hpp"

#include <algorithm>
#include <array>

#include "types/detail/errors.hpp"
#include "types/detail/scan.hpp"

namespace holdfast::types {
namespace {

struct Name {
  std::string_view name;
  Kind kind;
};

/// PostgreSQL's own names, by Kind.
constexpr std::array kFormatted{
    Name{"unknown", Kind::unknown},
    Name{"boolean", Kind::boolean},
    Name{"smallint", Kind::int2},
    Name{"integer", Kind::int4},
    Name{"bigint", Kind::int8},
    Name{"real", Kind::float4},
    Name{"double precision", Kind::float8},
    Name{"numeric", Kind::numeric},
    Name{"text", Kind::text},
    Name{"character varying", Kind::varchar},
    Name{"character", Kind::bpchar},
    Name{"name", Kind::name},
    Name{"bytea", Kind::bytea},
    Name{"uuid", Kind::uuid},
    Name{"date", Kind::date},
    Name{"time without time zone", Kind::time},
    Name{"time with time zone", Kind::timetz},
    Name{"timestamp without time zone", Kind::timestamp},
    Name{"timestamp with time zone", Kind::timestamptz},
    Name{"interval", Kind::interval},
    Name{"json", Kind::json},
    Name{"jsonb", Kind::jsonb},
    Name{"tsvector", Kind::tsvector},
    Name{"tsquery", Kind::tsquery},
    Name{"money", Kind::money},
    Name{"bit", Kind::bit},
    Name{"bit varying", Kind::varbit},
    Name{"inet", Kind::inet},
    Name{"xml", Kind::xml},
    Name{"oid", Kind::oid},
    Name{"record", Kind::record},
    Name{"void", Kind::void_type},
};

constexpr std::array kAliases{
    Name{"bool", Kind::boolean},
    Name{"int2", Kind::int2},
    Name{"int", Kind::int4},
    Name{"int4", Kind::int4},
    Name{"int8", Kind::int8},
    Name{"float4", Kind::float4},
    Name{"float8", Kind::float8},
    Name{"float", Kind::float8},
    Name{"decimal", Kind::numeric},
    Name{"dec", Kind::numeric},
    Name{"varchar", Kind::varchar},
    Name{"char", Kind::bpchar},
    Name{"bpchar", Kind::bpchar},
    Name{"time", Kind::time},
    Name{"timetz", Kind::timetz},
    Name{"timestamp", Kind::timestamp},
    Name{"timestamptz", Kind::timestamptz},
    Name{"varbit", Kind::varbit},

    Name{"serial", Kind::int4},
    Name{"serial4", Kind::int4},
    Name{"bigserial", Kind::int8},
    Name{"serial8", Kind::int8},
    Name{"smallserial", Kind::int2},
    Name{"serial2", Kind::int2},
    Name{"regclass", Kind::oid},
};

std::string_view base_name(Kind kind) {
  for (const auto& row : kFormatted) {
    if (row.kind == kind) return row.name;
  }
  return "unknown";
}

std::string modifiers(const Type& type) {
  if (type.length < 0) return {};
  if (type.kind == Kind::numeric) {
    return '(' + std::to_string(type.length) + ',' + std::to_string(type.scale == -1 ? 0 : type.scale) + ')';
  }
  return '(' + std::to_string(type.length) + ')';
}

std::string quoted_when_needed(const std::string& name) {
  const bool plain = !name.empty() && !is_digit(name.front()) &&
                     std::all_of(name.begin(), name.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; });
  if (plain) return name;
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string enum_name(const EnumType& enumeration) {
  const std::string name = quoted_when_needed(enumeration.name);
  return enumeration.schema == "public" ? name : quoted_when_needed(enumeration.schema) + '.' + name;
}

}  // namespace

std::string format_type(const Type& type) {
  std::string out;
  if (type.kind == Kind::enumeration && type.enumeration != nullptr) {
    out = enum_name(*type.enumeration);
  } else if (type.kind == Kind::bpchar && type.length < 0) {
    out = "bpchar";
  } else {
    // The length goes before "without time zone": timestamp(3) without time zone.
    const std::string_view base = base_name(type.kind);
    const std::size_t cut = base.starts_with("time") ? std::min(base.find(' '), base.size()) : base.size();
    out = std::string(base.substr(0, cut)) + modifiers(type) + std::string(base.substr(cut));
  }
  if (type.array) out += "[]";
  return out;
}

Result<Type> builtin_type(std::string_view name) {
  std::string lower = lower_ascii(trim(name));
  if (lower.starts_with("pg_catalog.")) lower.erase(0, 11);
  Type type;
  // "char" in quotes is a type of one byte; bare char is char(1), whose length the caller's parser gives.
  for (const auto& row : kAliases) {
    if (row.name == lower) {
      type.kind = row.kind;
      return type;
    }
  }
  for (const auto& row : kFormatted) {
    if (row.name == lower) {
      type.kind = row.kind;
      return type;
    }
  }
  return failure("42704", "type \"" + std::string(name) + "\" does not exist");
}

}  // namespace holdfast::types
