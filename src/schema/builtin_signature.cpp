#include "schema/builtin_signature.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "schema/expression_casts.hpp"
#include "schema/query.hpp"

namespace holdfast::schema::detail {
namespace {

using types::Kind;
using types::Type;

constexpr std::array<std::pair<std::string_view, Kind>, 28> kNames{{
    {"bool", Kind::boolean},      {"int2", Kind::int2},           {"int4", Kind::int4},
    {"int8", Kind::int8},         {"float4", Kind::float4},       {"float8", Kind::float8},
    {"numeric", Kind::numeric},   {"text", Kind::text},           {"varchar", Kind::varchar},
    {"bpchar", Kind::bpchar},     {"name", Kind::name},           {"bytea", Kind::bytea},
    {"uuid", Kind::uuid},         {"date", Kind::date},           {"time", Kind::time},
    {"timetz", Kind::timetz},     {"timestamp", Kind::timestamp}, {"timestamptz", Kind::timestamptz},
    {"interval", Kind::interval}, {"json", Kind::json},           {"jsonb", Kind::jsonb},
    {"tsvector", Kind::tsvector}, {"tsquery", Kind::tsquery},     {"money", Kind::money},
    {"bit", Kind::bit},           {"varbit", Kind::varbit},       {"inet", Kind::inet},
    {"void", Kind::void_type},
}};

constexpr std::array<std::pair<std::string_view, Slot::Match>, 4> kPseudoNames{{
    {"anyelement", Slot::Match::element},
    {"anyarray", Slot::Match::array},
    {"anyenum", Slot::Match::enumeration},
    {"any", Slot::Match::any},
}};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<Slot> parse_slot(std::string_view text) {
  text = trimmed(text);
  for (const auto& [name, match] : kPseudoNames) {
    if (text == name) return Slot{.match = match};
  }
  const bool array = text.ends_with("[]");
  if (array) text.remove_suffix(2);
  for (const auto& [name, kind] : kNames) {
    if (text != name) continue;
    Slot slot{.type = type_of(kind)};
    slot.type.array = array;
    return slot;
  }
  return std::nullopt;
}

bool parse_parameters(std::string_view list, Builtin& builtin) {
  while (!trimmed(list).empty()) {
    const auto comma = std::min(list.find(','), list.size());
    auto word = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (word.ends_with("...")) {
      builtin.variadic = true;
      word.remove_suffix(3);
    }
    const auto slot = parse_slot(word);
    if (!slot) return false;
    builtin.parameters.push_back(*slot);
  }
  return true;
}

/// Type categories, as far as they decide which overload an untyped literal means.
char category(const Type& type) {
  if (type.array) return 'A';
  if (type.is(Kind::boolean)) return 'B';
  if (is_number(type) || type.is(Kind::money)) return 'N';
  if (is_string(type)) return 'S';
  if (type.is(Kind::interval)) return 'T';
  if (type.is(Kind::date) || type.is(Kind::time) || type.is(Kind::timetz) || type.is(Kind::timestamp) ||
      type.is(Kind::timestamptz)) {
    return 'D';
  }
  if (type.is(Kind::bit) || type.is(Kind::varbit)) return 'V';
  return type.is(Kind::enumeration) ? 'E' : 'U';
}

bool is_preferred(const Type& type) {
  return type.is(Kind::text) || type.is(Kind::float8) || type.is(Kind::timestamptz) ||
         type.is(Kind::interval) || type.is(Kind::boolean) || type.is(Kind::varbit);
}

char category(const Slot& slot) {
  if (slot.match == Slot::Match::exact) return category(slot.type);
  return slot.match == Slot::Match::array ? 'A' : 'P';
}

bool is_exact(const Slot& slot, const Operand& argument) {
  return slot.match == Slot::Match::exact && !argument.untyped() && slot.type.same_as(argument.type);
}

bool accepts(const Slot& slot, const Operand& argument) {
  if (slot.match == Slot::Match::any || argument.untyped()) return true;
  if (slot.match == Slot::Match::element) return true;
  if (slot.match == Slot::Match::array) return argument.type.array;
  if (slot.match == Slot::Match::enumeration) return argument.type.is(Kind::enumeration);
  return can_cast(argument.type, slot.type, CastContext::implicit);
}

/// What anyelement stands for in one call. Arrays must agree; a single value may be cast to their elements.
struct Polymorph {
  Type element;
  bool consistent = true;

