#include "schema/detail/type_names.hpp"

#include <array>

namespace holdfast::schema::detail {
namespace {

constexpr int kMaxTextLength = 10485760;
constexpr int kMaxNumericPrecision = 1000;
constexpr int kMaxTimePrecision = 6;

struct Untranslated {
  std::string_view name;
  std::string_view advice;
};

constexpr std::array kUntranslated{
    Untranslated{"citext", "Use text with a unique index on lower(column)."},
    Untranslated{"hstore", "Use jsonb."},
    Untranslated{"vector", "Keep embeddings as real[]."},
    Untranslated{"ltree", "Use text with a check on its form."},
    Untranslated{"geometry", "Keep coordinates as double precision columns."},
    Untranslated{"geography", "Keep coordinates as double precision columns."},
    Untranslated{"point", "Use two double precision columns."},
    Untranslated{"box", "Use four double precision columns."},
    Untranslated{"polygon", "Use jsonb."},
    Untranslated{"path", "Use jsonb."},
    Untranslated{"circle", "Use three double precision columns."},
    Untranslated{"cidr", "Use inet."},
    Untranslated{"macaddr", "Use text with a check on its form."},
    Untranslated{"int4range", "Use two integer columns with a check that orders them."},
    Untranslated{"int8range", "Use two bigint columns with a check that orders them."},
    Untranslated{"numrange", "Use two numeric columns with a check that orders them."},
    Untranslated{"daterange", "Use two date columns with a check that orders them."},
    Untranslated{"tsrange", "Use two timestamp columns with a check that orders them."},
    Untranslated{"tstzrange", "Use two timestamptz columns with a check that orders them."},
};

Error modifier_error(std::string message) { return {.code = "22023", .message = std::move(message)}; }

Result<std::vector<int>> modifiers_of(const PgQuery__TypeName& name) {
  std::vector<int> values;
  for (const auto* node : nodes(name.typmods, name.n_typmods)) {
    if (node->node_case != PG_QUERY__NODE__NODE_A_CONST ||
        node->a_const->val_case != PG_QUERY__A__CONST__VAL_IVAL) {
      return modifier_error("type modifiers must be simple constants");
    }
    values.push_back(node->a_const->ival->ival);
  }
  return values;
}

Result<void> check_range(int value, int low, int high, std::string_view what) {
  if (value >= low && value <= high) return {};
  return modifier_error(std::string(what) + " must be between " + std::to_string(low) + " and " +
                        std::to_string(high));
}

Result<void> apply_numeric(types::Type& type, const std::vector<int>& modifiers) {
  HF_CHECK(check_range(modifiers[0], 1, kMaxNumericPrecision, "precision of numeric"));
  type.length = modifiers[0];
  type.scale = modifiers.size() > 1 ? modifiers[1] : 0;
  return check_range(type.scale, -kMaxNumericPrecision, kMaxNumericPrecision, "scale of numeric");
}

Result<void> apply_modifiers(types::Type& type, const std::vector<int>& modifiers) {
  using types::Kind;
  if (modifiers.empty()) return {};
  switch (type.kind) {
    case Kind::numeric:
      return apply_numeric(type, modifiers);
    case Kind::varchar:
    case Kind::bpchar:
    case Kind::bit:
    case Kind::varbit:
      type.length = modifiers[0];
      return check_range(type.length, 1, kMaxTextLength, "length of a text or bit type");
    case Kind::time:
    case Kind::timetz:
    case Kind::timestamp:
    case Kind::timestamptz:
      type.length = modifiers[0];
      return check_range(type.length, 0, kMaxTimePrecision, "precision of a time type");
    case Kind::interval:
      return Error{.code = "HF003",
                   .message = "interval with fields or a precision has no counterpart",
                   .hint = "Write interval without modifiers."};
    default:
      return modifier_error("type modifier is not allowed for type \"" + types::format_type(type) + "\"");
  }
}

Result<types::Type> named_type(const Catalogue& catalogue, const std::vector<std::string>& names) {
  const auto& last = names.back();
  for (const auto& [untranslated, advice] : kUntranslated) {
    if (last != untranslated) continue;
    return Error{.code = "HF003",
                 .message = "type " + last + " has no counterpart on the embedded engine",
                 .hint = std::string(advice)};
  }
  if (names.size() == 1 || names.front() == "pg_catalog") {
    if (auto type = types::builtin_type(last); type.ok()) return type;
  }
  const QualifiedName name{.schema = names.size() > 1 ? names[names.size() - 2] : "public", .name = last};
  if (const auto found = catalogue.enums.find(name); found != catalogue.enums.end()) {
    return types::Type{.kind = types::Kind::enumeration, .enumeration = found->second};
  }
  return Error{.code = "42704", .message = "type \"" + name.to_string() + "\" does not exist"};
}

}  // namespace

std::string written_type(const PgQuery__TypeName& name) {
  std::string text;
  for (const auto& part : strings_of(nodes(name.names, name.n_names))) {
    if (part != "pg_catalog") text.append(text.empty() ? "" : ".").append(part);
  }
  return text;
}

Result<types::Type> resolve_type(const Catalogue& catalogue, const PgQuery__TypeName& name) {
  const auto names = strings_of(nodes(name.names, name.n_names));
  if (names.empty() || name.pct_type != 0) {
    return Error{.code = "HF003",
                 .message = "%TYPE has no counterpart on the embedded engine",
                 .hint = "Write the type's name."};
  }
  HF_TRY(auto type, named_type(catalogue, names));
  HF_TRY(const auto modifiers, modifiers_of(name));
  HF_CHECK(apply_modifiers(type, modifiers));
  type.array = name.n_array_bounds > 0;
  return type;
}

QualifiedName qualified(std::span<Node* const> names) {
  const auto parts = strings_of(names);
  if (parts.empty()) return {};
  return {.schema = parts.size() > 1 ? parts[parts.size() - 2] : "public", .name = parts.back()};
}

QualifiedName qualified(const PgQuery__RangeVar& relation) {
  const std::string_view schema = relation.schemaname;
  return {.schema = std::string(schema.empty() ? "public" : schema), .name = relation.relname};
}

}  // namespace holdfast::schema::detail
