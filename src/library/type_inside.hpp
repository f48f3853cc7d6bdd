#pragma once

#include <string>

#include "holdfast/rows.hpp"
#include "types/codec.hpp"
#include "types/type.hpp"

namespace holdfast::v0::detail {

/// What a Column knows and does not show.
struct TypeInside {
  types::Type type;

  [[nodiscard]] static Column column(std::string name, types::Type type);
  [[nodiscard]] static const types::Type& of(const Column& column) { return column.inside_->type; }
};

[[nodiscard]] types::StoredView stored_view(const Cell& cell);

}  // namespace holdfast::v0::detail
