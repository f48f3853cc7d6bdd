#pragma once

#include <list>

#include "base/result.hpp"
#include "holdfast/values.hpp"
#include "sql/value.hpp"
#include "types/codec.hpp"

namespace holdfast::library {

/// What views of arguments point into. Its elements do not move.
using KeptValues = std::list<types::Stored>;

/// The argument as a parameter of `type` wants it stored. What it must keep for that goes to `kept`, which
/// the view may point into. Errors: those of types::parse(), 42804 for bytes and arrays where the type is
/// neither.
base::Result<sql::ValueView> stored_argument(const types::Type& type, const v0::Argument& argument,
                                             KeptValues& kept);

}  // namespace holdfast::library
