#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "text/detail/token.hpp"

namespace holdfast::text::detail {

enum class Configuration : std::uint8_t { simple, english };

/// `english`, `simple`, with or without `pg_catalog.`. 42704 for any other.
Result<Configuration> find_configuration(std::string_view name);

/// Whether a token of this type is a word at all: blanks, tags, entities and protocols are not.
[[nodiscard]] bool is_indexed(TokenType type);

/// The token's lexeme; nullopt for a stop word.
[[nodiscard]] std::optional<std::string> lexeme_of(Configuration configuration, const Token& token);

}  // namespace holdfast::text::detail
