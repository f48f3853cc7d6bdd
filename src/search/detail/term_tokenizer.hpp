#pragma once

#include "base/result.hpp"

struct sqlite3;

namespace holdfast::search::detail {

/// Registers the FTS5 tokenizer `holdfast_terms`, which splits at text::kTokenEnd and changes nothing. Every
/// connection that reads or writes an index needs it.
Result<void> register_term_tokenizer(sqlite3* connection);

}  // namespace holdfast::search::detail
