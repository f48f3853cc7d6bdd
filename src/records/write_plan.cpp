#include "records/write_plan.hpp"

#include <algorithm>

#include "records/new_row.hpp"
#include "records/plan_cache.hpp"
#include "schema/access.hpp"

namespace holdfast::records {
namespace {

using schema::Column;
using schema::Command;
using schema::Generated;
using schema::Privilege;
using schema::Table;
using Source = Parameter::Source;

constexpr std::string_view kKeys = "_rowid_ IN (SELECT value FROM json_each(";

std::string both(const std::string& left, const std::string& right) {
  if (left == "1") return right;
  return right == "1" ? left : "(" + left + ") AND (" + right + ")";
}

std::string column_of(const std::string& alias, std::string_view name) {
  return alias + "." + schema::quote_identifier(name);
}

class WritePlanner {
 public:
  WritePlanner(const PlanContext& context, std::string_view role, const Request& request, const Table& table)
      : context_(context), role_(role), request_(request) {
    plan_.action = request.action;
    plan_.requested = &table;
  }

  Result<WritePlan> plan(const Payload& payload) {
    HF_CHECK(find_base());
    HF_CHECK(may_write());
    if (plan_.action != Action::erase) HF_CHECK(resolve_columns(payload));
    if (plan_.action == Action::insert || plan_.action == Action::upsert_one) HF_CHECK(plan_insert());
    if (plan_.action == Action::update || plan_.action == Action::erase) HF_CHECK(plan_candidates());
    HF_CHECK(plan_policies(payload));
    HF_CHECK(plan_representation());
    plan_statements(payload);
    return std::move(plan_);
  }

 private:
  // The one table whose columns a view shows; PostgreSQL calls such views automatically updatable.
  Result<void> find_base() {
    const Table& requested = *plan_.requested;
    plan_.base = &requested;
    if (!requested.is_view()) return {};
    plan_.base = writable_base(context_.catalogue, requested);
    if (plan_.base != nullptr) return {};
    const std::string verb = plan_.action == Action::update  ? "update"
                             : plan_.action == Action::erase ? "delete from"
                                                             : "insert into";
    return Error{.code = "55000",
                 .message = "cannot " + verb + " view \"" + requested.name.name + "\"",
                 .details = "Only views that show the columns of one table can be written to."};
  }

  [[nodiscard]] bool through_view() const { return plan_.base != plan_.requested; }
  // What row security is asked for: a view writes with its owner's rights.
  [[nodiscard]] std::string_view base_role() const {
    return through_view() && !plan_.requested->security_invoker ? std::string_view(base::kSystemRole) : role_;
  }

  Result<void> may_write() {
    const Privilege needed = plan_.action == Action::update  ? Privilege::update
                             : plan_.action == Action::erase ? Privilege::erase
                                                             : Privilege::insert;
    if (schema::has_privilege(context_.catalogue, role_, *plan_.requested, needed)) return {};
    const bool any_column = plan_.action != Action::erase &&
                            std::ranges::any_of(plan_.requested->columns, [&](const Column& column) {
                              return may(column.name, needed);
                            });
    if (any_column) return {};
    return permission_denied(*plan_.requested);
  }

  [[nodiscard]] bool may(std::string_view column, Privilege privilege) const {
    return schema::has_column_privilege(context_.catalogue, role_, *plan_.requested, column, privilege);
  }

  // The stored column behind a column of the request.
  [[nodiscard]] const Column* base_column(const Column& column) const {
    if (!through_view()) return &column;
    return column.origin.has_value() ? plan_.base->find_column(column.origin->column) : nullptr;
  }

  Result<const Column*> find_column(const std::string& name) {
    const Column* column = plan_.requested->find_column(name);
    if (column == nullptr || (column->hidden && role_ != base::kSystemRole)) {
      return Error{.code = "PGRST204",
                   .message = "Could not find the '" + name + "' column of '" + plan_.requested->name.name +
                              "' in the schema cache"};
    }
    return column;
  }

