#include "schema/expression_casts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "schema/query.hpp"
#include "types/codec.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;
using types::Type;

struct CastRow {
  Kind from;
  Kind to;
  CastContext context;
  /// Of `{}`; empty: the stored forms are the same; nullptr: pg_cast().
  const char* sql = nullptr;
};
constexpr auto kImplicit = CastContext::implicit;
constexpr auto kAssignment = CastContext::assignment;
constexpr auto kExplicit = CastContext::explicit_;
constexpr char kToReal[] = "CAST({} AS REAL)";
constexpr char kToText[] = "CAST({} AS TEXT)";

/// PostgreSQL's pg_cast, for the types that Holdfast keeps. Casts from and to strings by the text form are
/// not listed: assignment to a string, explicit from one.
constexpr std::array kCasts{
    CastRow{Kind::int2, Kind::int4, kImplicit, ""},
    CastRow{Kind::int2, Kind::int8, kImplicit, ""},
    CastRow{Kind::int2, Kind::numeric, kImplicit, kToText},
    CastRow{Kind::int2, Kind::float4, kImplicit, kToReal},
    CastRow{Kind::int2, Kind::float8, kImplicit, kToReal},
    CastRow{Kind::int4, Kind::int2, kAssignment},
    CastRow{Kind::int4, Kind::int8, kImplicit, ""},
    CastRow{Kind::int4, Kind::numeric, kImplicit, kToText},
    CastRow{Kind::int4, Kind::float4, kImplicit},
    CastRow{Kind::int4, Kind::float8, kImplicit, kToReal},
    CastRow{Kind::int4, Kind::boolean, kExplicit, "{} <> 0"},
    CastRow{Kind::int4, Kind::oid, kImplicit},
    CastRow{Kind::int4, Kind::money, kAssignment},
    CastRow{Kind::int4, Kind::bit, kExplicit},
    CastRow{Kind::int8, Kind::int2, kAssignment},
    CastRow{Kind::int8, Kind::int4, kAssignment},
    CastRow{Kind::int8, Kind::numeric, kImplicit, kToText},
    CastRow{Kind::int8, Kind::float4, kImplicit},
    CastRow{Kind::int8, Kind::float8, kImplicit, kToReal},
    CastRow{Kind::int8, Kind::oid, kImplicit},
    CastRow{Kind::int8, Kind::money, kAssignment},
    CastRow{Kind::int8, Kind::bit, kExplicit},
    CastRow{Kind::oid, Kind::int8, kAssignment, ""},
    CastRow{Kind::oid, Kind::int4, kAssignment},
    CastRow{Kind::numeric, Kind::int2, kAssignment},
    CastRow{Kind::numeric, Kind::int4, kAssignment},
    CastRow{Kind::numeric, Kind::int8, kAssignment},
    CastRow{Kind::numeric, Kind::float4, kImplicit},
    CastRow{Kind::numeric, Kind::float8, kImplicit},
    CastRow{Kind::numeric, Kind::money, kAssignment},
    CastRow{Kind::money, Kind::numeric, kAssignment},
    CastRow{Kind::float4, Kind::int2, kAssignment},
    CastRow{Kind::float4, Kind::int4, kAssignment},
    CastRow{Kind::float4, Kind::int8, kAssignment},
    CastRow{Kind::float4, Kind::numeric, kAssignment},
    CastRow{Kind::float4, Kind::float8, kImplicit, ""},
    CastRow{Kind::float8, Kind::int2, kAssignment},
    CastRow{Kind::float8, Kind::int4, kAssignment},
    CastRow{Kind::float8, Kind::int8, kAssignment},
    CastRow{Kind::float8, Kind::numeric, kAssignment},
    CastRow{Kind::float8, Kind::float4, kAssignment},
    CastRow{Kind::boolean, Kind::int4, kExplicit, ""},
    CastRow{Kind::text, Kind::varchar, kImplicit, ""},
    CastRow{Kind::text, Kind::bpchar, kImplicit, ""},
    CastRow{Kind::text, Kind::name, kImplicit},
    CastRow{Kind::varchar, Kind::text, kImplicit, ""},
    CastRow{Kind::varchar, Kind::bpchar, kImplicit, ""},
    CastRow{Kind::varchar, Kind::name, kImplicit},
    CastRow{Kind::bpchar, Kind::text, kImplicit, "rtrim({}, ' ')"},
    CastRow{Kind::bpchar, Kind::varchar, kImplicit, "rtrim({}, ' ')"},
    CastRow{Kind::bpchar, Kind::name, kImplicit},
    CastRow{Kind::name, Kind::text, kImplicit, ""},
    CastRow{Kind::name, Kind::varchar, kAssignment, ""},
    CastRow{Kind::name, Kind::bpchar, kAssignment, ""},
    CastRow{Kind::date, Kind::timestamp, kImplicit},
    CastRow{Kind::date, Kind::timestamptz, kImplicit},
    CastRow{Kind::timestamp, Kind::timestamptz, kImplicit, ""},
    CastRow{Kind::timestamp, Kind::date, kAssignment},
    CastRow{Kind::timestamp, Kind::time, kAssignment},
    CastRow{Kind::timestamptz, Kind::timestamp, kAssignment, ""},
    CastRow{Kind::timestamptz, Kind::date, kAssignment},
    CastRow{Kind::timestamptz, Kind::time, kAssignment},
    CastRow{Kind::timestamptz, Kind::timetz, kAssignment},
    CastRow{Kind::time, Kind::interval, kImplicit},
    CastRow{Kind::time, Kind::timetz, kImplicit},
    CastRow{Kind::timetz, Kind::time, kAssignment},
    CastRow{Kind::interval, Kind::time, kAssignment},
    CastRow{Kind::json, Kind::jsonb, kAssignment},
    CastRow{Kind::jsonb, Kind::json, kAssignment},
    CastRow{Kind::jsonb, Kind::boolean, kExplicit},
    CastRow{Kind::jsonb, Kind::int2, kExplicit},
    CastRow{Kind::jsonb, Kind::int4, kExplicit},
    CastRow{Kind::jsonb, Kind::int8, kExplicit},
    CastRow{Kind::jsonb, Kind::numeric, kExplicit},
    CastRow{Kind::jsonb, Kind::float4, kExplicit},
    CastRow{Kind::jsonb, Kind::float8, kExplicit},
    CastRow{Kind::bit, Kind::varbit, kImplicit, ""},
    CastRow{Kind::varbit, Kind::bit, kImplicit, ""},
    CastRow{Kind::bit, Kind::int4, kExplicit},
    CastRow{Kind::bit, Kind::int8, kExplicit},
};

