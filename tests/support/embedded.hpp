#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/database.hpp"
#include "support/postgres.hpp"

namespace holdfast::testing {

/// The embedded engine in a throw-away folder, spoken to in PostgreSQL's language: the other half of every
/// contract test. Rows come back in PostgreSQL's text form, so that they compare with PgConnection's.
class Embedded {
 public:
  Embedded();
  ~Embedded();

  /// Applies DDL as a migration would. Errors as schema::translate_script and the engine give them.
  Result<void> migrate(std::string_view postgres_ddl);
  /// Compiles with `role`'s rights, runs, formats. DML is kept unless `keep` is false.
  Result<PgRows> query(std::string_view sql);  ///< as the system role
  Result<PgRows> query_as(std::string_view role, std::string_view claims_json, std::string_view sql,
                          bool keep = true);
  /// Closes and opens the file again: the third engine of the contract.
  Result<void> reopen();

  sql::Database& database();
  std::shared_ptr<const schema::Catalogue> catalogue() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::testing
