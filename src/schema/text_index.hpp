#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::schema {

/// The FTS5 table of an index is `fts."<engine name of the table>.<index name>"`, its rowids are the table's.
/// The search room fills it; schema only writes conditions that use it.
[[nodiscard]] std::string text_index_table(const Table& table, const TextIndex& index);
/// The same without schema and quotes: `apps.apps_search_idx`.
[[nodiscard]] std::string text_index_name(const Table& table, const TextIndex& index);

/// The elements of a stored array as the index knows them, whatever its dimensions; nullopt for a null.
/// 22P02.
Result<std::vector<std::optional<std::string>>> array_terms(std::string_view stored);

/// The condition that finds rows of `alias` (as it stands in the SQL) through an index: rowids whose lexemes
/// satisfy pg_fts_match(query), which turns a tsquery (or, for arrays, the array of `@>`) into FTS5's MATCH
/// language; then the exact condition `recheck`, which is run only where pg_fts_exact(query) says that the
/// index alone cannot tell. Join several with AND only, or put parentheses around it. Run it only after
/// search::TextSearch::catch_up().
///
/// An array of a type whose equal values may be stored in different bytes (numeric, float, char(n), interval,
/// timetz) is not looked up in its index: the condition is `recheck` alone.
[[nodiscard]] std::string index_condition(const Table& table, const TextIndex& index, std::string_view alias,
                                          std::string_view query_sql, std::string_view recheck);

}  // namespace holdfast::schema
