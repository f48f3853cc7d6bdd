#pragma once

#include <string>

#include "schema/ddl_translation.hpp"

namespace holdfast::schema::detail {

struct FunctionOptions {
  std::string language;
  std::string body;
  int body_location = -1;
};

/// Reads LANGUAGE, AS, volatility, STRICT and SECURITY; PARALLEL, COST, ROWS and SET search_path change
/// nothing here.
Result<FunctionOptions> read_function_options(const Translation&, std::span<Node* const> options, Function&);

/// The column that a PL/pgSQL trigger body sets to now() before it returns NEW, if it does nothing else.
[[nodiscard]] std::optional<std::string> touched_column(std::string_view plpgsql_body);

}  // namespace holdfast::schema::detail
