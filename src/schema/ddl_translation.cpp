#include "schema/ddl_translation.hpp"

#include "base/principal.hpp"
#include "schema/detail/assignment.hpp"
#include "schema/detail/type_names.hpp"
#include "schema/query.hpp"
#include "types/codec.hpp"

namespace holdfast::schema::detail {
namespace {

/// The text of a literal in the tree, as a client would have typed it; none for anything computed.
std::optional<std::string> literal_text(const Node* node) {
  if (node->node_case != PG_QUERY__NODE__NODE_A_CONST) return std::nullopt;
  const auto& constant = *node->a_const;
  switch (constant.val_case) {
    case PG_QUERY__A__CONST__VAL_SVAL:
      return constant.sval->sval;
    case PG_QUERY__A__CONST__VAL_IVAL:
      return std::to_string(constant.ival->ival);
    case PG_QUERY__A__CONST__VAL_FVAL:
      return constant.fval->fval;
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      return constant.boolval->boolval != 0 ? "true" : "false";
    default:
      return std::nullopt;
  }
}

bool is_string_literal(const Node* node) {
  return node->node_case == PG_QUERY__NODE__NODE_A_CONST &&
         node->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL;
}

/// Whether the type reads this bare literal just as it reads the literal's text.
bool takes_literal(const types::Type& type, const PgQuery__AConst& literal) {
  using types::Kind;
  if (type.array) return false;
  if (literal.val_case == PG_QUERY__A__CONST__VAL_BOOLVAL) return type.kind == Kind::boolean;
  return type.kind == Kind::int2 || type.kind == Kind::int4 || type.kind == Kind::int8 ||
         type.kind == Kind::numeric || type.kind == Kind::float8;
}

std::string hex_literal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "X'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text + "'";
}

std::string real_literal(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  const std::string_view view = text;
  const bool looks_integer = view.find_first_of(".eEn") == std::string_view::npos;
  return std::string(view) + (looks_integer ? ".0" : "");
}

std::string stored_literal(const types::Stored& value) {
  using Storage = types::Stored::Storage;
  switch (value.storage) {
    case Storage::integer:
      return std::to_string(value.integer);
    case Storage::real:
      return real_literal(value.real);
    case Storage::text:
      return quote_literal(value.bytes);
    case Storage::blob:
      return hex_literal(value.bytes);
    case Storage::null:
      break;
  }
  return "NULL";
}

bool has_sub_query(const Node* node) {
  bool found = false;
  walk(node, [&](std::string_view type, ProtobufCMessage&) {
    found = found || type == "SubLink";
    return !found;
  });
  return found;
}

/// Where SQLite forbids sub-selects, an expression that needs one has no counterpart.
bool has_sub_select(std::string_view sqlite) { return sqlite.find("(SELECT ") != std::string_view::npos; }

}  // namespace

void Translation::emit(std::string sql) {
  result_.statements.push_back(std::move(sql));
  result_.origins.push_back(script_.where(static_cast<int>(statement_->offset)));
}

Error Translation::refuse(int location, std::string construct, std::string hint) const {
  return {.code = "HF003",
          .message = std::move(construct) + " has no faithful translation for the embedded engine",
          .details = script_.where(location > 0 ? location : static_cast<int>(statement_->offset)),
          .hint = std::move(hint)};
}

Error Translation::fail(std::string code, std::string message, int location) const {
  return {.code = std::move(code),
          .message = std::move(message),
          .details = script_.where(location > 0 ? location : static_cast<int>(statement_->offset))};
}

Error Translation::located(Error error, int location) const {
  // Details that name a place in the expression would contradict the place in the file.
  error.details = script_.where(location > 0 ? location : static_cast<int>(statement_->offset));
  return error;
}

Result<Expression> Translation::expression(const Table& table, const Node* node) const {
  const int location = first_location(node);
  if (has_sub_query(node)) return fail("0A000", "cannot use subquery in this expression", location);
  HF_TRY(auto text, locate(deparse_expression(node), location));
  HF_TRY(auto typed, locate(compile_expression(catalogue_, base::kSystemRole, table, "", text), location));
  if (has_sub_select(typed.sql)) {
    return refuse(location, "this expression in a table or index",
                  "Write it without ANY, ALL, UNNEST or a sub-query; x IN (...) is fine.");
  }
  return Expression{.postgres = std::move(text), .sqlite = std::move(typed.sql)};
}

