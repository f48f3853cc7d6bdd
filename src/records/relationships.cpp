#include "records/relationships.hpp"

#include <algorithm>
#include <set>

#include "base/json_writer.hpp"

namespace holdfast::records {
namespace {

using schema::Catalogue;
using schema::ForeignKey;
using schema::Table;
using Pairs = Relationship::ColumnPairs;

bool same_set(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

bool is_unique(const Table& table, const std::vector<std::string>& columns) {
  if (table.primary_key.has_value() && same_set(table.primary_key->columns, columns)) return true;
  return std::ranges::any_of(table.uniques, [&](const auto& key) { return same_set(key.columns, columns); });
}

// Every way in which `relation` shows the columns of `base`: itself, or, for a view, each choice of view
// columns that come from them.
std::vector<std::vector<std::string>> shown_as(const Table& relation, const Table& base,
                                               const std::vector<std::string>& columns) {
  if (&relation == &base) return {columns};
  std::vector<std::vector<std::string>> ways{{}};
  for (const auto& column : columns) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& candidate : relation.columns) {
      const bool shows = candidate.origin.has_value() && candidate.origin->table == base.name &&
                         candidate.origin->column == column;
      if (!shows) continue;
      for (auto way : ways) {
        way.push_back(candidate.name);
        longer.push_back(std::move(way));
      }
    }
    ways = std::move(longer);
  }
  return ways;
}

std::vector<const Table*> relations_over(const Catalogue& catalogue, const Table& base) {
  std::vector<const Table*> relations{&base};
  for (const auto& [name, table] : catalogue.tables) {
    if (table.is_view()) relations.push_back(&table);
  }
  return relations;
}

Pairs zip(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  Pairs pairs;
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) pairs.emplace_back(left[i], right[i]);
  return pairs;
}

Pairs swapped(const Pairs& pairs) {
  Pairs out;
  for (const auto& [a, b] : pairs) out.emplace_back(b, a);
  return out;
}

std::vector<Relationship> foreign_key_relationships(const Catalogue& catalogue) {
  std::vector<Relationship> found;
  for (const auto& [name, table] : catalogue.tables) {
    for (const ForeignKey& key : table.foreign_keys) {
      const Table* target = catalogue.find_table(key.target);
      if (target == nullptr) continue;
      const auto cardinality =
          is_unique(table, key.columns) ? Cardinality::one_to_one : Cardinality::many_to_one;
      for (const Table* from : relations_over(catalogue, table)) {
        for (const auto& from_columns : shown_as(*from, table, key.columns)) {
          for (const Table* to : relations_over(catalogue, *target)) {
            for (const auto& to_columns : shown_as(*to, *target, key.target_columns)) {
              found.push_back({.origin = from,
                               .target = to,
                               .cardinality = cardinality,
                               .constraint = key.name,
                               .columns = zip(from_columns, to_columns),
                               .is_self = from == to});
            }
          }
        }
      }
    }
  }
  return found;
}

// A table is a junction when the columns of two of its foreign keys are part of its primary key.
std::vector<Relationship> junction_relationships(const Catalogue& catalogue,
                                                 const std::vector<Relationship>& keys) {
  std::map<const Table*, std::vector<const Relationship*>> by_junction;
  for (const auto& key : keys) {
    if (key.cardinality == Cardinality::many_to_one) by_junction[key.origin].push_back(&key);
  }
  std::vector<Relationship> found;
  for (const auto& [junction, outgoing] : by_junction) {
    const auto primary = key_columns(catalogue, *junction);
    const auto in_primary = [&](const Relationship* r) {
      return std::ranges::all_of(r->columns, [&](const auto& pair) {
        return std::ranges::find(primary, pair.first) != primary.end();
      });
    };
    for (const auto* first : outgoing) {
      for (const auto* second : outgoing) {
        if (first->constraint == second->constraint || !in_primary(first) || !in_primary(second)) continue;
        found.push_back({.origin = first->target,
                         .target = second->target,
                         .cardinality = Cardinality::many_to_many,
                         .constraint = first->constraint,
                         .columns = swapped(first->columns),
                         .is_self = first->target == second->target,
                         .junction = junction,
                         .target_constraint = second->constraint,
                         .target_columns = swapped(second->columns)});
      }
    }
  }
  return found;
}

Relationship inverse(const Relationship& key) {
  Relationship other = key;
  std::swap(other.origin, other.target);
  other.columns = swapped(key.columns);
  if (key.cardinality == Cardinality::many_to_one) other.cardinality = Cardinality::one_to_many;
  return other;
}

bool single_column(const Relationship& r, std::string_view name, bool of_target) {
  if (r.cardinality == Cardinality::many_to_many || r.columns.size() != 1) return false;
  return (of_target ? r.columns.front().second : r.columns.front().first) == name;
}

bool has_constraint(const Relationship& r, std::string_view name) {
  return r.cardinality != Cardinality::many_to_many && r.constraint == name;
}

bool matches_self(const Relationship& r, std::string_view target, std::string_view hint) {
  const bool to_children = target == r.target->name.name && r.cardinality == Cardinality::one_to_many;
  if (hint.empty()) {
    return to_children || (single_column(r, target, false) && r.cardinality == Cardinality::many_to_one);
  }
  return to_children && single_column(r, hint, true);
}

