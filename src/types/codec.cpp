#include "types/codec.hpp"

#include <cmath>
#include <utility>

#include "base/json_writer.hpp"
#include "types/array.hpp"
#include "types/character.hpp"
#include "types/datetime.hpp"
#include "types/detail/errors.hpp"
#include "types/detail/json_reader.hpp"
#include "types/interval.hpp"
#include "types/jsonb.hpp"
#include "types/numeric.hpp"
#include "types/scalar.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

using Storage = Stored::Storage;

Stored integer(std::int64_t value) { return {.storage = Storage::integer, .integer = value}; }
Stored text(std::string value) { return {.storage = Storage::text, .bytes = std::move(value)}; }

Result<Stored> stored_integer(Result<std::int64_t> value) {
  if (!value) return std::move(value).error();
  return integer(*value);
}

Result<Stored> stored_text(Result<std::string> value) {
  if (!value) return std::move(value).error();
  return text(*std::move(value));
}

Result<Stored> parse_real(const Type& type, std::string_view input) {
  HF_TRY(const double value, parse_float(type.kind, input));
  // SQLite turns NaN into null: an error is better than a silent change.
  if (std::isnan(value)) {
    return failure("0A000", "NaN cannot be stored in a column of type " + format_type(type), {},
                   "Use numeric, which has NaN, or null.");
  }
  return Stored{.storage = Storage::real, .real = value};
}

Result<Stored> parse_sized_numeric(const Type& type, std::string_view input) {
  auto value = parse_numeric(input);
  if (!value || type.length < 0) return stored_text(std::move(value));
  return stored_text(fit_numeric(*value, type.length, type.scale == -1 ? 0 : type.scale));
}

Result<Stored> parse_label(const Type& type, std::string_view input) {
  if (type.enumeration != nullptr) {
    for (const auto& label : type.enumeration->labels) {
      if (label == input) return text(label);
    }
  }
  return failure("22P02", "invalid input value for enum " + format_type(type.element()) + ": \"" +
                              std::string(input) + '"');
}

Result<Stored> parse_json_kind(const Type& type, std::string_view input) {
  if (type.kind == Kind::json) {
    HF_CHECK(check_json(input));
    return text(std::string(input));
  }
  HF_TRY(const JsonValue value, parse_jsonb(input));
  return text(to_string(value));
}

/// What a label's place in its enum is; -1 for a stranger.
int place_of(const Type& type, std::string_view label) {
  if (type.enumeration == nullptr) return -1;
  const auto& labels = type.enumeration->labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == label) return static_cast<int>(i);
  }
  return -1;
}

template <class Value>
int order_of(Value a, Value b) {
  return a < b ? -1 : static_cast<int>(b < a);
}

/// PostgreSQL orders NaN after all else.
int order_of_reals(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    return order_of(static_cast<int>(std::isnan(a)), static_cast<int>(std::isnan(b)));
  }
  return order_of(a, b);
}

int order_of_intervals(std::string_view left, std::string_view right) {
  const auto a = parse_interval(left);
  const auto b = parse_interval(right);
  return a && b ? compare(*a, *b) : order_of(left, right);
}

int order_of_jsonb(std::string_view left, std::string_view right) {
  if (left == right) return 0;
  const auto a = parse_jsonb(left);
  const auto b = parse_jsonb(right);
  return a && b ? compare_jsonb(*a, *b) : order_of(left, right);
}

int compare_text_kinds(const Type& type, std::string_view left, std::string_view right) {
  switch (type.kind) {
    case Kind::numeric:
      return compare_numeric(left, right);
    case Kind::bpchar:
      return order_of(without_padding(left), without_padding(right));
    case Kind::enumeration:
      return order_of(place_of(type, left), place_of(type, right));
    case Kind::interval:
      return order_of_intervals(left, right);
    case Kind::timetz:
      return compare_timetz(left, right);
    case Kind::jsonb:
      return order_of_jsonb(left, right);
    case Kind::inet:
      return compare_inet(left, right);
    default:
      return order_of(left, right);
  }
}

void append_integer_kind(std::string& out, const Type& type, std::int64_t value) {
  switch (type.kind) {
    case Kind::boolean:
      out += value != 0 ? 't' : 'f';
      return;
    case Kind::date:
      return append_date(out, value);
    case Kind::time:
      return append_time(out, value);
    case Kind::timestamp:
    case Kind::timestamptz:
      return append_timestamp(out, value, type.kind == Kind::timestamptz, TimeStyle::text);
    case Kind::money:
      return append_money(out, value);
    case Kind::float4:
    case Kind::float8:
      return append_float(out, type.kind, static_cast<double>(value));
    default:
      return append_integer(out, value);
  }
}

/// Numbers stand bare in JSON unless they are NaN or infinite.
void append_json_number(std::string& out, std::string_view number) {
  const char last = number.empty() ? 'y' : number.back();
  if (last == 'N' || last == 'y') {
    base::append_json_string(out, number);
  } else {
    out += number;
  }
}

void append_integer_json(std::string& out, const Type& type, std::int64_t value) {
  switch (type.kind) {
    case Kind::boolean:
      out += value != 0 ? "true" : "false";
      return;
    case Kind::date:
    case Kind::time:
    case Kind::money:
      out += '"';
      append_integer_kind(out, type, value);
      out += '"';
      return;
    case Kind::timestamp:
    case Kind::timestamptz:
      out += '"';
      append_timestamp(out, value, type.kind == Kind::timestamptz, TimeStyle::json);
      out += '"';
      return;
    case Kind::oid:
      out += '"';
      append_integer(out, value);
      out += '"';
      return;
    default:
      return append_integer_kind(out, type, value);
  }
}

