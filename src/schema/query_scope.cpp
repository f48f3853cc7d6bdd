#include <algorithm>

#include "base/principal.hpp"
#include "schema/access.hpp"
#include "schema/query.hpp"
#include "schema/query_context.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

/// What a name found on one level of scopes.
struct Found {
  const Source* source = nullptr;
  const SourceColumn* column = nullptr;
  const Scope* scope = nullptr;
  int matches = 0;
};

const SourceColumn* column_of(const Source& source, std::string_view name) {
  const auto at = std::ranges::find(source.columns, name, &SourceColumn::name);
  return at == source.columns.end() ? nullptr : &*at;
}

Found find_on_level(const Scope& scope, std::string_view name) {
  const auto merged = std::ranges::find(scope.merged, name, &SourceColumn::name);
  if (merged != scope.merged.end()) return {nullptr, &*merged, &scope, 1};
  Found found;
  found.scope = &scope;
  for (const auto& source : scope.sources) {
    const auto count = std::ranges::count(source.columns, name, &SourceColumn::name);
    if (count == 0) continue;
    found.matches += static_cast<int>(count);
    found.source = &source;
    found.column = column_of(source, name);
  }
  return found;
}

Found find_unqualified(const Scope* scope, std::string_view name) {
  for (; scope != nullptr; scope = scope->outer) {
    if (auto found = find_on_level(*scope, name); found.matches > 0) return found;
  }
  return {};
}

Found find_source(const Scope* scope, std::string_view name) {
  for (; scope != nullptr; scope = scope->outer) {
    const auto at = std::ranges::find(scope->sources, name, &Source::name);
    if (at != scope->sources.end()) return {&*at, nullptr, scope, 1};
  }
  return {};
}

Result<void> check_readable(const Context& context, const Source& source, const SourceColumn& column,
                            int location) {
  if (source.table == nullptr || column.column == nullptr || !source.checked) return {};
  if (has_column_privilege(context.statement.catalogue, context.role, *source.table, column.name,
                           Privilege::select)) {
    return {};
  }
  return failure(context, location, "42501",
                 std::string("permission denied for ") + (source.table->is_view() ? "view " : "table ") +
                     source.table->name.name);
}

/// A column that is not grouped is remembered; an aggregate or a grouped expression around it forgets it.
void note_use(const Found& found, int location) {
  auto* grouping = found.scope->grouping;
  if (grouping == nullptr || !grouping->active) return;
  if (grouping->keys.contains(found.column->value.sql)) return;
  if (found.source != nullptr && grouping->determined.contains(found.source)) return;
  const auto table = found.source == nullptr ? std::string() : found.source->name + ".";
  grouping->loose.emplace_back(table + found.column->name, location);
}

Result<Operand> use(const Context& context, const Found& found, int location) {
  if (found.source != nullptr) {
    HF_CHECK(check_readable(context, *found.source, *found.column, location));
    found.source->was_read = true;
  }
  note_use(found, location);
  Operand value = found.column->value;
  value.location = location;
  return value;
}

Result<Operand> resolve_qualified(const Context& context, const std::vector<std::string>& names,
                                  int location) {
  const auto& qualifier = names[names.size() - 2];
  const auto& name = names.back();
  auto found = find_source(context.scope, qualifier);
  if (found.matches > 0) {
    found.column = column_of(*found.source, name);
    if (found.column != nullptr) return use(context, found, location);
    return failure(context, location, "42703", "column " + qualifier + "." + name + " does not exist");
  }
  if (context.arguments != nullptr && names.size() == 2) {
    if (const auto at = context.arguments->find(name); at != context.arguments->end()) return at->second;
  }
  return failure(context, location, "42P01", "missing FROM-clause entry for table \"" + qualifier + "\"");
}

bool may_read(const Context& context, const Source& source, const SourceColumn& column) {
  return source.table == nullptr || column.column == nullptr || !source.checked ||
         has_column_privilege(context.statement.catalogue, context.role, *source.table, column.name,
                              Privilege::select);
}

std::vector<SourceColumn> readable(const Context& context, const Source& source) {
  source.was_read = true;
  std::vector<SourceColumn> columns;
  std::ranges::copy_if(source.columns, std::back_inserter(columns),
                       [&](const SourceColumn& c) { return may_read(context, source, c); });
  return columns;
}

bool is_merged(const Scope& scope, const SourceColumn& column) {
  return std::ranges::find(scope.merged, column.name, &SourceColumn::name) != scope.merged.end();
}

}  // namespace

Result<Operand> resolve_column(const Context& context, const std::vector<std::string>& names, int location) {
  if (names.size() > 1) return resolve_qualified(context, names, location);
  const auto& name = names.front();
  const auto found = find_unqualified(context.scope, name);
  if (found.matches == 1) return use(context, found, location);
  if (found.matches > 1) {
    return failure(context, location, "42702", "column reference \"" + name + "\" is ambiguous");
  }
  if (const auto row = find_source(context.scope, name); row.matches > 0) {
    return whole_row(context, *row.source, location);
  }
  if (context.arguments != nullptr) {
    if (const auto at = context.arguments->find(name); at != context.arguments->end()) return at->second;
  }
  return failure(context, location, "42703", "column \"" + name + "\" does not exist");
}

Result<Operand> whole_row(const Context& context, const Source& source, int location) {
  if (source.columns.size() == 1 && source.table == nullptr && source.columns.front().name == source.name) {
    return source.columns.front().value;  // a function in FROM: its row is its value
  }
  auto fields = std::make_shared<std::vector<Operand::Field>>();
  std::string values;
  for (const auto& column : readable(context, source)) {
    fields->push_back({column.name, column.value});
    values += (values.empty() ? "" : ", ") + quote_literal(column.name) + ", " +
              type_literal(column.value.type) + ", " + column.value.sql;
  }
  Operand row = computed("pg_row_json(" + values + ")", type_of(Kind::record));
  row.fields = std::move(fields);
  row.location = location;
  return row;
}

Result<std::vector<SourceColumn>> expand_star(const Context& context,
                                              const std::vector<std::string>& qualifier, int location) {
  std::vector<SourceColumn> columns;
  if (!qualifier.empty()) {
    const auto found = find_source(context.scope, qualifier.back());
    if (found.matches == 0) {
      return failure(context, location, "42P01",
                     "missing FROM-clause entry for table \"" + qualifier.back() + "\"");
    }
    columns = readable(context, *found.source);
  } else {
    columns = context.scope->merged;
    for (const auto& source : context.scope->sources) {
      for (auto& column : readable(context, source)) {
        if (!is_merged(*context.scope, column)) columns.push_back(std::move(column));
      }
    }
  }
  if (columns.empty())
    return failure(context, location, "42601", "SELECT * with no tables specified is not valid");
  for (const auto& column : columns) note_use({nullptr, &column, context.scope, 1}, location);
  return columns;
}

Source table_source(const Table& table, std::string_view name, std::string_view sql_alias) {
  Source source;
  source.name = name;
  source.sql_alias = sql_alias;
  source.table = &table;
  const auto prefix = sql_alias.empty() ? std::string() : quote_identifier(sql_alias) + ".";
  for (const auto& column : table.columns) {
    Operand value = computed(prefix + quote_identifier(column.name), column.type);
    value.not_null = column.not_null;
    source.columns.push_back({.name = column.name, .value = std::move(value), .column = &column});
  }
  return source;
}

}  // namespace holdfast::schema::detail
