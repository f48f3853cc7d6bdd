#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "holdfast/changes.hpp"
#include "schema/catalogue.hpp"

namespace holdfast::library {

/// A page as log::changes_page writes it, as values: what the caller may see has been decided there. A column
/// whose type has changed since comes as json. XX000 for what is no such page.
base::Result<v0::ChangePage> read_change_page(const schema::Catalogue& catalogue, const std::string& json);

}  // namespace holdfast::library
