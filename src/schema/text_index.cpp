#include "schema/text_index.hpp"

#include "types/array.hpp"

namespace holdfast::schema {
namespace {

std::string quote(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted.push_back(c);
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

/// Whether equal values of the indexed array's elements are equal in their stored bytes.
bool equal_in_bytes(const Table& table, const TextIndex& index) {
  const Column* column = index.columns.size() == 1 ? table.find_column(index.columns.front()) : nullptr;
  if (column == nullptr) return false;
  switch (column->type.kind) {
    case types::Kind::numeric:
    case types::Kind::float4:
    case types::Kind::float8:
    case types::Kind::bpchar:
    case types::Kind::interval:
    case types::Kind::timetz:
    case types::Kind::inet:
      return false;
    default:
      return true;
  }
}

std::optional<std::string> term_of(types::Stored& element) {
  using Storage = types::Stored::Storage;
  switch (element.storage) {
    case Storage::null:
      return std::nullopt;
    case Storage::integer:
      return std::to_string(element.integer);
    case Storage::real:
      return std::to_string(element.real);
    default:
      return std::move(element.bytes);
  }
}

}  // namespace

Result<std::vector<std::optional<std::string>>> array_terms(std::string_view stored) {
  HF_TRY(auto elements, types::flat_elements(stored));
  std::vector<std::optional<std::string>> terms;
  terms.reserve(elements.size());
  for (types::Stored& element : elements) terms.push_back(term_of(element));
  return terms;
}

std::string text_index_name(const Table& table, const TextIndex& index) {
  return table.name.engine_name() + "." + index.name;
}

std::string text_index_table(const Table& table, const TextIndex& index) {
  return "fts." + quote(text_index_name(table, index));
}

std::string index_condition(const Table& table, const TextIndex& index, std::string_view alias,
                            std::string_view query_sql, std::string_view recheck) {
  const std::string query(query_sql);
  const bool array = index.kind == TextIndexKind::array;
  if (array && !equal_in_bytes(table, index)) return "(" + std::string(recheck) + ")";
  const std::string match = (array ? "pg_fts_match_array(" : "pg_fts_match(") + query + ")";
  std::string condition = std::string(alias) + ".rowid IN (SELECT rowid FROM " +
                          text_index_table(table, index) + " WHERE " + quote(text_index_name(table, index)) +
                          " MATCH " + match + ") AND ";
  if (array) return condition.append("(").append(recheck).append(")");
  return condition.append("(pg_fts_exact(" + query + ") OR (").append(recheck).append("))");
}

}  // namespace holdfast::schema
