#include "schema/query_views.hpp"

#include "base/principal.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {

Result<Rows> rows_of_text(const Context& context, std::string_view text, const std::string& role,
                          const std::map<std::string, Operand, std::less<>>* arguments,
                          const RowsWanted& wanted) {
  HF_TRY(const auto script, ParsedScript::parse("", text));
  if (script.statements().size() != 1 ||
      script.statements().front().node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return Error{
        .code = "HF003", .message = "the body is not one SELECT", .details = {}, .hint = "Write one SELECT."};
  }
  Context inner(context.statement, script, role);
  inner.arguments = arguments;
  return translate_rows(inner, script.statements().front().node, wanted);
}

Result<Rows> view_rows(const Context& context, const Table& view) {
  const Nesting nesting(context.statement);
  HF_CHECK(nesting.check(context, -1));
  const std::string role = view.security_invoker ? context.role : std::string(base::kSystemRole);
  HF_TRY(auto rows, rows_of_text(context, view.view_query, role, nullptr));
  if (rows.columns.size() != view.columns.size()) {
    return Error{.code = "XX000",
                 .message = "view " + view.name.to_string() + " has changed under its catalogue"};
  }
  std::string names;
  bool renamed = false;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const auto& name = view.columns[i].name;
    names += (names.empty() ? "" : ", ") + quote_identifier(name);
    renamed = renamed || rows.columns[i].sql_name != name;
    rows.columns[i].name = rows.columns[i].sql_name = name;
    rows.columns[i].type = view.columns[i].type;
  }
  if (!renamed) return rows;
  HF_TRY(const auto alias, fresh_alias(context.statement, view.name.name));
  const auto body = quote_identifier(alias);
  rows.sql = "WITH " + body + "(" + names + ") AS (" + rows.sql + ") SELECT * FROM " + body;
  return rows;
}

}  // namespace holdfast::schema::detail
