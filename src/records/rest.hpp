#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.hpp"
#include "base/principal.hpp"
#include "schema/catalogue.hpp"
#include "search/text_search.hpp"
#include "sql/database.hpp"

namespace holdfast::records {

/// A request under /rest/v1, HTTP's framing taken off. Views are valid until the answer was given.
struct RestRequest {
  std::string method;                                        ///< upper case
  std::string path;                                          ///< after the mount: `/apps`, `/rpc/add`, `/`
  std::string query;                                         ///< after the `?`, still percent-encoded
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;
  base::Principal principal;
  std::string request_id;
  base::Deadline deadline = base::Deadline::never();
};

struct RestResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct RestOptions {
  std::vector<std::string> schemas{"public"};  ///< the first is the default
  std::size_t max_rows = 0;                    ///< 0: no limit
  bool aggregates = false;
  bool allow_tx_preference = false;  ///< `Prefer: tx=rollback|commit`
  bool rollback_by_default = false;  ///< writes are kept only with `Prefer: tx=commit`
  bool legacy_target_names = true;   ///< an embed with an alias is found by its relation's name too
  bool describes_itself = true;      ///< `/` answers with OpenAPI
  std::string trace_header{};        ///< lower case; given back as it came; empty: none
};

/// PostgREST's dialect over the tables of a catalogue, in four stages: parse the request, plan it against the
/// catalogue, compile it to SQL, run it and write JSON. Plans are cached by the shape of the request.
/// Reads run on the calling thread; writes are queued and answered from the writer's thread. Any thread.
class Rest {
 public:
  /// `text_search` may be null: full-text operators then evaluate row by row.
  Rest(sql::Database& database, search::TextSearch* text_search, RestOptions options);
  ~Rest();

  /// A new catalogue: cached plans are dropped.
  void set_catalogue(std::shared_ptr<const schema::Catalogue> catalogue);

  /// Calls `done` exactly once, on this thread or on the writer's. Errors are answers too:
  /// `{"code":..., "message":..., "details":..., "hint":...}`.
  void handle(RestRequest request, std::function<void(RestResponse)> done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The answer that an error becomes, headers and all.
[[nodiscard]] RestResponse error_response(const Error& error, bool anonymous);

}  // namespace holdfast::records
