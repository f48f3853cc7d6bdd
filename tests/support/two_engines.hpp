#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/embedded.hpp"
#include "support/postgres.hpp"

namespace holdfast::testing {

/// One schema on both engines: what is said to it is said to both, and the answers must be the same rows or
/// the same SQLSTATE. Details and wording may differ.
class TwoEngines {
 public:
  TwoEngines() : postgres_(Postgres::shared().create_database()) {}

  /// DDL, as one migration. Gives the code both answered with; empty when it went through.
  std::string migrate(std::string_view sql) {
    const auto here = embedded_.migrate(sql);
    const auto there = postgres_.query("BEGIN; " + std::string(sql) + "; COMMIT");
    if (!there.ok()) (void)postgres_.query("ROLLBACK").ok();
    return agreed(code(here), code(there), sql, here.ok() ? "" : here.error().to_string(),
                  there.ok() ? "" : there.error().to_string());
  }

  /// One statement. Gives the rows as text, `a|b` a line, or the code.
  std::string ask(std::string_view sql) {
    const auto here = embedded_.query(sql);
    const auto there = postgres_.query(sql);
    return agreed(text(here), text(there), sql, here.ok() ? "" : here.error().to_string(),
                  there.ok() ? "" : there.error().to_string());
  }

  void reopen() { ASSERT_TRUE(embedded_.reopen().ok()); }
  Embedded& embedded() { return embedded_; }
  PgConnection& postgres() { return postgres_; }

 private:
  template <class T>
  static std::string code(const Result<T>& result) {
    return result.ok() ? "" : result.error().code;
  }
  static std::string text(const Result<PgRows>& rows) {
    if (!rows.ok()) return rows.error().code;
    std::string lines;
    for (const auto& row : rows->rows) {
      std::string line;
      for (const auto& value : row) line.append(line.empty() ? "" : "|").append(value.value_or("∅"));
      lines += line + "\n";
    }
    return lines;
  }
  static std::string agreed(const std::string& here, const std::string& there, std::string_view sql,
                            const std::string& our_error, const std::string& their_error) {
    EXPECT_EQ(here, there) << sql << "\n  embedded: " << our_error << "\n  PostgreSQL: " << their_error;
    return there;
  }

  Embedded embedded_;
  PgConnection postgres_;
};

}  // namespace holdfast::testing
