#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "records/request.hpp"

namespace holdfast::records {

/// A query string divided into what decides the plan and the values that do not, without being parsed: two
/// queries with one key differ in their values alone.
struct DividedQuery {
  struct Value {
    std::string_view text{};  ///< as sent
    bool is_literal = false;  ///< of a filter; else limit or offset
  };
  std::string key{};
  std::vector<Value> values{};
  Range range{};  ///< of the top level
};

/// Adds the query's part to the key. False where more than a look is needed to tell values from the rest:
/// logic trees, lists, `is`, full text, encoded names. What the dialect refuses may pass: a key says nothing
/// until a query that has it was parsed.
bool divide_query(std::string_view query, DividedQuery& into);

/// The literals of a divided query, decoded; as parse_query() has them.
[[nodiscard]] std::vector<Literal> literals_of(const DividedQuery& query);

/// Writes Query::canonical of all queries that have one key.
class CanonicalTemplate {
 public:
  CanonicalTemplate() = default;
  /// Of a query that divide_query() took.
  explicit CanonicalTemplate(std::string_view query);

  /// `query` has the key of the one that this was made of.
  void append(std::string& out, const DividedQuery& query) const;

 private:
  struct Part {
    std::string text{};  ///< encoded
    int value = -1;      ///< index of the value that follows it; -1 for none
  };
  std::vector<Part> parts_{};
};

}  // namespace holdfast::records
