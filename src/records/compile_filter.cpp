#include <algorithm>

#include "records/compile_context.hpp"
#include "records/sqlite_json.hpp"
#include "schema/text_index.hpp"

namespace holdfast::records {
namespace {

using schema::TypedSql;
using types::Kind;
using Source = Parameter::Source;

std::string_view symbol(Operator op) {
  switch (op) {
    case Operator::equal:
      return "=";
    case Operator::not_equal:
      return "<>";
    case Operator::greater:
      return ">";
    case Operator::greater_equal:
      return ">=";
    case Operator::less:
      return "<";
    case Operator::less_equal:
      return "<=";
    case Operator::like:
      return "~~";
    case Operator::ilike:
      return "~~*";
    case Operator::match:
      return "~";
    case Operator::imatch:
      return "~*";
    case Operator::contains:
      return "@>";
    case Operator::contained:
      return "<@";
    case Operator::overlaps:
      return "&&";
    case Operator::strictly_left:
      return "<<";
    case Operator::strictly_right:
      return ">>";
    case Operator::not_extends_right:
      return "&<";
    case Operator::not_extends_left:
      return "&>";
    case Operator::adjacent:
      return "-|-";
    default:
      return "";
  }
}

bool is_pattern(Operator op) { return op == Operator::like || op == Operator::ilike; }
bool takes_text(Operator op) { return is_pattern(op) || op == Operator::match || op == Operator::imatch; }

// Types whose stored forms are equal exactly when PostgreSQL says that the values are.
bool equal_as_stored(const types::Type& type) {
  switch (type.array ? Kind::unknown : type.kind) {
    case Kind::boolean:
    case Kind::int2:
    case Kind::int4:
    case Kind::int8:
    case Kind::oid:
    case Kind::numeric:
    case Kind::text:
    case Kind::varchar:
    case Kind::name:
    case Kind::uuid:
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::enumeration:
    case Kind::money:
      return true;
    default:
      return false;
  }
}

class FilterCompiler {
 public:
  FilterCompiler(const CompileContext& context, const ReadNode& node, const Filter& filter)
      : context_(context), node_(node), filter_(filter) {}

  Result<std::string> compile() {
    HF_TRY(value_, compile_field(context_, node_, filter_.field));
    HF_TRY(auto sql, operation());
    return filter_.negated ? "NOT (" + sql + ")" : sql;
  }

 private:
  Result<std::string> operation() {
    switch (filter_.op) {
      case Operator::is:
        return is();
      case Operator::in:
        return in();
      case Operator::is_distinct:
        return is_distinct();
      case Operator::fts:
        return text_search("to_tsquery");
      case Operator::plain_fts:
        return text_search("plainto_tsquery");
      case Operator::phrase_fts:
        return text_search("phraseto_tsquery");
      case Operator::web_fts:
        return text_search("websearch_to_tsquery");
      default:
        return filter_.quantifier == Quantifier::none ? compare() : quantified();
    }
  }

  std::string add(Source source, types::Type type) {
    return context_.statement.add({.source = source, .index = filter_.literal, .type = std::move(type)});
  }

  // What PostgreSQL takes an untyped literal for beside the field.
  [[nodiscard]] types::Type operand_type() const {
    return takes_text(filter_.op) ? types::Type{.kind = Kind::text} : literal_type(value_.type);
  }

  Result<std::string> apply(std::string_view op, const TypedSql& right) {
    HF_TRY(auto sql, schema::operator_sql(op, value_, right));
    return std::move(sql.sql);
  }

  Result<std::string> compare() {
    const auto type = operand_type();
    const std::string literal = add(is_pattern(filter_.op) ? Source::pattern : Source::literal, type);
    HF_TRY(auto exact, apply(symbol(filter_.op), {literal, type}));
    // The index answers which arrays have all of the elements, which is what `@>` asks and `&&` does not.
    if (filter_.op != Operator::contains) return exact;
    const auto* index = find_index(schema::TextIndexKind::array, "");
    if (index == nullptr) return exact;
    return through_index(*index, literal, exact);
  }