  Result<void> resolve_columns(const Payload& payload) {
    const Privilege needed = plan_.action == Action::update ? Privilege::update : Privilege::insert;
    for (const auto& name : payload.columns) {
      HF_TRY(const auto* column, find_column(name));
      if (!may(name, needed)) return permission_denied(*plan_.requested);
      const Column* stored = base_column(*column);
      if (stored == nullptr) {
        return Error{
            .code = "0A000",
            .message = "cannot write column \"" + name + "\" of view \"" + plan_.requested->name.name + "\""};
      }
      if (stored->generated == Generated::stored || stored->generated == Generated::identity_always) {
        return generated_error(*stored);
      }
      plan_.columns.push_back({.column = stored, .required = is_required(*stored)});
    }
    return {};
  }

  [[nodiscard]] bool is_required(const Column& column) const {
    const auto& key = plan_.base->primary_key;
    return column.not_null ||
           (key.has_value() && std::ranges::find(key->columns, column.name) != key->columns.end());
  }

  [[nodiscard]] Error generated_error(const Column& column) const {
    const bool stored = column.generated == Generated::stored;
    const std::string name = "\"" + column.name + "\"";
    if (plan_.action == Action::update) {
      return {.code = "428C9",
              .message = "column " + name + " can only be updated to DEFAULT",
              .details = "Column " + name +
                         (stored ? " is a generated column."
                                 : " is an identity column defined as GENERATED ALWAYS.")};
    }
    return {.code = "428C9",
            .message = "cannot insert a non-DEFAULT value into column " + name,
            .details =
                "Column " + name +
                (stored ? " is a generated column." : " is an identity column defined as GENERATED ALWAYS.")};
  }

  Result<void> plan_insert() {
    if (plan_.action == Action::upsert_one) {
      HF_CHECK(plan_required_keys());
      plan_.merges = true;
    } else if (request_.preferences.resolution.has_value()) {
      const bool merges = request_.preferences.resolution == Preferences::Resolution::merge_duplicates;
      std::vector<std::string> names =
          request_.query.on_conflict.value_or(key_columns(context_.catalogue, *plan_.requested));
      for (const auto& name : names) {
        HF_TRY(const auto* column, find_column(name));
        if (const Column* stored = base_column(*column); stored != nullptr) plan_.conflict.push_back(stored);
      }
      plan_.merges = merges && !plan_.conflict.empty();
      plan_.ignores = !merges && !plan_.conflict.empty();
    }
    if (plan_.conflict.empty()) return {};
    HF_CHECK(check_conflict_target());
    if (!plan_.merges) return {};
    for (const auto& target : plan_.columns) {
      if (!may(requested_name(*target.column), Privilege::update)) return permission_denied(*plan_.requested);
    }
    return {};
  }

  [[nodiscard]] std::string requested_name(const Column& stored) const {
    for (const auto& column : plan_.requested->columns) {
      if (base_column(column) == &stored) return column.name;
    }
    return stored.name;
  }

  Result<void> check_conflict_target() const {
    std::vector<std::string> wanted;
    for (const auto* column : plan_.conflict) wanted.push_back(column->name);
    std::ranges::sort(wanted);
    const auto fits = [&](std::vector<std::string> columns) {
      std::ranges::sort(columns);
      return columns == wanted;
    };
    const Table& table = *plan_.base;
    if (table.primary_key.has_value() && fits(table.primary_key->columns)) return {};
    if (std::ranges::any_of(table.uniques, [&](const auto& key) { return fits(key.columns); })) return {};
    for (const auto& index : table.indexes) {
      std::vector<std::string> columns;
      for (const auto& element : index.elements) columns.push_back(element.column);
      if (index.unique && !index.predicate.has_value() && fits(columns)) return {};
    }
    return Error{
        .code = "42P10",
        .message = "there is no unique or exclusion constraint matching the ON CONFLICT specification"};
  }