const CastRow* find_cast(const Type& from, const Type& to) {
  if (from.array || to.array) return nullptr;
  const auto row =
      std::ranges::find_if(kCasts, [&](const CastRow& c) { return c.from == from.kind && c.to == to.kind; });
  return row == kCasts.end() ? nullptr : &*row;
}

/// Kinds whose stored form is the text that PostgreSQL prints.
bool stored_as_printed(const Type& type) {
  constexpr std::array kPrinted{Kind::text,        Kind::varchar, Kind::name,     Kind::uuid,
                                Kind::numeric,     Kind::json,    Kind::interval, Kind::timetz,
                                Kind::enumeration, Kind::inet,    Kind::tsvector, Kind::tsquery,
                                Kind::xml,         Kind::bit,     Kind::varbit};
  return !type.array && std::ranges::find(kPrinted, type.kind) != kPrinted.end();
}

bool has_modifier(const Type& type) { return type.length >= 0 || type.scale >= 0; }

bool same_modifier(const Type& a, const Type& b) { return a.length == b.length && a.scale == b.scale; }

std::string fill(std::string_view pattern, const std::string& value) {
  const auto at = pattern.find("{}");
  const bool whole = at > 0 && pattern[at - 1] == '(';
  return std::string(pattern.substr(0, at)) + (whole ? value : enclosed(value)) +
         std::string(pattern.substr(at + 2));
}

std::string call_cast(const Operand& value, const Type& target, CastContext context) {
  const char* function = context == CastContext::assignment ? "pg_assign(" : "pg_cast(";
  return function + value.sql + ", " + type_literal(value.type) + ", " + type_literal(target) + ")";
}

/// The cast between two types without regard to length and scale; empty where pg_cast() must do it.
std::optional<std::string> cheap_cast(const Operand& value, const Type& target) {
  if (value.type.same_as(target)) return value.sql;
  const auto* row = find_cast(value.type, target);
  if (row != nullptr && row->sql != nullptr) return *row->sql == '\0' ? value.sql : fill(row->sql, value.sql);
  const bool to_plain_string = target.is(Kind::text) || target.is(Kind::varchar);
  if (to_plain_string && stored_as_printed(value.type)) return value.sql;
  if (to_plain_string && is_integer(value.type)) return fill(kToText, value.sql);
  return std::nullopt;
}

Error no_cast(const Type& from, const Type& to, CastContext context) {
  return {.code = context == CastContext::explicit_ ? "42846" : "42804",
          .message = "cannot cast type " + types::format_type(from) + " to " + types::format_type(to)};
}

Operand with(Operand operand, std::string sql, const Type& type) {
  operand.sql = std::move(sql);
  operand.type = type;
  operand.literal.reset();
  operand.number.reset();
  operand.open_parameter = nullptr;
  return operand;
}

