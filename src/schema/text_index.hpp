#pragma once

#include <string>
#include <string_view>

#include "schema/catalogue.hpp"

namespace holdfast::schema {

/// The FTS5 table of an index is `fts."<schema-qualified engine name of the table>.<index name>"`, its rowids
/// are the table's. The search room fills it; schema only writes conditions that use it.
[[nodiscard]] std::string text_index_table(const Table& table, const TextIndex& index);

/// The condition that finds rows of `alias` through an index: rowids whose lexemes satisfy
/// pg_fts_match(query), which turns a tsquery's text form (or, for arrays, a stored array) into FTS5's MATCH
/// language, followed by the exact condition `recheck`. A query that the index cannot narrow (negation at its
/// top) runs the recheck alone. Run it only after search::TextSearch::catch_up().
[[nodiscard]] std::string index_condition(const Table& table, const TextIndex& index, std::string_view alias,
                                          std::string_view query_sql, std::string_view recheck);

}  // namespace holdfast::schema
