#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "text/fts_match.hpp"
#include "text/tsquery.hpp"
#include "text/tsvector.hpp"

// Any bytes as a document, as each kind of query and as the text forms: nothing crashes, and what is printed
// reads back as the same.

namespace {

using namespace holdfast;

void must(bool holds) {
  if (!holds) std::abort();
}

void check_vector(const text::TsVector& vector) {
  const std::string printed = vector.to_string();
  const auto again = text::parse_tsvector(printed);
  must(again.ok() && again->to_string() == printed);
  static_cast<void>(text::fts_document(vector));
}

void check_query(const Result<text::TsQuery>& query, const text::TsVector& vector) {
  if (!query.ok()) return;
  const std::string printed = query->to_string();
  const auto again = text::parse_tsquery(printed);
  // Stop words between words add up to distances that cannot be written.
  if (!again.ok() && again.error().code == "22023") return;
  must(again.ok() && again->to_string() == printed);
  must(text::matches(vector, *query) == text::matches(vector, *again));
  static_cast<void>(text::rank(vector, *query, 63));
  static_cast<void>(text::fts_condition(*query));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto vector = text::to_tsvector(size % 2 == 0 ? "english" : "simple", input);
  if (vector.ok()) check_vector(*vector);
  const auto parsed = text::parse_tsvector(input);
  if (parsed.ok()) check_vector(*parsed);
  const text::TsVector& searched = parsed.ok() ? *parsed : vector.ok() ? *vector : text::TsVector{};
  check_query(text::to_tsquery("english", input), searched);
  check_query(text::plainto_tsquery("english", input), searched);
  check_query(text::phraseto_tsquery("simple", input), searched);
  check_query(text::websearch_to_tsquery("english", input), searched);
  check_query(text::parse_tsquery(input), searched);
  return 0;
}
