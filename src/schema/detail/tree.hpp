#pragma once

#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

/// The parse tree of libpg_query, for the schema room's own files: its header is heavy, so nothing public
/// includes this.
namespace holdfast::schema::detail {

using Node = PgQuery__Node;

/// A repeated field: `nodes(stmt.cmds, stmt.n_cmds)`.
inline std::span<Node* const> nodes(Node* const* first, std::size_t count) { return {first, count}; }

/// The text of a String node; empty for others.
[[nodiscard]] std::string_view string_of(const Node* node);
/// The texts of a list of String nodes.
[[nodiscard]] std::vector<std::string> strings_of(std::span<Node* const> list);

/// Calls `visit` for every message of the tree, parents first; `type` is its protobuf name without the
/// package, such as `ColumnRef`. Returning false keeps it from going below that message.
using Visitor = std::function<bool(std::string_view type, ProtobufCMessage& message)>;
void walk(ProtobufCMessage* message, const Visitor& visit);
inline void walk(const Node* node, const Visitor& visit) {
  if (node != nullptr) walk(const_cast<ProtobufCMessage*>(&node->base), visit);
}

/// The smallest known location of the tree: where the expression begins in its script. -1 without one.
[[nodiscard]] int first_location(const Node* node);

/// The SQL text of an expression or of a query. XX000 when the deparser's text would not read back.
Result<std::string> deparse_expression(const Node* expression);
Result<std::string> deparse_statement(const Node* statement);

}  // namespace holdfast::schema::detail