void append_text_json(std::string& out, const Type& type, std::string_view value) {
  switch (type.kind) {
    case Kind::uuid:
      out += '"';
      out += value;
      out += '"';
      return;
    case Kind::numeric:
      return append_json_number(out, value);
    case Kind::json:
    case Kind::record:
      out += value;
      return;
    case Kind::jsonb:
      return append_spaced_json(out, value);
    default:
      return base::append_json_string(out, value);
  }
}

}  // namespace

Result<Stored> parse(const Type& type, std::string_view input) {
  if (type.array) return stored_text(parse_array(type.element(), input));
  switch (type.kind) {
    case Kind::boolean: {
      HF_TRY(const bool truth, parse_boolean(input));
      return integer(truth ? 1 : 0);
    }
    case Kind::int2:
    case Kind::int4:
    case Kind::int8:
    case Kind::oid:
      return stored_integer(parse_integer(type.kind, input));
    case Kind::float4:
    case Kind::float8:
      return parse_real(type, input);
    case Kind::numeric:
      return parse_sized_numeric(type, input);
    case Kind::uuid:
      return stored_text(parse_uuid(input));
    case Kind::bytea: {
      HF_TRY(std::string bytes, parse_bytea(input));
      return Stored{.storage = Storage::blob, .bytes = std::move(bytes)};
    }
    case Kind::date:
      return stored_integer(parse_date(input));
    case Kind::time:
      return stored_integer(parse_time(input, type.length));
    case Kind::timetz:
      return stored_text(parse_timetz(input, type.length));
    case Kind::timestamp:
    case Kind::timestamptz:
      return stored_integer(parse_timestamp(input, type.kind == Kind::timestamptz, type.length));
    case Kind::interval: {
      HF_TRY(const Interval interval, parse_interval(input, type.length));
      return text(to_string(interval));
    }
    case Kind::json:
    case Kind::jsonb:
      return parse_json_kind(type, input);
    case Kind::enumeration:
      return parse_label(type, input);
    case Kind::money:
      return stored_integer(parse_money(input));
    case Kind::bit:
    case Kind::varbit:
      return stored_text(parse_bits(type, input));
    case Kind::inet:
      return stored_text(parse_inet(input));
    default:
      return stored_text(parse_character(type, input));
  }
}

Result<Stored> parse_json(const Type& type, std::string_view json) {
  HF_CHECK(check_utf8(json));
  JsonReader reader(json);
  const char first = reader.peek();
  const bool holds_json = !type.array && (type.kind == Kind::json || type.kind == Kind::jsonb);
  if (first == 'n') {
    HF_CHECK(reader.skip_value());
    HF_CHECK(reader.finish());
    return Stored{};
  }
  if (holds_json) return parse(type, json);
  if (type.array && first == '[') return stored_text(parse_json_array(type.element(), json));
  if (first == '"') {
    std::string content;
    HF_CHECK(reader.read_string(content));
    HF_CHECK(reader.finish());
    return parse(type, content);
  }
  HF_TRY(const std::string_view raw, reader.skip_value());
  HF_CHECK(reader.finish());
  if (type.array) return failure("22P02", "expected JSON array");
  return parse(type, raw);
}

void append_text(std::string& out, const Type& type, StoredView value) {
  switch (value.storage) {
    case Storage::null:
      return;
    case Storage::integer:
      return append_integer_kind(out, type, value.integer);
    case Storage::real:
      return append_float(out, type.kind, value.real);
    case Storage::blob:
      return append_bytea(out, value.bytes);
    case Storage::text:
      if (type.array) return append_array_text(out, type.element(), value.bytes);
      if (type.kind == Kind::jsonb) return append_spaced_json(out, value.bytes);
      out += value.bytes;
      return;
  }
}

void append_json(std::string& out, const Type& type, StoredView value) {
  switch (value.storage) {
    case Storage::null:
      out += "null";
      return;
    case Storage::integer:
      return append_integer_json(out, type, value.integer);
    case Storage::real: {
      const std::size_t start = out.size();
      append_float(out, type.kind, value.real);
      if (std::isfinite(value.real)) return;
      out.insert(start, 1, '"');
      out += '"';
      return;
    }
    case Storage::blob:
      out += '"';
      out += '\\';
      append_bytea(out, value.bytes);
      out += '"';
      return;
    case Storage::text:
      if (type.array) return append_array_json(out, type.element(), value.bytes);
      return append_text_json(out, type, value.bytes);
  }
}

int compare(const Type& type, StoredView left, StoredView right) {
  const bool real = left.storage == Storage::real || right.storage == Storage::real;
  if (real) {
    const auto number = [](const StoredView& v) {
      return v.storage == Storage::integer ? static_cast<double>(v.integer) : v.real;
    };
    return order_of_reals(number(left), number(right));
  }
  if (left.storage == Storage::integer && right.storage == Storage::integer) {
    return order_of(left.integer, right.integer);
  }
  if (type.array) return compare_arrays(type.element(), left.bytes, right.bytes);
  return compare_text_kinds(type, left.bytes, right.bytes);
}

}  // namespace holdfast::types
