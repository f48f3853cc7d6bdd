#include "text/tsquery.hpp"

#include "text/detail/limits.hpp"
#include "text/detail/query_builder.hpp"

namespace holdfast::text {
namespace {

using Kind = TsQuery::Kind;

void append_lexeme(std::string& out, const TsQuery& lexeme) {
  detail::append_quoted(out, lexeme.word);
  if (!lexeme.prefix && lexeme.weights == 0) return;
  out.push_back(':');
  if (lexeme.prefix) out.push_back('*');
  for (int weight = 3; weight >= 0; --weight) {
    if ((lexeme.weights & (1U << static_cast<unsigned>(weight))) != 0) {
      out.push_back(static_cast<char>('D' - weight));
    }
  }
}

std::string operator_text(const TsQuery& query) {
  if (query.kind == Kind::disjunction) return " | ";
  if (query.kind == Kind::conjunction) return " & ";
  if (query.distance == 1) return " <-> ";
  return " <" + std::to_string(query.distance) + "> ";
}

/// `right_of_phrase`: a phrase there keeps its parentheses, since the order of phrases matters.
void append(std::string& out, const TsQuery& query, int around, bool right_of_phrase) {
  if (query.kind == Kind::empty) return;
  if (query.kind == Kind::lexeme) return append_lexeme(out, query);
  const int own = detail::binding_of(query.kind);
  const bool parentheses = own < around || (query.kind == Kind::phrase && right_of_phrase);
  if (parentheses) out += "( ";
  if (query.kind == Kind::negation) {
    out.push_back('!');
    append(out, query.operands[0], own, false);
  } else {
    append(out, query.operands[0], own, false);
    out += operator_text(query);
    append(out, query.operands[1], own, query.kind == Kind::phrase);
  }
  if (parentheses) out += " )";
}

}  // namespace

std::string TsQuery::to_string() const {
  std::string out;
  append(out, *this, 0, false);
  return out;
}

}  // namespace holdfast::text