Result<Expression> Translation::condition(const Table& table, const Node* node,
                                          std::string_view where) const {
  const int location = first_location(node);
  if (has_sub_query(node)) return fail("0A000", "cannot use subquery in this expression", location);
  HF_TRY(auto text, locate(deparse_expression(node), location));
  HF_TRY(auto typed, locate(compile_expression(catalogue_, base::kSystemRole, table, "", text), location));
  if (!typed.type.is(types::Kind::boolean) && !typed.type.is(types::Kind::unknown)) {
    return fail("42804", "argument of " + std::string(where) + " must be type boolean", location);
  }
  if (has_sub_select(typed.sql)) {
    return refuse(location, "this " + std::string(where) + " expression",
                  "Write it without ANY, ALL, UNNEST or a sub-query; x IN (...) is fine.");
  }
  return Expression{.postgres = std::move(text), .sqlite = std::move(typed.sql)};
}

Result<std::optional<std::string>> Translation::constant_for(const Column& column, const Node* node) const {
  const Node* literal = node;
  if (node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST && is_string_literal(node->type_cast->arg)) {
    HF_TRY(const auto type,
           locate(resolve_type(catalogue_, *node->type_cast->type_name), first_location(node)));
    if (type.same_as(column.type)) literal = node->type_cast->arg;
  }
  const auto text = literal_text(literal);
  // A number or a truth value is assigned by its own type's rules: 1 is no boolean, 1.5 rounds.
  if (!text || (!is_string_literal(literal) && !takes_literal(column.type, *literal->a_const))) {
    return std::optional<std::string>{};
  }
  const auto stored = types::parse(column.type, *text);
  if (stored.ok()) return std::optional(stored_literal(*stored));
  if (is_string_literal(literal)) return located(stored.error(), first_location(node));
  return std::optional<std::string>{};  // such as 1.5 for an integer: the assignment cast decides
}

Result<Expression> Translation::value_for(const Table& table, const Column& column, const Node* node) const {
  const int location = first_location(node);
  if (has_sub_query(node)) return fail("0A000", "cannot use subquery in this expression", location);
  HF_TRY(auto text, locate(deparse_expression(node), location));
  HF_TRY(const auto constant, constant_for(column, node));
  if (constant) return Expression{.postgres = std::move(text), .sqlite = *constant};
  HF_TRY(const auto typed,
         locate(compile_expression(catalogue_, base::kSystemRole, table, "", text), location));
  if (!assigns_by_itself(typed.type, column.type)) {
    return fail("42804",
                "column \"" + column.name + "\" is of type " + types::format_type(column.type) +
                    " but its expression is of type " + types::format_type(typed.type),
                location);
  }
  HF_TRY(auto sql, locate(cast_sql(typed, column.type), location));
  if (has_sub_select(sql)) {
    return refuse(location, "this default or generation expression", "Write it without a sub-query.");
  }
  return Expression{.postgres = std::move(text), .sqlite = std::move(sql)};
}

Result<Table*> Translation::relation(const PgQuery__RangeVar& name) {
  const auto qualified_name = qualified(name);
  if (auto* found = catalogue_.find_table(qualified_name)) return found;
  if (const auto part = catalogue_.partitions.find(qualified_name); part != catalogue_.partitions.end()) {
    return refuse(name.location, "a statement on the partition " + qualified_name.to_string(),
                  "Address the partitioned table " + part->second.to_string() + "; it holds all rows.");
  }
  return fail("42P01", "relation \"" + qualified_name.to_string() + "\" does not exist", name.location);
}

Result<Table*> Translation::table(const PgQuery__RangeVar& name) {
  HF_TRY(auto* found, relation(name));
  if (!found->is_view()) return found;
  return fail("42809", "\"" + found->name.to_string() + "\" is not a table", name.location);
}

}  // namespace holdfast::schema::detail
