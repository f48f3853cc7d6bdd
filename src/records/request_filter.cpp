#include <algorithm>

#include "records/names.hpp"

namespace holdfast::records {
namespace {

struct OperatorName {
  std::string_view name;
  Operator op;
};

constexpr OperatorName kSimple[] = {
    {"neq", Operator::not_equal},         {"cs", Operator::contains},
    {"cd", Operator::contained},          {"ov", Operator::overlaps},
    {"sl", Operator::strictly_left},      {"sr", Operator::strictly_right},
    {"nxr", Operator::not_extends_right}, {"nxl", Operator::not_extends_left},
    {"adj", Operator::adjacent},          {"isdistinct", Operator::is_distinct},
};
constexpr OperatorName kQuantified[] = {
    {"eq", Operator::equal},       {"gte", Operator::greater_equal}, {"gt", Operator::greater},
    {"lte", Operator::less_equal}, {"lt", Operator::less},           {"like", Operator::like},
    {"ilike", Operator::ilike},    {"match", Operator::match},       {"imatch", Operator::imatch},
};
constexpr OperatorName kTextSearch[] = {
    {"fts", Operator::fts},
    {"plfts", Operator::plain_fts},
    {"phfts", Operator::phrase_fts},
    {"wfts", Operator::web_fts},
};

bool is_word_character(char c) { return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

// A literal in a filter goes to the end; in a logic tree it ends at a comma or a parenthesis.
enum class Place : std::uint8_t { alone, in_tree };

class FilterParser {
 public:
  FilterParser(Cursor& cursor, LiteralSink sink, Place place) : cursor_(cursor), sink_(sink), place_(place) {}

  // The operator and its literal, after the field.
  Result<void> parse_operation(Filter& filter) {
    const std::size_t start = cursor_.position();
    filter.negated = cursor_.accept("not.");
    HF_CHECK(parse_operator(filter));
    sink_.shape += cursor_.since(start);
    return parse_literal(filter);
  }

  Result<Condition> parse_tree() {
    cursor_.skip_blanks();
    const std::size_t start = cursor_.position();
    Condition condition;
    if (parse_tree_operator(condition)) return parse_operands(std::move(condition), start);
    cursor_.back_to(start);
    HF_TRY(condition.filter.field, parse_field(cursor_));
    if (!cursor_.accept(".")) return cursor_.expected("delimiter (.)");
    sink_.shape += cursor_.since(start);
    HF_CHECK(parse_operation(condition.filter));
    cursor_.skip_blanks();
    return condition;
  }

  Result<Condition> parse_operands(Condition condition, std::size_t start) {
    sink_.shape += cursor_.since(start);
    HF_CHECK(cursor_.enter());
    do {
      sink_.shape += ',';
      HF_TRY(auto operand, parse_tree());
      condition.operands.push_back(std::move(operand));
      cursor_.skip_blanks();
    } while (cursor_.accept(","));
    if (!cursor_.accept(")")) return cursor_.expected("\",\" or \")\"");
    sink_.shape += ')';
    cursor_.leave();
    cursor_.skip_blanks();
    return condition;
  }

  // `and(`, `not.or(`: true with the parenthesis taken.
  bool parse_tree_operator(Condition& condition) {
    condition.negated = cursor_.accept("not.");
    if (cursor_.accept("and")) {
      condition.kind = Condition::Kind::all_of;
    } else if (cursor_.accept("or")) {
      condition.kind = Condition::Kind::any_of;
    } else {
      condition.negated = false;
      return false;
    }
    cursor_.skip_blanks();
    if (cursor_.accept("(")) return true;
    condition = {};
    return false;
  }

 private:
  Result<void> parse_operator(Filter& filter) {
    const std::size_t start = cursor_.position();
    while (cursor_.peek() >= 'a' && cursor_.peek() <= 'z') cursor_.take();
    const std::string_view name = cursor_.since(start);
    if (name == "in" || name == "is") {
      filter.op = name == "in" ? Operator::in : Operator::is;
    } else if (const auto* simple = std::ranges::find(kSimple, name, &OperatorName::name);
               simple != std::end(kSimple)) {
      filter.op = simple->op;
    } else if (const auto* q = std::ranges::find(kQuantified, name, &OperatorName::name);
               q != std::end(kQuantified)) {
      filter.op = q->op;
      if (cursor_.accept("(any)")) filter.quantifier = Quantifier::any;
      if (cursor_.accept("(all)")) filter.quantifier = Quantifier::all;
    } else if (const auto* t = std::ranges::find(kTextSearch, name, &OperatorName::name);
               t != std::end(kTextSearch)) {
      filter.op = t->op;
      HF_CHECK(parse_language(filter));
    } else {
      cursor_.back_to(start);
      return cursor_.expected("\"not\" or operator (eq, gt, ...)");
    }
    if (!cursor_.accept(".")) {
      cursor_.back_to(start);
      return cursor_.expected("\"not\" or operator (eq, gt, ...)");
    }
    return {};
  }

  Result<void> parse_language(Filter& filter) {
    if (!cursor_.accept("(")) return {};
    HF_TRY(filter.language, parse_identifier(cursor_));
    if (!cursor_.accept(")")) return cursor_.expected("\")\"");
    return {};
  }

  Result<void> parse_literal(Filter& filter) {
    if (filter.op == Operator::is) return parse_is(filter);
    filter.literal = static_cast<int>(sink_.literals.size());
    Literal literal;
    if (filter.op == Operator::in) {
      HF_TRY(literal.list, parse_list());
    } else if (place_ == Place::alone) {
      literal.text = cursor_.rest();
      cursor_.take_all();
    } else {
      literal.text = parse_tree_literal();
    }
    sink_.literals.push_back(std::move(literal));
    sink_.shape += '\x1f';
    return {};
  }

  Result<void> parse_is(Filter& filter) {
    struct Known {
      std::string_view name;
      IsValue value;
    };
    static constexpr Known kKnown[] = {{"null", IsValue::null},
                                       {"not_null", IsValue::not_null},
                                       {"true", IsValue::is_true},
                                       {"false", IsValue::is_false},
                                       {"unknown", IsValue::unknown}};
    const std::size_t start = cursor_.position();
    std::string word;
    while (is_word_character(cursor_.peek())) {
      const char c = cursor_.take();
      word += c == '_' ? c : static_cast<char>(c | 0x20);
    }
    const auto* known = std::ranges::find(kKnown, word, &Known::name);
    if (known == std::end(kKnown) || (place_ == Place::alone && !cursor_.at_end())) {
      cursor_.back_to(start);
      return cursor_.expected("isVal: (null, not_null, true, false, unknown)");
    }
    filter.is = known->value;
    sink_.shape += known->name;
    return {};
  }

  static bool ends_element(const Cursor& cursor) {
    return cursor.at_end() || cursor.peek() == ',' || cursor.peek() == ')';
  }

  // `"quoted"` where nothing else follows it, else everything up to a comma or a parenthesis.
  std::string parse_element() {
    const std::size_t start = cursor_.position();
    if (cursor_.peek() == '"') {
      auto quoted = parse_quoted(cursor_);
      if (quoted.ok() && ends_element(cursor_)) return *std::move(quoted);
      cursor_.back_to(start);
    }
    while (!ends_element(cursor_)) cursor_.take();
    return std::string(cursor_.since(start));
  }

  std::string parse_tree_literal() {
    const std::size_t start = cursor_.position();
    if (cursor_.peek() == '{') {
      cursor_.take();
      while (!cursor_.at_end() && cursor_.peek() != '{' && cursor_.peek() != '}') cursor_.take();
      if (cursor_.accept("}")) return std::string(cursor_.since(start));
      cursor_.back_to(start);
    }
    return parse_element();
  }

  Result<std::vector<std::string>> parse_list() {
    std::vector<std::string> list;
    cursor_.skip_blanks();
    if (!cursor_.accept("(")) return cursor_.expected("\"(\"");
    cursor_.skip_blanks();
    do {
      list.push_back(parse_element());
    } while (cursor_.accept(","));
    if (!cursor_.accept(")")) return cursor_.expected("\",\" or \")\"");
    cursor_.skip_blanks();
    if (list.size() == 1 && list.front().empty()) list.clear();
    return list;
  }

  Cursor& cursor_;
  LiteralSink sink_;
  Place place_;
};

}  // namespace

Result<Filter> parse_filter(std::string_view text, LiteralSink sink) {
  Cursor cursor(text, "filter (" + std::string(text) + ")");
  Filter filter;
  HF_CHECK(FilterParser(cursor, sink, Place::alone).parse_operation(filter));
  return filter;
}

Result<Condition> parse_logic(std::string_view operation, std::string_view text, LiteralSink sink) {
  const std::string whole = std::string(operation) + std::string(text);
  Cursor cursor(whole, "logic tree (" + std::string(text) + ")");
  FilterParser parser(cursor, sink, Place::in_tree);
  Condition condition;
  if (!parser.parse_tree_operator(condition)) return cursor.expected("\"(\"");
  return parser.parse_operands(std::move(condition), 0);
}

}  // namespace holdfast::records
