#include "schema/catalogue.hpp"

#include <algorithm>

namespace holdfast::schema {

const Column* Table::find_column(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Column* Table::find_column(std::string_view column) {
  return const_cast<Column*>(std::as_const(*this).find_column(column));
}

const Table* Catalogue::find_table(const QualifiedName& name) const {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

Table* Catalogue::find_table(const QualifiedName& name) {
  return const_cast<Table*>(std::as_const(*this).find_table(name));
}

const Table* Catalogue::find_by_engine_name(std::string_view name) const {
  // A name with a dot may be a table of another schema, or one of public that has a dot in its name.
  if (const auto* table = find_table({.schema = "public", .name = std::string(name)})) return table;
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    const QualifiedName qualified{.schema = std::string(name.substr(0, dot)),
                                  .name = std::string(name.substr(dot + 1))};
    if (const auto* table = find_table(qualified)) return table;
  }
  return nullptr;
}

}  // namespace holdfast::schema
