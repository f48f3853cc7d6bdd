#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"
#include "sql/database.hpp"

namespace holdfast::conformance {

/// The cases' schema, roles and rows on a throw-away embedded database, loaded once and copied for each group
/// of cases that keeps what it writes.
class Fixture {
 public:
  /// `folder` holds schema.sql, data.jsonl and roles.json.
  static Result<std::unique_ptr<Fixture>> load(const std::filesystem::path& folder);
  ~Fixture();
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  sql::Database& database() { return *database_; }
  [[nodiscard]] std::shared_ptr<const schema::Catalogue> catalogue() const { return catalogue_; }
  /// The rows as they were loaded.
  Result<void> restore();
  /// Statements of schema.sql that were refused, each with its error.
  [[nodiscard]] const std::vector<std::string>& refused() const { return refused_; }

 private:
  Fixture() = default;
  Result<void> open(const std::filesystem::path& file);
  Result<void> apply(const std::vector<std::string>& statements);
  Result<void> load_rows(const std::filesystem::path& data);

  std::filesystem::path folder_;
  std::shared_ptr<const schema::Catalogue> catalogue_ = std::make_shared<const schema::Catalogue>();
  std::unique_ptr<sql::Database> database_;
  std::vector<std::string> refused_;
  int copies_ = 0;
};

}  // namespace holdfast::conformance
