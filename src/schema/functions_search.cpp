#include <sqlite3.h>

#include <array>

#include "schema/functions_call.hpp"
#include "text/tsquery.hpp"
#include "text/tsvector.hpp"

namespace holdfast::schema::functions {
namespace {

template <class Parsed>
Result<void> reply_printed(Call& call, const Result<Parsed>& parsed) {
  if (!parsed) return parsed.error();
  call.reply(parsed->to_string());
  return {};
}

Result<void> to_tsvector(Call& call) {
  return reply_printed(call, text::to_tsvector(call.text(0), call.text(1)));
}

template <Result<text::TsQuery> (*Make)(std::string_view, std::string_view)>
Result<void> make_query(Call& call) {
  return reply_printed(call, Make(call.text(0), call.text(1)));
}

/// The tsquery in argument `i`, read once a statement where it is constant.
Result<std::shared_ptr<const text::TsQuery>> query_of(Call& call, int i) {
  using Kept = std::shared_ptr<const text::TsQuery>;
  if (const auto* kept = static_cast<const Kept*>(sqlite3_get_auxdata(call.context(), i))) return *kept;
  HF_TRY(text::TsQuery query, text::parse_tsquery(call.text(i)));
  Kept shared = std::make_shared<const text::TsQuery>(std::move(query));
  sqlite3_set_auxdata(call.context(), i, new Kept(shared),
                      [](void* held) { delete static_cast<Kept*>(held); });
  return shared;
}

Result<void> match(Call& call) {
  HF_TRY(const auto query, query_of(call, 1));
  HF_TRY(const auto vector, text::parse_tsvector(call.text(0)));
  call.reply_truth(text::matches(vector, *query));
  return {};
}

Result<void> match_text(Call& call) {
  HF_TRY(const auto query, query_of(call, 2));
  HF_TRY(const auto vector, text::to_tsvector(call.text(0), call.text(1)));
  call.reply_truth(text::matches(vector, *query));
  return {};
}

Result<void> rank(Call& call) {
  HF_TRY(const auto query, query_of(call, 1));
  HF_TRY(const auto vector, text::parse_tsvector(call.text(0)));
  call.reply(static_cast<double>(text::rank(vector, *query, static_cast<int>(call.integer(2)))));
  return {};
}

constexpr std::array kFunctions{
    Function{"pg_to_tsvector", 2, to_tsvector},
    Function{"pg_to_tsquery", 2, make_query<text::to_tsquery>},
    Function{"pg_plainto_tsquery", 2, make_query<text::plainto_tsquery>},
    Function{"pg_phraseto_tsquery", 2, make_query<text::phraseto_tsquery>},
    Function{"pg_websearch_to_tsquery", 2, make_query<text::websearch_to_tsquery>},
    Function{"pg_ts_match", 2, match},
    Function{"pg_ts_match_text", 3, match_text},
    Function{"pg_ts_rank", 3, rank},
};

}  // namespace

std::span<const Function> text_search_functions() { return kFunctions; }

}  // namespace holdfast::schema::functions
