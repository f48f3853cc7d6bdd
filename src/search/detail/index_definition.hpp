#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "log/change_log.hpp"
#include "schema/catalogue.hpp"
#include "sql/connection.hpp"

namespace holdfast::search::detail {

/// One index as the catalogue declares it, with what is needed to fill it.
struct IndexDefinition {
  std::string name;   ///< of the FTS5 table: `apps.apps_search_idx`
  std::string table;  ///< engine name
  schema::TextIndex index;
  std::vector<std::string> key;  ///< the primary key's columns; none: only a rebuild follows changes
  /// Everything that the index's content depends on: when it differs, the index is built anew.
  std::string fingerprint;

  /// `SELECT rowid, document, key...`; `where` may be empty.
  [[nodiscard]] std::string select(std::string_view where) const;
  [[nodiscard]] std::string where_key() const;
  /// Whether the change can alter what the index holds.
  [[nodiscard]] bool touched_by(const log::Change& change) const;
};

/// The indexes of a catalogue; `connection` reads the database.
Result<std::vector<IndexDefinition>> read_definitions(sql::Connection& connection,
                                                      const schema::Catalogue& catalogue);

/// A primary key's values as one text, different for different keys.
[[nodiscard]] std::string key_text(const std::vector<sql::ValueView>& values);
/// The key's values before or after a change.
[[nodiscard]] std::vector<sql::Value> key_of(const IndexDefinition& definition, const log::Change& change,
                                             bool after);

/// What FTS5 is given for a document: an empty text for a null, which no query finds. An error of the
/// document itself (a malformed array) is one.
Result<std::string> terms_of(const schema::TextIndex& index, sql::ValueView document);

}  // namespace holdfast::search::detail