  void see(Type type, Slot::Match match) {
    type.length = type.scale = -1;
    if (element.kind == Kind::unknown) {
      element = std::move(type);
    } else if (!element.same_as(type)) {
      consistent =
          consistent && match == Slot::Match::element && can_cast(type, element, CastContext::implicit);
    }
  }
};

Polymorph polymorph_of(const Builtin& builtin, const std::vector<Operand>& arguments) {
  Polymorph found;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto match = builtin.parameter(i).match;
    if (arguments[i].untyped()) continue;
    if (match == Slot::Match::element || match == Slot::Match::enumeration)
      found.see(arguments[i].type, match);
    if (match == Slot::Match::array) found.see(arguments[i].type.element(), match);
  }
  return found;
}

bool accepts_all(const Builtin& builtin, const std::vector<Operand>& arguments) {
  const bool count_fits = builtin.variadic ? arguments.size() + 1 >= builtin.parameters.size()
                                           : arguments.size() == builtin.parameters.size();
  if (!count_fits) return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!accepts(builtin.parameter(i), arguments[i])) return false;
  }
  return polymorph_of(builtin, arguments).consistent;
}

using Candidates = std::vector<const Builtin*>;

/// Keeps the candidates with the highest score.
template <class Score>
void keep_best(Candidates& candidates, Score score) {
  int best = 0;
  for (const auto* c : candidates) best = std::max(best, score(*c));
  std::erase_if(candidates, [&](const Builtin* c) { return score(*c) < best; });
}

int exact_matches(const Builtin& builtin, const std::vector<Operand>& arguments) {
  int count = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    count += is_exact(builtin.parameter(i), arguments[i]) ? 1 : 0;
  return count;
}

int exact_or_preferred(const Builtin& builtin, const std::vector<Operand>& arguments) {
  int count = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& slot = builtin.parameter(i);
    if (arguments[i].untyped()) continue;
    const bool preferred = slot.match == Slot::Match::exact && is_preferred(slot.type) &&
                           category(slot.type) == category(arguments[i].type);
    count += preferred || is_exact(slot, arguments[i]) ? 1 : 0;
  }
  return count;
}

/// The category that an untyped argument gets: string when any candidate takes one, else the one that all
/// agree on, else '\0'.
char category_for_untyped(const Candidates& candidates, std::size_t index) {
  const auto of = [&](const Builtin* c) { return category(c->parameter(index)); };
  if (std::ranges::any_of(candidates, [&](const Builtin* c) { return of(c) == 'S'; })) return 'S';
  char agreed = '\0';
  for (const auto* c : candidates) {
    const char own = of(c);
    if (agreed != '\0' && agreed != own) return '\0';
    agreed = own;
  }
  return agreed;
}

void narrow_by_category(Candidates& candidates, const std::vector<Operand>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].untyped()) continue;
    const char wanted = category_for_untyped(candidates, i);
    if (wanted == '\0') continue;
    const auto fits = [&](const Builtin& b) { return category(b.parameter(i)) == wanted ? 1 : 0; };
    keep_best(candidates, fits);
    keep_best(candidates, [&](const Builtin& b) {
      const auto& slot = b.parameter(i);
      return slot.match == Slot::Match::exact && is_preferred(slot.type) ? 1 : 0;
    });
  }
}

/// When all typed arguments have one type, the untyped ones are taken to have it too.
std::vector<Operand> assume_like_others(std::vector<Operand> arguments) {
  const auto typed = std::ranges::find_if(arguments, [](const Operand& o) { return !o.untyped(); });
  if (typed == arguments.end()) return arguments;
  const Type type = typed->type;
  for (auto& argument : arguments) {
    if (argument.untyped()) argument = computed({}, type);
  }
  return arguments;
}

Candidates fitting(const Candidates& candidates, const std::vector<Operand>& arguments) {
  Candidates fit;
  std::ranges::copy_if(candidates, std::back_inserter(fit),
                       [&](const Builtin* c) { return accepts_all(*c, arguments); });
  return fit;
}

std::optional<const Builtin*> exact(const Candidates& candidates, const std::vector<Operand>& arguments) {
  for (const auto* c : candidates) {
    if (!c->variadic && c->parameters.size() == arguments.size() &&
        exact_matches(*c, arguments) == static_cast<int>(arguments.size())) {
      return c;
    }
  }
  return std::nullopt;
}

std::string types_literal(const std::vector<Operand>& arguments) {
  std::string json = "[";
  for (const auto& argument : arguments) {
    if (json.size() > 1) json += ',';
    json += '"' + types::format_type(argument.type) + '"';
  }
  return quote_literal(json + "]");
}

template <class Write>
std::string joined(std::span<const Operand> arguments, Write write) {
  std::string list;
  for (const auto& argument : arguments) {
    if (!list.empty()) list += ", ";
    list += write(argument);
  }
  return list;
}

const std::string& sql_of(const Operand& argument) { return argument.sql; }

/// As the type's output function prints it; booleans are `t` and `f`.
std::string printed(const Operand& argument) {
  if (is_string(argument.type) || argument.is_null) return argument.sql;
  return "pg_text(" + argument.sql + ", " + type_literal(argument.type) + ")";
}

