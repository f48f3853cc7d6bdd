#include "schema/query_lateral.hpp"

#include "schema/packed_rows.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {

Result<FromSource> lateral_source(const Context& context, const Rows& rows, std::string_view name) {
  FromSource set;
  set.source.name = name;
  HF_TRY(set.source.sql_alias, fresh_alias(context.statement, name));
  HF_TRY(const auto inner, fresh_alias(context.statement, "lateral"));
  const auto array = quote_identifier(set.source.sql_alias) + ".value";
  std::string values;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const auto& column = rows.columns[i];
    values += (i == 0 ? "" : ", ") +
              packed_sql(quote_identifier(inner) + "." + quote_identifier(column.sql_name), column.type);
    set.source.columns.push_back(
        {.name = column.name, .value = computed(unpacked_sql(array, i, column.type), column.type)});
  }
  set.sql = "json_each((SELECT json_group_array(json_array(" + values + ")) FROM (" + rows.sql + ") AS " +
            quote_identifier(inner) + ")) AS " + quote_identifier(set.source.sql_alias);
  return set;
}

}  // namespace holdfast::schema::detail