  // PUT names every key column, and nothing else, with eq.
  Result<void> plan_required_keys() {
    const Error invalid{
        .code = "PGRST105",
        .message = "Filters must include all and only primary key columns with 'eq' operators"};
    const auto keys = key_columns(context_.catalogue, *plan_.requested);
    const auto& conditions = request_.query.conditions;
    if (keys.empty() || conditions.size() != keys.size()) return invalid;
    for (const auto& [path, condition] : conditions) {
      const Filter& filter = condition.filter;
      const bool plain = path.empty() && condition.kind == Condition::Kind::filter &&
                         filter.op == Operator::equal && !filter.negated &&
                         filter.quantifier == Quantifier::none && filter.field.path.empty();
      if (!plain || std::ranges::find(keys, filter.field.name) == keys.end()) return invalid;
      HF_TRY(const auto* column, find_column(filter.field.name));
      const Column* stored = base_column(*column);
      if (stored == nullptr || std::ranges::find(plan_.conflict, stored) != plan_.conflict.end())
        return invalid;
      plan_.conflict.push_back(stored);
      plan_.required_keys.emplace_back(stored, filter.literal);
    }
    return {};
  }

  // Root conditions speak of the requested relation's columns.
  [[nodiscard]] ReadNode target_node() const {
    ReadNode node{.table = plan_.requested, .alias = "rest0"};
    for (const auto& [path, condition] : request_.query.conditions) {
      if (path.empty()) node.conditions.push_back(condition);
    }
    return node;
  }

  Result<void> plan_candidates() {
    const ReadNode node = target_node();
    const CompileContext context{context_.catalogue, role_, plan_.candidates, nullptr};
    HF_TRY(auto conditions, compile_conditions(context, node));
    if (through_view()) {
      HF_TRY(auto source, schema::relation_source(context_.catalogue, role_, *plan_.requested));
      HF_TRY(auto tie, tie_to_base(node.alias, "b"));
      plan_.candidates.sql = "SELECT b._rowid_ FROM " +
                             schema::quote_identifier(plan_.base->name.engine_name()) +
                             " AS b WHERE hf_deadline() AND EXISTS (SELECT 1 FROM " + source + " AS " +
                             node.alias + " WHERE " + tie + " AND (" + conditions + "))";
      return {};
    }
    const Command command = plan_.action == Action::update ? Command::update : Command::erase;
    HF_TRY(auto touched, schema::row_filter(context_.catalogue, role_, *plan_.base, command, node.alias));
    // The writer is never interrupted: a scan of its own looks at the clock.
    std::string where = "hf_deadline() AND (" + conditions + ") AND (" + touched + ")";
    if (!node.conditions.empty() || returns_rows()) {
      HF_TRY(auto seen,
             schema::row_filter(context_.catalogue, role_, *plan_.base, Command::select, node.alias));
      where += " AND (" + seen + ")";
    }
    plan_.candidates.sql = "SELECT " + node.alias + "._rowid_ FROM " +
                           schema::quote_identifier(plan_.base->name.engine_name()) + " AS " + node.alias +
                           " WHERE " + where;
    return {};
  }

  // The condition that one row of the view is one row of its table.
  Result<std::string> tie_to_base(const std::string& view_alias, const std::string& base_alias) {
    std::vector<std::string> parts;
    for (const auto& column : plan_.requested->columns) {
      const Column* stored = base_column(column);
      if (stored == nullptr) continue;
      const bool is_key = plan_.base->primary_key.has_value() &&
                          std::ranges::find(plan_.base->primary_key->columns, stored->name) !=
                              plan_.base->primary_key->columns.end();
      const bool by_key = !key_columns(context_.catalogue, *plan_.requested).empty();
      if (by_key && !is_key) continue;
      parts.push_back(column_of(view_alias, column.name) + " IS " + column_of(base_alias, stored->name));
    }
    return join(parts, " AND ", "0");
  }

  // With missing=default, a column that the body lacks goes back to its default.
  [[nodiscard]] bool takes_default(const Payload& payload, std::size_t column) const {
    return request_.preferences.missing == Preferences::Missing::use_default && !payload.rows.empty() &&
           payload.rows.front()[column].kind == Cell::Kind::absent;
  }

