#include "library/argument_value.hpp"

#include <algorithm>

#include "types/array.hpp"
#include "types/datetime.hpp"
#include "types/scalar.hpp"

namespace holdfast::library {
namespace {

using Given = v0::Argument::Kind;
using types::Kind;
using types::Stored;
using types::Type;

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

sql::ValueView value_of(const Stored& value) {
  return {static_cast<sql::ValueKind>(value.storage), value.integer, value.real, value.bytes};
}
static_assert(static_cast<int>(Stored::Storage::blob) == static_cast<int>(sql::ValueKind::blob) &&
              static_cast<int>(Stored::Storage::text) == static_cast<int>(sql::ValueKind::text));

base::Result<sql::ValueView> read_text(const Type& type, std::string_view text, KeptValues& kept) {
  HF_TRY(auto stored, types::parse(type, text));
  return value_of(kept.emplace_back(std::move(stored)));
}

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0; });
}

bool is_integer(const Type& type) {
  if (type.array) return false;
  return type.kind == Kind::int8 || type.kind == Kind::int4 || type.kind == Kind::int2 ||
         type.kind == Kind::oid;
}

base::Error does_not_fit(std::string_view given, const Type& type) {
  return {.code = "42804",
          .message = std::string(given) + " were given for a parameter of type " + types::format_type(type),
          .hint = "Cast the parameter in the statement: $1::bytea, $1::text[]."};
}

base::Result<sql::ValueView> integer_argument(const Type& type, std::int64_t value, KeptValues& kept) {
  if (type.is(Kind::int8)) return sql::ValueView::of(value);
  if (is_integer(type)) {
    HF_TRY(const auto fitting, types::fit_integer(type.kind, value));
    return sql::ValueView::of(fitting);
  }
  if (type.is(Kind::float8)) return sql::ValueView::of(static_cast<double>(value));
  return read_text(type, std::to_string(value), kept);
}

base::Result<sql::ValueView> real_argument(const Type& type, double value, KeptValues& kept) {
  std::string text;
  types::append_float(text, Kind::float8, value);
  return read_text(type, text, kept);
}

base::Result<sql::ValueView> text_argument(const Type& type, std::string_view text, KeptValues& kept) {
  const bool takes_any = type.is(Kind::text) || (type.is(Kind::varchar) && type.length < 0);
  if (takes_any && is_plain_ascii(text)) return sql::ValueView::of(text);
  return read_text(type, text, kept);
}

base::Result<sql::ValueView> uuid_argument(const Type& type, std::string_view bytes, KeptValues& kept) {
  v0::Uuid uuid;
  std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
  auto text = uuid.to_string();
  if (!type.is(Kind::uuid)) return read_text(type, text, kept);
  return value_of(kept.emplace_back(Stored{.storage = Stored::Storage::text, .bytes = std::move(text)}));
}

base::Result<sql::ValueView> timestamp_argument(const Type& type, std::int64_t micros, KeptValues& kept) {
  const bool is_timestamp = type.is(Kind::timestamptz) || type.is(Kind::timestamp);
  if (is_timestamp && type.length < 0) return sql::ValueView::of(micros);
  std::string text;
  types::append_timestamp(text, micros, true, types::TimeStyle::text);
  return read_text(type, text, kept);
}

base::Result<sql::ValueView> date_argument(const Type& type, std::int64_t days, KeptValues& kept) {
  if (type.is(Kind::date)) return sql::ValueView::of(days);
  if (type.is(Kind::timestamptz) || type.is(Kind::timestamp))
    return timestamp_argument(type, days * kMicrosPerDay, kept);
  std::string text;
  types::append_date(text, days);
  return read_text(type, text, kept);
}

base::Result<void> append_elements(std::string& json, const Type& element,
                                   std::span<const v0::Argument> arguments);

base::Result<void> append_one(std::string& json, const Type& element, const v0::Argument& argument) {
  if (argument.kind() == Given::array) return append_elements(json, element, argument.elements());
  KeptValues kept;
  HF_TRY(const auto value, stored_argument(element, argument, kept));
  types::append_element(json, {.storage = static_cast<Stored::Storage>(value.kind),
                               .integer = value.integer,
                               .real = value.real,
                               .bytes = value.bytes});
  return {};
}

/// types/array.hpp: a stored array is a JSON array of stored elements.
base::Result<void> append_elements(std::string& json, const Type& element,
                                   std::span<const v0::Argument> arguments) {
  json += '[';
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) json += ',';
    HF_CHECK(append_one(json, element, arguments[i]));
  }
  json += ']';
  return {};
}

base::Result<sql::ValueView> array_argument(const Type& type, std::span<const v0::Argument> arguments,
                                            KeptValues& kept) {
  if (!type.array) return does_not_fit("several values", type);
  Stored stored{.storage = Stored::Storage::text};
  HF_CHECK(append_elements(stored.bytes, type.element(), arguments));
  return value_of(kept.emplace_back(std::move(stored)));
}

}  // namespace

base::Result<sql::ValueView> stored_argument(const Type& type, const v0::Argument& argument,
                                             KeptValues& kept) {
  switch (argument.kind()) {
    case Given::null:
      return sql::ValueView::of_null();
    case Given::boolean:
      if (type.is(Kind::boolean)) return sql::ValueView::of(argument.integer());
      return read_text(type, argument.integer() != 0 ? "true" : "false", kept);
    case Given::integer:
      return integer_argument(type, argument.integer(), kept);
    case Given::real:
      return real_argument(type, argument.real(), kept);
    case Given::text:
      return text_argument(type, argument.bytes(), kept);
    case Given::uuid:
      return uuid_argument(type, argument.bytes(), kept);
    case Given::timestamp:
      return timestamp_argument(type, argument.integer(), kept);
    case Given::date:
      return date_argument(type, argument.integer(), kept);
    case Given::bytes:
      if (!type.is(Kind::bytea)) return does_not_fit("bytes", type);
      return sql::ValueView::of_blob(argument.bytes());
    case Given::array:
      return array_argument(type, argument.elements(), kept);
  }
  return base::Error{.code = "08P01", .message = "an argument is of no kind that there is"};
}

}  // namespace holdfast::library
