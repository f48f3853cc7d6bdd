#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "records/media_type.hpp"
#include "records/preferences.hpp"
#include "records/rest.hpp"

namespace holdfast::records {

/// One `->key`, `->>key`, `->0` of a JSON path.
struct JsonStep {
  bool as_text = false;   ///< `->>`
  bool is_index = false;  ///< `key` is an integer
  std::string key{};
};

/// `name` or `name->a->>b`.
struct Field {
  std::string name{};
  std::vector<JsonStep> path{};
};

enum class Aggregate : std::uint8_t { none, sum, avg, count, max, min };
enum class JoinType : std::uint8_t { left, inner };

/// One element of `select=`: a field, or an embedded resource with elements of its own.
struct SelectItem {
  enum class Kind : std::uint8_t { field, embed, spread };
  Kind kind = Kind::field;
  std::string alias{};  ///< empty without one
  Field field{};        ///< field: `*` for all columns, and for `count()`
  std::string cast{};
  Aggregate aggregate = Aggregate::none;
  std::string aggregate_cast{};
  std::string relation{};  ///< embed and spread
  std::string hint{};
  JoinType join = JoinType::left;
  std::vector<SelectItem> children{};
};

enum class Operator : std::uint8_t {
  equal,
  not_equal,
  greater,
  greater_equal,
  less,
  less_equal,
  like,
  ilike,
  match,
  imatch,
  in,
  is,
  is_distinct,
  fts,
  plain_fts,
  phrase_fts,
  web_fts,
  contains,
  contained,
  overlaps,
  strictly_left,
  strictly_right,
  not_extends_right,
  not_extends_left,
  adjacent,
};
enum class Quantifier : std::uint8_t { none, any, all };
enum class IsValue : std::uint8_t { null, not_null, is_true, is_false, unknown };

/// `field=not.op(quantifier).literal`. The literal is an index into Request::literals, so that a filter's
/// shape does not depend on its value.
struct Filter {
  Field field{};
  bool negated = false;
  Operator op = Operator::equal;
  Quantifier quantifier = Quantifier::none;
  IsValue is = IsValue::null;
  std::string language{};  ///< of full-text operators; empty without one
  int literal = -1;
};

/// A tree of conditions: one filter, or operands joined by AND or OR.
struct Condition {
  enum class Kind : std::uint8_t { filter, all_of, any_of };
  Kind kind = Kind::filter;
  bool negated = false;  ///< all_of and any_of
  Filter filter{};
  std::vector<Condition> operands{};
};

struct OrderTerm {
  std::string relation{};  ///< `clients(name)`: clients
  Field field{};
  bool descending = false;
  std::optional<bool> nulls_first{};
};

/// Rows [offset, offset + limit).
struct Range {
  std::int64_t offset = 0;
  std::optional<std::int64_t> limit{};
  [[nodiscard]] bool is_all() const { return offset == 0 && !limit.has_value(); }
  bool operator==(const Range&) const = default;
};

/// Something that the query string says of an embedded resource; an empty path is the root.
template <class T>
struct At {
  std::vector<std::string> path{};
  T value{};
};

/// A value of a filter: one text, or the elements of `in.(...)`.
struct Literal {
  std::string text{};
  std::vector<std::string> list{};
};

/// The query string, parsed: https://docs.postgrest.org/en/stable/references/api/tables_views.html
struct Query {
  std::vector<SelectItem> select{};  ///< empty: all columns
  std::vector<At<Condition>> conditions{};
  std::vector<At<std::vector<OrderTerm>>> orders{};
  std::vector<At<Range>> ranges{};
  std::optional<std::vector<std::string>> columns{};
  std::optional<std::vector<std::string>> on_conflict{};
  /// Names and texts that are no filters: arguments of a function that is called with GET.
  std::vector<std::pair<std::string, std::string>> arguments{};
  std::vector<Literal> literals{};
  /// The query without its literals: two queries of one shape have one plan. Empty where there is none to
  /// be had: a plan for this query is not kept.
  std::string shape{};
  /// Parameters sorted and encoded, for Content-Location.
  std::string canonical{};
};

/// Parses a query string. With `is_call`, parameters without an operator become arguments. Errors: PGRST100
/// with the place and what was expected; nesting deeper than 64 is one of them.
Result<Query> parse_query(std::string_view query, bool is_call);

/// Appends text as a component of a query: all but letters, digits and `-_.~` is percent-encoded.
void append_component(std::string& out, std::string_view text);

/// `%41+b` -> `A b`.
[[nodiscard]] std::string decode_component(std::string_view text, bool plus_is_space);

enum class Action : std::uint8_t { read, insert, update, upsert_one, erase, call, inspect, options };

/// A request whose every part has been understood, before any catalogue was asked.
struct Request {
  Action action = Action::read;
  bool headers_only = false;  ///< HEAD
  bool safe_call = false;     ///< a function called with GET or HEAD
  bool is_function = false;   ///< the resource is /rpc/NAME
  std::string schema{};
  bool profile_negotiated = false;
  std::string name{};  ///< table or function; empty for the root
  Query query{};
  Range top_range{};  ///< limit, offset and the Range header together
  Preferences preferences{};
  std::vector<MediaType> accept{};
  MediaType content_type{};
  /// What of the headers decides the plan, and Query::shape; empty where the plan is not to be kept.
  std::string shape{};
};

/// First stage. Errors: PGRST1xx.
Result<Request> parse_request(const RestRequest& http, const RestOptions& options);

}  // namespace holdfast::records
