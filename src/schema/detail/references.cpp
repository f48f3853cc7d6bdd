#include "schema/detail/references.hpp"

#include <cstdlib>
#include <cstring>

#include "schema/detail/type_names.hpp"
#include "schema/parse.hpp"

namespace holdfast::schema::detail {
namespace {

constexpr std::string_view kSelect = "SELECT ";

/// Strings of a tree belong to protobuf-c's allocator, which is malloc.
char* duplicate(std::string_view text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) std::abort();
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

void replace_string(char*& field, std::string_view text) {
  if (field != protobuf_c_empty_string) std::free(field);
  field = duplicate(text);
}

void set_alias(PgQuery__RangeVar& relation, std::string_view name) {
  if (relation.alias != nullptr) return;
  relation.alias = static_cast<PgQuery__Alias*>(std::malloc(sizeof(PgQuery__Alias)));
  if (relation.alias == nullptr) std::abort();
  pg_query__alias__init(relation.alias);
  relation.alias->aliasname = duplicate(name);
}

bool qualifies(const PgQuery__ColumnRef& reference, std::string_view table) {
  return reference.n_fields == 1 || string_of(reference.fields[reference.n_fields - 2]) == table;
}

void rename_column(const Node* tree, std::string_view table, std::string_view from, std::string_view to) {
  walk(tree, [&](std::string_view type, ProtobufCMessage& message) {
    if (type != "ColumnRef") return true;
    auto& reference = reinterpret_cast<PgQuery__ColumnRef&>(message);
    auto* last = reference.fields[reference.n_fields - 1];
    if (string_of(last) == from && qualifies(reference, table)) replace_string(last->string->sval, to);
    return false;
  });
}

void rename_relation(const Node* tree, const QualifiedName& from, const QualifiedName& to) {
  walk(tree, [&](std::string_view type, ProtobufCMessage& message) {
    if (type != "RangeVar") return true;
    auto& relation = reinterpret_cast<PgQuery__RangeVar&>(message);
    if (qualified(relation) != from) return true;
    replace_string(relation.relname, to.name);
    replace_string(relation.schemaname, to.schema == "public" ? "" : to.schema);
    set_alias(relation, from.name);
    return false;
  });
}

Result<std::string> edited(std::string_view query, const auto& edit) {
  HF_TRY(const auto script, ParsedScript::parse("", query));
  if (script.statements().empty()) return std::string(query);
  edit(script.statements().front().node);
  return deparse_statement(script.statements().front().node);
}

Result<std::string> edited_expression(std::string_view expression, const auto& edit) {
  HF_TRY(auto text, edited(std::string(kSelect) + std::string(expression), edit));
  return text.substr(kSelect.size());
}

}  // namespace

References references_in(const Node* tree) {
  References found;
  walk(tree, [&](std::string_view type, ProtobufCMessage& message) {
    if (type == "RangeVar") {
      found.relations.insert(qualified(reinterpret_cast<const PgQuery__RangeVar&>(message)));
    } else if (type == "FuncCall") {
      const auto& call = reinterpret_cast<const PgQuery__FuncCall&>(message);
      found.functions.insert(qualified(nodes(call.funcname, call.n_funcname)));
    } else if (type == "TypeName") {
      const auto& name = reinterpret_cast<const PgQuery__TypeName&>(message);
      found.types.insert(qualified(nodes(name.names, name.n_names)));
    } else if (type == "ColumnRef") {
      const auto& reference = reinterpret_cast<const PgQuery__ColumnRef&>(message);
      found.columns.emplace(string_of(reference.fields[reference.n_fields - 1]));
    }
    return true;
  });
  return found;
}

References references_in_query(std::string_view query) {
  const auto script = ParsedScript::parse("", query);
  if (!script.ok() || script->statements().empty()) return {};
  return references_in(script->statements().front().node);
}

References references_in_expression(std::string_view expression) {
  return references_in_query(std::string(kSelect) + std::string(expression));
}

Result<std::string> rename_column_in_expression(std::string_view expression, std::string_view table,
                                                std::string_view from, std::string_view to) {
  return edited_expression(expression, [&](const Node* tree) { rename_column(tree, table, from, to); });
}

Result<std::string> rename_relation_in_query(std::string_view query, const QualifiedName& from,
                                             const QualifiedName& to) {
  return edited(query, [&](const Node* tree) { rename_relation(tree, from, to); });
}

Result<std::string> rename_relation_in_expression(std::string_view expression, const QualifiedName& from,
                                                  const QualifiedName& to) {
  return edited_expression(expression, [&](const Node* tree) { rename_relation(tree, from, to); });
}

}  // namespace holdfast::schema::detail
