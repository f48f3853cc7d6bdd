#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "records/read_plan.hpp"
#include "sql/connection.hpp"

namespace holdfast::records {

/// How many rows a read may have, without counting them, by the rules of PostgreSQL's planner: the table's
/// rows times the share that each condition leaves.
/// https://www.postgresql.org/docs/15/row-estimation-examples.html
struct Estimate {
  struct Term {
    enum class Kind : std::uint8_t { share, all_of, any_of, negated, equals, in_list, range };
    Kind kind = Kind::share;
    double share = 1;  ///< share: as it stands; others: where nothing better is known
    std::string column{};
    types::Type type{};
    Operator op = Operator::equal;
    int literal = -1;
    bool unique = false;   ///< equals, in_list: at most one row a value
    bool indexed = false;  ///< range: the smallest and largest value are quickly found
    std::vector<Term> parts{};
  };
  std::string table{};  ///< on SQLite
  Term condition{};
};

/// What is to be estimated of a root that is a table.
[[nodiscard]] Estimate plan_estimate(const schema::Catalogue& catalogue, const ReadNode& root);

/// At least 1, as PostgreSQL's. The table's rows are what ANALYZE found, and without it the width of its
/// rowids; values between the smallest and the largest are held for even.
Result<std::int64_t> estimated_rows(sql::Connection& connection, const Estimate& estimate,
                                    const std::vector<Literal>& literals);

}  // namespace holdfast::records
