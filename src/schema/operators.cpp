#include "schema/operators.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>

#include "schema/expression_casts.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;

struct Comparison {
  std::string_view op;
  std::string_view sql;
  std::string_view padded_sql;  ///< bpchar: blanks at the end do not count
};
constexpr std::array kComparisons{
    Comparison{"=", "{0} = {1}{collate0}", "rtrim({0}, ' ') = rtrim({1}, ' ')"},
    Comparison{"<>", "{0} <> {1}{collate0}", "rtrim({0}, ' ') <> rtrim({1}, ' ')"},
    Comparison{"<", "{0} < {1}{collate0}", "rtrim({0}, ' ') < rtrim({1}, ' ')"},
    Comparison{"<=", "{0} <= {1}{collate0}", "rtrim({0}, ' ') <= rtrim({1}, ' ')"},
    Comparison{">", "{0} > {1}{collate0}", "rtrim({0}, ' ') > rtrim({1}, ' ')"},
    Comparison{">=", "{0} >= {1}{collate0}", "rtrim({0}, ' ') >= rtrim({1}, ' ')"},
};

constexpr std::array<std::string_view, 26> kComparableTypes{
    "bool",     "int2",    "int4",  "int8", "float4", "float8",    "numeric",     "text",     "name",
    "bytea",    "uuid",    "date",  "time", "timetz", "timestamp", "timestamptz", "interval", "jsonb",
    "tsvector", "tsquery", "money", "bit",  "varbit", "inet",      "anyenum",     "anyarray"};

const Comparison* find_comparison(std::string_view op) {
  const auto row = std::ranges::find(kComparisons, op, &Comparison::op);
  return row == kComparisons.end() ? nullptr : &*row;
}

Builtin comparison(const Comparison& row, std::string_view type, std::string_view sql) {
  const auto signature =
      std::string(row.op) + "(" + std::string(type) + ", " + std::string(type) + ") -> bool";
  auto builtin = parse_row({.signature = signature, .sql = sql});
  return builtin ? *std::move(builtin) : Builtin{};
}

/// Built-in operators by name. A deque, so that pointers to its members hold.
class OperatorTable {
 public:
  OperatorTable() {
    for (auto& builtin : parse_rows(operator_rows())) add(std::move(builtin));
    for (const auto& row : kComparisons) {
      for (const auto type : kComparableTypes) add(comparison(row, type, row.sql));
      add(comparison(row, "bpchar", row.padded_sql));
    }
  }

  [[nodiscard]] std::vector<const Builtin*> find(std::string_view op, std::size_t operands) const {
    const auto found = by_name_.find(op);
    if (found == by_name_.end()) return {};
    auto candidates = found->second;
    std::erase_if(candidates, [&](const Builtin* b) { return b->parameters.size() != operands; });
    return candidates;
  }

 private:
  void add(Builtin builtin) {
    builtins_.push_back(std::move(builtin));
    by_name_[builtins_.back().name].push_back(&builtins_.back());
  }

  std::deque<Builtin> builtins_;
  std::map<std::string, std::vector<const Builtin*>, std::less<>> by_name_;
};

const OperatorTable& operator_table() {
  static const OperatorTable table;
  return table;
}

Error no_operator(std::string_view op, const std::vector<Operand>& operands, bool ambiguous) {
  std::string text = operands.size() == 2 ? types::format_type(operands[0].type) + " " : "";
  text += std::string(op) + " " + types::format_type(operands.back().type);
  if (ambiguous) {
    return {.code = "42725",
            .message = "operator is not unique: " + text,
            .hint = "Add explicit type casts, so that one operator is left."};
  }
  return {.code = "42883",
          .message = "operator does not exist: " + text,
          .hint = "No operator has this name and these argument types; add explicit type casts."};
}

Result<Operand> resolve(std::string_view op, std::vector<Operand> operands) {
  const int location = operands.front().location;
  const auto choice = choose(operator_table().find(op, operands.size()), operands);
  if (choice.builtin == nullptr) return no_operator(op, operands, choice.ambiguous);
  HF_TRY(auto result, apply(*choice.builtin, std::move(operands)));
  result.location = location;
  return result;
}

