#include "schema/query_context.hpp"

#include <algorithm>

namespace holdfast::schema::detail {
namespace {

/// Deep enough for what people write; shallow enough for a thread's stack and for SQLite's own limit.
constexpr int kMaxDepth = 300;
/// Views and functions multiply when they are inlined.
constexpr int kMaxSources = 500;

}  // namespace

Error failure(const Context& context, int location, std::string_view code, std::string message,
              std::string hint) {
  return {.code = std::string(code),
          .message = std::move(message),
          .details = context.script.where(location),
          .hint = std::move(hint)};
}

Error untranslatable(const Context& context, int location, std::string_view construct, std::string hint) {
  return failure(context, location, "HF003",
                 std::string(construct) + " has no translation for the embedded engine", std::move(hint));
}

Error located(const Context& context, int location, Error error) {
  if (error.details.empty()) error.details = context.script.where(location);
  return error;
}

Result<std::string> fresh_alias(Statement& statement, std::string_view wanted) {
  if (++statement.sources > kMaxSources) {
    return Error{.code = "54001",
                 .message = "the statement reads more than " + std::to_string(kMaxSources) + " sources",
                 .hint = "Views, functions and policies count with all that they read."};
  }
  std::string name(wanted);
  for (int n = 2; !statement.aliases.insert(name).second; ++n)
    name = std::string(wanted) + "#" + std::to_string(n);
  return name;
}

Result<void> Nesting::check(const Context& context, int location) const {
  if (statement_.depth <= kMaxDepth) return {};
  return failure(context, location, "54001", "the statement is nested too deeply",
                 "At most " + std::to_string(kMaxDepth) + " levels.");
}

}  // namespace holdfast::schema::detail
