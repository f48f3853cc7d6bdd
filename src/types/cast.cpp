#include "types/cast.hpp"

#include <cmath>

#include "types/array.hpp"
#include "types/calendar.hpp"
#include "types/character.hpp"
#include "types/datetime.hpp"
#include "types/detail/errors.hpp"
#include "types/interval.hpp"
#include "types/jsonb.hpp"
#include "types/numeric.hpp"
#include "types/scalar.hpp"

namespace holdfast::types {
namespace {

using Storage = Stored::Storage;

Stored integer(std::int64_t value) { return {.storage = Storage::integer, .integer = value}; }
Stored real(double value) { return {.storage = Storage::real, .real = value}; }
Stored text(std::string value) { return {.storage = Storage::text, .bytes = std::move(value)}; }

bool is_integer(const Type& t) {
  return t.kind == Kind::int2 || t.kind == Kind::int4 || t.kind == Kind::int8 || t.kind == Kind::oid;
}
bool is_float(const Type& t) { return t.kind == Kind::float4 || t.kind == Kind::float8; }
bool is_string(const Type& t) {
  return t.kind == Kind::text || t.kind == Kind::varchar || t.kind == Kind::bpchar || t.kind == Kind::name ||
         t.kind == Kind::unknown;
}

double number_of(const StoredView& value) {
  return value.storage == Storage::integer ? static_cast<double>(value.integer) : value.real;
}

Result<Stored> to_string_kind(const Type& from, const Type& to, const StoredView& value, CastKind kind) {
  const std::string content = text_of(from, value);
  if (kind == CastKind::explicit_) return text(cut_character(to, content));
  HF_TRY(std::string fitted, parse_character(to, content));
  return text(std::move(fitted));
}

Result<Stored> numeric_result(const Type& to, std::string value) {
  if (to.length < 0) return text(std::move(value));
  HF_TRY(std::string fitted, fit_numeric(value, to.length, to.scale == -1 ? 0 : to.scale));
  return text(std::move(fitted));
}

Result<Stored> float_to_integer(const Type& to, double value) {
  const double rounded = std::rint(value);
  constexpr double kLimit = 9223372036854775808.0;
  if (std::isnan(rounded) || rounded < -kLimit || rounded >= kLimit) {
    return failure("22003", format_type(to) + " out of range");
  }
  HF_TRY(const std::int64_t fitted, fit_integer(to.kind, static_cast<std::int64_t>(rounded)));
  return integer(fitted);
}

Result<Stored> to_float_kind(const Type& to, double value) {
  if (to.kind == Kind::float8) return real(value);
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow) && !std::isinf(value)) return failure("22003", "value out of range: overflow");
  if (narrow == 0 && value != 0) return failure("22003", "value out of range: underflow");
  return real(static_cast<double>(narrow));
}

Result<Stored> from_number(const Type& from, const Type& to, const StoredView& value) {
  if (is_integer(to)) {
    if (is_float(from)) return float_to_integer(to, number_of(value));
    std::int64_t whole = value.integer;
    if (from.kind == Kind::numeric) {
      HF_TRY(whole, numeric_to_integer(value.bytes));
    }
    HF_TRY(whole, fit_integer(to.kind, whole));
    return integer(whole);
  }
  if (is_float(to)) {
    double number = number_of(value);
    if (from.kind == Kind::numeric) {
      HF_TRY(number, numeric_to_double(value.bytes));
    }
    return to_float_kind(to, number);
  }
  if (from.kind == Kind::numeric) return numeric_result(to, std::string(value.bytes));
  if (is_float(from))
    return numeric_result(to, numeric_from_double(number_of(value), from.kind == Kind::float4 ? 6 : 15));
  return numeric_result(to, numeric_from_integer(value.integer));
}

bool is_number(const Type& t) { return is_integer(t) || is_float(t) || t.kind == Kind::numeric; }

Result<Stored> money_cast(const Type& from, const Type& to, const StoredView& value) {
  if (from.kind == Kind::money) {
    HF_TRY(std::string amount, numeric_divide(numeric_from_integer(value.integer), "100"));
    return from_number(builtin_type("numeric").value(), to,
                       {.storage = Storage::text, .bytes = numeric_round(amount, 2)});
  }
  const Type numeric = builtin_type("numeric").value();
  HF_TRY(const Stored amount, from_number(from, numeric, value));
  HF_TRY(const std::string cents, numeric_multiply(amount.bytes, "100"));
  HF_TRY(const std::int64_t whole, numeric_to_integer(cents));
  return integer(whole);
}

bool is_timestamp(const Type& t) { return t.kind == Kind::timestamp || t.kind == Kind::timestamptz; }

std::int64_t time_of_day(std::int64_t micros) {
  return micros - floor_divide(micros, kMicrosPerDay) * kMicrosPerDay;
}

Result<Stored> from_date(const Type& to, std::int64_t days) {
  if (is_infinite_date(days)) return integer(days == kInfiniteDate ? kInfiniteTime : kMinusInfiniteTime);
  const auto micros = checked_timestamp(days, 0);
  if (!micros) return failure("22008", "date out of range for timestamp");
  static_cast<void>(to);
  return integer(*micros);
}

