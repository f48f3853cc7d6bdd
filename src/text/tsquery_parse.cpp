#include <utility>

#include "text/detail/document.hpp"
#include "text/detail/limits.hpp"
#include "text/detail/query_reader.hpp"
#include "text/tsquery.hpp"

namespace holdfast::text {
namespace {

using detail::Operand;
using Kind = TsQuery::Kind;

/// The words of an operand, joined; stop words between them stand as empty operands for the moment. 54001.
Result<TsQuery> analysed(detail::Configuration configuration, const Operand& operand, Kind join_with) {
  TsQuery query;
  std::uint32_t last = 0;
  auto words = detail::analyse(configuration, operand.text);
  if (!words.empty() && words.back().position - words.front().position >= detail::kMostOperands) {
    return detail::too_large();
  }
  for (auto& [word, position] : words) {
    TsQuery lexeme{
        .kind = Kind::lexeme, .word = std::move(word), .prefix = operand.prefix, .weights = operand.weights};
    if (last == 0) {
      query = std::move(lexeme);
    } else {
      for (++last; last < position; ++last) query = detail::join(join_with, std::move(query), TsQuery{});
      query = detail::join(join_with, std::move(query), std::move(lexeme));
    }
    last = position;
  }
  return query;
}

Result<TsQuery> literal(const Operand& operand) {
  if (operand.text.size() > detail::kLongestWord) {
    return Error{.code = "54000", .message = "word is too long in tsquery: \"" + operand.text + "\""};
  }
  return TsQuery{
      .kind = Kind::lexeme, .word = operand.text, .prefix = operand.prefix, .weights = operand.weights};
}

Result<TsQuery> whole_text_query(std::string_view configuration, std::string_view query, Kind join_with) {
  HF_TRY(const auto known, detail::find_configuration(configuration));
  detail::QueryBuilder builder;
  HF_TRY(auto tree, analysed(known, {.text = std::string(query)}, join_with));
  builder.push_operand(std::move(tree));
  return builder.finish();
}

}  // namespace

Result<TsQuery> to_tsquery(std::string_view configuration, std::string_view query) {
  HF_TRY(const auto known, detail::find_configuration(configuration));
  return detail::read_operators(
      query, [known](const Operand& operand) { return analysed(known, operand, Kind::phrase); });
}

Result<TsQuery> plainto_tsquery(std::string_view configuration, std::string_view query) {
  return whole_text_query(configuration, query, Kind::conjunction);
}

Result<TsQuery> phraseto_tsquery(std::string_view configuration, std::string_view query) {
  return whole_text_query(configuration, query, Kind::phrase);
}

Result<TsQuery> websearch_to_tsquery(std::string_view configuration, std::string_view query) {
  HF_TRY(const auto known, detail::find_configuration(configuration));
  return detail::read_web_search(
      query, [known](const Operand& operand) { return analysed(known, operand, Kind::phrase); });
}

Result<TsQuery> parse_tsquery(std::string_view text) { return detail::read_operators(text, literal); }

}  // namespace holdfast::text
