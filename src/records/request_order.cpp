#include "records/names.hpp"

namespace holdfast::records {
namespace {

Result<void> parse_direction(Cursor& cursor, OrderTerm& term) {
  if (cursor.accept(".asc")) {
    term.descending = false;
  } else if (cursor.accept(".desc")) {
    term.descending = true;
  }
  if (cursor.accept(".nullsfirst")) {
    term.nulls_first = true;
  } else if (cursor.accept(".nullslast")) {
    term.nulls_first = false;
  }
  cursor.skip_blanks();
  if (cursor.at_end() || cursor.peek() == ',') return {};
  return cursor.expected("\"asc\", \"desc\", \"nullsfirst\" or \"nullslast\", \",\" or end of input");
}

Result<OrderTerm> parse_term(Cursor& cursor) {
  OrderTerm term;
  HF_TRY(term.field, parse_field(cursor));
  if (term.field.path.empty() && cursor.accept("(")) {
    term.relation = std::move(term.field.name);
    HF_TRY(term.field, parse_field(cursor));
    if (!cursor.accept(")")) return cursor.expected("\")\"");
  }
  HF_CHECK(parse_direction(cursor, term));
  return term;
}

}  // namespace

Result<std::vector<OrderTerm>> parse_order(std::string_view text) {
  Cursor cursor(text, "order (" + std::string(text) + ")");
  std::vector<OrderTerm> terms;
  do {
    HF_TRY(auto term, parse_term(cursor));
    terms.push_back(std::move(term));
  } while (cursor.accept(","));
  return terms;
}

}  // namespace holdfast::records
