#include <string>

#include "schema/expression.hpp"
#include "schema/operators.hpp"
#include "schema/query.hpp"
#include "schema/text_index.hpp"

namespace holdfast::schema::detail {
namespace {

/// The expression with the columns of `alias` written bare, as the catalogue keeps index expressions.
std::string without_alias(std::string sql, const std::string& alias) {
  const auto prefix = quote_identifier(alias) + ".";
  for (auto at = sql.find(prefix); at != std::string::npos; at = sql.find(prefix, at))
    sql.erase(at, prefix.size());
  return sql;
}

/// The text inside `pg_to_tsvector('english', ...)`.
std::string document_of(const std::string& vector) {
  const auto comma = vector.find(", ");
  return vector.substr(comma + 2, vector.size() - comma - 3);
}

/// Without the parentheses that stand around the whole: an argument has them, an index expression has none.
std::string_view unwrapped(std::string_view sql) {
  const auto encloses_all = [](std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')' && --depth == 0) return false;
    }
    return depth == 1;
  };
  while (sql.starts_with('(') && sql.ends_with(')') && encloses_all(sql)) sql = sql.substr(1, sql.size() - 2);
  return sql;
}

bool serves(const TextIndex& index, std::string_view op, const std::string& bare) {
  switch (index.kind) {
    case TextIndexKind::document:
      return op == "@@" && bare.starts_with("pg_to_tsvector(" + quote_literal(index.configuration) + ", ") &&
             unwrapped(document_of(bare)) == unwrapped(index.document.sqlite);
    case TextIndexKind::tsvector:
      return op == "@@" && bare == index.document.sqlite;
    case TextIndexKind::array:
      return op == "@>" && bare == index.document.sqlite;
  }
  return false;
}

struct Served {
  const Source* source = nullptr;
  const TextIndex* index = nullptr;
};

Served find_index(const Scope* scope, std::string_view op, const std::string& left) {
  for (; scope != nullptr; scope = scope->outer) {
    for (const auto& source : scope->sources) {
      if (source.table == nullptr || !source.bare) continue;
      const auto bare = without_alias(left, source.sql_alias);
      if (bare == left) continue;
      for (const auto& index : source.table->text_indexes) {
        if (serves(index, op, bare)) return {&source, &index};
      }
    }
  }
  return {};
}

}  // namespace

Result<Operand> search_operator(const Context& context, std::string_view op, Operand left, Operand right) {
  const auto left_sql = left.sql;
  if (op == "@@" && right.type.is(types::Kind::tsvector))
    return binary_operator(op, std::move(left), std::move(right));
  HF_TRY(auto plain, binary_operator(op, std::move(left), right));
  const auto served = find_index(context.scope, op, left_sql);
  if (served.index == nullptr) return plain;
  auto query = right;
  if (right.untyped()) return plain;
  auto recheck = plain.sql;
  if (served.index->kind == TextIndexKind::document) {
    recheck = "pg_ts_match_text(" + quote_literal(served.index->configuration) + ", " +
              document_of(left_sql) + ", " + query.sql + ")";
  }
  plain.sql = index_condition(*served.source->table, *served.index,
                              quote_identifier(served.source->sql_alias), query.sql, recheck);
  return plain;
}

}  // namespace holdfast::schema::detail
