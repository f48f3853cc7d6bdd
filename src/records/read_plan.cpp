#include "records/read_plan.hpp"

#include <algorithm>

#include "records/similarity.hpp"

namespace holdfast::records {
namespace {

Error not_embedded(const std::string& resource) {
  return {.code = "PGRST108",
          .message = "'" + resource + "' is not an embedded resource in this request",
          .hint = "Verify that '" + resource + "' is included in the 'select' query parameter."};
}

class Planner {
 public:
  explicit Planner(const PlanContext& context) : context_(context) {}

  Result<ReadNode> root(const schema::Table& table, const std::vector<SelectItem>& select) {
    ReadNode node{
        .table = &table, .alias = next_alias(), .name = table.name.name, .relation = table.name.name};
    HF_CHECK(add_items(node, select));
    if (node.fields.empty() && node.children.empty()) node.fields.push_back({.field = {.name = "*"}});
    return node;
  }

 private:
  std::string next_alias() { return "rest" + std::to_string(aliases_++); }

  Result<void> add_items(ReadNode& node, const std::vector<SelectItem>& items) {
    for (const auto& item : items) {
      if (item.kind == SelectItem::Kind::field) {
        node.fields.push_back(item);
      } else {
        HF_TRY(auto child, embed(node, item));
        node.children.push_back(std::move(child));
      }
    }
    return {};
  }

  Result<ReadNode> embed(const ReadNode& parent, const SelectItem& item) {
    HF_TRY(const auto* relationship, context_.relationships.find(*parent.table, item.relation, item.hint));
    ReadNode node{.table = relationship->target,
                  .alias = next_alias(),
                  .name = item.alias.empty() ? item.relation : item.alias,
                  .relation = item.relation,
                  .parent_alias = parent.alias,
                  .relationship = relationship,
                  .spread = item.kind == SelectItem::Kind::spread,
                  .join = item.join};
    HF_CHECK(add_items(node, item.children));
    return node;
  }

  const PlanContext& context_;
  int aliases_ = 0;
};

Error has_an_alias(const std::string& resource, const std::string& alias) {
  return {.code = "PGRST108",
          .message = "'" + resource + "' is not an embedded resource in this request",
          .details = "Target names are not allowed in filters if they have an alias",
          .hint = "Change '" + resource + "' to '" + alias + "' in filters, orders or limits."};
}

// The node that a path of names leads to: by the embed's alias, or, where that is allowed, by its relation.
class NodeFinder {
 public:
  NodeFinder(ReadNode& root, bool by_relation) : root_(root), by_relation_(by_relation) {}

  Result<ReadNode*> find(const std::vector<std::string>& path) const {
    ReadNode* node = &root_;
    for (const auto& step : path) {
      auto child = std::ranges::find(node->children, step, &ReadNode::name);
      if (child == node->children.end()) child = std::ranges::find(node->children, step, &ReadNode::relation);
      if (child == node->children.end()) return not_embedded(step);
      if (!by_relation_ && child->name != step) return has_an_alias(step, child->name);
      node = &*child;
    }
    return node;
  }

