#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::records {

enum class Cardinality : std::uint8_t { many_to_one, one_to_many, one_to_one, many_to_many };

/// How rows of `origin` find rows of `target`: over a foreign key in either direction, or over a junction
/// table with two of them. Views take part by the origins of their columns.
struct Relationship {
  using ColumnPairs = std::vector<std::pair<std::string, std::string>>;

  const schema::Table* origin = nullptr;
  const schema::Table* target = nullptr;
  Cardinality cardinality = Cardinality::many_to_one;
  std::string constraint{};  ///< of the foreign key; many_to_many: of the junction's key to `origin`
  ColumnPairs columns{};     ///< (origin's, target's); many_to_many: (origin's, junction's)
  bool is_self = false;

  const schema::Table* junction = nullptr;  ///< many_to_many only, as the two below
  std::string target_constraint{};
  ColumnPairs target_columns{};  ///< (target's, junction's)

  [[nodiscard]] bool to_one() const {
    return cardinality == Cardinality::many_to_one || cardinality == Cardinality::one_to_one;
  }
};

/// Every relationship between tables and views of the exposed schemas. Holds pointers into the catalogue.
class Relationships {
 public:
  Relationships(const schema::Catalogue& catalogue, const std::vector<std::string>& schemas);

  /// The one that `target` (a relation, constraint or column name) and `hint` mean. Errors: PGRST200 for
  /// none, PGRST201 for several, with those in `details` as a JSON array.
  Result<const Relationship*> find(const schema::Table& origin, std::string_view target,
                                   std::string_view hint) const;

 private:
  std::map<const schema::Table*, std::vector<Relationship>> by_origin_;
};

/// The primary key's columns; a view's are those that show its tables' keys.
[[nodiscard]] std::vector<std::string> key_columns(const schema::Catalogue& catalogue,
                                                   const schema::Table& table);

}  // namespace holdfast::records
