#pragma once

#include <string>
#include <string_view>

namespace holdfast::demo {

/// The UUID (version 8, RFC 9562) of a name: the same name gives the same id on every machine, so that a
/// second import meets its own rows. `kind` keeps a developer and an app of one name apart. Ids order as the
/// first ten characters of their names do, so that sorted names fill an index from one end; the rest is
/// hashed.
[[nodiscard]] std::string stable_id(std::string_view kind, std::string_view name);

}  // namespace holdfast::demo