std::string real_literal(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find("inf") != std::string::npos) return text.front() == '-' ? "-9e999" : "9e999";
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string hex_literal(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string sql = "x'";
  for (const char c : bytes) {
    sql += kDigits[static_cast<unsigned char>(c) >> 4U];
    sql += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return sql + '\'';
}

std::string stored_literal(const types::Stored& value) {
  switch (value.storage) {
    case types::Stored::Storage::null:
      return "NULL";
    case types::Stored::Storage::integer:
      return std::to_string(value.integer);
    case types::Stored::Storage::real:
      return real_literal(value.real);
    case types::Stored::Storage::text:
      return quote_literal(value.bytes);
    case types::Stored::Storage::blob:
      return hex_literal(value.bytes);
  }
  return "NULL";
}

/// A number as written, read straight as another number type: `1` as numeric, `2.5` as float8.
bool rereads(const Operand& operand, const Type& target) {
  if (!operand.number || !is_number(target)) return false;
  return !is_integer(target) || is_integer(operand.type);
}

Result<Operand> coerce_untyped(Operand operand, const Type& target) {
  if (operand.literal) {
    HF_TRY(auto value, typed_literal(target, *operand.literal));
    value.location = operand.location;
    return value;
  }
  if (operand.open_parameter != nullptr) *operand.open_parameter = target;
  auto sql = operand.sql;
  return with(std::move(operand), std::move(sql), target);
}

/// The implicit cast that PostgreSQL's UNION rules ask for, between two types of one category.
bool same_category(const Type& a, const Type& b) {
  if (a.same_as(b)) return true;
  if (a.array || b.array) return false;
  if (is_number(a) && is_number(b)) return true;
  if (is_string(a) && is_string(b)) return true;
  const auto is_time = [](const Type& t) {
    return t.is(Kind::date) || t.is(Kind::time) || t.is(Kind::timetz) || t.is(Kind::timestamp) ||
           t.is(Kind::timestamptz);
  };
  return is_time(a) && is_time(b);
}

bool is_preferred(const Type& type) {
  return type.is(Kind::text) || type.is(Kind::float8) || type.is(Kind::timestamptz) ||
         type.is(Kind::interval) || type.is(Kind::boolean);
}

}  // namespace

bool can_cast(const Type& from, const Type& to, CastContext context) {
  if (from.same_as(to) || from.is(Kind::unknown)) return true;
  if (from.array && to.array) return can_cast(from.element(), to.element(), context);
  if (const auto* row = find_cast(from, to)) return row->context <= context;
  if (from.is(Kind::record) || from.is(Kind::void_type) || to.is(Kind::record)) return false;
  if (is_string(to)) return context != CastContext::implicit;
  return is_string(from) && context == CastContext::explicit_;
}

Result<Operand> typed_literal(const Type& type, std::string_view text) {
  if (type.is(Kind::text)) return computed(quote_literal(text), type);
  HF_TRY(const auto stored, types::parse(type, text));
  auto value = computed(stored_literal(stored), type);
  if (is_number(type)) value.number = std::string(text);
  return value;
}

Result<Operand> coerce(Operand operand, const Type& target, CastContext context) {
  if (operand.untyped()) return coerce_untyped(std::move(operand), target);
  if (!can_cast(operand.type, target, context)) return no_cast(operand.type, target, context);
  if (operand.is_null) return with(std::move(operand), "NULL", target);
  if (rereads(operand, target)) {
    HF_TRY(auto value, typed_literal(target, *operand.number));
    value.location = operand.location;
    return value;
  }
  const bool keeps_modifier =
      !has_modifier(target) || (operand.type.same_as(target) && same_modifier(operand.type, target));
  if (keeps_modifier) {
    if (auto sql = cheap_cast(operand, target)) {
      const bool not_null = operand.not_null;
      operand = with(std::move(operand), *std::move(sql), target);
      operand.not_null = not_null;
      return operand;
    }
  }
  auto sql = call_cast(operand, target, context);
  return with(std::move(operand), std::move(sql), target);
}

Result<Operand> settle(Operand operand) {
  if (!operand.untyped()) return operand;
  return coerce(std::move(operand), type_of(Kind::text), CastContext::implicit);
}

Result<Type> common_type(const std::vector<Operand>& parts, std::string_view construct) {
  Type chosen;
  for (const auto& part : parts) {
    if (part.untyped()) continue;
    const auto& type = part.type;
    if (chosen.is(Kind::unknown)) {
      chosen = type;
    } else if (chosen.same_as(type)) {
      if (!same_modifier(chosen, type)) chosen.length = chosen.scale = -1;
    } else if (!same_category(chosen, type)) {
      return Error{.code = "42804",
                   .message = std::string(construct) + " types " + types::format_type(chosen) + " and " +
                              types::format_type(type) + " cannot be matched"};
    } else {
      const bool widens = !is_preferred(chosen) && can_cast(chosen, type, CastContext::implicit) &&
                          !can_cast(type, chosen, CastContext::implicit);
      const bool both_ways =
          can_cast(chosen, type, CastContext::implicit) && !is_preferred(chosen) && is_preferred(type);
      if (widens || both_ways) chosen = type;
      chosen.length = chosen.scale = -1;
    }
  }
  return chosen.is(Kind::unknown) ? type_of(Kind::text) : chosen;
}

}  // namespace holdfast::schema::detail

namespace holdfast::schema {

Result<std::string> cast_sql(const TypedSql& value, const types::Type& target) {
  HF_TRY(auto cast,
         detail::coerce(detail::operand_of(value.sql, value.type), target, detail::CastContext::explicit_));
  return std::move(cast.sql);
}

}  // namespace holdfast::schema
