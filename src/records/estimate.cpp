#include "records/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "records/bind.hpp"
#include "records/compile_context.hpp"

namespace holdfast::records {
namespace {

using Term = Estimate::Term;
using Kind = Term::Kind;

// PostgreSQL's defaults (src/include/utils/selfuncs.h).
constexpr double kEqual = 0.005;
constexpr double kInequality = 1.0 / 3;
constexpr double kUnknown = 0.005;
constexpr double kMatch = 0.005;
constexpr double kContained = 0.005;
constexpr double kOverlap = 0.01;
constexpr double kTextSearch = 0.001;
constexpr double kSubPlan = 0.5;
constexpr double kTruth = 0.5;

Term share(double value) { return {.kind = Kind::share, .share = value}; }
Term negated(Term term) {
  Term out{.kind = Kind::negated};
  out.parts.push_back(std::move(term));
  return out;
}

bool leads_an_index(const schema::Table& table, const std::string& column) {
  const auto leads = [&](const schema::Key& key) { return key.columns.front() == column; };
  return (table.primary_key && leads(*table.primary_key)) || std::ranges::any_of(table.uniques, leads) ||
         std::ranges::any_of(table.indexes, [&](const auto& index) {
           return index.method == "btree" && !index.predicate && index.elements.front().column == column;
         });
}

bool is_unique(const schema::Table& table, const std::string& column) {
  const auto alone = [&](const schema::Key& key) {
    return key.columns.size() == 1 && key.columns[0] == column;
  };
  return (table.primary_key && alone(*table.primary_key)) || std::ranges::any_of(table.uniques, alone);
}

// The table behind a relation, and a column's name in it.
const schema::Table* table_of(const schema::Catalogue& catalogue, const schema::Table& relation) {
  const schema::Table* table = &relation;
  while (table != nullptr && table->is_view()) {
    table = table->view_base ? catalogue.find_table(*table->view_base) : nullptr;
  }
  return table;
}

class EstimatePlanner {
 public:
  EstimatePlanner(const schema::Catalogue& catalogue, const schema::Table* table)
      : catalogue_(catalogue), table_(table) {}

  Term node(const ReadNode& node) {
    Term all{.kind = Kind::all_of};
    for (const auto& condition : node.conditions) all.parts.push_back(term(node, condition, true));
    for (const auto& child : node.children) {
      if (child.join == JoinType::inner) all.parts.push_back(exists(child));
    }
    return all;
  }

 private:
  // Over a foreign key every row finds its partner, so that only the partner's own conditions count.
  Term exists(const ReadNode& child) {
    return EstimatePlanner(catalogue_, table_of(catalogue_, *child.table)).node(child);
  }

  Term term(const ReadNode& node, const Condition& condition, bool on_top) {
    if (condition.kind == Condition::Kind::filter) {
      const Filter& filter = condition.filter;
      const auto child = std::ranges::find(node.children, filter.field.name, &ReadNode::name);
      const bool asks_embed = child != node.children.end() && filter.field.path.empty() &&
                              filter.op == Operator::is && filter.is == IsValue::null;
      if (!asks_embed) return this->filter(node, filter);
      Term found = on_top ? exists(*child) : share(kSubPlan);
      return filter.negated ? found : negated(std::move(found));
    }
    Term out{.kind = condition.kind == Condition::Kind::all_of ? Kind::all_of : Kind::any_of};
    const bool still_on_top = on_top && out.kind == Kind::all_of && !condition.negated;
    for (const auto& operand : condition.operands) out.parts.push_back(term(node, operand, still_on_top));
    return condition.negated ? negated(std::move(out)) : out;
  }

  Term filter(const ReadNode& node, const Filter& filter) {
    Term out = filter.quantifier == Quantifier::none ? simple(node, filter) : share(kInequality);
    return filter.negated ? negated(std::move(out)) : out;
  }

  Term simple(const ReadNode& node, const Filter& filter) {
    switch (filter.op) {
      case Operator::equal:
        return value(node, filter, Kind::equals, kEqual);
      case Operator::not_equal:
      case Operator::is_distinct:
        return negated(value(node, filter, Kind::equals, kEqual));
      case Operator::in:
        return value(node, filter, Kind::in_list, kEqual);
      case Operator::greater:
      case Operator::greater_equal:
      case Operator::less:
      case Operator::less_equal:
        return value(node, filter, Kind::range, kInequality);
      case Operator::is:
        return is(filter);
      case Operator::like:
      case Operator::ilike:
      case Operator::match:
      case Operator::imatch:
        return share(kMatch);
      case Operator::overlaps:
        return share(kOverlap);
      case Operator::fts:
      case Operator::plain_fts:
      case Operator::phrase_fts:
      case Operator::web_fts:
        return share(kTextSearch);
      default:
        return share(kContained);
    }
  }

  static Term is(const Filter& filter) {
    switch (filter.is) {
      case IsValue::null:
      case IsValue::unknown:
        return share(kUnknown);
      case IsValue::not_null:
        return share(1 - kUnknown);
      default:
        return share(kTruth);
    }
  }

