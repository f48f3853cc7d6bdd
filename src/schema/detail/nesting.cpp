#include "schema/detail/nesting.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace holdfast::schema::detail {
namespace {

constexpr std::size_t kMaxDepth = 300;
/// A chain such as `1 + 1 + ...` is a tree as deep as it is long.
constexpr std::size_t kMaxChain = 2000;

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
}

/// Behind the closing mark, or the end.
std::size_t behind(std::string_view sql, std::string_view mark, std::size_t from) {
  const auto found = sql.find(mark, from);
  return found == std::string_view::npos ? sql.size() : found + mark.size();
}

std::size_t behind_string(std::string_view sql, std::size_t at) {
  const bool escapes = at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e');
  for (++at; at < sql.size(); ++at) {
    if (escapes && sql[at] == '\\') {
      ++at;
    } else if (sql[at] == '\'') {
      return at + 1;
    }
  }
  return sql.size();
}

/// `$$ ... $$` or `$tag$ ... $tag$`; a parameter such as `$1` is a word.
std::size_t behind_dollar(std::string_view sql, std::size_t at) {
  auto end = at + 1;
  while (end < sql.size() && is_word(sql[end])) ++end;
  const bool is_quote =
      end < sql.size() && sql[end] == '$' && !(std::isdigit(static_cast<unsigned char>(sql[at + 1])) != 0);
  return is_quote ? behind(sql, sql.substr(at, end + 1 - at), end + 1) : end;
}

/// Behind the token, blank or comment at `at`.
std::size_t behind_token(std::string_view sql, std::size_t at) {
  const auto two = sql.substr(at, 2);
  if (two == "--") return behind(sql, "\n", at);
  if (two == "/*") return behind(sql, "*/", at + 2);
  if (sql[at] == '\'') return behind_string(sql, at);
  if (sql[at] == '"') return behind(sql, "\"", at + 1);
  if (sql[at] == '$') return behind_dollar(sql, at);
  auto end = at + 1;
  if (is_word(sql[at])) {
    while (end < sql.size() && is_word(sql[end])) ++end;
  }
  return end;
}

bool counts(std::string_view sql, std::size_t at) {
  const auto two = sql.substr(at, 2);
  return two != "--" && two != "/*" && std::isspace(static_cast<unsigned char>(sql[at])) == 0;
}

}  // namespace

std::optional<std::size_t> too_deep_at(std::string_view sql) {
  std::vector<std::size_t> chains{0};  // tokens since the last comma, a level each
  for (std::size_t at = 0; at < sql.size(); at = behind_token(sql, at)) {
    const char c = sql[at];
    if (c == '(' || c == '[') {
      ++chains.back();
      chains.push_back(0);
    } else if (c == ')' || c == ']') {
      if (chains.size() > 1) chains.pop_back();
    } else if (c == ';') {
      chains.assign(1, 0);
    } else if (c == ',') {
      chains.back() = 0;
    } else if (counts(sql, at)) {
      ++chains.back();
    }
    if (chains.size() > kMaxDepth || chains.back() > kMaxChain) return at;
  }
  return std::nullopt;
}

}  // namespace holdfast::schema::detail
