#include "schema/ddl_function_options.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace holdfast::schema::detail {
namespace {

/// Planner's hints and the like: no effect on what a function gives.
constexpr std::array<std::string_view, 5> kWithoutEffect{"parallel", "cost", "rows", "leakproof", "support"};

bool boolean_of(const Node* node) { return node != nullptr && node->boolean->boolval != 0; }

void read_volatility(std::string_view word, Function& function) {
  using Volatility = Function::Volatility;
  function.volatility = word == "immutable" ? Volatility::immutable
                        : word == "stable"  ? Volatility::stable
                                            : Volatility::volatile_;
}

Result<void> read_option(const Translation& translation, const PgQuery__DefElem& option,
                         FunctionOptions& read, Function& function) {
  const std::string_view name = option.defname;
  if (name == "language") {
    read.language = string_of(option.arg);
  } else if (name == "as") {
    const auto parts = strings_of(nodes(option.arg->list->items, option.arg->list->n_items));
    read.body = parts.empty() ? "" : parts.front();
    read.body_location = option.location;
  } else if (name == "volatility") {
    read_volatility(string_of(option.arg), function);
  } else if (name == "strict") {
    function.strict = boolean_of(option.arg);
  } else if (name == "security") {
    function.security_definer = boolean_of(option.arg);
  } else if (name == "set") {
    const std::string_view setting = option.arg->variable_set_stmt->name;
    if (setting == "search_path") return {};
    return translation.refuse(option.location, "SET " + std::string(setting) + " on a function",
                              "Leave it away.");
  } else if (std::ranges::find(kWithoutEffect, name) == kWithoutEffect.end()) {
    return translation.refuse(option.location, "the function option " + std::string(name), "Leave it away.");
  }
  return {};
}

}  // namespace

Result<FunctionOptions> read_function_options(const Translation& translation, std::span<Node* const> options,
                                              Function& function) {
  FunctionOptions read;
  for (const auto* node : options) HF_CHECK(read_option(translation, *node->def_elem, read, function));
  std::ranges::transform(read.language, read.language.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return read;
}

std::optional<std::string> touched_column(std::string_view plpgsql_body) {
  // Longer bodies cannot be the usual one, and std::regex recurses by length.
  constexpr std::size_t kLongest = 1000;
  if (plpgsql_body.size() > kLongest) return std::nullopt;
  static const std::regex comment(R"(--[^\n]*)");
  static const std::regex usual(
      R"re(\s*begin\s+new\s*\.\s*"?([a-z_][a-z0-9_]*)"?\s*:?=\s*)re"
      R"re((?:(?:pg_catalog\s*\.\s*)?(?:now|transaction_timestamp)\s*\(\s*\)|current_timestamp)\s*;)re"
      R"re(\s*return\s+new\s*;\s*end\s*;?\s*)re",
      std::regex::icase);
  const auto plain = std::regex_replace(std::string(plpgsql_body), comment, "");
  std::smatch match;
  if (!std::regex_match(plain, match, usual)) return std::nullopt;
  return match[1].str();
}

}  // namespace holdfast::schema::detail
