#include "types/pattern.hpp"

#include <re2/re2.h>

#include "types/detail/errors.hpp"
#include "types/utf8.hpp"

namespace holdfast::types {
namespace {

Error bad_escape() { return failure("22025", "LIKE pattern must not end with escape character"); }

constexpr bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t next_character(std::string_view text, std::size_t i) {
  ++i;
  while (i < text.size() && continues(text[i])) ++i;
  return i;
}

/// Two cursors that go back to the last `%`: linear in practice, never worse than text times pattern.
Result<bool> like_from(std::string_view text, std::string_view pattern) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = kNone;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = ++p;
      star_text = t;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '_') {
      t = next_character(text, t);
      ++p;
      continue;
    }
    const std::size_t literal = p < pattern.size() && pattern[p] == '\\' ? p + 1 : p;
    if (literal == pattern.size() && literal > p) return bad_escape();
    if (literal < pattern.size() && pattern[literal] == text[t]) {
      ++t;
      p = literal + 1;
      continue;
    }
    if (star == kNone) return false;
    p = star;
    star_text = next_character(text, star_text);
    t = star_text;
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

struct Flags {
  bool insensitive = false;
  bool newline_sensitive = false;
  bool expanded = false;
};

Result<Flags> read_flags(std::string_view text) {
  Flags flags;
  for (const char c : text) {
    switch (c) {
      case 'i':
        flags.insensitive = true;
        break;
      case 'c':
        flags.insensitive = false;
        break;
      case 'm':
      case 'n':
        flags.newline_sensitive = true;
        break;
      case 's':
        flags.newline_sensitive = false;
        break;
      case 'x':
        flags.expanded = true;
        break;
      case 'g':
      case 't':
        break;
      default:
        return failure("22023", std::string("invalid regular expression option: \"") + c + '"');
    }
  }
  return flags;
}

/// PostgreSQL's word boundaries and anchors in RE2's words.
std::string in_re2_syntax(std::string_view pattern, const Flags& flags) {
  std::string out = flags.newline_sensitive ? "(?m)" : "";
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      const char next = pattern[++i];
      if (!in_class && (next == 'y' || next == 'm' || next == 'M')) {
        out += "\\b";
      } else if (!in_class && next == 'Y') {
        out += "\\B";
      } else if (!in_class && next == 'Z') {
        out += "\\z";
      } else {
        out += c;
        out += next;
      }
      continue;
    }
    if (pattern.substr(i).starts_with("[[:<:]]") || pattern.substr(i).starts_with("[[:>:]]")) {
      out += "\\b";
      i += 6;
      continue;
    }
    if (c == '[' && in_class && i + 1 < pattern.size() && pattern[i + 1] == ':') {
      const std::size_t end = pattern.find(":]", i);
      if (end != std::string_view::npos) {
        out += pattern.substr(i, end + 2 - i);
        i = end + 1;
        continue;
      }
    }
    if (c == '[') {
      // Inside a class a bracket is itself.
      out += in_class ? "\\[" : "[";
      if (in_class) continue;
      in_class = true;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') out += pattern[++i];
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') {
        out += "\\]";
        ++i;
      }
      continue;
    }
    if (c == ']') in_class = false;
    out += c;
  }
  return out;
}

/// Without blanks and comments, for flag x.
std::string without_blanks(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      out += pattern[i++];
      out += pattern[i];
    } else if (pattern[i] == '#') {
      while (i < pattern.size() && pattern[i] != '\n') ++i;
    } else if (pattern[i] != ' ' && pattern[i] != '\t' && pattern[i] != '\n') {
      out += pattern[i];
    }
  }
  return out;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Result<bool> like(std::string_view text, std::string_view pattern) { return like_from(text, pattern); }

Result<bool> ilike(std::string_view text, std::string_view pattern) {
  return like_from(lower_text(text), lower_text(pattern));
}

Result<std::string> similar_to_regex(std::string_view pattern, std::string_view escape) {
  if (!escape.empty() && next_character(escape, 0) != escape.size()) {
    return failure("22025", "invalid escape string", "Escape string must be empty or one character.");
  }
  std::string out = "^(?:";
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (!escape.empty() && pattern.substr(i).starts_with(escape)) {
      i += escape.size();
      if (i < pattern.size()) out.append(1, '\\').append(1, pattern[i]);
    } else if (in_class) {
      if (c == '\\') out += c;
      out += c;
      in_class = c != ']';
    } else if (c == '%') {
      out += ".*";
    } else if (c == '(') {
      out += "(?:";
    } else {
      if (std::string_view("\\.^$").find(c) != std::string_view::npos) out += '\\';
      out += c == '_' ? '.' : c;
      in_class = c == '[';
    }
  }
  return out + ")$";
}

