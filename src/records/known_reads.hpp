#pragma once

#include <memory>
#include <optional>
#include <string>

#include "records/compile_read.hpp"
#include "records/query_template.hpp"
#include "records/respond.hpp"
#include "sql/session.hpp"

namespace holdfast::records {

struct Engine;

/// A read that was understood before, with other values: parsing, planning and choosing the form are done.
struct KnownRead {
  std::shared_ptr<const CompiledRead> plan{};  ///< shared with the cache of plans
  MediaType media{};
  PageHeaders headers{};
  CanonicalTemplate canonical{};
};

/// The request's query, divided, under a key that holds all else of the request that matters: role, path,
/// form. Views of the request. Nothing where it is no plain GET of a relation, or has headers that mean more.
[[nodiscard]] std::optional<DividedQuery> divide_read(const RestRequest& http);

/// What the next request with this key needs; nothing where dividing found other values than the parser.
[[nodiscard]] std::optional<KnownRead> learn_read(const DividedQuery& divided, std::string_view query,
                                                  const Request& request, const MediaType& media,
                                                  std::shared_ptr<const CompiledRead> plan);

/// Runs it on this thread and writes the answer.
[[nodiscard]] Result<RestResponse> answer_known_read(const Engine& engine, const KnownRead& read,
                                                     const DividedQuery& query, const sql::Session& session);

}  // namespace holdfast::records