bool matches(const Relationship& r, std::string_view target, std::string_view hint) {
  if (r.is_self) return matches_self(r, target, hint);
  const bool named = target == r.target->name.name;
  if (hint.empty()) {
    const bool by_key = has_constraint(r, target) || single_column(r, target, false);
    return named || (by_key && !r.target->is_view());
  }
  return named && (has_constraint(r, hint) || single_column(r, hint, false) || single_column(r, hint, true) ||
                   (r.junction != nullptr && r.junction->name.name == hint));
}

std::string list_columns(const Pairs& pairs, bool second) {
  std::string out = "(";
  for (const auto& [a, b] : pairs) out += (out.size() > 1 ? ", " : "") + (second ? b : a);
  return out + ")";
}

std::string_view cardinality_name(Cardinality cardinality) {
  switch (cardinality) {
    case Cardinality::many_to_one:
      return "many-to-one";
    case Cardinality::one_to_many:
      return "one-to-many";
    case Cardinality::one_to_one:
      return "one-to-one";
    default:
      return "many-to-many";
  }
}

std::string describe(const Relationship& r) {
  if (r.junction != nullptr) {
    return r.junction->name.name + " using " + r.constraint + list_columns(r.columns, true) + " and " +
           r.target_constraint + list_columns(r.target_columns, true);
  }
  return r.constraint + " using " + r.origin->name.name + list_columns(r.columns, false) + " and " +
         r.target->name.name + list_columns(r.columns, true);
}

Error ambiguous(const Table& origin, std::string_view target,
                const std::vector<const Relationship*>& candidates) {
  Error error{.code = "PGRST201",
              .message = "Could not embed because more than one relationship was found for '" +
                         origin.name.name + "' and '" + std::string(target) + "'"};
  base::JsonWriter json(error.details);
  json.begin_array();
  std::string hints;
  for (const auto* r : candidates) {
    json.begin_object().key("cardinality").string(cardinality_name(r->cardinality));
    json.key("embedding").string(r->origin->name.name + " with " + r->target->name.name);
    json.key("relationship").string(describe(*r)).end_object();
    const auto& way = r->junction != nullptr ? r->junction->name.name : r->constraint;
    hints += (hints.empty() ? "'" : ", '") + r->target->name.name + "!" + way + "'";
  }
  json.end_array();
  error.hint = "Try changing '" + std::string(target) + "' to one of the following: " + hints +
               ". Find the desired relationship in the 'details' key.";
  return error;
}

Error not_found(const Table& origin, std::string_view target, std::string_view hint) {
  const std::string between = "between '" + origin.name.name + "' and '" + std::string(target);
  const std::string with_hint = hint.empty() ? "" : "' using the hint '" + std::string(hint);
  return {.code = "PGRST200",
          .message = "Could not find a relationship " + between + "' in the schema cache",
          .details = "Searched for a foreign key relationship " + between + with_hint + "' in the schema '" +
                     origin.name.schema + "', but no matches were found."};
}

}  // namespace

std::vector<std::string> key_columns(const Catalogue& catalogue, const Table& table) {
  if (!table.is_view()) {
    return table.primary_key.has_value() ? table.primary_key->columns : std::vector<std::string>{};
  }
  std::vector<std::string> columns;
  std::set<std::pair<schema::QualifiedName, std::string>> seen;
  for (const auto& column : table.columns) {
    if (!column.origin.has_value()) continue;
    const Table* base = catalogue.find_table(column.origin->table);
    if (base == nullptr || !base->primary_key.has_value()) continue;
    const auto& key = base->primary_key->columns;
    const bool is_key = std::ranges::find(key, column.origin->column) != key.end();
    const bool complete = shown_as(table, *base, key).size() > 0;
    if (is_key && complete && seen.emplace(base->name, column.origin->column).second)
      columns.push_back(column.name);
  }
  return columns;
}

Relationships::Relationships(const Catalogue& catalogue, const std::vector<std::string>& schemas) {
  const auto exposed = [&](const Table* table) {
    return table == nullptr || std::ranges::find(schemas, table->name.schema) != schemas.end();
  };
  const auto keys = foreign_key_relationships(catalogue);
  std::vector<Relationship> all = keys;
  for (const auto& key : keys) all.push_back(inverse(key));
  std::ranges::move(junction_relationships(catalogue, keys), std::back_inserter(all));
  for (auto& r : all) {
    const bool one_schema = r.origin->name.schema == r.target->name.schema;
    if (one_schema && exposed(r.origin) && exposed(r.junction)) by_origin_[r.origin].push_back(std::move(r));
  }
}

Result<const Relationship*> Relationships::find(const Table& origin, std::string_view target,
                                                std::string_view hint) const {
  std::vector<const Relationship*> candidates;
  const auto at = by_origin_.find(&origin);
  if (at != by_origin_.end()) {
    for (const auto& r : at->second) {
      if (matches(r, target, hint)) candidates.push_back(&r);
    }
  }
  if (candidates.empty()) return not_found(origin, target, hint);
  if (candidates.size() > 1) return ambiguous(origin, target, candidates);
  return candidates.front();
}

}  // namespace holdfast::records