Result<Stored> from_timestamp(const Type& to, std::int64_t micros) {
  const bool infinite = is_infinite_time(micros);
  switch (to.kind) {
    case Kind::timestamp:
    case Kind::timestamptz:
      return integer(round_timestamp(micros, to.length));
    case Kind::date:
      if (infinite) return integer(micros > 0 ? kInfiniteDate : kMinusInfiniteDate);
      return integer(floor_divide(micros, kMicrosPerDay));
    case Kind::time:
      if (infinite) return Stored{};
      return integer(round_time(time_of_day(micros), to.length));
    default:
      if (infinite) return Stored{};
      return text(join_timetz({.micros = round_time(time_of_day(micros), to.length)}));
  }
}

/// Casts among dates, times and intervals; nothing where the pair has none of its own.
Result<Stored> time_cast(const Type& from, const Type& to, const StoredView& value, bool& handled) {
  handled = true;
  if (from.kind == Kind::date && is_timestamp(to)) return from_date(to, value.integer);
  if (is_timestamp(from) &&
      (is_timestamp(to) || to.kind == Kind::date || to.kind == Kind::time || to.kind == Kind::timetz)) {
    return from_timestamp(to, value.integer);
  }
  if (from.kind == Kind::time) {
    if (to.kind == Kind::time) return integer(round_time(value.integer, to.length));
    if (to.kind == Kind::timetz) return text(join_timetz({.micros = round_time(value.integer, to.length)}));
    if (to.kind == Kind::interval) return text(to_string(Interval{.micros = value.integer}));
  }
  if (from.kind == Kind::timetz && to.kind == Kind::time) return integer(split_timetz(value.bytes).micros);
  if (from.kind == Kind::interval && to.kind == Kind::time) {
    HF_TRY(const Interval interval, parse_interval(value.bytes));
    return integer(time_of_day(interval.micros));
  }
  handled = false;
  return Stored{};
}

Result<Stored> from_jsonb(const Type& to, const StoredView& value, CastKind kind) {
  if (to.kind == Kind::json) {
    std::string spaced;
    append_spaced_json(spaced, value.bytes);
    return text(std::move(spaced));
  }
  HF_TRY(const JsonValue json, parse_jsonb(value.bytes));
  if (json.kind == JsonValue::Kind::number && is_number(to)) {
    return cast(builtin_type("numeric").value(), to, {.storage = Storage::text, .bytes = json.text}, kind);
  }
  if (json.kind == JsonValue::Kind::boolean && to.kind == Kind::boolean) return integer(json.truth ? 1 : 0);
  if (!is_number(to) && to.kind != Kind::boolean) return parse(to, text_of({.kind = Kind::jsonb}, value));
  return failure("22023", "cannot cast this jsonb value to type " + format_type(to));
}

Result<Stored> cast_elements(const Type& from, const Type& to, std::string_view stored, CastKind kind) {
  HF_TRY(auto elements, array_elements(stored));
  for (auto& element : elements) {
    if (!element.nested.empty()) {
      return failure("0A000", "casts of arrays with several dimensions are not supported");
    }
    if (element.value.storage == Storage::null) continue;
    Stored decoded = element.value;
    if (from.kind == Kind::bytea && decoded.storage == Storage::text) {
      HF_TRY(decoded.bytes, parse_bytea(element.value.bytes));
      decoded.storage = Storage::blob;
    }
    HF_TRY(element.value, cast(from, to, view_of(decoded), kind));
  }
  return text(join_elements(elements));
}

Result<Stored> through_text(const Type& from, const Type& to, const StoredView& value) {
  std::string form;
  append_text(form, from, value);
  return parse(to, form);
}

}  // namespace

std::string text_of(const Type& type, const StoredView& value) {
  if (type.is(Kind::boolean)) return value.integer != 0 ? "true" : "false";
  if (type.is(Kind::bpchar)) return std::string(without_padding(value.bytes));
  std::string out;
  append_text(out, type, value);
  if (type.is(Kind::inet) && out.find('/') == std::string::npos) {
    out += out.find(':') == std::string::npos ? "/32" : "/128";
  }
  return out;
}

Result<Stored> cast(const Type& from, const Type& to, const StoredView& value, CastKind kind) {
  if (value.storage == Storage::null) return Stored{};
  if (from.array && to.array) return cast_elements(from.element(), to.element(), value.bytes, kind);
  if (from.array || to.array) return through_text(from, to, value);
  if (is_string(to)) return to_string_kind(from, to, value, kind);
  if (is_string(from)) return parse(to, text_of(from, value));
  if (is_number(from) && is_number(to)) return from_number(from, to, value);
  if ((from.kind == Kind::money && is_number(to)) || (to.kind == Kind::money && is_number(from))) {
    return money_cast(from, to, value);
  }
  if (from.kind == Kind::boolean && is_integer(to)) return integer(value.integer != 0 ? 1 : 0);
  if (is_integer(from) && to.kind == Kind::boolean) return integer(value.integer != 0 ? 1 : 0);
  bool handled = false;
  auto timed = time_cast(from, to, value, handled);
  if (handled) return timed;
  if (from.kind == Kind::jsonb && to.kind != Kind::jsonb) return from_jsonb(to, value, kind);
  return through_text(from, to, value);
}

}  // namespace holdfast::types
