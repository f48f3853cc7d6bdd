#include "text/detail/dictionary.hpp"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <memory>

#include "text/detail/characters.hpp"

namespace holdfast::text::detail {
namespace {

/// The stop words of PostgreSQL's english_stem, sorted.
constexpr auto kStopWords = std::to_array<std::string_view>(
    {"a",         "about", "above",   "after",   "again",  "against",    "all",     "am",    "an",
     "and",       "any",   "are",     "as",      "at",     "be",         "because", "been",  "before",
     "being",     "below", "between", "both",    "but",    "by",         "can",     "did",   "do",
     "does",      "doing", "don",     "down",    "during", "each",       "few",     "for",   "from",
     "further",   "had",   "has",     "have",    "having", "he",         "her",     "here",  "hers",
     "herself",   "him",   "himself", "his",     "how",    "i",          "if",      "in",    "into",
     "is",        "it",    "its",     "itself",  "just",   "me",         "more",    "most",  "my",
     "myself",    "no",    "nor",     "not",     "now",    "of",         "off",     "on",    "once",
     "only",      "or",    "other",   "our",     "ours",   "ourselves",  "out",     "over",  "own",
     "s",         "same",  "she",     "should",  "so",     "some",       "such",    "t",     "than",
     "that",      "the",   "their",   "theirs",  "them",   "themselves", "then",    "there", "these",
     "they",      "this",  "those",   "through", "to",     "too",        "under",   "until", "up",
     "very",      "was",   "we",      "were",    "what",   "when",       "where",   "which", "while",
     "who",       "whom",  "why",     "will",    "with",   "you",        "your",    "yours", "yourself",
     "yourselves"});
static_assert(kStopWords.size() == 127 && std::ranges::is_sorted(kStopWords));

/// Longer words are kept as they are: PostgreSQL spares its stemmer them.
constexpr std::size_t kLongestStemmed = 1000;

struct StemmerDelete {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

std::string stem(std::string word) {
  // A stemmer carries its buffer: one a thread.
  thread_local const std::unique_ptr<sb_stemmer, StemmerDelete> stemmer(sb_stemmer_new("english", "UTF_8"));
  if (stemmer == nullptr) return word;
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stemmed = sb_stemmer_stem(stemmer.get(), bytes, static_cast<int>(word.size()));
  if (stemmed == nullptr) return word;
  word.assign(reinterpret_cast<const char*>(stemmed),
              static_cast<std::size_t>(sb_stemmer_length(stemmer.get())));
  return word;
}

bool is_stemmed(TokenType type) {
  switch (type) {
    case TokenType::asciiword:
    case TokenType::word:
    case TokenType::asciihword:
    case TokenType::hword:
    case TokenType::hword_asciipart:
    case TokenType::hword_part:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Configuration> find_configuration(std::string_view name) {
  constexpr std::string_view kSchema = "pg_catalog.";
  if (name.starts_with(kSchema)) name.remove_prefix(kSchema.size());
  if (name == "english") return Configuration::english;
  if (name == "simple") return Configuration::simple;
  return Error{.code = "42704",
               .message = "text search configuration \"" + std::string(name) + "\" does not exist",
               .hint = "The configurations are english and simple."};
}

bool is_indexed(TokenType type) {
  return type != TokenType::blank && type != TokenType::tag && type != TokenType::protocol &&
         type != TokenType::entity;
}

std::optional<std::string> lexeme_of(Configuration configuration, const Token& token) {
  std::string word = to_lower(token.text);
  if (configuration == Configuration::simple || !is_stemmed(token.type)) return word;
  if (token.text.size() > kLongestStemmed) return word;
  if (std::ranges::binary_search(kStopWords, std::string_view(word))) return std::nullopt;
  return stem(std::move(word));
}

}  // namespace holdfast::text::detail
