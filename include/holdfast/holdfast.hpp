#pragma once

/// Holdfast in a program of your own: docs/guides/embedding.md.
#include "holdfast/changes.hpp"
#include "holdfast/columns.hpp"
#include "holdfast/principal.hpp"
#include "holdfast/result.hpp"
#include "holdfast/rows.hpp"
#include "holdfast/store.hpp"
#include "holdfast/transaction.hpp"
#include "holdfast/values.hpp"
