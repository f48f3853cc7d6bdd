#include "text/detail/tokenizer.hpp"

namespace holdfast::text::detail {
namespace {

constexpr std::string_view kNotInUrls = "\"<>\\^`{|}";
/// A path may begin with any number of `../~/`; more than this many characters of it are no path.
constexpr std::size_t kLongestPathLead = 1024;

/// Labels joined by single dots, hyphens and underscores.
struct LabelRun {
  std::size_t end = 0;
  /// The last place at which a label behind a dot, of two letters or more and nothing else, is complete.
  std::size_t domain_end = std::string_view::npos;
};

LabelRun label_run(std::string_view text, std::size_t place, bool behind_dot) {
  LabelRun run;
  bool could_be_domain = behind_dot;
  for (;;) {
    const std::size_t begin = place;
    for (; place < text.size() && is_ascii_alnum(static_cast<unsigned char>(text[place])); ++place) {
      if (!is_ascii_letter(static_cast<unsigned char>(text[place]))) could_be_domain = false;
    }
    if (could_be_domain && place - begin >= 2) run.domain_end = place;
    run.end = place;
    if (place + 1 >= text.size()) return run;
    const char separator = text[place];
    if (separator != '.' && separator != '-' && separator != '_') return run;
    if (!is_ascii_alnum(static_cast<unsigned char>(text[place + 1]))) return run;
    could_be_domain = separator == '.';
    ++place;
  }
}

}  // namespace

/// A host name, an e-mail address or a URL that is at `place` in its labels.
Tokenizer::Attempt Tokenizer::host(std::size_t place, bool behind_dot) {
  if (!ascii_alnum_at(place) || place < no_host_before_) return std::nullopt;
  const LabelRun run = label_run(text_, place, behind_dot);
  if (is(run.end, '@')) {
    if (const Attempt found = email(run.end)) return found;
  }
  if (run.domain_end == kNone) {
    no_host_before_ = run.end;
    return std::nullopt;
  }
  std::size_t end = run.domain_end;
  if (is(end, ':')) end = skip_digits(end + 1) == end + 1 ? end : skip_digits(end + 1);
  if (is(end, '/')) {
    const std::size_t path_end = url_characters_end(end + 1);
    if (path_end > end + 1) return Found{TokenType::url, path_end, Mode::url_host, true};
  }
  return Found{TokenType::host, end};
}

/// `sign` is the place of the @.
Tokenizer::Attempt Tokenizer::email(std::size_t sign) {
  const std::size_t end = host_end(sign + 1);
  if (end == kNone) return std::nullopt;
  return Found{TokenType::email, end};
}

/// The end of the host (with its port) that begins exactly here; kNone when something else does.
std::size_t Tokenizer::host_end(std::size_t begin) const {
  if (!ascii_alnum_at(begin)) return kNone;
  if (is_digit(byte(begin)) && exponent(skip_digits(begin))) return kNone;
  const LabelRun run = label_run(text_, begin, false);
  if (run.domain_end == kNone) return kNone;
  const std::size_t port = is(run.domain_end, ':') ? skip_digits(run.domain_end + 1) : run.domain_end;
  return port > run.domain_end + 1 ? port : run.domain_end;
}

std::size_t Tokenizer::url_characters_end(std::size_t place) const {
  while (place < text_.size() && byte(place) > 0x20 && byte(place) < 0x7F &&
         kNotInUrls.find(text_[place]) == std::string_view::npos) {
    ++place;
  }
  return place;
}

Tokenizer::Attempt Tokenizer::file(std::size_t place, PathLead lead) const {
  const PathBegin begin = path_begin(place, lead);
  if (begin.name != kNone) return Found{TokenType::file, file_name_end(begin.name)};
  if (begin.dots_end != kNone) return Found{TokenType::file, begin.dots_end};
  return std::nullopt;
}

/// What may stand before a name: slashes, `.`, `..` and `~`. A path may also end in `..`.
Tokenizer::PathBegin Tokenizer::path_begin(std::size_t place, PathLead lead) const {
  PathBegin begin;
  const std::size_t limit = place + kLongestPathLead;
  for (; place < text_.size() && place < limit; ++place) {
    const char c = text_[place];
    if (lead != PathLead::dot && (is_ascii_alnum(byte(place)) || c == '_')) {
      begin.name = place;
      return begin;
    }
    if (lead == PathLead::slash && (c == '.' || c == '~')) {
      lead = c == '.' ? PathLead::slash_dot : PathLead::tilde;
    } else if (lead != PathLead::slash && c == '/') {
      lead = PathLead::slash;
    } else if ((lead == PathLead::slash_dot || lead == PathLead::dot) && c == '.') {
      const Character behind = at(place + 1);
      if (!behind.is_end() && behind.code != '/' && !is_space(behind.code)) break;
      begin.dots_end = place + 1;
      if (behind.code != '/') break;
      ++place;
      lead = PathLead::slash;
    } else {
      break;
    }
  }
  return begin;
}

/// `name.extension`: `place` is behind the dot.
Tokenizer::Attempt Tokenizer::file_behind_dot(std::size_t place) const {
  if (!ascii_alnum_at(place) && !is(place, '_')) return std::nullopt;
  return Found{TokenType::file, file_name_end(place)};
}

/// The end of a path of which a name begins at `place`.
std::size_t Tokenizer::file_name_end(std::size_t place) const {
  for (; place < text_.size(); ++place) {
    const char c = text_[place];
    if (is_ascii_alnum(byte(place)) || c == '_' || c == '-') continue;
    if (c == '.' && (ascii_alnum_at(place + 1) || is(place + 1, '_'))) continue;
    if (c != '/') break;
    const PathBegin next = path_begin(place + 1, PathLead::slash);
    if (next.name == kNone) return next.dots_end == kNone ? place : next.dots_end;
    place = next.name;
  }
  return place;
}

}  // namespace holdfast::text::detail
