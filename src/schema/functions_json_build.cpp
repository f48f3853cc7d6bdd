#include <sqlite3.h>

#include <array>

#include "base/json_writer.hpp"
#include "schema/functions_call.hpp"
#include "types/array.hpp"
#include "types/cast.hpp"
#include "types/jsonb.hpp"

namespace holdfast::schema::functions {
namespace {

using Types = std::vector<types::Type>;

/// The types that argument 0 lists, `["text","integer"]`; read once a statement.
Result<std::shared_ptr<const Types>> types_of(Call& call) {
  using Kept = std::shared_ptr<const Types>;
  if (const auto* kept = static_cast<const Kept*>(sqlite3_get_auxdata(call.context(), 0))) return *kept;
  HF_TRY(const auto names, types::flat_elements(call.text(0)));
  auto list = std::make_shared<Types>();
  for (const auto& name : names) {
    HF_TRY(types::Type type, resolve_type(*call.environment().catalogue, name.bytes));
    list->push_back(std::move(type));
  }
  if (static_cast<int>(list->size()) < call.count() - 1) return failure("XX000", "fewer types than values");
  Kept shared = std::move(list);
  sqlite3_set_auxdata(call.context(), 0, new Kept(shared),
                      [](void* held) { delete static_cast<Kept*>(held); });
  return shared;
}

Result<void> to_jsonb(Call& call) {
  HF_TRY(const types::Type type, call.type(1));
  if (call.is_null(0)) {
    call.reply_null();
    return {};
  }
  std::string json;
  types::append_json(json, type, call.stored(0));
  HF_TRY(const types::JsonValue value, types::parse_jsonb(json));
  call.reply(types::to_string(value));
  return {};
}

Result<std::string> build_object(Call& call, std::string_view open, std::string_view colon,
                                 std::string_view comma, std::string_view close) {
  HF_TRY(const auto types, types_of(call));
  if (call.count() % 2 == 0) return failure("22023", "argument list must have even number of elements");
  std::string out(open);
  for (int i = 1; i + 1 < call.count(); i += 2) {
    if (call.is_null(i)) return failure("22004", "argument " + std::to_string(i) + ": key must not be null");
    if (i > 1) out += comma;
    base::append_json_string(out, types::text_of((*types)[static_cast<std::size_t>(i - 1)], call.stored(i)));
    out += colon;
    types::append_json(out, (*types)[static_cast<std::size_t>(i)], call.stored(i + 1));
  }
  return out.append(close);
}

Result<std::string> build_array(Call& call, std::string_view comma) {
  HF_TRY(const auto types, types_of(call));
  std::string out = "[";
  for (int i = 1; i < call.count(); ++i) {
    if (i > 1) out += comma;
    types::append_json(out, (*types)[static_cast<std::size_t>(i - 1)], call.stored(i));
  }
  return out + ']';
}

Result<void> reply_canonical(Call& call, const Result<std::string>& json) {
  if (!json) return json.error();
  HF_TRY(const types::JsonValue value, types::parse_jsonb(*json));
  call.reply(types::to_string(value));
  return {};
}

Result<void> jsonb_object(Call& call) {
  return reply_canonical(call, build_object(call, "{", ":", ",", "}"));
}
Result<void> jsonb_array(Call& call) { return reply_canonical(call, build_array(call, ",")); }
// type json keeps PostgreSQL's own spacing
Result<void> json_object(Call& call) { return reply_with(call, build_object(call, "{", " : ", ", ", "}")); }
Result<void> json_array(Call& call) { return reply_with(call, build_array(call, ", ")); }

constexpr std::array kFunctions{
    Function{"pg_to_jsonb", 2, to_jsonb, Nulls::called},
    Function{"pg_jsonb_build_object", -1, jsonb_object, Nulls::called},
    Function{"pg_jsonb_build_array", -1, jsonb_array, Nulls::called},
    Function{"pg_json_build_object", -1, json_object, Nulls::called},
    Function{"pg_json_build_array", -1, json_array, Nulls::called},
};

}  // namespace

std::span<const Function> json_build_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