 private:
  ReadNode& root_;
  bool by_relation_;
};

Result<void> attach(const NodeFinder& nodes, const Query& query, bool for_write) {
  for (const auto& [path, condition] : query.conditions) {
    if (for_write && path.empty()) continue;
    HF_TRY(auto* node, nodes.find(path));
    node->conditions.push_back(condition);
  }
  for (const auto& [path, terms] : query.orders) {
    HF_TRY(auto* node, nodes.find(path));
    node->order = terms;
  }
  // PostgREST takes no ranges with a write, those of embedded rows neither.
  for (const auto& [path, range] : for_write ? std::vector<At<Range>>{} : query.ranges) {
    HF_TRY(auto* node, nodes.find(path));
    node->range = range;
  }
  return {};
}

Result<void> check_related_order(const ReadNode& node) {
  for (const auto& term : node.order) {
    if (term.relation.empty()) continue;
    const auto child = std::ranges::find(node.children, term.relation, &ReadNode::name);
    if (child == node.children.end()) return not_embedded(term.relation);
    if (child->to_one()) continue;
    return Error{.code = "PGRST118",
                 .message = "A related order on '" + term.relation + "' is not possible",
                 .details = "'" + node.table->name.name + "' and '" + term.relation +
                            "' do not form a many-to-one or one-to-one relationship"};
  }
  for (const auto& child : node.children) HF_CHECK(check_related_order(child));
  return {};
}

bool has_aggregate(const ReadNode& node) {
  return std::ranges::any_of(node.fields, [](const auto& f) { return f.aggregate != Aggregate::none; });
}

// Aggregates of to-one spreads belong to the parent's row, so they count with it.
bool spreads_aggregate(const ReadNode& node) {
  if (has_aggregate(node)) return true;
  return std::ranges::any_of(node.children, [](const auto& child) {
    return child.spread && child.to_one() && spreads_aggregate(child);
  });
}

Result<void> check_aggregates(const ReadNode& node, bool allowed) {
  if (!allowed && has_aggregate(node)) {
    return Error{.code = "PGRST123", .message = "Use of aggregate functions is not allowed"};
  }
  for (const auto& child : node.children) HF_CHECK(check_aggregates(child, allowed));
  if (node.spread && !node.to_one() && spreads_aggregate(node)) {
    return Error{.code = "PGRST127",
                 .message = "Feature not implemented",
                 .details = "Aggregates are not implemented for one-to-many or many-to-many spreads."};
  }
  return {};
}

void restrict_rows(ReadNode& node, std::int64_t most) {
  node.range.limit = std::min(node.range.limit.value_or(most), most);
  for (auto& child : node.children) restrict_rows(child, most);
}

}  // namespace

bool ReadNode::is_silent() const {
  return fields.empty() && std::ranges::all_of(children, [](const auto& child) { return child.is_silent(); });
}

std::string output_name(const SelectItem& item) {
  if (!item.alias.empty()) return item.alias;
  switch (item.aggregate) {
    case Aggregate::sum:
      return "sum";
    case Aggregate::avg:
      return "avg";
    case Aggregate::count:
      return "count";
    case Aggregate::max:
      return "max";
    case Aggregate::min:
      return "min";
    case Aggregate::none:
      break;
  }
  const auto& path = item.field.path;
  const auto key = std::find_if(path.rbegin(), path.rend(), [](const auto& step) { return !step.is_index; });
  return key == path.rend() ? item.field.name : key->key;
}

Result<const schema::Table*> find_relation(const PlanContext& context, const std::string& schema,
                                           const std::string& name) {
  const auto* table = context.catalogue.find_table({schema, name});
  if (table != nullptr) return table;
  std::vector<std::string> names;
  for (const auto& [other, relation] : context.catalogue.tables) {
    if (other.schema == schema) names.push_back(other.name);
  }
  const std::string close = most_similar(name, names);
  return Error{.code = "PGRST205",
               .message = "Could not find the table '" + schema + "." + name + "' in the schema cache",
               .hint = close.empty() ? "" : "Perhaps you meant the table '" + schema + "." + close + "'"};
}

Result<ReadNode> plan_read(const PlanContext& context, const Request& request, const schema::Table& table,
                           bool for_write) {
  HF_TRY(auto root, Planner(context).root(table, request.query.select));
  HF_CHECK(attach(NodeFinder(root, context.options.legacy_target_names), request.query, for_write));
  HF_CHECK(check_related_order(root));
  HF_CHECK(check_aggregates(root, context.options.aggregates));
  if (!for_write && context.options.max_rows > 0) {
    restrict_rows(root, static_cast<std::int64_t>(context.options.max_rows));
  }
  return root;
}

}  // namespace holdfast::records
