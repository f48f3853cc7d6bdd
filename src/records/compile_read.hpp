#pragma once

#include <optional>
#include <string>
#include <vector>

#include "records/compile_context.hpp"
#include "records/estimate.hpp"

namespace holdfast::records {

/// A read, ready to run: its rows, and, where the request counts, the statement that counts them.
struct CompiledRead {
  Statement rows;
  std::vector<OutputColumn> columns;
  Statement count;  ///< empty SQL where nothing counts
  std::optional<Estimate> estimate{};
  bool uses_text_index = false;
};

/// What of the request decides a read's text besides the plan.
struct ReadShape {
  bool limited = false;  ///< limit and offset are parameters
  bool counted = false;
  std::optional<std::size_t> count_limit{};  ///< counts no further
  bool estimated = false;
  bool text_indexes = false;  ///< full-text indexes may be asked
  /// Parameters that the root's source uses already: `$1` and on.
  std::vector<Parameter> leading{};
};

/// Third stage for reads, and for the representation of writes. Policies of every source are compiled in.
Result<CompiledRead> compile_read(const schema::Catalogue& catalogue, std::string_view role,
                                  const ReadNode& root, const ReadShape& shape);

/// The conditions of a node on its own columns, ANDed; `1` where there are none.
Result<std::string> compile_conditions(const CompileContext& context, const ReadNode& node);

}  // namespace holdfast::records
