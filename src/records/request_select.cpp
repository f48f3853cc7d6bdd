#include <optional>

#include "records/names.hpp"

namespace holdfast::records {
namespace {

Result<std::vector<SelectItem>> parse_items(Cursor& cursor);

// `alias:` in front of something, but not the `::` of a cast.
std::string accept_alias(Cursor& cursor) {
  const std::size_t start = cursor.position();
  auto name = parse_name(cursor);
  if (name.ok() && cursor.peek() == ':' && !cursor.looking_at("::")) {
    cursor.take();
    return *std::move(name);
  }
  cursor.back_to(start);
  return {};
}

// `!hint`, `!inner`, `!left`: up to two, in any order.
Result<void> parse_embed_parameters(Cursor& cursor, SelectItem& item) {
  for (int i = 0; i < 2 && cursor.accept("!"); ++i) {
    HF_TRY(auto word, parse_name(cursor));
    if (word == "inner") {
      item.join = JoinType::inner;
    } else if (word == "left") {
      item.join = JoinType::left;
    } else if (item.hint.empty()) {
      item.hint = std::move(word);
    }
  }
  return {};
}

// An embed is what has a parenthesis behind it; nullopt (and the cursor put back) where there is none.
Result<std::optional<SelectItem>> parse_embed(Cursor& cursor) {
  const std::size_t start = cursor.position();
  SelectItem item;
  item.kind = cursor.accept("...") ? SelectItem::Kind::spread : SelectItem::Kind::embed;
  if (item.kind == SelectItem::Kind::embed) item.alias = accept_alias(cursor);
  auto name = parse_name(cursor);
  const bool named = name.ok() && !(item.kind == SelectItem::Kind::embed && *name == "count");
  if (!named || !parse_embed_parameters(cursor, item).ok() || !cursor.accept("(")) {
    if (item.kind == SelectItem::Kind::spread) return cursor.expected("an embedded resource");
    cursor.back_to(start);
    return std::optional<SelectItem>{};
  }
  item.relation = *std::move(name);
  HF_CHECK(cursor.enter());
  HF_TRY(item.children, parse_items(cursor));
  if (!cursor.accept(")")) return cursor.expected("\")\", \",\"");
  cursor.leave();
  return std::optional<SelectItem>{std::move(item)};
}

Result<void> parse_cast(Cursor& cursor, std::string& cast) {
  if (!cursor.accept("::")) return {};
  HF_TRY(cast, parse_identifier(cursor));
  return {};
}

Result<void> parse_aggregate(Cursor& cursor, SelectItem& item) {
  struct Known {
    std::string_view text;
    Aggregate aggregate;
  };
  static constexpr Known kKnown[] = {{".sum()", Aggregate::sum},
                                     {".avg()", Aggregate::avg},
                                     {".count()", Aggregate::count},
                                     {".max()", Aggregate::max},
                                     {".min()", Aggregate::min}};
  for (const auto& known : kKnown) {
    if (!cursor.accept(known.text)) continue;
    item.aggregate = known.aggregate;
    return parse_cast(cursor, item.aggregate_cast);
  }
  return {};
}

Result<SelectItem> parse_plain(Cursor& cursor) {
  SelectItem item;
  if (cursor.accept("*")) {
    item.field.name = "*";
  } else {
    item.alias = accept_alias(cursor);
    if (cursor.accept("count()")) {
      item.field.name = "*";
      item.aggregate = Aggregate::count;
      HF_CHECK(parse_cast(cursor, item.aggregate_cast));
    } else {
      HF_TRY(item.field, parse_field(cursor));
      HF_CHECK(parse_cast(cursor, item.cast));
      HF_CHECK(parse_aggregate(cursor, item));
    }
  }
  cursor.skip_blanks();
  if (!cursor.at_end() && cursor.peek() != ',' && cursor.peek() != ')') {
    return cursor.expected("\",\", \")\" or end of input");
  }
  return item;
}

Result<std::vector<SelectItem>> parse_items(Cursor& cursor) {
  std::vector<SelectItem> items;
  cursor.skip_blanks();
  if (cursor.at_end() || cursor.peek() == ')') return items;
  do {
    cursor.skip_blanks();
    HF_TRY(auto embed, parse_embed(cursor));
    if (embed.has_value()) {
      items.push_back(*std::move(embed));
    } else {
      HF_TRY(auto plain, parse_plain(cursor));
      items.push_back(std::move(plain));
    }
    cursor.skip_blanks();
  } while (cursor.accept(","));
  return items;
}

}  // namespace

Result<std::vector<SelectItem>> parse_select(std::string_view text) {
  Cursor cursor(text, "select parameter (" + std::string(text) + ")");
  HF_TRY(auto items, parse_items(cursor));
  // PostgREST reads no further than the list; clients have closed one parenthesis too many for years.
  if (cursor.peek() == ')') cursor.take_all();
  if (!cursor.at_end()) return cursor.expected("\",\" or end of input");
  return items;
}

}  // namespace holdfast::records