/// A decimal that a double carries well enough to be compared with integers: no integer lies between the
/// two.
bool is_short_decimal(const Operand& operand) {
  constexpr std::size_t kSafeDigits = 15;
  return operand.number && operand.type.is(Kind::numeric) && operand.number->size() <= kSafeDigits &&
         operand.number->find_first_not_of("-0123456789.") == std::string::npos;
}

/// Numbers that SQLite compares exactly as they stand: no cast comes between a column and its index.
std::optional<Operand> native_number_comparison(const Comparison& row, const Operand& left,
                                                const Operand& right) {
  const auto stands_as_number = [](const Operand& o) { return is_integer(o.type) || is_float(o.type); };
  std::string l = left.sql;
  std::string r = right.sql;
  if (is_integer(left.type) && is_short_decimal(right)) {
    r = *right.number;
  } else if (is_short_decimal(left) && is_integer(right.type)) {
    l = *left.number;
  } else if (!stands_as_number(left) || !stands_as_number(right)) {
    return std::nullopt;
  }
  return computed(enclosed(l) + " " + std::string(row.op) + " " + enclosed(r), type_of(Kind::boolean));
}

/// text || anything, anything || text: the other side becomes text.
std::optional<Operand> as_concatenated_text(const Operand& operand) {
  if (operand.untyped() || is_string(operand.type) || operand.type.array) return std::nullopt;
  auto text = coerce(operand, type_of(Kind::text), CastContext::explicit_);
  if (!text) return std::nullopt;
  return *std::move(text);
}

void make_concatenation_text(Operand& left, Operand& right) {
  if (is_string(left.type)) {
    if (auto text = as_concatenated_text(right)) right = *std::move(text);
  } else if (is_string(right.type)) {
    if (auto text = as_concatenated_text(left)) left = *std::move(text);
  }
}

/// An untyped literal beside a scalar that only concatenates with text.
bool is_plain_scalar(const Operand& operand) {
  return !operand.untyped() && !operand.type.array && !is_string(operand.type) &&
         !operand.type.is(Kind::jsonb) && !operand.type.is(Kind::bytea) && !operand.type.is(Kind::varbit) &&
         !operand.type.is(Kind::bit);
}

Result<Operand> concatenation(Operand left, Operand right) {
  const auto text = type_of(Kind::text);
  if (left.untyped() && is_plain_scalar(right)) {
    HF_TRY(left, coerce(std::move(left), text, CastContext::implicit));
  } else if (right.untyped() && is_plain_scalar(left)) {
    HF_TRY(right, coerce(std::move(right), text, CastContext::implicit));
  }
  make_concatenation_text(left, right);
  std::vector<Operand> operands;
  operands.push_back(std::move(left));
  operands.push_back(std::move(right));
  return resolve("||", std::move(operands));
}

}  // namespace

Result<Operand> binary_operator(std::string_view op, Operand left, Operand right) {
  if (op == "!=") op = "<>";
  if (op == "||") return concatenation(std::move(left), std::move(right));
  if (const auto* row = find_comparison(op)) {
    if (auto native = native_number_comparison(*row, left, right)) return *std::move(native);
  }
  std::vector<Operand> operands;
  operands.push_back(std::move(left));
  operands.push_back(std::move(right));
  return resolve(op, std::move(operands));
}

Result<Operand> prefix_operator(std::string_view op, Operand value) {
  std::vector<Operand> operands;
  operands.push_back(std::move(value));
  return resolve(op, std::move(operands));
}

}  // namespace holdfast::schema::detail

namespace holdfast::schema {

Result<TypedSql> operator_sql(std::string_view op, const TypedSql& left, const TypedSql& right) {
  HF_TRY(auto result, detail::binary_operator(op, detail::operand_of(left.sql, left.type),
                                              detail::operand_of(right.sql, right.type)));
  return TypedSql{std::move(result.sql), std::move(result.type)};
}

}  // namespace holdfast::schema
