#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "text/detail/token.hpp"

namespace holdfast::text::detail {

/// One of PostgreSQL's configurations: `simple`, or a language of Snowball's.
enum class Configuration : std::uint8_t {};

/// By name, with or without `pg_catalog.`. 42704 for one that PostgreSQL does not have either.
Result<Configuration> find_configuration(std::string_view name);

/// Whether a token of this type is a word at all: blanks, tags, entities and protocols are not.
[[nodiscard]] bool is_indexed(TokenType type);

/// The token's lexeme; nullopt for a stop word.
[[nodiscard]] std::optional<std::string> lexeme_of(Configuration configuration, const Token& token);

}  // namespace holdfast::text::detail