/// The text that a `{...}` of the table stands for. Operands of an operator are enclosed; arguments of a
/// call need no parentheses.
std::string expand(std::string_view token, const std::vector<Operand>& arguments, const Type& result) {
  if (token.empty()) return "{}";
  if (token == "*") return joined(arguments, sql_of);
  if (token == "rest") return joined(std::span(arguments).subspan(1), sql_of);
  if (token == "texts") return joined(arguments, printed);
  if (token == "types") return types_literal(arguments);
  if (token == "result") return type_literal(result);
  const auto digit = token.find_last_not_of("0123456789") + 1;
  std::size_t index = 0;
  std::from_chars(token.data() + digit, token.data() + token.size(), index);
  if (index >= arguments.size()) return {};
  const auto word = token.substr(0, digit);
  const auto& argument = arguments[index];
  if (word == "text") return printed(argument);
  if (word == "type") return type_literal(argument.type);
  if (word == "element") return type_literal(argument.type.element());
  if (word == "collate") return collate_clause(argument.type);
  // Numerics in an array keep their scale, which no comparison minds.
  const bool numerics = word == "array" && argument.type.array && argument.type.kind == types::Kind::numeric;
  if (numerics) return "pg_numeric_array(" + argument.sql + ")";
  return enclosed(argument.sql);
}

std::string fill(std::string_view pattern, const std::vector<Operand>& arguments, const Type& result) {
  std::string sql;
  while (!pattern.empty()) {
    const auto open = std::min(pattern.find('{'), pattern.size());
    sql += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const auto close = pattern.find('}');
    sql += expand(pattern.substr(1, close - 1), arguments, result);
    pattern.remove_prefix(close + 1);
  }
  return sql;
}

Type slot_type(const Slot& slot, const Type& element, const Operand& argument) {
  switch (slot.match) {
    case Slot::Match::exact:
      return slot.type;
    case Slot::Match::array:
      return element.array_of();
    case Slot::Match::any:
      return argument.untyped() ? type_of(Kind::text) : argument.type;
    case Slot::Match::element:
    case Slot::Match::enumeration:
      return element;
  }
  return slot.type;
}

}  // namespace

Result<Builtin> parse_row(const BuiltinRow& row) {
  const auto bad = [&] {
    return Error{.code = "XX000", .message = "malformed built-in: " + std::string(row.signature)};
  };
  const auto arrow = row.signature.rfind("->");
  const auto close = row.signature.rfind(')', arrow);
  const auto open = row.signature.find('(');
  if (arrow == std::string_view::npos || close == std::string_view::npos || open > close) return bad();
  Builtin builtin;
  builtin.name = row.signature.substr(0, open);
  builtin.sql = row.sql;
  const auto result = parse_slot(row.signature.substr(arrow + 2));
  if (!result || !parse_parameters(row.signature.substr(open + 1, close - open - 1), builtin)) return bad();
  builtin.result = *result;
  return builtin;
}

std::vector<Builtin> parse_rows(std::span<const BuiltinRow> rows) {
  std::vector<Builtin> builtins;
  for (const auto& row : rows) {
    if (auto builtin = parse_row(row)) builtins.push_back(*std::move(builtin));
  }
  return builtins;
}

Choice choose(const Candidates& candidates, const std::vector<Operand>& arguments) {
  if (const auto found = exact(candidates, arguments)) return {.builtin = *found};
  if (const auto found = exact(candidates, assume_like_others(arguments)); found && arguments.size() == 2) {
    return {.builtin = *found};
  }
  auto fit = fitting(candidates, arguments);
  if (fit.size() > 1) keep_best(fit, [&](const Builtin& b) { return exact_matches(b, arguments); });
  if (fit.size() > 1) keep_best(fit, [&](const Builtin& b) { return exact_or_preferred(b, arguments); });
  if (fit.size() > 1) narrow_by_category(fit, arguments);
  if (fit.size() > 1) {
    if (auto alike = fitting(fit, assume_like_others(arguments)); !alike.empty()) fit = std::move(alike);
  }
  if (fit.size() == 1) return {.builtin = fit.front()};
  return {.builtin = nullptr, .ambiguous = !fit.empty()};
}

Result<Operand> apply(const Builtin& builtin, std::vector<Operand> arguments) {
  auto element = polymorph_of(builtin, arguments).element;
  if (element.kind == Kind::unknown) element = type_of(Kind::text);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto wanted = slot_type(builtin.parameter(i), element, arguments[i]);
    HF_TRY(arguments[i], coerce(std::move(arguments[i]), wanted, CastContext::implicit));
  }
  const auto result = slot_type(builtin.result, element, arguments.empty() ? Operand{} : arguments.front());
  return computed(fill(builtin.sql, arguments, result), result);
}

}  // namespace holdfast::schema::detail