  std::string assigned_value(Statement& statement, const Payload& payload, std::size_t column) const {
    const Column& target = *plan_.columns[column].column;
    if (takes_default(payload, column)) return default_sql(target);
    return statement.add({.source = Source::cell, .index = static_cast<int>(column), .type = target.type});
  }

  // The rows of `keys`: `column IN (...)`.
  static std::string among_keys(Statement& statement) {
    return std::string(kKeys) + statement.add({.source = Source::keys}) + "))";
  }

  void plan_statements(const Payload& payload) {
    // A merge must know the rows that it has met.
    plan_.wants_keys = plan_.merges || plan_.representation.has_value() || plan_.location.has_value();
    if (plan_.action == Action::update) plan_update(payload);
    if (plan_.action != Action::insert && plan_.action != Action::upsert_one) return;
    GivenRow row;
    for (const auto& target : plan_.columns) row.columns.push_back(target.column);
    const Column* key = drawn_key(plan_);
    const bool draws = key != nullptr && std::ranges::find(row.columns, key) == row.columns.end();
    if (!draws) plan_.insert = insert_sql(plan_, row);
  }

  void plan_update(const Payload& payload) {
    std::vector<std::string> assignments;
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      assignments.push_back(schema::quote_identifier(plan_.columns[i].column->name) + " = " +
                            assigned_value(plan_.update, payload, i));
    }
    if (assignments.empty()) return;
    plan_.update.sql = "UPDATE " + schema::quote_identifier(plan_.base->name.engine_name()) + " SET " +
                       join(assignments, ", ") + " WHERE hf_deadline() AND " + among_keys(plan_.update) +
                       (plan_.wants_keys ? " RETURNING _rowid_" : "");
  }

  [[nodiscard]] bool has_conditions() const {
    return std::ranges::any_of(request_.query.conditions, [](const auto& at) { return at.path.empty(); });
  }

  [[nodiscard]] bool returns_rows() const { return request_.preferences.wants_representation(); }

  // Policies of SELECT hold for new rows too where the statement reads: what it returns, filters by, or
  // looks for a conflict in.
  Result<std::string> new_row_policy(Command command) {
    const auto& catalogue = context_.catalogue;
    HF_TRY(auto condition, schema::check_filter(catalogue, base_role(), *plan_.base, command, "rest0"));
    const bool reads =
        returns_rows() || !plan_.conflict.empty() || (plan_.action == Action::update && has_conditions());
    if (!reads) return condition;
    HF_TRY(const auto seen,
           schema::row_filter(catalogue, base_role(), *plan_.base, Command::select, "rest0"));
    return both(condition, seen);
  }

  Result<void> plan_policies(const Payload& payload) {
    if (plan_.action == Action::erase) return {};
    if (plan_.action == Action::update) {
      HF_TRY(const auto condition, new_row_policy(Command::update));
      if (condition != "1") plan_update_policy(payload, condition);
      return {};
    }
    HF_TRY(plan_.insert_policy, new_row_policy(Command::insert));
    if (!plan_.merges) return {};
    const auto met = [&](Command command) {
      return schema::row_filter(context_.catalogue, base_role(), *plan_.base, command,
                                plan_.base->name.engine_name());
    };
    HF_TRY(const auto touched, met(Command::update));
    HF_TRY(const auto seen, met(Command::select));
    plan_.met_policy = both(touched, seen);
    HF_TRY(plan_.merged_policy, new_row_policy(Command::update));
    return {};
  }