  // A filter whose value and column say more than the operator alone.
  Term value(const ReadNode& node, const Filter& filter, Kind kind, double otherwise) {
    const auto* shown = filter.field.path.empty() ? node.table->find_column(filter.field.name) : nullptr;
    if (table_ == nullptr || shown == nullptr) return share(otherwise);
    const std::string& name = shown->origin ? shown->origin->column : shown->name;
    const auto* column = table_->find_column(name);
    if (column == nullptr) return share(otherwise);
    return {.kind = kind,
            .share = otherwise,
            .column = name,
            .type = literal_type(column->type),
            .op = filter.op,
            .literal = filter.literal,
            .unique = is_unique(*table_, name),
            .indexed = leads_an_index(*table_, name)};
  }

  const schema::Catalogue& catalogue_;
  const schema::Table* table_;
};

// Where a value lies on its type's line; nothing for types without one.
std::optional<double> place_of(const types::Type& type, const types::StoredView& value) {
  using Storage = types::Stored::Storage;
  if (value.storage == Storage::integer) return static_cast<double>(value.integer);
  if (value.storage == Storage::real) return value.real;
  if (!type.is(types::Kind::numeric) || value.storage != Storage::text) return std::nullopt;
  return std::strtod(std::string(value.bytes).c_str(), nullptr);
}

class Estimator {
 public:
  Estimator(sql::Connection& connection, const Estimate& estimate, const std::vector<Literal>& literals)
      : connection_(connection), table_(estimate.table), literals_(literals) {}

  Result<double> rows() {
    auto analysed = connection_.prepare(
        "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = $1 ORDER BY idx IS NOT NULL LIMIT 1");
    if (analysed.ok()) {
      HF_CHECK((*analysed)->bind(1, sql::ValueView::of(std::string_view(table_))));
      HF_TRY(const bool found, (*analysed)->step());
      if (found) return static_cast<double>((*analysed)->column(0).integer);
    }
    const Statement width{.sql = "SELECT coalesce(max(_rowid_) - min(_rowid_) + 1, 0) FROM " + from()};
    HF_TRY(const auto counted, select_integers(connection_, width, {}));
    return static_cast<double>(counted.front());
  }

  Result<double> share_of(const Term& term, double rows) {
    double share = term.share;
    switch (term.kind) {
      case Kind::share:
        break;
      case Kind::all_of:
        share = 1;
        for (const auto& part : term.parts) {
          HF_TRY(const double one, share_of(part, rows));
          share *= one;
        }
        break;
      case Kind::any_of:
        share = 0;
        for (const auto& part : term.parts) {
          HF_TRY(const double one, share_of(part, rows));
          share += one - share * one;
        }
        break;
      case Kind::negated: {
        HF_TRY(const double one, share_of(term.parts.front(), rows));
        share = 1 - one;
        break;
      }
      case Kind::equals:
        if (term.unique && rows > 0) share = 1 / rows;
        break;
      case Kind::in_list: {
        const auto values = literals_[static_cast<std::size_t>(term.literal)].list.size();
        share = static_cast<double>(values) * (term.unique && rows > 0 ? 1 / rows : term.share);
        break;
      }
      case Kind::range:
        return range(term);
    }
    return std::clamp(share, 0.0, 1.0);
  }

 private:
  [[nodiscard]] std::string from() const { return schema::quote_identifier(table_); }

  Result<double> range(const Term& term) {
    if (!term.indexed) return term.share;
    HF_TRY(const auto value, types::parse(term.type, literals_[static_cast<std::size_t>(term.literal)].text));
    const auto asked = place_of(term.type, stored_view(value));
    HF_TRY(const auto smallest, end(term, "min"));
    HF_TRY(const auto largest, end(term, "max"));
    if (!asked || !smallest || !largest || *largest <= *smallest) return term.share;
    const double below = std::clamp((*asked - *smallest) / (*largest - *smallest), 0.0, 1.0);
    const bool wants_below = term.op == Operator::less || term.op == Operator::less_equal;
    return wants_below ? below : 1 - below;
  }

  Result<std::optional<double>> end(const Term& term, const std::string& function) {
    HF_TRY(auto statement, connection_.prepare("SELECT " + function + "(" +
                                               schema::quote_identifier(term.column) + ") FROM " + from()));
    HF_TRY(const bool found, statement->step());
    if (!found) return std::optional<double>{};
    return place_of(term.type, stored_view(statement->column(0)));
  }

  sql::Connection& connection_;
  const std::string& table_;
  const std::vector<Literal>& literals_;
};

}  // namespace

Estimate plan_estimate(const schema::Catalogue& catalogue, const ReadNode& root) {
  const auto* table = table_of(catalogue, *root.table);
  Estimate estimate;
  if (table != nullptr) estimate.table = table->name.engine_name();
  estimate.condition = EstimatePlanner(catalogue, table).node(root);
  return estimate;
}

Result<std::int64_t> estimated_rows(sql::Connection& connection, const Estimate& estimate,
                                    const std::vector<Literal>& literals) {
  // What PostgreSQL holds for the rows of a relation that it knows nothing of.
  constexpr double kUnknownRows = 1000;
  Estimator estimator(connection, estimate, literals);
  double rows = kUnknownRows;
  if (!estimate.table.empty()) {
    HF_TRY(rows, estimator.rows());
  }
  HF_TRY(const double share, estimator.share_of(estimate.condition, rows));
  return std::max<std::int64_t>(1, std::llrint(rows * share));
}

}  // namespace holdfast::records