  // `op ANY (array)`, `op ALL (array)`: null where the field is null, as in PostgreSQL.
  Result<std::string> quantified() {
    const auto type = operand_type();
    const std::string elements = add(is_pattern(filter_.op) ? Source::patterns : Source::elements, type);
    HF_TRY(auto one, apply(symbol(filter_.op), {"q.value", type}));
    const bool any = filter_.quantifier == Quantifier::any;
    return "CASE WHEN " + value_.sql + " IS NULL THEN NULL ELSE " + (any ? "" : "NOT ") +
           "EXISTS (SELECT 1 FROM json_each(" + elements + ") AS q WHERE " + (any ? "" : "NOT ") + "(" + one +
           ")) END";
  }

  Result<std::string> in() {
    const auto type = operand_type();
    const std::string list = add(Source::list, type);
    if (equal_as_stored(value_.type)) {
      return value_.sql + collation(value_.type) + " IN (SELECT value FROM json_each(" + list + "))";
    }
    HF_TRY(auto one, apply("=", {"q.value", type}));
    return "CASE WHEN " + value_.sql + " IS NULL THEN NULL ELSE EXISTS (SELECT 1 FROM json_each(" + list +
           ") AS q WHERE " + one + ") END";
  }

  Result<std::string> is() {
    if (filter_.is == IsValue::null) return value_.sql + " IS NULL";
    if (filter_.is == IsValue::not_null) return value_.sql + " IS NOT NULL";
    const std::string name = filter_.is == IsValue::is_true    ? "TRUE"
                             : filter_.is == IsValue::is_false ? "FALSE"
                                                               : "UNKNOWN";
    if (!value_.type.is(Kind::boolean)) {
      return Error{.code = "42804",
                   .message = "argument of IS " + name + " must be type boolean, not type " +
                              types::format_type(value_.type)};
    }
    return value_.sql + " IS " + (name == "UNKNOWN" ? "NULL" : name == "TRUE" ? "1" : "0");
  }

  Result<std::string> is_distinct() {
    const auto type = operand_type();
    HF_TRY(auto equal, apply("=", {add(Source::literal, type), type}));
    return "NOT coalesce(" + equal + ", 0)";
  }

  Result<std::string> text_search(std::string_view function) {
    const std::string language = filter_.language.empty() ? "english" : filter_.language;
    const std::string configuration = schema::quote_literal(language);
    const std::string literal = add(Source::literal, {.kind = Kind::text});
    const std::string query = "pg_" + std::string(function) + "(" + configuration + ", " + literal + ")";
    const bool vector = value_.type.is(Kind::tsvector);
    std::string exact;
    if (vector) {
      exact = "pg_ts_match(" + value_.sql + ", " + query + ")";
    } else {
      HF_TRY(auto document, schema::cast_sql(value_, {.kind = Kind::text}));
      exact = "pg_ts_match_text(" + configuration + ", " + document + ", " + query + ")";
    }
    const auto* index = vector ? find_index(schema::TextIndexKind::tsvector, "")
                               : find_index(schema::TextIndexKind::document, language);
    return index == nullptr ? exact : through_index(*index, query, exact);
  }

  // An index whose whole document is this column.
  const schema::TextIndex* find_index(schema::TextIndexKind kind, std::string_view configuration) const {
    const bool usable = context_.uses_text_index != nullptr && filter_.field.path.empty() &&
                        !node_.table->is_view() && !node_.trusted;
    if (!usable) return nullptr;
    const auto& indexes = node_.table->text_indexes;
    const auto found = std::ranges::find_if(indexes, [&](const auto& index) {
      const std::string& document = index.document.sqlite;
      const std::string& name = filter_.field.name;
      const bool whole = document == name || document == schema::quote_identifier(name);
      return index.kind == kind && index.configuration == configuration && index.columns.size() == 1 &&
             index.columns.front() == name && whole;
    });
    return found == indexes.end() ? nullptr : &*found;
  }

  std::string through_index(const schema::TextIndex& index, std::string_view query, std::string_view exact) {
    *context_.uses_text_index = true;
    return "(" + schema::index_condition(*node_.table, index, node_.alias, query, exact) + ")";
  }

  const CompileContext& context_;
  const ReadNode& node_;
  const Filter& filter_;
  TypedSql value_;
};

}  // namespace

Result<std::string> compile_filter(const CompileContext& context, const ReadNode& node,
                                   const Filter& filter) {
  return FilterCompiler(context, node, filter).compile();
}

}  // namespace holdfast::records
