#include "schema/expression_operand.hpp"

#include <algorithm>
#include <array>

#include "schema/query.hpp"

namespace holdfast::schema {

std::string quote_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string quote_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + '\'';
}

}  // namespace holdfast::schema

namespace holdfast::schema::detail {
namespace {

using types::Kind;

template <std::size_t N>
bool one_of(const types::Type& type, const std::array<Kind, N>& kinds) {
  return !type.array && std::ranges::find(kinds, type.kind) != kinds.end();
}

constexpr std::array kNativelyOrdered{
    Kind::boolean,   Kind::int2,        Kind::int4,  Kind::int8,  Kind::float4, Kind::float8, Kind::text,
    Kind::varchar,   Kind::bpchar,      Kind::name,  Kind::bytea, Kind::uuid,   Kind::date,   Kind::time,
    Kind::timestamp, Kind::timestamptz, Kind::money, Kind::bit,   Kind::varbit, Kind::oid,    Kind::unknown};
constexpr std::array kUnordered{Kind::json, Kind::xml, Kind::record, Kind::void_type};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80U;
}

/// Behind the quoted text that begins at `at`.
std::size_t skip_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] != quote) continue;
    if (at + 1 == sql.size() || sql[at + 1] != quote) return at + 1;
    ++at;
  }
  return sql.size();
}

/// Behind the parenthesis that closes the one at `at`.
std::size_t skip_parentheses(std::string_view sql, std::size_t at) {
  int depth = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    if (c == '\'' || c == '"') {
      at = skip_quoted(sql, at);
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) return at + 1;
    ++at;
  }
  return sql.size();
}

bool is_atom(std::string_view sql) {
  std::size_t at = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    if (c == '\'' || c == '"') {
      at = skip_quoted(sql, at);
    } else if (c == '(') {
      return skip_parentheses(sql, at) == sql.size();
    } else if (is_word_character(c)) {
      ++at;
    } else {
      return false;
    }
  }
  return !sql.empty();
}

}  // namespace

Operand operand_of(std::string_view sql, const types::Type& type) {
  auto operand = computed(std::string(sql), type);
  if (!operand.untyped()) return operand;
  operand.is_null = sql == "NULL";
  if (!sql.starts_with('\'') || skip_quoted(sql, 0) != sql.size()) return operand;
  operand.literal.emplace();
  for (std::size_t at = 1; at + 1 < sql.size(); ++at) {
    *operand.literal += sql[at];
    if (sql[at] == '\'') ++at;
  }
  return operand;
}

std::string enclosed(std::string_view sql) {
  return is_atom(sql) ? std::string(sql) : "(" + std::string(sql) + ")";
}

bool orders_natively(const types::Type& type) { return one_of(type, kNativelyOrdered); }

bool is_comparable(const types::Type& type) {
  return std::ranges::find(kUnordered, type.kind) == kUnordered.end();
}

std::string collate_clause(const types::Type& type) {
  if (orders_natively(type) || !is_comparable(type)) return {};
  if (type.is(Kind::numeric)) return " COLLATE pg_numeric";
  if (type.is(Kind::enumeration)) {
    return " COLLATE " + quote_identifier("enum_" + type.enumeration->schema + "." + type.enumeration->name);
  }
  types::Type bare = type;
  bare.length = -1;
  bare.scale = -1;
  return " COLLATE " + quote_identifier("pg_order " + types::format_type(bare));
}

std::string type_literal(const types::Type& type) { return quote_literal(types::format_type(type)); }

bool is_integer(const types::Type& type) {
  return one_of(type, std::array{Kind::int2, Kind::int4, Kind::int8, Kind::oid});
}
bool is_float(const types::Type& type) { return one_of(type, std::array{Kind::float4, Kind::float8}); }
bool is_number(const types::Type& type) {
  return is_integer(type) || is_float(type) || type.is(Kind::numeric);
}
bool is_string(const types::Type& type) {
  return one_of(type, std::array{Kind::text, Kind::varchar, Kind::bpchar, Kind::name});
}

}  // namespace holdfast::schema::detail
