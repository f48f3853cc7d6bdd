#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "records/relationships.hpp"
#include "records/request.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::records {

/// What a read takes from one relation, and what it embeds: the second stage's outcome.
struct ReadNode {
  const schema::Table* table = nullptr;
  std::string alias{};     ///< in SQL, unique in the statement
  std::string name{};      ///< key in the parent's object
  std::string relation{};  ///< as `select=` named it
  std::string parent_alias{};
  const Relationship* relationship = nullptr;  ///< to the parent; null at the root
  bool spread = false;
  JoinType join = JoinType::left;
  std::vector<SelectItem> fields{};  ///< Kind::field only
  std::vector<Condition> conditions{};
  std::vector<OrderTerm> order{};
  Range range{};
  std::vector<ReadNode> children{};

  /// Root only: rows come out of `source_sql` (a function's result) rather than the relation itself.
  std::string source_sql{};
  /// Root only: a condition that the caller of the compiler has written, on `alias`.
  std::string extra_condition{};
  /// Root only: privileges and policies were checked where the rows came from.
  bool trusted = false;

  [[nodiscard]] bool to_one() const { return relationship == nullptr || relationship->to_one(); }
  /// `clients()`: filters and joins, but appears in no object.
  [[nodiscard]] bool is_silent() const;
};

/// What planning needs to know besides the query.
struct PlanContext {
  const schema::Catalogue& catalogue;
  const Relationships& relationships;
  const RestOptions& options;
};

/// Resolves relations and relationships, and puts conditions, orders and ranges where they belong. Of a
/// write's representation (`for_write`), root conditions and ranges are left to the write. Errors: PGRST108,
/// PGRST118, PGRST123, PGRST127, PGRST200, PGRST201.
Result<ReadNode> plan_read(const PlanContext& context, const Request& request, const schema::Table& table,
                           bool for_write);

/// The relation of this name in this schema. Errors: PGRST205.
Result<const schema::Table*> find_relation(const PlanContext& context, const std::string& schema,
                                           const std::string& name);

/// The key that a field has in an object: its alias, its aggregate, or the last name of its JSON path.
[[nodiscard]] std::string output_name(const SelectItem& item);

}  // namespace holdfast::records
