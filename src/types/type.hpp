#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace holdfast::types {

/// PostgreSQL's types that Holdfast keeps. The comment is how SQLite stores the value.
enum class Kind : std::uint8_t {
  unknown,      // an untyped literal, before it is resolved
  boolean,      // INTEGER 0 or 1
  int2,         // INTEGER
  int4,         // INTEGER
  int8,         // INTEGER
  float4,       // REAL, rounded to single precision
  float8,       // REAL
  numeric,      // TEXT in canonical form, scale kept (1.50), collation pg_numeric
  text,         // TEXT
  varchar,      // TEXT
  bpchar,       // TEXT, padded as PostgreSQL pads
  name,         // TEXT
  bytea,        // BLOB
  uuid,         // TEXT, 36 lower-case characters
  date,         // INTEGER, days since 1970-01-01
  time,         // INTEGER, microseconds since midnight
  timetz,       // TEXT
  timestamp,    // INTEGER, microseconds since 1970-01-01
  timestamptz,  // INTEGER, microseconds since 1970-01-01 UTC
  interval,     // TEXT, as PostgreSQL prints it
  json,         // TEXT as given
  jsonb,        // TEXT in canonical form: keys by length then bytes, last of a name wins, no spaces
  enumeration,  // TEXT, collation enum_<schema>.<name> that orders by declaration
  tsvector,     // TEXT, as PostgreSQL prints it
  tsquery,      // TEXT, as PostgreSQL prints it
  money,        // INTEGER, cents
  bit,          // TEXT of 0 and 1
  varbit,       // TEXT of 0 and 1
  inet,         // TEXT
  xml,          // TEXT
  oid,          // INTEGER
  record,       // JSON object, in expressions only
  void_type,    // the result of a function that returns nothing
};

/// An enum type: labels in order of declaration.
struct EnumType {
  std::string schema;
  std::string name;
  std::vector<std::string> labels;
};

/// One PostgreSQL type, as a column or an expression has it. A value; cheap to copy.
struct Type {
  Kind kind = Kind::unknown;
  /// Dimensions do not matter to PostgreSQL, so they do not here: an array is an array. Stored as JSON TEXT.
  bool array = false;
  /// varchar(n), char(n), bit(n): n. numeric(p,s): p. timestamp(p): p. -1: none given.
  int length = -1;
  /// numeric(p,s): s. -1: none given.
  int scale = -1;
  /// Kind::enumeration only. Shared by all columns of the type and by the catalogue.
  std::shared_ptr<const EnumType> enumeration{};

  [[nodiscard]] Type element() const {
    Type e = *this;
    e.array = false;
    return e;
  }
  [[nodiscard]] Type array_of() const {
    Type a = *this;
    a.array = true;
    return a;
  }
  [[nodiscard]] bool is(Kind k) const { return kind == k && !array; }
  /// Same kind, array and enum; length and scale do not count.
  [[nodiscard]] bool same_as(const Type& other) const {
    return kind == other.kind && array == other.array && enumeration == other.enumeration;
  }
};

/// The type named as PostgreSQL's format_type prints it: `character varying(255)`, `uuid`, `text[]`.
[[nodiscard]] std::string format_type(const Type& type);
/// A built-in type by its name or alias as written in SQL (`int`, `int4`, `timestamptz`, `varchar`, ...),
/// without modifiers.
[[nodiscard]] Result<Type> builtin_type(std::string_view name);

}  // namespace holdfast::types