Result<std::string> like_escape(std::string_view pattern, std::string_view escape) {
  if (count_characters(escape) > 1) {
    return failure("22025", "invalid escape string", {}, "Escape string must be empty or one character.");
  }
  if (escape == "\\") return std::string(pattern);
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!escape.empty() && pattern.substr(i).starts_with(escape)) {
      // An escape before itself is the character.
      out += '\\';
      i += escape.size() - 1;
      if (i + 1 < pattern.size()) out += pattern[++i];
    } else {
      if (pattern[i] == '\\') out += '\\';
      out += pattern[i];
    }
  }
  return out;
}

struct Regex::Compiled {
  explicit Compiled(const std::string& pattern, const re2::RE2::Options& options)
      : expression(pattern, options) {}
  re2::RE2 expression;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::compile(std::string_view pattern, std::string_view flag_text) {
  HF_TRY(Flags flags, read_flags(flag_text));
  // A director says that the rest is an advanced expression, which is what this is anyway.
  if (pattern.starts_with("***:")) pattern.remove_prefix(4);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!flags.insensitive);
  options.set_dot_nl(!flags.newline_sensitive);
  options.set_max_mem(8 << 20);
  const std::string source = flags.expanded ? without_blanks(pattern) : std::string(pattern);
  auto compiled = std::make_unique<Compiled>(in_re2_syntax(source, flags), options);
  if (!compiled->expression.ok()) {
    return failure("2201B", "invalid regular expression: " + compiled->expression.error(), {},
                   "Back-references and look-around are not supported.");
  }
  return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(piece(text), compiled_->expression);
}

std::optional<std::vector<std::optional<std::string>>> Regex::first_match(std::string_view text) const {
  const int groups = compiled_->expression.NumberOfCapturingGroups();
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups) + 1);
  if (!compiled_->expression.Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, found.data(),
                                   groups + 1)) {
    return std::nullopt;
  }
  std::vector<std::optional<std::string>> parts;
  for (std::size_t i = groups == 0 ? 0 : 1; i < found.size(); ++i) {
    parts.push_back(found[i].data() == nullptr ? std::nullopt : std::optional(std::string(found[i])));
  }
  return parts;
}

namespace {

void append_replacement(std::string& out, std::string_view by, const std::vector<re2::StringPiece>& groups) {
  for (std::size_t i = 0; i < by.size(); ++i) {
    if (by[i] != '\\' || i + 1 == by.size()) {
      out += by[i];
      continue;
    }
    const char c = by[++i];
    const bool group = c >= '1' && c <= '9';
    if (group || c == '&') {
      const auto index = group ? static_cast<std::size_t>(c - '0') : 0;
      if (index < groups.size())
        out.append(groups[index].data() == nullptr ? "" : groups[index].data(), groups[index].size());
    } else {
      if (c != '\\') out += '\\';
      out += c;
    }
  }
}

}  // namespace

std::string Regex::replace(std::string_view text, std::string_view by, bool all) const {
  const int groups = compiled_->expression.NumberOfCapturingGroups();
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups) + 1);
  std::string out;
  std::size_t at = 0;
  while (at <= text.size() && compiled_->expression.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED,
                                                          found.data(), groups + 1)) {
    const auto start = static_cast<std::size_t>(found[0].data() - text.data());
    out += text.substr(at, start - at);
    append_replacement(out, by, found);
    at = start + found[0].size();
    if (found[0].empty()) {
      if (at >= text.size()) return out;
      const std::size_t next = next_character(text, at);
      out += text.substr(at, next - at);
      at = next;
    }
    if (!all) break;
  }
  if (at < text.size()) out += text.substr(at);
  return out;
}

std::vector<std::string> Regex::split(std::string_view text) const {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  std::size_t at = 0;
  re2::StringPiece found;
  while (at < text.size() &&
         compiled_->expression.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, &found, 1)) {
    const auto start = static_cast<std::size_t>(found.data() - text.data());
    if (found.empty()) {
      at = next_character(text, std::max(start, at));
      if (start <= begin && start == 0) continue;
      if (start >= text.size()) break;
      if (start == begin) continue;
      parts.emplace_back(text.substr(begin, start - begin));
      begin = start;
      continue;
    }
    parts.emplace_back(text.substr(begin, start - begin));
    at = begin = start + found.size();
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

}  // namespace holdfast::types
