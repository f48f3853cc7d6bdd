#include "schema/parse.hpp"

#include <pg_query.h>

#include <algorithm>

#include "schema/detail/nesting.hpp"
#include "schema/detail/tree.hpp"

namespace holdfast::schema {
namespace {

/// The C result of a parse, freed whatever happens.
class RawParse {
 public:
  explicit RawParse(const std::string& sql) : result_(pg_query_parse_protobuf(sql.c_str())) {}
  ~RawParse() { pg_query_free_protobuf_parse_result(result_); }
  RawParse(const RawParse&) = delete;
  RawParse& operator=(const RawParse&) = delete;

  [[nodiscard]] const PgQueryError* error() const { return result_.error; }
  [[nodiscard]] PgQuery__ParseResult* unpack() const {
    return pg_query__parse_result__unpack(nullptr, result_.parse_tree.len,
                                          reinterpret_cast<const std::uint8_t*>(result_.parse_tree.data));
  }

 private:
  PgQueryProtobufParseResult result_;
};

bool is_continuation_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

SourcePosition position_in(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line_start = before.find_last_of('\n') + 1;  // npos + 1 is 0
  const auto in_line = before.substr(line_start);
  return {.line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<int>(in_line.size() - static_cast<std::size_t>(std::ranges::count_if(
                                                          in_line, is_continuation_byte))) +
                    1};
}

std::string describe(std::string_view file, SourcePosition at) {
  const auto line = std::to_string(at.line);
  const auto column = std::to_string(at.column);
  if (file.empty()) return "line " + line + ", column " + column;
  return std::string(file) + ":" + line + ":" + column;
}

/// libpg_query counts `cursorpos` in characters from 1.
std::size_t byte_offset(std::string_view text, int cursor) {
  std::size_t at = 0;
  for (int passed = 1; passed < cursor && at < text.size(); ++passed) {
    ++at;
    while (at < text.size() && is_continuation_byte(text[at])) ++at;
  }
  return at;
}

std::size_t skip_line_comment(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

std::size_t skip_block_comment(std::string_view text, std::size_t at) {
  int depth = 0;
  do {
    const auto two = text.substr(at, 2);
    if (two == "/*") ++depth;
    if (two == "*/") --depth;
    at += two == "/*" || two == "*/" ? 2 : 1;
  } while (depth > 0 && at < text.size());
  return std::min(at, text.size());
}

/// Where the first token stands: behind blanks and comments.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto two = text.substr(at, 2);
    if (two == "--") {
      at = skip_line_comment(text, at);
    } else if (two == "/*") {
      at = skip_block_comment(text, at);
    } else if (std::string_view(" \t\r\n\f\v").find(text[at]) != std::string_view::npos) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::string_view without_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n\f\v") + 1);
}

ParsedStatement statement_of(std::string_view sql, const PgQuery__RawStmt& raw) {
  const auto begin = static_cast<std::size_t>(std::max(raw.stmt_location, 0));
  const auto length = raw.stmt_len > 0 ? static_cast<std::size_t>(raw.stmt_len) : std::string_view::npos;
  const auto slice = sql.substr(begin, length);
  const auto blanks = skip_blanks(slice, 0);
  return {.node = raw.stmt, .text = without_trailing_blanks(slice.substr(blanks)), .offset = begin + blanks};
}

Error parse_error(std::string_view file, std::string_view sql, const PgQueryError& error) {
  const std::string message = error.message != nullptr ? error.message : "syntax error";
  const bool too_deep = message.find("stack depth") != std::string::npos;
  return {.code = too_deep ? "54001" : "42601",
          .message = message,
          .details = describe(file, position_in(sql, byte_offset(sql, error.cursorpos)))};
}

}  // namespace

void ParsedScript::FreeTree::operator()(PgQuery__ParseResult* tree) const {
  pg_query__parse_result__free_unpacked(tree, nullptr);
}

Result<ParsedScript> ParsedScript::parse(std::string_view file, std::string_view sql) {
  auto source = std::make_unique<Source>();
  source->file = file;
  source->sql = sql;
  if (const auto zero = sql.find('\0'); zero != std::string_view::npos) {
    return Error{.code = "22021",
                 .message = "the script contains a zero byte",
                 .details = describe(file, position_in(sql, zero)),
                 .hint = "Save the file as UTF-8 text."};
  }
  if (const auto deep = detail::too_deep_at(sql)) {
    return Error{.code = "54001",
                 .message = "the statement is nested too deeply, or chains too many operators",
                 .details = describe(file, position_in(sql, *deep)),
                 .hint = "Split it, or use a list where there is one: IN (...), VALUES, concat()."};
  }
  const RawParse raw(source->sql);
  if (raw.error() != nullptr) return parse_error(file, sql, *raw.error());
  source->tree.reset(raw.unpack());
  if (source->tree == nullptr) {
    return Error{.code = "54001", .message = "the script is nested too deeply", .details = std::string(file)};
  }
  for (std::size_t i = 0; i < source->tree->n_stmts; ++i) {
    source->statements.push_back(statement_of(source->sql, *source->tree->stmts[i]));
  }
  return ParsedScript(std::move(source));
}

SourcePosition ParsedScript::position(int offset) const {
  return position_in(source_->sql, static_cast<std::size_t>(std::max(offset, 0)));
}

std::string ParsedScript::where(int offset) const { return describe(source_->file, position(offset)); }

}  // namespace holdfast::schema