  void plan_update_policy(const Payload& payload, const std::string& condition) {
    const Table& table = *plan_.base;
    const std::string name = schema::quote_identifier(table.name.engine_name());
    const std::string check = "SELECT " + policy_guard(table, condition) + " FROM ";
    Statement& before = plan_.update_policy;
    bool any_default = false;
    const auto value = [&](const Column& column) {
      if (column.name == table.touch_column) return std::string("pg_now()");
      const auto set = std::ranges::find(plan_.columns, &column, &TargetColumn::column);
      if (set == plan_.columns.end()) return column_of(name, column.name);
      const auto position = static_cast<std::size_t>(set - plan_.columns.begin());
      any_default = any_default || takes_default(payload, position);
      return assigned_value(before, payload, position);
    };
    const std::string keys = among_keys(before);
    before.sql = check + coming_row(table, value, name + " WHERE " + keys);
    if (!any_default) return;
    Statement& after = plan_.updated_policy;
    after.sql = check + name + " AS rest0 WHERE rest0." + among_keys(after);
  }

  // Rows of `keys`, seen through the requested relation.
  Result<std::string> written_rows(const std::string& alias) {
    if (!through_view()) return alias + "." + std::string(kKeys) + "$1))";
    HF_TRY(auto tie, tie_to_base(alias, "b"));
    return "EXISTS (SELECT 1 FROM " + schema::quote_identifier(plan_.base->name.engine_name()) +
           " AS b WHERE b." + std::string(kKeys) + "$1)) AND " + tie + ")";
  }

  Result<CompiledRead> compile_written(ReadNode root) {
    HF_TRY(root.extra_condition, written_rows(root.alias));
    ReadShape shape;
    shape.leading.push_back({.source = Source::keys});
    return compile_read(context_.catalogue, role_, root, shape);
  }

  Result<void> plan_representation() {
    // The plan refuses a bad select= even when nothing is to be returned.
    HF_TRY(auto root, plan_read(context_, request_, *plan_.requested, true));
    if (returns_rows()) {
      HF_TRY(auto compiled, compile_written(std::move(root)));
      plan_.representation = std::move(compiled);
    }
    if (plan_.action != Action::insert || request_.preferences.returns != Preferences::Return::headers_only)
      return {};
    plan_.location_columns = key_columns(context_.catalogue, *plan_.requested);
    if (plan_.location_columns.empty()) return {};
    ReadNode keys{.table = plan_.requested, .alias = "rest0"};
    for (const auto& name : plan_.location_columns) keys.fields.push_back({.field = {.name = name}});
    HF_TRY(auto compiled, compile_written(std::move(keys)));
    plan_.location = std::move(compiled);
    return {};
  }

  const PlanContext& context_;
  std::string_view role_;
  const Request& request_;
  WritePlan plan_;
};

}  // namespace

const Table* writable_base(const schema::Catalogue& catalogue, const Table& relation) {
  const Table* base = &relation;
  while (base != nullptr && base->is_view()) {
    base = base->view_base.has_value() ? catalogue.find_table(*base->view_base) : nullptr;
  }
  return base;
}

Result<WritePlan> plan_write(const PlanContext& context, std::string_view role, const Request& request,
                             const Table& table, const Payload& payload) {
  return WritePlanner(context, role, request, table).plan(payload);
}

std::string write_plan_key(std::string_view role, const Request& request, const Payload& payload) {
  if (request.shape.empty()) return {};
  const auto& preferences = request.preferences;
  const auto letter = [](const auto& wish) {
    return wish.has_value() ? static_cast<char>('a' + static_cast<int>(*wish)) : '-';
  };
  std::string key = std::string(role) + '|' + letter(preferences.returns) + letter(preferences.resolution) +
                    letter(preferences.missing) + (payload.rows.empty() ? '0' : 'n') + request.shape;
  for (std::size_t i = 0; i < payload.columns.size(); ++i) {
    const bool absent = !payload.rows.empty() && payload.rows.front()[i].kind == Cell::Kind::absent;
    key += '\x1d' + std::to_string(payload.columns[i].size()) + (absent ? '?' : ':') + payload.columns[i];
  }
  return key.size() > kLongestPlanKey ? std::string{} : key;
}

std::string default_sql(const Column& column) {
  return column.default_value.has_value() ? "(" + column.default_value->sqlite + ")" : "NULL";
}

}  // namespace holdfast::records
